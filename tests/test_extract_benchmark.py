"""What `make bench-extract` measures and tells, on tiny pictures and made-up times."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from attnpaint.extract import benchmark
from attnpaint.extract.benchmark_memory import peak_memory
from attnpaint.extract.benchmark_report import (
    BEGIN,
    CLUSTERING,
    COLORGRAM,
    COUNTING,
    DECODING,
    END,
    OURS,
    SKLEARN,
    Command,
    Figures,
    Raced,
    Scale,
    sheets,
    write_block,
)
from attnpaint.images import write_picture

pytestmark = pytest.mark.slow


def raced(name: str, side: int, ours: float, times: tuple[float, float, float], error: float) -> Raced:
    decoding, colorgram, sklearn = times
    seconds = {OURS: ours, COUNTING: ours / 3, CLUSTERING: ours / 2}
    seconds |= {DECODING: decoding, COLORGRAM: colorgram, SKLEARN: sklearn}
    return Raced(name, side, seconds, {OURS: error, COLORGRAM: 60.0, SKLEARN: 40.0})


@pytest.mark.parametrize("kind", benchmark.KINDS)
def test_the_generated_pictures_are_alike_at_every_side(kind: str) -> None:
    small, large = (benchmark.illustration(side, kind).mean(axis=(0, 1)) for side in (256, 512))
    assert np.abs(small - large).max() < 3


def test_the_squared_error_is_to_the_nearest_colour_of_the_own_band() -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[6:] = 10
    black, nearly = np.zeros((1, 3), np.uint8), np.array([[0, 0, 0], [10, 10, 12]], np.uint8)
    assert benchmark.squared_error(picture, [black] * 4) == 75
    assert benchmark.squared_error(picture, [black, black, black, nearly]) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_memory_of_a_commands_child_counts() -> None:
    hold = "import time; held = bytearray(60 << 20); time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    seconds, alone = peak_memory([sys.executable, "-c", "import time; time.sleep(0.2)"])
    assert seconds >= 0.2
    assert peak_memory([sys.executable, "-c", parent])[1] - alone > 60 << 20


def test_a_tiny_run_fills_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("colorgram")
    import sklearn.cluster  # noqa: F401  threadpool_limits knows only what is loaded
    from threadpoolctl import threadpool_limits

    (tmp_path / "references").mkdir()
    write_picture(tmp_path / "references" / "one.png", benchmark.illustration(64, "grainy"))
    short, readme = tmp_path / "README.md", tmp_path / "details.md"
    for file in (short, readme):
        file.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(benchmark, "scale", lambda count: Scale(count, 0.001, 2**20 * count))
    options = ["--sides", "64", "80", "96", "--repeats", "1", "--scale", "8", "9"]
    monkeypatch.setenv("COLUMNS", "200")
    with threadpool_limits(1):
        files = ["--readme", str(short), "--details", str(readme)]
        benchmark.main(["--assets", str(tmp_path), *files, *options])
    quoted = short.read_text(encoding="utf-8")
    assert "| attnpaint |" in quoted
    assert "goal" not in quoted
    text, printed = readme.read_text(encoding="utf-8"), capsys.readouterr().out
    assert text.startswith(f"before\n{BEGIN}\n5 pictures of 64²")
    assert text.endswith(f"\n{END}\nafter\n")
    assert "old" not in text
    for row in (
        OURS,
        DECODING,
        COLORGRAM,
        SKLEARN,
        "extract-hist, decoding included",
        "64²",
        "80²",
        "96²",
        "8",
        "9",
    ):
        assert re.search(rf"^\| {re.escape(row)} \|", text, re.MULTILINE), row
        assert row in printed
    assert re.search(r"\| 80² .*\(on 1\).*\(on 1\) \|", text)
    assert re.search(r"\| 96² .*skipped \| skipped \|", text)
    assert "NumPy" in text or "numpy" in text


def test_ratios_are_of_the_same_runs_sums() -> None:
    pictures = [
        raced("flat", 512, 0.002, (0.004, 0.05, 0.1), 40.0),
        raced("photo", 512, 0.004, (0.002, 0.07, 0.5), 40.4),
        Raced("flat", 1024, {OURS: 0.008, DECODING: 0.016}, {}),
    ]
    figures = Figures(pictures, ["flat"], Command(0.004, 0.006), [Scale(10, 0.1, 100), Scale(200, 0.1, 150)])
    contenders, sides, memory, goals = sheets(figures)
    assert contenders.rows == [
        (OURS, "3.0", "1.00", "1.0050", "1.0100"),
        (COUNTING, "1.0", "0.33", "", ""),
        (CLUSTERING, "1.5", "0.50", "", ""),
        (DECODING, "3.0", "1.00", "", ""),
        (COLORGRAM, "60.0", "20.00", "1.5000", "1.5000"),
        (SKLEARN, "300.0", "100.00", "1.0000", "1.0000"),
        ("extract-hist, decoding included", "6.0", "2.00", "", ""),
    ]
    assert [list(row) for row in sides.rows] == [
        ["512²", "4.0", "2.0", "7.6", "25 ×", "50 ×"],
        ["1024²", "16.0", "8.0", "7.6", "skipped", "skipped"],
    ]
    assert len(memory.rows) == 2
    found = {row[0]: row[2:] for row in goals.rows}
    assert found["scikit-learn's time over attnpaint's"] == ("100.0", "reached")
    assert found["the whole command over decoding"] == ("1.500", "reached")
    assert found["time per pixel at 1024² over 512²"] == ("1.000", "reached")
    assert found["memory for 200 pictures over 10"] == ("1.500", "**missed**")
    assert "on 1 of the 2 pictures" in goals.title


def test_the_readmes_block_is_replaced_however_often(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"a\n{BEGIN}\n{END}\nz\n", encoding="utf-8")
    for block in ("first", "second", "second"):
        assert write_block(readme, block)
    assert readme.read_text(encoding="utf-8") == f"a\n{BEGIN}\nsecond\n{END}\nz\n"


@pytest.mark.parametrize("text", ["no marks\n", f"{BEGIN}\nnever ends\n", None])
def test_a_readme_without_both_marks_is_left_alone(tmp_path: Path, text: str | None) -> None:
    readme = tmp_path / "README.md"
    if text is not None:
        readme.write_text(text, encoding="utf-8")
    assert not write_block(readme, "block")
    assert (readme.read_text(encoding="utf-8") if readme.exists() else None) == text
