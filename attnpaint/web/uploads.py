"""Uploads of a form, kept and read in memory: pictures, palettes, and a palette's numbers."""

import logging
import re
import sys
import warnings
from collections.abc import Callable, Coroutine
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from fastapi.routing import APIRoute
from PIL import Image
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from attnpaint.decoding.reader import Bounds, opened
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.extract import Histogram
from attnpaint.extract.histogram import check_shape
from attnpaint.files import parse_json
from attnpaint.images import Picture, read_picture
from attnpaint.palettes.files import READABLE
from attnpaint.palettes.json_file import read_plain
from attnpaint.palettes.references import read_reference
from attnpaint.web.errors import TooLarge

FILES, FIELDS = 4, 16  # of a form, at most
logging.getLogger("python_multipart").addHandler(logging.NullHandler())  # not a line for each odd form


class _Parser(MultiPartParser):
    spool_max_size = sys.maxsize


class _Request(Request):
    async def form(self, **_: Any) -> FormData:  # type: ignore[override]
        if not self.headers.get("content-type", "").startswith("multipart/form-data"):
            raise HTTPException(415, "this is no form with files; send multipart/form-data")
        try:
            self._form = await _Parser(
                self.headers, self.stream(), max_files=FILES, max_fields=FIELDS
            ).parse()
        except MultiPartException as error:
            raise HTTPException(400, f"the form {_problem(error.message)}; send it again") from None
        return self._form


def _problem(told: str) -> str:
    """What the parser found, in our words."""
    for name, most in (("files", FILES), ("fields", FIELDS)):
        if told.startswith(f"Too many {name}"):
            return f"holds more than {most} {name}"
    if "boundary" in told.lower() and "missing" in told.lower():
        return "does not tell where its parts end: its type has no boundary"
    return "cannot be read: its parts cannot be told apart"


class InMemory(APIRoute):
    """A route whose forms are read so. How many bytes come is `RequestChecks`'s concern."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def in_memory(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return in_memory


NAME = 80  # letters of a file's name that are kept


class Upload:
    """A file of a form: its bytes, and its name without any folder."""

    def __init__(self, data: bytes, filename: str) -> None:
        self.data = data
        self.name = re.split(r"[/\\]", filename)[-1]

    @classmethod
    async def of(cls, file: UploadFile | None) -> "Upload | None":
        """None where no file was chosen."""
        if file is None or not (file.filename or file.size):
            return None
        data = await file.read()
        await file.close()  # or its bytes are held twice until the answer
        return cls(data, file.filename or "")

    @property
    def stem(self) -> str:
        """The name without its suffix, of letters that every file system takes, or `drawing`."""
        plain = re.sub(r'[\x00-\x1f\x7f<>:"|?*\ud800-\udfff]', "", PurePosixPath(self.name).stem)
        return plain.strip(" .")[:NAME].strip(" .") or "drawing"


def picture_of(upload: Upload, role: str, bounds: Bounds) -> Picture:
    """uint8 H×W×{3,4}. role: what to call it. PictureError: unreadable; TooLarge: too many pixels."""
    if not upload.data:
        raise PictureError(f"{role} is empty", "choose another file")
    _check_size(upload.data, role, bounds.pixels)
    try:
        return read_picture(upload.data, bounds)
    except PictureError as error:
        raise PictureError(error.problem.replace("the picture", role, 1), error.remedy) from error


def reference_of(upload: Upload, bounds: Bounds) -> Picture | Histogram:
    """A picture or, as its name's suffix tells, a palette. AttnpaintError where it is neither."""
    if PurePosixPath(upload.name).suffix.lower() in READABLE:
        return read_reference(upload.data, upload.name)[0]
    return picture_of(upload, "the reference", bounds)


def histogram_of(text: str) -> Histogram:
    """{"colors": 4×4×3, "weights": 4×4} with every entry at its place, or a palette as `read_plain` reads it.

    AttnpaintError where it is neither.
    """
    try:
        numbers = parse_json(text)
    except (ValueError, RecursionError):
        numbers = None
    if isinstance(numbers, dict) and "colors" in numbers:
        return checked(Histogram.from_numbers(numbers))
    return read_plain(text.encode(errors="replace"), "the histogram")


def checked(histogram: Histogram) -> Histogram:
    """Each band's weights scaled to sum 1; AttnpaintError where they cannot be, or for another shape."""
    weights = check_shape(histogram).weights.astype(np.float64)
    if weights.min() < 0 or not weights.any(axis=1).all():
        problem = "the histogram has a negative weight, or a band without any"
        raise AttnpaintError(problem, "give weights from 0 to 1 that sum to 1 in each band")
    scaled = weights / weights.sum(axis=1, keepdims=True)
    return replace(histogram, weights=scaled.astype(np.float32))


def _check_size(data: bytes, role: str, pixels: int) -> None:
    """TooLarge, by the picture's head alone; what has none is told by the reader."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about bombs
            with opened(BytesIO(data)) as (image, _):
                width, height = image.size
    except Image.DecompressionBombError:
        size = "far more pixels than that"
    except Exception:  # as images.read_picture: decoders raise almost anything
        return
    else:
        if width * height <= pixels:
            return
        size = f"{width}×{height} pixels"
    problem = f"{role} is over the limit of {pixels / 1e6:g} megapixels ({size})"
    raise TooLarge(problem, "make it smaller first")
