"""One training picture and what lies beside it: drawings, histogram, part map."""

from dataclasses import dataclass

from attnpaint.data.classify import halves
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.extract import Histogram
from attnpaint.extract.batch.sources import Blob as Blob
from attnpaint.files import parse_json
from attnpaint.images import Picture, on_white, read_picture, resize
from attnpaint.parts import read_parts


@dataclass(frozen=True, slots=True)
class Item:
    """One training picture. name: path inside its folder or shard; source: the name's first folder.

    line: its own drawing. Prepared pictures also have `drawings`, those that extractors made (in the order of
    lines.EXTRACTORS, missing ones left out; empty for others), and `histogram`, of the whole picture.
    parts: its part map, None where there is none. character: equal for pictures of one character in the same
    colours (siblings), "" where nothing is known.
    """

    name: str
    color: Blob
    line: Blob | None = None
    side_by_side: bool = False
    drawings: tuple[Blob, ...] = ()
    histogram: Blob | None = None
    parts: Blob | None = None
    character: str = ""

    @property
    def source(self) -> str:
        return self.name.partition("/")[0] if "/" in self.name else ""

    def open(self) -> tuple[Picture, Picture | None]:
        """The colour picture and its drawing, both uint8 H×W×3 on white, of one size; raises PictureError."""
        color = self._decode(self.color)
        if self.side_by_side:
            return halves(color)
        return color, resize(self._decode(self.line), *color.shape[:2]) if self.line else None

    def open_drawing(self, index: int) -> Picture:
        """drawings[index] as uint8 H×W×3 on white, at its own size; raises PictureError.

        `prepare` writes them at the picture's size; others may be larger or smaller, of one aspect ratio.
        """
        return self._decode(self.drawings[index])

    def read_histogram(self) -> Histogram | None:
        """The prepared histogram of the whole picture, None without one; PictureError where it is damaged."""
        if self.histogram is None:
            return None
        try:
            return Histogram.from_numbers(parse_json(self.histogram.read()))
        except (AttnpaintError, OSError, ValueError, RecursionError) as error:
            raise unreadable(f"the histogram of {self.name}", error) from None

    def open_parts(self, height: int, width: int) -> Picture | None:
        """The part map as uint8 H×W of indices (see attnpaint.parts), None without one.

        height and width: of the picture that `open` gives. PictureError where the map is damaged or differs
        in shape.
        """
        if self.parts is None:
            return None
        try:
            return read_parts(self.parts.read(), height, width)
        except (PictureError, OSError) as error:
            raise unreadable(self.name, error) from None

    def _decode(self, blob: Blob) -> Picture:
        try:
            return on_white(read_picture(blob.read()))
        except (PictureError, OSError) as error:
            raise unreadable(self.name, error) from None


def unreadable(name: str, error: Exception) -> PictureError:
    """The error of the picture or histogram `name`, whose bytes raised `error`."""
    reason = error.problem if isinstance(error, AttnpaintError) else error
    return PictureError(f"{name} cannot be read ({reason})", "remove it or save it again")
