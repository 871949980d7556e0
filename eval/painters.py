"""Who paints: models, and the baselines that stand in every table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from attnpaint.errors import UsageError
from attnpaint.eval.setup import BASELINES
from attnpaint.extract import measure
from attnpaint.images import Picture, lines_over
from attnpaint.inference.coloring import Finish
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.drawing import white_paper
from attnpaint.inference.torch_engine import TorchEngine
from attnpaint.model.model_config import DEFAULT_MODEL, Requirements, model_digest
from attnpaint.segment.regions import find_regions


class Painter(Protocol):
    """name: in every table; digest: equal for painters that paint alike.

    remark: what a reader of its scores should know, as "judged …"; "" for nothing.
    """

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    @property
    def remark(self) -> str: ...

    def paint(self, drawing: Picture, reference: Picture) -> Picture:
        """drawing uint8 H×W, reference uint8 h×w×3 → uint8 H×W×3."""
        ...


class ModelPainter:
    """A model as users get it; finish: see `Colorizer.colorize`.

    folder: a model folder or a training run. It gets no hints; guide_weights: see `Colorizer.load`. Raises
    what that raises.
    """

    def __init__(
        self,
        folder: Path,
        device: str = "auto",
        finish: Finish | None = None,
        name: str = "",
        guide_weights: str = "",
    ) -> None:
        engine = TorchEngine.load(folder, device, guide_weights)
        self.colorizer = Colorizer(engine)
        self.finish = finish
        self.name = name or names_of([folder])[0]
        self.remark = _remark(self.colorizer.needs)
        style = engine.encoder.state_dict().values() if engine.encoder else ()
        self.digest = model_digest(folder, finish or "", (one.cpu().numpy().tobytes() for one in style))

    def paint(self, drawing: Picture, reference: Picture) -> Picture:
        return self.colorizer.colorize(drawing, reference, self.finish).picture


class PaperWhite:
    """Leaves the paper white: the drawing itself."""

    name = digest = "paper-white"
    remark = ""

    def paint(self, drawing: Picture, reference: Picture) -> Picture:
        return np.repeat(drawing[..., None], 3, axis=2)


class NearestBand:
    """Fills each closed region with the heaviest colour of the band at its height, under the drawing's lines.

    What a palette and a paint bucket do without a network. A region's height is that of its mean row.
    """

    name = digest = "nearest-band"
    remark = ""

    def paint(self, drawing: Picture, reference: Picture) -> Picture:
        clean = white_paper(np.repeat(drawing[..., None], 3, axis=2))
        labels = find_regions(clean[..., 0])
        rows = np.repeat(np.arange(len(labels)), labels.shape[1])
        area = np.bincount(labels.ravel())
        height = np.bincount(labels.ravel(), rows + 0.5) / np.maximum(area, 1) / len(labels)
        colors = measure(reference).colors[:, 0]
        band = np.minimum((height * len(colors)).astype(int), len(colors) - 1)
        return lines_over(colors[band][labels], clean)


ANCESTOR = DEFAULT_MODEL / "ancestor"  # a narrow attentioned-deep-paint, soon stopped: weights/README.md


def baselines(device: str = "auto") -> tuple[Painter, ...]:
    return PaperWhite(), NearestBand(), ModelPainter(ANCESTOR, device, name=ANCESTOR.name)


def names_of(folders: Sequence[Path]) -> list[str]:
    """The folders' names, with as much of their paths as tells them apart; UsageError: one is twice."""
    whole = [folder.resolve() for folder in folders]
    for folder in whole:
        if whole.count(folder) > 1:
            raise UsageError(f"{folder} is given twice", "name each model once")
    kept = [_told(folder) for folder in whole]
    count = 1
    names = ["/".join(parts[-1:]) for parts in kept]
    while len({*names, *BASELINES}) < len(names) + len(BASELINES):
        if count == max(map(len, kept)):
            raise UsageError("two models have one name", "call their folders by other names")
        count += 1
        names = ["/".join(parts[-count:]) for parts in kept]
    return names


def _remark(needs: Requirements) -> str:
    """How an evaluation asks less of a model than it can do."""
    less = ["without the hints that it takes"] if needs.hints else []
    if needs.variants > 1:
        less.append(f"by the first of the {needs.variants} pictures that it paints of each drawing")
    return f"judged {' and '.join(less)}" if less else ""


def _told(folder: Path) -> tuple[str, ...]:
    """The parts of a path that a painter is named by."""
    if folder == DEFAULT_MODEL.resolve():
        return ("attnpaint",)
    parts = tuple(part for part in folder.parts if part != folder.anchor)
    return parts[:-1] if len(parts) > 1 and parts[-1] == "model" else parts
