"""What makes a picture worth training on: tiny, grey, white, one figure, and near-duplicates."""

import sqlite3
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import COLORS, PAIRS
from PIL import Image
from preparing import figure

from attnpaint.images import Picture, on_white, read_picture, resize
from attnpaint.prepare.duplicates import MOST, SHADE, Known, Print
from attnpaint.prepare.filters import Limits, Reason, fault_of, find_subject

SINGLE = Limits(single_subject=True)


def reason(picture: Picture, limits: Limits = SINGLE) -> str | None:
    verdict = fault_of(picture, limits)
    return verdict.reason if verdict else None


def scene() -> Picture:
    """Colours up to every border."""
    random = np.random.default_rng(0).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return cv2.resize(random, (200, 200), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def two_figures() -> Picture:
    return np.hstack([figure(1), figure(2)])


def framed() -> Picture:
    return cv2.copyMakeBorder(scene(), 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(255, 255, 255)).astype(
        np.uint8
    )


def cut_off() -> Picture:
    """A wide shape that runs over the left and the right border."""
    canvas = np.full((200, 200, 3), 255, np.uint8)
    cv2.ellipse(canvas, (100, 100), (130, 60), 0, 0, 360, (200, 40, 40), -1)
    return canvas


@pytest.mark.parametrize(
    ("picture", "wanted"),
    [
        (figure(0), None),
        (figure(0, ground=(250, 240, 225)), None),
        (figure(0, ground=(60, 60, 90)), Reason.backdrop),
        (scene(), Reason.backdrop),
        (two_figures(), Reason.several),
        (np.pad(figure(0), ((60, 60), (60, 60), (0, 0)), constant_values=255), Reason.several),
        (framed(), Reason.framed),
        (cut_off(), Reason.cut),
        (figure(0, side=100), Reason.tiny),
        (figure(0)[..., :1].repeat(3, axis=2), Reason.grey),
        (np.full((200, 200, 3), 252, np.uint8), Reason.white),
    ],
)
def test_each_limit_leaves_out_what_it_is_for(picture: Picture, wanted: Reason | None) -> None:
    assert reason(np.ascontiguousarray(picture)) == wanted


def test_without_single_subject_scenes_and_groups_stay() -> None:
    for picture in (scene(), two_figures(), framed(), cut_off()):
        assert reason(picture, Limits()) is None


def test_genuine_pictures_stay_and_their_greyscale_copies_and_drawings_do_not() -> None:
    for path in COLORS:
        picture = on_white(read_picture(path))
        assert reason(picture, Limits(min_side=0)) is None, path.name
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None].repeat(3, axis=2)
        assert reason(grey.astype(np.uint8), Limits(min_side=0)) == Reason.grey, path.name
    for path in PAIRS:
        if ".line." in path.name:
            assert reason(on_white(read_picture(path)), Limits(min_side=0)) in (Reason.grey, Reason.white)


def test_white_clothes_inside_an_outline_belong_to_the_figure() -> None:
    canvas = np.full((200, 200, 3), 255, np.uint8)
    cv2.circle(canvas, (100, 100), 60, (200, 40, 40), 3)
    subject = find_subject(canvas)
    assert subject.area == pytest.approx(np.pi * 60**2 / 200**2, abs=0.03)
    assert subject.cut == 0


@pytest.fixture
def known(tmp_path: Path) -> "Known":
    return Known(sqlite3.connect(tmp_path / "store"), 4)


def saved_again(picture: Picture) -> Picture:
    """Half as large, as a JPEG of quality 60."""
    height, width = picture.shape[:2]
    stream = BytesIO()
    Image.fromarray(resize(picture, height // 2, width // 2)).save(stream, "JPEG", quality=60)
    return read_picture(stream.getvalue())


def test_a_copy_at_half_the_size_saved_badly_is_found_and_no_other_picture_is(known: Known) -> None:
    pictures = [on_white(read_picture(path)) for path in COLORS]
    for turn, picture in enumerate(pictures):
        assert known.find(Print.of(picture)) is None, COLORS[turn].name
        known.add(turn, Print.of(picture))
    for turn, picture in enumerate(pictures):
        match = known.find(Print.of(saved_again(picture)))
        assert match is not None, COLORS[turn].name
        assert match.turn == turn


def test_the_same_shapes_in_other_colours_are_another_picture(known: Known) -> None:
    picture = figure(0)
    turned = np.ascontiguousarray(picture[..., [1, 2, 0]])
    known.add(0, Print.of(picture))
    assert Print.of(picture).shade(Print.of(turned)) > SHADE
    assert known.find(Print.of(turned)) is None


@pytest.mark.parametrize("distance", range(MOST + 1))
def test_bands_find_every_hash_within_the_distance_and_none_beyond(distance: int, tmp_path: Path) -> None:
    random = np.random.default_rng(distance)
    known, base = Known(sqlite3.connect(tmp_path / "store"), distance), int(random.integers(2**62))
    flat = bytes(16 * 16 * 3)
    known.add(0, Print(base.to_bytes(8), flat))
    for bits in (distance, distance + 1):
        for _ in range(40):
            flips = sum(1 << int(place) for place in random.choice(64, bits, replace=False))
            match = known.find(Print((base ^ flips).to_bytes(8), flat))
            assert (match is not None) == (bits <= distance)
            assert match is None or match.distance == bits
