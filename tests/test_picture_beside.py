"""What stands beside a picture's pixels, whole or damaged, never refuses it."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.data.check import check
from attnpaint.data.layouts import Blob, Item
from attnpaint.errors import PictureError
from attnpaint.images import read_picture

TURNED = (0x112, 3, 1, struct.pack("<H", 6))  # a quarter to the right


def pixels() -> np.ndarray:
    """5 wide, 3 high, no two alike."""
    return np.arange(45, dtype=np.uint8).reshape(3, 5, 3) * 5


def saved(kind: str, **options: object) -> bytes:
    stream = BytesIO()
    Image.fromarray(pixels()).save(stream, kind, **options)
    return stream.getvalue()


def chunk(kind: bytes, body: bytes, wrong: int = 0) -> bytes:
    check = zlib.crc32(kind + body) ^ wrong
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png_with(*chunks: bytes, late: bool = False) -> bytes:
    """The chunks stand before the pixels, or late after them."""
    png = saved("PNG")
    place = len(png) - 12 if late else 33
    return png[:place] + b"".join(chunks) + png[place:]


def exif(*entries: tuple[int, int, int, bytes], tail: bytes = b"") -> bytes:
    body = b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return body + b"\0" * 4 + tail


BIG = zlib.compress(bytes(3_000_000))


@pytest.mark.parametrize(
    "data",
    [
        png_with(chunk(b"zTXt", b"prompt\0\0" + BIG)),
        png_with(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + BIG), late=True),
        png_with(chunk(b"iCCP", b"screen\0\0" + BIG)),
        png_with(chunk(b"iCCP", b"screen\0\0not deflated")),
        png_with(chunk(b"gAMA", b"\0")),
        png_with(chunk(b"tIME", b"", wrong=7), late=True),
        png_with(chunk(b"eXIf", b"nothing of the kind")),
        png_with(chunk(b"eXIf", exif((0x13C, 5, 1, b"\xff\xff\xff\xff")))),
        png_with(chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 9\nnot hexadecimal")),
        saved("WEBP", lossless=True, exif=b"II*\0\xff\xff\xff\xff"),
        saved("WEBP", lossless=True, xmp=b"\xff\xfe<broken"),
        saved("WEBP", lossless=True, icc_profile=b"no profile"),
        saved("TIFF", tiffinfo={0x13B: "someone"}, exif=exif((0x8769, 4, 1, b"\xff\xff\xff\x7f"))),
    ],
)
def test_whole_pixels_are_read_whatever_stands_beside_them(data: bytes) -> None:
    assert np.array_equal(read_picture(data), pixels())


@pytest.mark.parametrize(
    "body",
    [
        exif(TURNED, (0x11A, 10, 1, struct.pack("<I", 38)), tail=struct.pack("<ii", -1, 0)),
        exif(TURNED, (0x13C, 5, 1, struct.pack("<I", 38)), tail=struct.pack("<II", 1, 1)),
        exif(TURNED, (0x9286, 7, 90_000, b"\xff\xff\xff\x7f")),
    ],
)
def test_damaged_exif_still_turns_the_picture_if_it_tells_how(body: bytes) -> None:
    upright = np.rot90(pixels(), -1)
    assert np.array_equal(read_picture(png_with(chunk(b"eXIf", body))), upright)
    assert np.array_equal(read_picture(saved("WEBP", lossless=True, exif=b"Exif\0\0" + body)), upright)
    jpeg = saved("JPEG", quality=100, subsampling=0)
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 8) + b"Exif\0\0" + body
    found = read_picture(jpeg[:2] + segment + jpeg[2:])
    assert np.array_equal(found, np.rot90(read_picture(jpeg), -1))


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_as_pillow_turns_it_in_every_format(turn: int) -> None:
    from PIL import ImageOps

    told = Image.Exif()
    told[0x112] = turn
    for kind in ("PNG", "TIFF"):
        data = saved(kind, exif=told)
        expected = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("RGB"))
        assert np.array_equal(read_picture(data), expected), kind
    deep = np.arange(15, dtype=np.uint16).reshape(3, 5) * 4369
    stream = BytesIO()
    Image.fromarray(deep).save(stream, "TIFF", exif=told)
    grey = Image.fromarray((deep // 257).astype(np.uint8))
    stream2 = BytesIO()
    grey.save(stream2, "PNG", exif=told)
    assert np.array_equal(read_picture(stream.getvalue()), read_picture(stream2.getvalue()))


@pytest.mark.parametrize("damage", [b"IDAT", b"IHDR"])
def test_damaged_pixels_are_still_refused_beside_damaged_text(damage: bytes) -> None:
    data = bytearray(png_with(chunk(b"tEXt", b"a\0b", wrong=1)))
    data[data.index(damage) + 5] ^= 0xFF
    with pytest.raises(PictureError, match=r"cut short|not a picture"):
        read_picture(bytes(data))


def test_the_look_before_training_takes_what_the_reader_takes(tmp_path: Path) -> None:
    bad = {
        "a.png": png_with(chunk(b"tEXt", b"a\0b", wrong=1)),
        "b.png": png_with(chunk(b"zTXt", b"prompt\0\0" + BIG)),
        "c.png": png_with(chunk(b"pHYs", b"\0")),
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    items = [Item(name, Blob(str(tmp_path / name)), None) for name in bad]
    found = check(items)
    assert [item.name for item in found.items] == list(bad)
    assert found.unreadable == ()
