"""Networks that look at pictures: what is missing is told before anything is loaded or read."""

from pathlib import Path

import pytest

from attnpaint.cli.app import main
from attnpaint.config import GuideConfig
from attnpaint.errors import UsageError, WeightsMissing
from attnpaint.model.backbone import check_backbones, load_backbone, style_encoder
from attnpaint.recipe_file import load_recipe

pytestmark = pytest.mark.usefixtures("narrow_vggs")


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: None)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.mark.parametrize("recipe", ["style2paints-v1", "sgru"])
@pytest.mark.parametrize(
    ("weights", "says"), [("nowhere/vgg.pth", "does not exist"), ("hub", "cannot be reached")]
)
def test_training_says_so_before_it_looks_for_pictures(
    recipe: str,
    weights: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    given = ["--data", "no-such-data", "--guide-weights", weights, "--out", "run"]
    assert main(["train", "--recipe", recipe, *given]) == 4
    told = capsys.readouterr().err
    assert says in told
    assert "--guide-weights FILE" in told
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_networks_that_a_recipe_does_not_use_are_not_asked_for() -> None:
    for name in ("attnpaint", "sgru-ssn", "two-stage"):
        check_backbones(load_recipe(name))
    for name in ("sgru", "style2paints-v1"):
        check_backbones(load_recipe(name, ["guide.weights=random", "perceptual.weights=random"]))


def test_a_style_of_another_width_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match=r"guide\.width = 9, but vgg19 gives 4096 numbers"):
        style_encoder(GuideConfig(width=9, weights="nowhere/vgg.pth"))
    recipe = load_recipe("style2paints-v1", ["guide.backbone=resnet10t"])
    with pytest.raises(UsageError, match=r"guide\.width = 4096, but resnet10t gives 512 numbers") as caught:
        check_backbones(recipe)
    assert caught.value.remedy == "give --set guide.width=512"


def test_weights_may_be_others_than_the_recipes() -> None:
    assert style_encoder(GuideConfig(weights="nowhere/vgg.pth"), "random").width == 4096
    with pytest.raises(WeightsMissing, match="does not exist"):
        style_encoder(GuideConfig(weights="random"), Path("nowhere/vgg.pth"))


def test_a_bare_name_is_what_a_model_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WeightsMissing, match=r"vgg\.pth is not in this folder, and a model keeps") as caught:
        load_backbone("vgg19", "vgg.pth")
    assert caught.value.remedy.startswith("give --guide-weights with its path, or fetch model.safetensors")
