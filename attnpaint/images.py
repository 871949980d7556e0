"""Pictures: read as uint8 RGB(A), written whole, laid on white, fitted into a square; and their lines."""

import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from attnpaint.decoding.reader import FORMATS as FORMATS
from attnpaint.decoding.reader import MAX_PIXELS as MAX_PIXELS
from attnpaint.decoding.reader import USUAL, Bounds, decode, read_stream, too_large
from attnpaint.decoding.suffixes import READABLE
from attnpaint.decoding.suffixes import SUFFIXES as SUFFIXES
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.files import replacing, there

Picture = npt.NDArray[np.uint8]
Array = npt.NDArray[Any]
Source = str | Path | bytes | BinaryIO | Image.Image | Array

Scalar = TypeVar("Scalar", np.uint8, np.int32, np.float32)
Whole = TypeVar("Whole", np.uint8, np.uint16, np.int32)

_SAVING: dict[str, dict[str, Any]] = {
    ".png": {"format": "PNG"},
    ".jpg": {"format": "JPEG", "quality": 95, "subsampling": 0},
    ".jpeg": {"format": "JPEG", "quality": 95, "subsampling": 0},
    ".webp": {"format": "WEBP", "lossless": True},
    ".bmp": {"format": "BMP"},
    ".tif": {"format": "TIFF", "compression": "tiff_lzw"},
    ".tiff": {"format": "TIFF", "compression": "tiff_lzw"},
}
NO_ALPHA = (".jpg", ".jpeg", ".bmp")
_LONGEST = {".jpg": 65_500, ".jpeg": 65_500, ".webp": 16_383}  # px of a side; the others take MAX_PIXELS


def read_picture(source: Source, bounds: Bounds = USUAL) -> Picture:
    """Any picture as uint8 H×W×3 RGB, or H×W×4 RGBA where a pixel is not opaque.

    EXIF orientation is applied, an embedded colour profile brought to sRGB, 16 bits become 8, palette, grey
    and CMYK become RGB, the first frame of an animation is taken; what else stands beside the pixels, damaged
    or not, is not looked at. Arrays: uint8, uint16 or bool, H×W or H×W×{1,2,3,4}.
    Raises PictureError: missing, not a picture, damaged, or over one of `bounds` (told before it is decoded).
    """
    return read_noted(source, bounds)[0]


def read_noted(source: Source, bounds: Bounds = USUAL) -> tuple[Picture, tuple[str, ...]]:
    """The same, and what is to be told of the picture."""
    if isinstance(source, np.ndarray):
        return _from_array(source), ()
    name = str(source) if isinstance(source, (str, Path)) else "the picture"
    try:
        with warnings.catch_warnings(), ExitStack() as opened:
            warnings.simplefilter("ignore")  # about bombs and odd metadata; the size is checked below
            if isinstance(source, Image.Image):
                array, note = decode(source, None, name, bounds)
            else:
                stream = BytesIO(source) if isinstance(source, bytes) else source
                if isinstance(stream, (str, Path)):
                    path = Path(stream)
                    try:
                        stream = opened.enter_context(path.open("rb"))
                    except OSError as error:
                        raise _not_opened(path, error) from error
                array, note = read_stream(stream, name, bounds)
            return _from_array(array), (note,) if note else ()
    except Image.DecompressionBombError as error:
        raise too_large(name, most=bounds.pixels) from error
    except UnidentifiedImageError as error:
        if isinstance(source, (str, Path)) and Path(source).is_file() and Path(source).stat().st_size == 0:
            raise PictureError(f"{name} is empty", "save or fetch it again") from error
        problem = f"{name} is not a picture that can be read"
        raise PictureError(problem, "give a whole PNG, JPEG, WebP, BMP or TIFF file") from error
    except (PictureError, MemoryError):
        raise
    except Exception as error:  # decoders raise almost anything where data are damaged
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else "no data"
        raise PictureError(f"{name} is damaged or cut short ({reason})", "save or fetch it again") from error


def write_picture(path: str | Path, picture: npt.NDArray[np.uint8]) -> None:
    """Write uint8 H×W, H×W×3 or H×W×4 in the format of the suffix; JPEG and BMP get alpha laid on white.

    The file appears whole or not at all. AttnpaintError: unknown suffix, a side that is too long for the
    format, folder missing or not writable.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in _SAVING:
        problem = f"{path.name} has no picture suffix that can be written"
        raise AttnpaintError(problem, f"use one of {' '.join(SUFFIXES)}")
    check_sides(suffix, *picture.shape[:2])
    if suffix in NO_ALPHA and picture.ndim == 3:
        picture = on_white(picture)
    with replacing(path) as part, part.open("wb") as stream:
        Image.fromarray(picture).save(stream, **_SAVING[suffix])


def check_sides(suffix: str, height: int, width: int) -> None:
    """AttnpaintError where a file with this suffix, like .webp, cannot be so many px high or wide."""
    longest = _LONGEST.get(suffix.lower(), max(height, width))
    if max(height, width) > longest:
        problem = (
            f"a picture of {width}×{height} is too large for a {suffix} file, which ends at {longest} pixels"
        )
        raise AttnpaintError(problem, "write a .png file")


def on_white(picture: Picture) -> Picture:
    """uint8 H×W×3: RGBA composed over white; RGB is returned as it is."""
    if picture.shape[2] == 3:
        return picture
    alpha = picture[..., 3:].astype(np.uint16)
    return ((picture[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def to_grey(picture: Picture) -> Picture:
    """uint8 H×W luma (Rec. 601) of the picture laid on white."""
    return cv2.cvtColor(on_white(picture), cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def channel_range(picture: Picture) -> Picture:
    """uint8 H×W: how far a pixel's channels lie apart, 0 for grey. picture: H×W×3."""
    red, green, blue = cv2.split(picture)
    most, least = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    return cv2.subtract(most, least).astype(np.uint8, copy=False)


