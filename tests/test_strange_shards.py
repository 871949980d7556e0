"""Tar shards with damaged headers: what lies before the damage, and all other shards, go on."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from extracting import draw

from attnpaint.extract.batch.sources import Failure, Source, find_sources


def drawn(folder: Path) -> bytes:
    draw(folder / "p.png", 0)
    return (folder / "p.png").read_bytes()


def packed(path: Path, picture: bytes, names: tuple[str, ...] = ("a.png", "b.png", "c.png")) -> bytes:
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(picture)
            tar.addfile(info, io.BytesIO(picture))
    return path.read_bytes()


def with_size(data: bytes, member: int, size: bytes) -> bytes:
    """The header of a member with other bytes as its size, and the checksum that fits them."""
    starts = [i for i in range(0, len(data), 512) if data[i + 257 : i + 262] == b"ustar"]
    head = bytearray(data[starts[member] : starts[member] + 512])
    head[124:136] = size.ljust(12, b"\0")
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return data[: starts[member]] + bytes(head) + data[starts[member] + 512 :]


SIZES = {
    "256-base, giant": b"\x80" + b"\x7f" * 11,
    "256-base, negative": b"\xff" * 12,
    "octal, giant": b"77777777777\0",
    "no number": b"zzzzzzzzzzz\0",
    "minus": b"-0000001765\0",
}


@pytest.mark.parametrize("member", [0, 1, 2])
@pytest.mark.parametrize("kind", SIZES)
def test_a_damaged_size_ends_its_shard_and_nothing_else(kind: str, member: int, tmp_path: Path) -> None:
    picture = drawn(tmp_path)
    (tmp_path / "refs").mkdir()
    data = packed(tmp_path / "refs" / "bad.tar", picture)
    (tmp_path / "refs" / "bad.tar").write_bytes(with_size(data, member, SIZES[kind]))
    packed(tmp_path / "refs" / "good.tar", picture)
    found = list(find_sources([tmp_path / "refs"]))
    names = [one.name for one in found if isinstance(one, Source)]
    assert [name for name in names if name.startswith("good")] == [f"good.tar/{x}.png" for x in "abc"]
    whole = [f"bad.tar/{x}.png" for x in "abc"[:member]]
    assert [name for name in names if name.startswith("bad")][:member] == whole
    length = (tmp_path / "refs" / "bad.tar").stat().st_size
    assert all(one.offset + one.size <= length for one in found if isinstance(one, Source))
    failures = [str(one) for one in found if isinstance(one, Failure)]
    assert len(failures) <= 1
    assert not any("\n" in line for line in failures)


def pax(records: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("x.png")
        info.pax_headers = records
        tar.addfile(info)
    return stream.getvalue()


PAX: dict[str, Callable[[], bytes]] = {
    "a giant size": lambda: pax({"size": "9" * 30}),
    "a negative size": lambda: pax({"size": "-5"}),
    "no size": lambda: pax({"size": "many"}),
    "a giant header": lambda: pax({"comment": "x" * 5_000_000}),
    "a hostile name": lambda: pax({"path": "../" * 3000 + "x.png"}),
    "a name with a NUL": lambda: pax({"path": "a\0b.png"}),
    "a damaged length": lambda: pax({"comment": "hello"}).replace(b"comment=", b"comment\0"),
}


@pytest.mark.parametrize("kind", PAX)
def test_odd_extended_headers_stop_no_run(kind: str, tmp_path: Path) -> None:
    picture = drawn(tmp_path)
    (tmp_path / "refs").mkdir()
    (tmp_path / "refs" / "bad.tar").write_bytes(PAX[kind]())
    packed(tmp_path / "refs" / "good.tar", picture)
    found = list(find_sources([tmp_path / "refs"]))
    names = [one.name for one in found if isinstance(one, Source)]
    assert [name for name in names if name.startswith("good")] == [f"good.tar/{x}.png" for x in "abc"]
    assert all("\0" not in name and len(name) < 5000 for name in names)
