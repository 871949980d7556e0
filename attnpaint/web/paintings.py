"""Routes of a painting that is kept: its planes, its gate maps, and files of it in any colours."""

import gzip
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from attnpaint.extract import Histogram
from attnpaint.inference.coloring import RGB, Finish
from attnpaint.inference.marks import marked
from attnpaint.palettes.swatch import from_hex
from attnpaint.projects.project import Fill, Marks
from attnpaint.web.api import Palette
from attnpaint.web.errors import FAILURES, FORGOTTEN
from attnpaint.web.hosts import is_local
from attnpaint.web.planes import pack, planes
from attnpaint.web.saving import Format, as_file, encoded, files, save
from attnpaint.web.state import Server, ServerState
from attnpaint.web.store import Painting
from attnpaint.web.uploads import checked

BYTES = "application/octet-stream"
EFFORT = 1  # of gzip: more takes twice as long and saves a tenth

routes = APIRouter(prefix="/api/paintings/{id}", responses=FORGOTTEN)

Id = Annotated[str, Path(description="as /api/paint answers")]
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6, description="px of the drawing")]
Place = tuple[Coordinate, Coordinate]
Line = Annotated[list[Place], Field(min_length=2, max_length=1000)]


class Filled(BaseModel):
    """A region is filled."""

    model_config = ConfigDict(extra="forbid")

    at: Place = Field(description="in the region")
    color: str = Field(description="#rrggbb")


class Wanted(BaseModel):
    """A file of a painting."""

    model_config = ConfigDict(extra="forbid")

    format: Format = Field(description="a picture, layers (ora, psd), or the palette alone")
    histogram: Palette | None = Field(None, description="other colours, entry for entry")
    finish: Finish | None = Field(None, description="by default the painting's")
    strength: float = Field(1.0, ge=0, le=1, description="of the colour; 0 is white paper")
    lines: bool = Field(True, description="false: the colour alone")
    strokes: dict[int, str] = Field({}, description="#rrggbb of regions, by their numbers in `labels`")
    cuts: list[Line] = Field([], max_length=500, description="lines that divide regions")
    fills: list[Filled] = Field([], max_length=20000, description="after all cuts")


@routes.get("/planes", response_class=Response, responses={200: {"content": {BYTES: {}}}})
async def as_planes(request: Request, server: Server, id: Id) -> Response:
    """What a page recolours the painting from, see attnpaint.web.planes. Packed for other machines."""
    painting = server.painting(id)
    far = not is_local(request.client.host if request.client else "")
    packs = far and "gzip" in request.headers.get("accept-encoding", "")  # nearby that only takes time
    data = await server.aside.do(request, partial(_planes, painting, packs))
    headers = {"Content-Encoding": "gzip"} if packs else {}
    return Response(data, media_type=BYTES, headers={**headers, "Vary": "Accept-Encoding"})


@routes.get("/gates/{number}.png", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def gate(
    request: Request, server: Server, id: Id, number: Annotated[int, Path(description="1 is the deepest")]
) -> Response:
    """Where an attention gate let the network look, over the drawing."""
    painting = server.painting(id)
    count = len(painting.coloring.canvas.maps.gates)
    if not 1 <= number <= count:
        raise HTTPException(404, f"there is no gate {number}; this painting has {count}")
    return Response(await server.aside.do(request, partial(_gate, painting, number)), media_type="image/png")


@routes.post("/save", response_class=Response, responses=FAILURES | files(Format))
async def as_wanted(request: Request, server: Server, id: Id, wanted: Wanted) -> Response:
    """The painting as a file, at the drawing's own size, or its palette."""
    return await server.aside.do(request, partial(_save, server, server.painting(id), wanted))


def _planes(painting: Painting, packs: bool) -> bytes:
    data = pack(planes(painting.coloring))
    return gzip.compress(data, EFFORT) if packs else data


def _gate(painting: Painting, number: int) -> bytes:
    from attnpaint.sheets.maps import overlay

    found = painting.coloring.gates()[number - 1]
    return encoded(overlay(painting.coloring.seen, found.levels[0]), "png")


def _save(server: ServerState, painting: Painting, wanted: Wanted) -> Response:
    coloring = painting.coloring
    if wanted.histogram is not None and coloring.histogram is not None:
        coloring = coloring.recolor(checked(Histogram.from_numbers(wanted.histogram.model_dump())))
    strokes: dict[int, RGB] = {label: from_hex(color) for label, color in wanted.strokes.items()}
    coloring = coloring.finished(wanted.finish or coloring.finish, wanted.strength).stroked(strokes)
    fills = tuple(Fill(color=fill.color, at=fill.at) for fill in wanted.fills)
    coloring = marked(coloring, Marks(fills=fills, cuts=tuple(map(tuple, wanted.cuts))))
    data = save(painting, coloring, wanted.format, server.workplace, wanted.lines)
    return as_file(data, painting.name, wanted.format)
