"""`make figure` paints the README's picture, assets/figure.webp: drawings down, references across."""

from pathlib import Path

import numpy as np

from attnpaint import Colorizer
from attnpaint.images import Picture, letterbox, on_white, read_picture, write_picture

HERE = Path(__file__).parent
DRAWINGS = ("painter-cat", "schoolgirl", "flower-girl", "car")
REFERENCES = ("green-dress", "sunflower", "sea", "pink-hair")
CELL, GAP = 320, 8


def cell(picture: Picture) -> Picture:
    square, _ = letterbox(on_white(picture), CELL)
    return np.pad(square, ((GAP, GAP), (GAP, GAP), (0, 0)), constant_values=255)


def main() -> None:
    colorizer = Colorizer.load()
    references = [read_picture(HERE / "references" / f"{name}.png") for name in REFERENCES]
    blank = np.full((CELL, CELL, 3), 255, np.uint8)
    rows = [[blank, *references]]
    for name in DRAWINGS:
        drawing = read_picture(HERE / "drawings" / f"{name}.png")
        rows.append([drawing, *(colorizer.colorize(drawing, reference).picture for reference in references)])
    sheet = np.vstack([np.hstack([cell(picture) for picture in row]) for row in rows])
    write_picture(HERE / "figure.webp", sheet)


if __name__ == "__main__":
    main()
