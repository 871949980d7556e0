"""A painting as a file to take away."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args
from urllib.parse import quote

from PIL import Image
from starlette.responses import Response

from attnpaint.app.store import Painting
from attnpaint.errors import UsageError
from attnpaint.extract import Histogram
from attnpaint.images import Picture, check_sides
from attnpaint.inference.coloring import Coloring
from attnpaint.palettes.aco import write_aco
from attnpaint.palettes.ase import write_ase
from attnpaint.palettes.card import svg_card
from attnpaint.palettes.gpl import write_gpl
from attnpaint.palettes.plain import write_plain
from attnpaint.palettes.swatch import named

Drawn = Literal["png", "webp", "ora", "psd"]
Format = Literal[Drawn, "json", "gpl", "aco", "ase", "svg"]

_KINDS: dict[Format, str] = {
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
_PALETTES: dict[str, Callable[[Histogram, str], bytes]] = {
    "json": write_plain,
    "gpl": lambda histogram, name: write_gpl(named(histogram), name),
    "aco": lambda histogram, name: write_aco(named(histogram), name),
    "ase": lambda histogram, name: write_ase(named(histogram), name),
    "svg": svg_card,
}


def save(painting: Painting, coloring: Coloring, format: Format, lines: bool = True) -> bytes:
    """`coloring`, which is `painting`'s in any colours, as a file of the drawing's own size, or its palette.

    lines: False leaves the colour alone. UsageError: a palette of a model that takes none, or layers without
    lines. Layers are put together in a folder of the system for what is temporary, and removed from there.
    """
    if format in _PALETTES:
        if coloring.histogram is None:
            raise UsageError("this model paints without a palette", "save the picture")
        return _PALETTES[format](coloring.histogram, painting.name)
    if format in _SAVING:
        return encoded(coloring.picture if lines else _colors(coloring), format)
    if not lines:
        raise UsageError(f"a .{format} file holds the lines as a layer of its own", "hide that layer instead")
    with TemporaryDirectory(prefix="attnpaint-") as folder:
        path = Path(folder, f"painting.{format}")
        coloring.save(path, painting.reference)
        return path.read_bytes()


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
    return Response(data, media_type=_KINDS[format], headers={"Content-Disposition": told})


def _colors(coloring: Coloring) -> Picture:
    return coloring.canvas.drawing.with_alpha(coloring.color)
