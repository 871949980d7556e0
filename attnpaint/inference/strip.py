"""Long strips, such as webtoons: the network paints them page by page, and the pages overlap."""

from collections.abc import Callable

import numpy as np

from attnpaint.images import Box, Picture, resize
from attnpaint.inference.engine import Floats, Maps
from attnpaint.segment.extent import extent

OVERLAP = 4  # pages share at least this part of their length


def fine_size(height: int, width: int, fine: int) -> tuple[int, int]:
    """Height and width of the copy that regions are found on: at most `fine` px of extent, fine² of area."""
    scale = min(1.0, fine / extent(height, width), fine / (height * width) ** 0.5)
    return max(1, round(height * scale)), max(1, round(width * scale))


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


def paint_pages(strip: Picture, hint: Picture | None, size: int, paint: Callable[..., Maps]) -> Maps:
    """The maps of a whole strip h×w, where those of pages overlap mixed from one to the other.

    hint: h×w×4. paint: called with a page, uint8 size×size on white, and its hint, size×size×4 or None.
    Gates are left out: they are of a page.
    """
    across = strip.shape[1] > strip.shape[0]
    long = strip.T if across else strip
    dabs = hint.transpose(1, 0, 2) if across and hint is not None else hint
    left = (size - long.shape[1]) // 2
    columns = slice(left, left + long.shape[1])
    places = starts(len(long), size)
    image = pointer = several = None
    seconds, total = 0.0, np.zeros(len(long), np.float32)
    for place in places:
        rows = slice(place, place + size)
        page = np.full((size, size), 255, np.uint8)
        page[:, columns] = long[rows]
        dab = None
        if dabs is not None:
            dab = np.zeros((size, size, 4), np.uint8)
            dab[:, columns] = dabs[rows]
        maps = paint(_turned(page, across), None if dab is None else _turned(dab, across))
        weight = _weight(size, place > 0, place + size < len(long))
        image = _added(image, maps.image, across, columns, rows, weight, len(long))
        if maps.pointer is not None:
            pointer = _added(pointer, maps.pointer, across, columns, rows, weight, len(long))
        if maps.variants is not None:
            planes = maps.variants.reshape(-1, size, size)
            several = _added(several, planes, across, columns, rows, weight, len(long))
        total[rows] += weight
        seconds += maps.seconds
    assert image is not None
    for array in (image, pointer, several):
        if array is not None:
            array /= total[:, None]
    if across:
        image = np.ascontiguousarray(image.transpose(0, 2, 1))
        pointer = None if pointer is None else np.ascontiguousarray(pointer.transpose(0, 2, 1))
        several = None if several is None else np.ascontiguousarray(several.transpose(0, 2, 1))
    variants = None if several is None else several.reshape(-1, *image.shape)
    return Maps(image, pointer, (), variants, seconds)


def _turned(array: Picture, across: bool) -> Picture:
    """Rows for columns, where a strip goes across: pages are shown as they are."""
    return np.ascontiguousarray(array.swapaxes(0, 1)) if across else array


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
