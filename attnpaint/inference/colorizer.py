"""A drawing in, with a reference and hints where the model takes them; the painted drawing out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from attnpaint.config import Recipe
from attnpaint.data.hint_file import HintFile, read_hints
from attnpaint.devices import autocast, choose_device
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram, measure
from attnpaint.images import Box, Picture, Source, fitted, on_white, read_picture, write_picture
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.needs import Needs
from attnpaint.model.backbone import StyleEncoder
from attnpaint.model.conditioning import Given, Palette, inputs
from attnpaint.model.facts import DEFAULT_MODEL, stages_in
from attnpaint.model.folder import load_model
from attnpaint.model.labels import Tile, fit, lay_out
from attnpaint.model.maps import Gate, Share, attention_sheet, gates_of, pointer_sheet, shares_of, to_picture
from attnpaint.model.painted import Painted

SIZE = 512  # px; the square that the network paints
TILE = 320  # px; the long side of a picture on the sheet of attention maps


@dataclass(frozen=True)
class Coloring:
    """A painted drawing. picture: uint8 H×W×3, or H×W×4 with the drawing's own alpha.

    histogram: of the reference, None where the model does not look at it. seconds: the networks' own time.
    drawing, palette and painted (1×…×512×512) are what the last network saw and returned.
    notes: a line for each thing that its user may not have meant.
    """

    picture: Picture
    histogram: Histogram | None
    seconds: float
    drawing: Drawing
    palette: Palette | None
    painted: Painted
    notes: tuple[str, ...] = ()

    def save(self, path: str | Path) -> None:
        """Write the picture in the format of the suffix. Raises AttnpaintError where that cannot be done."""
        write_picture(path, self.picture)

    @cached_property
    def variants(self) -> list[Picture]:
        """All that the model paints of one drawing, each finished as `picture`, which is the first."""
        others = () if self.painted.variants is None else self.painted.variants[0, 1:]
        return [self.picture, *(self.drawing.laid(to_picture(other)) for other in others)]

    @property
    def sketch(self) -> Tensor:
        """The drawing as the network saw it, 1×1×512×512 in [-1, 1]."""
        return self.drawing.seen()

    @property
    def box(self) -> Box:
        """Where the drawing lies in what the network saw and painted."""
        return self.drawing.box

    @property
    def seen(self) -> Picture:
        """The drawing as the network saw it, uint8 h×w×3, of 512 pixels on the long side, as all maps are."""
        return self.box.crop(to_picture(self.sketch[0]))

    def gates(self) -> list[Gate]:
        """What each attention gate let through, deepest first; [] for a network without gates."""
        return gates_of(self.painted, crop=self.box.crop)

    def shares(self) -> list[Share]:
        """Where each palette colour, ink and paper went; [] for a network that does not point."""
        return shares_of(self.painted, self.palette, self.box.crop) if self.palette else []

    def attention(self) -> Picture:
        """One sheet: gate maps over the drawing, deepest first; below, where each palette colour went."""
        gates, shares = self.gates(), self.shares()
        if gates or shares:
            return attention_sheet(self.seen, self._painting, gates, shares, TILE)
        shown = [Tile(fit(self.seen, TILE), "drawing"), Tile(fit(self._painting, TILE), "painted")]
        return lay_out([shown], "this network has no attention to show")

    def pointer(self) -> Picture:
        """One sheet: where each palette colour went. Only for a network that points."""
        return pointer_sheet(self.seen, self._painting, self.shares(), TILE)

    @property
    def _painting(self) -> Picture:
        return self.box.crop(to_picture(self.painted.image[0]))


class Colorizer:
    """Holds a loaded model; use `Colorizer.load()`. facts: config.json, with `recipe` as a Recipe."""

    def __init__(
        self,
        stages: Sequence[tuple[nn.Module, dict[str, Any]]],
        device: torch.device,
        encoder: StyleEncoder | None = None,
    ) -> None:
        """stages: generators and their facts; the second one, if any, paints on the first one's draft."""
        self.generators = [net.to(memory_format=torch.channels_last) for net, _ in stages]
        self.recipes: list[Recipe] = [facts["recipe"] for _, facts in stages]
        self.facts = stages[0][1]
        self.needs = Needs.of(self.recipes)
        self.device = device
        self.encoder = encoder

    @classmethod
    def load(
        cls, model: str | Path = DEFAULT_MODEL, device: str = "auto", guide_weights: str | Path = ""
    ) -> "Colorizer":
        """model: a model folder (default: the one inside the package); device: auto, cpu, cuda or mps.

        guide_weights: of the network that tells a reference's style: `hub`, a file or `random`; default: as
        config.json says. A model that takes no style needs none.
        Raises AttnpaintError where the folder holds no model, UsageError where the device is not there, and
        WeightsMissing for a style without weights.
        """
        place = choose_device(device)
        folders = stages_in(model)
        stages = [load_model(folder, place) for folder in folders]
        for number, (folder, (_, facts)) in enumerate(zip(folders, stages, strict=True)):
            if ("draft" in facts["recipe"].generator.takes) != (number > 0):
                problem = f"{folder} is the {'second' if number == 0 else 'first'} stage of another model"
                raise AttnpaintError(problem, "give the folder that holds a draft's model and refine/")
        recipes = [facts["recipe"] for _, facts in stages]
        styled = next((recipe for recipe in recipes if "style" in recipe.generator.takes), None)
        encoder = style_encoder(styled, guide_weights).to(place) if styled else None
        return cls(stages, place, encoder)

    def colorize(
        self,
        sketch: Source,
        reference: Source | Histogram | None = None,
        flat: bool = True,
        hints: Source | HintFile | None = None,
    ) -> Coloring:
        """Paint `sketch` (dark lines on light or transparent paper) with the colours of `reference`.

        All: a path, bytes, an open file, a PIL image, or an array (uint8 or uint16, H×W or H×W×{1,2,3,4}).
        reference: not looked at by models that take none. hints: colours at their places in the drawing,
        transparent where nothing is asked; resized to the drawing if need be.
        The drawing is fitted into 512² on white, never squashed; its own lines are laid over the paint.
        flat: give every closed region of the drawing a colour that the network points at in it; else,
        and with networks that have no pointer, the network's own picture is enlarged.
        Raises PictureError for what cannot be read, UsageError where the reference that the model needs is
        not given, is a histogram and its style is needed, or where it takes no hints.
        """
        self.needs.check(reference is not None, hints is not None)
        picture = read_picture(sketch)
        drawing, notes = Drawing.of(picture, SIZE), list[str]()
        histogram, looks = self._look(reference)
        palette = Palette.of(histogram.colors, histogram.weights) if histogram else None
        given = Given(palette.to(self.device) if palette else None)
        if hints is not None:
            file = hints if isinstance(hints, HintFile) else read_hints(hints, *picture.shape[:2])
            given = replace(given, hint=drawing.hinted(file).to(self.device))
            notes += file.notes
        if self.recipes[0].refine.steps and len(self.recipes) == 1:
            notes.append(
                f"{self.needs.name} has two stages; this model holds the first, so this is its draft"
            )
        painted, seconds = self._paint(drawing.seen(), given, looks)
        paint = to_picture(painted.image[0])
        if flat and painted.pointer is not None and palette is not None:
            finished = drawing.filled(paint, painted.pointer, palette)
        else:
            finished = drawing.laid(paint)
        return Coloring(finished, histogram, seconds, drawing, palette, painted, tuple(notes))

    def _look(self, reference: Source | Histogram | None) -> tuple[Histogram | None, Tensor | None]:
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
        small = torch.tensor(fitted(on_white(picture), SIZE, enlarge=False))
        return histogram, small.permute(2, 0, 1)[None].float() / 127.5 - 1

    @torch.inference_mode()
    def _paint(self, sketch: Tensor, given: Given, looks: Tensor | None) -> tuple[Painted, float]:
        sketch = sketch.to(self.device)
        began = time.perf_counter()
        if self.encoder and looks is not None:
            given = replace(given, style=self.encoder(looks.to(self.device)))
        for generator, recipe in zip(self.generators, self.recipes, strict=True):
            with autocast(self.device):
                x, beside = inputs(recipe.generator, sketch, given, recipe.hints.blur)
                painted: Painted = generator(x, **beside)
            given = replace(given, draft=painted.image)
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return painted, time.perf_counter() - began


def style_encoder(recipe: Recipe, weights: str | Path = "") -> StyleEncoder:
    """The network that tells a reference's style, as this recipe's generator was trained with it.

    weights: as of `load_backbone`; default: the recipe's. UsageError: its style has another width.
    """
    guide = recipe.guide
    encoder = StyleEncoder(guide.backbone, str(weights or guide.weights))
    if encoder.width != guide.width:
        problem = (
            f"guide.width = {guide.width}, but the style of {guide.backbone} has {encoder.width} numbers"
        )
        raise UsageError(problem, f"give guide.width = {encoder.width}")
    return encoder
