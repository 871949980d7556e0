"""A painting as planes of a byte or two per pixel, from which a page recolours it without asking again.

The bytes: uint32 (little-endian) length of a JSON header; the header, {"view": [h, w], "inner": [ih, iw],
"arrays": {NAME: {"dtype", "shape", "offset"}}}; the arrays, little-endian, from their offsets, which count
from the header's end. All of it is aligned to four bytes. `view` is the drawing, of VIEW px at most; `inner`
is what the network saw of it, without padding.

    shares   uint8 18×ih×iw    how much of each colour is in a pixel, sums to 255; lines filled from beside
    shading  int8 3×ih×iw      the painting without its lines, less Σ shares/255·color18, int16 where that is
                               more than a byte holds; where there are no `shares`: uint8, the painting
                               without its lines itself
    labels   uint16 h×w        the region of each pixel, from 1
    small    uint16 ih×iw      the same for the network's pixels
    taken    float32 R×18      how much of each colour a region takes; all 0: its mean
    mean     float32 R×3       the mean paint of a region, in [0, 255]
    likeness int8 R×E          127 times the vector of length 1 by which regions that belong together are
                               alike (their cosine is near 1); all 0: the network was not asked about it
    parts    uint8 R×7         255 times how likely a region is each of PARTS, in their order; 0 as above
    ground   uint16 1          the region along more than half of the drawing's edge, or 0
    grounds  uint16 G          those that are surely ground
    lines    uint8 h×w×3       the drawing on white paper
    alpha    uint8 h×w         the drawing's own opacity

color18 is the palette's 16 colours (number band·4 + rank), ink 0 and paper 255. Then
    flat     = Σ taken[r]·color18, or mean[r], of the pixel's region r, rounded; then colours nearer than
               ΔE2000 2 are one (see `attnpaint.colour.united`). Colours that the network painted from are no
               darker in it than lines on them allow (`attnpaint.colour.under_lines`)
    painted  = Σ shares/255·color18 + shading, enlarged within regions (see `enlarge_within`), and flat on
               what is surely ground
    blend    = flat + 0.5·(the luma of painted − its mean over the region), and flat on the ground
and the picture is any of them × lines/255. A model that does not point sends no `shares` and no `taken`; one
without a region stage no `likeness`, no `parts` and no `grounds`; a drawing without transparency no `alpha`.
"""

import json
import struct
from typing import Any

import cv2
import numpy as np

from attnpaint.images import Array, Picture, fitted, nearest, resize
from attnpaint.inference.canvas import Canvas, with_ink_and_paper
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.drawing import SPREAD, trust_of
from attnpaint.inference.engine import Answers, Floats
from attnpaint.segment.regions import Labels

VIEW = 1024  # px of the long side, at most
MOST = 2**16 - 1  # regions; those beyond pass for the last


def planes(coloring: Coloring) -> dict[str, Array]:
    """The arrays by name, as the module tells; `color18` is that of `coloring`."""
    canvas, drawing, histogram = coloring.canvas, coloring.canvas.drawing, coloring.histogram
    image = canvas.image(histogram)
    paint = canvas.paint(image)
    lines = fitted(drawing.clean, VIEW, enlarge=False)
    rows = min(int(canvas.labels.max()), MOST) + 1
    found: dict[str, Array] = {}
    if canvas.shares is None or histogram is None:
        found["shading"] = paint.transpose(2, 0, 1)
    else:
        shares = _bytes(_without_lines(canvas.shares, canvas, image))
        mixed = np.tensordot(with_ink_and_paper(histogram).T / np.float32(255), shares.astype(np.float32), 1)
        found["shares"] = shares
        found["shading"] = _shading(np.asarray(paint.transpose(2, 0, 1) - mixed, np.float32))
    found["labels"] = _numbers(nearest(canvas.labels, *lines.shape[:2]))
    found["small"] = _numbers(canvas.small)
    if canvas.region_weights is not None:
        found["taken"] = canvas.region_weights[:rows]
    found["mean"] = canvas.mean(paint)[:rows]
    if canvas.answers is not None:
        found |= _told(canvas.answers, rows)
    found["ground"] = _numbers(np.array([canvas.ground]))
    if len(canvas.grounds):
        found["grounds"] = _numbers(canvas.grounds)
    found["lines"] = lines
    if drawing.alpha is not None:
        found["alpha"] = resize(drawing.alpha, *lines.shape[:2])
    return found


def pack(arrays: dict[str, Array]) -> bytes:
    """The bytes that the module describes. The header's sizes are those of `lines` and `small`."""
    table: dict[str, dict[str, Any]] = {}
    parts, offset = [], 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        data += bytes(-len(data) % 4)
        table[name] = {"dtype": array.dtype.name, "shape": array.shape, "offset": offset}
        parts.append(data)
        offset += len(data)
    told = {"view": arrays["lines"].shape[:2], "inner": arrays["small"].shape, "arrays": table}
    header = json.dumps(told).encode()
    header += b" " * (-len(header) % 4)
    return b"".join([struct.pack("<I", len(header)), header, *parts])


def _told(answers: Answers, rows: int) -> dict[str, Array]:
    """What the region stage says of regions, a row for each of `rows` region numbers."""
    there = answers.label < rows
    likeness = np.zeros((rows, answers.embedding.shape[1]), np.int8)
    likeness[answers.label[there]] = np.rint(127 * answers.embedding[there]).clip(-127, 127)
    parts = np.zeros((rows, answers.parts.shape[1]), np.uint8)
    parts[answers.label[there]] = np.rint(255 * answers.parts[there]).clip(0, 255)
    return {"likeness": likeness, "parts": parts}


def _without_lines(shares: Floats, canvas: Canvas, image: Picture) -> Floats:
    """The shares 18×h×w with the drawing's lines filled from beside them, as those of `image` are."""
    box = canvas.drawing.box
    trust = trust_of(box.crop(image), box.crop(canvas.drawing.square))
    weight = cv2.GaussianBlur(trust, (0, 0), SPREAD)
    beside = (1 - trust) / weight
    filled = np.empty((len(shares), *trust.shape), np.float32)
    for share, into in zip(shares, filled, strict=True):
        known = box.crop(share) * trust
        into[...] = known + cv2.GaussianBlur(known, (0, 0), SPREAD) * beside
    return filled


def _bytes(shares: Floats) -> Picture:
    """As uint8 that sum to 255 in each pixel: what rounding leaves, the largest share takes."""
    rounded = (shares * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    rest = (255 - rounded.sum(axis=0, dtype=np.int16)).astype(np.uint8)  # modulo 256, as the sum is
    most = shares.argmax(axis=0)[None]
    np.put_along_axis(rounded, most, np.take_along_axis(rounded, most, axis=0) + rest, axis=0)
    return rounded


def _shading(apart: Floats) -> Array:
    """Rounded, as int8 where that holds all of it, else as int16: where broad tone is taken out of the paint
    it is far brighter than the colours that the network mixed there."""
    rounded = np.rint(apart)
    fits = -128 <= rounded.min() and rounded.max() <= 127
    return rounded.astype(np.int8 if fits else np.int16)


def _numbers(labels: Labels) -> Array:
    return np.minimum(labels, MOST).astype(np.uint16)
