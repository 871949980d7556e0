"""A run that is killed, stopped or ended goes on as if nothing had happened, to the last digit."""

import json
import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from training_killing import LAST, MOMENTS, killed

from attnpaint.cli.app import main
from attnpaint.config import Recipe, read_as
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError
from attnpaint.recipe_file import load_recipe
from attnpaint.training.loop import Trainer
from attnpaint.training.processes import launch
from attnpaint.training.run_folder import RunFolder, checkpoints, load_checkpoint, save_checkpoint
from attnpaint.training.tracker import NoTracker

PATIENCE = 300  # seconds for a process to start and take its first steps, on the slowest machine
SETTINGS = (
    "training.checkpoint_every=3",
    "training.validate_every=4",
    "optimiser.schedule=constant",  # so that the number of steps does not change the first ones
    "optimiser.warmup=20",
    "training.precision=fp32",
)


WALL_CLOCK = ("images_per_second", "waiting", "memory")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums are taken in the same order here and in the processes below."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def options(layouts: dict[str, Path], tiny: list[str]) -> list[str]:
    return ["--data", str(layouts["named"]), *tiny, *(f"--set={setting}" for setting in SETTINGS)]


def start(*arguments: str) -> subprocess.Popen[str]:
    """`attnpaint train` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "attnpaint", "train", *arguments],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_steps(process: subprocess.Popen[str], run: Path, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while not (run / "metrics.jsonl").is_file() or len(lines(run)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it does not begin"
        time.sleep(0.01)


def lines(run: Path) -> list[str]:
    return (run / "metrics.jsonl").read_text().splitlines()


def steps(run: Path) -> list[int]:
    return [json.loads(line)["step"] for line in lines(run)]


def numbers(run: Path) -> list[dict[str, float]]:
    """What does not depend on the machine's speed, to the last digit."""
    found = [json.loads(line) for line in lines(run)]
    return [{name: value for name, value in line.items() if name not in WALL_CLOCK} for line in found]


@pytest.mark.slow
def test_a_killed_run_goes_on_as_if_it_never_stopped(options: list[str], tmp_path: Path) -> None:
    cut, whole = tmp_path / "cut", tmp_path / "whole"
    with start(*options, "--out", str(cut), "--steps", "100000") as process:
        try:
            wait_for_steps(process, cut, 8)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    (cut / "checkpoints/.0123456789abcdef0123456789abcdef.part").write_bytes(b"half a checkpoint")
    last = str(len(lines(cut)) + 4)

    assert (
        main(["train", *options[:2], "--out", str(cut), "--device", "cpu", "--steps", last, "--resume"]) == 0
    )
    assert main(["train", *options, "--out", str(whole), "--steps", last]) == 0
    assert numbers(cut) == numbers(whole)
    assert steps(whole) == list(range(1, int(last) + 1))
    assert "discriminator" in json.loads(lines(whole)[-1])
    assert not list(cut.rglob(".*"))
    sheet = f"validation/{int(last):08d}.png"
    assert (cut / sheet).read_bytes() == (whole / sheet).read_bytes()


