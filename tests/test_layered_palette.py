"""A painting taken apart into the colours of its palette, and put together again."""

from pathlib import Path

import numpy as np
import pytest

from attnpaint.images import Picture, resize
from attnpaint.layered import Group, Layer, flatten, palette_group, read_ora, under_lines, write_layers

NAMES = [f"color {index}" for index in range(16)] + ["ink", "paper"]
SIZE = 48


def shares_of(spread: float, size: int = SIZE) -> np.ndarray:
    """18×size×size; a spread under 1 leaves most of a pixel to few colours."""
    drawn = np.random.default_rng(0).dirichlet([spread] * 18, (size, size))
    return np.moveaxis(drawn, 2, 0).astype(np.float32)


def palette(seed: int = 1) -> np.ndarray:
    drawn = np.random.default_rng(seed).integers(0, 256, (18, 3), np.uint8)
    drawn[16], drawn[17] = 0, 255
    return drawn


def noise(seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (SIZE, SIZE, 3), np.uint8)


def worst(found: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(found.astype(float) - wanted).max())


def mixture_of(group: Group) -> np.ndarray:
    return flatten(group.layers[:-2], SIZE, SIZE)


BLACK_AND_WHITE = np.repeat((np.arange(18) % 2 * 255).astype(np.uint8)[:, None], 3, axis=1)


@pytest.mark.parametrize("spread", [0.05, 1, 20])
@pytest.mark.parametrize("colors", [palette(), BLACK_AND_WHITE], ids=["palette", "black and white"])
def test_the_colours_add_up_to_their_mixture(spread: float, colors: np.ndarray) -> None:
    shares = shares_of(spread)
    found = mixture_of(palette_group(shares, colors, NAMES, noise()))
    wanted = np.einsum("khw,kc->hwc", shares, colors.astype(float))
    assert (found[..., 3] == 255).all()
    assert worst(found[..., :3], wanted) <= 1.5  # a level, and the rounding of the result


def test_many_colours_that_are_hardly_there_are_not_lost() -> None:
    shares = np.full((18, SIZE, SIZE), 0.002, np.float32)
    shares[3] = 1 - 17 * 0.002
    shares[7, 0, 0] = 0.004  # each is enough of a layer somewhere
    colors = np.full((18, 3), 255, np.uint8)
    colors[3] = 0
    found = mixture_of(palette_group(shares, colors, NAMES, noise()))
    assert worst(found[..., :3], np.full(3, 255 * 17 * 0.002)) <= 1.5  # 9; rounded apart, each would be 0


@pytest.mark.parametrize("spread", [0.05, 1])
def test_shade_and_light_make_up_the_rest_of_any_painting(spread: float) -> None:
    painted = noise()
    group = palette_group(shares_of(spread), palette(), NAMES, painted)
    assert [layer.name for layer in group.layers[-2:]] == ["shade", "light"]
    assert worst(flatten([group], SIZE, SIZE)[..., :3], painted) <= 1


@pytest.mark.parametrize("suffix", [".ora", ".psd"])
def test_the_layers_of_a_file_add_up_to_the_painting(tmp_path: Path, suffix: str) -> None:
    painted, path = noise(), tmp_path / f"p{suffix}"
    write_layers(path, [palette_group(shares_of(0.1), palette(), NAMES, painted)], painted)
    if suffix == ".ora":
        found = flatten(read_ora(path), SIZE, SIZE)
    else:
        psd_tools = pytest.importorskip("psd_tools")
        found = np.asarray(psd_tools.PSDImage.open(path).composite(ignore_preview=True).convert("RGBA"))
    assert (found[..., 3] == 255).all()
    assert worst(found[..., :3], painted) <= 1


def test_a_program_that_rounds_after_each_layer_is_four_levels_off_at_most() -> None:
    shares, colors = shares_of(1), palette()
    shown = np.zeros((SIZE, SIZE, 3))
    for layer in palette_group(shares, colors, NAMES, noise()).layers[:-2]:
        assert isinstance(layer, Layer)
        picture = layer.draw().astype(float)
        opacity = picture[..., 3:] / 255
        shown = np.rint(shown * (1 - opacity) + picture[..., :3] * opacity)
    assert worst(shown, np.einsum("khw,kc->hwc", shares, colors.astype(float))) <= 4


