"""A painting as a form asks for it: its uploads become a job, which is painted."""

from dataclasses import dataclass

import numpy as np

from attnpaint.decoding.reader import Bounds
from attnpaint.errors import UsageError
from attnpaint.extract import Histogram, Method
from attnpaint.images import Picture, fitted
from attnpaint.inference.look import Look
from attnpaint.jobs.drawings import PIPE
from attnpaint.jobs.plan import Job
from attnpaint.model.model_config import Requirements
from attnpaint.palettes.references import to_palette
from attnpaint.web.state import ServerState
from attnpaint.web.store import Painting
from attnpaint.web.uploads import Upload, histogram_of, picture_of, reference_of

CORNER = 1024  # px of the long side, at most, at which a reference is kept for layers


@dataclass(frozen=True, eq=False)
class PaintRequest:
    """See `Colorizer.colorize`. histogram: JSON, wins over the reference's own; opaque: what is
    transparent is painted; None: in ink on a transparent layer.
    """

    drawing: Upload
    reference: Upload | None = None
    histogram: str = ""
    hints: Upload | None = None
    gap: float | None = None
    opaque: bool | None = None

    def paint(self, server: ServerState) -> Painting:
        """Raises AttnpaintError for what cannot be read, and for what the model needs and is not given, or is
        given and cannot use.
        """
        job, shown = self._job(server.colorizer.needs, server.limits.picture)
        coloring = server.job_painter.paint(job)
        _ = coloring.canvas.maps.image  # the page shows it, too: painted here, where nobody else waits
        corner = fitted(shown, CORNER, enlarge=False) if isinstance(shown, np.ndarray) else None
        return Painting(coloring, self.drawing.stem, corner)

    def _job(self, needs: Requirements, bounds: Bounds) -> tuple[Job, Picture | Histogram | None]:
        """What is asked for, read from the uploads, and the reference as it was sent.

        Nothing is unpacked for what the model cannot use.
        """
        if needs.reference and self.reference is None and not self.histogram:
            problem = f"{needs.name} paints in the colours of a reference, and none is given"
            raise UsageError(problem, "add a picture or a palette")
        needs.check(True, self.hints is not None)
        wanted = histogram_of(self.histogram) if self.histogram and needs.histogram else None
        drawing = picture_of(self.drawing, "the drawing", bounds)
        shown = reference_of(self.reference, bounds) if self.reference and needs.reference else None
        hints = None if self.hints is None else picture_of(self.hints, "the hint picture", bounds)
        given = shown if wanted is None or needs.style else wanted
        kept = None if self.opaque is None else not self.opaque
        look = Look(gap=self.gap, keep_alpha=kept, shown=wanted)
        return Job(drawing, () if given is None else (given,), hints, PIPE, look), shown


def palette_of(reference: Upload, bounds: Bounds, method: Method) -> Histogram:
    """Of a picture, as the model sees it, or of a palette file."""
    return to_palette(reference_of(reference, bounds), method)
