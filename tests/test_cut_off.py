"""What only a gap cuts off the ground is ground: the more openly, the less like it it need be."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from attnpaint.inference.canvas import Canvas
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Answers, Maps
from attnpaint.inference.groups import cut_off
from attnpaint.segment.regions import find_regions

GROUND, SKIN, EYES, CLOTHES = 0, 1, 3, 5


def told(parts: list[int], like: list[float], areas: list[float]) -> Answers:
    """Regions 1 …, the first is the ground, the others are so like it; all are sure of their part."""
    embedding = np.array([[one, (1 - one**2) ** 0.5] for one in like], np.float32)
    shares = np.full((len(parts), 7), 0.01, np.float32)
    shares[np.arange(len(parts)), parts] = 0.94
    logits, label = np.zeros((len(parts), 18), np.float32), np.arange(1, len(parts) + 1)
    logits[0, 17] = 9
    return Answers(
        label, np.array(areas, np.float32), logits, embedding, shares, np.full((16, 7), 1 / 7, np.float32)
    )


def found(part: int, like: float, area: float, share: float, alone: float) -> bool:
    answers = told([GROUND, part], [1, like], [0.5, area])
    cut = cut_off(answers, np.array([1], np.int32), np.array([0, share]), np.array([0, alone]))
    assert 1 not in cut
    return 2 in cut


@pytest.mark.parametrize(
    ("share", "alone", "least"), [(0.9, 1.0, -0.7), (0.5, 1.0, -0.3), (0.5, 0.5, -0.05), (0.15, 1.0, 0.05)]
)
@pytest.mark.parametrize("part", [SKIN, CLOTHES])
def test_the_more_openly_it_lies_the_less_like_the_ground_it_need_be(
    part: int, share: float, alone: float, least: float
) -> None:
    assert found(part, least + 0.02, 0.1, share, alone)
    assert not found(part, least - 0.02, 0.1, share, alone)


@pytest.mark.parametrize(("area", "share", "alone"), [(0.13, 0.9, 1.0), (0.5, 0.4, 1.0), (0.1, 0.3, 0.3)])
def test_what_is_large_or_hardly_open_stays_however_like(area: float, share: float, alone: float) -> None:
    assert found(CLOTHES, 0.95, 0.1, 0.4, 0.3)
    assert not found(CLOTHES, 0.95, area, share, alone)


@pytest.mark.parametrize(("share", "alone"), [(0.4, 0.6), (0.6, 1.0), (0.41, 0.51)])
def test_a_little_one_is_ground_however_unlike(share: float, alone: float) -> None:
    assert found(CLOTHES, -0.5, 0.01, share, alone)
    assert not found(CLOTHES, -0.5, 0.02, share, alone)
    assert not found(CLOTHES, -0.5, 0.01, 0.39, alone)
    assert not found(CLOTHES, -0.5, 0.01, share, 0.49)


@pytest.mark.parametrize(("like", "area", "share"), [(1.0, 0.1, 0.9), (0.5, 0.01, 1.0), (0.9, 0.003, 0.2)])
def test_what_is_an_eye_or_does_not_meet_the_ground_stays(like: float, area: float, share: float) -> None:
    assert found(CLOTHES, like, area, share, 1)
    assert not found(EYES, like, area, share, 1)
    assert not found(CLOTHES, like, area, 0, 0)


@pytest.mark.parametrize("grounds", [[], [7]])
def test_without_a_ground_nothing_is_cut_off(grounds: list[int]) -> None:
    answers = told([CLOTHES, CLOTHES], [1, 1], [0.5, 0.1])
    nothing = np.zeros(2)
    assert not len(cut_off(answers, np.array(grounds, np.int32), nothing, nothing))


def akimbo(gaps: int) -> np.ndarray:
    """A body along the lower edge and an arm beside it; what lies between opens to the ground by gaps,
    beside which the arm's own line lies at the ground."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.rectangle(sketch, (200, 120), (330, 600), 0, 2)
    cv2.polylines(sketch, [np.array([(200, 250), (140, 300), (200, 350)], np.int32)], False, 0, 2)
    for y in (278, 322)[:gaps]:
        sketch[y - 4 : y + 5, :195] = 255
    return sketch


@pytest.mark.parametrize("turn", [0, 1, 3])
@pytest.mark.parametrize(
    ("gaps", "like", "ground"),
    [(2, 0.6, True), (2, 0.4, True), (1, 0.6, False), (2, 0.0, False), (0, 0.9, False)],
)
def test_between_arm_and_body_the_ground_shows_where_it_is_like_it(
    gaps: int, like: float, ground: bool, turn: int
) -> None:
    sketch = np.ascontiguousarray(np.rot90(akimbo(gaps), turn))
    labels = find_regions(sketch, 14)
    upright = np.rot90(labels, -turn)
    numbers = [int(upright[at]) for at in ((30, 30), (300, 170), (300, 260))]
    assert len(set(numbers)) == len(np.unique(labels)) == 3
    area = (np.bincount(labels.ravel())[numbers] / labels.size).tolist()
    answers = replace(told([GROUND, CLOTHES, CLOTHES], [1, like, -0.5], area), label=np.array(numbers))
    maps = Maps(np.zeros((3, 1, 1), np.float32), None, (), None, 0.0, answers)
    canvas = Canvas(Drawing.of(np.repeat(sketch[..., None], 3, axis=2), 512), maps, None, labels)
    assert (numbers[1] in canvas.grounds) == ground
    assert numbers[2] not in canvas.grounds
