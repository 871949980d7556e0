"""Uploads stay in memory: nothing of them is written to disk, however large they are."""

import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

FILES, FIELDS = 4, 16  # of a form, at most
logging.getLogger("python_multipart").addHandler(logging.NullHandler())  # not a line for each odd form


class _Parser(MultiPartParser):
    spool_max_size = sys.maxsize


class _Request(Request):
    async def form(self, **_: Any) -> FormData:  # type: ignore[override]
        if not self.headers.get("content-type", "").startswith("multipart/form-data"):
            raise HTTPException(415, "this is no form with files; send multipart/form-data")
        try:
            self._form = await _Parser(
                self.headers, self.stream(), max_files=FILES, max_fields=FIELDS
            ).parse()
        except MultiPartException as error:
            problem = f"the form cannot be read ({error.message.rstrip('.').lower()})"
            raise HTTPException(400, f"{problem}; send it again") from None
        return self._form


class InMemory(APIRoute):
    """A route whose forms are read so. How many bytes come is the guard's concern."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def in_memory(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return in_memory
