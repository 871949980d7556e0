"""Writes a file with layers, .ora or .psd, as its suffix says."""

from pathlib import Path

from attnpaint.errors import AttnpaintError
from attnpaint.images import Picture, check_sides
from attnpaint.layered.layer import Stack
from attnpaint.layered.ora import write_ora
from attnpaint.layered.psd import check_psd, write_psd

SUFFIXES = (".ora", ".psd")


def check_size(suffix: str, height: int, width: int) -> None:
    """AttnpaintError where a file of this suffix, .psd or .webp, cannot be so many px high or wide."""
    if suffix.lower() == ".psd":
        check_psd(height, width)
    elif suffix.lower() not in SUFFIXES:
        check_sides(suffix, height, width)


def write_layers(path: str | Path, layers: Stack, merged: Picture) -> None:
    """Write layers, bottom to top, in the format of the suffix: .ora or .psd.

    merged: uint8 H×W×3 or H×W×4, what the visible layers look like together. Every layer has its size.
    The file appears whole or not at all. AttnpaintError: another suffix, a folder that is missing or not
    writable, a full disk, psd-tools missing, too large for the format.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        problem = f"{path.name} has no suffix of a file with layers"
        raise AttnpaintError(problem, f"use one of {' '.join(SUFFIXES)}")
    writer = write_ora if suffix == ".ora" else write_psd
    writer(path, layers, merged)
