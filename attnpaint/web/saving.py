"""A painting as a file to take away."""

from io import BytesIO
from typing import Any, Literal, get_args
from urllib.parse import quote

from PIL import Image
from starlette.responses import Response

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.images import Picture, check_sides
from attnpaint.inference.coloring import Coloring
from attnpaint.palettes.files import palette_bytes
from attnpaint.web.errors import NoRoom
from attnpaint.web.store import Painting
from attnpaint.web.temporary_folder import Workplace

Drawn = Literal["png", "webp", "ora", "psd"]
Format = Literal[Drawn, "json", "gpl", "aco", "ase", "svg"]

KINDS: dict[Format, str] = {
    "png": "image/png",
    "webp": "image/webp",
    "ora": "image/openraster",
    "psd": "image/vnd.adobe.photoshop",
    "json": "application/json",
    "gpl": "text/plain; charset=utf-8",
    "aco": "application/octet-stream",
    "ase": "application/octet-stream",
    "svg": "image/svg+xml",
}
_SAVING: dict[str, dict[str, Any]] = {
    "png": {"format": "PNG", "compress_level": 4},  # 6 takes twice as long and saves a twentieth
    "webp": {"format": "WEBP", "lossless": True, "method": 2},
}


def files(formats: Any) -> dict[int | str, dict[str, Any]]:
    """For the interface's description: what a file of one of these formats is answered with."""
    file = {"schema": {"type": "string", "format": "binary"}}
    kinds = {kind.partition(";")[0]: file for format, kind in KINDS.items() if format in get_args(formats)}
    return {200: {"content": kinds, "description": "The file"}}


def save(
    painting: Painting, coloring: Coloring, format: Format, workplace: Workplace, lines: bool = True
) -> bytes:
    """`coloring`, which is `painting`'s in any colours, as a file of the drawing's own size, or its palette.

    lines: False leaves the colour alone. UsageError: a palette of a model that takes none, or layers without
    lines; NoRoom: layers are put together in the workplace, and it is full or cannot be written.
    """
    if format not in get_args(Drawn):
        if coloring.histogram is None:
            raise UsageError("this model paints without a palette", "save the picture")
        return palette_bytes(coloring.histogram, f".{format}", painting.name)
    if format in _SAVING:
        return encoded(coloring.picture if lines else coloring.unlined, format)
    if not lines:
        raise UsageError(f"a .{format} file holds the lines as a layer of its own", "hide that layer instead")
    try:
        with workplace.folder() as folder:
            path = folder / f"painting.{format}"
            coloring.save(path, painting.reference)
            return path.read_bytes()
    except (OSError, AttnpaintError) as error:
        if isinstance(error, OSError) or isinstance(error.__cause__, OSError):
            problem = f"there is no room for a .{format} file in the server's folder for temporary files"
            raise NoRoom(problem, "free some there, or save a .png file") from error
        raise


def encoded(picture: Picture, format: str) -> bytes:
    """uint8 H×W×{3,4} as a PNG or a lossless WebP. AttnpaintError: too large for a WebP."""
    check_sides(f".{format}", *picture.shape[:2])
    stream = BytesIO()
    Image.fromarray(picture).save(stream, **_SAVING[format])
    return stream.getvalue()


def as_file(data: bytes, name: str, format: Format) -> Response:
    """The answer that a browser saves as `name`.colored.png, or `name`.palette.gpl."""
    kind = "colored" if format in get_args(Drawn) else "palette"
    full = f"{name}.{kind}.{format}"
    plain = full.encode("ascii", "replace").decode().replace("?", "_").replace("\\", "_")
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"
    return Response(data, media_type=KINDS[format], headers={"Content-Disposition": told})
