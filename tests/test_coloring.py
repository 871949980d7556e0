"""A painting's colour after the network: kept in its regions, recoloured, stroked, layered."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.images import Picture, to_grey
from attnpaint.inference.canvas import FIRM, Canvas, fine, with_ink_and_paper
from attnpaint.inference.coloring import FINISHES, Coloring, Finish
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Maps
from attnpaint.inference.layering import layers_of
from attnpaint.layered.flatten import flatten
from attnpaint.layered.layer import Group, Layer
from attnpaint.layered.ora import read_ora
from attnpaint.segment.regions import find_regions

RED, BLUE, PAPER = 0, 5, 17
SIZE = 128


def palette(seed: int = 0) -> Histogram:
    colors = np.random.default_rng(seed).integers(60, 240, (4, 4, 3)).astype(np.uint8)
    colors[0, 0], colors[1, 1] = (200, 30, 30), (30, 30, 200)
    return Histogram(colors, np.full((4, 4), 0.25, np.float32))


def two_boxes(scale: int) -> Picture:
    """Two boxes side by side, 128·scale px square, uint8 H×W×3."""
    grey = np.full((SIZE * scale, SIZE * scale), 255, np.uint8)
    for left in (16, 66):
        cv2.rectangle(grey, (left * scale, 20 * scale), ((left + 46) * scale, 108 * scale), 0, 2 * scale)
    return np.repeat(grey[..., None], 3, axis=2)


def two_eggs(scale: int) -> Picture:
    """Where the boxes are, tilted ellipses whose lines are one pixel wide, not antialiased."""
    grey = np.full((SIZE * scale, SIZE * scale), 255, np.uint8)
    for left in (39, 89):
        cv2.ellipse(grey, (left * scale, 64 * scale), (20 * scale, 40 * scale), 10, 0, 360, 0, 1, cv2.LINE_8)
    return np.repeat(grey[..., None], 3, axis=2)


def coloring(
    scale: int = 4, finish: Finish = "flat", alpha: bool = False, sketch: Picture | None = None
) -> Coloring:
    """Left box red, right box blue, as a network of 128² points; its picture has the mixture's colours."""
    sketch = two_boxes(scale) if sketch is None else sketch
    if alpha:
        clear = np.full(sketch.shape[:2], 255, np.uint8)
        clear[: 10 * scale] = 0
        sketch = np.dstack([sketch, clear])
    shares = np.zeros((18, SIZE, SIZE), np.float32)
    shares[PAPER] = 1
    for color, columns in ((RED, slice(16, 63)), (BLUE, slice(66, 113))):
        shares[:, 20:108, columns] = 0
        shares[color, 20:108, columns] = 0.9
        shares[PAPER, 20:108, columns] = 0.1
    held = palette()
    image = np.tensordot(with_ink_and_paper(held).T / 127.5 - 1, shares, 1).astype(np.float32)
    drawn = Drawing.of(sketch, SIZE)
    labels = find_regions(to_grey(fine(drawn.clean)))
    canvas = Canvas(drawn, Maps(image, shares, (), None, 0.1), held, labels)
    return Coloring(canvas, held, finish)


@pytest.mark.parametrize("finish", ["flat", "blend"])
def test_the_boxes_take_their_colours_and_the_lines_are_the_drawings_own(finish: Finish) -> None:
    painted = coloring(8, finish)
    sketch = two_boxes(8)
    assert np.abs(painted.picture[300:700, 160:460].astype(int) - (200, 30, 30)).max() <= 2
    assert np.abs(painted.picture[300:700, 560:860].astype(int) - (30, 30, 200)).max() <= 2
    assert (painted.picture[sketch == 0] == 0).all()


def test_for_flats_nothing_is_mixed_and_what_the_network_did_not_see_is_white() -> None:
    made = coloring()
    made.canvas.labels[200:203, 150:153] = made.canvas.labels.max() + 1  # between the network's points
    made.canvas.small[made.canvas.small == made.canvas.labels.max()] = 1
    assert (made.color[200:203, 150:153] == 255).all()
    assert (made.color[210:300, 150:153] == (200, 30, 30)).all()
    assert "shares" not in vars(made.canvas)


