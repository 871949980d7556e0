"""The network's own picture is painted when somebody looks at it, and once: a flat finish needs none."""

import copy
import pickle
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.images import read_picture
from attnpaint.inference import colorizer
from attnpaint.inference.coloring import Coloring, Finish
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.engine import Asked, Maps, MapsLater

ASSETS = Path(__file__).parents[1] / "assets"
PAIRS = [("car", "rose"), ("painter-cat", "sunflower"), ("schoolgirl", "night")]


class Counted:
    """An engine that remembers how often it painted; spoilt: what it paints is no number."""

    def __init__(self, engine: Any, spoilt: bool = False) -> None:
        self.engine, self.spoilt = engine, spoilt
        self.paintings = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def paint(self, asked: Asked) -> Maps:
        self.paintings += 1
        maps: Maps = self.engine.paint(asked)
        return replace(maps, image=maps.image * np.float32(np.nan)) if self.spoilt else maps


@pytest.fixture(scope="module")
def engine() -> Any:
    return Colorizer.load(engine="onnx").engine


def colorized(engine: Any, pair: tuple[str, str], finish: Finish | None = None) -> Coloring:
    drawing = read_picture(ASSETS / "drawings" / f"{pair[0]}.png")[::2, ::2]
    reference = ASSETS / "references" / f"{pair[1]}.png"
    return Colorizer(engine).colorize(drawing, reference, finish, work_size=192)


@pytest.mark.parametrize("pair", PAIRS)
def test_a_flat_picture_is_that_of_a_painting_and_needs_none(pair: tuple[str, str], engine: Any) -> None:
    counted = Counted(engine)
    flat = colorized(counted, pair)
    assert flat.finish == "flat"
    assert len(np.unique(flat.picture.reshape(-1, 3), axis=0)) > 8
    assert counted.paintings == 0
    painted = colorized(counted, pair, "painted")
    assert counted.paintings == 1
    assert np.array_equal(painted.finished("flat").picture, flat.picture)


@pytest.mark.parametrize("finish", ["painted", "blend"])
def test_another_finish_is_painted_once(finish: Finish, engine: Any) -> None:
    counted = Counted(engine)
    flat = colorized(counted, PAIRS[0])
    seconds = flat.seconds
    later = flat.finished(finish).picture
    _ = flat.attention(), flat.finished("painted", 0.5).picture, flat.variants
    assert counted.paintings == 1
    assert flat.seconds > seconds
    assert np.array_equal(later, colorized(engine, PAIRS[0], finish).picture)


def test_a_reference_is_looked_at_once_as_long_as_it_is_the_same(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = list[int]()
    found = colorizer.reference_arrays

    def counted(*given: Any) -> Any:
        looked.append(1)
        return found(*given)

    monkeypatch.setattr(colorizer, "reference_arrays", counted)
    painter, drawing = Colorizer(engine), read_picture(ASSETS / "drawings" / "car.png")[::4, ::4]
    rose, night = (read_picture(ASSETS / "references" / f"{name}.png").copy() for name in ("rose", "night"))
    pictures = [painter.colorize(drawing, one, work_size=64).picture for one in (rose, night, night.copy())]
    assert len(looked) == 2
    assert np.array_equal(pictures[1], pictures[2])
    night[:] = rose[0, 0]  # the same array, and another picture
    again = painter.colorize(drawing, night, work_size=64).picture
    assert len(looked) == 3
    assert np.array_equal(again, Colorizer(engine).colorize(drawing, night.copy(), work_size=64).picture)


def test_pages_of_a_strip_are_painted_together(engine: Any) -> None:
    counted = Counted(engine)
    strip = np.tile(read_picture(ASSETS / "drawings" / "car.png")[:300, :300, :3], (4, 1, 1))
    coloring = Colorizer(counted).colorize(strip, ASSETS / "references" / "rose.png", work_size=64)
    assert counted.paintings > 1
    assert coloring.finish == "flat"


def test_what_is_no_number_is_told_as_soon_as_it_is_painted(engine: Any) -> None:
    spoilt = Counted(engine, spoilt=True)
    flat = colorized(spoilt, PAIRS[1])
    assert flat.picture.any()
    with pytest.raises(AttnpaintError, match="not finite"):
        _ = flat.finished("painted").picture
    with pytest.raises(AttnpaintError, match="not finite"):
        colorized(spoilt, PAIRS[1], "blend")


COPIES: dict[str, Callable[[Maps], Maps]] = {
    "pickle": lambda maps: pickle.loads(pickle.dumps(maps)),
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "replace": lambda maps: replace(maps, seconds=1.0),
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_the_whole(how: str, engine: Any) -> None:
    maps = colorized(engine, PAIRS[2]).canvas.maps
    found = COPIES[how](maps)
    assert type(found) is Maps
    assert found.answers is not None
    assert np.array_equal(found.image, maps.image)
    assert found.pointer is not None


def test_threads_that_look_at_once_have_it_painted_once(engine: Any) -> None:
    begun = Barrier(4)
    paintings = list[int]()
    whole = colorized(engine, PAIRS[0], "painted").canvas.maps
    assert whole.answers is not None

    def paint() -> Maps:
        paintings.append(1)
        time.sleep(0.1)
        return whole

    later = MapsLater(whole.answers, 2.0, paint)

    def look(name: str) -> Any:
        begun.wait()
        return getattr(later, name)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(look, ("image", "pointer", "gates", "image")))
    assert paintings == [1]
    assert found[0] is found[3] is whole.image
    assert found[1] is whole.pointer
    assert later.seconds == 2 + whole.seconds


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("Failed to allocate memory for a buffer")])
def test_memory_that_runs_out_later_is_told_and_may_be_tried_again(
    error: Exception, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(engine)
    flat = colorized(counted, PAIRS[1])

    def full(_: Asked) -> Maps:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(counted, "paint", full)
        with pytest.raises(AttnpaintError, match=r"memory ran out when 192 px .*; .*--work-size"):
            _ = flat.finished("blend").picture
        with pytest.raises(AttnpaintError, match="memory ran out"):
            flat.attention()
    assert np.array_equal(flat.finished("blend").picture, colorized(engine, PAIRS[1], "blend").picture)
