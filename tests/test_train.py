"""`attnpaint train`: every layout of data, what a run leaves in its folder, and how it refuses."""

import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from attnpaint.cli.app import main
from attnpaint.data.layouts import Layout
from attnpaint.images import read_picture, write_picture
from attnpaint.model.discriminator import Judged, PatchDiscriminator
from attnpaint.model.folder import DEFAULT_MODEL, load_model
from attnpaint.training.objective import Objective
from attnpaint.training.step import AdversarialStep

SAMPLES = Path(__file__).parents[1] / "assets/samples/colors"
COLORS = sorted(SAMPLES.glob("*.webp"))
DRAWING = Path(__file__).parents[1] / "assets/drawings/dragon.png"
REFERENCE = Path(__file__).parents[1] / "assets/references/rose.png"


def train(*arguments: str | Path) -> int:
    return main(["train", *map(str, arguments)])


def metrics(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def run(layouts: dict[str, Path], tiny: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three steps. Nothing may be changed in it."""
    folder = tmp_path_factory.mktemp("runs") / "done"
    assert train("--data", layouts["named"], "--out", folder, "--steps", "3", *tiny) == 0
    return folder


@pytest.mark.parametrize(
    ("data", "layout", "pictures", "drawn"),
    [
        (["pictures"], Layout.pictures, 16, 0),
        (["shards"], Layout.pictures, 16, 0),
        (["sides"], Layout.sides, 4, 4),
        (["twins"], Layout.twins, 4, 4),
        (["twins/color", "twins/line"], Layout.twins, 4, 4),
        (["named"], Layout.named, 4, 4),
    ],
)
def test_every_layout_trains(
    data: list[str],
    layout: Layout,
    pictures: int,
    drawn: int,
    layouts: dict[str, Path],
    tiny: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run, root = tmp_path / "run", layouts["pictures"].parent
    given = [word for name in data for word in ("--data", root / name)]
    assert train(*given, "--out", run, "--steps", "10", "--set", "training.validate_every=5", *tiny) == 0

    shown = capsys.readouterr()
    assert shown.out == ""
    said = shown.err.splitlines()
    assert said[0] == f"data: {pictures} pictures, {drawn} with their own drawing: {layout}"
    assert said[-1] == f"done: 10 steps; model: {run / 'model'}"

    numbers = metrics(run)
    assert [line["step"] for line in numbers] == list(range(1, 11))
    assert all(math.isfinite(value) for line in numbers for value in line.values())
    assert all(
        {"loss", "l1", "palette", "grad_norm/generator", "lr/generator"} <= set(line) for line in numbers
    )
    assert ["discriminator" in line for line in numbers] == [False] * 2 + [True] * 8
    assert [line["step"] for line in numbers if "validation/psnr" in line] == [5, 10]

    for name in ("00000005.png", "00000010.png"):
        sheet = read_picture(run / "validation" / name)
        assert sheet.shape[0] > 8 * 32
        assert np.ptp(sheet, axis=2).max() > 0
    assert {path.parent.name for path in (run / "attention").rglob("*.png")} == {"gate-1", "pointer"}

    _, facts = load_model(run / "model")
    assert facts["steps"] == 10
    assert json.loads((run / "config.json").read_text()) == json.loads(json.dumps(facts["recipe"].to_dict()))


def test_colorize_paints_with_the_model_of_a_run(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "painted.png"
    code = main(
        ["colorize", str(DRAWING), "--ref", str(REFERENCE), "-o", str(output), "--model", str(run / "model"),
         "--device", "cpu", "--json"]
    )  # fmt: skip
    assert code == 0
    assert json.loads(capsys.readouterr().out)["model"] == str(run / "model")
    assert read_picture(output).shape[:2] == read_picture(DRAWING).shape[:2]


@pytest.mark.slow
def test_the_recipe_of_the_ancestor_trains(layouts: dict[str, Path], tmp_path: Path) -> None:
    settings = (
        "generator.width=2",
        "discriminator.width=4",
        "data.size=64",
        "data.batch_size=2",
        "data.workers=0",
    )
    given = ["--recipe", "attentioned-deep-paint", "--data", layouts["named"], "--out", tmp_path / "run"]
    smaller = [f"--set={setting}" for setting in settings]
    assert train(*given, "--steps", "3", "--device", "cpu", *smaller) == 0
    assert [line["step"] for line in metrics(tmp_path / "run")] == [1, 2, 3]
    assert all("discriminator" in line for line in metrics(tmp_path / "run"))
    assert load_model(tmp_path / "run/model")[1]["recipe"].generator.kind == "attention-unet"
    assert len(list((tmp_path / "run/attention").iterdir())) == 6


@pytest.mark.slow
def test_an_odd_picture_size_trains(layouts: dict[str, Path], tiny: list[str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert (
        train("--data", layouts["named"], "--out", out, "--steps", "1", *tiny, "--set", "data.size=33") == 0
    )
    assert (out / "validation/00000001.png").is_file()


def test_without_data_it_takes_the_folder_data(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(layouts["twins"], tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    assert train("--out", "run", "--steps", "1", "--tracker", "none", *tiny) == 0
    assert (tmp_path / "run/model/model.safetensors").is_file()
    assert not (tmp_path / "run/metrics.jsonl").exists()  # --tracker none


def test_validation_pictures_may_be_given(layouts: dict[str, Path], tiny: list[str], tmp_path: Path) -> None:
    given = ["--data", layouts["pictures"], "--validation", layouts["named"], "--out", tmp_path / "run"]
    assert train(*given, "--steps", "1", *tiny) == 0
    assert len((tmp_path / "run/examples.jsonl").read_text().splitlines()) >= 4


@pytest.mark.parametrize("inside", ["", "model"])
def test_init_starts_from_the_networks_of_another_run_or_a_models(
    inside: str, run: Path, layouts: dict[str, Path], tiny: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    still = ["--steps", "1", *tiny, "--set", "optimiser.lr=0.0", "--set", "training.ema=0.0"]
    assert train("--data", layouts["named"], "--out", out, "--init", run / inside, *still) == 0
    first = load_model(run / "model")[0].state_dict()
    second = load_model(out / "model")[0].state_dict()
    assert all((first[name] - second[name]).abs().max() < 0.05 for name in first)
    assert [line["step"] for line in metrics(out)] == [1]


@pytest.mark.parametrize(
    ("folder", "says"),
    [
        (DEFAULT_MODEL, "was made by another recipe than attnpaint-1; use its recipe"),
        (Path("tests"), "is no model folder"),
    ],
)
def test_init_refuses_a_model_of_another_recipe_and_what_is_none(
    folder: Path,
    says: str,
    layouts: dict[str, Path],
    tiny: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert train("--data", layouts["named"], "--out", tmp_path / "run", "--init", folder, *tiny) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--set", "training.step=3"], "unknown recipe key training.step; did you mean training.steps?"),
        (["--set", "loss.gan=wgan"], "choose from: bce, lsgan, hinge"),
        (["--set", "generator.widths=[10]"], "give multiples of 8"),
        (["--recipe", "nothing"], "no recipe nothing"),
        (["--set", "data.strangers=2"], "data.strangers = 2.0 cannot work"),
        (["--set", "training.ema=5"], "training.ema = 5.0 cannot work"),
        (["--set", "optimiser.lr=-1"], "optimiser.lr = -1.0 cannot work; give 0 or more"),
        (["--set", "optimiser.betas=[0.5,1.5]"], "give two shares below 1"),
        (["--set", "data.noise=nan"], "data.noise = nan cannot work; give 0 to 1"),
        (["--set", "loss.r1=1.0", "--set", "discriminator.norm=batch"], "give discriminator.norm spectral"),
        (["--tracker", "csv"], "'csv' is not one of 'jsonl', 'wandb', 'none'"),
        (["--device", "tpu"], "'tpu' is not one of 'auto', 'cpu', 'cuda', 'mps'"),
        (["--resume", "--init", "run"], "give one of them"),
        (["--data", "nowhere"], "nowhere does not exist"),
        ([], "there is no ./data to train on; give --data"),
    ],
)
def test_wrong_usage_is_one_line_and_leaves_nothing(
    arguments: list[str],
    says: str,
    layouts: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    data = [] if not arguments or "--data" in arguments else ["--data", layouts["named"]]
    assert train(*data, *arguments, "--out", "run") == (1 if "nowhere" in says else 2)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert says in shown.err
    assert shown.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def refused(run: Path, layouts: dict[str, Path], *arguments: str) -> int:
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    code = train("--data", layouts["named"], "--out", run, *arguments)
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before
    return code


def test_a_second_run_into_the_same_folder_is_refused(
    run: Path, layouts: dict[str, Path], tiny: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(run, layouts, "--steps", "3", *tiny) == 2
    assert "holds a run already; add --resume" in capsys.readouterr().err


def test_there_must_be_something_to_resume(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(tmp_path / "run", layouts, "--resume", *tiny) == 2
    assert "holds no run to resume; start it without --resume" in capsys.readouterr().err


def test_a_run_is_not_resumed_with_another_recipe(
    run: Path, layouts: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(run, layouts, "--resume", "--set", "generator.widths=[8, 24]", "--device", "cpu") == 1
    assert "was made by another recipe" in capsys.readouterr().err


def test_a_finished_run_says_so(
    run: Path, layouts: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("--data", layouts["named"], "--out", run, "--resume", "--device", "cpu", "--no-graph") == 0
    assert "step 3 of 3 is done already; give more --steps" in capsys.readouterr().err
    assert len(metrics(run)) == 3


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """Four pictures with a whole head and half a body."""
    folder = tmp_path / "cut"
    folder.mkdir()
    for i, path in enumerate(COLORS[:4]):
        write_picture(folder / f"{i}.png", read_picture(path))
        data = (folder / f"{i}.png").read_bytes()
        (folder / f"{i}.png").write_bytes(data[: len(data) // 2])
    return folder


@pytest.mark.slow
def test_pictures_that_cannot_be_read_stop_a_run_with_one_line_though_a_worker_met_them(
    cut: Path, tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = [*tiny, "--set", "data.workers=1"]
    assert train("--data", cut, "--validation", SAMPLES, "--out", tmp_path / "run", *settings) == 1
    assert (
        capsys.readouterr().err.splitlines()[-1].startswith("attnpaint: 20 pictures in a row cannot be read")
    )


def test_pictures_that_cannot_be_read_are_left_out_listed_and_counted(
    cut: Path, layouts: dict[str, Path], tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, run = tmp_path / "data", tmp_path / "run"
    shutil.copytree(layouts["pictures"], data)
    shutil.copy(cut / "0.png", data / "cut.png")
    (data / "text.png").write_bytes(b"not a picture")
    given = ["--data", data, "--validation", SAMPLES, "--out", run, "--steps", "10"]
    assert train(*given, *tiny) == 0
    said = capsys.readouterr().err
    assert "1 cannot be read and are left out, the first: text.png" in said
    assert f"pictures that could not be read: {run / 'unreadable.txt'}" in said
    listed = (run / "unreadable.txt").read_text().splitlines()
    assert [line.split()[0] for line in listed] == ["text.png", "cut.png"]
    assert [line["step"] for line in metrics(run)] == list(range(1, 11))


def test_a_batch_larger_than_the_data_is_refused(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--data", layouts["named"], "--out", tmp_path / "run", *tiny, "--set", "data.batch_size=5"]
    assert train(*given) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("attnpaint: a batch of 5 is larger than the data (4 pictures); give more --data")
    assert not (tmp_path / "run").exists()


def test_a_dry_run_shows_recipe_and_cost_and_writes_nothing(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert train("--data", layouts["named"], "--out", run, *tiny, "--steps", "9", "--dry-run") == 0
    said = capsys.readouterr()
    shown = json.loads(said.out)
    assert (shown["data"]["size"], shown["training"]["steps"]) == (32, 9)
    assert re.search(
        r"GFLOP a picture, [\d.]+ GiB of memory, [\d.]+ images/s: 0.0 hours for 9 steps", said.err
    )
    assert not run.exists()


def test_a_step_without_a_sound_loss_is_skipped_and_counted(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, stepped = Objective.__call__, AdversarialStep.__call__
    before: list[torch.Tensor] = []

    def watched(self: AdversarialStep, *inputs: Any) -> dict[str, float]:
        before.append(next(self.networks.generator.parameters()).detach().clone())
        return stepped(self, *inputs)

    def sometimes(self: Objective, *inputs: Any) -> dict[str, torch.Tensor]:
        losses = wanted(self, *inputs)
        return {**losses, "l1": losses["l1"] * math.nan} if len(before) == 2 else losses

    monkeypatch.setattr(AdversarialStep, "__call__", watched)
    monkeypatch.setattr(Objective, "__call__", sometimes)
    run = tmp_path / "run"
    assert train("--data", layouts["named"], "--out", run, *tiny, "--steps", "3") == 0
    first, second, third = metrics(run)[:3]
    assert second["skipped"] == 1
    assert "loss" not in second
    assert "loss" in first
    assert "loss" in third
    assert not torch.equal(before[0], before[1])
    assert torch.equal(before[1], before[2])


def test_one_wrong_look_of_the_discriminator_is_forgotten(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, whole = 0, PatchDiscriminator.forward

    def sometimes(self: PatchDiscriminator, sketch: torch.Tensor, image: torch.Tensor) -> Judged:
        nonlocal looks
        looks += 1
        return whole(self, sketch, image * math.nan if looks == 2 else image)

    monkeypatch.setattr(PatchDiscriminator, "forward", sometimes)
    run, settings = tmp_path / "run", ["--set", "loss.lecam=0.3", "--set", "loss.adversarial_after=0"]
    assert train("--data", layouts["named"], "--out", run, *tiny, *settings, "--steps", "3") == 0
    first, *others = metrics(run)
    assert first["skipped"] == 1
    assert "discriminator" not in first
    assert all({"discriminator", "lecam", "loss"} <= set(line) for line in others)


def test_a_loss_that_is_no_number_stops_the_run_before_it_is_saved(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    arguments = ["--data", layouts["named"], "--out", run, *tiny, "--set", "loss.l1=1e39", "--steps", "12"]
    assert train(*arguments) == 1
    assert (
        "10 steps in a row, until step 10, gave no number for grad_norm/generator, l1, loss"
        in capsys.readouterr().err
    )
    assert not list(run.rglob("*.pt"))


def test_a_resumed_run_remembers_its_pictures(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert train("--data", layouts["sides"], "--out", run, "--steps", "1", *tiny) == 0
    assert train("--out", run, "--resume", "--steps", "2", "--device", "cpu", "--no-graph") == 0
    assert capsys.readouterr().err.count("side-by-side pairs") == 2
    assert len(metrics(run)) == 2
