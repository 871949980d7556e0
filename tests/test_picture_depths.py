"""Greys of odd depths look as in a viewer, or are refused in one line."""

import struct
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from attnpaint.errors import PictureError
from attnpaint.images import read_picture

STEPS = np.array([[0, 51, 102, 153, 204, 255]], np.uint8)


def tiff(values: np.ndarray, white_first: bool, bits: int, kind: int = 1, alpha: int | None = None) -> bytes:
    """An uncompressed TIFF; kind: 1 unsigned, 2 signed, 3 float; alpha: 1 associated, 2 not."""
    height, width = values.shape[:2]
    channels = 1 if values.ndim == 2 else values.shape[2]
    body = values.astype(values.dtype.newbyteorder("<")).tobytes()
    photometric = 0 if white_first else 2 if channels > 2 else 1
    tags = [(256, [width]), (257, [height]), (258, [bits] * channels), (259, [1]), (262, [photometric])]
    tags += [(273, [0]), (277, [channels]), (278, [height]), (279, [len(body)])]
    tags += [(338, [alpha])] if alpha is not None else []
    tags += [(339, [kind] * channels)] if kind != 1 else []
    start = 8 + 2 + 12 * len(tags) + 4
    long = b"".join(struct.pack(f"<{len(v)}H", *v) for _, v in tags if len(v) > 2)
    out, place = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)), start
    for tag, told in tags:
        if tag == 273:
            out += struct.pack("<HHII", tag, 4, 1, start + len(long))
        elif len(told) > 2:
            out += struct.pack("<HHII", tag, 3, len(told), place)
            place += 2 * len(told)
        elif tag == 279:
            out += struct.pack("<HHII", tag, 4, 1, told[0])
        else:
            out += struct.pack("<HHI", tag, 3, len(told)) + struct.pack(f"<{len(told)}H", *told).ljust(
                4, b"\0"
            )
    return out + b"\0" * 4 + long + body


WIDE = STEPS.astype(np.int64)


@pytest.mark.parametrize(
    "data",
    [
        tiff(STEPS / np.float32(255), False, 32, 3),
        tiff(STEPS.astype("f4"), False, 32, 3),
        tiff((WIDE * 257).astype("f4"), False, 32, 3),
        tiff(1 - STEPS / np.float32(255), True, 32, 3),
        tiff(((255 - WIDE) * 257).astype("u2"), True, 16),
        tiff((WIDE * 257).astype("u2"), False, 16),
        tiff((WIDE * 257 - 32768).astype("i2"), False, 16, 2),
        tiff((WIDE - 128).astype("i1"), False, 8, 2),
        tiff((WIDE * 16843009).astype("u4"), False, 32),
        tiff((WIDE * 16843009 - 2**31).astype("i4"), False, 32, 2),
        tiff(np.dstack([STEPS, np.full_like(STEPS, 255)]), False, 8, alpha=1),
        tiff(np.dstack([STEPS, np.full_like(STEPS, 255)]), False, 8, alpha=2),
        tiff(np.dstack([(WIDE * 257).astype("u2")] * 3 + [np.full((1, 6), 65535, "u2")]), False, 16, alpha=1),
    ],
)
def test_it_looks_as_in_a_viewer(data: bytes) -> None:
    assert np.array_equal(read_picture(data), np.dstack([STEPS] * 3))


def test_dark_16_bit_pictures_stay_dark() -> None:
    stream = BytesIO()
    Image.fromarray(np.full((2, 2), 255, np.uint16)).save(stream, "PNG")
    assert read_picture(stream.getvalue()).max() == 1
    assert read_picture(b"P5 2 1 65535\n" + struct.pack(">HH", 128, 32896))[0, :, 0].tolist() == [0, 128]


def test_premultiplied_grey_is_divided_by_its_alpha() -> None:
    values = np.array([[[50, 100], [0, 0], [80, 255]]], np.uint8)
    found = read_picture(tiff(values, False, 8, alpha=1))
    assert found[0, 0].tolist() == [127, 127, 127, 100] or found[0, 0].tolist() == [128, 128, 128, 100]
    assert found[0, 2].tolist() == [80, 80, 80, 255]


@pytest.mark.parametrize("odd", [np.nan, np.inf, -40.0, 1e9])
def test_floats_without_a_white_are_refused_in_one_line(odd: float) -> None:
    values = (STEPS / np.float32(255)).copy()
    values[0, 3] = odd
    with pytest.raises(PictureError, match="save it again with 8 or 16 bits") as caught:
        read_picture(tiff(values, False, 32, 3))
    assert "\n" not in str(caught.value)


def test_floats_a_little_over_white_are_white() -> None:
    values = np.array([[0.0, 0.5, 1.0, 1.2, -0.1]], np.float32)
    assert read_picture(tiff(values, False, 32, 3))[0, :, 0].tolist() == [0, 128, 255, 255, 0]
    grown = read_picture(tiff(np.linspace(0, 1, 300, dtype=np.float32)[None], False, 32, 3))[0, :, 0]
    assert all(a <= b for a, b in pairwise(grown.tolist()))
