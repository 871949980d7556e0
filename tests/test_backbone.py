"""Frozen networks of timm, all narrow or small: where weights come from, styles, activations."""

import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import PLACES
from safetensors.torch import save_file
from torch import Tensor, nn

from attnpaint.errors import AttnpaintError, UsageError, WeightsMissing
from attnpaint.model.backbone import Features, StyleEncoder, load_backbone, style_width

pytestmark = pytest.mark.skipif(find_spec("timm") is None, reason="timm is not installed")

SMALL = "resnet10t"


@pytest.fixture(autouse=True)
def no_way_out(narrow_vggs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib.request, "urlopen", unreachable)


def unreachable(*given: Any, **options: Any) -> Any:
    raise urllib.error.URLError("no route to host")


@pytest.fixture
def vgg19() -> dict[str, Tensor]:
    """A state under torchvision's names, as its vgg19 has them."""
    generator, state = torch.Generator().manual_seed(5), {}
    inner, index = 3, 0
    for count in PLACES["vgg19"]:
        for _ in range(count):
            state[f"features.{index}.weight"] = torch.randn(2, inner, 3, 3, generator=generator) / 2
            state[f"features.{index}.bias"] = torch.randn(2, generator=generator) / 4
            inner, index = 2, index + 2
        index += 1
    state["classifier.0.weight"] = torch.randn(4096, 2 * 49, generator=generator) / 7
    state["classifier.0.bias"] = torch.randn(4096, generator=generator) / 4
    state["classifier.3.weight"] = torch.zeros(1, 1)  # of what is behind fc1 nothing is looked at
    state["classifier.6.bias"] = torch.zeros(1000)
    return state


def by_hand(state: dict[str, Tensor], x: Tensor, convolutions: int) -> Tensor:
    """A VGG's activation behind so many convolutions and their ReLUs."""
    x = (x + 1) / 2 - torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    x = x / torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    index = done = 0
    for count in PLACES["vgg19"]:
        for _ in range(count):
            bias = state[f"features.{index}.bias"]
            x = nn.functional.conv2d(x, state[f"features.{index}.weight"], bias, padding=1).relu()
            done, index = done + 1, index + 2
            if done == convolutions:
                return x
        x, index = nn.functional.max_pool2d(x, 2), index + 1
    return x


def saved(path: Path, state: dict[str, Tensor]) -> str:
    if path.suffix == ".safetensors":
        save_file(state, path)
    else:
        torch.save({"epoch": 3, "state_dict": state} if path.suffix == ".pt" else state, path)
    return str(path)


def pictures(height: int = 40, width: int = 36) -> Tensor:
    return torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(2)) * 2 - 1


@pytest.mark.parametrize("file", ["vgg19.safetensors", "vgg19.pth", "vgg19.pt"])
def test_torchvisions_vgg_gives_the_activations_that_its_layers_say(
    file: str, tmp_path: Path, vgg19: dict[str, Tensor]
) -> None:
    backbone = load_backbone("vgg19", saved(tmp_path / file, vgg19))
    x = pictures()
    found = Features(backbone, ("conv3_2", "conv1_2", "conv5_4", "conv2_1"))(x)
    for activation, convolutions in zip(found, (6, 2, 16, 3), strict=True):
        torch.testing.assert_close(activation, by_hand(vgg19, x, convolutions))


def test_the_style_of_a_vgg_is_fc1_after_relu(tmp_path: Path, vgg19: dict[str, Tensor]) -> None:
    encoder = StyleEncoder("vgg19", saved(tmp_path / "vgg19.pth", vgg19))
    x = pictures(224, 224)
    seen = nn.functional.max_pool2d(by_hand(vgg19, x, 16), 2).flatten(1)  # 2·7·7
    wanted = (seen @ vgg19["classifier.0.weight"].T + vgg19["classifier.0.bias"]).relu()
    style = encoder(x)
    assert encoder.width == style_width("vgg19") == 4096
    torch.testing.assert_close(style, wanted, rtol=1e-3, atol=1e-3)
    assert style.min() == 0 < style.max()
    assert not style.requires_grad


def test_timms_own_names_give_the_same(tmp_path: Path, vgg19: dict[str, Tensor]) -> None:
    encoder = StyleEncoder("vgg19", saved(tmp_path / "theirs.pth", vgg19))
    state = {f"module.{name}": t.clone() for name, t in encoder.backbone.network.state_dict().items()}
    assert any("pre_logits.fc1.weight" in name for name in state)
    again = StyleEncoder("vgg19", saved(tmp_path / "ours.pt", state))
    x = pictures(50, 70)
    torch.testing.assert_close(encoder(x), again(x))


def test_features_need_no_classifier_in_the_file_but_a_style_does(
    tmp_path: Path, vgg19: dict[str, Tensor]
) -> None:
    bare = {name: tensor for name, tensor in vgg19.items() if name.startswith("features")}
    file = saved(tmp_path / "bare.safetensors", bare)
    Features(load_backbone("vgg19", file), ("conv1_1",))(pictures())
    with pytest.raises(AttnpaintError, match=r"lacks pre_logits\.fc1\.weight and 1 more"):
        StyleEncoder("vgg19", file)


