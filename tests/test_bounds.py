"""Every number has a bound, on the command line and in Python alike."""

import math
import os

import numpy as np
import pytest

from attnpaint import Colorizer
from attnpaint.cli.app import main
from attnpaint.data.loading import count_workers
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram
from attnpaint.inference.coloring import Coloring, check_look
from attnpaint.process import processes_of, threads_of, usable_cores

NAN, INF = math.nan, math.inf


@pytest.fixture(scope="module")
def colorizer() -> Colorizer:
    return Colorizer.load(threads=1)


@pytest.fixture(scope="module")
def coloring(colorizer: Colorizer) -> Coloring:
    return colorizer.colorize(drawing(), palette(), work_size=64)


def drawing() -> np.ndarray:
    picture = np.full((40, 50), 255, np.uint8)
    picture[8, :] = picture[:, 8] = 0
    return picture


def palette(bands: int = 4, ranks: int = 4, weight: float = 0.25) -> Histogram:
    colors = np.arange(bands * ranks * 3, dtype=np.uint8).reshape(bands, ranks, 3)
    return Histogram(colors, np.full((bands, ranks), weight, np.float32))


@pytest.mark.parametrize("asked", [100_000, 1000, 3, 1, 0])
def test_threads_are_at_most_the_cores(asked: int) -> None:
    assert threads_of(asked) == min(asked, len(os.sched_getaffinity(0)))


@pytest.mark.parametrize("asked", [10**9, 300, 4, 1])
def test_processes_are_bounded(asked: int) -> None:
    assert processes_of(asked) == min(asked, max(4, 2 * usable_cores()))


def test_a_recipe_starts_no_thousand_workers() -> None:
    import torch

    assert count_workers(10**9, torch.device("cpu")) == 64


@pytest.mark.parametrize("threads", [-1, -(10**6)])
def test_there_are_no_negative_threads(threads: int) -> None:
    with pytest.raises(UsageError, match=f"no {threads} threads"):
        Colorizer.load(threads=threads)


@pytest.mark.parametrize(
    "words",
    [
        ["colorize", "x.png", "--threads", "100000"],
        ["colorize", "x.png", "--threads", "-1"],
        ["colorize", "x.png", "--gap", "nan"],
        ["colorize", "x.png", "--gap", "inf"],
        ["colorize", "x.png", "--gap", "1e9"],
        ["colorize", "x.png", "--strength", "nan"],
        ["colorize", "x.png", "--saturation", "1e9"],
        ["palette", "x.png", "--saturation", "inf"],
        ["extract-hist", "x", "--workers", "100000"],
        ["prepare", "x", "-o", "y", "--workers", "100000"],
        ["evaluate", "x", "-o", "y", "--workers", "100000"],
        ["evaluate", "x", "-o", "y", "--pictures", "10000000000"],
        ["prepare", "x", "-o", "y", "--size", "1000000"],
        ["prepare", "x", "-o", "y", "--shard-size", "nan"],
        ["prepare", "x", "-o", "y", "--min-colour", "nan"],
        ["app", "--max-megapixels", "nan"],
        ["study", "build", "x", "--seed", "1" + 40 * "0"],
        ["train", "--data", "x", "--steps", "1" + 40 * "0"],
    ],
)
def test_a_number_out_of_bounds_is_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "; see attnpaint" in said  # found before the command began


@pytest.mark.parametrize("hue", ["1e300", "-1e9", "inf", "nan"])
def test_a_hue_that_cannot_be_meant(hue: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["colorize", "x.png", "--ref", "y.png", f"--hue={hue}"]) == 2
    assert "a hue cannot turn by" in capsys.readouterr().err


@pytest.mark.parametrize("finish", ["Flat", "x", "", "PAINTED", 3, ["flat"]])
def test_a_finish_that_is_none(colorizer: Colorizer, coloring: Coloring, finish: str) -> None:
    for paint in (
        lambda: colorizer.colorize(drawing(), palette(), finish=finish, work_size=64),  # type: ignore[arg-type]
        lambda: coloring.finished(finish),  # type: ignore[arg-type]
    ):
        with pytest.raises(UsageError, match="there is no finish"):
            paint()


@pytest.mark.parametrize("strength", [NAN, INF, -1, 1.01, "much", None])
def test_a_strength_that_is_none(colorizer: Colorizer, coloring: Coloring, strength: float) -> None:
    with pytest.raises(UsageError, match="strength cannot be"):
        colorizer.colorize(drawing(), palette(), strength=strength, work_size=64)
    with pytest.raises(UsageError, match="strength cannot be"):
        coloring.finished("flat", strength)


@pytest.mark.parametrize("gap", [NAN, INF, -1, -0.01, 1e6, "wide"])
def test_a_gap_that_is_none(colorizer: Colorizer, gap: float) -> None:
    with pytest.raises(UsageError, match="lines cannot be closed over"):
        colorizer.colorize(drawing(), palette(), gap=gap, work_size=64)


@pytest.mark.parametrize(
    "odd", [palette(2, 2), palette(4, 5), palette(1, 4), palette(weight=NAN), palette(weight=-1)]
)
def test_a_palette_of_another_shape(colorizer: Colorizer, coloring: Coloring, odd: Histogram) -> None:
    with pytest.raises(AttnpaintError, match="a palette has"):
        colorizer.colorize(drawing(), odd, work_size=64)
    with pytest.raises(AttnpaintError, match="a palette has"):
        coloring.recolor(odd)


@pytest.mark.parametrize(
    "look", [("flat", 0, 0), ("painted", 1, 1000), ("blend", 0.5, None), (None, np.float32(1), 2)]
)
def test_what_can_be_is_taken(look: tuple[object, object, object]) -> None:
    check_look(*look)