@pytest.mark.filterwarnings("error")
def test_where_the_network_points_nowhere_its_own_picture_is_shown() -> None:
    made = coloring(finish="painted")
    pointer = made.canvas.maps.pointer
    assert pointer is not None
    pointer[:, :, :64] = 0
    shares = made.canvas.shares
    assert shares is not None
    assert (shares[:, :, :64] == 0).all()
    assert shares[:, :, 64:].sum(axis=0) == pytest.approx(1, abs=1e-5)
    expected = (made.canvas.maps.image.transpose(1, 2, 0) + 1) * 127.5
    shown = made.canvas.image(made.histogram)
    assert np.abs(shown[:, :64] - expected[:, :64]).max() <= 1


def test_a_blend_is_shaded_in_its_regions_and_flat_on_the_ground() -> None:
    made = coloring()
    image = made.canvas.maps.image.copy()
    image[:, 2:60] -= 0.3  # darker above, on the ground and in the boxes
    uneven = replace(made, canvas=replace(made.canvas, maps=replace(made.canvas.maps, image=image)))
    flat, blend = (uneven.finished(finish).picture.astype(int) for finish in ("flat", "blend"))
    assert (blend[:70] == flat[:70]).all()
    upper, lower = (
        np.median(blend[rows, 150:200] - flat[rows, 150:200]) for rows in (slice(110, 200), slice(280, 400))
    )
    assert upper < -5 < 5 < lower


@pytest.mark.slow
def test_a_large_drawings_flats_have_one_colour_each_up_to_its_thinnest_lines() -> None:
    sketch = two_eggs(26)
    made = coloring(finish="flat", sketch=sketch)
    count, parts = cv2.connectedComponents((sketch[..., 0] > 0).astype(np.uint8), connectivity=4)
    wanted = {
        parts[64 * 26, x * 26]: color for x, color in ((39, (200, 30, 30)), (89, (30, 30, 200)), (2, 255))
    }
    assert len(wanted) == count - 1 == 3
    colors = np.zeros((count, 3), np.uint8)
    for part, color in wanted.items():
        colors[part] = color
    assert (made.color == colors[parts])[parts > 0].all()
    flats = next(layer for layer in layers_of(made) if layer.name == "flat")
    assert isinstance(flats, Group)
    summed = np.zeros_like(made.color)
    seen = np.zeros(summed.shape[:2], np.uint16)
    for layer in flats.layers:
        assert isinstance(layer, Layer)
        picture = layer.draw()
        seen += picture[..., 3]
        summed[picture[..., 3] > 0] = picture[picture[..., 3] > 0, :3]
    assert (seen == 255).all()
    assert (summed == made.color).all()


def test_a_large_drawings_paint_is_no_lighter_or_darker_beside_borders() -> None:
    painted = coloring(finish="painted", sketch=two_eggs(20))
    fine = painted.canvas.painted(painted.canvas.paint(painted.canvas.image(painted.histogram)))
    assert painted.color.shape[0] > fine.shape[0]
    assert (painted.color.min(axis=(0, 1)) >= fine.min(axis=(0, 1))).all()
    assert (painted.color.max(axis=(0, 1)) <= fine.max(axis=(0, 1))).all()


def test_recolouring_is_what_painting_with_the_other_colours_shows() -> None:
    first = coloring()
    other = palette()
    other.colors[0, 0] = (20, 180, 60)
    recolored = first.recolor(other)
    assert (recolored.picture[150:350, 90:230] == (20, 180, 60)).all()
    assert (recolored.picture[150:350, 280:430] == (30, 30, 200)).all()
    assert (first.recolor(palette()).picture == first.picture).all()
    soft = first.finished("painted").recolor(other).picture[150:350, 100:220].astype(int)
    share = 0.9**FIRM / (0.9**FIRM + 0.1**FIRM)
    assert np.abs(soft - (share * np.array((20, 180, 60)) + (1 - share) * 255)).max() <= 2


def test_strength_goes_from_paper_to_the_whole_colour() -> None:
    whole = coloring()
    assert (whole.finished("flat", 0.0).color == 255).all()
    half = whole.finished("flat", 0.5).picture[200, 150].astype(int)
    assert np.abs(half - (228, 142, 142)).max() <= 1


