"""The preview as one HTML page that needs nothing but itself: preview.html, filled reference by reference."""

import base64
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image

from attnpaint.colour import Space, from_rgb
from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.preview_sheet import Tile
from attnpaint.extract.histogram import Histogram
from attnpaint.extract.method import Method, Solver
from attnpaint.files import replacing
from attnpaint.templates import load_template

_FEW = 32  # pixels; a smaller picture is shown with its pixels visible
_ERRORS = "backslashreplace"  # names of files can hold half a letter
_SPACES = {Space.rgb: "RGB", Space.lab: "CIE Lab", Space.oklab: "Oklab"}


class Page:
    """A page that grows in a nameless file in `folder` until it is written; memory does not grow.

    AttnpaintError: the folder cannot be written, or the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        from markupsafe import Markup

        self._folder, self._markup = folder, Markup
        self._page, self._reference = (
            load_template("attnpaint.extract.batch", name)
            for name in ("preview.html", "preview_reference.html")
        )
        with self._told():
            self._body: IO[str] = tempfile.TemporaryFile(  # noqa: SIM115, closed by close
                "w+", dir=folder, encoding="utf-8", errors=_ERRORS, newline="\n"
            )

    def add(self, tile: Tile) -> None:
        """Append a reference."""
        article = self._reference.render(reference=_shown(tile))
        with self._told():
            self._body.write(article)

    def write(self, path: Path, facts: Sequence[str], alarm: str = "") -> None:
        """Write all of it to `path`; facts: plain text for its head, the alarm among them stands out."""
        with self._told():
            self._body.seek(0)
        page = self._page.generate(facts=facts, alarm=alarm, references=map(self._markup, self._body))
        with (
            replacing(path) as part,
            part.open("w", encoding="utf-8", errors=_ERRORS, newline="\n") as stream,
        ):
            stream.writelines(page)

    def close(self) -> None:
        """Drop what was added."""
        with suppress(OSError):  # of a last write to a full disk
            self._body.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            problem = (
                f"the preview cannot be written to {self._folder} ({(error.strerror or str(error)).lower()})"
            )
            raise AttnpaintError(problem, "choose a folder that you may write to, with space left") from error


def describe(method: Method) -> list[str]:
    """How a histogram was measured, for people, in a few phrases."""
    bands, colors = (
        f"{n} {word}{'' if n == 1 else 's'}"
        for n, word in ((method.bands, "band"), (method.colors, "colour"))
    )
    ignored = [name for name in ("background", "lines") if getattr(method, f"ignore_{name}")]
    whose = (
        "scikit-learn's k-means" if method.solver is Solver.sklearn else f"k-means, {method.starts} starts"
    )
    return [
        f"{bands}, {colors} each" if method.bands > 1 else f"{bands}, {colors}",
        f"measured in {_SPACES[method.space]}",
        *([f"without {' and '.join(ignored)}"] if ignored else []),
        *(["snapped to colours that occur"] if method.snap else []),
        f"{whose}, seed {method.seed}",
    ]


@dataclass(frozen=True)
class _Swatch:
    """A colour of a bar, as `#rrggbb`, with its share of the band."""

    code: str
    weight: float
    share: str


@dataclass(frozen=True)
class _Reference:
    """A reference as preview_reference.html shows it.

    size: its width and height in pixels; width, height: in percent of the longer of both, at least 1.
    """

    label: str
    folder: str
    file: str
    size: tuple[int, int]
    width: float
    height: float
    kinds: str
    lightness: float
    colourfulness: float
    thumbnail: str
    bars: Sequence[Sequence[_Swatch]]


def _shown(tile: Tile) -> _Reference:
    histogram = tile.histogram
    longest = max(tile.width, tile.height)
    width, height = (max(1.0, 100 * side / longest) for side in (tile.width, tile.height))
    lightness, colourfulness = _character(histogram)
    folder, _, file = tile.label.rpartition("/")
    kinds = {
        "frame": True,
        "clear": _has_alpha(tile),
        "few": longest < _FEW,
        "low": height < 3 * len(histogram.weights),
    }
    return _Reference(
        tile.label,
        folder,
        file,
        (tile.width, tile.height),
        width,
        height,
        " ".join(kind for kind, holds in kinds.items() if holds),
        lightness,
        colourfulness,
        base64.b64encode(tile.thumbnail).decode(),
        _bars(histogram),
    )


def _bars(histogram: Histogram) -> list[list[_Swatch]]:
    """A bar for each band, with the colours that weigh anything."""
    bands = zip(histogram.colors.tolist(), histogram.weights.tolist(), strict=True)
    return [
        [
            _Swatch("#{:02x}{:02x}{:02x}".format(*color), weight, _share(weight))
            for color, weight in zip(colors, weights, strict=True)
            if weight > 0
        ]
        for colors, weights in bands
    ]


def _share(weight: float) -> str:
    if weight < 0.001:
        return "under 0.1 %"
    return f"{100 * weight:.0f} %" if weight >= 0.0995 else f"{100 * weight:.1f} %"


def _character(histogram: Histogram) -> tuple[float, float]:
    """Mean lightness L* (0 to 100) and mean chroma of CIE Lab."""
    lab = from_rgb(histogram.colors.astype(np.float32), Space.lab)
    lightness, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    return (
        float(np.average(lightness, weights=histogram.weights)),
        float(np.average(chroma, weights=histogram.weights)),
    )


def _has_alpha(tile: Tile) -> bool:
    return Image.open(BytesIO(tile.thumbnail)).mode == "RGBA"
