"""The layers of an OpenRaster file that attnpaint wrote: those that are seen, bottom to top."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple, Union
from xml.etree import ElementTree

from .errors import Failure

MODES = {"svg:src-over": "normal", "svg:multiply": "multiply", "svg:screen": "screen"}
"""Composite operators, and Krita's names for them."""


class Picture(NamedTuple):
    """A layer: a PNG that begins at (left, top) of the whole, and how it lies on what is below it."""

    name: str
    png: bytes
    left: int
    top: int
    mode: str
    opacity: float


class Group(NamedTuple):
    """Layers that are put together first, bottom to top."""

    name: str
    layers: list[Layer]


Layer = Union[Picture, Group]


def seen(data: bytes) -> list[Layer]:
    """The visible layers of a file's bytes. Failure where it is no such file."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            root = ElementTree.fromstring(file.read("stack.xml"))
            return list(_read(file, root[0]))
    except (zipfile.BadZipFile, LookupError, ValueError, ElementTree.ParseError) as error:
        raise Failure(f"the layers came damaged ({type(error).__name__}); press Paint again") from error


def _read(file: zipfile.ZipFile, stack: ElementTree.Element) -> Iterator[Layer]:
    for inner in reversed(stack):  # the first of a stack is its uppermost
        given = inner.attrib
        if given.get("visibility", "visible") != "visible":
            continue
        name = given.get("name", "")
        if inner.tag == "stack":
            yield Group(name, list(_read(file, inner)))
        else:
            corner = int(given.get("x", 0)), int(given.get("y", 0))
            mode = MODES[given.get("composite-op", "svg:src-over")]
            yield Picture(name, file.read(given["src"]), *corner, mode, float(given.get("opacity", 1)))
