"""Worker threads, one job at a time each, that drop what nobody waits for; and how many requests are held."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event
from typing import TypeVar

from anyio import CapacityLimiter, WouldBlock
from starlette.exceptions import HTTPException
from starlette.requests import Request

from attnpaint.errors import Cancelled, cancellable, check_cancelled
from attnpaint.process import give_back

Result = TypeVar("Result")

LOOK = 0.25  # seconds between two looks whether a waiting client is still there
QUIET = 2.0  # seconds without work after which memory goes back: the next painting would ask for it again
GONE = 499  # what is answered to nobody


class Limiter:
    """How many requests may be held in memory at once; who finds no place is told so and does not wait."""

    def __init__(self, most: int) -> None:
        self._places = CapacityLimiter(most)

    def held(self, who: str) -> int:
        """How many `who` has."""
        every = self._places.statistics().borrowers
        return sum(isinstance(one, tuple) and one[0] == who for one in every)

    @contextmanager
    def one(self, who: str = "") -> Iterator[bool]:
        """Whether there was a place left; it is given back at the end of the block."""
        mine = who, object()
        try:
            self._places.acquire_on_behalf_of_nowait(mine)
        except WouldBlock:
            yield False
            return
        try:
            yield True
        finally:
            self._places.release_on_behalf_of(mine)


class Worker:
    """One thread that does one thing after the other, while the event loop goes on. For one event loop."""

    def __init__(self, name: str) -> None:
        self.pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self.asked = 0
        self.works = False
        self._begun: set[Event] = set()
        self.quiet: asyncio.TimerHandle | None = None

    async def do(self, request: Request, job: Callable[[], Result]) -> Result:
        """What `job` returns or raises. Where the client leaves it is not begun, or cancelled at its next
        look (see `check_cancelled`), and its result dropped.
        """
        cancelled = Event()
        self._begun.add(cancelled)
        future = self.pool.submit(self._run, job, cancelled)
        waiting = asyncio.wrap_future(future)
        self.asked += 1
        try:
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=LOOK)
                if await request.is_disconnected():
                    cancelled.set()
                    if waiting.done() or future.cancel():
                        raise HTTPException(GONE, "the client left")
            return waiting.result()
        except Cancelled:
            raise HTTPException(GONE, "the client left") from None
        finally:
            cancelled.set()
            future.cancel()
            self._begun.discard(cancelled)
            self.asked -= 1
            if self.quiet:
                self.quiet.cancel()
            self.quiet = asyncio.get_running_loop().call_later(QUIET, self._tidy)

    def begin(self, job: Callable[[], object]) -> None:
        """For which nobody waits."""
        cancelled = Event()
        self._begun.add(cancelled)
        self.pool.submit(self._run, job, cancelled)

    def _run(self, job: Callable[[], Result], cancelled: Event) -> Result:
        self.works = True
        try:
            with cancellable(cancelled):
                check_cancelled()
                return job()
        finally:
            self.works = False

    def _tidy(self) -> None:
        if not self.asked:
            with suppress(RuntimeError):  # closed meanwhile
                self.pool.submit(give_back)

    def close(self) -> None:
        """What waits is not begun any more, and what is begun ends at its next look."""
        for cancelled in list(self._begun):
            cancelled.set()
        self.pool.shutdown(wait=False, cancel_futures=True)
