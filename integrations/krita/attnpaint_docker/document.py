"""Krita's documents: the drawing layer taken out as a PNG, painted layers put in as a group."""

from __future__ import annotations

from typing import Any

from .errors import Failure
from .openraster import Group, Layer
from .qt import QtCore, QtGui

COLORS = ("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc")
"""Model, depth and profile that layers are exchanged in."""
FORMAT = QtGui.QImage.Format.Format_ARGB32  # in memory blue, green, red, alpha: as Krita's pixels lie
OURS = "attnpaint"


def drawing_of(document: Any) -> bytes:
    """The active layer at the document's size, as a PNG; transparent where it is.

    Failure: there is no document or layer, or the layer is one that attnpaint painted.
    """
    if document is None:
        raise Failure("No document is open; open a drawing, and select the layer with its lines")
    node = document.activeNode()
    if node is None:
        raise Failure("No layer is selected; select the layer with the lines")
    if _is_ours(node):
        raise Failure("This layer was painted by attnpaint; select the layer with the drawing's lines")
    width, height = document.width(), document.height()
    data = _pixels(node, width, height)
    image = QtGui.QImage(data, width, height, 4 * width, FORMAT)
    buffer = QtCore.QBuffer()
    buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):
        raise Failure(f"The layer {node.name()!r} could not be read; select another")
    return bytes(buffer.data())


def colored(document: Any) -> bool:
    """Bring a greyscale document, which can show no colour, to RGB; whether that was needed."""
    if document.colorModel() != "GRAYA":
        return False
    document.setColorSpace(COLORS[0], document.colorDepth(), COLORS[2])
    document.waitForDone()
    return True


def insert(document: Any, drawing: Any, layers: list[Layer], name: str) -> Any:
    """A group of these layers above the node `drawing` and the groups that were painted of it before; the
    group. The drawing stays the active layer."""
    group = document.createGroupLayer(name)
    parent = drawing.parentNode() or document.rootNode()
    parent.addChildNode(group, _last_above(drawing, parent.childNodes()))
    _fill(document, group, layers)
    document.setActiveNode(drawing)
    document.refreshProjection()
    return group


def find(document: Any, id: str) -> Any:
    """The node of this unique id, or None where it is gone."""
    waiting = list(document.topLevelNodes())
    while waiting:
        node = waiting.pop()
        if node.uniqueId().toString() == id:
            return node
        waiting += node.childNodes()
    return None


def _last_above(drawing: Any, nodes: list[Any]) -> Any:
    """The uppermost of the painted groups that lie right above the drawing, else the drawing."""
    ids = [node.uniqueId() for node in nodes]
    last = drawing
    for node in nodes[ids.index(drawing.uniqueId()) + 1 :]:
        if not _is_group(node):
            break
        last = node
    return last


def _is_ours(node: Any) -> bool:
    while node is not None:
        if _is_group(node):
            return True
        node = node.parentNode()
    return False


def _is_group(node: Any) -> bool:
    return bool(node.type() == "grouplayer" and node.name().startswith(f"{OURS}: "))


def _pixels(node: Any, width: int, height: int) -> bytes:
    """RGBA of 8 bits in sRGB: from a copy of the layer where it has other colours."""
    model, depth = node.colorModel(), node.colorDepth()
    if (model, depth) != COLORS[:2]:
        copy = node.duplicate()
        if not copy.setColorSpace(*COLORS):
            raise Failure(f"The layer's colours ({model}, {depth}) could not be brought to sRGB; convert it")
        return bytes(copy.pixelData(0, 0, width, height))
    return bytes(node.projectionPixelData(0, 0, width, height))


def _fill(document: Any, group: Any, layers: list[Layer]) -> None:
    """Bottom to top, each above the one before."""
    below = None
    for layer in layers:
        if isinstance(layer, Group):
            node = document.createGroupLayer(layer.name)
        else:
            node = document.createNode(layer.name, "paintlayer")
        group.addChildNode(node, below)
        if isinstance(layer, Group):
            _fill(document, node, layer.layers)
        else:
            image = QtGui.QImage.fromData(layer.png, "PNG").convertToFormat(FORMAT)
            if image.isNull():
                raise Failure("a layer came damaged; press Paint again")
            if layer.mode == "multiply" and document.colorModel() != "RGBA":
                image = _ink(image)
            else:
                node.setBlendingMode(layer.mode)
            node.setOpacity(round(255 * layer.opacity))
            _draw(node, image, layer.left, layer.top)
        below = node


def _ink(image: Any) -> Any:
    """Lines that are to be multiplied as black ink of their darkness, which looks the same over any colours:
    CMYK's own multiply takes white for no ink and makes everything white.
    """
    white = QtGui.QImage(image.size(), FORMAT)
    white.fill(QtCore.Qt.GlobalColor.white)
    painter = QtGui.QPainter(white)
    painter.drawImage(0, 0, image)
    painter.end()
    darkness = white.convertToFormat(QtGui.QImage.Format.Format_Grayscale8)
    darkness.invertPixels()
    ink = QtGui.QImage(image.size(), FORMAT)
    ink.fill(QtCore.Qt.GlobalColor.black)
    ink.setAlphaChannel(darkness)
    return ink


def _draw(node: Any, image: Any, left: int, top: int) -> None:
    node.setColorSpace(*COLORS)
    pixels = image.constBits()
    pixels.setsize(image.sizeInBytes())
    node.setPixelData(QtCore.QByteArray(bytes(pixels)), left, top, image.width(), image.height())
