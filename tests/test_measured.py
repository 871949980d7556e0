"""Many references: each is measured once, several at a time, in their order, and few pictures are held."""

import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.extract import DEFAULT, FIGURE, Histogram, Method, measure
from attnpaint.images import Picture, read_noted, read_picture, write_picture
from attnpaint.model.model_config import Requirements
from attnpaint.palettes import references as measured
from attnpaint.palettes.files import write_palette
from attnpaint.palettes.references import AT_ONCE, FEW, References


def pictures(folder: Path, count: int, side: int = 16) -> list[Path]:
    made = []
    for seed in range(count):
        random = np.random.default_rng(seed)
        made.append(folder / f"{seed:04}.png")
        write_picture(made[-1], random.integers(0, 256, (side, side, 3), dtype=np.uint8))
    return made


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> "Counter[str]":
    """How often pictures were measured, by their bytes, and most of them at a time."""
    found: Counter[str] = Counter()
    lock, now = threading.Lock(), [0]

    def count(picture: Picture, method: Method) -> Histogram:
        with lock:
            now[0] += 1
            found["at once"] = max(found["at once"], now[0])
            found[str(hash(picture.tobytes()))] += 1
        time.sleep(0.002)
        try:
            return measure(picture, method)
        finally:
            with lock:
                now[0] -= 1

    monkeypatch.setattr("attnpaint.palettes.references.measure", count)
    return found


@pytest.mark.parametrize("count", [2, FEW + 1, 40])
def test_each_file_is_measured_once(count: int, tmp_path: Path, counted: "Counter[str]") -> None:
    paths = pictures(tmp_path, count)
    known = References()
    found = known.of([*paths, *paths])
    again = known.of(paths[::-1])
    assert list(found) == paths
    for path in paths:
        wanted = measure(read_picture(path), FIGURE)
        assert (found[path].colors == wanted.colors).all()
        assert again[path] is found[path]
    assert counted.pop("at once") <= AT_ONCE
    assert set(counted.values()) == {1}


def test_what_one_drawing_has_had_measured_the_next_one_knows(
    tmp_path: Path, counted: "Counter[str]"
) -> None:
    paths = [str(path) for path in pictures(tmp_path, 6)]
    references, needs = References(), Requirements("tiny", ("histogram",), 1, histogram=True, reference=True)
    for start in range(4):
        assert isinstance(references.given(paths[start : start + 3], needs), Histogram)
    assert counted.pop("at once") == 1
    assert len(counted) == 6
    assert set(counted.values()) == {1}


def test_few_pictures_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = pictures(tmp_path, 60)
    read = read_noted
    ahead = threading.Semaphore(AT_ONCE + 1)

    def held(*given: object) -> tuple[Picture, tuple[str, ...]]:
        assert ahead.acquire(timeout=20), "more pictures are read than are told"
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("attnpaint.palettes.references.read_noted", held)
    monkeypatch.setattr(measured, "tell_of", lambda *_: ahead.release())
    assert len(References().of(paths)) == 60


@pytest.mark.parametrize(("broken", "missing"), [(3, 20), (30, 7), (0, 39)])
def test_the_first_that_cannot_be_read_is_told(broken: int, missing: int, tmp_path: Path) -> None:
    paths = pictures(tmp_path, 40)
    paths[broken].write_bytes(b"no picture")
    paths[missing].unlink()
    with pytest.raises(AttnpaintError) as caught:
        References().of(paths)
    assert str(paths[min(broken, missing)]) in str(caught.value)


@pytest.mark.parametrize("count", [3, 12, 30])
def test_what_is_odd_is_told_in_order(count: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clear = np.zeros((8, 8, 4), np.uint8)
    paths = [tmp_path / f"{number}.png" for number in range(count)]
    for number, path in enumerate(paths):
        write_picture(path, clear + np.uint8(number))
    assert main(["palette", *map(str, paths), "--json"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert told == [f"{path} is wholly transparent and counts as white" for path in paths]


def test_palettes_and_pictures_come_together(tmp_path: Path) -> None:
    paths = pictures(tmp_path, 5)
    wanted = measure(read_picture(paths[0]), FIGURE)
    for suffix in (".json", ".gpl", ".ase"):
        paths.append(tmp_path / f"mine{suffix}")
        write_palette(paths[-1], wanted)
    found = References().of(paths)
    assert all((found[path].colors == wanted.colors).all() for path in (paths[0], *paths[5:]))


@pytest.mark.slow
def test_a_thousand_references_make_one_palette(tmp_path: Path) -> None:
    paths = pictures(tmp_path, 1000, 8)
    began = time.process_time()
    assert main(["palette", *map(str, paths), "-o", str(tmp_path / "all.json")]) == 0
    assert time.process_time() - began < 60  # a cubic mixture alone took minutes


def test_one_file_measured_in_two_ways_is_kept_in_both(tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    figure = np.full((40, 40, 3), (40, 90, 200), np.uint8)
    figure[10:, 10:30] = (240, 200, 170)
    write_picture(path, figure)
    found = References()
    for _ in range(2):
        for method in (FIGURE, DEFAULT):
            colors = found.of([path], method)[path].colors
            assert np.array_equal(colors, measure(figure, method).colors)
    assert not np.array_equal(found.of([path])[path].colors, found.of([path], DEFAULT)[path].colors)
