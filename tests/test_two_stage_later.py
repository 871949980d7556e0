"""Two stages: any network that takes hints, and what counts when a run is changed afterwards."""

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from attnpaint.cli.app import main
from attnpaint.model.folder import load_model
from attnpaint.training.loop import Trainer
from attnpaint.training.run_folder import RunFolder

pytestmark = pytest.mark.slow

STEPS, SECOND, BUNDLES = 4, 2, 4
THIN = (
    "discriminator.width=4",
    "data.size=32",
    "data.batch_size=2",
    "data.workers=0",
    "data.strangers=0",
    "loss.adversarial_after=0",
    "training.precision=fp32",
    "training.validate_every=0",
    f"refine.steps={SECOND}",
    f"refine.bundles={BUNDLES}",
)
Train = Callable[..., int]


@pytest.fixture
def train(layouts: dict[str, Path], tmp_path: Path) -> Train:
    torch.set_num_threads(1)

    def run(recipe: str, *more: str) -> int:
        settings = [f"--set={one}" for one in (*THIN, *more)]
        options = ["--steps", str(STEPS), "--data", str(layouts["pictures"]), "--device", "cpu"]
        return main(["train", "--recipe", recipe, *options, "--out", str(tmp_path / "run"), *settings])

    return run


@pytest.fixture
def finished(train: Train, tmp_path: Path) -> Path:
    assert train("two-stage", "generator.width=4") == 0
    return tmp_path / "run"


def again(run: Path, *more: str) -> int:
    return main(["train", "--out", str(run), "--device", "cpu", "--resume", *more])


def written(run: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (run / "bundles").glob("*.png")}


@pytest.mark.parametrize(
    ("recipe", "more", "takes"),
    [
        ("auto-painter", ["generator.width=4", "perceptual.weight=0"], ("hint-image", "draft")),
        (
            "sgru-hint",
            ["generator.width=6", "perceptual.weight=0", "generator.variants=3"],
            ("hint-map", "draft"),
        ),
        (
            "attnpaint",
            [
                "generator.widths=[8, 16]",
                "generator.token_width=16",
                'generator.conditioning=["histogram", "tokens", "hint-image"]',
            ],
            ("histogram", "tokens", "hint-image", "draft"),
        ),
    ],
)
def test_any_network_that_takes_hints_has_a_second_stage(
    recipe: str, more: list[str], takes: tuple[str, ...], train: Train, tmp_path: Path
) -> None:
    assert train(recipe, *more) == 0
    assert load_model(tmp_path / "run/model/refine")[1]["recipe"].generator.takes == takes
    assert len(written(tmp_path / "run")) == BUNDLES


def test_a_first_stage_has_no_draft(train: Train, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = 'generator.conditioning=["hint-image", "draft"]'
    for more in (given, "refine.steps=0"):
        assert train("two-stage", "generator.width=4", given, more) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == 1
        assert "the first network has none to paint on; take it out; refine.steps adds" in told
    assert not (tmp_path / "run").exists()


def test_the_first_networks_are_gone_before_the_second_are_built(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, left = list[weakref.ref[nn.Module]](), list[bool]()
    build = Trainer.__init__

    def watched(trainer: Trainer, *given: Any, **more: Any) -> None:
        left.extend(one() is not None for one in made)
        build(trainer, *given, **more)
        nets = trainer.networks
        made.extend(weakref.ref(net) for net in (nets.generator, nets.ema, nets.discriminator))

    monkeypatch.setattr(Trainer, "__init__", watched)
    assert train("two-stage", "generator.width=4") == 0
    assert (len(made), left) == (6, [False] * 3)


def test_a_finished_run_needs_its_bundles_no_more(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (finished / "bundles").iterdir():
        path.unlink()
    capsys.readouterr()
    assert again(finished) == 0
    told = capsys.readouterr().err
    assert "done already (stage 2 of 2, refine); give more refine.steps" in told
    assert "writing bundles" not in told
    assert not written(finished)

    assert again(finished, "--set", f"refine.steps={SECOND + 1}") == 0
    told = capsys.readouterr().err
    assert f"writing bundles for the second stage with drafts of step {STEPS}" in told
    assert len(written(finished)) == BUNDLES
    assert RunFolder(finished).refine.steps == SECOND + 1


def test_a_first_stage_that_goes_on_alone_leaves_the_second_and_says_so(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, refiner = written(finished), finished / "model/refine/model.safetensors"
    learned = refiner.read_bytes()
    capsys.readouterr()
    assert again(finished, "--steps", str(STEPS + 2)) == 0
    told = capsys.readouterr().err
    where = f"{finished / 'bundles'} and {finished / 'refine'}"
    assert "the second network stays as it is, though the first one has learned more; give more" in told
    assert f"or delete {where} to train it anew" in told
    assert written(finished) == before
    assert refiner.read_bytes() == learned
    assert RunFolder(finished).steps == STEPS + 2
