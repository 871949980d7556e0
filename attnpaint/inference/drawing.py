"""A drawing on its way into a network's square and back to its own size."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from attnpaint.data.hint_file import HintFile, fitted_hints
from attnpaint.images import Box, Picture, alpha_of, letterbox, on_white, to_grey
from attnpaint.inference.paint import lay_lines, multiply, white_paper, without_lines
from attnpaint.inference.regions import flat_paint
from attnpaint.model.conditioning import BANDS, Palette
from attnpaint.model.hints import full_hint
from attnpaint.model.pointer_head import all_colors


@dataclass(frozen=True, eq=False)
class Drawing:
    """clean: uint8 H×W×3, on white paper; alpha: the drawing's own, H×W or None.

    square: S×S, what the network sees, never squashed; box: where the drawing lies in it.
    """

    clean: Picture
    alpha: Picture | None
    square: Picture
    box: Box

    @classmethod
    def of(cls, picture: Picture, size: int) -> "Drawing":
        """picture: uint8 H×W×3 or H×W×4; size: the square's side in px."""
        clean = white_paper(on_white(picture))
        return cls(clean, alpha_of(picture), *letterbox(to_grey(clean), size))

    def seen(self) -> Tensor:
        """1×1×S×S in [-1, 1]."""
        return torch.from_numpy(self.square.astype(np.float32) / 127.5 - 1)[None, None]

    def hinted(self, hints: HintFile) -> Tensor:
        """The hints at their places in the square, as a full hint 1×4×S×S; nothing is asked around them."""
        square = np.zeros((*self.square.shape, 4), np.uint8)
        self.box.crop(square)[...] = fitted_hints(hints.picture, self.box.inner_height, self.box.inner_width)
        return full_hint(square)

    def laid(self, paint: Picture) -> Picture:
        """A network's picture S×S×3 at the drawing's size, under its lines, with its alpha."""
        return self._clear(lay_lines(paint, self.square, self.clean, self.box))

    def filled(self, paint: Picture, pointer: Tensor, palette: Palette) -> Picture:
        """As `laid`, but each closed region in one colour that the network points at in it.

        pointer: 1×18×S×S; palette: the one histogram that was painted from.
        """
        shares = pointer[0].float().cpu().numpy()
        weights = palette.weights.flatten().cpu().numpy() / BANDS
        colors = (all_colors(palette.colors.cpu().flatten(1, 2))[0].numpy() + 1) * 127.5
        bare = without_lines(paint, self.square)
        flat = flat_paint(to_grey(self.clean), self.box, shares, weights, colors, bare)
        return self._clear(multiply(flat, self.clean))

    def _clear(self, picture: Picture) -> Picture:
        return picture if self.alpha is None else np.dstack([picture, self.alpha])
