"""A drawing on its way into a network's square and back to its own size. Needs no torch."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from attnpaint.data.hint_file import HintFile, fitted_hints
from attnpaint.images import Box, Picture, alpha_of, letterbox, nearest, on_white, to_grey
from attnpaint.inference.compose import white_paper
from attnpaint.inference.engine import Floats, Maps
from attnpaint.inference.strip import long_box, paint_pages
from attnpaint.segment.extent import is_strip
from attnpaint.segment.regions import Labels

GREYS = 0.4  # share of the drawing, neither ink nor paper, from which it is rather a photo or a painting
HUES = 0.25  # share of the drawing in plain colour, likewise


@dataclass(frozen=True, eq=False)
class Drawing:
    """clean: uint8 H×W×3, on white paper; alpha: the drawing's own, H×W or None.

    square: S×S, what the network sees, never squashed; of a strip h×w, of which it sees pages S×S.
    box: where the drawing lies in it. size: S.
    """

    clean: Picture
    alpha: Picture | None
    square: Picture
    box: Box
    size: int = 0

    @classmethod
    def of(cls, picture: Picture, size: int) -> "Drawing":
        """picture: uint8 H×W×3 or H×W×4; size: the square's side in px."""
        clean = white_paper(on_white(picture))
        lay = long_box if is_strip(*clean.shape[:2]) else letterbox
        return cls(clean, alpha_of(picture), *lay(to_grey(clean), size), size)

    @cached_property
    def seen(self) -> Floats:
        """1×1×S×S in [-1, 1]."""
        return (self.square.astype(np.float32) / 127.5 - 1)[None, None]

    def painted(self, hint: Picture | None, paint: Callable[..., Maps], labels: Labels | None = None) -> Maps:
        """What `paint` makes of 1×1×S×S in [-1, 1] and its hint, uint8 S×S×4; of a strip, of all pages.

        labels: the drawing's regions, of any size; `paint` is then given them too, int32 S×S, 0 around them.
        """

        def of(page: Picture, *beside: Picture | Labels | None) -> Maps:
            return paint((page.astype(np.float32) / 127.5 - 1)[None, None], *beside)

        lies = None
        if labels is not None:
            lies = np.zeros(self.square.shape, np.int32)
            inner = self.box.crop(lies)
            inner[...] = nearest(labels, *inner.shape)
        if is_strip(*self.clean.shape[:2]):
            return paint_pages(self.square, hint, self.size, of, lies)
        return paint(self.seen, hint, *([] if lies is None else [lies]))

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
