"""What anybody may send the server is held to tighter limits than what a person names on the command line."""

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from serving import Server

from attnpaint.decoding.reader import USUAL
from attnpaint.images import read_picture
from attnpaint.web.limits import Limits

pytestmark = [pytest.mark.usefixtures("goes_on"), pytest.mark.slow]


def scanned(more: int) -> bytes:
    """A progressive JPEG whose last scan comes again."""
    stream = BytesIO()
    noise = np.random.default_rng(2).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(stream, "JPEG", progressive=True, quality=90)
    data = stream.getvalue()
    return data[:-2] + data[data.rindex(b"\xff\xda") : -2] * more + b"\xff\xd9"


def in_strips(count: int) -> bytes:
    """A grey TIFF, 8 px wide, each row a strip of its own."""
    start = 8 + 2 + 12 * 8 + 4
    tags = [(256, 1, 8), (257, 1, count), (258, 1, 8), (259, 1, 1), (262, 1, 1)]
    tags += [(273, count, start), (278, 1, 1), (279, count, start + 4 * count)]
    body = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags))
    body += b"".join(struct.pack("<HHII", tag, 4, many, value) for tag, many, value in tags) + b"\0" * 4
    offsets = np.full(count, start + 8 * count, "<u4").tobytes() + np.full(count, 8, "<u4").tobytes()
    return body + offsets + b"\x80" * 8


def in_a_tile(side: int) -> bytes:
    """A grey TIFF of 16 px in one tile that is far larger."""
    start = 8 + 2 + 12 * 10 + 4
    tags = [(256, 16), (257, 16), (258, 8), (259, 1), (262, 1), (277, 1), (322, side), (323, side)]
    tags += [(324, start), (325, side * side)]
    body = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags))
    body += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags) + b"\0" * 4
    return body + bytes(side * side)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (scanned(30), "progressive JPEG of"),
        (in_strips(21_000), "TIFF in 21000 pieces"),
        (in_a_tile(1280), "in tiles of 1280×1280"),
    ],
    ids=["scans", "strips", "a tile"],
)
@pytest.mark.parametrize("role", ["reference", "drawing"])
def test_what_the_command_line_reads_may_be_too_much_for_the_server(
    server: Server, data: bytes, told: str, role: str
) -> None:
    assert read_picture(data).ndim == 3
    small = in_strips(16)
    sent = (data, small) if role == "drawing" else (small, data)
    answer = server.paint(*sent)
    assert answer.status_code == 415
    assert told in answer.json()["error"]
    assert f"the {role}" in answer.json()["error"]


@pytest.mark.parametrize(
    "data", [scanned(5), in_strips(3000), in_a_tile(640)], ids=["scans", "strips", "tile"]
)
def test_what_programs_write_is_not_too_much(server: Server, data: bytes) -> None:
    assert server.paint(data, in_strips(16)).status_code == 200


def test_no_limit_of_the_server_is_wider() -> None:
    strict = vars(Limits().picture)
    assert all(strict[name] < usual for name, usual in vars(USUAL).items())
