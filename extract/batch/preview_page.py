"""The preview as one HTML page that needs nothing but itself: preview.html, filled as references come."""

import base64
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from html import escape
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image

from attnpaint.colour.spaces import Space, from_rgb
from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.preview_sheet import Tile
from attnpaint.extract.histogram import Histogram
from attnpaint.extract.method import Method, Solver
from attnpaint.files import replacing

_FEW = 32  # pixels; a smaller picture is shown with its pixels visible
_SPACES = {Space.rgb: "RGB", Space.lab: "CIE Lab", Space.oklab: "Oklab"}


class Page:
    """A page that grows in a nameless file in `folder` until it is written; memory does not grow.

    AttnpaintError: the folder cannot be written, or the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._told():
            self._body: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115, closed by close

    def add(self, tile: Tile) -> None:
        """Append a reference."""
        with self._told():
            self._body.write(_article(tile).encode(errors="backslashreplace"))

    def write(self, path: Path, facts: Sequence[str], alarm: str = "") -> None:
        """Write all of it to `path`; facts: plain text for its head, the alarm among them stands out."""
        items = [f"<li>{escape(fact)}" for fact in facts]
        if alarm:
            items.append(f'<li class="alarm">{escape(alarm)}')
        template = (files("attnpaint.extract.batch") / "preview.html").read_text(encoding="utf-8")
        head, _, foot = template.replace("<!--facts-->", "\n".join(items)).partition("<!--references-->\n")
        with self._told():
            self._body.seek(0)
        with replacing(path) as part, part.open("wb") as stream:
            stream.write(head.encode())
            shutil.copyfileobj(self._body, stream)
            stream.write(foot.encode())

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


def _article(tile: Tile) -> str:
    histogram = tile.histogram
    bands, longest = len(histogram.weights), max(tile.width, tile.height)
    width, height = (max(1.0, 100 * side / longest) for side in (tile.width, tile.height))
    lightness, colourfulness = _character(histogram)
    folder, _, file = tile.label.rpartition("/")
    kinds = (
        ["frame"] + ["clear"] * _has_alpha(tile) + ["few"] * (longest < _FEW) + ["low"] * (height < 3 * bands)
    )
    return f"""\
<article data-name="{escape(tile.label)}" data-lightness="{lightness:.1f}"\
 data-colourfulness="{colourfulness:.1f}" style="--w:{width:.2f}%;--h:{height:.2f}%;--bands:{bands}">
<div class="stage">
<div class="picture"><div class="{" ".join(kinds)}">\
<img alt="" loading="lazy" decoding="async"\
 src="data:image/webp;base64,{base64.b64encode(tile.thumbnail).decode()}">\
<div class="marks">{"<i></i>" * bands}</div></div></div>
<div class="bars"><div class="palette" role="group" aria-label="Colours of {escape(tile.label)}">
{_bars(histogram)}
</div></div>
</div>
<h2 title="{escape(tile.label)}"><bdi>{escape(file)}</bdi></h2>
<p><bdi>{escape(folder)}</bdi><span>{tile.width} × {tile.height}</span></p>
</article>
"""


def _bars(histogram: Histogram) -> str:
    """A row of buttons per band, as wide as their colours weigh; Tab finds the first, arrows the others."""
    bars, tab = [], 0
    for colors, weights in zip(histogram.colors.tolist(), histogram.weights.tolist(), strict=True):
        bar = []
        for color, weight in zip(colors, weights, strict=True):
            if weight > 0:
                code = "#{:02x}{:02x}{:02x}".format(*color)
                bar.append(
                    f'<button type="button" tabindex="{tab}" value="{code}"'
                    f' style="--c:{code};--s:{100 * weight:.3f}" aria-label="{code}, {_share(weight)}">'
                    "</button>"
                )
                tab = -1
        bars.append(f"<div>{''.join(bar)}</div>")
    return "\n".join(bars)


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
