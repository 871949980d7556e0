"""Bodies in space: the mesh and its data, poses, cuts of surfaces, lines by depth, views of one figure."""

from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from attnpaint.figures.canvas import Paint
from attnpaint.figures.character import IN_SPACE, draw_character, draw_view
from attnpaint.figures.details import _DETAILS
from attnpaint.figures.figure import draw, render
from attnpaint.figures.outfits import TOPS
from attnpaint.figures.poses import HELD, REACHES, STEPS, Arm, Pose, draw_pose
from attnpaint.figures.scenes import Scene
from attnpaint.figures.solid.camera import Camera
from attnpaint.figures.solid.contours import edges
from attnpaint.figures.solid.held import _HELD
from attnpaint.figures.solid.mesh import CHILD, FEMALE, MALE, load_body
from attnpaint.figures.solid.pieces import Piece
from attnpaint.figures.solid.posing import pose_body, proportions, shape_of
from attnpaint.figures.solid.raster import Faces, Seen, rasterise
from attnpaint.figures.solid.skeleton import reach
from attnpaint.figures.solid.surfaces import Surface, cut, normals

SKIN, HAIR, EYES, TOP, LOWER, ACCESSORY = 1, 2, 3, 5, 6, 250
STANDING = Pose(
    0.3, 0.0, 30, (0, 0, 0), (0, 0, 0), (0.3, 0, 0),
    (Arm("down", (0, 0, 0), "relaxed"), Arm("down", (0, 0, 0), "open")), "stand", False,
    0.0, (0.0, 0.0), 0.0, "",
)  # fmt: skip


def shown(pose: Pose, number: int = 5, crop: str = "full", side: int = 128, **outfit: object) -> np.ndarray:
    """The parts of a figure in a pose, on a plain ground."""
    who = draw_character(0, number)
    who = replace(who, face=replace(who.face, eyewear=""), hairdo=replace(who.hairdo, bangs="up"))
    who = replace(who, outfit=replace(who.outfit, **outfit))  # type: ignore[arg-type]
    view = replace(
        draw_view(0, number, 0), scene=Scene("", 0), animal="", others=0, crop=crop, pose=pose, roll=0.0,
        props=("", ""), open=(1.0, 1.0),
    )  # fmt: skip
    return draw(who, view, side).parts


def test_the_data_are_small_plain_and_have_their_licence_beside_them() -> None:
    folder = files("attnpaint.figures.solid")
    assert len(folder.joinpath("body.npz").read_bytes()) < 300_000
    with folder.joinpath("body.npz").open("rb") as file, np.load(file, allow_pickle=False) as data:
        assert all(data[name].dtype != object for name in data.files)
    assert "CC0 1.0 Universal" in folder.joinpath("body.LICENCE.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [FEMALE, MALE, CHILD])
def test_a_body_stands_on_its_feet_and_is_nearly_symmetric(kind: int) -> None:
    body = load_body()
    points = pose_body(kind, proportions(1.0, 1.0, 1.0), replace(STANDING, head=(0, 0, 0))).points
    feet = np.unique(body.faces[body.segment == 14])
    assert points[feet, 1].max() == pytest.approx(points[:, 1].max(), abs=0.05)
    assert abs(points[:, 0].mean()) < 0.05
    assert -points[:, 0].min() == pytest.approx(points[:, 0].max(), rel=0.08)


@pytest.mark.parametrize("name", list(REACHES))
def test_a_wrist_comes_as_near_to_its_aim_as_the_arm_reaches(name: str) -> None:
    where, hint, _ = REACHES[name]
    upper, fore = reach(np.zeros(3), np.array(where), 0.52, 0.48, np.array(hint))
    assert np.linalg.norm([upper, fore], axis=1) == pytest.approx([1, 1])
    far = min(1.0, float(np.linalg.norm(where)))
    aim = np.array(where) / np.linalg.norm(where) * far
    assert 0.52 * upper + 0.48 * fore == pytest.approx(aim, abs=0.03)


@pytest.mark.parametrize("legs", list(STEPS))
def test_bones_keep_their_lengths_in_every_pose(legs: str) -> None:
    body, sizes = load_body(), proportions(1.0, 1.0, 1.0)
    posed = pose_body(FEMALE, sizes, replace(STANDING, legs=legs))
    straight = pose_body(FEMALE, sizes, STANDING)
    for one, two in (("thigh_l", "calf_l"), ("calf_r", "foot_r"), ("upperarm_l", "lowerarm_l")):
        a, b = body.bone(one), body.bone(two)
        lengths = [np.linalg.norm(p.joint[a] - p.joint[b]) for p in (posed, straight)]
        assert lengths[0] == pytest.approx(lengths[1], rel=1e-6)


@pytest.mark.parametrize("level", [0.2, 0.5, 0.77])
def test_a_cut_keeps_the_surface_and_lies_at_its_level(level: float) -> None:
    place = np.array([(x, y, 0.0) for y in range(4) for x in range(4)], float) / 3
    faces = np.array([(i, i + 1, i + 5, i + 4) for j in range(3) for i in range(4 * j, 4 * j + 3)])
    value = place[:, 0] * 0.7 + place[:, 1] * 0.3
    flat = np.zeros(len(place))
    surface, low, high = cut(Surface.of(place, normals(place, faces), flat, flat), faces, value, level)

    def area(of: np.ndarray) -> float:
        corner = surface.place[of]
        crossed = np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])
        return float(np.abs(crossed[:, 2]).sum() / 2)

    assert area(low) + area(high) == pytest.approx(1.0)
    values = surface.place[:, 0] * 0.7 + surface.place[:, 1] * 0.3
    assert values[low].max() <= level + 1e-9
    assert values[high].min() >= level - 1e-9


