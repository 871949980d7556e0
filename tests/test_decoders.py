"""Damaged pictures and odd forms put no lines of their own on the terminal."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

_READ = """
import sys
from pathlib import Path
from attnpaint.errors import PictureError
from attnpaint.images import read_picture
damaged = 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        read_picture(path)
    except PictureError:
        damaged += 1
print(damaged)
"""
_PARSE = """
import asyncio
from starlette.requests import Request
from attnpaint.web.uploads import _Request
import sys
async def parse(body):
    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    try:
        await _Request({"type": "http", "headers": headers, "method": "POST"}, receive).form()
    except Exception as error:
        print(type(error).__name__)
for body in (b"--y", b"junk", b"--x\\r\\n\\x01: a\\r\\n\\r\\n", b"--x--\\r\\nmore", b"--x\\r\\nA" * 3):
    asyncio.run(parse(body))
print("parsed")
"""


def damaged(folder: Path, compression: str) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    image, stream = Image.fromarray(picture), BytesIO()
    image = image.convert("1") if compression.startswith("group") else image
    image.save(stream, "TIFF", compression=compression)
    for seed in range(20):
        data = bytearray(stream.getvalue())
        for place in np.random.default_rng(seed).integers(8, len(data), 6):
            data[place] ^= 0xFF
        (folder / f"{seed}.tif").write_bytes(data)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "jpeg", "packbits", "group4"])
def test_damaged_tiffs_are_refused_without_lines_of_libtiff(tmp_path: Path, compression: str) -> None:
    damaged(tmp_path, compression)
    program = [sys.executable, "-c", _READ, str(tmp_path)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert int(done.stdout) > 0 or compression == "packbits"  # which bears almost anything


def test_odd_forms_are_refused_without_lines_of_the_parser() -> None:
    done = subprocess.run([sys.executable, "-c", _PARSE], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.endswith("parsed\n")
