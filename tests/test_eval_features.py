"""FID and LPIPS, by networks of random weights, where the answer is known."""

from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from conftest import COLORS
from networks import alexnet_file, inception_file
from torch import nn

from attnpaint.eval.metrics.feature_distances import FEATURES, LEAST, Vectors, fid, inception_features, lpips
from attnpaint.images import Picture, letterbox, on_white, read_picture

PACKAGES = ("torch_fidelity", "torchvision")  # not imported here: that takes seconds, for slow tests alone
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(find_spec, PACKAGES)), reason="pip install 'attnpaint[fid]'"),
]

TRUTHS = [letterbox(on_white(read_picture(path)), 96)[0] for path in COLORS[:4]]


def blurred(picture: Picture, sigma: float) -> Picture:
    return cv2.GaussianBlur(picture, (0, 0), sigma).astype(np.uint8)


@pytest.fixture(scope="module")
def inception(tmp_path_factory: pytest.TempPathFactory) -> nn.Module:
    from attnpaint.eval.feature_weights import inception

    return inception(inception_file(tmp_path_factory.mktemp("weights") / "inception.pth"))


@pytest.fixture(scope="module")
def alexnet(tmp_path_factory: pytest.TempPathFactory) -> nn.Module:
    from attnpaint.eval.feature_weights import alexnet

    return alexnet(alexnet_file(tmp_path_factory.mktemp("weights") / "alexnet.pth"))


def normal(count: int, wide: int = 16, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).standard_normal((count, wide)).astype(np.float32)


def test_fid_of_pictures_with_themselves_is_0_and_grows_with_blur(inception: nn.Module) -> None:
    rows = [
        np.stack([inception_features(blurred(picture, sigma), inception) for picture in TRUTHS])
        for sigma in (0.01, 1, 4)
    ]
    assert rows[0].shape == (len(TRUTHS), FEATURES)
    scale = float(np.square(rows[0]).sum(axis=1).mean())
    assert fid(rows[0], rows[0]) == pytest.approx(0, abs=1e-6 * scale)
    assert 1e-6 * scale < fid(rows[1], rows[0]) < fid(rows[2], rows[0])
    assert fid(rows[0], rows[0][::-1]) == pytest.approx(0, abs=1e-6 * scale)


def test_pictures_are_made_small_as_the_first_fid_did(inception: nn.Module) -> None:
    """Without anti-aliasing: torch-fidelity's own network says the same of a large picture."""
    picture = letterbox(on_white(read_picture(COLORS[0])), 400)[0]
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    pixels = torch.tensor(picture).permute(2, 0, 1)[None]
    with torch.inference_mode():
        theirs = FeatureExtractorInceptionV3.forward(inception, pixels)[0][0].numpy()
    np.testing.assert_allclose(inception_features(picture, inception), theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("count", [12, 200])
def test_fid_is_torchmetrics_number(count: int) -> None:
    """On features that are the pictures themselves; fewer of them than dimensions, and more."""
    from torchmetrics.image.fid import FrechetInceptionDistance

    identity = nn.Identity()
    identity.num_features = 16  # type: ignore[assignment]
    metric = FrechetInceptionDistance(feature=identity).set_dtype(torch.float64)
    painted, truth = normal(count), 1.5 * normal(count + 3, seed=1) + 0.3
    for vectors, real in ((painted, False), (truth, True)):
        metric.update(torch.from_numpy(vectors), real=real)
    assert fid(painted, truth) == pytest.approx(float(metric.compute()), rel=1e-4)


def test_fid_of_known_normal_distributions() -> None:
    """Equal spread: the squared distance of the means. Equal means, spreads a and b: (a - b)² a dimension."""
    vectors = normal(500)
    mean = vectors.mean(axis=0)
    spread = np.trace(np.cov(vectors.T))
    assert fid(vectors, vectors + 0.5) == pytest.approx(16 * 0.25, rel=1e-4)
    assert fid((vectors - mean) * 3 + mean, vectors) == pytest.approx(4 * spread, rel=1e-4)


def test_lpips_of_a_picture_with_itself_is_0_and_grows_with_blur(alexnet: nn.Module) -> None:
    for picture in TRUTHS:
        rows = [lpips(blurred(picture, sigma), picture, alexnet)["lpips"] for sigma in (0.01, 1, 4)]
        assert rows[0] == pytest.approx(0, abs=1e-6)
        assert 1e-5 < rows[1] < rows[2]


def test_lpips_weighs_alexnet_as_published(alexnet: nn.Module) -> None:
    """By hand: squared differences of the five layers' unit features, weighted channel by channel."""
    pair = torch.stack([torch.tensor(each).permute(2, 0, 1) / 127.5 - 1 for each in TRUTHS[:2]])
    shift, scale = torch.tensor([-0.030, -0.088, -0.188]), torch.tensor([0.458, 0.448, 0.450])
    x = (pair - shift[:, None, None]) / scale[:, None, None]
    layers = [layer for part in alexnet.get_submodule("net").children() for layer in part.children()]
    total, relus = 0.0, 0
    with torch.inference_mode():
        for layer in layers:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                unit = x / (1e-8 + x.square().sum(1, keepdim=True)).sqrt()
                weights = alexnet.state_dict()[f"lin{relus}.model.1.weight"][0]
                total += float(((unit[0] - unit[1]).square() * weights).sum(0).mean())
                relus += 1
    assert relus == 5
    assert lpips(TRUTHS[0], TRUTHS[1], alexnet)["lpips"] == pytest.approx(total, rel=1e-3)


def test_pictures_too_small_for_alexnet_have_no_lpips(alexnet: nn.Module) -> None:
    small = np.full((LEAST - 1, 90, 3), 9, np.uint8)
    enough = np.full((LEAST, LEAST, 3), 9, np.uint8)
    assert lpips(small, small, alexnet) == {}
    assert lpips(enough, enough, alexnet) == {"lpips": 0}


def test_the_files_fill_the_networks(tmp_path: Path, alexnet: nn.Module) -> None:
    from attnpaint.eval.feature_weights import alexnet as read

    path = alexnet_file(tmp_path / "other.pth", seed=1)
    state = torch.load(path, weights_only=True)
    other = read(path).get_submodule("net").state_dict()
    assert torch.equal(other["slice1.0.weight"], state["features.0.weight"])
    assert torch.equal(other["slice5.10.bias"], state["features.10.bias"])
    assert not torch.equal(
        other["slice1.0.weight"], alexnet.get_submodule("net").state_dict()["slice1.0.weight"]
    )
