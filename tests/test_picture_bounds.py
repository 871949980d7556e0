"""What a picture file may cost is told before its pixels are decoded."""

import struct
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.data.layouts import Blob
from attnpaint.data.reading import read
from attnpaint.decoding.reader import MAX_BYTES, MAX_SCANS, USUAL, Bounds, check_structure, count_scans
from attnpaint.errors import PictureError
from attnpaint.images import read_picture


def tiff(*tags: tuple[int, int]) -> bytes:
    """A TIFF of one deflated piece that says of itself what the tags say."""
    body = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags))
    for tag, value in sorted(tags):
        body += struct.pack("<HHII", tag, 4, 1, value)
    return body + b"\0" * 80


def tiled(size: int, width: int, height: int, compression: int = 8) -> bytes:
    return tiff(
        (256, size), (257, size), (258, 8), (259, compression), (262, 1), (277, 1),
        (322, width), (323, height), (324, 150), (325, 60),
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [tiled(64, 46_000, 16_000), tiled(9_000, 40_000, 40_000), tiled(10, 16, 2**31, 1), tiled(64, 99_999, 48)],
)
def test_tiles_far_larger_than_the_picture_are_refused(data: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(PictureError, match="in tiles of") as caught:
        read_picture(data)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("tile", [(16, 16), (64, 32), (256, 256)])
def test_usual_tiles_are_read(tile: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (100, 80), dtype=np.uint8)
    tifffile = pytest.importorskip("tifffile")
    stream = BytesIO()
    tifffile.imwrite(stream, noise, tile=tile, photometric="minisblack")
    assert np.array_equal(read_picture(stream.getvalue())[..., 0], noise)


def test_too_many_strips_are_refused() -> None:
    count, start = 100_001, 8 + 2 + 12 * 8 + 4
    tags = [(256, 4, 1, 1), (257, 4, 1, count), (258, 4, 1, 8), (259, 4, 1, 1), (262, 4, 1, 1)]
    tags += [(273, 4, count, start), (278, 4, 1, 1), (279, 4, count, start + 4 * count)]
    body = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags))
    body += b"".join(struct.pack("<HHII", *tag) for tag in tags) + b"\0" * 4
    offsets = np.full(count, start + 8 * count, "<u4").tobytes() + np.ones(count, "<u4").tobytes()
    with pytest.raises(PictureError, match=f"in {count} pieces"):
        read_picture(body + offsets + b"\0" * 8)


def progressive(side: int = 64) -> bytes:
    stream = BytesIO()
    noise = np.random.default_rng(2).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(noise).save(stream, "JPEG", progressive=True, quality=90)
    return stream.getvalue()


def with_scans(more: int, side: int = 64) -> bytes:
    """The last scan of a progressive JPEG over and over."""
    data = progressive(side)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * more + b"\xff\xd9"


@pytest.mark.parametrize("more", [MAX_SCANS, 3_000, 60_000])
def test_too_many_scans_are_refused_at_once(more: int, tmp_path: Path) -> None:
    data = progressive()
    scan = data[data.rindex(b"\xff\xda") : -2][:75]
    data = data[:-2] + scan * more + b"\xff\xd9"
    began = time.perf_counter()
    with pytest.raises(PictureError, match="scans, over the limit"):
        read_picture(data)
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(PictureError, match="scans, over the limit"):
        read("a.jpg", Blob(str(tmp_path / "a.jpg")), size=32)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(("work", "side"), [(64 * 64 * 20, 64), (96 * 96 * 15, 96), (48 * 80 * 30, 64)])
def test_scans_of_a_large_picture_count_for_more(work: int, side: int) -> None:
    bounds = Bounds(work=work)
    assert read_picture(progressive(side), bounds).shape == (side, side, 3)
    many = with_scans(40, side)
    assert count_scans(BytesIO(many)) < USUAL.scans
    with pytest.raises(PictureError, match="scans, over the limit of"):
        read_picture(many, bounds)
    assert read_picture(many).shape == (side, side, 3)


