"""The region stage: shapes, and what it must not depend on."""

import pytest
import torch

from attnpaint.config import GeneratorConfig
from attnpaint.model.build import build_generator
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.outputs import Outputs
from attnpaint.model.region_stage import ReferenceView, Regions, colors_of_parts, shares_of_colors
from attnpaint.segment.samples import GEOMETRY, POINTS

CONFIG = GeneratorConfig(widths=(8, 16, 24), token_width=16, region_width=32, region_layers=4)


def regions(count: int, seed: int = 0) -> Regions:
    random = torch.Generator().manual_seed(seed)
    points = torch.rand(2, count, POINTS, 2, generator=random) * 2 - 1
    geometry = torch.randn(2, count, GEOMETRY, generator=random)
    return Regions(points, geometry, torch.ones(2, count, dtype=torch.bool))


def view(entries: Regions, own: Regions) -> ReferenceView:
    count = own.valid.shape[1]
    random = torch.Generator().manual_seed(5)
    colors = torch.rand(2, count, 3, generator=random) * 2 - 1
    return ReferenceView(
        torch.rand(2, 1, 24, 24, generator=random), entries, own, colors, torch.full((2, count), 0.1)
    )


def blind(some: Regions) -> Regions:
    return Regions(some.points, some.geometry, torch.zeros_like(some.valid))


def painted(asked: Regions | None, reference: ReferenceView | None = None, size: int = 40) -> Outputs:
    torch.manual_seed(0)
    network = build_generator(CONFIG).eval()
    palette = Palette(torch.rand(2, 4, 4, 3) * 2 - 1, torch.full((2, 4, 4), 0.25))
    x, beside = inputs(
        CONFIG, torch.rand(2, 1, size, size), Conditioning(palette, regions=asked, reference=reference)
    )
    with torch.no_grad():
        found: Outputs = network(x, **beside)
    return found


def test_shapes_with_and_without_a_reference() -> None:
    for reference in (None, view(regions(16, 1), regions(12, 2))):
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
    one = painted(regions(5)).answers
    other = painted(regions(5), view(blind(regions(16, 1)), blind(regions(12, 2)))).answers
    assert one is not None and other is not None  # noqa: PT018
    torch.testing.assert_close(one.logits, other.logits, atol=1e-4, rtol=1e-4)


def test_regions_of_the_reference_that_are_not_valid_change_nothing() -> None:
    own, more = regions(6, 2), regions(9, 4)
    padded = Regions(
        torch.cat([own.points, more.points[:, :3]], 1),
        torch.cat([own.geometry, more.geometry[:, :3]], 1),
        torch.arange(9).expand(2, -1) < 6,
    )
    entries = regions(16, 1)
    whole = view(entries, padded)
    cut = ReferenceView(whole.sketch, entries, own, whole.colors[:, :6], whole.weight[:, :6])
    one, other = painted(regions(5), cut).answers, painted(regions(5), whole).answers
    assert one is not None and other is not None  # noqa: PT018
    torch.testing.assert_close(one.logits, other.logits, atol=1e-4, rtol=1e-4)


def test_the_palette_does_not_change_what_a_region_is() -> None:
    one = painted(regions(5), view(regions(16, 1), regions(12, 2))).answers
    other = painted(regions(5)).answers
    assert one is not None and other is not None  # noqa: PT018
    torch.testing.assert_close(one.parts, other.parts)
    assert (one.logits - other.logits).abs().max() > 1e-3


def test_a_region_asks_for_its_parts_colours() -> None:
    parts = torch.eye(7)[[1, 2]][None]  # skin, hair
    palette = torch.linspace(-1, 1, 16)[:, None].expand(1, 16, 3)
    own = torch.eye(7)[[1, 2, 2, 5]][None]  # skin, hair, hair, clothes
    shares = shares_of_colors(palette[:, [3, 8, 12, 0]], palette)
    assert shares[0].argmax(dim=1).tolist() == [3, 8, 12, 0]
    wanted = colors_of_parts(parts, own, shares, torch.tensor([[0.1, 0.1, 0.3, 0.5]]))[0]
    assert wanted[0].argmax() == 3
    assert wanted[1].argmax() == 12
    torch.testing.assert_close(wanted.sum(dim=1), torch.ones(2))
    assert wanted[1, 0] < 0.01  # what only the clothes have


@pytest.mark.parametrize("size", [24, 40, 52])
def test_any_size(size: int) -> None:
    answers = painted(regions(3), size=size).answers
    assert answers is not None
    assert answers.logits.isfinite().all()


def test_the_regions_alone_are_decided_as_beside_a_painting() -> None:
    torch.manual_seed(0)
    network = build_generator(CONFIG).eval()
    palette = Palette(torch.rand(2, 4, 4, 3) * 2 - 1, torch.full((2, 4, 4), 0.25))
    sketch = torch.rand(2, 1, 40, 40)
    x, beside = inputs(CONFIG, sketch, Conditioning(palette, regions=regions(5)))
    with torch.no_grad():
        whole, alone = network(x, **beside), network(x, **beside, only_regions=True)
    torch.testing.assert_close(whole.answers.logits, alone.answers.logits)
    torch.testing.assert_close(alone.image, sketch.expand(-1, 3, -1, -1))
    assert (whole.image - alone.image).abs().max() > 0.1