def test_the_nearer_face_is_seen_and_depth_follows_its_plane() -> None:
    square = np.array([(5, 5, 0), (5, 25, 0), (25, 25, 10), (25, 5, 10)], float)
    points = np.stack([square, square * [1, 1, 0] + [0, 0, 5]]).reshape(-1, 3)
    faces = Faces(np.array([(3, 2, 1, 0), (7, 6, 5, 4)]), np.array([1, 2]), np.ones(2, bool), np.zeros(2))
    seen = rasterise(points, faces, 40, np.array([0, 0, 1.0]))
    assert seen is not None
    x, y = seen.low
    assert seen.depth[15 - y, 8 - x] == pytest.approx(5.0 if seen.label[15 - y, 8 - x] == 2 else 1.5)
    only = rasterise(
        points,
        Faces(faces.corners[:1], np.array([1]), np.ones(1, bool), np.zeros(1)),
        40,
        np.array([0, 0, 1.0]),
    )
    assert only is not None
    assert only.depth[15 - y, 21 - x] == pytest.approx(8.0, abs=0.6)


@pytest.mark.parametrize(("step", "family", "panels", "drawn"), [
    (0.0, "a", (0, 0), False), (9.0, "a", (0, 0), True), (0.0, "b", (0, 0), True), (0.0, "a", (1, 2), True),
])  # fmt: skip
def test_a_line_is_where_depth_leaps_or_pieces_differ(
    step: float, family: str, panels: tuple[int, int], drawn: bool
) -> None:
    label = np.ones((8, 8), np.int32)
    label[:, 4:] = 2
    depth = np.where(label == 2, np.float32(step), np.float32(0))
    paint = Paint(SKIN, (1, 2, 3))
    pieces = [Piece(paint, "a", "one", panels[0]), Piece(paint, family, "two", panels[1])]
    found = edges(Seen(label, depth, np.zeros((8, 8), np.float32), (0, 0)), pieces, 10.0)
    assert found[:, 3:5].any() == drawn
    assert not found[:, :3].any()
    if step:
        assert found[:, 4].all()  # the nearer one


@pytest.mark.parametrize("top", TOPS)
def test_every_garment_is_worn_in_space_too(top: str) -> None:
    parts = shown(STANDING, crop="cowboy", top=top, pattern="", sleeves=1.0)
    assert (parts == TOP).mean() > 0.02
    assert (parts == SKIN).mean() > 0.01
    if top in _DETAILS:
        assert len(np.unique(parts)) >= 6


@pytest.mark.parametrize("legs", list(STEPS))
def test_somebody_in_a_skirt_is_covered_in_every_pose(legs: str) -> None:
    for azimuth, elevation in ((0.2, 0.1), (-0.9, 0.35), (1.5, -0.2)):
        pose = replace(STANDING, legs=legs, azimuth=azimuth, elevation=elevation, head=(azimuth, 0, 0))
        parts = shown(pose, top="sailor", bottom="pleated", skirt=2.0)
        assert (parts == LOWER).sum() > 0.25 * (parts == TOP).sum()


