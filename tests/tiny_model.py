"""A model folder of a tiny pointing network with random weights and a graph: paints without torch, too.

It lies in tests/tiny-model. `python tests/tiny_model.py` makes it anew, where networks or graphs changed.
"""

import shutil
from pathlib import Path

from attnpaint.config import DataConfig, GeneratorConfig, Recipe

SIZE = 128  # px that it paints
TINY = GeneratorConfig(widths=(8, 16), token_width=16)
"""The one tiny generator of the tests: it points at palette colours."""
HOME = Path(__file__).parent / "tiny-model"


def tiny_model(folder: Path) -> Path:
    """A copy in `folder`."""
    shutil.copytree(HOME, folder, dirs_exist_ok=True)
    return folder


def make() -> None:
    """Write it."""
    import torch

    from attnpaint.export.onnx import export
    from attnpaint.model.build import build_generator
    from attnpaint.model.folder import save_model

    torch.manual_seed(0)
    recipe = Recipe(name="tiny", generator=TINY, data=DataConfig(size=SIZE))
    save_model(HOME, build_generator(recipe.generator), recipe, {"steps": 0})
    export(HOME, HOME)


if __name__ == "__main__":
    make()
