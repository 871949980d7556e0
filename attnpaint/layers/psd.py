"""Photoshop files, which Photoshop, Clip Studio, Krita and GIMP open. Needs psd-tools.

Source: Adobe, Photoshop File Formats Specification. Built from psd-tools' records, not from its images: those
turn an alpha into a mask, and paint `merged` anew when they are saved.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from attnpaint.errors import AttnpaintError
from attnpaint.files import replacing
from attnpaint.images import Picture, on_white
from attnpaint.layers.layer import Group, Mode, Stack, drawn, plain

if TYPE_CHECKING:
    from psd_tools.constants import SectionDivider
    from psd_tools.psd import PSD
    from psd_tools.psd.layer_and_mask import ChannelDataList, LayerInfo, LayerRecord

LONGEST = 30_000  # px of a side
LARGEST = 2**31 - 1  # bytes of all layers
_MODES: dict[Mode, bytes] = {"normal": b"norm", "multiply": b"mul ", "screen": b"scrn"}
_END = "</Layer group>"


def write_psd(path: str | Path, layers: Stack, merged: Picture) -> None:
    """Write layers, bottom to top, as a PSD file; see `write_layers`. 8 bits, RGB, packed by rows (RLE).

    What programs show that do not read layers is `merged`. The layers are held packed until they are written.
    """
    height, width = merged.shape[:2]
    check_psd(height, width)
    with replacing(path) as part:
        document = _document(layers, merged)
        with part.open("wb") as stream:
            document.write(stream)


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


def _document(layers: Stack, merged: Picture) -> "PSD":
    from psd_tools.constants import ColorMode, Compression
    from psd_tools.psd import PSD
    from psd_tools.psd.header import FileHeader
    from psd_tools.psd.image_data import ImageData
    from psd_tools.psd.image_resources import ImageResources
    from psd_tools.psd.layer_and_mask import GlobalLayerMaskInfo, LayerAndMaskInformation, LayerInfo

    height, width, channels = merged.shape
    header = FileHeader(height=height, width=width, channels=channels, depth=8, color_mode=ColorMode.RGB)
    info = LayerInfo()
    _add(info, layers, height, width)
    if channels == 4:
        info.layer_count = -info.layer_count  # the fourth channel is the whole's transparency
    whole = ImageData(compression=Compression.RLE)
    whole.set_data(
        [plane.tobytes() for plane in (*_planes(on_white(merged)), *_planes(merged[..., 3:]))], header
    )
    return PSD(
        header=header,
        image_resources=ImageResources.new(),
        layer_and_mask_information=LayerAndMaskInformation(info, GlobalLayerMaskInfo()),
        image_data=whole,
    )


def _add(info: "LayerInfo", layers: Stack, height: int, width: int) -> None:
    """Append the layers to the file's list, where a group lies between two marks, its end first."""
    from psd_tools.constants import BlendMode, SectionDivider
    from psd_tools.psd.layer_and_mask import LayerFlags, LayerRecord

    for layer in layers:
        shown = LayerFlags(visible=layer.visible)
        if isinstance(layer, Group):
            _append(
                info, LayerRecord(flags=shown), _packed(()), _END, SectionDivider.BOUNDING_SECTION_DIVIDER
            )
            _add(info, layer.layers, height, width)
            _append(info, LayerRecord(flags=shown), _packed(()), layer.name, SectionDivider.OPEN_FOLDER)
            continue
        record = LayerRecord(bottom=height, right=width, flags=shown)
        record.blend_mode = BlendMode(_MODES[layer.mode])
        record.opacity = round(255 * layer.opacity)
        picture = drawn(layer, height, width)
        alpha = picture[..., 3:] if picture.shape[2] == 4 else np.full((height, width, 1), 255, np.uint8)
        packed = _packed((*_planes(alpha), *_planes(picture[..., :3])))
        _append(info, record, packed, layer.name)
        size = sum(len(channel.data) for channels in info.channel_image_data for channel in channels)
        if size > LARGEST:
            problem = "the layers are too large for a .psd file, which ends at 2 GB"
            raise AttnpaintError(problem, "write an .ora file or make the drawing smaller")


def _append(
    info: "LayerInfo",
    record: "LayerRecord",
    channels: "ChannelDataList",
    name: str,
    divider: "SectionDivider | None" = None,
) -> None:
    from psd_tools.constants import BlendMode, ChannelID, Tag
    from psd_tools.psd.layer_and_mask import ChannelInfo

    record.name = plain(name).encode("ascii", "replace").decode()[:255]  # for old programs
    record.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, plain(name))
    if divider is not None:
        normal = BlendMode.NORMAL  # not "pass through": the group is put together by itself
        record.tagged_blocks.set_data(Tag.SECTION_DIVIDER_SETTING, divider, b"8BIM", normal)
    record.channel_info = [ChannelInfo(ChannelID(number - 1), 0) for number in range(len(channels))]
    info.layer_records.append(record)
    info.channel_image_data.append(channels)
    info.layer_count += 1


def _packed(planes: Iterable[Picture]) -> "ChannelDataList":
    """Opacity, red, green and blue, uint8 H×W each; four empty ones for a mark."""
    from psd_tools.constants import Compression
    from psd_tools.psd.layer_and_mask import ChannelData, ChannelDataList

    channels = ChannelDataList()
    for plane in planes:
        data = ChannelData(Compression.RLE)
        data.set_data(plane.tobytes(), plane.shape[1], plane.shape[0], 8)
        channels.append(data)
    for _ in range(4 - len(channels)):
        channels.append(ChannelData(Compression.RAW))
    return channels


def _planes(picture: Picture) -> Iterable[Picture]:
    return (picture[..., channel] for channel in range(picture.shape[2]))