@pytest.fixture(scope="module")
def whole(layouts: dict[str, Path], tiny: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine steps without a pause. Nothing may be changed in it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    run = tmp_path_factory.mktemp("runs") / "whole"
    settings = [f"--set={setting}" for setting in SETTINGS]
    assert (
        main(
            [
                "train",
                "--data",
                str(layouts["named"]),
                *tiny,
                *settings,
                "--out",
                str(run),
                "--steps",
                str(LAST),
            ]
        )
        == 0
    )
    torch.set_num_threads(threads)
    return run


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.slow
def test_a_run_killed_at_any_moment_goes_on_to_the_last_digit(
    moment: str, options: list[str], whole: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut"
    assert killed(moment, [*options, "--out", str(cut), "--steps", str(LAST)]) == -signal.SIGKILL
    for path in checkpoints(cut / "checkpoints"):
        load_checkpoint(path)
    assert main(["train", "--out", str(cut), "--device", "cpu", "--resume"]) == 0
    assert numbers(cut) == numbers(whole)
    for name in ("validation/00000004.png", "validation/00000009.png"):
        assert (cut / name).read_bytes() == (whole / name).read_bytes()
    for model in ("model", "best"):
        first, second = (load_file(run / model / "model.safetensors") for run in (cut, whole))
        assert all(torch.equal(first[name], second[name]) for name in second)
    assert (cut / "examples.jsonl").read_bytes() == (whole / "examples.jsonl").read_bytes()
    kept = [path.name for path in checkpoints(whole / "checkpoints")]
    assert [path.name for path in checkpoints(cut / "checkpoints")] == kept
    assert not list(cut.rglob(".*"))


@pytest.mark.parametrize(("number", "code", "workers"), [(signal.SIGINT, 130, 1), (signal.SIGTERM, 0, 1)])
@pytest.mark.slow
def test_a_stopped_run_says_how_to_go_on_and_does(
    number: signal.Signals, code: int, workers: int, options: list[str], tmp_path: Path
) -> None:
    run, settings = tmp_path / "a run", ["--set", f"data.workers={workers}"]
    with start(*options, "--out", str(run), "--steps", "100000", *settings) as process:
        try:
            wait_for_steps(process, run, 2)
            for pause in (0, 0.02, 0.1):  # terminals and schedulers send it to all, and more than once
                time.sleep(pause)
                os.killpg(process.pid, number)
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode == code, err
    assert out == ""
    done = steps(run)[-1]
    told = err.splitlines()[-1].removeprefix("attnpaint: ")
    assert told.startswith(f"stopped after step {done}; go on with: attnpaint train ")
    assert "Traceback" not in err
    assert err.count("stopped after") == 1
    assert checkpoints(run / "checkpoints")[-1].name == f"step-{done:08d}.pt"
    assert (run / "model/model.safetensors").is_file()

    words = shlex.split(told.partition("go on with: ")[2])
    assert main([*words[1:], "--steps", str(done + 3)]) == 0
    assert steps(run) == list(range(1, done + 4))
    assert "--device cpu" in told


@pytest.mark.slow
def test_the_ancestor_resumes_exactly_though_it_drops_channels_at_random(
    layouts: dict[str, Path], tmp_path: Path
) -> None:
    settings = [
        "generator.width=2",
        "discriminator.width=4",
        "data.size=64",
        "data.batch_size=2",
        "data.workers=0",
    ]
    every = ["training.steps=4", "training.checkpoint_every=2"]
    recipe = load_recipe("attentioned-deep-paint", [*settings, *every])
    items = find_items([layouts["named"]]).items

    def losses(folder: str, checkpoint: Path | None = None) -> dict[int, float]:
        trainer = Trainer(recipe, launch("cpu"), RunFolder(tmp_path / folder))
        if checkpoint:
            trainer.resume(checkpoint)
        found: dict[int, float] = {}
        trainer.run(items, None, NoTracker(), lambda step, numbers: found.update({step: numbers["loss"]}))
        return found

    whole = losses("whole")
    assert list(whole) == [1, 2, 3, 4]
    middle, end = checkpoints(tmp_path / "whole/checkpoints")
    assert (middle.name, end.name) == ("step-00000002.pt", "step-00000004.pt")
    assert losses("resumed", middle) == {step: whole[step] for step in (3, 4)}


def test_a_resumed_run_takes_the_options_that_it_is_given(options: list[str], tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    assert main(["train", *options, "--out", str(run.root), "--steps", "1", "--tracker", "none"]) == 0
    last = run.last_checkpoint()
    assert last is not None
    recipe = read_as(Recipe, run.read_config() | {"optimiser": {"weight_decay": 0.5, "betas": [0.1, 0.2]}})
    trainer = Trainer(recipe, launch("cpu"), run)
    trainer.resume(last)
    for part in (trainer.networks.generator_optimiser, trainer.networks.discriminator_optimiser):
        assert (part.param_groups[0]["weight_decay"], part.param_groups[0]["betas"]) == (0.5, (0.1, 0.2))
    assert trainer.networks.generator_optimiser.state


def test_a_run_is_not_shortened_below_what_is_done(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(tmp_path / "run")
    assert main(["train", *options, "--out", run, "--steps", "3"]) == 0
    assert main(["train", "--out", run, "--device", "cpu", "--resume", "--steps", "2"]) == 0
    assert "step 3 of 2 is done already" in capsys.readouterr().err
    assert json.loads((tmp_path / "run/config.json").read_text())["training"]["steps"] == 3


def test_other_pictures_than_a_run_began_with_are_told(
    layouts: dict[str, Path], options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["--out", str(tmp_path / "run"), "--device", "cpu", "--no-graph"]
    assert main(["train", *options, *run, "--steps", "1"]) == 0
    again = ["train", *run, "--resume", "--steps"]
    assert main([*again, "2"]) == 0
    assert "with others" not in capsys.readouterr().err
    assert main([*again, "3", "--data", str(layouts["pictures"])]) == 0
    assert "these are not the pictures that the run began with" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["--init", "--resume"])
def test_a_checkpoint_of_another_program_is_told_from_a_runs_own(
    how: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = tmp_path / "foreign"
    save_checkpoint(foreign / "checkpoints", 1, {"state_dict": torch.zeros(2)})
    given = ["--init", str(foreign), "--out", str(tmp_path / "run")]
    assert (
        main(["train", *options, *(given if how == "--init" else ["--resume", "--out", str(foreign)])]) == 1
    )
    assert "was made by another recipe than attnpaint-1; use its recipe" in capsys.readouterr().err


def test_the_last_checkpoints_and_the_best_are_kept(tmp_path: Path) -> None:
    for step in (5, 10, 15, 20, 100):
        save_checkpoint(tmp_path, step, {"step": step}, keep=2, best=10 if step > 5 else 5)
    assert [load_checkpoint(path) for path in checkpoints(tmp_path)] == [
        {"step": 10},
        {"step": 20},
        {"step": 100},
    ]


def test_the_best_model_is_that_of_the_best_validation(whole: Path) -> None:
    psnr = {line["step"]: line["validation/psnr"] for line in numbers(whole) if "validation/psnr" in line}
    best = max(psnr, key=lambda step: psnr[step])
    facts = json.loads((whole / "best/config.json").read_text())
    assert (facts["steps"], facts["psnr"]) == (best, round(psnr[best], 3))
    assert json.loads((whole / "model/config.json").read_text())["steps"] == 9
    assert f"step-{best:08d}.pt" in {path.name for path in checkpoints(whole / "checkpoints")}


def test_a_full_disk_is_said_so_and_leaves_the_last_good_checkpoint(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert main(["train", *options, "--out", str(run), "--steps", "3", "--tracker", "none"]) == 0
    (last,) = checkpoints(run / "checkpoints")
    again = ["train", "--out", str(run), "--device", "cpu", "--steps", "6", "--tracker", "none", "--resume"]
    again.append("--no-graph")
    free = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (last.stat().st_size // 2, free[1]))
    try:
        assert main([*again, "--set", "training.validate_every=0"]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, free)
    told = capsys.readouterr().err.splitlines()[-1]
    assert "step-00000006.pt cannot be written (file too large); choose a folder" in told
    assert list((run / "checkpoints").iterdir()) == [last]
    assert main(again) == 0
    assert checkpoints(run / "checkpoints")[-1].name == "step-00000006.pt"


class Trap:
    """Runs a call when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("sprung",)


@pytest.mark.parametrize("damage", ["cut", "empty", "noise", "code"])
def test_a_checkpoint_that_cannot_be_read_is_said_so_and_runs_nothing(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = save_checkpoint(tmp_path, 1, {"weights": torch.zeros(1000)})
    match damage:
        case "cut":
            path.write_bytes(path.read_bytes()[:2000])
        case "empty":
            path.write_bytes(b"")
        case "noise":
            path.write_bytes(b"no checkpoint" * 100)
        case "code":
            torch.save({"weights": Trap()}, path)
    with pytest.raises(AttnpaintError, match="is no checkpoint that can be read") as caught:
        load_checkpoint(path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "sprung").exists()
