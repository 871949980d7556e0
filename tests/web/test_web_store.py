"""The last paintings are kept by what they hold, whatever the threads do; work is done in its turn."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from serving import blocks, drawing
from starlette.exceptions import HTTPException
from starlette.requests import Request

from attnpaint.extract import measure
from attnpaint.inference.canvas import Canvas, regions_of
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Maps
from attnpaint.web.store import Painting, Store
from attnpaint.web.worker import Limiter, Worker


def painting(size: int = 64, height: int = 90, width: int = 120) -> Painting:
    """Of a network that points, by size² pixels."""
    image, pointer = (np.ones((planes, size, size), np.float32) for planes in (3, 18))
    histogram = measure(blocks())
    made = Drawing.of(drawing(height, width), size)
    canvas = Canvas(made, Maps(image, pointer, (), None, 0.0), histogram, regions_of(made)[0])
    return Painting(Coloring(canvas, histogram, "painted"), "hero", None)


ONE = painting().bytes


def test_a_painting_counts_what_it_holds_and_will_hold() -> None:
    found = painting()
    canvas = found.coloring.canvas
    drawn = [canvas.drawing.clean, canvas.drawing.square, canvas.labels]
    held = [*drawn, canvas.maps.image, canvas.maps.pointer]
    counted = found.bytes
    assert not {"small", "shares"} & vars(canvas).keys()  # not computed for that
    later = [canvas.small, canvas.shares]
    assert counted == sum(array.nbytes for array in (*held, *later) if array is not None)


def test_the_regions_of_large_drawings_are_counted_as_they_are_found() -> None:
    found = painting(height=3000, width=60)
    canvas = found.coloring.canvas
    assert canvas.labels.shape == (2048, 41)
    assert found.bytes == pytest.approx(
        painting().bytes + 4 * canvas.labels.size + canvas.drawing.clean.nbytes, rel=0.2
    )


def test_the_least_asked_for_goes_first() -> None:
    store = Store(3 * ONE)
    first, second, third = (store.keep(painting()) for _ in range(3))
    assert store.get(first) is not None
    fourth = store.keep(painting())
    assert store.get(second) is None
    assert all(store.get(name) for name in (first, third, fourth))
    assert (len(store), store.bytes) == (3, 3 * ONE)


def test_the_newest_is_kept_however_large_it_is() -> None:
    store = Store(1)
    store.keep(painting())
    name = store.keep(painting(128))
    assert store.get(name) is not None
    assert len(store) == 1


def test_nobody_guesses_a_name() -> None:
    store = Store(100 * ONE)
    names = {store.keep(painting()) for _ in range(50)}
    assert len(names) == 50
    assert min(map(len, names)) >= 16


def test_threads_do_not_confuse_it() -> None:
    store = Store(5 * ONE)
    one = painting()
    with ThreadPoolExecutor(8) as threads:
        names = list(threads.map(lambda _: store.keep(one), range(200)))
    assert (len(store), store.bytes) == (5, 5 * ONE)
    assert sum(store.get(name) is not None for name in names) == 5


def test_places_come_back() -> None:
    async def ask() -> None:
        places = Limiter(1)
        with places.one() as mine, places.one() as other:
            assert (mine, other) == (True, False)
        with pytest.raises(ValueError, match="odd"), places.one():
            raise ValueError("odd")
        with places.one() as mine:
            assert mine

    asyncio.run(ask())


def test_places_are_counted_by_who_holds_them() -> None:
    async def ask() -> None:
        places = Limiter(4)
        with places.one("a") as first, places.one("a") as second, places.one("b") as third, places.one():
            assert (first, second, third) == (True, True, True)
            assert [places.held(who) for who in ("a", "b", "", "c")] == [2, 1, 1, 0]
            with places.one("c") as late:
                assert (late, places.held("c")) == (False, 0)
        assert [places.held(who) for who in ("a", "b", "")] == [0, 0, 0]

    asyncio.run(ask())


class Client:
    """One that asks, and may leave."""

    def __init__(self) -> None:
        self.left = False
        self.request = Request({"type": "http", "headers": []}, self.receive)

    async def receive(self) -> dict[str, str]:
        while not self.left:
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}


def test_work_is_done_one_after_the_other_and_not_for_those_who_left() -> None:
    began, go = threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> str:
        began.set()
        go.wait(20)
        done.append("first")
        return "first"

    async def work() -> None:
        worker, staying, leaving, last = Worker("test"), Client(), Client(), Client()
        one = asyncio.create_task(worker.do(staying.request, first))
        await asyncio.to_thread(began.wait, 20)
        two = asyncio.create_task(worker.do(leaving.request, lambda: done.append("left")))
        three = asyncio.create_task(worker.do(last.request, lambda: done.append("last")))
        await asyncio.sleep(0.05)
        leaving.left = True
        with pytest.raises(HTTPException):
            await asyncio.wait_for(two, 20)
        assert done == []  # the first one still works
        go.set()
        assert await one == "first"
        await three
        assert done == ["first", "last"]
        worker.close()

    asyncio.run(work())


def test_what_fails_fails_for_the_one_who_asked() -> None:
    def fail() -> None:
        raise MemoryError

    async def work() -> None:
        worker = Worker("test")
        with pytest.raises(MemoryError):
            await worker.do(Client().request, fail)
        assert await worker.do(Client().request, lambda: 3) == 3
        worker.close()

    asyncio.run(work())
