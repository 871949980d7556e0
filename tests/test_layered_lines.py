"""Layers put together: the modes, groups, and a drawing's own transparency."""

import numpy as np
import pytest

from attnpaint.errors import PictureError
from attnpaint.layered import Group, Layer, flatten, line_layer, under_lines
from attnpaint.layered.lines import STRIP, with_alpha


def sheet(*color: int, height: int = 3, width: int = 4) -> np.ndarray:
    return np.full((height, width, len(color)), color, np.uint8)


def flat(*layers: Layer | Group) -> list[int]:
    """The one colour that the layers give."""
    picture = flatten(layers, 3, 4)
    assert (picture == picture[0, 0]).all()
    return picture[0, 0].tolist()


def paper(*color: int) -> Layer:
    return Layer("below", lambda: sheet(*color))


def test_the_modes_on_an_opaque_sheet() -> None:
    above = sheet(128, 255, 0)
    assert flat(paper(100, 100, 100), Layer("above", lambda: above)) == [128, 255, 0, 255]
    assert flat(paper(100, 100, 100), Layer("above", lambda: above, "multiply")) == [50, 100, 0, 255]
    assert flat(paper(100, 100, 100), Layer("above", lambda: above, "screen")) == [178, 255, 100, 255]


def test_opacity_and_alpha_do_the_same() -> None:
    below = paper(0, 0, 0)
    assert flat(below, Layer("half", lambda: sheet(200, 100, 50), opacity=0.4)) == [80, 40, 20, 255]
    assert flat(below, Layer("half", lambda: sheet(200, 100, 50, 102))) == [80, 40, 20, 255]


def test_what_lies_on_nothing_keeps_its_own_colour() -> None:
    for mode in ("normal", "multiply", "screen"):
        assert flat(Layer("alone", lambda: sheet(200, 100, 50, 51), mode)) == [200, 100, 50, 51]


def test_hidden_layers_and_groups_are_not_drawn() -> None:
    def never() -> np.ndarray:
        raise AssertionError

    hidden = Layer("hidden", never, visible=False)
    assert flat(paper(1, 2, 3), hidden, Group("group", (Layer("in", never),), visible=False)) == [
        1,
        2,
        3,
        255,
    ]


def test_a_group_is_put_together_by_itself() -> None:
    shade = Layer("shade", lambda: sheet(0, 0, 0), "multiply")
    half = Layer("half", lambda: sheet(255, 255, 255, 0))
    outside = flat(paper(90, 90, 90), half, shade)
    inside = flat(paper(90, 90, 90), Group("group", (half, Layer("white", lambda: sheet(255, 255, 255, 51)))))
    assert outside == [0, 0, 0, 255]
    assert inside == [123, 123, 123, 255]
    multiplied = Group("group", (Layer("m", lambda: sheet(200, 200, 200, 255), "multiply"),))
    assert flat(paper(90, 90, 90), multiplied) == [200, 200, 200, 255]  # nothing below it in the group


def test_a_layer_of_another_size_is_named() -> None:
    with pytest.raises(PictureError, match=r"'small' is 2×4×3 of uint8; draw uint8 3×4×3 or 3×4×4"):
        flatten([Layer("small", lambda: sheet(1, 2, 3, height=2))], 3, 4)
    with pytest.raises(PictureError, match="of float64"):
        flatten([Layer("floats", lambda: np.zeros((3, 4, 3)))], 3, 4)


def test_an_opaque_drawings_lines_are_its_own_pixels() -> None:
    clean = np.random.default_rng(0).integers(0, 256, (3, 4, 3), np.uint8)
    layer = line_layer(clean)
    assert layer.mode == "multiply"
    seen = flatten([paper(255, 255, 255), layer], 3, 4)[..., :3]
    assert np.abs(seen.astype(int) - clean).max() <= 1
    assert under_lines(clean, None) is None


@pytest.mark.parametrize("tint", [0, 1])
def test_black_and_grey_lines_are_transparent_ink_on_normal(tint: int) -> None:
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4) * 23
    clean = np.dstack([grey, grey, grey + np.uint8(tint)])
    layer = line_layer(clean)
    assert layer.mode == "normal"
    ink = layer.draw()
    assert (ink[..., 3] == 255 - grey).all()
    assert (ink[grey < 200, :3] <= 6 * tint).all()
    for color in ((255, 255, 255), (240, 130, 20), (0, 60, 200)):
        seen = flatten([paper(*color), layer], 3, 4)[..., :3].astype(int)
        assert np.abs(seen - np.array(color) * clean / 255).max() <= 1.5


def test_paint_and_lines_have_the_drawings_alpha_wherever_it_is() -> None:
    greys, alphas = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    clean, color = np.repeat(greys[..., None], 3, axis=2), np.full((256, 256, 3), (240, 130, 20), np.uint8)
    below = Layer("paint", lambda: with_alpha(color, under_lines(clean, alphas)))
    found = flatten([below, line_layer(clean, alphas)], 256, 256)
    off = np.abs(found[..., 3].astype(int) - alphas)
    assert (off[[0, 255]] == 0).all()
    assert off.max() <= 1
    finished = color.astype(float) * clean / 255
    error = np.abs(found[..., :3] - finished) * alphas[..., None] / 255  # in levels of what is seen
    assert error.max() <= 1.5


def test_coloured_lines_are_exact_where_the_drawing_is_opaque() -> None:
    clean = np.random.default_rng(1).integers(0, 256, (16, 16, 3), np.uint8)
    alpha = np.random.default_rng(2).choice([0, 128, 255], (16, 16)).astype(np.uint8)
    color = np.full((16, 16, 3), (240, 130, 20), np.uint8)
    layers = [Layer("paint", lambda: with_alpha(color, under_lines(clean, alpha))), line_layer(clean, alpha)]
    found = flatten(layers, 16, 16)
    assert np.abs(found[..., 3].astype(int) - alpha).max() <= 1
    whole = alpha == 255
    finished = np.rint(color.astype(float) * clean / 255)
    assert np.abs(found[..., :3] - finished)[whole].max() <= 1


@pytest.mark.parametrize("height", [STRIP - 1, STRIP, 2 * STRIP + 3])
def test_a_tall_drawing_is_as_its_parts_are(height: int) -> None:
    random = np.random.default_rng(height)
    clean = random.integers(0, 256, (height, 9, 3), dtype=np.uint8)
    alpha = random.choice(np.array([0, 100, 255], np.uint8), (height, 9))
    whole, below = line_layer(clean, alpha).draw(), under_lines(clean, alpha)
    assert below is not None
    for top in range(0, height, 50):
        rows = slice(top, top + 50)
        part = under_lines(clean[rows], alpha[rows])
        assert part is not None
        assert (below[rows] == part).all()
        assert (whole[rows] == line_layer(clean[rows], alpha[rows]).draw()).all()
