"""Routes of the page: its own files, the samples, and what the page has to know."""

from functools import cache
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from attnpaint import __version__
from attnpaint.errors import AttnpaintError
from attnpaint.images import SUFFIXES
from attnpaint.inference.coloring import FINISHES
from attnpaint.model.model_config import DEFAULT_MODEL, weights_sum
from attnpaint.web.errors import ASKED
from attnpaint.web.state import Server

PAGE = Path(__file__).parent / "static"
CHECKOUT = Path(__file__).parents[2]
KINDS = ("drawings", "references")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
_FRESH = {"Cache-Control": "no-cache"}  # asked for again each time, and not sent if unchanged

routes = APIRouter()


class Health(BaseModel):
    status: Literal["ok"]
    version: str


class Sample(BaseModel):
    name: str
    url: str


class Samples(BaseModel):
    drawings: list[Sample]
    references: list[Sample]


class Limit(BaseModel):
    bytes: int = Field(description="of a request")
    megapixels: float = Field(description="of a picture in it")


class Info(BaseModel):
    """The program, its model, and what it takes on."""

    version: str
    model: str = Field(description="the folder that was named at the start, or default")
    sha256: str | None = Field(description="of its weights; null where they are in no model folder")
    recipe: str
    takes: list[str] = Field(description="what the model paints from beside the drawing")
    points: bool = Field(description="whether paintings can be recoloured by their planes")
    finishes: list[str]
    limits: Limit
    samples: Samples


@routes.get("/", include_in_schema=False)
async def page() -> FileResponse:
    return _sent(PAGE, "index.html")


@routes.get("/docs", include_in_schema=False)
async def docs() -> FileResponse:
    """/openapi.json for people; it loads nothing from elsewhere."""
    return _sent(PAGE, "docs.html")


@routes.get("/page/{name}", include_in_schema=False)
async def part(name: str) -> FileResponse:
    return _sent(PAGE, name)


@routes.get("/samples/{kind}/{name}", include_in_schema=False)
async def sample(kind: str, name: str) -> FileResponse:
    return _sent(_shelf(kind), name)


@routes.get("/health", responses=ASKED)
async def health() -> Health:
    """Whether the server answers: for whoever watches over it. The model is loaded by then."""
    return Health(status="ok", version=__version__)


@routes.get("/api/info", responses=ASKED)
async def info(server: Server) -> Info:
    """What this server is, and what it takes."""
    needs = server.colorizer.needs
    return Info(
        version=__version__,
        model=server.model,
        sha256=await run_in_threadpool(_sum, server.model),
        recipe=needs.name,
        takes=list(needs.takes),
        points=needs.points,
        finishes=list(FINISHES),
        limits=Limit(bytes=server.limits.upload, megapixels=server.limits.pixels / 1e6),
        samples=Samples(**{kind: _samples(kind) for kind in KINDS}),
    )


@cache
def _sum(model: str) -> str | None:
    try:
        return weights_sum(DEFAULT_MODEL if model == "default" else model)
    except AttnpaintError:
        return None


def _samples(kind: str) -> list[Sample]:
    names = [name for name in sorted(_files(_shelf(kind))) if Path(name).suffix in SUFFIXES]
    return [Sample(name=Path(name).stem, url=f"/samples/{kind}/{name}") for name in names]


def _shelf(kind: str) -> Path | None:
    """The folder of samples, where the program runs from a checkout."""
    there = kind in KINDS and (CHECKOUT / "pyproject.toml").is_file()
    return CHECKOUT / "assets" / kind if there else None


def _files(folder: Path | None) -> dict[str, Path]:
    """The files of a folder that can be asked for, by name; none where there is no folder."""
    found = folder.iterdir() if folder and folder.is_dir() else ()
    return {path.name: path for path in found if path.suffix in _TYPES and not path.name.startswith(".")}


def _sent(folder: Path | None, name: str) -> FileResponse:
    """A file that lies in the folder by exactly this name: no path leads anywhere else."""
    path = _files(folder).get(name)
    if path is None:
        raise _nothing()
    return FileResponse(path, media_type=_TYPES[path.suffix], headers=_FRESH)


def _nothing() -> HTTPException:
    return HTTPException(404, "there is nothing at this address; open the page at /")
