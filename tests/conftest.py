"""The pictures of assets/samples in every layout of training data, and settings for tiny networks."""

import os
import shutil
import signal
import tarfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from attnpaint.images import read_picture, write_picture

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: tiny networks gain nothing from more

for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    if hasattr(signal, name):  # what runs the tests may ignore them, and so would what the tests start
        signal.signal(getattr(signal, name), handler)

SAMPLES = Path(__file__).parents[1] / "assets" / "samples"
COLORS = sorted((SAMPLES / "colors").glob("*.webp"))
PLACES = {"vgg16": [2, 2, 3, 3, 3], "vgg19": [2, 2, 4, 4, 4]}
"""Convolutions of a VGG between its poolings."""
PAIRS = sorted((SAMPLES / "pairs").glob("*.webp"))


@pytest.fixture(scope="session")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders to give to --data, by layout. Nothing may be changed in them."""
    root = tmp_path_factory.mktemp("layouts")
    folders = {name: root / name for name in ("pictures", "shards", "sides", "twins", "named")}
    for folder in (
        *folders.values(),
        folders["pictures"] / "more",
        root / "twins/color",
        root / "twins/line",
    ):
        folder.mkdir(exist_ok=True)
    for i, path in enumerate(COLORS):
        shutil.copy(path, folders["pictures"] / ("more" if i % 2 else "") / path.name)
    pack(folders["shards"] / "0.tar", COLORS[:8])
    pack(folders["shards"] / "1.tar", COLORS[8:])
    pack(folders["named"] / "0.tar", PAIRS)
    for path in PAIRS:
        stem, kind, _ = path.name.split(".")
        shutil.copy(path, folders["twins"] / kind / f"{stem}.webp")
    for color in folders["twins"].glob("color/*"):
        line = folders["twins"] / "line" / color.name
        both = np.hstack([read_picture(color), read_picture(line)])
        write_picture(folders["sides"] / f"{color.stem}.png", both)
    return folders


def of_children() -> float:
    """Processor seconds of the processes that have ended: other work on the machine does not count."""
    times = os.times()
    return times.children_user + times.children_system


def pack(tar: Path, paths: Iterable[Path]) -> None:
    with tarfile.open(tar, "w") as file:
        for path in paths:
            file.add(path, f"samples/{path.name}")


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny model; nothing may be changed in it."""
    from models import tiny_model  # loads torch

    return tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="session")
def quick_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, which paints at 128 px, with a graph: it needs no torch."""
    from tiny_model import tiny_model

    return tiny_model(tmp_path_factory.mktemp("model") / "quick")


@pytest.fixture(scope="session")
def tiny() -> list[str]:
    """Options of `attnpaint train` with which a step takes a few hundredths of a second on a CPU.

    A recipe that is given behind them is taken instead.
    """
    settings = (
        "generator.widths=[8,16]",
        "generator.token_width=16",
        "discriminator.width=4",
        "data.size=32",
        "data.batch_size=4",
        "data.workers=0",
        "loss.adversarial_after=2",
        "training.pool=6",
    )
    plain = ["--recipe", "attnpaint-1", "--device", "cpu", "--no-graph"]
    return [*plain, *(f"--set={setting}" for setting in settings)]


@pytest.fixture
def narrow_vggs(monkeypatch: pytest.MonkeyPatch) -> None:
    """timm's VGGs of full depth, two channels wide."""
    timm = pytest.importorskip("timm")
    for name, counts in PLACES.items():
        plan = [width for count in counts for width in [2] * count + ["M"]]
        monkeypatch.setitem(timm.models.vgg.cfgs, name, plan)
