"""Long strips are painted page by page, and their regions are those of the whole."""

from itertools import pairwise

import numpy as np
import pytest

from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.images import nearest, to_grey
from attnpaint.inference.canvas import FINE, fine
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Answers, Asked, Maps
from attnpaint.inference.groups import MOST, joined
from attnpaint.inference.strip import long_box, paint_pages, starts
from attnpaint.segment.regions import extent, find_regions, is_strip


def boxes(count: int, side: int = 300, width: int = 400, opening: int = 0) -> np.ndarray:
    """uint8 H×W: frames one below the other on white, 100 px apart, each open on the left by `opening`."""
    strip = np.full((count * (side + 100), width), 255, np.uint8)
    for top in range(50, len(strip), side + 100):
        strip[top : top + side, 50 : width - 50] = 0
        strip[top + 4 : top + side - 4, 54 : width - 54] = 255
        strip[top + 90 : top + 90 + opening, 50:54] = 255
    return strip


def looked(page: np.ndarray, hint: np.ndarray | None) -> Maps:
    """A network that paints what it sees, and points at the first colour where it is white."""
    seen = page.astype(np.float32) / 127.5 - 1
    pointer = np.zeros((18, *page.shape), np.float32)
    pointer[0], pointer[1] = page / 255, 1 - page / 255
    image = np.stack([seen] * 3) if hint is None else hint[..., :3].transpose(2, 0, 1).astype(np.float32)
    return Maps(image, pointer, (), np.stack([image, -image]), 1.0)


@pytest.mark.parametrize(
    ("height", "width", "strip"),
    [
        (9200, 800, True),
        (800, 9200, True),
        (641, 256, True),
        (640, 256, False),
        (3000, 200, False),
        (800, 800, False),
    ],
)
def test_strips_are_much_longer_than_wide_and_no_mere_lines(height: int, width: int, strip: bool) -> None:
    assert is_strip(height, width) == strip
    assert extent(height, width) == (2 * min(height, width) if strip else max(height, width))


