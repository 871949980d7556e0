"""A drawing on its way into a network's square and back to its own size. Needs no torch."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from attnpaint.data.hint_file import HintFile, fitted_hints
from attnpaint.images import Box, Picture, alpha_of, letterbox, on_white, to_grey
from attnpaint.inference.engine import Floats
from attnpaint.inference.paint import white_paper

GREYS = 0.4  # share of the drawing, neither ink nor paper, from which it is rather a photo or a painting
HUES = 0.25  # share of the drawing in plain colour, likewise


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

    @cached_property
    def seen(self) -> Floats:
        """1×1×S×S in [-1, 1]."""
        return (self.square.astype(np.float32) / 127.5 - 1)[None, None]

    def hinted(self, hints: HintFile) -> Picture:
        """The hints at their places in the square, uint8 S×S×4; nothing is asked around them."""
        square = np.zeros((*self.square.shape, 4), np.uint8)
        self.box.crop(square)[...] = fitted_hints(hints.picture, self.box.inner_height, self.box.inner_width)
        return square

    def with_alpha(self, picture: Picture) -> Picture:
        """H×W×3 with the drawing's own transparency, if it has any."""
        return picture if self.alpha is None else np.dstack([picture, self.alpha])

    @property
    def oddity(self) -> str:
        """What speaks against this being a line drawing, or an empty text."""
        seen = self.box.crop(self.square)
        if seen.min() > 200:
            return "there is hardly a line in this drawing: it is all paper"
        if seen.max() < 55:
            return "this drawing is black all over: dark lines on light paper are wanted"
        small = cv2.resize(self.clean, seen.shape[::-1], interpolation=cv2.INTER_AREA)
        colored = np.ptp(small.astype(np.int16), axis=2) > 48
        greys = ((seen > 64) & (seen < 208)).mean()
        if greys > GREYS or colored.mean() > HUES:
            return "this looks like a photo or a painting, not a line drawing; it is painted all the same"
        return ""
