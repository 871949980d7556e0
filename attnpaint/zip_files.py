"""Members of zip files that strangers made, read within bounds."""

import lzma
import zlib
from zipfile import BadZipFile, ZipFile

BROKEN = (
    BadZipFile,
    LookupError,
    ValueError,
    ArithmeticError,
    RuntimeError,  # encrypted; RecursionError and NotImplementedError are of its kind
    MemoryError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
)
"""What unpacking a damaged or hostile file raises."""


def read_member(file: ZipFile, name: str, most: int) -> bytes:
    """The bytes of a member; ValueError where it unpacks to more than `most`, whatever its head says."""
    with file.open(name) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise ValueError(f"{name} is too large")
    return data
