"""The HTTP interface for pages and scripts: a reference's colours, a painting, or the picture at once."""

import time
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from attnpaint.extract import Histogram
from attnpaint.inference.coloring import Finish
from attnpaint.web.errors import FAILURES
from attnpaint.web.paint_request import PaintRequest, palette_of
from attnpaint.web.saving import Drawn, as_file, files, save
from attnpaint.web.state import Server, ServerState
from attnpaint.web.store import Painting
from attnpaint.web.uploads import InMemory, Upload

routes = APIRouter(prefix="/api", route_class=InMemory, responses=FAILURES)


class Palette(BaseModel):
    """Four bands, top to bottom, of four colours, heaviest first."""

    colors: list[list[list[int]]] = Field(description="4 bands × 4 ranks × RGB, 0 to 255")
    weights: list[list[float]] = Field(description="4 bands × 4 ranks; each band sums to 1")

    @classmethod
    def of(cls, histogram: Histogram) -> "Palette":
        return cls(colors=histogram.colors.tolist(), weights=histogram.weights.tolist())


class Measured(BaseModel):
    histogram: Palette


class Painted(BaseModel):
    """A painting that is kept for a while."""

    id: str = Field(description="for /api/paintings/ID/…")
    width: int = Field(description="px of the drawing")
    height: int
    histogram: Palette | None = Field(description="its colours; null where the model takes none")
    finish: Finish = Field(description="the usual one for this model")
    points: bool = Field(description="whether it can be recoloured by its planes")
    gates: int = Field(description="attention gates, for /api/paintings/ID/gates/N.png")
    network_seconds: float
    seconds: float = Field(description="from the request's head to this answer")
    notes: list[str] = Field(description="what may not have been meant")


async def _paint_request(
    drawing: Annotated[UploadFile, File(description="dark lines on light or transparent paper")],
    reference: Annotated[UploadFile | None, File(description="a picture or a palette file")] = None,
    histogram: Annotated[str, Form(description="JSON as /api/palette answers; wins over the reference")] = "",
    hints: Annotated[UploadFile | None, File(description="PNG: colours at places, else transparent")] = None,
    gap: Annotated[float | None, Form(ge=0, allow_inf_nan=False, description="px closed in lines")] = None,
    opaque: Annotated[
        bool | None, Form(description="fill the drawing's transparent parts; default: of ink on a layer")
    ] = None,
) -> PaintRequest:
    sketch = await Upload.of(drawing) or Upload(b"", "")
    return PaintRequest(sketch, await Upload.of(reference), histogram, await Upload.of(hints), gap, opaque)


Asked = Annotated[PaintRequest, Depends(_paint_request)]


@routes.post("/palette")
async def palette(request: Request, server: Server, reference: UploadFile) -> Measured:
    """The colours of a reference: of a picture, or those in a palette file."""
    upload = await Upload.of(reference) or Upload(b"", "")
    found = await server.aside.do(
        request, partial(palette_of, upload, server.limits.picture, server.colorizer.needs.method)
    )
    return Measured(histogram=Palette.of(found))


@routes.post("/paint")
async def paint(request: Request, server: Server, asked: Asked) -> Painted:
    """Paint a drawing and keep the painting, to be recoloured and saved by its id."""
    painting = await server.painter.do(request, partial(asked.paint, server))
    coloring = painting.coloring
    height, width = coloring.canvas.drawing.clean.shape[:2]
    return Painted(
        id=server.store.keep(painting),
        width=width,
        height=height,
        histogram=None if coloring.histogram is None else Palette.of(coloring.histogram),
        finish=coloring.finish,
        points=coloring.canvas.maps.pointer is not None,
        gates=len(coloring.canvas.maps.gates),
        network_seconds=round(coloring.seconds, 4),
        seconds=round(time.perf_counter() - request.state.began, 4),
        notes=list(coloring.notes),
    )


@routes.post("/colorize", response_class=Response, responses=files(Drawn))
async def colorize(
    request: Request,
    server: Server,
    asked: Asked,
    finish: Annotated[Finish | None, Form(description="by default the model's usual one")] = None,
    strength: Annotated[float, Form(ge=0, le=1, description="of the colour; 0 is white paper")] = 1.0,
    format: Annotated[Drawn, Form(description="ora and psd hold layers")] = "png",
) -> Response:
    """The painted picture itself, at the drawing's own size; nothing is kept.

    curl -F drawing=@sketch.png -F reference=@ref.png http://127.0.0.1:8431/api/colorize -o painted.png
    """
    painting = await server.painter.do(request, partial(asked.paint, server))
    return await server.aside.do(request, partial(_picture, server, painting, finish, strength, format))


def _picture(
    server: ServerState, painting: Painting, finish: Finish | None, strength: float, format: Drawn
) -> Response:
    coloring = painting.coloring.finished(finish or painting.coloring.finish, strength)
    return as_file(save(painting, coloring, format, server.workplace), painting.name, format)
