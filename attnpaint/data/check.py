"""A quick look at every picture before the first step: what cannot be opened, and what does not match."""

import stat
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import BinaryIO, cast

from PIL import Image, UnidentifiedImageError
from PIL.ContainerIO import ContainerIO

from attnpaint.data.classify import draws, evenly_spaced
from attnpaint.data.figure_items import FigureFile
from attnpaint.data.layouts import Blob, Item, first_of
from attnpaint.decoding.reader import MAX_PIXELS, check_cost, opened, upright_size
from attnpaint.errors import AttnpaintError, PictureError

ASPECT = 0.02
LOOKED = 16  # side-by-side files that are decoded, and as many more of unusual shape
UNLIKE = 0.2  # below any genuine pair, see looks.ALIKE
TOO_LARGE = f"over {MAX_PIXELS // 1_000_000} megapixels"


@dataclass(frozen=True)
class Checked:
    """items: those that can be opened. unreadable: a line for each of the others."""

    items: tuple[Item, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int

    def like(self, other: "Size") -> bool:
        """Whether the aspect ratios are equal within ASPECT, or within a pixel of the smaller one."""
        across, down = self.width * other.height, other.width * self.height
        pixel = max(self.width, self.height, other.width, other.height)
        return abs(across - down) <= max(ASPECT * max(across, down), pixel)


def check(items: Sequence[Item], tell: Callable[[int, int], None] = lambda done, total: None) -> Checked:
    """Read the header of every picture, drawing and part map; `tell` is told (done, total) now and then.

    Raises AttnpaintError where drawings are not of their picture's aspect ratio, where side-by-side files
    hold no picture and its drawing (a few are decoded for that), and where nothing can be opened.
    """
    kept: list[Item] = []
    unreadable: list[str] = []
    unlike: list[str] = []
    sides: list[tuple[Item, Size]] = []
    for done, item in enumerate(items, 1):
        try:
            size, *drawn = _sizes(item)
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            unreadable.append(f"{item.name} cannot be read ({' '.join(reason.split())})")
        else:
            kept.append(item)
            if not all(size.like(other) for other in drawn):
                unlike.append(item.name)
            if item.side_by_side:
                sides.append((item, size))
        if done % 256 == 0 or done == len(items):
            tell(done, len(items))
    if unlike:
        pairs = sum(bool(item.line or item.drawings) for item in kept)
        problem = f"{first_of(unlike)} of {pairs} pictures and their drawings differ in aspect ratio"
        raise AttnpaintError(problem, "crop both alike, or take them out")
    _refuse_odd_sides(sides)
    if not kept:
        problem = f"none of {len(items)} pictures can be opened: {'; '.join(unreadable[:1])}"
        raise AttnpaintError(problem, "give whole PNG, JPEG, WebP, BMP or TIFF files")
    return Checked(tuple(kept), tuple(unreadable))


def _sizes(item: Item) -> list[Size]:
    """Of a picture and its drawings; ValueError where its part map is of another shape."""
    if isinstance(item.color, FigureFile):
        return [Size(1, 1)]  # square, all three; nothing to open
    size, *drawn = map(_size_of, (item.color, *([item.line] if item.line else []), *item.drawings))
    if item.parts and not item.side_by_side and not size.like(mapped := _size_of(item.parts)):
        shapes = f"{mapped.width}×{mapped.height} px beside {size.width}×{size.height}"
        raise ValueError(f"its part map differs in shape: {shapes}")
    return [size, *drawn]


def _size_of(blob: Blob) -> Size:
    """A picture's size, upright, by its header; OSError or ValueError where it cannot be opened."""
    path = Path(blob.path)
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
        raise ValueError("not a file")
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stream = file if blob.size < 0 else ContainerIO(file, blob.offset, blob.size)
        pixels = 0
        try:
            with opened(cast(BinaryIO, stream)) as (image, source):
                pixels = image.width * image.height
                check_cost(image, source, "it")
                return Size(*upright_size(image))
        except PictureError as error:
            raise ValueError(TOO_LARGE if pixels > MAX_PIXELS else error.problem) from None
        except UnidentifiedImageError:
            raise ValueError("no picture, or cut short") from None
        except Image.DecompressionBombError:
            raise ValueError(TOO_LARGE) from None
        except (OSError, ValueError):
            raise
        except Exception as error:  # decoders raise almost anything where data are damaged
            raise ValueError(f"damaged: {error}") from error


def _refuse_odd_sides(sides: Sequence[tuple[Item, Size]]) -> None:
    """Decode some of the side-by-side files, first of all those whose shape is not the commonest one."""
    if not sides:
        return
    shapes = [round(log(size.width / size.height) / ASPECT) for _, size in sides]
    commonest = Counter(shapes).most_common(1)[0][0]
    usual = [item for (item, _), shape in zip(sides, shapes, strict=True) if abs(shape - commonest) <= 1]
    others = [item for (item, _), shape in zip(sides, shapes, strict=True) if abs(shape - commonest) > 1]
    looked = [*evenly_spaced(others, LOOKED), *evenly_spaced(usual, LOOKED)]
    odd = [item.name for item in looked if _is_odd(item)]
    if odd:
        problem = (
            f"{first_of(odd)} of {len(looked)} side-by-side files looked at are no picture with its drawing"
        )
        raise AttnpaintError(problem, "take such files out, or give them in a folder of their own")


def _is_odd(item: Item) -> bool:
    with suppress(PictureError):
        color, line = item.open()
        return line is None or draws(line, color) < UNLIKE
    return False
