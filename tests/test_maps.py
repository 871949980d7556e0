"""Attention maps as pictures: what a gate's numbers say, where they lie, and where each colour went."""

import numpy as np
import pytest
import torch

from attnpaint.model.conditioning import Palette
from attnpaint.model.outputs import INK, Outputs
from attnpaint.model.palette_unet import PaletteUNet
from attnpaint.sheets.labels import Tile, fit, heat_colors, lay_out, palette_card
from attnpaint.sheets.maps import (
    Share,
    attention_sheet,
    colored,
    gate_sheet,
    gates_of,
    overlay,
    pointer_sheet,
    shares_of,
)

WHITE = np.full((32, 48, 3), 255, np.uint8)
YELLOW, BLUE = (253, 231, 37), (68, 1, 84)  # the ends of viridis


def half_open(rows: int, columns: int, count: int = 2) -> torch.Tensor:
    """Gates that let the left half through."""
    gate = torch.zeros(count, 1, rows, columns)
    gate[..., : columns // 2] = 1
    return gate


def painted(height: int = 32, width: int = 48, count: int = 2) -> Outputs:
    pointer = torch.zeros(count, 18, height, width)
    pointer[:, 5, :, : width // 2] = 1
    pointer[:, INK, :, width // 2 :] = 1
    return Outputs(torch.zeros(count, 3, height, width), (half_open(4, 6), half_open(16, 24)), pointer)


def palette() -> Palette:
    colors = np.zeros((4, 4, 3), np.uint8)
    colors[1, 1] = (10, 200, 30)
    return Palette.of(colors, np.full((4, 4), 0.25))


def test_a_gate_knows_its_level_and_says_what_it_lets_through() -> None:
    deepest, last = gates_of(painted(), 2)
    assert deepest.caption == "gate 1 of 2 · 1/8 of the drawing (6×4) · mean 0.50 · 0.00 to 1.00"
    assert last.caption == "gate 2 of 2 · 1/2 of the drawing (24×16) · mean 0.50 · 0.00 to 1.00"
    assert [level.shape for level in deepest.levels] == [(32, 48), (32, 48)]
    assert (deepest.levels[0][:, :24] == 1).all()
    assert (deepest.levels[0][:, 24:] == 0).all()


def test_of_a_letterboxed_drawing_only_its_part_counts() -> None:
    (gate, _) = gates_of(painted(), crop=lambda level: level[8:24, :24])
    assert gate.values == (1, 1, 1)
    assert gate.levels[0].shape == (16, 24)


@pytest.mark.parametrize(("height", "width"), [(33, 47), (40, 24), (17, 64), (64, 64)])
def test_a_map_lies_over_its_place_in_any_size(height: int, width: int) -> None:
    """The network pads at the right and below: one value covers 2 or 4 pixels from the upper left corner."""
    net = PaletteUNet(widths=(8, 16, 24), token_width=16).eval()
    with torch.no_grad():
        seen = net(torch.randn(1, 15, height, width), palette())
    gates = gates_of(seen)
    assert [gate.cell for gate in gates] == [4, 2]
    for gate, values in zip(gates, seen.gates, strict=True):
        assert gate.levels[0].shape == (height, width)
        row, column = height // 2, width - 1
        assert gate.levels[0][row, column] == values[0, 0, row // gate.cell, column // gate.cell]


def test_heat_is_yellow_where_open_and_blue_where_shut_under_dark_lines() -> None:
    drawing = WHITE.copy()
    drawing[:, 4] = 0
    (gate, _) = gates_of(painted())
    shown = overlay(drawing, gate.levels[0])
    assert tuple(shown[5, 0]) == YELLOW
    assert tuple(shown[5, 47]) == BLUE
    assert shown[5, 4].sum() < shown[5, 0].sum() / 3


def test_a_gate_sheet_holds_every_drawing_and_keeps_its_size_whatever_the_gate_does() -> None:
    (gate, _) = gates_of(painted(), 2)
    sheet = gate_sheet([WHITE, WHITE], gate, 192)
    (even, _) = gates_of(Outputs(torch.zeros(2, 3, 32, 48), (torch.ones(2, 1, 4, 6),) * 2), 2)
    assert sheet.shape == gate_sheet([WHITE, WHITE], even, 192).shape
    assert sheet.shape[1] > 2 * 192
    yellow = (sheet == YELLOW).all(axis=2).sum()
    assert yellow >= 2 * 192 * 128  # half of two drawings, as they are and spread


def test_shares_name_band_rank_colour_and_part_of_the_picture() -> None:
    shares = shares_of(painted(), palette())
    assert len(shares) == 18
    assert (shares[5].name, shares[5].color, shares[5].share) == ("band 2 · rank 2", (10, 200, 30), 0.5)
    assert (shares[INK].name, shares[INK].color, shares[INK].share) == ("ink", (0, 0, 0), 0.5)
    assert shares_of(Outputs(torch.zeros(1, 3, 8, 8)), palette()) == []


@pytest.mark.parametrize("color", [(10, 200, 30), (250, 250, 250), (5, 5, 20), (120, 120, 120)])
def test_every_colour_stands_out_from_its_ground(color: tuple[int, int, int]) -> None:
    level = np.zeros((32, 48), np.float32)
    level[:, :24] = 1
    shown = colored(WHITE, Share("", color, 0.5, level)).astype(int)
    assert tuple(shown[5, 0]) == color
    assert np.abs(shown[5, 0] - shown[5, 40]).max() > 60


def test_only_colours_that_went_somewhere_have_a_tile_and_every_one_its_swatch() -> None:
    shares = shares_of(painted(), palette())
    sheet = pointer_sheet(WHITE, WHITE, shares, 192)
    green = (sheet == (10, 200, 30)).all(axis=2).sum()
    assert green > 96 * 128  # half a tile
    none = [Share(share.name, share.color, 0.0, share.map) for share in shares]
    bare = pointer_sheet(WHITE, WHITE, none, 192)
    assert bare.shape == sheet.shape
    assert 100 < (bare == (10, 200, 30)).all(axis=2).sum() < 1000  # the swatch


def test_the_summary_works_without_a_pointer_and_without_gates() -> None:
    seen = painted()
    gates, shares = gates_of(seen), shares_of(seen, palette())
    full = attention_sheet(WHITE, WHITE, gates, shares, 192)
    assert attention_sheet(WHITE, WHITE, gates, [], 192).shape[0] < full.shape[0] / 2
    assert attention_sheet(WHITE, WHITE, [], shares, 192).shape == full.shape


def test_a_palette_card_shows_each_colour_as_wide_as_it_weighs() -> None:
    colors = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    weights = np.tile([0.5, 0.25, 0.25, 0.0], (4, 1))
    card = palette_card(colors, weights, 40, 100)
    assert [(card[15] == colors[1, rank]).all(axis=1).sum() for rank in range(4)] == [50, 25, 25, 0]
    assert (card[39, 0] == colors[3, 0]).all()


def test_places_on_a_sheet_are_as_large_as_the_largest_tile() -> None:
    small, large = np.zeros((10, 20, 3), np.uint8), np.zeros((30, 100, 3), np.uint8)
    one = lay_out([[Tile(large), Tile(small)], [Tile(), Tile(label="words", note="1", swatch=(1, 2, 3))]])
    other = lay_out([[Tile(small), Tile(small)], [Tile(large), Tile(label="words")]])
    assert one.shape == other.shape


def test_fit_keeps_the_aspect_ratio_and_whole_pixels() -> None:
    assert fit(np.zeros((300, 600, 3), np.uint8), 100).shape == (50, 100, 3)
    grown = fit(np.arange(12, dtype=np.uint8).reshape(2, 2, 3), 4)
    assert (grown[:2, :2] == (0, 1, 2)).all()
    assert tuple(heat_colors(np.ones((1, 1), np.float32))[0, 0]) == YELLOW
