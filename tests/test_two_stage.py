"""A draft and a network that refines it: one command, bundles from the half-trained draft, and going on."""

import json
import shlex
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from attnpaint.cli.app import main
from attnpaint.data import bundles
from attnpaint.data.bundles import read_bundle
from attnpaint.model.conditioning import Conditioning
from attnpaint.model.folder import load_model
from attnpaint.recipe_file import load_recipe
from attnpaint.training.conditions import evaluating, paint
from attnpaint.training.run_folder import checkpoints, load_checkpoint
from attnpaint.training.step import AdversarialStep

pytestmark = pytest.mark.slow

STEPS, HALF, SECOND, BUNDLES, SIZE = 5, 2, 4, 10, 32
SETTINGS = (
    "generator.width=4",
    "discriminator.width=4",
    f"data.size={SIZE}",
    "data.workers=0",
    "training.pool=4",
    "training.precision=fp32",
    "training.checkpoint_every=3",
    "training.validate_every=4",
    f"refine.steps={SECOND}",
    f"refine.bundles={BUNDLES}",
)
WALL_CLOCK = ("images_per_second", "waiting", "memory")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def options(layouts: dict[str, Path]) -> list[str]:
    settings = [f"--set={setting}" for setting in SETTINGS]
    data = ["--data", str(layouts["pictures"]), "--device", "cpu"]
    return ["train", "--recipe", "two-stage", "--steps", str(STEPS), *data, *settings]


@pytest.fixture(scope="module")
def whole(options: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run without a pause. Nothing may be changed in it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    run = tmp_path_factory.mktemp("runs") / "whole"
    assert main([*options, "--out", str(run)]) == 0
    torch.set_num_threads(threads)
    return run


def numbers(run: Path) -> list[dict[str, float]]:
    found = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name not in WALL_CLOCK} for line in found]


def check_same(run: Path, whole: Path) -> None:
    for part in ("", "refine"):
        assert numbers(run / part) == numbers(whole / part)
        assert (run / part / "examples.jsonl").read_bytes() == (whole / part / "examples.jsonl").read_bytes()
    pictures = sorted((whole / "bundles").iterdir())
    assert [path.name for path in sorted((run / "bundles").iterdir())] == [path.name for path in pictures]
    assert all((run / "bundles" / path.name).read_bytes() == path.read_bytes() for path in pictures)
    for model in ("model", "model/refine", "best", "refine/best"):
        one, other = (load_file(root / model / "model.safetensors") for root in (run, whole))
        assert all(torch.equal(one[name], other[name]) for name in other)
    assert not list(run.rglob(".*"))


def test_a_run_leaves_bundles_and_two_models(whole: Path) -> None:
    assert [line["step"] for line in numbers(whole)] == list(range(1, STEPS + 1))
    assert [line["step"] for line in numbers(whole / "refine")] == list(range(1, SECOND + 1))
    for run, last in ((whole, STEPS), (whole / "refine", SECOND)):
        assert [line["step"] for line in numbers(run) if "validation/psnr" in line] == sorted({4, last})
        assert (run / f"validation/{last:08d}.png").is_file()
    assert len(list((whole / "bundles").iterdir())) == BUNDLES
    draft, refined = load_model(whole), load_model(whole / "model/refine")
    assert draft[1]["recipe"].generator.takes == ("hint-image",)
    assert refined[1]["recipe"].generator.takes == ("hint-image", "draft")
    assert (draft[1]["steps"], refined[1]["steps"]) == (STEPS, SECOND)
    planes = [next(network.parameters()).shape[1] for network, _ in (draft, refined)]
    assert planes == [4, 7]
    assert not (whole / "refine/model").exists()


def test_bundles_hold_what_the_half_trained_network_paints(
    whole: Path, options: list[str], tmp_path: Path
) -> None:
    run, recipe = tmp_path / "half", load_recipe("two-stage", SETTINGS)
    assert main([*options, "--set", "refine.steps=0", "--steps", str(HALF), "--out", str(run)]) == 0
    network, _ = load_model(run)
    average = load_checkpoint(checkpoints(run / "checkpoints")[-1])["networks"]["ema"]
    network.load_state_dict(
        {name[7:]: value for name, value in average.items() if name.startswith("module.")}
    )
    still = replace(recipe.data, flip=False)
    for batch in bundles.batches(bundles.bundles(whole / "bundles", BUNDLES), still, 0, 0, 3):
        assert batch.draft is not None
        with torch.no_grad(), evaluating(network):
            painted = paint(network, recipe, batch.sketch, Conditioning(hint=batch.hint)).image
        assert (painted - batch.draft).abs().max() < 0.51 / 127.5  # a bundle has 256 steps


def test_each_bundle_is_another_picture(whole: Path) -> None:
    items = bundles.bundles(whole / "bundles", BUNDLES)
    tiles = [read_bundle(item, SIZE) for item in items]
    assert len({one[0].tobytes() for one in tiles}) == BUNDLES
    for truth, sketch, draft, hint in tiles:
        asked = hint[..., 3] > 0
        assert 0 < asked.mean() < 1
        assert (hint[asked] == truth[asked]).all()
        assert (sketch[..., 0] == sketch[..., 1]).all()
        assert (draft[..., :3] != truth[..., :3]).any()


class Crash(Exception):
    """As if the process had been killed."""


def crash(*_: object) -> None:
    raise Crash


def press(*_: object) -> None:
    signal.raise_signal(signal.SIGINT)


