"""The drawing's lines can be seen on whatever colour a region takes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from attnpaint.colour import under_lines
from attnpaint.eval.metrics.lines import line_f1
from attnpaint.extract import Histogram
from attnpaint.images import Picture, to_grey
from attnpaint.inference.canvas import Canvas
from attnpaint.inference.coloring import FINISHES, Coloring, Finish
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Maps
from attnpaint.segment.regions import find_regions

SIZE, DARK = 256, 6  # the palette entry that the box takes
BLACKS = [(0, 0, 0), (12, 8, 30), (30, 22, 18), (0, 25, 0)]


def drawing() -> Picture:
    """A box with strands in it, as hair has them, uint8 H×W×3."""
    sketch = np.full((SIZE, SIZE, 3), 255, np.uint8)
    cv2.rectangle(sketch, (40, 40), (216, 216), (0, 0, 0), 2)
    for x in range(70, 200, 30):
        cv2.line(sketch, (x, 70), (x + 12, 180), (0, 0, 0), 2)
    return sketch


def painted(dark: tuple[int, int, int], finish: Finish = "flat") -> Coloring:
    colors = np.full((4, 4, 3), 200, np.uint8)
    colors[DARK // 4, DARK % 4] = dark
    shares = np.zeros((18, SIZE, SIZE), np.float32)
    shares[17] = 1
    shares[:, 40:217, 40:217] = np.eye(18, dtype=np.float32)[DARK][:, None, None]
    held = Histogram(colors, np.full((4, 4), 0.25, np.float32))
    drawn = Drawing.of(drawing(), SIZE)
    maps = Maps(np.ones((3, SIZE, SIZE), np.float32), shares, (), None, 0.0)
    canvas = Canvas(drawn, maps, held, find_regions(to_grey(drawn.clean)))
    weights = np.zeros((int(canvas.labels.max()) + 1, 18), np.float32)
    weights[:, 17] = 1
    weights[np.unique(canvas.labels[60:200, 60:200])] = np.eye(18, dtype=np.float32)[DARK]
    return Coloring(canvas, held, finish, held=weights)


@pytest.mark.parametrize("dark", BLACKS)
@pytest.mark.parametrize("finish", [finish for finish in FINISHES if finish != "painted"])
def test_lines_are_seen_on_the_darkest_colours_of_a_reference(
    dark: tuple[int, int, int], finish: Finish
) -> None:
    made = painted(dark, finish)
    assert line_f1(to_grey(made.picture), to_grey(drawing())) > 0.99
    assert made.color[128, 60].max() < 60  # and it is dark all the same


@pytest.mark.parametrize("dark", BLACKS)
def test_what_a_person_has_made_black_stays_so(dark: tuple[int, int, int]) -> None:
    light = painted((200, 90, 30))
    colors = light.histogram.colors.copy() if light.histogram else np.zeros((4, 4, 3), np.uint8)
    colors[DARK // 4, DARK % 4] = dark
    assert light.histogram is not None
    changed = light.recolor(replace(light.histogram, colors=colors))
    assert tuple(changed.color[128, 60]) == dark
    region = int(light.canvas.labels[128, 60])
    assert tuple(light.stroked({region: dark}).color[128, 60]) == dark


def test_darkest_colours_become_one_grey_and_others_stay() -> None:
    greys = np.repeat(np.arange(0, 256, dtype=np.float32)[:, None], 3, axis=1)
    lighter = under_lines(greys)
    assert (lighter[:39] == 38).all()
    assert (lighter[39:] == greys[39:]).all()


@pytest.mark.parametrize(
    "color", [(0, 0, 255), (0, 0, 150), (90, 0, 0), (0, 70, 20), (60, 30, 60), (45, 40, 40)]
)
def test_deep_colours_on_which_lines_are_seen_stay(color: tuple[int, int, int]) -> None:
    assert tuple(under_lines(np.array([color], np.float32))[0]) == color


@pytest.mark.parametrize("color", [(0, 0, 90), (40, 0, 0), (0, 25, 10)])
def test_a_dark_hue_stays_the_hue_it_is(color: tuple[int, int, int]) -> None:
    lighter = under_lines(np.array([color], np.float32))[0]
    assert lighter.min() > 0
    apart = lighter - color
    assert np.ptp(apart) == 0
