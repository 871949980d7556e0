"""Which renderer drew a figure: a digest of all that decides its pixels."""

import hashlib
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@lru_cache(maxsize=1)
def renderer_digest() -> str:
    """Twelve hexadecimal digits: of this package's sources and data, whatever their line ends.

    It changes with a comment too: whether two texts draw the same is not asked.
    """
    return digest_of(files("attnpaint.figures"))


def digest_of(package: Traversable) -> str:
    """Twelve hexadecimal digits of a folder's .py and .npz files, by their names and contents."""
    total = hashlib.sha256()
    for name, data in sorted(_contents(package)):
        total.update(f"{name}\n{len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()[:12]


def _contents(folder: Traversable, above: str = "") -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        name = above + entry.name
        if entry.is_dir():
            found += _contents(entry, name + "/")
        elif name.endswith(".py"):
            found.append((name, entry.read_bytes().replace(b"\r\n", b"\n")))
        elif name.endswith(".npz"):
            found.append((name, entry.read_bytes()))
    return found
