"""What picture files are called: those that are written, those that are read, and those that are neither."""

from collections import Counter
from pathlib import Path, PurePosixPath

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
"""Of what is written; all of it is read, too."""
READABLE = (
    *SUFFIXES,
    ".jfif",
    ".jpe",
    ".pjpeg",
    ".pjp",
    ".apng",
    ".dib",
    ".gif",
    ".pgm",
    ".ppm",
    ".pbm",
    ".pnm",
)
UNREADABLE = (
    ".avif", ".avifs", ".heic", ".heif", ".jxl", ".jp2", ".j2k", ".jpx", ".svg", ".svgz", ".eps", ".ai",
    ".pdf", ".psd", ".psb", ".xcf", ".kra", ".ora", ".clip", ".sai", ".sai2", ".mdp", ".afphoto",
    ".procreate", ".tga", ".dds", ".exr", ".hdr", ".ico", ".cur", ".icns", ".pcx", ".sgi", ".xpm", ".xbm",
    ".wmf", ".emf", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".raf", ".rw2",
)  # fmt: skip
"""Of files that people call pictures and that are left out of folders."""


def note_left_out(name: str, left: "Counter[str] | None") -> None:
    """Count the suffix of a file that is left out, if it is a picture's."""
    if left is not None and (suffix := PurePosixPath(name).suffix.lower()) in UNREADABLE:
        left[suffix] += 1


def left_out(left: "Counter[str]") -> str:
    """`4 left out: .avif .heic`, or an empty text."""
    return f"{left.total()} left out: {' '.join(sorted(left))}" if left else ""


def unreadable_in(folder: Path, recursive: bool) -> "Counter[str]":
    """The suffixes of the pictures in a folder that cannot be read, hidden ones not counted."""
    left: Counter[str] = Counter()
    for path in folder.rglob("*") if recursive else folder.glob("*"):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts) and path.is_file():
            note_left_out(path.name, left)
    return left