def test_scans_are_those_of_the_picture_not_of_its_thumbnail() -> None:
    assert 2 < count_scans(BytesIO(progressive())) <= 12
    assert count_scans(BytesIO(with_scans(20))) - count_scans(BytesIO(progressive())) == 20
    assert read_picture(with_scans(20)).shape == (64, 64, 3)
    data = progressive()
    thumbnail = b"\xff\xda" * 500
    segment = b"\xff\xed" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    assert read_picture(data[:2] + segment + data[2:]).shape == (64, 64, 3)
    stream = BytesIO()
    Image.new("RGB", (9, 9)).save(stream, "JPEG")
    assert count_scans(stream) == 1
    stream.seek(0, 2)
    end = stream.tell()
    count_scans(stream)
    assert stream.tell() == end


def test_a_file_of_too_many_bytes_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new("L", (4, 4)).save(path)
    with path.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(PictureError, match="more than 1024 MiB"):
        read_picture(path)
    with path.open("rb") as file, pytest.raises(PictureError, match="more than 1024 MiB"):
        read_picture(file)


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(kind: bytes, count: int) -> bytes:
    """A whole PNG with so many empty chunks of a kind before its pixels."""
    stream = BytesIO()
    Image.new("L", (4, 4), 90).save(stream, "PNG")
    data = stream.getvalue()
    return data[:33] + chunk(kind, b"") * count + data[33:]


def jpeg_of(marker: int, count: int) -> bytes:
    stream = BytesIO()
    Image.new("L", (4, 4), 90).save(stream, "JPEG")
    data = stream.getvalue()
    return data[:2] + bytes([0xFF, marker, 0, 2]) * count + data[2:]


def listed_tiff(count: int, order: str, big: bool) -> bytes:
    """A directory that tells of so many strips and holds none."""
    mark = {"<": b"II", ">": b"MM"}[order]
    if big:
        head = mark + struct.pack(f"{order}HHHQQ", 43, 8, 0, 16, 8)
        tags = [struct.pack(f"{order}HHQQ", tag, 4, many, 1) for tag, many in _tags(count)]
        return head + b"".join(tags) + bytes(64)
    head = mark + struct.pack(f"{order}HIH", 42, 8, 8)
    return head + b"".join(struct.pack(f"{order}HHII", t, 4, n, 1) for t, n in _tags(count)) + bytes(64)


def _tags(count: int) -> list[tuple[int, int]]:
    return [(256, 1), (257, 1), (258, 1), (259, 1), (262, 1), (273, count), (278, 1), (279, count)]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (png_of(b"IDAT", 200_000), "PNG of more than 100000 chunks"),
        (png_of(b"tEXt", 400_000), "PNG of more than 100000 chunks"),
        (jpeg_of(0xE5, 500_000), "JPEG of more than 10000 segments"),
        (jpeg_of(0xFE, 12_000), "JPEG of more than 10000 segments"),
        (listed_tiff(2**31, "<", False), "TIFF in 2147483648 pieces"),
        (listed_tiff(10**6, ">", False), "TIFF in 1000000 pieces"),
        (listed_tiff(2**40, "<", True), "TIFF in 1099511627776 pieces"),
        (listed_tiff(10**6, ">", True), "TIFF in 1000000 pieces"),
    ],
    ids=["IDAT", "text", "APP5", "comments", "little", "big", "BigTIFF little", "BigTIFF big"],
)
def test_too_many_parts_are_refused_before_they_are_listed(
    data: bytes, told: str, tmp_path: Path, traced: None
) -> None:
    began = time.process_time()
    for place in (0, 7):  # the stream need not stand at the file's start
        stream = BytesIO(b"x" * place + data)
        stream.seek(place)
        with pytest.raises(PictureError, match=told):
            check_structure(stream, "it")
        assert stream.tell() == place
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(PictureError, match=told):
        read_picture(tmp_path / "a")
    with pytest.raises(PictureError, match=told):
        read("a", Blob(str(tmp_path / "a")), size=32)
    assert time.process_time() - began < 3
    assert tracemalloc.get_traced_memory()[1] < 5 * len(data) + 5_000_000


@pytest.mark.parametrize(
    "data", [png_of(b"tEXt", 300), jpeg_of(0xE5, 900), png_of(b"IDAT", 2000)], ids=["text", "APP5", "IDAT"]
)
def test_many_parts_are_read(data: bytes) -> None:
    assert abs(int(read_picture(data)[0, 0, 0]) - 90) <= 2


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xd8\xff", b"II*\0\xff\xff\xff\xff", b"MM\0+"]
)
def test_what_is_cut_short_is_left_to_the_decoder(data: bytes) -> None:
    check_structure(BytesIO(data), "it")
    with pytest.raises(PictureError):
        read_picture(data)