@pytest.mark.parametrize("finish", FINISHES)
def test_a_stroke_gives_its_region_that_colour_and_no_other(finish: Finish) -> None:
    plain = coloring(finish=finish)
    label = int(plain.canvas.labels[200, 150])
    stroked = plain.stroked({label: (10, 120, 90), 9999: (1, 2, 3)})
    assert np.abs(stroked.picture[150:350, 90:230].astype(int) - (10, 120, 90)).max() <= 3
    assert (stroked.picture[:, 270:] == plain.picture[:, 270:]).all()


@pytest.mark.parametrize("finish", FINISHES)
@pytest.mark.parametrize("alpha", [False, True])
def test_the_layers_flattened_are_the_picture(finish: Finish, alpha: bool, tmp_path: Path) -> None:
    painted = coloring(4, finish, alpha)
    painted.save(tmp_path / "p.ora", reference=np.full((30, 20, 3), 77, np.uint8))
    layers = read_ora(tmp_path / "p.ora")
    seen = flatten(layers, *painted.picture.shape[:2])
    whole = painted.picture if alpha else np.dstack([painted.picture, np.full((512, 512), 255, np.uint8)])
    opaque = whole[..., 3] == 255
    assert np.abs(seen.astype(int) - whole)[opaque].max() <= 1
    assert (seen[..., 3] == whole[..., 3]).all()
    names = [layer.name for layer in layers]
    assert names[-2:] == ["lines", "reference"]
    assert {*FINISHES, "palette"} <= {*names}
    assert [layer.name for layer in layers if layer.visible] == [finish, "lines"]


def test_the_palettes_layers_add_up_to_the_painting(tmp_path: Path) -> None:
    painted = coloring(4, "painted")
    painted.save(tmp_path / "p.ora")
    group = next(layer for layer in read_ora(tmp_path / "p.ora") if layer.name == "palette")
    assert isinstance(group, Group)
    assert all(isinstance(layer, Layer) for layer in group.layers)
    seen = flatten(group.layers, 512, 512)
    assert np.abs(seen[..., :3].astype(int) - painted.color).max() <= 2


def test_what_the_file_cannot_hold_is_told_before_it_is_finished(tmp_path: Path) -> None:
    made = coloring(sketch=np.full((2, 16_384, 3), 255, np.uint8))
    with pytest.raises(AttnpaintError, match=r"write a \.png file"):
        made.save(tmp_path / "p.webp")
    assert "picture" not in vars(made)


@pytest.mark.parametrize("alpha", [False, True])
def test_flats_come_in_a_layer_for_each_colour_cut_at_the_lines(alpha: bool, tmp_path: Path) -> None:
    made = coloring(4, alpha=alpha)
    made.save(tmp_path / "p.ora")
    flats = next(layer for layer in read_ora(tmp_path / "p.ora") if layer.name == "flat")
    assert isinstance(flats, Group)
    named = {layer.name: layer.draw() for layer in flats.layers if isinstance(layer, Layer)}
    assert sorted(named) == ["#1e1ec8", "#c81e1e", "ground #ffffff"]
    right, left, paper = (named[name] for name in sorted(named))
    assert (left[150:350, 90:230] == (200, 30, 30, 255)).all()
    assert (right[150:350, 280:430] == (30, 30, 200, 255)).all()
    assert not left[150:350, 280:430, 3].any()
    assert not right[150:350, 90:230, 3].any()
    assert (np.sum([layer[60:, :, 3] for layer in (left, right, paper)], axis=0) == 255).all()
    seen = flatten(flats.layers, 512, 512)
    assert (seen[60:, :, :3] == made.color[60:]).all()


@pytest.mark.parametrize(
    ("sketch", "says"),
    [
        (np.full((90, 90, 3), 255, np.uint8), "all paper"),
        (np.zeros((90, 90, 3), np.uint8), "black all over"),
        (
            np.random.default_rng(0).integers(0, 255, (90, 90, 3), dtype=np.uint8).repeat(4, 0).repeat(4, 1),
            "photo",
        ),
        (two_boxes(2), ""),
    ],
)
def test_what_is_no_line_drawing_is_told(sketch: Picture, says: str) -> None:
    oddity = Drawing.of(sketch, SIZE).oddity
    assert says in oddity
    assert bool(oddity) == bool(says)
