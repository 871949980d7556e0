"""Every failure is answered with {"error": "problem; remedy"}."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from attnpaint.errors import AttnpaintError, PictureError, WeightsMissing, in_words

UNREADABLE, WRONG, SHORT, BROKEN = 415, 422, 507, 500


class Failure(BaseModel):
    """What went wrong."""

    error: str = Field(examples=["the drawing is not a picture that can be read; give a whole PNG, …"])


class TooLarge(PictureError):
    """A picture of more pixels than the server takes."""


class NoRoom(AttnpaintError):
    """The folder for temporary files is full, or cannot be written."""


_UNPARSED = "There was an error parsing the body"  # FastAPI's words for bytes that are no text
_EVERYWHERE: dict[int | str, dict[str, Any]] = {
    401: {"model": Failure, "description": "Started with a token, and the request shows another or none"},
    403: {
        "model": Failure,
        "description": "Another site's page asks, or the server goes by no such name",
    },
    500: {"model": Failure, "description": "Attnpaint failed"},
}
FAILURES: dict[int | str, dict[str, Any]] = {
    400: {"model": Failure, "description": "A body that cannot be taken apart"},
    **_EVERYWHERE,
    408: {"model": Failure, "description": "The request came too slowly"},
    413: {"model": Failure, "description": "Too many bytes or pixels"},
    415: {"model": Failure, "description": "Not a picture or palette that can be read"},
    422: {"model": Failure, "description": "Something is missing or has another form"},
    503: {"model": Failure, "description": "Busy: ask again after Retry-After seconds"},
    507: {"model": Failure, "description": "Memory, or room for temporary files, ran out"},
}
ASKED = _EVERYWHERE
"""Of what takes nothing."""
FORGOTTEN: dict[int | str, dict[str, Any]] = {
    **_EVERYWHERE,
    404: {"model": Failure, "description": "An unknown painting, or one that is forgotten"},
    422: FAILURES[422],
    503: FAILURES[503],
    507: FAILURES[507],
}


def answer_failures(app: FastAPI) -> None:
    """Give `app` an answer to each kind of failure."""

    @app.exception_handler(AttnpaintError)
    async def ours(_: Request, error: AttnpaintError) -> JSONResponse:
        return _answer(_status(error), str(error))

    @app.exception_handler(HTTPException)
    async def known(_: Request, error: HTTPException) -> JSONResponse:
        told = str(error.detail)
        if told == _UNPARSED:
            return _answer(WRONG, "the request: this is no JSON; see /docs")
        answer = _answer(error.status_code, told if ";" in told else f"{told.lower()}; see /docs")
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    async def wrong(_: Request, error: RequestValidationError) -> JSONResponse:
        return _answer(WRONG, wrong_form(error.errors()[0]))

    @app.exception_handler(MemoryError)
    async def short(_: Request, __: Exception) -> JSONResponse:
        return _answer(SHORT, "memory ran out; close other programs, or send a smaller drawing")

    @app.exception_handler(Exception)
    async def broken(_: Request, error: Exception) -> JSONResponse:
        problem = f"attnpaint failed at this ({type(error).__name__})"
        return _answer(BROKEN, f"{problem}; its terminal says more")


def wrong_form(error: Mapping[str, Any]) -> str:
    """One of the checker's findings in our words: "place: what is wrong; remedy"."""
    inner = error["type"] != "json_invalid"  # else it tells a letter of the body
    place = ".".join(str(part) for part in error["loc"] if inner and part != "body") or "the request"
    if "uploadfile" in str(error["msg"]).lower():  # text where a file belongs
        name = str(error["loc"][1])
        return f"{place}: a file is wanted, and this is text; with curl: -F {name}=@FILE"
    return f"{place}: {in_words(error)}; see /docs"


def _status(error: AttnpaintError) -> int:
    if isinstance(error, TooLarge):
        return 413
    if isinstance(error, NoRoom):
        return SHORT
    if isinstance(error, PictureError):
        return UNREADABLE
    return BROKEN if isinstance(error, WeightsMissing) else WRONG


def _answer(status: int, told: str) -> JSONResponse:
    return JSONResponse({"error": " ".join(told.split())}, status)
