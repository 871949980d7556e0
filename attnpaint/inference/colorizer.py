"""A drawing in, with a reference and hints where the model takes them; the painted drawing out."""

from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from attnpaint.data.hint_file import HintFile, read_hints
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram, measure
from attnpaint.images import Picture, Source, fitted, on_white, read_noted, read_picture
from attnpaint.inference.canvas import Canvas
from attnpaint.inference.coloring import Coloring, Finish
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Asked, Engine, Floats, Maps
from attnpaint.inference.needs import Needs
from attnpaint.inference.paper import Invert, is_ink, turned_round
from attnpaint.inference.regions import GAP
from attnpaint.inference.strip import extent
from attnpaint.model.facts import DEFAULT_MODEL

STYLED = 512  # px; a reference is looked at no larger, for its style
LEAST_SIZE, LARGEST_SIZE = 64, 2048  # px of the square that a network paints


class Colorizer:
    """Holds a loaded model; use `Colorizer.load()`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.needs = Needs.of(engine.recipes)
        self.size = engine.recipes[0].data.size  # px; the square that it was trained to paint

    @classmethod
    def load(
        cls,
        model: str | Path = DEFAULT_MODEL,
        device: str = "auto",
        guide_weights: str | Path = "",
        engine: Literal["torch", "onnx"] = "torch",
        precision: Literal["auto", "bf16", "fp32"] = "auto",
        threads: int = 0,
    ) -> "Colorizer":
        """model: a model folder (default: the one inside the package); device: auto, cpu, cuda or mps.

        guide_weights: of the network that tells a reference's style: `hub`, a file or `random`; default: as
        config.json says. A model that takes no style needs none.
        engine: `onnx` runs a folder that `attnpaint export --onnx` wrote, on the CPU and without torch.
        precision: auto is bf16 where the device computes it, else fp32. threads: of the CPU, 0 for all cores.
        Raises AttnpaintError where the folder holds no model, UsageError where the device is not there, and
        WeightsMissing for a style without weights.
        """
        if threads:
            cv2.setNumThreads(threads)
        if engine == "onnx":
            from attnpaint.inference.onnx_engine import OnnxEngine

            return cls(OnnxEngine.load(model, threads))
        from attnpaint.inference.torch_engine import TorchEngine

        return cls(TorchEngine.load(model, device, guide_weights, precision, threads))

    @classmethod
    def from_pretrained(cls, path_or_repo: str | Path, revision: str | None = None) -> "Colorizer":
        """A model folder, or a repository on the Hugging Face hub, which is downloaded once.

        Raises what `load` raises, and AttnpaintError where the repository cannot be reached.
        """
        from attnpaint.export.hub import resolve

        return cls.load(resolve(path_or_repo, revision))

    def colorize(
        self,
        sketch: Source,
        reference: Source | Histogram | None = None,
        finish: Finish | None = None,
        hints: Source | HintFile | None = None,
        work_size: int | None = None,
        gap: float | None = None,
        strength: float = 1.0,
        keep_alpha: bool | None = None,
        invert: Invert = "auto",
    ) -> Coloring:
        """Paint `sketch` (dark lines on light or transparent paper) with the colours of `reference`.

        All: a path, bytes, an open file, a PIL image, or an array (uint8 or uint16, H×W or H×W×{1,2,3,4}).
        reference: not looked at by models that take none. hints: colours at their places in the drawing,
        transparent where nothing is asked; resized to the drawing if need be.
        finish, strength: see `Coloring`; default: flat for networks that point at palette colours, else
        painted.
        work_size: px of the white square that the drawing is fitted into, never squashed, for the network;
        default: what the model was last trained at, 512 for the default model. Where memory does not suffice
        the square is halved, and a note says so.
        gap: px of the drawing, what is closed in its lines at most when its regions are found; default: 1/100
        of its long side, 1/50 of the short side of a long strip.
        keep_alpha: what is transparent in the drawing stays so; False: it is painted; default: it stays so
        where the drawing has opaque paper somewhere, else it is ink, and transparent paper is paper.
        invert: white lines on black are turned round; auto: where the drawing looks like that, with a note.
        Raises PictureError for what cannot be read, UsageError where the reference that the model needs is
        not given, is a histogram and its style is needed, or where it takes no hints.
        """
        self.needs.check(reference is not None, hints is not None)
        check_size(work_size)
        size = self.size if work_size is None else work_size
        picture, notes = self._drawing(sketch, keep_alpha, invert)
        notes += self.needs.notes(hints is not None)
        if reference is not None and not isinstance(reference, Histogram) and self.needs.reference:
            reference, told = read_noted(reference)
            notes += [f"the reference: {note}" for note in told]
        histogram, looks = self._look(reference)
        file = None
        if hints is not None:
            file = hints if isinstance(hints, HintFile) else read_hints(hints, *picture.shape[:2])
            notes += file.notes
        if self.engine.recipes[0].refine.steps and len(self.engine.recipes) == 1:
            notes.append(
                f"{self.needs.name} has two stages; this model holds the first, so this is its draft"
            )
        drawing, maps = self._paint(picture, size, histogram, file, looks)
        if drawing.oddity:
            notes.append(drawing.oddity)
        if drawing.size < size:
            notes.append(f"memory ran out at {size} px: the network painted at {drawing.size} px")
        unit = max(1.0, extent(*picture.shape[:2]) / 512)
        canvas = Canvas(drawing, maps, histogram, GAP if gap is None else gap / unit)
        finish = finish or ("flat" if maps.pointer is not None else "painted")
        return Coloring(canvas, histogram, finish, strength, tuple(notes))

    def _drawing(self, sketch: Source, keep_alpha: bool | None, invert: Invert) -> tuple[Picture, list[str]]:
        """Dark lines on light paper, transparent only where that is to stay, and what is to be told of it."""
        picture, told = read_noted(sketch)
        picture, turned = turned_round(picture, invert)
        kept = not is_ink(picture) if keep_alpha is None else keep_alpha
        return picture if kept else on_white(picture), [*told, *([turned] if turned else [])]

    def _look(self, reference: Source | Histogram | None) -> tuple[Histogram | None, Floats | None]:
        """What this model takes of a reference: its histogram; itself, 1×3×h×w in [-1, 1], for its style."""
        if reference is None or not self.needs.reference:
            return None, None
        if isinstance(reference, Histogram):
            if self.needs.style:
                problem = f"{self.needs.name} looks at the reference's style, which no histogram tells"
                raise UsageError(problem, "give the reference picture itself")
            return reference, None
        picture = read_picture(reference)
        histogram = measure(picture) if self.needs.histogram else None
        if not self.needs.style:
            return histogram, None
        small = fitted(on_white(picture), STYLED, enlarge=False).astype(np.float32) / 127.5 - 1
        return histogram, np.ascontiguousarray(small.transpose(2, 0, 1)[None])

    def _paint(
        self,
        picture: np.ndarray,
        size: int,
        histogram: Histogram | None,
        hints: HintFile | None,
        looks: Floats | None,
    ) -> tuple[Drawing, Maps]:
        """Halves the square as long as memory runs out."""

        def page(sketch: Floats, dabs: Picture | None) -> Maps:
            return self.engine.paint(Asked(sketch, histogram, dabs, looks))

        while True:
            drawing = Drawing.of(picture, size)
            hint = drawing.hinted(hints) if hints else None
            try:
                return drawing, drawing.painted(hint, page)
            except (MemoryError, RuntimeError) as error:
                if not out_of_memory(error):
                    raise
                if size // 2 < LEAST_SIZE:
                    problem = f"memory ran out, even for {size} px"
                    raise AttnpaintError(problem, "close other programs and try again") from None
                size //= 2


def check_size(work_size: int | None) -> None:
    """UsageError where no network can paint a square of so many px."""
    if work_size is not None and not LEAST_SIZE <= work_size <= LARGEST_SIZE:
        problem = f"a network cannot paint a square of {work_size} px"
        raise UsageError(problem, f"give a work size of {LEAST_SIZE} to {LARGEST_SIZE}")


def out_of_memory(error: Exception) -> bool:
    """What torch and ONNX Runtime raise for a lack of memory is a RuntimeError like any other."""
    told = str(error).lower()
    return isinstance(error, MemoryError) or any(
        words in told
        for words in ("out of memory", "can't allocate memory", "failed to allocate", "bad_alloc")
    )
