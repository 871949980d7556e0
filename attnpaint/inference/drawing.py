"""A drawing: paper told from ink, fitted into the network's square, its lines taken from paint. No torch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.data.hint_file import HintFile, fitted_hints
from attnpaint.images import Array, Box, Picture, channel_range, fitted, letterbox, nearest, on_white, to_grey
from attnpaint.inference.engine import Floats, Maps
from attnpaint.inference.strip import long_box, paint_pages
from attnpaint.segment.regions import Labels, is_strip

Invert = Literal["auto", "yes", "no"]

LOOKED = 1024  # px of the long side, at most, at which a drawing is looked at
PAPER, OPAQUE = 200, 128  # least luma and alpha of opaque paper
OWN = 0.05  # of what is visible: the least share of opaque paper for a drawing that has its own
DARK, LIGHT = 64, 128  # luma of a black paper, at most, and of white lines, at least
BLACK, EDGE = 0.6, 0.75  # the least shares of dark pixels, of all and along the drawing's edge
FEW, MANY = 0.001, 0.35  # shares of light pixels
THICK = 24  # lines are thinner than the short side by this
AREAS = 0.1  # of what is light: more than that in wider areas than lines are no white lines
COLOR, COLORED = 48, 0.05  # difference of channels, and the share of pixels over it, of a painting
GREYS = 0.4  # share of the drawing, neither ink nor paper, from which it is rather a photo or a painting
HUES = 0.25  # share of the drawing in plain colour, likewise
# In pixels of the small picture
_WIDEST = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))  # what is dark over more is tone, not a line
SPREAD = 1.25  # how far a line takes its filling from


def is_ink(picture: Picture) -> bool:
    """Whether it is ink on a transparent layer: hardly any of what is visible is opaque paper.

    picture: uint8 H×W×3 or H×W×4; never of the first.
    """
    if picture.shape[2] == 3:
        return False
    small = fitted(picture, LOOKED, enlarge=False)
    light = to_grey(np.ascontiguousarray(small[..., :3])) >= PAPER
    visible = small[..., 3] > 0
    return bool((light & (small[..., 3] >= OPAQUE)).sum() <= OWN * visible.sum())


def turned_round(picture: Picture, invert: Invert) -> tuple[Picture, str]:
    """The drawing with dark lines on light paper, and a note where it was not so; else itself and "".

    picture: uint8 H×W×3 or H×W×4. Light lines on a transparent layer are white on black, too.
    """
    if invert == "no":
        return picture, ""
    clear = picture.shape[2] == 4 and is_white_ink(picture)
    if invert == "yes" or clear or is_white_on_black(on_white(picture)):
        dark = _on_black(picture) if clear else picture[..., :3]
        turned = np.subtract(255, dark)
        if picture.shape[2] == 4 and not clear:
            turned = np.dstack([turned, picture[..., 3]])
        told = "" if invert == "yes" else "this drawing is white on black: it was turned round"
        return turned, told
    return picture, ""


def is_white_ink(picture: Picture) -> bool:
    """Whether there are light lines on a transparent layer, which white paper would hide."""
    small = fitted(picture, LOOKED, enlarge=False)
    return bool(to_grey(small).min() > PAPER) and is_white_on_black(_on_black(small))


def is_white_on_black(picture: Picture) -> bool:
    """Whether these are thin light lines on black: no photo, no night in a comic. uint8 H×W×3."""
    small = fitted(picture, LOOKED, enlarge=False)
    grey = to_grey(small)
    edge = np.concatenate([grey[[0, -1]].ravel(), grey[:, [0, -1]].ravel()])
    if (grey < DARK).mean() < BLACK or (edge < DARK).mean() < EDGE:
        return False
    light = (grey >= LIGHT).astype(np.uint8)
    if not FEW <= light.mean() <= MANY or (channel_range(small) > COLOR).mean() > COLORED:
        return False
    framed = cv2.copyMakeBorder(light, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    wide = cv2.distanceTransform(framed, cv2.DIST_L2, 5) > max(4.0, min(grey.shape) / THICK) / 2
    return bool(cv2.dilate(wide.astype(np.uint8), _ball(min(grey.shape))).sum() <= AREAS * light.sum())


def _ball(short: int) -> Array:
    """What a core is grown by to the area that it is the core of."""
    side = 2 * round(max(4.0, short / THICK) / 2) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))


def _on_black(picture: Picture) -> Picture:
    alpha = picture[..., 3:].astype(np.uint16)
    return ((picture[..., :3] * alpha + 127) // 255).astype(np.uint8)


def white_paper(drawing: Picture) -> Picture:
    """H×W×3 with the paper, the brightness that nine tenths of each channel stay below, raised to white."""
    rows, columns = (1 + side // 1000 for side in drawing.shape[:2])
    sample = drawing[::rows, ::columns].reshape(-1, 3)
    darker = [np.bincount(plane, minlength=256).cumsum() for plane in sample.T]  # as np.percentile, sooner
    before, part = divmod(0.9 * (len(sample) - 1), 1)
    ranks = before, min(before + 1, len(sample) - 1)
    low, high = (np.array([np.searchsorted(one, rank, "right") for one in darker]) for rank in ranks)
    paper = low + (high - low) * part - 8
    levels = np.arange(256)[:, None] * 255 / np.maximum(paper, 128)
    return cv2.LUT(drawing, levels.clip(0, 255).astype(np.uint8)[None]).astype(np.uint8, copy=False)


def without_lines(paint: Picture, sketch: Picture) -> Picture:
    """`paint` (H×W×3) with the lines of `sketch` (H×W) filled from beside them.

    Normalised convolution (Knutsson & Westin 1993) with `trust_of` them.
    """
    trust = trust_of(paint, sketch)[..., None]
    known, weight = (cv2.GaussianBlur(array, (0, 0), SPREAD) for array in (paint * trust, trust))
    filled: Array = paint * trust + known / weight[..., None] * (1 - trust)
    return filled.round().clip(0, 255).astype(np.uint8)


def trust_of(paint: Picture, sketch: Picture) -> Floats:
    """How far each pixel of `paint` (H×W×3) is paint and not a line: float32 H×W in (0, 1].

    The less the darker a line of `sketch` (H×W) is there or next to it, and, two pixels around, the darker
    the painting itself is against what surrounds it.
    """
    drawn, painted = (grey / tone_of(grey).astype(np.float32) for grey in (sketch, to_grey(paint)))
    touched, near = (cv2.erode(drawn, np.ones((size, size))) for size in (3, 5))
    trust: Floats = np.maximum(touched * (1 - (1 - near) * (1 - painted)), 0.05) ** 6
    return trust


def tone_of(grey: Picture) -> Picture:
    """H×W, at least 1: the brightness with the lines closed."""
    return np.maximum(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, _WIDEST), 1).astype(np.uint8, copy=False)


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
        alpha = picture[..., 3] if picture.shape[2] == 4 else None
        lay = long_box if is_strip(*clean.shape[:2]) else letterbox
        return cls(clean, alpha, *lay(to_grey(clean), size), size)

    def painted(self, hint: Picture | None, paint: Callable[..., Maps], labels: Labels | None = None) -> Maps:
        """What `paint` makes of the square, uint8 S×S, and its hint, uint8 S×S×4; of a strip, of all pages.

        labels: the drawing's regions, of any size; `paint` is then given them too, int32 S×S, 0 around them.
        """
        lies = None
        if labels is not None:
            lies = np.zeros(self.square.shape, np.int32)
            inner = self.box.crop(lies)
            inner[...] = nearest(labels, *inner.shape)
        if is_strip(*self.clean.shape[:2]):
            return paint_pages(self.square, hint, self.size, paint, lies)
        return paint(self.square, hint, *([] if lies is None else [lies]))

    def hinted(self, hints: HintFile) -> Picture:
        """The hints at their places in the square, uint8 S×S×4; nothing is asked around them."""
        square = np.zeros((*self.square.shape, 4), np.uint8)
        self.box.crop(square)[...] = fitted_hints(hints.picture, self.box.inner_height, self.box.inner_width)
        return square

    def seen_through(self, there: npt.NDArray[np.bool_]) -> "Drawing":
        """The drawing without its paper where `there`, H×W, is: its lines are black ink there, as dense as
        they are dark."""
        alpha = np.where(there, 255 - to_grey(self.clean), np.uint8(255))
        if self.alpha is not None:
            alpha = np.minimum(alpha, self.alpha)
        return replace(self, clean=np.where(there[..., None], np.uint8(0), self.clean), alpha=alpha)

    @property
    def oddity(self) -> str:
        """What speaks against this being a line drawing, or an empty text."""
        seen = self.box.crop(self.square)
        if seen.min() > 200:
            return "there is hardly a line in this drawing: it is all paper"
        if seen.max() < 55:
            return "this drawing is black all over: dark lines on light paper are wanted"
        small = cv2.resize(self.clean, seen.shape[::-1], interpolation=cv2.INTER_AREA)
        colored = channel_range(small.astype(np.uint8, copy=False)) > 48
        greys = ((seen > 64) & (seen < 208)).mean()
        if greys > GREYS or colored.mean() > HUES:
            return "this looks like a photo or a painting, not a line drawing; it is painted all the same"
        return ""
