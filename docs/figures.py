"""`make figures-page` draws docs/figures.webp anew, the sheet of docs/figures.md."""

from pathlib import Path

import numpy as np
from PIL import Image

from attnpaint.figures.figure import render

SIDE, COLUMNS = 224, 6
VIEWS = [(458, view) for view in range(3)] + [(176, view) for view in range(3)]
FIGURES = [(number, 0) for number in (303, 1002, 1012, 305, 1015, 416, 1019, 420, 1020, 1025, 1011, 1027)]
HUES = np.random.default_rng(4).integers(40, 230, (256, 3)).astype(np.uint8)


def main() -> None:
    """Rows: two figures in three views each; their lines; their parts; twelve more figures."""
    drawn = [render(0, number, view, SIDE) for number, view in VIEWS]
    more = [render(0, number, view, SIDE).colour for number, view in FIGURES]
    HUES[0] = 255
    rows = [[d.colour for d in drawn], [np.repeat(d.line[..., None], 3, 2) for d in drawn]]
    rows += [[HUES[d.parts] for d in drawn], more[:COLUMNS], more[COLUMNS:]]
    sheet = np.concatenate([np.concatenate(row, 1) for row in rows])
    Image.fromarray(sheet).save(Path(__file__).with_suffix(".webp"), quality=82, method=6)


if __name__ == "__main__":
    main()
