"""The histogram on its way into a network: the same images and tokens as were measured."""

import numpy as np
import pytest
import torch

from attnpaint.extract import Histogram
from attnpaint.model.conditioning import Palette, stack


def histogram(seed: int = 0) -> Histogram:
    random = np.random.default_rng(seed)
    weights = np.sort(random.dirichlet([1] * 4, 4).astype(np.float32), axis=1)[:, ::-1]
    return Histogram(random.integers(0, 256, (4, 4, 3), dtype=np.uint8), weights.copy())


def both() -> Palette:
    one, other = histogram(0), histogram(1)
    return Palette.of(np.stack([one.colors, other.colors]), np.stack([one.weights, other.weights]))


@pytest.mark.parametrize(
    ("height", "width"), [(n, 3) for n in (1, 2, 3, 4, 5, 6, 7, 10, 14, 33)] + [(64, 48)]
)
def test_the_images_are_those_of_the_histogram(height: int, width: int) -> None:
    images = both().images(height, width)
    assert images.shape == (2, 12, height, width)
    for found, seed in zip(images, (0, 1), strict=True):
        wanted = histogram(seed).images(height, width)  # 4 H W 3
        shown = ((found + 1) * 127.5).round().byte().view(4, 3, height, width).permute(0, 2, 3, 1)
        assert np.array_equal(shown.numpy(), wanted)


def test_the_input_is_the_sketch_three_times_and_the_images_rank_by_rank() -> None:
    palette, sketch = both(), torch.rand(2, 1, 8, 6) * 2 - 1
    x = stack(sketch, palette)
    assert x.shape == (2, 15, 8, 6)
    assert all(torch.equal(x[:, i : i + 1], sketch) for i in range(3))
    assert torch.equal(x[:, 3:], palette.images(8, 6))
    assert torch.equal(x[1, 6:9, 7, 0], palette.colors[1, 3, 1])  # rank 1 of the lowest band


def test_tokens_go_band_by_band_with_their_weights() -> None:
    palette = both()
    tokens = palette.tokens()
    assert tokens.shape == (2, 16, 4)
    assert torch.equal(tokens[1, 6, :3], palette.colors[1, 1, 2])
    assert torch.equal(tokens[1, 6, 3], palette.weights[1, 1, 2])


def test_one_histogram_is_a_batch_of_one_and_colours_are_scaled_to_the_last_bit() -> None:
    colors = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    colors[0, 0] = 0, 127, 255
    palette = Palette.of(colors, histogram().weights)
    assert palette.colors.shape == (1, 4, 4, 3)
    assert palette.weights.shape == (1, 4, 4)
    assert palette.colors[0, 0, 0].tolist() == pytest.approx([-1, 127 / 127.5 - 1, 1])
    assert np.array_equal(((palette.colors[0] + 1) * 127.5).round().byte().numpy(), colors)
