"""The region stage: shapes, and what it must not depend on."""

import pytest
import torch

from attnpaint.config import GeneratorConfig
from attnpaint.model.build import build_generator
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.outputs import Painted
from attnpaint.model.region_stage import ReferenceView, Regions, colors_of_parts
from attnpaint.segment.samples import GEOMETRY, POINTS

CONFIG = GeneratorConfig(widths=(8, 16, 24), token_width=16, region_width=32, region_layers=4)


def regions(count: int, seed: int = 0) -> Regions:
    random = torch.Generator().manual_seed(seed)
    points = torch.rand(2, count, POINTS, 2, generator=random) * 2 - 1
    geometry = torch.randn(2, count, GEOMETRY, generator=random)
    return Regions(points, geometry, torch.ones(2, count, dtype=torch.bool))


def painted(asked: Regions | None, reference: ReferenceView | None = None, size: int = 40) -> Painted:
    torch.manual_seed(0)
    network = build_generator(CONFIG).eval()
    palette = Palette(torch.rand(2, 4, 4, 3) * 2 - 1, torch.full((2, 4, 4), 0.25))
    x, beside = inputs(
        CONFIG, torch.rand(2, 1, size, size), Conditioning(palette, regions=asked, reference=reference)
    )
    with torch.no_grad():
        found: Painted = network(x, **beside)
    return found


def test_shapes_with_and_without_a_reference() -> None:
    view = ReferenceView(torch.rand(2, 1, 24, 24), regions(16, 1))
    for reference in (None, view):
        answers = painted(regions(5), reference).answers
        assert answers is not None
        assert answers.logits.shape == (2, 5, 18)
        assert answers.parts.shape == (2, 5, 7)
        assert answers.palette_parts.shape == (2, 16, 7)
        torch.testing.assert_close(answers.embedding.norm(dim=-1), torch.ones(2, 5))


def test_no_regions_no_answers_and_the_same_picture() -> None:
    without, asked = painted(None), painted(regions(5))
    assert without.answers is None
    torch.testing.assert_close(without.image, asked.image)


def test_regions_that_are_not_valid_change_nothing() -> None:
    few, many = regions(5), regions(9, 3)
    padded = Regions(
        torch.cat([few.points, many.points[:, :3]], 1),
        torch.cat([few.geometry, many.geometry[:, :3]], 1),
        torch.arange(8).expand(2, -1) < 5,
    )
    one, other = painted(few).answers, painted(padded).answers
    assert one is not None and other is not None  # noqa: PT018
    torch.testing.assert_close(one.logits, other.logits[:, :5], atol=1e-4, rtol=1e-4)


def test_a_drawing_without_a_region_gives_finite_numbers() -> None:
    none = regions(4)
    none = Regions(none.points, none.geometry, torch.zeros(2, 4, dtype=torch.bool))
    answers = painted(none).answers
    assert answers is not None
    assert answers.logits.isfinite().all()


def test_a_reference_of_which_nothing_is_known_is_as_none() -> None:
    entries = regions(16, 1)
    blind = Regions(entries.points, entries.geometry, torch.zeros(2, 16, dtype=torch.bool))
    one = painted(regions(5)).answers
    other = painted(regions(5), ReferenceView(torch.rand(2, 1, 24, 24), blind)).answers
    assert one is not None and other is not None  # noqa: PT018
    torch.testing.assert_close(one.logits, other.logits, atol=1e-4, rtol=1e-4)


def test_a_region_asks_for_its_parts_colours() -> None:
    parts = torch.eye(7)[[1, 2]][None]  # skin, hair
    palette = torch.zeros(1, 16, 7)
    palette[0, 3, 1] = palette[0, 8, 2] = palette[0, 9, 2] = 1
    weights = torch.full((1, 16), 0.1)
    weights[0, 9] = 0.3
    wanted = colors_of_parts(parts, palette, weights)[0]
    assert wanted[0].argmax() == 3
    torch.testing.assert_close(wanted[1, [8, 9]], torch.tensor([0.25, 0.75]))


@pytest.mark.parametrize("size", [24, 40, 52])
def test_any_size(size: int) -> None:
    answers = painted(regions(3), size=size).answers
    assert answers is not None
    assert answers.logits.isfinite().all()
