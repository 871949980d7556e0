"""Regions that are found again from frame to frame, and the colours they keep, on moving shapes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from attnpaint.colour import delta_e_2000, to_lab
from attnpaint.errors import UsageError
from attnpaint.images import Picture
from attnpaint.inference.animation import Flicker, Frame, Steady, flicker, match, shown, steady
from attnpaint.segment.regions import find_regions

GROUND, FIGURE, OTHER = 1, 2, 3
Disc = tuple[int, int, int]


def discs(*places: Disc, shape: tuple[int, int] = (160, 200)) -> Frame:
    """Discs (x, y, radius) with a black rim: labels from 2 in this order on the ground, 1."""
    grey, labels = np.full(shape, 255, np.uint8), np.ones(shape, np.int32)
    for label, (x, y, radius) in enumerate(places, 2):
        cv2.circle(labels, (x, y), radius, label, cv2.FILLED)
        cv2.circle(grey, (x, y), radius, 0, 2)
    return Frame(grey, labels, np.eye(len(places) + 2, 6, dtype=np.float32))


def split(frame: Frame, x: int, label: int) -> Frame:
    """The same with a line at `x`; what is right of it and was a figure gets another label."""
    labels, grey = frame.labels.copy(), frame.grey.copy()
    right = (np.arange(labels.shape[1]) > x) & (labels == FIGURE)
    labels[right] = label
    grey[:, x][frame.labels[:, x] == FIGURE] = 0
    return Frame(grey, labels, np.eye(label + 1, 6, dtype=np.float32))


def own(frame: Frame, seed: int = 0) -> Frame:
    """With colours of its own, unlike those of all other seeds."""
    random = np.random.default_rng(seed)
    return replace(frame, colors=random.dirichlet(np.ones(18), len(frame.colors)).astype(np.float32))


@pytest.mark.parametrize("x", [60, 63, 70, 85, 130])
def test_a_disc_that_moves_a_little_or_far_is_the_same_disc(x: int) -> None:
    frame = discs((60, 80, 20), (150, 30, 12))
    moved = discs((x, 80, 20), (150, 30, 12))
    assert match(frame, moved).tolist() == [-1, GROUND, FIGURE, OTHER]


def test_numbers_do_not_matter_only_places() -> None:
    assert match(discs((60, 80, 20), (150, 30, 12)), discs((150, 30, 12), (60, 80, 20))).tolist() == [
        -1,
        GROUND,
        OTHER,
        FIGURE,
    ]


def test_labels_may_begin_at_0() -> None:
    frame, moved = discs((60, 80, 20)), discs((66, 80, 20))
    frame, moved = (replace(one, labels=one.labels - 1) for one in (frame, moved))
    assert match(frame, moved).tolist() == [0, 1, -1]


def test_two_discs_of_unlike_size_cross_over() -> None:
    before, after = discs((60, 80, 12), (115, 80, 30)), discs((115, 80, 12), (60, 80, 30))
    assert match(before, after).tolist() == [-1, GROUND, FIGURE, OTHER]


def test_the_frame_pans_and_all_goes_with_it() -> None:
    places = [(50, 60, 20), (90, 60, 15), (120, 110, 22), (60, 120, 12)]
    before = discs(*places)
    after = discs(*((x + 35, y + 10, radius) for x, y, radius in places))
    assert match(before, after).tolist() == [-1, 1, 2, 3, 4, 5]


def test_both_parts_of_what_splits_and_the_whole_of_what_merges_are_found() -> None:
    whole = discs((100, 80, 50))
    parts = split(whole, 100, OTHER)
    assert match(whole, parts).tolist() == [-1, GROUND, FIGURE, FIGURE]
    assert match(parts, whole)[FIGURE] in (FIGURE, OTHER)
    crumb = split(whole, 70, OTHER)  # 80 of 100 is right of the line
    assert match(crumb, whole)[FIGURE] == OTHER


def test_what_appears_on_the_ground_is_new_and_what_goes_is_gone() -> None:
    one, two = discs((60, 80, 20)), discs((60, 80, 20), (150, 110, 24))
    assert match(one, two).tolist() == [-1, GROUND, FIGURE, -1]
    assert match(two, one).tolist() == [-1, GROUND, FIGURE]


def scene(seed: int) -> Frame:
    """Figures of many shapes: a ground of 240×320 cut up by nine lines, and five ellipses upon it."""
    random = np.random.default_rng(seed)
    grey = np.full((240, 320), 255, np.uint8)
    for start, end in random.integers(0, (320, 240), (9, 2, 2)).tolist():
        cv2.line(grey, start, end, 0, 2)
    for x, y, wide, tall, angle in random.integers(
        (20, 20, 8, 8, 0), (300, 220, 60, 40, 180), (5, 5)
    ).tolist():
        cv2.ellipse(grey, (x, y), (wide, tall), angle, 0, 360, 255, cv2.FILLED)
        cv2.ellipse(grey, (x, y), (wide, tall), angle, 0, 360, 0, 2)
    labels = find_regions(grey)
    return Frame(grey, labels, np.eye(labels.max() + 1, 6, dtype=np.float32))


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_cut_finds_nothing_again_though_both_have_a_ground(seed: int) -> None:
    assert (match(scene(seed), scene(seed + 100)) == -1).all()
    names = match(scene(seed), scene(seed))
    there = np.unique(scene(seed).labels)
    assert (names[there] == there).all()


def test_another_size_is_another_scene() -> None:
    assert (match(discs((60, 80, 20)), discs((60, 80, 20), shape=(170, 200))) == -1).all()


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (12, 12)])
def test_tiny_and_empty_frames_are_compared_too(size: tuple[int, int]) -> None:
    empty = Frame(np.full(size, 255, np.uint8), np.ones(size, np.int32), np.eye(2, 3, dtype=np.float32))
    assert match(empty, empty).tolist() == [-1, 1]


def test_labels_smaller_than_the_drawing_do() -> None:
    small = discs((60, 80, 20), (150, 30, 12))
    large = replace(small, grey=small.grey.repeat(3, 0).repeat(3, 1))
    assert match(large, large).tolist() == [-1, GROUND, FIGURE, OTHER]


def test_a_moving_disc_keeps_its_colours_and_a_new_one_has_its_own() -> None:
    before = own(discs((60, 80, 20)), 1)
    after = own(discs((75, 80, 20), (150, 110, 24)), 2)
    kept = steady(before, after, 1)
    assert kept.dtype == np.float32
    assert kept[[GROUND, FIGURE]] == pytest.approx(before.colors[[GROUND, FIGURE]], abs=1e-6)
    assert kept[OTHER] == pytest.approx(after.colors[OTHER], abs=1e-6)
    assert (steady(before, after, 0) == after.colors).all()
    half = (before.colors[FIGURE] + after.colors[FIGURE]) / 2
    assert steady(before, after, 0.5)[FIGURE] == pytest.approx(half, abs=1e-6)


def test_what_one_frame_knows_nothing_of_takes_the_others_whole() -> None:
    before, after = own(discs((60, 80, 20), (150, 30, 12)), 1), own(discs((60, 80, 20), (150, 30, 12)), 2)
    before.colors[FIGURE] = 0  # too small for the network to see
    after.colors[OTHER] = 0
    kept = steady(before, after, 0.5)
    assert kept[FIGURE] == pytest.approx(after.colors[FIGURE], abs=1e-6)
    assert kept[OTHER] == pytest.approx(before.colors[OTHER], abs=1e-6)
    assert kept.sum(axis=1) == pytest.approx(1, abs=1e-5)
    after = own(discs((60, 80, 20), (20, 140, 9)), 3)
    after.colors[OTHER] = 0
    assert (steady(before, after, 0.5)[OTHER] == 0).all()  # new, and not seen


def test_a_cut_resets_the_colours() -> None:
    after = own(scene(103), 2)
    assert (steady(own(scene(3), 1), after, 1) == after.colors).all()


def test_colours_are_held_through_a_long_walk() -> None:
    frame = own(discs((30, 80, 20)), 0)
    first = frame.colors
    for step in range(1, 20):
        asked = own(discs((30 + 7 * step, 80, 20)), step)
        frame = replace(asked, colors=steady(frame, asked, 1))
    assert frame.colors[FIGURE] == pytest.approx(first[FIGURE], abs=1e-5)


def rgb(frame: Frame, ground: tuple[int, int, int], figure: tuple[int, int, int]) -> Frame:
    return replace(frame, colors=np.array([(0, 0, 0), ground, figure], np.float32))


RED, BLUE, WHITE = (200, 30, 30), (30, 30, 200), (255, 255, 255)


def apart(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    return float(delta_e_2000(*(to_lab(np.array([color], np.uint8)) for color in (one, other)))[0])


def test_equal_frames_do_not_flicker() -> None:
    assert flicker([rgb(discs((60, 80, 20)), WHITE, RED)] * 4) == 0


def test_colours_that_alternate_flicker_by_their_distance_and_area() -> None:
    frames = [rgb(discs((60, 80, 20)), WHITE, RED if i % 2 else BLUE) for i in range(6)]
    share = (frames[0].labels == FIGURE).mean()
    assert flicker(frames) == pytest.approx(share * apart(RED, BLUE), rel=1e-3)
    frames = [rgb(frame, RED if i % 2 else BLUE, RED if i % 2 else BLUE) for i, frame in enumerate(frames)]
    assert flicker(frames) == pytest.approx(apart(RED, BLUE), rel=1e-3)


def test_steadied_frames_flicker_no_more() -> None:
    seen, before, held = Flicker(), Flicker(), None
    for i in range(5):
        frame = rgb(discs((60 + 6 * i, 80, 20)), WHITE, RED if i % 2 else BLUE)
        before.add(frame)
        held = replace(frame, colors=steady(held, frame, 1)) if held else frame
        seen.add(held)
    assert before.mean > 1
    assert seen.mean == pytest.approx(0, abs=1e-3)


def test_a_cut_is_no_flicker_and_of_one_frame_nothing_is_known() -> None:
    assert np.isnan(flicker([own_rgb(scene(1)), own_rgb(scene(101))]))
    assert np.isnan(flicker([own_rgb(scene(1))]))


def own_rgb(frame: Frame) -> Frame:
    return replace(frame, colors=np.full((len(frame.colors), 3), len(frame.colors), np.float32))


def test_colours_are_read_off_a_finished_picture_but_not_off_its_lines() -> None:
    frame = discs((60, 80, 20))
    picture: Picture = np.array([WHITE, WHITE, RED], np.uint8)[frame.labels]
    picture = np.where(frame.grey[..., None] < 200, 0, picture).astype(np.uint8)
    assert shown(frame, picture).colors[1:] == pytest.approx(np.array([WHITE, RED]), abs=0.1)
    large = replace(frame, grey=frame.grey.repeat(2, 0).repeat(2, 1))
    enlarged = shown(large, picture.repeat(2, 0).repeat(2, 1))
    assert enlarged.colors[1:] == pytest.approx(np.array([WHITE, RED]), abs=0.1)


def test_a_label_without_colours_is_told() -> None:
    frame = discs((60, 80, 20))
    with pytest.raises(UsageError, match="labels from 1 to 2, and colours for 2; give a row"):
        replace(frame, colors=frame.colors[:2])


STILL: tuple[Disc, ...] = ((150, 30, 12), (40, 40, 24), (170, 90, 20))
REST = [3, 4, 5]


@pytest.mark.parametrize("like", [True, False])
def test_what_the_region_stage_tells_apart_is_not_found_again_far_away(like: bool) -> None:
    """Two discs of one size; one goes, and another comes far from it: by outline alone they are the same."""
    frame, later = discs((40, 110, 16), *STILL), discs((120, 120, 16), *STILL)
    said = np.eye(8, dtype=np.float32)[: len(frame.colors)]
    then = said.copy()
    if not like:
        then[FIGURE] = np.eye(8, dtype=np.float32)[7]
    told = replace(frame, embedding=said), replace(later, embedding=then)
    assert match(*told).tolist() == [-1, GROUND, FIGURE if like else -1, *REST]
    assert match(told[0], later).tolist() == [-1, GROUND, FIGURE, *REST]


def test_a_region_that_nothing_was_told_of_is_found_by_its_outline() -> None:
    frame, later = discs((40, 110, 16), *STILL), discs((120, 120, 16), *STILL)
    said = np.eye(8, dtype=np.float32)[: len(frame.colors)]
    said[FIGURE] = 0
    again = match(replace(frame, embedding=said), replace(later, embedding=said))
    assert again.tolist() == [-1, GROUND, FIGURE, *REST]


@pytest.mark.parametrize("frames", [[], [scene(1)], [scene(1), scene(101)]])
def test_where_nothing_is_found_again_no_number_is_told(frames: list[Frame]) -> None:
    steadied = Steady()
    for frame in frames:
        for seen in steadied.flicker:
            seen.add(own_rgb(frame))
    assert steadied.told == "flicker: no region was found again from one frame to the next"


def test_where_regions_are_found_again_their_flicker_is_told() -> None:
    steadied = Steady()
    for seen in steadied.flicker:
        seen.add(own_rgb(scene(1)))
        seen.add(own_rgb(scene(1)))
    assert "0.00; not held, 0.00" in steadied.told
