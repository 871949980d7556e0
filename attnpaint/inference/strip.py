"""Long strips, such as webtoons: the network paints them page by page, and the pages overlap."""

from collections.abc import Callable

import numpy as np

from attnpaint.images import Array, Box, Picture, resize
from attnpaint.inference.engine import Answers, Floats, Maps
from attnpaint.inference.groups import joined
from attnpaint.segment.regions import Labels, extent

OVERLAP = 4  # pages share at least this part of their length


def long_box(grey: Picture, size: int) -> tuple[Picture, Box]:
    """H×W of a strip at the size that pages of `size` px show it at, and the box of all of it."""
    height, width = grey.shape
    scale = size / extent(height, width)
    tall, wide = (max(1, round(side * scale)) for side in (height, width))
    tall, wide = (max(tall, size), wide) if height > width else (tall, max(wide, size))
    return np.ascontiguousarray(resize(grey, tall, wide)), Box(height, width, 0, 0, tall, wide)


def starts(length: int, size: int) -> list[int]:
    """Where pages of `size` px begin that cover `length` px, evenly, and overlap by a quarter at least."""
    step = size - size // OVERLAP
    pages = 1 + max(0, -(-(length - size) // step))
    return [round(i * (length - size) / max(1, pages - 1)) for i in range(pages)]


def paint_pages(
    strip: Picture,
    hint: Picture | None,
    size: int,
    paint: Callable[..., Maps],
    labels: Labels | None = None,
) -> Maps:
    """The maps of a whole strip h×w, where those of pages overlap mixed from one to the other.

    hint: h×w×4. labels: its regions, int32 h×w from 1. paint: called with a page, uint8 size×size on white,
    its hint, size×size×4 or None, and where there are labels with the page's, size×size, 0 beside the strip.
    What pages answer of regions is joined. Gates are left out: they are of a page.
    """
    across = strip.shape[1] > strip.shape[0]
    length, short = max(strip.shape), min(strip.shape)
    left = (size - short) // 2
    columns = slice(left, left + short)
    sums: dict[str, Floats] = {}
    answers: list[Answers] = []
    seconds, total = 0.0, np.zeros(length, np.float32)
    for place in starts(length, size):
        rows = slice(place, place + size)
        asked = [
            array if array is None else _page(array, fill, rows, columns, across)
            for array, fill in ((strip, 255), (hint, 0), *([] if labels is None else [(labels, 0)]))
        ]
        maps = paint(*asked)
        weight = _weight(size, place > 0, place + size < length)
        for name, said in (("image", maps.image), ("pointer", maps.pointer), ("variants", maps.variants)):
            if said is not None:
                planes = said.reshape(-1, size, size)
                sums[name] = _added(sums.get(name), planes, across, columns, rows, weight, length)
        answers += [] if maps.answers is None else [maps.answers]
        total[rows] += weight
        seconds += maps.seconds
    for name, array in sums.items():
        array /= total[:, None]
        sums[name] = np.ascontiguousarray(array.transpose(0, 2, 1)) if across else array
    image, variants = sums["image"], sums.get("variants")
    several = None if variants is None else variants.reshape(-1, *image.shape)
    return Maps(image, sums.get("pointer"), (), several, seconds, joined(answers))


def _page(array: Array, fill: int, rows: slice, columns: slice, across: bool) -> Array:
    """Rows of a strip in a square of `fill`; of one that goes across, its columns: shown as they are."""
    size = rows.stop - rows.start
    whole = np.full((size, size, *array.shape[2:]), fill, array.dtype)
    if across:
        whole[columns] = array[:, rows]
    else:
        whole[:, columns] = array[rows]
    return whole


def _weight(size: int, before: bool, after: bool) -> Floats:
    """Of a page's rows: falling towards the pages before and after it, over what they share at least."""
    ramp = np.minimum(1, (np.arange(size, dtype=np.float32) + 0.5) / (size // OVERLAP))
    ones = np.ones(size, np.float32)
    return (ramp if before else ones) * (ramp[::-1] if after else ones)


def _added(
    whole: Floats | None, page: Floats, across: bool, columns: slice, rows: slice, weight: Floats, length: int
) -> Floats:
    """The weighed sum of what pages say, C×length×short."""
    seen = (page.swapaxes(1, 2) if across else page)[:, :, columns]
    if whole is None:
        whole = np.zeros((len(seen), length, seen.shape[2]), np.float32)
    whole[:, rows] += seen * weight[:, None]
    return whole
