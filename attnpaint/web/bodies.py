"""Request bodies: how large, how quickly sent, and how much memory all of them hold at a time."""

import asyncio
import time

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

IDLE = 30.0  # seconds that an upload may pause
GRACE = 5.0  # seconds before the least rate counts
LEAST_RATE = 8_000  # bytes a second on the whole, far below any line that can load the page
DEADLINE = 900.0  # seconds for a whole body
AGAIN = "2"  # seconds after which to ask again
LINGER = 5.0  # seconds in which a client may finish what is refused, so that it reads why


class Room:
    """How many bytes of bodies may be held at once. For one event loop."""

    def __init__(self, most: int) -> None:
        self.free = most

    def take(self, count: int) -> bool:
        """Whether there was room for so many more."""
        if count > self.free:
            return False
        self.free -= count
        return True

    def give(self, count: int) -> None:
        self.free += count


class Body:
    """`receive` that raises HTTPException where more comes than `most` bytes (413), or it comes too slowly
    (408), or finds no room beside the others (503). Room is held for what has come, not for what a
    head promises; `close` gives it back.
    """

    def __init__(self, receive: Receive, most: int, room: Room) -> None:
        self.receive, self.most, self.room = receive, most, room
        self.bytes, self.held, self.whole = 0, 0, False
        self.began = 0.0

    async def __call__(self) -> Message:
        if self.whole:
            return await self.receive()
        if not self.began:
            self.began = time.monotonic()
        try:
            message = await asyncio.wait_for(self.receive(), self._patience())
        except TimeoutError:
            raise HTTPException(408, "the request came too slowly; send it again") from None
        self.whole = not message.get("more_body", False)
        came = len(message.get("body", b""))
        self.bytes += came
        if self.bytes > self.most:
            await self._refuse(413, too_large(self.most))
        if not self.room.take(came):
            await self._refuse(503, "busy: other uploads fill the memory for them; try again in a moment")
        self.held += came
        return message

    def close(self) -> None:
        self.room.give(self.held)
        self.held = 0

    def _patience(self) -> float:
        """Seconds in which more has to come."""
        passed = time.monotonic() - self.began
        return max(0.0, min(IDLE, DEADLINE - passed, GRACE + self.bytes / LEAST_RATE - passed))

    async def _refuse(self, status: int, told: str) -> None:
        self.close()
        await drain(self.receive, self.whole)
        self.whole = True
        raise HTTPException(status, told, {"Retry-After": AGAIN} if status == 503 else None)


async def drain(receive: Receive, whole: bool) -> None:
    """Let the client send on for a while, and keep none of it."""
    try:
        async with asyncio.timeout(LINGER):
            while not whole:
                message = await receive()
                whole = not message.get("more_body", False)
    except TimeoutError:
        return


def declared(headers: Headers) -> int:
    """Bytes of the body as the head tells, 0 where it does not."""
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def too_large(most: int) -> str:
    return f"the request is over the limit of {most / 1e6:g} MB; send smaller files"