@pytest.mark.parametrize("size", [(1, 1), (30, 90), (300, 224)])
def test_a_reference_of_any_size_has_a_style(
    size: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, width in (("vgg16", 4096), (SMALL, 512)):
        encoder = StyleEncoder(name, "random", size=64)
        style = encoder(pictures(*size))
        assert style.shape == (2, width)
        assert width == encoder.width == style_width(name)
        assert style.isfinite().all()


def test_random_weights_are_always_the_same_and_told_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(1)
    one = load_backbone(SMALL, "random")
    told = capsys.readouterr()
    assert told.err.startswith(f"WARNING: {SMALL} has RANDOM weights")
    assert "--guide-weights FILE" in told.err
    assert told.out == ""
    chance = torch.rand(3)
    torch.manual_seed(1)
    torch.testing.assert_close(chance, torch.rand(3))  # loading has not touched the random state
    torch.manual_seed(2)
    other = load_backbone(SMALL, "random")
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_the_gradient_reaches_the_pictures_and_no_weight() -> None:
    features = Features(load_backbone(SMALL, "random"), ("layer1", "layer2.0"))
    x = pictures(32, 32).requires_grad_()
    torch.stack([activation.square().mean() for activation in features(x)]).sum().backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0
    assert not any(parameter.requires_grad for parameter in features.parameters())


def test_training_does_not_reach_a_backbone() -> None:
    outer = nn.Sequential(Features(load_backbone(SMALL, "random"), ("layer1",)))
    before = outer(pictures())[0]
    outer.train()
    assert not any(module.training for module in outer[0].backbone.modules())
    after = outer(pictures())[0]
    torch.testing.assert_close(before, after)  # batch norm has learnt nothing and looks at no batch


def test_it_runs_no_further_than_asked() -> None:
    features = Features(load_backbone("vgg19", "random"), ("conv1_2", "conv2_2"))
    ran = []
    for index, layer in enumerate(features.backbone.network.features):
        layer.register_forward_hook(lambda *_, index=index: ran.append(index))
    features(pictures(16, 16))
    assert ran == list(range(9))  # the ReLU of the fourth convolution is the last


def test_an_activation_is_not_overwritten_by_the_next_layer(tmp_path: Path, vgg19: dict[str, Tensor]) -> None:
    backbone = load_backbone("vgg19", saved(tmp_path / "vgg19.pth", vgg19))
    before, after, named = Features(backbone, ("features.2", "features.3", "conv1_2"))(pictures())
    assert before.min() < 0 == after.min()
    torch.testing.assert_close(after, before.relu())
    torch.testing.assert_close(after, named)


def test_a_network_of_one_size_gets_that_size() -> None:
    (tokens,) = Features(load_backbone("vit_tiny_patch16_224", "random"), ("blocks.0",))(pictures())
    assert tokens.shape == (2, 1 + 14 * 14, 192)
    (rows,) = Features(load_backbone("swin_tiny_patch4_window7_224", "random"), ("layers.0",))(pictures())
    assert rows.shape == (2, 96, 56, 56)  # not 56×56×96


def test_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no network vgg91; did you mean .*vgg19"):
        load_backbone("vgg91", "random")
    with pytest.raises(UsageError, match="timm cannot make"):
        load_backbone("vgg19.nobody", "random")
    with pytest.raises(UsageError, match=r"no layer conv3_5; did you mean .*conv3_4"):
        Features(load_backbone("vgg19", "random"), ("conv1_2", "conv3_5"))
    with pytest.raises(UsageError, match=r"no layer layer9; did you mean layer\d"):
        Features(load_backbone(SMALL, "random"), ("layer9",))
    with pytest.raises(UsageError, match="no layer of resnet10t is named"):
        Features(load_backbone(SMALL, "random"), ())


def test_another_networks_file_is_refused(tmp_path: Path, vgg19: dict[str, Tensor]) -> None:
    file = saved(tmp_path / "vgg19.pth", vgg19)
    with pytest.raises(AttnpaintError, match=r"no weights of resnet10t: it lacks conv1\.0\.weight"):
        load_backbone(SMALL, file)
    wider = {**vgg19, "features.0.weight": torch.zeros(4, 3, 3, 3)}
    with pytest.raises(AttnpaintError, match=r"features\.0\.weight is \(4, 3, 3, 3\), not \(2, 3, 3, 3\)"):
        load_backbone("vgg19", saved(tmp_path / "wider.pth", wider))


@pytest.mark.parametrize("file", ["bad.safetensors", "bad.pth"])
def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_bytes(b"no weights at all")
    with pytest.raises(AttnpaintError, match=file) as caught:
        load_backbone("vgg19", str(tmp_path / file))
    assert "\n" not in str(caught.value)
    assert "timm/vgg19" in str(caught.value)


def test_a_missing_file_and_an_unreachable_hub_say_where_to_get_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: None)
    for weights, problem in ((str(tmp_path / "none.pth"), "does not exist"), ("hub", "no route to host")):
        with pytest.raises(WeightsMissing, match=problem) as caught:
            load_backbone("vgg19", weights)
        assert caught.value.exit_code == 4
        assert "model.safetensors of https://huggingface.co/timm/vgg19" in caught.value.remedy
        assert "--guide-weights FILE" in caught.value.remedy


def test_an_earlier_download_needs_no_hub(
    tmp_path: Path, vgg19: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    import timm

    state = dict(timm.create_model("vgg19").state_dict())
    state |= {name: tensor for name, tensor in vgg19.items() if name.startswith("features")}
    file = saved(tmp_path / "model.safetensors", state)
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda repository, name: file)
    x = pictures()
    (found,) = Features(load_backbone("vgg19"), ("conv2_2",))(x)
    torch.testing.assert_close(found, by_hand(vgg19, x, 4))


def test_without_timm_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "timm", None)
    with pytest.raises(WeightsMissing, match=r"pip install 'attnpaint\[guide\]'"):
        load_backbone("vgg19", "random")