def before(owner: Any, name: str, call: int, act: Callable[..., None], patch: pytest.MonkeyPatch) -> None:
    """Call number `call` of this function is preceded by something else."""
    calls, otherwise = 0, getattr(owner, name)

    def function(*inputs: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            act()
        return otherwise(*inputs, **options)

    patch.setattr(owner, name, function)


PLACES = {
    "within the first half": (AdversarialStep, "_teach_generator", HALF),
    "between bundles": (bundles, "write_bundle", 6),
    "within the second half": (AdversarialStep, "_teach_generator", HALF + 1),
    "at the last step of the draft": (AdversarialStep, "_teach_generator", STEPS),
    "within the refiner": (AdversarialStep, "_teach_generator", STEPS + 2),
    "after a checkpoint of the refiner": (AdversarialStep, "_teach_generator", STEPS + SECOND),
}
LAST = {  # step and stage that a Ctrl-C there leaves
    "within the first half": (HALF, "stage 1 of 2, draft"),
    "between bundles": (HALF, "stage 1 of 2, draft"),
    "within the second half": (HALF + 1, "stage 1 of 2, draft"),
    "at the last step of the draft": (STEPS, "stage 1 of 2, draft"),
    "within the refiner": (2, "stage 2 of 2, refine"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_run_that_crashed_anywhere_goes_on_to_the_same_numbers(
    place: str, options: list[str], whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = str(tmp_path / "run")
    with monkeypatch.context() as patch:
        before(*PLACES[place], crash, patch)
        with pytest.raises(Crash):
            main([*options, "--out", run])
    assert main(["train", "--out", run, "--device", "cpu", "--resume"]) == 0
    check_same(tmp_path / "run", whole)


@pytest.mark.parametrize("place", LAST)
def test_ctrl_c_anywhere_says_how_to_go_on_and_does(
    place: str,
    options: list[str],
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    step, stage = LAST[place]
    with monkeypatch.context() as patch:
        before(*PLACES[place], press, patch)
        assert main([*options, "--out", str(tmp_path / "run")]) == 130
    signal.signal(signal.SIGINT, signal.default_int_handler)
    told = capsys.readouterr().err.splitlines()[-1].removeprefix("attnpaint: ")
    assert told.startswith(f"stopped after step {step} ({stage}); go on with: attnpaint train ")
    written = list((tmp_path / "run/bundles").glob("*.png"))
    assert (len(written) == BUNDLES) is (place not in ("within the first half", "between bundles"))
    assert main(shlex.split(told.partition("go on with: ")[2])[1:]) == 0
    check_same(tmp_path / "run", whole)


def test_it_says_which_stage_runs_and_what_is_done(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert main([*options, "--out", str(run)]) == 0
    said = capsys.readouterr().err.splitlines()[2:]
    assert said[0].startswith("recipe: two-stage (stage 1 of 2, draft), ")
    assert said[1] == f"writing bundles for the second stage with drafts of step {HALF}: {run / 'bundles'}"
    assert said[2].startswith(f"stage 1 of 2, draft: step {STEPS}/{STEPS}")
    assert said[3].startswith("recipe: two-stage (stage 2 of 2, refine), ")
    assert said[4].startswith(f"stage 2 of 2, refine: step {SECOND}/{SECOND}")
    assert said[5] == f"done: {SECOND} steps (stage 2 of 2, refine); model: {run / 'model'}"
    again = ["train", "--out", str(run), "--device", "cpu", "--resume"]
    assert main(again) == 0
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"step {SECOND} of {SECOND} is done already (stage 2 of 2, refine); give more")

    kept = {path: path.stat().st_mtime_ns for path in (run / "bundles").iterdir()}
    assert main([*again, "--steps", "6", "--set", "refine.steps=5"]) == 0  # both go on
    assert {path: path.stat().st_mtime_ns for path in (run / "bundles").iterdir()} == kept
    assert [line["step"] for line in numbers(run)][-1] == 6
    assert [line["step"] for line in numbers(run / "refine")][-1] == 5
    assert main(again) == 0  # config.json has the new ones
    assert "step 5 of 5 is done already" in capsys.readouterr().err


def test_bundles_that_cannot_be_read_are_passed_over_and_those_that_are_gone_written_again(
    options: list[str],
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        before(*PLACES["within the refiner"], crash, patch)
        with pytest.raises(Crash):
            main([*options, "--out", str(run)])
    (run / "bundles/000002.png").unlink()
    broken = [f"bundles/{number:06}.png" for number in range(3, BUNDLES)]
    for name in broken:
        (run / name).write_bytes(b"no picture")
    assert main(["train", "--out", str(run), "--device", "cpu", "--resume"]) == 0
    again, first = ((root / "bundles/000002.png").read_bytes() for root in (run, whole))
    assert again != first  # by the network as it is now
    assert "pictures that could not be read" in capsys.readouterr().err
    lost = (run / "refine/unreadable.txt").read_text().splitlines()
    assert {line.split()[0] for line in lost} <= {*broken}


def test_a_dry_run_tells_of_both_stages(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, "--out", str(tmp_path / "run"), "--dry-run"]) == 0
    told = capsys.readouterr().err.splitlines()[-1]
    assert told == f"second stage: {BUNDLES} bundles, 0.0 hours for {SECOND} steps"
    assert not (tmp_path / "run").exists()


def test_without_hints_there_is_no_second_stage(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = ["--set", 'generator.conditioning=["none"]', "--set", "discriminator.beside=sketch"]
    assert main([*options, *plain, "--out", str(tmp_path / "run")]) == 2
    assert "a draft is refined with its hints" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("given", "kept"), [("random", "random"), ("hub", "hub"), ("a b.pt", str(Path("a b.pt").resolve()))]
)
def test_guide_weights_are_those_of_every_network_that_looks(
    given: str, kept: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ["--guide-weights", given, "--out", str(tmp_path / "run"), "--dry-run"]
    assert main([*options, *wanted]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [shown[section]["weights"] for section in ("guide", "perceptual")] == [kept, kept]
