"""What `make bench` prints, with the slow parts stood in for."""

from pathlib import Path

import pytest
import torch
from tiny_model import TINY

from attnpaint.config import DataConfig, GeneratorConfig, GuideConfig, Recipe, RefineConfig
from attnpaint.inference import benchmark
from attnpaint.model.build import build_generator
from attnpaint.model.folder import save_model

pytestmark = pytest.mark.slow


def test_the_ancestors_time_is_told_in_times_of_the_default_networks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(generator=TINY, data=DataConfig(size=96))
    save_model(tmp_path, build_generator(recipe.generator), recipe, {})
    seconds = {"fp32": 30.0, "bf16": 20.0}

    def ancestor(device: torch.device, precision: str, side: int) -> float:
        assert side == 96  # as large as the model paints
        return seconds[precision]

    monkeypatch.setattr(benchmark, "ancestor_seconds", ancestor)
    monkeypatch.setattr(
        benchmark, "process_seconds", lambda *arguments: 3.0 if "colorize" in arguments else 0.1
    )
    figures = benchmark.benchmark(tmp_path)
    assert figures["colorize_process"] == 3.0
    assert figures["version_process"] == 0.1
    assert figures["network"] > 0
    assert figures["ratio_fp32"] == pytest.approx(30 / figures["network"])
    assert figures["ratio_bf16"] == pytest.approx(20 / figures["network"])


@pytest.mark.parametrize(
    "net",
    [
        TINY,
        GeneratorConfig(kind="attention-unet", width=2),
        GeneratorConfig(kind="double-conv-unet", conditioning=("hint-image", "style"), width=2),
    ],
)
def test_any_recipes_networks_are_timed(net: GeneratorConfig) -> None:
    recipe = Recipe(generator=net, guide=GuideConfig(width=8))
    assert benchmark.network_seconds(recipe, torch.device("cpu")) > 0


def test_a_second_stage_is_timed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    net = GeneratorConfig(kind="double-conv-unet", conditioning=("hint-image",), sketch_channels=1, width=2)
    built: list[GeneratorConfig] = []

    def build(config: GeneratorConfig, style: int) -> torch.nn.Module:
        built.append(config)
        return build_generator(config, style)

    monkeypatch.setattr(benchmark, "build_generator", build)
    benchmark.network_seconds(Recipe(generator=net, refine=RefineConfig(steps=1)), torch.device("cpu"))
    assert [config.takes for config in built] == [("hint-image",), ("hint-image", "draft")]
