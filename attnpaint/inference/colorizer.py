"""A drawing in, with a reference and hints where the model takes them; the painted drawing out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from attnpaint.data.hint_file import HintFile, read_hints
from attnpaint.errors import AttnpaintError, UsageError, check_cancelled
from attnpaint.extract import Histogram
from attnpaint.extract.ground import find_ground
from attnpaint.images import Picture, Source, fitted, on_white, read_noted, xdog
from attnpaint.inference.canvas import Canvas, regions_of, rejoined
from attnpaint.inference.coloring import Coloring, Finish, check_look
from attnpaint.inference.drawing import Drawing, Invert, is_ink, turned_round
from attnpaint.inference.engine import (
    Asked,
    Choice,
    Engine,
    Engines,
    Floats,
    Maps,
    MapsLater,
    choose_engine,
)
from attnpaint.inference.look import LARGEST_SIZE, LEAST_SIZE
from attnpaint.model.model_config import DEFAULT_MODEL, Requirements
from attnpaint.palettes.references import read_reference, to_palette
from attnpaint.process import threads_of
from attnpaint.segment.regions import Labels, is_strip
from attnpaint.segment.samples import (
    REFERENCE,
    Arrays,
    paper_light,
    reference_arrays,
    sample_pieces,
    sample_regions,
)

MOST_REGIONS = 512  # that the region stage is asked about; smaller ones follow their neighbour
STAGE = 384  # px; the square that a region stage sees a drawing in, at most: it learned on 320
REFERENCE_GAP = 9.0  # px in a drawing of 512: closed when a reference's own regions are found
STYLED = 512  # px; a reference is looked at no larger, for its style


@dataclass(frozen=True, eq=False)
class ReferenceInputs:
    """What a model takes of a reference: its histogram; itself, 1×3×h×w in [-1, 1], for its style; where its
    colours are in it. scene: it is known to have no ground."""

    histogram: Histogram | None = None
    looks: Floats | None = None
    view: Arrays | None = None
    scene: bool = False


class Colorizer:
    """Holds a loaded model; use `Colorizer.load()`."""

    def __init__(self, engine: Engine, choice: Choice | None = None) -> None:
        """choice: of the engine, and why it was taken, where that is to be told."""
        self.engine, self.choice = engine, choice
        self.needs = Requirements.of(engine.recipes)
        self.regions = engine.decides_regions
        self._last: tuple[object, ReferenceInputs] | None = None
        # px; the square that it was trained to paint
        self.size = min(engine.recipes[0].data.size, LARGEST_SIZE)

    @classmethod
    def load(
        cls,
        model: str | Path = DEFAULT_MODEL,
        device: str = "auto",
        guide_weights: str | Path = "",
        engine: Engines = "auto",
        precision: Literal["auto", "bf16", "fp32"] = "auto",
        threads: int = 0,
        many: bool = False,
    ) -> "Colorizer":
        """model: a model folder (default: the one inside the package); device: auto, cpu, cuda or mps.

        guide_weights: of the network that tells a reference's style: `hub`, a file or `random`; default: as
        config.json says. A model that takes no style needs none.
        engine: `onnx` runs a folder that `attnpaint export --onnx` wrote, on the CPU and without torch; auto:
        see `choose_engine`. precision: auto is bf16 where torch and the device compute it, else fp32.
        threads: of the CPU at most, never more than its cores; 0 for all cores. many: more than one drawing
        is to be painted.
        Raises AttnpaintError where the folder holds no model, UsageError where the device is not there,
        PackageMissing where the engine is not installed, and WeightsMissing for a style without weights.
        """
        if threads:
            threads = threads_of(threads)
            cv2.setNumThreads(threads)
        choice = choose_engine(engine, model, device, precision, many)
        if choice.name == "onnx":
            from attnpaint.inference.onnx_engine import OnnxEngine

            try:
                return cls(OnnxEngine.load(model, threads, many, wait=many), choice)
            except AttnpaintError as error:
                if engine == "onnx" or find_spec("torch") is None:
                    raise
                told = f"the graph cannot be used: {error.problem}"
                choice = Choice("torch", told, f"torch paints, as {told}; {error.remedy}")
        from attnpaint.inference.torch_engine import TorchEngine

        return cls(TorchEngine.load(model, device, guide_weights, precision, threads), choice)

    @classmethod
    def from_pretrained(cls, path_or_repo: str | Path, revision: str | None = None) -> "Colorizer":
        """A model folder, or a repository on the Hugging Face hub, which is downloaded once.

        Raises what `load` raises, and AttnpaintError where the repository cannot be reached.
        """
        from attnpaint.model.hub import resolve

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
        reference: also a palette file, or - for standard input; not looked at by models that take none.
        hints: colours at their places in the drawing,
        transparent where nothing is asked; resized to the drawing if need be.
        finish, strength: see `Coloring`; default: flat for networks that point at palette colours, else
        painted.
        work_size: px of the white square that the drawing is fitted into, never squashed, for the network;
        default: what the model was last trained at, 512 for the default model. Where memory does not suffice
        the square is halved, and a note says so.
        gap: px of the drawing, what is closed in its lines at most when its regions are found; default: 1/100
        of its long side, 1/50 of the short side of a long strip; for a model with a region stage, which joins
        what is cut in vain, 1/37 of either.
        keep_alpha: what is transparent in the drawing stays so; False: it is painted; default: it stays so
        where the drawing has opaque paper somewhere, else it is ink, and transparent paper is paper.
        invert: white lines on black are turned round; auto: where the drawing looks like that, with a note.
        Raises PictureError for what cannot be read, UsageError where the reference that the model needs is
        not given, is a histogram and its style is needed, or where it takes no hints, for another finish,
        a strength outside [0, 1] and a gap or work size out of bounds; AttnpaintError for a histogram that is
        not four bands of four colours.
        """
        check_look(finish, strength, gap, work_size)
        self.needs.check(reference is not None, hints is not None)
        size = self.size if work_size is None else work_size
        picture, told = read_noted(sketch)
        picture, turned = turned_round(picture, invert)
        kept = not is_ink(picture) if keep_alpha is None else keep_alpha
        picture = picture if kept else on_white(picture)
        notes = [*told, *([turned] if turned else [])]
        check_cancelled()
        if self.needs.always_hinted and hints is None:
            lacking = f"{self.needs.name} learned to paint with hints, never without, and none are given"
            notes.append(f"{lacking}: expect little of its colours, or give hints")
        if self.choice and self.choice.note:
            notes.append(self.choice.note)
        given = None
        if reference is not None and self.needs.reference:
            given, told = read_reference(reference)
            notes += [f"the reference: {note}" for note in told]
        known = self._reference_inputs(given)
        file = None
        if hints is not None:
            file = hints if isinstance(hints, HintFile) else read_hints(hints, *picture.shape[:2])
            notes += file.notes
        if self.engine.recipes[0].refine.steps and len(self.engine.recipes) == 1:
            notes.append(
                f"{self.needs.name} has two stages; this model holds the first, so this is its draft"
            )
        check_cancelled()
        # what the region stage decides in a flat finish needs no painting
        later = finish in (None, "flat") and self.needs.points and len(self.engine.recipes) == 1
        canvas = self._paint(picture, size, known, file, gap, later)
        drawing, maps = canvas.drawing, canvas.maps
        if drawing.oddity:
            notes.append(drawing.oddity)
        if drawing.size < size:
            notes.append(f"memory ran out at {size} px: the network painted at {drawing.size} px")
        check_cancelled()
        finish = finish or ("flat" if maps.answers or maps.pointer is not None else "painted")
        return Coloring(canvas, known.histogram, finish, strength, tuple(notes))

    def _reference_inputs(self, reference: Picture | Histogram | None) -> ReferenceInputs:
        """Kept of the last picture: many drawings are painted from one."""
        if isinstance(reference, Histogram) and self.needs.style:
            problem = f"{self.needs.name} looks at the reference's style, which no histogram tells"
            raise UsageError(problem, "give the reference picture itself")
        if not isinstance(reference, np.ndarray):
            return ReferenceInputs(reference)
        key = reference.shape, sha256(np.ascontiguousarray(reference).data).digest()
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        method = self.needs.method
        known = ReferenceInputs(to_palette(reference, method) if self.needs.histogram else None)
        if self.needs.style:
            small = fitted(on_white(reference), STYLED, enlarge=False).astype(np.float32) / 127.5 - 1
            known = replace(known, looks=np.ascontiguousarray(small.transpose(2, 0, 1)[None]))
        if self.regions and known.histogram is not None:
            shown = fitted(on_white(reference), REFERENCE, enlarge=False)
            random, apart = np.random.default_rng(0), method.ground_apart
            lines = xdog(shown, 0.5)
            view = reference_arrays(shown, lines, known.histogram, REFERENCE_GAP, random, apart)
            known = replace(known, view=view, scene=apart and find_ground(shown) is None)
        self._last = key, known
        return known

    def _paint(
        self,
        picture: Picture,
        size: int,
        known: ReferenceInputs,
        hints: HintFile | None,
        gap: float | None,
        later: bool,
    ) -> Canvas:
        """Halves the square as long as memory runs out. later: see `MapsLater`; pages of strips are not."""
        labels: Labels | None = None
        region: Labels | None = None
        later = later and not is_strip(*picture.shape[:2])
        while True:
            drawing = Drawing.of(picture, size)
            hint = drawing.hinted(hints) if hints else None
            if labels is None:
                labels, region = regions_of(drawing, gap, self.regions)
            try:
                page = partial(self._page, known, region, later)
                maps = drawing.painted(hint, page, labels if self.regions else None)
                if region is not None and maps.answers is not None:
                    labels, maps.answers = rejoined(labels, region, maps.answers)
                return Canvas(drawing, maps, known.histogram, labels, known.scene)
            except (MemoryError, RuntimeError) as error:
                if not out_of_memory(error):
                    raise
                if size // 2 < LEAST_SIZE:
                    problem = f"memory ran out, even for {size} px"
                    raise AttnpaintError(problem, "close other programs and try again") from None
                size //= 2

    def _page(
        self,
        known: ReferenceInputs,
        region: Labels | None,
        later: bool,
        square: Picture,
        hint: Picture | None,
        regions: Labels | None = None,
    ) -> Maps:
        """What the networks make of uint8 S×S and its hint. regions: in it, int32 S×S, for the region stage;
        region: of each of their numbers, where they are pieces."""
        asked = Asked(_scaled(square), known.histogram, hint, known.looks)
        if regions is None:
            return self._checked(asked)
        light, random = paper_light(square), np.random.default_rng(0)
        if region is None:
            samples = sample_regions(regions, light, MOST_REGIONS, random)
        else:
            samples = sample_pieces(regions, region, light, MOST_REGIONS, random)
        small = _scaled(fitted(square, STAGE, enlarge=False))
        answers, seconds = self.engine.decide(replace(asked, sketch=small, regions=samples, view=known.view))
        check_finite((answers.logits, answers.parts, answers.embedding), self.needs.name)
        if later:
            return MapsLater(answers, seconds, partial(self._painted_later, asked))
        maps = self._checked(asked)
        maps.answers = answers
        maps.seconds += seconds
        return maps

    def _painted_later(self, asked: Asked) -> Maps:
        """The square has its size by now: where memory runs out that is told."""
        try:
            return self._checked(asked)
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            problem = f"memory ran out when {asked.sketch.shape[-1]} px were to be painted"
            remedy = "close other programs, or give a smaller work size (--work-size 256)"
            raise AttnpaintError(problem, remedy) from None

    def _checked(self, asked: Asked) -> Maps:
        maps = self.engine.paint(asked)
        check_finite((maps.image, maps.pointer, maps.variants, *maps.gates), self.needs.name)
        return maps


def _scaled(square: Picture) -> Floats:
    """uint8 S×S → 1×1×S×S in [-1, 1]."""
    scaled: Floats = (square.astype(np.float32) / 127.5 - 1)[None, None]
    return scaled


def check_finite(given: Iterable[Floats | None], name: str) -> None:
    """AttnpaintError where a network painted what is no number: it would come out black."""
    if not all(np.isfinite(one.sum(dtype=np.float64)) for one in given if one is not None):
        problem = f"the network of {name} painted numbers that are not finite: its weights are damaged"
        raise AttnpaintError(problem, "get or train the model again; where it is sound, try --precision fp32")


def out_of_memory(error: Exception) -> bool:
    """What torch and ONNX Runtime raise for a lack of memory is a RuntimeError like any other."""
    told = str(error).lower()
    return isinstance(error, MemoryError) or any(
        words in told
        for words in ("out of memory", "can't allocate memory", "failed to allocate", "bad_alloc")
    )
