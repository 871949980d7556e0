"""Photoshop files, which Photoshop, Clip Studio, Krita and GIMP open. Needs psd-tools.

Source: Adobe, Photoshop File Formats Specification. Built from psd-tools' records, not from its images: those
turn an alpha into a mask, and paint `merged` anew when they are saved.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from os import SEEK_CUR
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from attnpaint.errors import AttnpaintError, check_cancelled
from attnpaint.files import replacing
from attnpaint.images import Picture, on_white
from attnpaint.layered.layer import Group, Layer, Mode, Stack, drawn, plain, trimmed

if TYPE_CHECKING:
    from psd_tools.constants import SectionDivider
    from psd_tools.psd.layer_and_mask import LayerRecord

LONGEST = 30_000  # px of a side
LARGEST = 2**31 - 1  # bytes of all layers
_MODES: dict[Mode, bytes] = {"normal": b"norm", "multiply": b"mul ", "screen": b"scrn"}
_RAW, _RLE = 0, 1  # how a channel is packed
STRIP = 128  # rows at a time
_END = "</Layer group>"


def write_psd(path: str | Path, layers: Stack, merged: Picture) -> None:
    """Write layers, bottom to top, as a PSD file; see `write_layers`. 8 bits, RGB, packed by rows (RLE).

    What programs show that do not read layers is `merged`. One layer is held at a time.
    """
    height, width = merged.shape[:2]
    check_psd(height, width)
    with replacing(path) as part, part.open("w+b") as stream:
        _write(stream, layers, merged)


def check_psd(height: int, width: int) -> None:
    """AttnpaintError where no PSD file can be so many px high or wide, or psd-tools is missing."""
    if max(height, width) > LONGEST:
        problem = (
            f"a picture of {width}×{height} is too large for a .psd file, which ends at {LONGEST} pixels"
        )
        raise AttnpaintError(problem, "write an .ora file or make the drawing smaller")
    try:
        import psd_tools  # noqa: F401
    except ImportError as error:
        raise AttnpaintError("a .psd file needs psd-tools", "pip install 'attnpaint[psd]'") from error


def _write(stream: BinaryIO, layers: Stack, merged: Picture) -> None:
    """Layer after layer, so that none is held: the records, written first, are written again with sizes."""
    from psd_tools.constants import ColorMode
    from psd_tools.psd.color_mode_data import ColorModeData
    from psd_tools.psd.header import FileHeader
    from psd_tools.psd.image_resources import ImageResources
    from psd_tools.psd.layer_and_mask import GlobalLayerMaskInfo, LayerRecords

    height, width, channels = merged.shape
    entries = list(_entries(layers))
    listed: list[Any] = [record for record, _ in entries]
    records = LayerRecords(listed)
    FileHeader(height=height, width=width, channels=channels, depth=8, color_mode=ColorMode.RGB).write(stream)
    ColorModeData().write(stream)
    ImageResources.new().write(stream)
    start = stream.tell()
    stream.write(bytes(8))
    # a negative number of layers: the fourth channel of the whole is its transparency
    stream.write(struct.pack(">h", len(records) if channels == 3 else -len(records)))
    records.write(stream)
    first = stream.tell()
    for record, layer in entries:
        planes: Iterable[Picture] = ()
        if layer is not None:
            record.top, record.left, held = trimmed(drawn(layer, height, width))
            record.bottom, record.right = record.top + held.shape[0], record.left + held.shape[1]
            planes = _planes(held)
        for info, length in zip(record.channel_info, _channels(stream, planes), strict=True):
            info.length = length
        if stream.tell() - first > LARGEST:
            problem = "the layers are too large for a .psd file, which ends at 2 GB"
            raise AttnpaintError(problem, "write an .ora file or make the drawing smaller")
    stream.write(bytes(-(stream.tell() - start) % 4))
    inner = stream.tell() - start - 8
    GlobalLayerMaskInfo().write(stream)
    end = stream.tell()
    stream.seek(start)
    stream.write(struct.pack(">II", end - start - 4, inner))
    stream.seek(2, SEEK_CUR)
    records.write(stream)
    stream.seek(end)
    stream.write(struct.pack(">H", _RLE))
    paper, alpha = on_white(merged), merged[..., 3:]
    whole = [paper[..., 0], paper[..., 1], paper[..., 2], *([alpha[..., 0]] if channels == 4 else [])]
    _rows(stream, whole)


def _entries(layers: Stack) -> "Iterator[tuple[LayerRecord, Layer | None]]":
    """The file's list, where a group lies between two marks, its end first; None for a mark."""
    from psd_tools.constants import BlendMode, SectionDivider
    from psd_tools.psd.layer_and_mask import LayerFlags, LayerRecord

    for layer in layers:
        shown = LayerFlags(visible=layer.visible)
        if isinstance(layer, Group):
            end = SectionDivider.BOUNDING_SECTION_DIVIDER
            yield _named(LayerRecord(flags=shown), _END, end), None
            yield from _entries(layer.layers)
            yield _named(LayerRecord(flags=shown), layer.name, SectionDivider.OPEN_FOLDER), None
            continue
        record = LayerRecord(flags=shown)
        record.blend_mode = BlendMode(_MODES[layer.mode])
        record.opacity = round(255 * layer.opacity)
        yield _named(record, layer.name), layer


def _named(record: "LayerRecord", name: str, divider: "SectionDivider | None" = None) -> "LayerRecord":
    from psd_tools.constants import BlendMode, ChannelID, Tag
    from psd_tools.psd.layer_and_mask import ChannelInfo

    record.name = plain(name).encode("ascii", "replace").decode()[:255]  # for old programs
    record.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, plain(name))
    if divider is not None:
        normal = BlendMode.NORMAL  # not "pass through": the group is put together by itself
        record.tagged_blocks.set_data(Tag.SECTION_DIVIDER_SETTING, divider, b"8BIM", normal)
    record.channel_info = [ChannelInfo(ChannelID(number - 1), 0) for number in range(4)]
    return record


def _planes(picture: Picture) -> Iterator[Picture]:
    """Opacity, red, green and blue, uint8 H×W each."""
    alpha = picture[..., 3] if picture.shape[2] == 4 else np.broadcast_to(np.uint8(255), picture.shape[:2])
    yield from (alpha, picture[..., 0], picture[..., 1], picture[..., 2])


def _channels(stream: BinaryIO, planes: Iterable[Picture]) -> Iterator[int]:
    """Write four channels, empty ones for a mark; yields the bytes of each."""
    empty = 4
    for plane in planes:
        stream.write(struct.pack(">H", _RLE))
        yield 2 + _rows(stream, [plane])
        empty -= 1
    for _ in range(empty):
        yield stream.write(struct.pack(">H", _RAW))


def _rows(stream: BinaryIO, planes: Sequence[Picture]) -> int:
    """Write the lengths of all packed rows, then the rows, a strip at a time; returns the bytes written."""
    from psd_tools.compression import encode_rle

    start = stream.tell()
    height, width = planes[0].shape
    lengths: list[bytes] = []
    stream.write(bytes(2 * height * len(planes)))
    for plane in planes:
        for first in range(0, height, STRIP):
            check_cancelled()
            strip = plane[first : first + STRIP]
            packed = encode_rle(strip.tobytes(), width, len(strip), 8, 1)
            lengths.append(packed[: 2 * len(strip)])
            stream.write(memoryview(packed)[2 * len(strip) :])
    end = stream.tell()
    stream.seek(start)
    stream.write(b"".join(lengths))
    stream.seek(end)
    return end - start
