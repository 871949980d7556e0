"""Layers that are true: what each holds, what it is called, and where it stands."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from marking import CENTRES, ENTRIES, GROUND, SIZE, boxes, palette

from attnpaint.colour import LEAST, delta_e_2000, to_lab, united
from attnpaint.images import read_picture
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.layering import layers_of
from attnpaint.inference.marks import marked
from attnpaint.layered import Group, Layer, flatten, read_ora
from attnpaint.palettes.swatch import to_hex
from attnpaint.projects import Fill, Marks, RoleMark

A, B, C, D = CENTRES.values()
HEX = {name: to_hex(palette().colors.reshape(-1, 3)[entry].tolist()) for name, entry in ENTRIES.items()}
Tree = list["str | tuple[str, Tree]"]


def tree(layers: "list[Layer | Group] | tuple[Layer | Group, ...]") -> Tree:
    return [(one.name, tree(one.layers)) if isinstance(one, Group) else one.name for one in layers]


def flats(coloring: Coloring) -> Group:
    found = next(one for one in layers_of(coloring) if one.name == "flat")
    assert isinstance(found, Group)
    return found


def leaves(group: Group) -> list[Layer]:
    inner = [leaves(one) if isinstance(one, Group) else [one] for one in group.layers]
    return [leaf for some in inner for leaf in some]


def test_layers_stand_in_groups_by_part_and_are_named_so() -> None:
    assert tree(flats(boxes()).layers) == [
        "ground #ffffff",
        ("clothes", [f"clothes {HEX['d']}"]),
        ("skin", [f"skin {HEX['b']}"]),
        ("hair", [f"hair {HEX['a']}"]),
    ]


def test_without_parts_the_ground_is_alone_and_each_colour_a_layer() -> None:
    found = tree(flats(boxes(told=False)).layers)
    assert found[0] == "ground #ffffff"
    assert sorted(map(str, found[1:])) == sorted({HEX["a"], HEX["b"], HEX["d"]})


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (Marks((Fill("#123456", A),)), ["hair #123456", "hair {a}", "skin {b}", "clothes {d}"]),
        (Marks((Fill("#123456", A, group=True),)), ["hair #123456", "skin {b}", "clothes {d}"]),
        (Marks(roles=(RoleMark(D, "eyes"),)), ["hair {a}", "skin {b}", "eyes {d}"]),
        (Marks(role_colors={"skin": "#ffddcc"}), ["hair {a}", "skin #ffddcc", "clothes {d}"]),
        (Marks((Fill("#123456", GROUND),)), ["hair {a}", "skin {b}", "clothes {d}"]),
    ],
)
def test_layers_hold_what_is_seen_strokes_and_roles_included(marks: Marks, expected: list[str]) -> None:
    coloring = marked(boxes(), marks)
    names = [leaf.name for leaf in leaves(flats(coloring))]
    ground = "ground #123456" if any(fill.at == GROUND for fill in marks.fills) else "ground #ffffff"
    assert sorted(names) == sorted([ground, *(name.format(**HEX) for name in expected)])
    for leaf in leaves(flats(coloring)):
        picture = leaf.draw()
        seen = picture[picture[..., 3] > 0, :3]
        assert len(np.unique(seen, axis=0)) == 1
        assert leaf.name.endswith(to_hex(seen[0].tolist()))


@pytest.mark.parametrize("strength", [1.0, 0.4])
@pytest.mark.parametrize("kind", ["ora", "psd"])
def test_what_is_flattened_is_the_picture(kind: str, strength: float, tmp_path: Path) -> None:
    coloring = marked(boxes().finished("flat", strength), Marks((Fill("#123456", A),)))
    coloring.save(tmp_path / f"p.{kind}")
    if kind == "ora":
        seen = flatten(read_ora(tmp_path / "p.ora"), SIZE, SIZE)[..., :3]
    else:
        psd = pytest.importorskip("psd_tools").PSDImage.open(tmp_path / "p.psd")
        seen = np.asarray(psd.composite(force=True).convert("RGB"))
    assert np.abs(seen.astype(int) - coloring.picture).max() <= 1


def test_layers_are_no_larger_than_what_they_hold(tmp_path: Path) -> None:
    boxes().save(tmp_path / "p.psd")
    psd = pytest.importorskip("psd_tools").PSDImage.open(tmp_path / "p.psd")
    found = {layer.name: layer.bbox for layer in psd.descendants()}
    for name, at in (("skin", B), ("clothes", D)):
        left, top, right, bottom = found[f"{name} {HEX['b' if name == 'skin' else 'd']}"]
        assert 46 <= right - left <= 56
        assert 46 <= bottom - top <= 56
        assert abs((left + right) / 2 - at[0]) < 3
        assert abs((top + bottom) / 2 - at[1]) < 3
    assert found["ground #ffffff"] == (0, 0, SIZE, SIZE)
    left, top, right, bottom = found["lines"]
    assert (left, top) == pytest.approx((19, 19), abs=1)
    assert (right, bottom) == pytest.approx((142, 142), abs=1)


def test_an_empty_layer_is_one_empty_pixel(tmp_path: Path) -> None:
    made = boxes()
    blank = replace(made.canvas.drawing, clean=np.full_like(made.canvas.drawing.clean, 255))
    replace(made, canvas=replace(made.canvas, drawing=blank)).save(tmp_path / "p.ora")
    lines = read_ora(tmp_path / "p.ora")[-1]
    assert isinstance(lines, Layer)
    assert not lines.draw()[..., 3].any()


def test_more_colours_than_layers_come_into_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attnpaint.inference.flat_layers.MOST", 2)
    coloring = boxes()
    group = flats(coloring)
    rest = next(leaf for leaf in leaves(group) if leaf.name == "other colours")
    assert len(leaves(group)) == 3
    assert rest.draw()[..., 3].any()
    assert np.abs(flatten(group.layers, SIZE, SIZE)[..., :3].astype(int) - coloring.color).max() == 0


def test_colours_that_no_eye_tells_apart_are_one() -> None:
    colors = np.array([[100, 60, 40], [101, 60, 41], [200, 10, 10], [99, 60, 40], [100, 90, 40]], np.uint8)
    found = united(colors, np.array([5, 9, 1, 1, 1]))
    assert found.tolist() == [[101, 60, 41], [101, 60, 41], [200, 10, 10], [101, 60, 41], [100, 90, 40]]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_united_differs_from_all_else_and_nothing_moves_far(seed: int) -> None:
    random = np.random.default_rng(seed)
    colors = (random.integers(0, 8, (300, 3)) * 4 + random.integers(0, 200, 3)).clip(0, 255).astype(np.uint8)
    found = united(colors, random.integers(1, 100, 300))
    assert delta_e_2000(to_lab(found), to_lab(colors)).max() < LEAST
    lab = to_lab(np.unique(found, axis=0))
    apart = delta_e_2000(lab[:, None], lab) + 9 * np.eye(len(lab))
    assert apart.min() >= LEAST


def test_a_colour_given_by_hand_stays_and_others_become_it() -> None:
    colors = np.array([[100, 60, 40], [101, 60, 41], [102, 61, 41]], np.uint8)
    kept = np.array([False, True, True])
    assert united(colors, np.array([900, 1, 1]), kept).tolist() == [
        [101, 60, 41],
        [101, 60, 41],
        [102, 61, 41],
    ]


def test_neighbours_differ_by_no_level_that_nobody_sees(tmp_path: Path) -> None:
    """Two entries of a palette a level apart are one colour in the picture and one layer."""
    near = palette()
    near.colors[0, 2] = near.colors[0, 1].astype(int) + np.array([1, 0, -1])
    coloring = boxes().recolor(near)
    coloring.save(tmp_path / "p.png")
    seen = read_picture(tmp_path / "p.png")
    assert seen[A[1], A[0]].tolist() == seen[B[1], B[0]].tolist() == seen[C[1], C[0]].tolist()
    names = [leaf.name for leaf in leaves(flats(boxes(told=False).recolor(near)))]
    assert len(names) == 3
