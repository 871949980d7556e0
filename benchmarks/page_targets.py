"""Drawings with the pictures that they are to become: held-out truths in their palette's colours."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from attnpaint import Colorizer
from attnpaint.colour import delta_e_2000, to_lab
from attnpaint.data.lines import extract_lines
from attnpaint.eval.metrics.figure import true_areas
from attnpaint.extract import measure
from attnpaint.images import Picture, on_white, read_picture

Entries = npt.NDArray[np.int64]
EXTRACTOR, STRENGTH = 0, 0.5  # of the lines of pictures without a drawing of their own
NEAR = 10.0
"""ΔE2000 up to which a pixel has the colour that it is to have."""


@dataclass(frozen=True, eq=False)
class Target:
    """name: in the shard. drawing: uint8 H×W; reference: uint8 H×W×3, the truth the other way round, so that
    its palette holds the target's colours. entry: H×W, the palette's colour of each pixel of the figure off
    lines; -1 elsewhere. colors: 16×3."""

    name: str
    drawing: Picture
    reference: Picture
    entry: Entries
    colors: Picture

    def right(self, picture: Picture) -> npt.NDArray[np.bool_]:
        """H×W, where a picture uint8 H×W×3 has about the colour that it is to have; True off the figure."""
        figure = self.entry >= 0
        packed = picture[figure].astype(np.int64) @ np.array([1 << 20, 1 << 12, 1 << 4]) + self.entry[figure]
        found, place = np.unique(packed, return_inverse=True)  # a flat picture has few colours
        shown = np.stack([found >> 20, found >> 12 & 255, found >> 4 & 255], axis=1).astype(np.uint8)
        wanted = self.colors[found & 15]
        right = np.ones(self.entry.shape, bool)
        right[figure] = (delta_e_2000(to_lab(shown[None])[0], to_lab(wanted[None])[0]) <= NEAR)[place]
        return right


def targets(shards: list[Path], names: list[str]) -> Iterator[Target]:
    """Of the pictures with these names in tar shards, in this order. KeyError: one is in none of them."""
    files = dict[str, bytes]()
    for path in shards:
        with tarfile.open(path) as shard:
            for member in shard:
                line = member.name.replace(".line.", ".color.")
                if line in names and (file := shard.extractfile(member)):
                    files[member.name] = file.read()
    for name in names:
        yield _target(name, files[name], files.get(name.replace(".color.", ".line.")))


def _target(name: str, data: bytes, line: bytes | None) -> Target:
    truth = np.ascontiguousarray(on_white(read_picture(data)))
    if line is None or ".color." not in name:
        drawing = extract_lines(truth, EXTRACTOR, STRENGTH)
    else:
        drawing = np.asarray(Image.open(BytesIO(line)).convert("L"))
    reference = np.ascontiguousarray(truth[:, ::-1])
    colors = measure(reference, Colorizer.load(device="cpu").needs.method).colors.reshape(
        -1, 3
    )  # as the page has them
    areas = true_areas(truth, drawing)
    apart = delta_e_2000(areas.lab[:, None], to_lab(colors[None])[0][None])
    nearest = np.concatenate([[-1], apart.argmin(axis=1)])
    return Target(name, drawing, reference, nearest[areas.labels], colors)
