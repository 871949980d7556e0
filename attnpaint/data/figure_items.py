"""Figures as training pictures: `figures:20000` names them, and they are drawn when they are read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image

from attnpaint.data.item import Blob, Item
from attnpaint.errors import UsageError
from attnpaint.figures.canvas import Drawn
from attnpaint.figures.figure import render

SCHEME = "figures:"
VIEWS = 4
"""Pictures of each figure."""
SIDE = 512
"""Their sides in px where nothing else is asked."""
MOST = 250_000
"""Figures; each keeps about 2 kB of memory for its names."""
_SIDES = 64, 2048
_FORM = re.compile(r"figures:(\d{1,9})(?::(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class FigureFile(Blob):
    """One of the three pictures of a view, as bytes that are made when they are read.

    which: seed, figure, view and side in px, see `attnpaint.figures.figure.render`.
    """

    which: tuple[int, int, int, int] = (0, 0, 0, SIDE)
    kind: Literal["colour", "line", "parts"] = "colour"

    def read(self) -> bytes:
        """A BMP, or a PNG of palette indices for the parts."""
        drawn, file = _drawn(*self.which), BytesIO()
        if self.kind == "parts":
            image = Image.fromarray(drawn.parts, "P")
            image.putpalette(bytes(768))
            image.save(file, "PNG", compress_level=1)
        else:
            Image.fromarray(drawn.colour if self.kind == "colour" else drawn.line).save(file, "BMP")
        return file.getvalue()


@lru_cache(maxsize=4)
def _drawn(seed: int, number: int, view: int, side: int) -> Drawn:
    """The colour picture is read first, its drawing and parts soon after."""
    return render(seed, number, view, side)


def names_figures(path: str | Path) -> bool:
    """Whether it is figures that are asked for, not a file or folder."""
    return str(path).startswith(SCHEME)


def figure_items(asked: str | Path, side: int = SIDE) -> Iterator[Item]:
    """The pictures of `figures:COUNT` or `figures:COUNT:SEED`: VIEWS of each figure, siblings by `character`.

    side: of the square pictures in px, brought into 64 to 2048. Raises UsageError where `asked` is not of
    this form, or asks for none or more than MOST.
    """
    found = _FORM.fullmatch(str(asked))
    if found is None or not 0 < int(found[1]) <= MOST:
        raise UsageError(
            f"{asked} is no number of figures", f"give figures:COUNT or figures:COUNT:SEED, COUNT 1 to {MOST}"
        )
    count, seed = int(found[1]), int(found[2] or 0)
    side = min(max(side, _SIDES[0]), _SIDES[1])
    for number in range(count):
        who = f"figures/{seed}-{number:05}"
        for view in range(VIEWS):
            which = seed, number, view, side
            yield Item(
                f"{who}/{view}",
                FigureFile(SCHEME, which=which),
                FigureFile(SCHEME, which=which, kind="line"),
                parts=FigureFile(SCHEME, which=which, kind="parts"),
                character=who,
            )
