"""The state of the server: one model, its worker threads, and the last paintings."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from attnpaint.errors import AttnpaintError
from attnpaint.inference.colorizer import Colorizer
from attnpaint.jobs.painter import Painter
from attnpaint.web.limits import Limits
from attnpaint.web.store import Painting, Store
from attnpaint.web.temporary_folder import Workplace
from attnpaint.web.worker import Worker


@dataclass(eq=False)
class ServerState:
    """model: as the user named it. painter: the thread that runs the network; aside: the one for the rest.

    job_painter: what paints in it, as the command line does.
    """

    colorizer: Colorizer
    model: str
    limits: Limits
    store: Store = field(init=False)
    painter: Worker = field(init=False)
    aside: Worker = field(init=False)
    workplace: Workplace = field(init=False)
    job_painter: Painter = field(init=False)

    def __post_init__(self) -> None:
        self.job_painter = Painter.of(self.colorizer)
        self.store = Store(self.limits.memory)
        self.painter, self.aside = Worker("painter"), Worker("aside")
        self.workplace = Workplace()

    def warm_up(self) -> None:
        """Paint a blank sheet and forget it: the first picture takes twice as long as the next."""
        with suppress(AttnpaintError):  # told to whoever paints
            self.colorizer.colorize(np.full((64, 64), 255, np.uint8), np.full((8, 8), 255, np.uint8))

    def painting(self, name: str) -> Painting:
        """Answered with 404 where it is unknown or forgotten."""
        found = self.store.get(name)
        if found is None:
            raise HTTPException(404, "this painting is not kept any more; paint the drawing again")
        return found

    @property
    def works(self) -> bool:
        """Whether a thread is still at something."""
        return self.painter.works or self.aside.works

    def close(self) -> None:
        """What is under way is cancelled, and what it has written is removed."""
        self.painter.close()
        self.aside.close()
        self.workplace.close()


async def _server_state(request: Request) -> ServerState:
    server: ServerState = request.app.state.server
    return server


Server = Annotated[ServerState, Depends(_server_state)]
