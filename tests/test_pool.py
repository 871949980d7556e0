"""The pool of past fakes: when it swaps, what it keeps, and that a resumed run goes on alike."""

import io

import torch
from torch import Tensor

from attnpaint.training.state import HistoryPool


def numbered(first: int, count: int, size: int = 2) -> Tensor:
    """Fakes that are filled with their own number."""
    return torch.arange(first, first + count).float().view(-1, 1, 1, 1).expand(-1, 4, size, size)


def numbers(fakes: Tensor) -> list[int]:
    return fakes[:, 0, 0, 0].int().tolist()


def test_shows_every_fake_until_it_is_full() -> None:
    pool = HistoryPool()
    assert numbers(pool(numbered(0, 50))) == list(range(50))
    assert len(pool.fakes) == 50


def test_a_full_pool_swaps_each_fake_with_probability_one_half() -> None:
    pool = HistoryPool()
    pool(numbered(0, 50))
    shown = numbers(pool(numbered(50, 4000)))
    swapped = sum(seen != given for given, seen in enumerate(shown, start=50))
    assert 1850 < swapped < 2150  # 2000 ± 4.7 standard deviations
    assert len(pool.fakes) == 50


def test_nothing_is_lost_or_doubled() -> None:
    pool = HistoryPool(capacity=8)
    pool(numbered(0, 8))
    shown = numbers(pool(numbered(8, 100)))
    kept = numbers(torch.stack(pool.fakes))
    assert sorted(shown + kept) == list(range(108))


def test_each_image_of_a_batch_is_decided_alone() -> None:
    pool = HistoryPool(capacity=4)
    pool(numbered(0, 4))
    starts = range(4, 164, 8)
    fresh = {sum(seen >= start for seen in numbers(pool(numbered(start, 8)))) for start in starts}
    assert len(fresh - {0, 8}) > 1


def test_shown_fakes_carry_no_gradient_and_stored_ones_are_copies() -> None:
    pool = HistoryPool(capacity=2)
    fakes = numbered(0, 2).clone().requires_grad_()
    assert not pool(fakes).requires_grad
    with torch.no_grad():
        fakes.zero_()
    assert numbers(torch.stack(pool.fakes)) == [0, 1]


def test_a_resumed_pool_goes_on_as_the_first_would_have() -> None:
    pool = HistoryPool(capacity=10, seed=7)
    pool(numbered(0, 40))
    file = io.BytesIO()
    torch.save(pool.state_dict(), file)
    file.seek(0)
    resumed = HistoryPool(capacity=10, seed=0)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    assert numbers(resumed(numbered(40, 60))) == numbers(pool(numbered(40, 60)))


def test_its_random_stream_is_its_own() -> None:
    first, second = HistoryPool(capacity=5, seed=1), HistoryPool(capacity=5, seed=1)
    shown = numbers(first(numbered(0, 50)))
    torch.manual_seed(99)
    before = torch.get_rng_state()
    assert numbers(second(numbered(0, 50))) == shown
    assert torch.equal(torch.get_rng_state(), before)


def test_another_picture_size_empties_it() -> None:
    pool = HistoryPool(capacity=4)
    pool(numbered(0, 4, size=2))
    assert pool(numbered(10, 3, size=6)).shape == (3, 4, 6, 6)
    assert numbers(torch.stack(pool.fakes)) == [10, 11, 12]


def test_a_pool_of_nothing_shows_what_it_is_given() -> None:
    pool = HistoryPool(capacity=0)
    assert numbers(pool(numbered(0, 5))) == [0, 1, 2, 3, 4]
    assert pool.fakes == []