@pytest.mark.parametrize("held", HELD)
def test_what_two_hands_hold_lies_before_the_body(held: str) -> None:
    assert held in _HELD
    arms = (Arm("both", (0, 0, 0), "hold"), Arm("both", (0, 0, 0), "hold"))
    bare = shown(replace(STANDING, arms=arms), crop="bust", hat="", cape=False)
    parts = shown(replace(STANDING, arms=arms, held=held), crop="bust", hat="", cape=False)
    assert (parts == ACCESSORY).sum() > (bare == ACCESSORY).sum() + 30


@pytest.mark.parametrize("number", [5, 9, 21])
def test_from_above_the_body_is_shorter_and_from_below_the_face_lies_higher(number: int) -> None:
    def rows(elevation: float) -> tuple[float, float]:
        parts = shown(replace(STANDING, elevation=elevation), number, "cowboy", 224, top="shirt", hat="")
        eyes, hair = (np.argwhere(parts == part)[:, 0] for part in (EYES, HAIR))
        whole = np.argwhere(parts > 0)[:, 0]
        return float(np.median(eyes) - hair.min()) / np.ptp(whole), float(np.ptp(whole))

    above, level, below = rows(0.5), rows(0.0), rows(-0.35)
    assert above[0] > level[0] > below[0] * 0.98
    assert Camera.of(0, 0.5, 30).turn[1, 1] < 1


def test_views_in_space_are_as_frequent_as_said_and_always_the_same() -> None:
    views = [draw_view(2, number, view) for number in range(120) for view in range(2)]
    for crop, share in IN_SPACE.items():
        of_crop = [view.pose is not None for view in views if view.crop == crop]
        assert np.mean(of_crop) == pytest.approx(share, abs=0.16)
    first = next(n for n in range(40) if draw_view(2, n, 0).pose)
    np.testing.assert_array_equal(render(2, first, 0, 96).line, render(2, first, 0, 96).line)
    assert draw_pose(np.random.default_rng(3), ("open", "fist")) == draw_pose(
        np.random.default_rng(3), ("open", "fist")
    )


@pytest.mark.parametrize("ears", ["cat", "fox", "rabbit"])
def test_who_has_the_ears_of_an_animal_has_its_tail(ears: str) -> None:
    def hair_below(kind: str) -> int:
        who = draw_character(0, 5)
        who = replace(
            who, face=replace(who.face, ears=kind), hairdo=replace(who.hairdo, back="short", length=0.8)
        )
        who = replace(who, outfit=replace(who.outfit, cape=False))
        view = replace(
            draw_view(0, 5, 0), scene=Scene("", 0), animal="", others=0, crop="full", roll=0.0,
            pose=replace(STANDING, azimuth=2.8, head=(3.14, 0, 0)), behind=True, props=("", ""),
        )  # fmt: skip
        parts = draw(who, view, 192).parts
        low = int(np.argwhere(parts == TOP)[:, 0].mean())
        return int((parts[low:] == HAIR).sum())

    assert hair_below(ears) > hair_below("") + 20


@pytest.mark.parametrize(("top", "seed"), [("coat", 4), ("coat", 10), ("uniform", 10)])
def test_long_coats_hang_beside_trousers_and_not_over_skirts(top: str, seed: int) -> None:
    def cloth(bottom: str, kind: str) -> int:
        parts = shown(STANDING, 5, "full", 160, top=kind, seed=seed, bottom=bottom, skirt=1.6, cape=False)
        return int((parts == TOP).sum())

    assert cloth("trousers", top) > 1.15 * cloth("trousers", "jacket")
    assert cloth("skirt", top) < cloth("trousers", top)


@pytest.mark.parametrize("full", [0.0, 0.5, 1.0])
def test_a_fuller_bust_stands_out_further_and_moves_nothing_else(full: float) -> None:
    body = load_body()
    plain, shape = shape_of(FEMALE, 0.6), shape_of(FEMALE, full)
    moved = np.abs(shape - plain).max(1) > 0.02
    assert moved.any() == (full != 0.6)
    assert np.isin(body.segment[moved[body.faces].all(1)], [1, 2, 4, 5]).all()  # and the armpits
    assert np.sign((shape - plain)[moved, 2].mean()) == np.sign(full - 0.6)
    np.testing.assert_array_equal(shape_of(MALE, full), body.shapes[MALE])