def lines_over(paint: Picture, drawing: Picture) -> Picture:
    """A drawing multiplied over paint, both uint8 H×W×3: black lines cover it, grey ones darken it, white
    lets it through."""
    return cv2.multiply(paint, drawing, scale=1 / 255).astype(np.uint8, copy=False)


@dataclass(frozen=True)
class Box:
    """Where a picture of height × width lies in a square: `inner` rows and columns from (top, left)."""

    height: int
    width: int
    top: int
    left: int
    inner_height: int
    inner_width: int

    def crop(self, square: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        """The square without its padding, not resized."""
        return square[self.top : self.top + self.inner_height, self.left : self.left + self.inner_width]

    def crop_back(self, square: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        """The square without its padding, at the picture's own height and width."""
        return resize(self.crop(square), self.height, self.width)


def letterbox(picture: npt.NDArray[Scalar], size: int, fill: int = 255) -> tuple[npt.NDArray[Scalar], Box]:
    """H×W or H×W×C centred in a size×size square of `fill`, aspect ratio kept; and where it lies there."""
    inner = fitted(picture, size)
    (height, width), (tall, wide) = picture.shape[:2], inner.shape[:2]
    box = Box(height, width, (size - tall) // 2, (size - wide) // 2, tall, wide)
    square = np.full((size, size, *picture.shape[2:]), fill, dtype=picture.dtype)
    box.crop(square)[...] = inner
    return square, box


def fitted(picture: npt.NDArray[Scalar], side: int, enlarge: bool = True) -> npt.NDArray[Scalar]:
    """H×W or H×W×C with `side` px on the long side, aspect ratio kept; enlarge: smaller ones too."""
    long = max(picture.shape[:2])
    if long <= side and not enlarge:
        return picture
    height, width = (max(1, round(length * (side / long))) for length in picture.shape[:2])
    return np.ascontiguousarray(resize(picture, height, width))


def resize(array: npt.NDArray[Scalar], height: int, width: int) -> npt.NDArray[Scalar]:
    """H×W or H×W×C at another size: area means when it shrinks, cubic when it grows."""
    if array.shape[:2] == (height, width):
        return array
    if array.ndim == 3 and array.shape[2] > 4:  # more channels than OpenCV takes at a time
        fours = [resize(array[..., i : i + 4], height, width) for i in range(0, array.shape[2], 4)]
        return np.concatenate(fours, axis=2)
    shrinks = height * width < array.shape[0] * array.shape[1]
    resized = cv2.resize(array, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return resized.reshape(height, width, *array.shape[2:]).astype(array.dtype, copy=False)


def nearest(array: npt.NDArray[Whole], height: int, width: int) -> npt.NDArray[Whole]:
    """H×W at another size, of the values that it has: for labels."""
    resized = cv2.resize(array, (width, height), interpolation=cv2.INTER_NEAREST)
    return resized.astype(array.dtype, copy=False)


def xdog(picture: Picture, strength: float) -> Picture:
    """The lines of uint8 H×W×3 as H×W, dark on white; strength: 0 to 1.

    Extended difference of Gaussians (Winnemöller et al. 2012): inked brush lines and dark fills.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)
    sigma = 0.6 + 0.6 * strength
    fine, coarse = (cv2.GaussianBlur(grey, (0, 0), s) for s in (sigma, 1.6 * sigma))
    sharp = cv2.addWeighted(fine, 21, coarse, -20, -0.3)
    tone = 1 + np.tanh(np.minimum(sharp, 0) * np.float32(4 + 8 * strength))
    return cv2.convertScaleAbs(tone, alpha=255).astype(np.uint8, copy=False)


def find_pictures(folder: str | Path) -> list[Path]:
    """The pictures under `folder`, recursive and sorted, hidden ones left out.

    Raises AttnpaintError where it is no folder or holds no picture.
    """
    folder = Path(folder)
    if not folder.is_dir():
        state = "is not a folder" if folder.exists() else "does not exist"
        raise AttnpaintError(f"{folder} {state}", "give a folder of pictures")
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in READABLE
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    if not found:
        raise AttnpaintError(f"{folder} holds no pictures", f"put some there ({' '.join(SUFFIXES)})")
    return found


def _not_opened(path: Path, error: OSError) -> PictureError:
    if not there(path):
        return PictureError(f"{path} does not exist", "check the path")
    if path.is_dir():
        return PictureError(f"{path} is a folder", "give a picture file")
    reason = (error.strerror or "no reason given").lower()
    return PictureError(f"{path} cannot be opened ({reason})", "check that you may read it")


def _from_array(array: Array) -> Picture:
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in (1, 2, 3, 4) or 0 in array.shape:
        raise PictureError(f"an array of shape {array.shape} is no picture", "give H×W, H×W×3 or H×W×4")
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise too_large("the array", array.shape[1], array.shape[0])
    if array.dtype == np.uint16:
        array = ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    elif array.dtype == np.bool_:
        array = array.astype(np.uint8) * 255
    elif array.dtype != np.uint8:
        raise PictureError(f"an array of {array.dtype} is no picture", "give uint8 values from 0 to 255")
    array = array.reshape(*array.shape[:2], channels)
    if channels <= 2:
        array = np.concatenate([array[..., :1].repeat(3, axis=2), array[..., 1:]], axis=2)
    if array.shape[2] == 4 and (array[..., 3] == 255).all():
        array = array[..., :3]
    return np.ascontiguousarray(array)