@pytest.mark.parametrize(("length", "size"), [(512, 512), (513, 512), (2944, 512), (19_200, 512), (700, 64)])
def test_pages_cover_all_and_overlap_by_a_quarter(length: int, size: int) -> None:
    found = starts(length, size)
    assert found[0] == 0
    assert found[-1] == length - size
    assert all(0 < b - a <= size - size // 4 for a, b in pairwise(found))


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("count", [2, 3, 7])
def test_what_pages_say_is_put_together_without_a_seam(across: bool, count: int) -> None:
    strip = boxes(count)
    strip = np.ascontiguousarray(strip.T) if across else strip
    square, box = long_box(strip, 128)
    assert (box.height, box.width) == strip.shape
    assert min(square.shape) == 64
    sizes = set()

    def page(shown: np.ndarray, hint: np.ndarray | None) -> Maps:
        sizes.add(shown.shape)
        return looked(shown, hint)

    maps = paint_pages(square, None, 128, page)
    assert sizes == {(128, 128)}
    assert np.allclose(maps.image[0], square / np.float32(127.5) - 1, atol=1e-4)
    assert maps.pointer is not None
    assert maps.variants is not None
    assert maps.variants.shape == (2, 3, *square.shape)
    assert np.allclose(maps.variants[0], maps.image, atol=1e-5)
    assert np.allclose(maps.variants[1], -maps.image, atol=1e-5)
    assert np.allclose(maps.pointer[0], square / 255, atol=1e-4)
    assert np.allclose(maps.pointer.sum(axis=0), 1, atol=1e-4)
    hint = np.random.default_rng(0).integers(0, 256, (*square.shape, 4), dtype=np.uint8)
    dabbed = paint_pages(square, hint, 128, page)
    assert np.allclose(dabbed.image, hint[..., :3].transpose(2, 0, 1), atol=1e-2)


@pytest.mark.parametrize("count", [4, 12, pytest.param(40, marks=pytest.mark.slow)])
def test_the_gap_does_not_grow_with_the_length(count: int) -> None:
    labels = find_regions(boxes(count))
    assert len(np.unique(labels)) == count + 1
    ground = labels[0, 0]
    assert (labels[:, 0] == ground).all()
    closed = find_regions(boxes(count, opening=5))
    assert len(np.unique(closed)) == count + 1
    opened = find_regions(boxes(count, opening=60))
    assert (opened[:, 200][::400][1:] == opened[0, 0]).all()


def test_regions_of_a_strip_are_found_at_a_size_that_shows_its_lines() -> None:
    assert fine(np.zeros((9200, 800), np.uint8)).shape == (6945, 604)
    tall, wide = fine(np.zeros((30_000, 800), np.uint8)).shape
    assert tall * wide <= 1.01 * FINE**2
    assert wide > 300
    assert fine(np.zeros((4096, 2048), np.uint8)).shape == (2048, 1024)
    assert fine(np.zeros((300, 200), np.uint8)).shape == (300, 200)
    strip = np.repeat(boxes(6)[..., None], 3, axis=2)
    assert fine(strip).shape == strip.shape


def test_a_drawing_sees_its_strip_whole() -> None:
    strip = np.repeat(boxes(6)[..., None], 3, axis=2)
    drawing = Drawing.of(strip, 128)
    pages: list[tuple[int, ...]] = []

    def page(shown: np.ndarray, hint: np.ndarray | None) -> Maps:
        pages.append(shown.shape)
        return looked(shown, hint)

    maps = drawing.painted(None, page)
    assert len(pages) == 4
    assert set(pages) == {(128, 128)}
    assert maps.image.shape[1:] == drawing.square.shape == (384, 64)
    assert drawing.box.crop_back(drawing.square).shape == to_grey(strip).shape
    assert drawing.oddity == ""


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize(("count", "size"), [(2, 128), (5, 128), (3, 64)])
def test_pages_are_told_the_regions_of_the_whole(across: bool, count: int, size: int) -> None:
    strip = boxes(count)
    strip = np.ascontiguousarray(strip.T) if across else strip
    square, _ = long_box(strip, size)
    labels = nearest(find_regions(strip), *square.shape)
    seen: list[int] = []

    def page(shown: np.ndarray, hint: np.ndarray | None, regions: np.ndarray) -> Maps:
        assert regions.shape == shown.shape
        assert regions.dtype == np.int32
        assert (shown[regions == 0] == 255).all()  # beside the strip
        seen.extend(np.unique(regions))
        return looked(shown, hint)

    paint_pages(square, None, size, page, labels)
    assert set(seen) == {0, *range(1, count + 2)}


def told(label: list[int], area: list[float], color: list[int], alike: list[int]) -> Answers:
    """Regions that want one colour each; equal numbers in `alike` have equal embeddings."""
    many = len(label)
    return Answers(
        np.array(label),
        np.array(area, np.float32),
        8 * np.eye(18, dtype=np.float32)[color],
        np.eye(4, dtype=np.float32)[alike],
        np.full((many, 7), 1 / 7, np.float32),
        np.full((16, 7), 1 / 7, np.float32),
    )


@pytest.mark.parametrize(
    ("areas", "color"), [([0.5, 0.1], 3), ([0.1, 0.5], 5), ([0.3, 0.2], 3)], ids=["more", "less", "a little"]
)
def test_a_region_on_two_pages_is_what_most_of_it_looks_like(areas: list[float], color: int) -> None:
    first = told([1, 2], [areas[0], 0.2], [3, 7], [0, 1])
    second = told([1, 3], [areas[1], 0.2], [5, 9], [2, 1])
    both = joined([first, second])
    assert both is not None
    assert sorted(both.label.tolist()) == [1, 2, 3]
    assert np.allclose(np.linalg.norm(both.embedding, axis=1), 1)
    wanted = dict(zip(both.label.tolist(), both.logits.argmax(axis=1).tolist(), strict=True))
    assert wanted == {1: color, 2: 7, 3: 9}


def test_pages_say_nothing_together_or_no_more_than_can_be_compared() -> None:
    assert joined([]) is None
    many = range(1, MOST + 101)
    page = told(list(many), [1 / number for number in many], [0] * len(many), [0] * len(many))
    whole = joined([page])
    assert whole is not None
    assert whole.label.tolist() == list(range(1, MOST + 1))


class Stage:
    """An engine with a region stage: all regions are alike and want the fourth colour, but each page's first
    wants the sixth."""

    recipes = (Recipe(generator=GeneratorConfig(region_width=32)),)
    device = "cpu"
    decides_regions = True

    def paint(self, asked: Asked) -> Maps:
        return looked(((asked.sketch[0, 0] + 1) * 127.5).round().astype(np.uint8), None)

    def decide(self, asked: Asked) -> tuple[Answers, float]:
        assert asked.regions is not None
        there = asked.regions.valid
        label, area = asked.regions.label[there], asked.regions.area[there]
        found = told(label.tolist(), area.tolist(), [3] * len(label), label.clip(0, 3).tolist())
        found.logits[label == 1] = 8 * np.eye(18, dtype=np.float32)[5]
        return found, 1.0


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize(("count", "opening"), [(3, 0), (6, 0), (4, 60)])
def test_the_paper_of_a_strip_is_one_region_and_has_one_colour(
    across: bool, count: int, opening: int
) -> None:
    strip = boxes(count, opening=opening)
    strip = np.ascontiguousarray(strip.T) if across else strip
    reference = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    coloring = Colorizer(Stage()).colorize(strip, reference, work_size=128)
    labels, paper = coloring.canvas.labels, strip > 250
    assert labels.max() == (1 if opening else count + 1)
    ground = paper & (labels == labels[0, 0])
    assert len(np.unique(coloring.picture[ground], axis=0)) == 1
    assert coloring.picture[ground][0].tolist() == [255] * 3  # whatever was said of it
