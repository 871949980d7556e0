"""The region stage: shapes, and what it must not depend on."""

import math

import pytest
import torch

from attnpaint.config import GeneratorConfig
from attnpaint.losses.palette import same_places
from attnpaint.model.build import build_generator
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.correspondence import WIDTH, Correspondence, Matches
from attnpaint.model.outputs import Outputs
from attnpaint.model.region_stage import (
    ReferenceView,
    Regions,
    colors_of_parts,
    shares_of_colors,
)
from attnpaint.model.sketch_encoder import CHANNELS
from attnpaint.segment.samples import GEOMETRY, GRID, POINTS

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
        torch.rand(2, 1, 24, 24, generator=random),
        entries,
        own,
        colors,
        torch.full((2, count), 0.1),
        torch.rand(2, 16, GRID, GRID, generator=random) / 16,
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


def test_only_a_reference_that_is_known_may_show_the_drawings_scene() -> None:
    known, unknown = view(regions(16, 1), regions(12, 2)), view(blind(regions(16, 1)), blind(regions(12, 2)))
    chances = [painted(regions(5), reference).answers for reference in (known, unknown, None)]
    assert all(one is not None and one.one_scene.shape == (2,) for one in chances)
    assert [bool((one.one_scene > 0).all()) for one in chances if one] == [True, False, False]


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
    cut = ReferenceView(whole.sketch, entries, own, whole.colors[:, :6], whole.weight[:, :6], whole.where)
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


def looks(seed: int) -> list[torch.Tensor]:
    """The encoder's levels of a picture that looks otherwise in every cell."""
    random = torch.Generator().manual_seed(seed)
    return [torch.randn(1, channels, GRID, GRID, generator=random) for channels in CHANNELS]


def matched(drawn: list[torch.Tensor], shown: list[torch.Tensor], where: torch.Tensor) -> Matches:
    torch.manual_seed(0)
    same = Correspondence()
    with torch.no_grad():
        same.keen.fill_(5.0)
        same.none.fill_(-2.0)
        found: Matches = same(drawn, shown, where)
    return found


def colours_everywhere() -> torch.Tensor:
    cells = torch.randint(16, (GRID, GRID), generator=torch.Generator().manual_seed(3))
    return torch.eye(16)[cells].permute(2, 0, 1)[None]


@pytest.mark.parametrize("aside", [0, 1, 3])
def test_colours_come_from_the_places_that_show_the_same(aside: int) -> None:
    drawn, where = looks(1), colours_everywhere()
    moved = [torch.roll(level, aside, dims=3) for level in drawn]
    found = matched(drawn, moved, torch.roll(where, aside, dims=3))
    inner = (..., slice(4, -4), slice(4, -4))  # what went over the edge came back at the other side
    torch.testing.assert_close(found.colors[inner], where[inner], atol=0.1, rtol=0)
    assert found.belief.item() > 0.9


def test_nothing_comes_from_a_picture_that_shows_something_else() -> None:
    found = matched(looks(1), looks(2), colours_everywhere())
    assert found.colors.sum(dim=1).mean() < 0.01
    assert found.belief.item() < 0.1


def test_scores_fall_with_the_distance_and_with_unlike_looks() -> None:
    same = Correspondence()
    one, other = (torch.nn.functional.normalize(torch.randn(2, 9, WIDTH), dim=-1) for _ in range(2))
    places, aim, reach = torch.rand(9, 2) * 2 - 1, torch.rand(2, 9, 2) * 2 - 1, torch.tensor(0.3)
    scores = same._scores(one, other, aim, places, reach)
    apart = (aim[:, :, None] - places).square().sum(dim=-1)
    wanted = 10 * same.keen * (one @ other.mT - 1) - apart / (2 * reach**2)
    torch.testing.assert_close(scores[..., :-1], wanted, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(scores[..., -1], (10 * same.none).expand(2, 9))


def test_the_place_that_shows_the_same_is_wanted_where_it_is_known() -> None:
    steps = (torch.arange(4) + 0.5) / 2 - 1
    places = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), dim=-1).flatten(0, 1)
    aside = torch.tensor([[1.0, 0, 0.5], [0, 1, 0]])  # one cell of four to the right
    right = torch.zeros(16, 17)
    for cell, (x, _) in enumerate(places.tolist()):
        right[cell, cell + 1 if x < 0.5 else 16] = 1
    known, even = torch.stack([aside, torch.full((2, 3), torch.nan)]), torch.ones(2, 16)
    guesses = right.expand(2, -1, -1)
    torch.testing.assert_close(same_places([guesses], known, even), torch.zeros(2))
    wrong = same_places([guesses, torch.full((2, 16, 17), 1 / 17)], known, even)
    torch.testing.assert_close(wrong, torch.tensor([math.log(17), 0.0]))


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
