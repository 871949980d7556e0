"""Embedded colour profiles are brought to sRGB; the profiles here are made from published primaries."""

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from attnpaint.data.layouts import Blob
from attnpaint.data.reading import read
from attnpaint.images import read_noted, read_picture

WIDE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
PROPHOTO = ((0.79768, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491))
SHOWN = np.array([[[200, 40, 40], [30, 140, 90], [128, 128, 128]]], np.uint8)


def number(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(number, values))


def profile(space: bytes, primaries: tuple[tuple[float, ...], ...], gamma: float) -> bytes:
    """A profile of version 2 by primaries (none for grey) and one power as the curve."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + b"\0" * 79
    tags = {b"desc": text, b"cprt": b"text\0\0\0\0none", b"wtpt": xyz((0.9642, 1, 0.8249))}
    if primaries:
        tags |= {name + b"XYZ": xyz(one) for name, one in zip((b"r", b"g", b"b"), primaries, strict=True)}
        tags |= {name + b"TRC": curve for name in (b"r", b"g", b"b")}
    else:
        tags[b"kTRC"] = curve
    place, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", place + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02400000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    return (head + number(0.9642) + number(1) + number(0.8249)).ljust(128, b"\0") + table + body


def stored(data: bytes) -> Image.Image:
    """SHOWN, 8 times as wide and 24 high, in the numbers of a profile."""
    target = ImageCms.ImageCmsProfile(BytesIO(data))
    shown = Image.fromarray(SHOWN.repeat(8, axis=1).repeat(24, axis=0))
    changed = ImageCms.profileToProfile(shown, ImageCms.createProfile("sRGB"), target, renderingIntent=1)
    assert changed is not None
    return changed


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize(("primaries", "gamma"), [(WIDE, 2.2), (PROPHOTO, 1.8), (WIDE, 1.0)])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_the_colours_are_those_that_are_shown(
    kind: str, primaries: tuple[tuple[float, ...], ...], gamma: float, tmp_path: Path
) -> None:
    data = profile(b"RGB ", primaries, gamma)
    exact = (
        {"lossless": True} if kind == "WEBP" else {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    )
    body = saved(stored(data), kind, icc_profile=data, **exact)
    assert np.abs(np.asarray(Image.open(BytesIO(body))).astype(int)[0, ::8] - SHOWN[0]).max() > 8
    near = 6 if kind == "JPEG" or gamma == 1 else 2
    found, notes = read_noted(body)
    assert np.abs(found[12, 4::8].astype(int) - SHOWN[0]).max() <= near
    assert notes == ()
    (tmp_path / "a").write_bytes(body)
    quick = read("a", Blob(str(tmp_path / "a")), size=4096)
    assert np.abs(quick[12, 4::8].astype(int) - SHOWN[0]).max() <= near


def test_alpha_and_palette_pictures_keep_their_shape() -> None:
    data = profile(b"RGB ", WIDE, 2.2)
    clear = stored(data)
    clear.putalpha(Image.new("L", clear.size, 77))
    found = read_picture(saved(clear, "PNG", icc_profile=data))
    assert np.abs(found[0, ::8, :3].astype(int) - SHOWN[0]).max() <= 2
    assert (found[..., 3] == 77).all()
    few = stored(data).quantize(4, dither=Image.Dither.NONE)
    assert np.abs(read_picture(saved(few, "PNG", icc_profile=data))[0, ::8].astype(int) - SHOWN[0]).max() <= 2


def test_a_grey_profile_moves_greys_alone() -> None:
    data = profile(b"GRAY", (), 1.0)  # linear light: a fifth of it is seen as half
    for grey in (Image.new("L", (4, 4), 55), Image.new("LA", (4, 4), (55, 200))):
        found = read_picture(saved(grey, "PNG", icc_profile=data))[0, 0, :3].astype(int)
        assert np.abs(found - 128).max() <= 2


def test_srgb_itself_changes_no_level() -> None:
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    noise = np.random.default_rng(3).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    assert np.array_equal(read_picture(saved(Image.fromarray(noise), "PNG", icc_profile=data)), noise)


@pytest.mark.parametrize(
    "data", [b"no profile", profile(b"RGB ", WIDE, 2.2)[:200], profile(b"GRAY", (), 1.8)]
)
def test_a_profile_that_cannot_be_used_is_told_and_the_picture_read(data: bytes) -> None:
    shown = Image.fromarray(SHOWN)
    found, notes = read_noted(saved(shown, "PNG", icc_profile=data))
    assert np.array_equal(found, SHOWN)
    assert len(notes) == 1
    assert "colour profile cannot be used" in notes[0]
    assert "\n" not in notes[0]
