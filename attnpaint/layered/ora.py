"""OpenRaster files, which Krita, GIMP and MyPaint open: a zip of PNGs and a list of them.

Source: the OpenRaster specification, openraster.org (file layout, layer stack).
"""

from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from PIL import Image

from attnpaint.errors import PictureError
from attnpaint.files import BROKEN as BROKEN_ZIP
from attnpaint.files import new_zip, read_member, replacing
from attnpaint.images import Picture, read_picture
from attnpaint.layered.layer import Group, Layer, Mode, Stack, drawn, plain, trimmed

MIMETYPE = "image/openraster"
VERSION = "0.0.5"
THUMBNAIL = 256  # px of the long side
EFFORT = 2  # of the compression of PNGs: 6 takes four times as long and saves a fifth
MOST_XML, MOST_FILE = 4_000_000, 1 << 30  # bytes, unpacked
MOST_PIXELS = 100_000_000
BROKEN = (*BROKEN_ZIP, ElementTree.ParseError)
"""What unpacking a damaged or hostile file raises."""
_OPERATORS: dict[Mode, str] = {
    "normal": "svg:src-over",
    "multiply": "svg:multiply",
    "screen": "svg:screen",
}
_MODES = {operator: mode for mode, operator in _OPERATORS.items()}


def write_ora(path: str | Path, layers: Stack, merged: Picture) -> None:
    """Write layers, bottom to top, as an OpenRaster file; see `write_layers`. Equal layers, equal bytes."""
    height, width = merged.shape[:2]
    image = ElementTree.Element("image", version=VERSION, w=str(width), h=str(height))
    root = ElementTree.SubElement(image, "stack")
    thumbnail = Image.fromarray(merged)
    thumbnail.thumbnail((THUMBNAIL, THUMBNAIL))
    with replacing(path) as part, part.open("wb") as stream, new_zip(stream) as file:
        file.writestr(ZipInfo("mimetype"), MIMETYPE, ZIP_STORED)
        numbers = count()

        def store(parent: ElementTree.Element, layers: Stack) -> None:
            for layer in layers:
                seen = "visible" if layer.visible else "hidden"
                inner = ElementTree.Element("layer", name=plain(layer.name), visibility=seen)
                if isinstance(layer, Group):
                    inner.tag = "stack"
                    inner.attrib |= {"isolation": "isolate", "opacity": "1", "composite-op": "svg:src-over"}
                    store(inner, layer.layers)
                else:
                    source = f"data/layer{next(numbers):03}.png"
                    top, left, held = trimmed(drawn(layer, height, width))
                    _write_png(file, source, Image.fromarray(held))
                    inner.attrib |= {"src": source, "x": str(left), "y": str(top)}
                    inner.set("opacity", f"{layer.opacity:.4f}")
                    inner.set("composite-op", _OPERATORS[layer.mode])
                parent.insert(0, inner)  # the first of a stack is its uppermost

        store(root, layers)
        ElementTree.indent(image)
        text = ElementTree.tostring(image, encoding="UTF-8", xml_declaration=True)
        file.writestr(ZipInfo("stack.xml"), text, ZIP_DEFLATED)
        _write_png(file, "mergedimage.png", Image.fromarray(merged))
        _write_png(file, "Thumbnails/thumbnail.png", thumbnail)


def read_ora(path: str | Path) -> list[Layer | Group]:
    """The layers of an OpenRaster file, bottom to top; each is read when it is drawn.

    Layers smaller than the picture come back at its size. Raises PictureError: not such a file, or layers
    and groups that are put together in another way than `write_ora` knows.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream, ZipFile(stream) as file:
            if read_member(file, "mimetype", len(MIMETYPE)).decode() != MIMETYPE:
                raise ValueError
            image = ElementTree.fromstring(read_member(file, "stack.xml", MOST_XML))
            sources = set(file.namelist())
        size = int(image.attrib["h"]), int(image.attrib["w"])
        if min(size) < 1 or size[0] * size[1] > MOST_PIXELS:
            raise ValueError(f"{size[1]}×{size[0]} pixels")
        return list(_read_stack(path, image[0], sources, size))
    except BROKEN as error:
        raise PictureError(f"{path} is not an OpenRaster file", "give a whole .ora file") from error
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise PictureError(f"{path} cannot be opened ({reason})", "check the path") from error


def _write_png(file: ZipFile, name: str, image: Image.Image) -> None:
    with file.open(ZipInfo(name), "w") as stream:
        image.save(stream, "PNG", compress_level=EFFORT)


def _read_stack(
    path: Path, stack: ElementTree.Element, sources: set[str], size: tuple[int, int]
) -> Iterator[Layer | Group]:
    for inner in reversed(stack):
        given = inner.attrib
        name, visible = given.get("name", ""), given.get("visibility", "visible") == "visible"
        opacity, operator = float(given.get("opacity", 1)), given.get("composite-op", "svg:src-over")
        grouped = inner.tag == "stack"
        if not 0 <= opacity <= 1:
            raise ValueError(f"opacity {opacity}")
        if operator not in _MODES or (grouped and (opacity, operator) != (1, "svg:src-over")):
            problem = f"{path} has a layer {name!r} on {operator} with opacity {opacity:g}"
            raise PictureError(problem, "give a file that attnpaint wrote")
        if grouped:
            yield Group(name, tuple(_read_stack(path, inner, sources, size)), visible)
        elif given["src"] in sources:
            corner = int(given.get("y", 0)), int(given.get("x", 0))
            if max(map(abs, corner)) > MOST_PIXELS:
                raise ValueError(f"a layer at {corner}")
            yield Layer(
                name, partial(_stored, path, given["src"], corner, size), _MODES[operator], opacity, visible
            )
        else:
            raise LookupError


def _stored(path: Path, source: str, corner: tuple[int, int], size: tuple[int, int]) -> Picture:
    """A layer's picture at its place in a picture of that height and width."""
    try:
        with ZipFile(path) as file:
            data = read_member(file, source, MOST_FILE)
    except (*BROKEN, OSError) as error:
        raise PictureError(f"{source} in {path} cannot be read", "give a whole .ora file") from error
    picture = read_picture(data)
    if picture.shape[:2] == size:
        return picture
    whole = np.zeros((*size, 4), np.uint8)
    top, left = (max(0, place) for place in corner)
    if corner[0] <= -picture.shape[0] or corner[1] <= -picture.shape[1]:
        return whole
    seen = picture[top - corner[0] :, left - corner[1] :][: max(0, size[0] - top), : max(0, size[1] - left)]
    place = whole[top : top + seen.shape[0], left : left + seen.shape[1]]
    place[..., 3] = 255
    place[..., : seen.shape[2]] = seen
    return whole