def test_a_layer_for_each_colour_that_is_there_paper_first() -> None:
    shares = np.zeros((18, SIZE, SIZE), np.float32)
    shares[17], shares[16, 0], shares[5, 1], shares[2, 2] = 1, 1, 1, 1
    shares[17, :3] = 0
    shares[9] = 1e-3
    group = palette_group(shares, palette(), NAMES, noise())
    assert [layer.name for layer in group.layers] == ["paper", "color 2", "color 5", "ink", "shade", "light"]
    two = group.layers[1]
    assert isinstance(two, Layer)
    assert (two.draw()[2, :, 3] == 255).all()
    assert (two.draw()[3:, :, 3] == 0).all()
    assert (two.draw()[..., :3] == palette()[2]).all()


def test_small_shares_are_enlarged_one_at_a_time() -> None:
    small, calls = shares_of(0.1, 12), []

    def enlarge(share: np.ndarray) -> np.ndarray:
        assert share.shape == (12, 12)
        calls.append(share)
        return resize(share, SIZE, SIZE)

    painted = noise()
    group = palette_group(small, palette(), NAMES, painted, enlarge)
    assert not calls
    found = flatten([group], SIZE, SIZE)
    assert len(calls) == 18  # shade and light remember the mixture
    assert worst(found[..., :3], painted) <= 1


def test_layers_drawn_out_of_order_are_the_same() -> None:
    group = palette_group(shares_of(0.3), palette(), NAMES, noise())
    drawn = [layer.draw() for layer in group.layers if isinstance(layer, Layer)]
    again = [layer.draw() for layer in reversed(group.layers) if isinstance(layer, Layer)]
    for one, other in zip(drawn, reversed(again), strict=True):
        assert (one == other).all()


def test_no_share_at_all_is_still_the_painting() -> None:
    painted = noise()
    group = palette_group(np.zeros((18, SIZE, SIZE), np.float32), palette(), NAMES, painted)
    assert [layer.name for layer in group.layers] == ["paper", "shade", "light"]
    assert worst(flatten([group], SIZE, SIZE)[..., :3], painted) <= 1


def test_the_group_has_the_alpha_it_is_given() -> None:
    alpha = np.linspace(0, 255, SIZE * SIZE).astype(np.uint8).reshape(SIZE, SIZE)
    painted = noise()
    group = palette_group(shares_of(0.3), palette(), NAMES, painted, alpha=alpha)
    found = flatten([group], SIZE, SIZE)
    off = np.abs(found[..., 3].astype(int) - alpha)
    assert (off[(alpha == 0) | (alpha == 255)] == 0).all()
    assert off.max() <= 2
    assert worst(found[alpha == 255][:, :3], painted[alpha == 255]) <= 1


def test_partial_alpha_keeps_the_mixtures_colour() -> None:
    alpha = np.full((SIZE, SIZE), 200, np.uint8)
    shares, colors = shares_of(0.3), palette()
    found = flatten([palette_group(shares, colors, NAMES, noise(), alpha=alpha)], SIZE, SIZE)
    wanted = np.einsum("khw,kc->hwc", shares, colors.astype(float))
    assert worst(found[..., :3], wanted) <= 3


def test_under_the_lines_of_a_transparent_drawing_the_whole_has_its_alpha() -> None:
    from attnpaint.layered import line_layer

    clean = np.repeat(np.random.default_rng(5).integers(0, 256, (SIZE, SIZE, 1), np.uint8), 3, axis=2)
    alpha = np.random.default_rng(6).integers(0, 256, (SIZE, SIZE), np.uint8)
    group = palette_group(shares_of(0.3), palette(), NAMES, noise(), alpha=under_lines(clean, alpha))
    found = flatten([group, line_layer(clean, alpha)], SIZE, SIZE)
    assert np.abs(found[..., 3].astype(int) - alpha).max() <= 2


@pytest.mark.parametrize("spread", [0.05, 0.3, 1.0])
def test_a_painting_is_made_only_for_the_layers_that_need_it(spread: float) -> None:
    painted, made = noise(), [0]

    def paint() -> Picture:
        made[0] += 1
        return painted.copy()

    lazy = palette_group(shares_of(spread), palette(), NAMES, paint, size=(SIZE, SIZE))
    eager = palette_group(shares_of(spread), palette(), NAMES, painted)
    assert made == [0]
    for number, (one, other) in enumerate(zip(lazy.layers, eager.layers, strict=True)):
        assert isinstance(one, Layer)
        assert isinstance(other, Layer)
        assert (one.draw() == other.draw()).all()
        assert made[0] == max(0, number - (len(lazy.layers) - 3))
    assert made == [2]
