"""Several pictures of one drawing: their files, and one sheet that shows them all."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attnpaint.images import Picture

MOST = 9
SIDE = 384  # px; the long side of a picture on the sheet


def numbered(output: Path, count: int) -> list[Path]:
    """OUT.1.png to OUT.N.png for OUT.png; [] for one picture, which is OUT.png itself."""
    if count == 1:
        return []
    return [output.with_name(f"{output.stem}.{number}{output.suffix}") for number in range(1, count + 1)]


def contact_sheet(pictures: "Sequence[Picture]", paths: Sequence[Path]) -> "Picture":
    """The pictures (H×W×3 or H×W×4) on white under their files' names, in a square of rows, uint8 H×W×3."""
    from attnpaint.images import on_white
    from attnpaint.sheets.labels import Tile, fit, lay_out

    tiles = [
        Tile(fit(on_white(picture), SIDE), path.name) for picture, path in zip(pictures, paths, strict=True)
    ]
    columns = math.ceil(math.sqrt(len(tiles)))
    return lay_out([tiles[i : i + columns] for i in range(0, len(tiles), columns)])
