"""What a worker does with one picture: look at it; then shrink, extract lines, measure and encode."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from attnpaint.data.layouts import Item
from attnpaint.data.lines import EXTRACTORS
from attnpaint.errors import PictureError
from attnpaint.extract import measure
from attnpaint.images import Picture, fitted, resize, to_grey
from attnpaint.parts import SUFFIX as PARTS
from attnpaint.prepare.duplicates import Print
from attnpaint.prepare.filters import Limits, Reason, Verdict, fault_of
from attnpaint.prepare.gather import Entry
from attnpaint.prepare.shards import members

_KEPT_FORMATS = {"WEBP": "webp", "JPEG": "jpg"}
_ORIENTATION = 0x0112
_QUALITY = 95
_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 3]


@dataclass(frozen=True)
class Look:
    """What is known of a picture before it is written; print: of those that no limit leaves out."""

    width: int = 0
    height: int = 0
    verdict: Verdict | None = None
    print: Print | None = None
    problem: str = ""


@dataclass(frozen=True)
class Packing:
    """size: the long side in px, at most; lines: whether drawings are made."""

    size: int
    lines: bool


@dataclass(frozen=True)
class Packed:
    """path: the colour picture's name in the shard; data: all members, as they lie in a tar."""

    path: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Lost:
    """A picture that could not be read."""

    problem: str


def look(limits: Limits, entry: Entry) -> Look:
    """Judge one picture."""
    opened = _opened(entry.item)
    if isinstance(opened, Lost):
        return unreadable(opened.problem)
    color, _ = opened
    height, width = color.shape[:2]
    verdict = fault_of(color, limits)
    return Look(width, height, verdict, None if verdict else Print.of(color))


def unreadable(problem: str) -> Look:
    return Look(verdict=Verdict(Reason.unreadable, 0), problem=problem)


def pack(packing: Packing, entry: Entry) -> Packed | Lost:
    """The members of one picture: colour, own drawing, part map, drawings by every extractor, histogram."""
    opened = _opened(entry.item)
    if isinstance(opened, Lost):
        return opened
    whole, line = opened
    color = fitted(whole, packing.size, enlarge=False)
    height, width = color.shape[:2]
    kind, data = (_as_it_is(entry.item, color) if color is whole else None) or ("webp", webp(color))
    path = f"{entry.key}.color.{kind}"
    files = [(path, data)]
    if line is not None:
        grey = to_grey(resize(line, height, width))
        files.append((f"{entry.key}.line.webp", webp(np.repeat(grey[..., None], 3, axis=2))))
    try:
        parts = entry.item.open_parts(*whole.shape[:2])
    except PictureError as error:
        return Lost(_reason(entry.item, error))
    if parts is not None:
        small = cv2.resize(parts, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
        files.append((entry.key + PARTS, cv2.imencode(".png", small, _PNG)[1].tobytes()))
    if packing.lines:
        files += _drawings(entry.key, color)
    files.append((f"{entry.key}.histogram.json", json.dumps(measure(color).to_numbers()).encode()))
    return Packed(path, width, height, members(files))


def webp(picture: Picture) -> bytes:
    """uint8 H×W×3 as WebP: lossless where that is no larger than quality 95, as of flat colours."""
    image = Image.fromarray(picture)
    lossy, lossless = BytesIO(), BytesIO()
    image.save(lossy, "WEBP", quality=_QUALITY)
    image.save(lossless, "WEBP", lossless=True, quality=50, method=1)
    return min(lossless.getvalue(), lossy.getvalue(), key=len)


def _drawings(key: str, color: Picture) -> Iterator[tuple[str, bytes]]:
    seed = hashlib.blake2b(key.encode(), digest_size=8).digest()
    random = np.random.default_rng(int.from_bytes(seed))
    for name, extractor in EXTRACTORS.items():
        drawing = extractor(color, float(random.random()))
        yield f"{key}.{name}.png", cv2.imencode(".png", drawing, _PNG)[1].tobytes()


def _as_it_is(item: Item, color: Picture) -> tuple[str, bytes] | None:
    """The file itself, where it is a WebP or JPEG that shows just this: no second loss."""
    if item.side_by_side:
        return None
    data = item.color.read()
    with Image.open(BytesIO(data)) as image:
        upright = image.getexif().get(_ORIENTATION, 1) == 1
        plain = image.mode == "RGB" and getattr(image, "n_frames", 1) == 1
        same = upright and plain and image.size == color.shape[1::-1]
        kind = _KEPT_FORMATS.get(image.format or "")
    return (kind, data) if kind and same else None


def _opened(item: Item) -> tuple[Picture, Picture | None] | Lost:
    try:
        color, line = item.open()
    except PictureError as error:
        return Lost(_reason(item, error))
    except MemoryError:
        return Lost("needs more memory than there is")
    return (color, line) if color.size else Lost("is too narrow for two halves")


def _reason(item: Item, error: PictureError) -> str:
    """Why an item cannot be read, without its name."""
    reason = error.problem.removeprefix(f"{item.name} cannot be read (").removesuffix(")")
    return reason.removeprefix("the picture ")
