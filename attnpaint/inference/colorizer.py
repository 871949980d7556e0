"""A drawing and a reference in, the painted drawing out."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attnpaint.devices import autocast, choose_device
from attnpaint.extract import Histogram, measure
from attnpaint.images import (
    Box,
    Picture,
    Source,
    alpha_of,
    letterbox,
    on_white,
    read_picture,
    to_grey,
    write_picture,
)
from attnpaint.inference.paint import lay_lines, multiply, white_paper, without_lines
from attnpaint.inference.regions import flat_paint
from attnpaint.model.conditioning import Palette, stack
from attnpaint.model.folder import DEFAULT_MODEL, load_model
from attnpaint.model.maps import Gate, Share, attention_sheet, gates_of, pointer_sheet, shares_of, to_picture
from attnpaint.model.painted import Painted
from attnpaint.model.pointer_head import all_colors

SIZE = 512  # px; the square that the network paints
TILE = 320  # px; the long side of a picture on the sheet of attention maps


@dataclass(frozen=True)
class Coloring:
    """A painted drawing. picture: uint8 H×W×3, or H×W×4 with the drawing's own alpha.

    seconds: the network's own time. sketch (1×1×512×512), palette and painted are what it saw and returned;
    box: where the drawing lies in them.
    """

    picture: Picture
    histogram: Histogram
    seconds: float
    sketch: Tensor
    palette: Palette
    painted: Painted
    box: Box

    def save(self, path: str | Path) -> None:
        """Write the picture in the format of the suffix. Raises AttnpaintError where that cannot be done."""
        write_picture(path, self.picture)

    @property
    def seen(self) -> Picture:
        """The drawing as the network saw it, uint8 h×w×3, of 512 pixels on the long side, as all maps are."""
        return self.box.crop(to_picture(self.sketch[0]))

    def gates(self) -> list[Gate]:
        """What each attention gate let through, deepest first."""
        return gates_of(self.painted, crop=self.box.crop)

    def shares(self) -> list[Share]:
        """Where each palette colour, ink and paper went; [] for a network that does not point."""
        return shares_of(self.painted, self.palette, self.box.crop)

    def attention(self) -> Picture:
        """One sheet: gate maps over the drawing, deepest first; below, where each palette colour went."""
        return attention_sheet(self.seen, self._painting, self.gates(), self.shares(), TILE)

    def pointer(self) -> Picture:
        """One sheet: where each palette colour went. Only for a network that points."""
        return pointer_sheet(self.seen, self._painting, self.shares(), TILE)

    @property
    def _painting(self) -> Picture:
        return self.box.crop(to_picture(self.painted.image[0]))


class Colorizer:
    """Holds a loaded model; use `Colorizer.load()`."""

    def __init__(self, generator: nn.Module, device: torch.device, facts: dict[str, Any]) -> None:
        self.generator = generator.to(memory_format=torch.channels_last)
        self.device = device
        self.facts = facts

    @classmethod
    def load(cls, model: str | Path = DEFAULT_MODEL, device: str = "auto") -> "Colorizer":
        """model: a model folder (default: the one inside the package); device: auto, cpu, cuda or mps.

        Raises AttnpaintError where the folder holds no model or the device is not there.
        """
        place = choose_device(device)
        generator, facts = load_model(model, place)
        return cls(generator, place, facts)

    def colorize(self, sketch: Source, reference: Source | Histogram, flat: bool = True) -> Coloring:
        """Paint `sketch` (dark lines on light or transparent paper) with the colours of `reference`.

        Both: a path, bytes, an open file, a PIL image, or an array (uint8 or uint16, H×W or H×W×{1,2,3,4}).
        The drawing is fitted into 512² on white, never squashed; its own lines are laid over the paint.
        flat: give every closed region of the drawing a colour that the network points at in it; else,
        and with networks that have no pointer, the network's own picture is enlarged.
        Raises PictureError for what cannot be read.
        """
        drawing = read_picture(sketch)
        histogram = reference if isinstance(reference, Histogram) else measure(read_picture(reference))
        palette = Palette.of(histogram.colors, histogram.weights)
        clean = white_paper(on_white(drawing))
        square, box = letterbox(to_grey(clean), SIZE)
        seen = torch.from_numpy(square.astype(np.float32) / 127.5 - 1)[None, None]
        painted, seconds = self._paint(seen, palette)
        paint = to_picture(painted.image[0])
        if flat and painted.pointer is not None:
            shares = painted.pointer[0].float().cpu().numpy()
            weights = histogram.weights.ravel() / len(histogram.weights)
            colors = (all_colors(palette.colors.flatten(1, 2))[0].numpy() + 1) * 127.5
            bare = without_lines(paint, square)
            picture = multiply(flat_paint(to_grey(clean), box, shares, weights, colors, bare), clean)
        else:
            picture = lay_lines(paint, square, clean, box)
        alpha = alpha_of(drawing)
        if alpha is not None:
            picture = np.dstack([picture, alpha])
        return Coloring(picture, histogram, seconds, seen, palette, painted, box)

    @torch.inference_mode()
    def _paint(self, sketch: Tensor, palette: Palette) -> tuple[Painted, float]:
        there = palette.to(self.device)
        x = stack(sketch.to(self.device), there).contiguous(memory_format=torch.channels_last)
        began = time.perf_counter()
        with autocast(self.device):
            painted: Painted = self.generator(x, there)
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return painted, time.perf_counter() - began
