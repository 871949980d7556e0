"""References, pictures and palettes: what a person names them by, and the one way to their colours.

Of a call each is read and measured once, several at a time where they are many.
"""

import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from attnpaint.errors import UsageError
from attnpaint.extract import FIGURE, Histogram, Method, measure
from attnpaint.extract.ground import find_ground
from attnpaint.extract.histogram import check_shape
from attnpaint.files import there
from attnpaint.images import Picture, Source, read_noted
from attnpaint.model.model_config import Requirements
from attnpaint.palettes.files import FOREIGN, READABLE, check_readable, read_palette, read_palette_bytes
from attnpaint.palettes.mix import gather
from attnpaint.palettes.swatch import BANDS
from attnpaint.process import usable_cores

STANDARD_INPUT = "-"
KEPT = 10_000  # palettes of files, a few hundred bytes each
_FORM = re.compile(r"(?P<path>.+?)(?:@(?P<bands>[0-9][0-9,-]*))?(?:\*(?P<weight>[0-9.]+))?", re.DOTALL)
_REMEDY = "write PATH@1, PATH@3-4 or PATH@1,3"
FEW = 4  # files that are measured one after the other
AT_ONCE = 4  # pictures in memory at most: one may be of a hundred megapixels
PALETTES = 64  # kept at most, for references that come again

Refs = Sequence[str | Picture | Histogram]
"""As a person wrote them, with @bands or *weight where they have some; or one picture or palette."""
Tell = Callable[[str], None]
Progress = Callable[[int, int], object]
Counting = Callable[[str], AbstractContextManager[Progress]]
_Read = tuple[Histogram, Picture | None, Sequence[str]]


@dataclass(frozen=True)
class Reference:
    """A picture or palette file, the bands (1 is the top) that it gives whole, or its weight in a mixture."""

    path: Path
    bands: tuple[int, ...] | None = None
    weight: float = 1.0


def parse_reference(text: str) -> Reference:
    """Read PATH, PATH@BANDS (@1, @3-4, @1,3) or PATH*WEIGHT (*0.3).

    A file that exists by the whole text, or by all of it but *WEIGHT, is meant as it is, @ and * included.
    Raises UsageError: a band or weight that cannot be, or both at once, as a band comes whole.
    """
    if there(text):
        return Reference(Path(text))
    found = _FORM.fullmatch(text)
    if not found:
        raise UsageError("a reference has no name", "give the path of a picture or palette")
    path, bands, weight = found["path"], found["bands"], found["weight"]
    if weight is not None and bands is not None and there(f"{path}@{bands}"):
        path, bands = f"{path}@{bands}", None
    if bands is None and weight is None:
        _refuse_odd(text)
    if bands is not None and weight is not None:
        raise UsageError(f"{text} has bands and a weight", "leave out one: a band is taken whole")
    return Reference(
        Path(path),
        _bands(bands, text) if bands is not None else None,
        _weight(weight, text) if weight is not None else 1.0,
    )


def _silent(_: str) -> None: ...


def _uncounted(_: str) -> AbstractContextManager[Progress]:
    return nullcontext(lambda done, total: None)


@dataclass(eq=False)
class References:
    """What is read of references: each file is measured once, and no more than one picture is held.

    tell: called with what is odd about a picture, in the order of the files. counting: what shows progress
    where there are many. All methods raise AttnpaintError for the first that cannot be read.
    """

    tell: Tell = _silent
    counting: Counting = _uncounted
    pictures: dict[tuple[str, ...], Picture] = field(default_factory=dict)  # the last one read
    palettes: dict[tuple[object, ...], Histogram] = field(default_factory=dict)  # the last, the oldest first
    _known: dict[tuple[Path, Method], Histogram] = field(default_factory=dict)

    def of(self, paths: Sequence[Path], method: Method = FIGURE) -> dict[Path, Histogram]:
        """Of each file, a picture, a palette or - for standard input."""
        known = {path: self._known.get((path, method)) for path in paths}
        found = {path: histogram for path, histogram in known.items() if histogram is not None}
        for path, histogram in self._measured([path for path in known if path not in found], method):
            found[path] = histogram
            if len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            self._known[path, method] = histogram
        return found

    def given(self, refs: Refs, needs: Requirements) -> Picture | Histogram | None:
        """What a model with these needs is given: the palette; or the picture itself, for its style or for
        where its colours are in it."""
        if not refs or not needs.reference:
            return None
        if not isinstance(refs[0], str):
            return refs[0]
        if not needs.style and not needs.places:
            return self.palette(refs, needs)
        picture = self.picture(refs, needs)
        if picture is None and needs.style:
            problem = f"{needs.name} looks at the style of one reference"
            raise UsageError(problem, "give one picture, without bands")
        return self.palette(refs, needs) if picture is None else picture

    def picture(self, refs: Refs, needs: Requirements) -> Picture | None:
        """The one reference picture, if it is one and is looked at."""
        if len(refs) != 1 or not needs.reference:
            return None
        key = tuple(map(str, refs)) if isinstance(refs[0], str) else ()
        if not key:
            return None if isinstance(refs[0], (str, Histogram)) else refs[0]
        if key not in self.pictures:
            reference = parse_reference(key[0])
            if reference.bands or reference.path.suffix.lower() in READABLE:
                return None
            self.pictures.clear()
            picture, notes = read_reference(reference.path)
            if isinstance(picture, Histogram):
                raise UsageError(f"{reference.path} is a palette", "give a picture")
            tell_of(reference.path, picture, notes, self.tell)
            self.pictures[key] = picture
        return self.pictures[key]

    def palette(self, refs: Refs, needs: Requirements) -> Histogram:
        """The colours of the one picture, or of palette files and several."""
        texts = tuple(map(str, refs))
        key = *texts, needs.method
        if key not in self.palettes:
            picture = self.picture(refs, needs)
            if len(self.palettes) >= PALETTES:
                del self.palettes[next(iter(self.palettes))]
            self.palettes[key] = (
                self._gathered(texts, needs.method) if picture is None else to_palette(picture, needs.method)
            )
        return self.palettes[key]

    def _gathered(self, refs: Sequence[str], method: Method) -> Histogram:
        given = [parse_reference(text) for text in refs]
        found = self.of([reference.path for reference in given], method)
        return gather([(found[reference.path], reference.bands, reference.weight) for reference in given])

    def _measured(self, paths: Sequence[Path], method: Method) -> Iterator[tuple[Path, Histogram]]:
        if len(paths) <= FEW:
            for path in paths:
                yield path, self._told(path, _palette(path, method))
            return
        at_once = min(usable_cores(), AT_ONCE)
        with ThreadPoolExecutor(at_once) as pool, self.counting("measuring references") as progress:
            waiting = iter(paths)
            begun = [(path, pool.submit(_palette, path, method)) for path in islice(waiting, at_once)]
            done = 0
            try:
                while begun:
                    path, future = begun.pop(0)
                    yield path, self._told(path, future.result())
                    done += 1
                    progress(done, len(paths))
                    begun += [(path, pool.submit(_palette, path, method)) for path in islice(waiting, 1)]
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _told(self, path: Path, read: _Read) -> Histogram:
        histogram, picture, notes = read
        if picture is not None:
            tell_of(path, picture, notes, self.tell)
        return histogram


def read_reference(source: Source | Histogram, name: str = "") -> tuple[Picture | Histogram, tuple[str, ...]]:
    """A picture uint8 H×W×{3,4} or, as the suffix tells, a palette; and what is to be told of it.

    source: a path, - for a picture from standard input, a file's bytes, an open file, an array, or a palette.
    name: of bytes, for their suffix and for messages.
    Raises AttnpaintError (PictureError for a picture) for what cannot be read, names the formats for palettes
    of other programs, and for a palette that is not four bands of four colours.
    """
    if isinstance(source, Histogram):
        return check_shape(source), ()
    path = Path(source if isinstance(source, (str, Path)) else name)
    if path.suffix.lower() in FOREIGN:
        check_readable(path)
    if path.suffix.lower() in READABLE and isinstance(source, bytes):
        return read_palette_bytes(source, path.suffix.lower(), name), ()
    if path.suffix.lower() in READABLE and isinstance(source, (str, Path)):
        return read_palette(path), ()
    piped = isinstance(source, (str, Path)) and str(source) == STANDARD_INPUT
    return read_noted(sys.stdin.buffer if piped else source)


def to_palette(reference: Picture | Histogram, method: Method = FIGURE) -> Histogram:
    """A picture's colours, measured: the figure's, if not asked otherwise; a palette as it is.

    The colour of the picture's flat ground is told in any case, also where it is measured with the rest.
    """
    if isinstance(reference, Histogram):
        return reference
    found = measure(reference, method)
    if method.ground_apart:
        return found
    ground = find_ground(reference)
    return replace(found, ground=ground.color) if ground else found


def tell_of(path: Path, picture: Picture, notes: Sequence[str], tell: Tell) -> None:
    """What is odd about a reference: no error, but hardly what was meant."""
    for note in notes:
        tell(f"{path}: {note}")
    if picture.shape[2] == 4 and picture[..., 3].max() < 128:
        tell(f"{path} is wholly transparent and counts as white")


def _palette(path: Path, method: Method) -> _Read:
    found, notes = read_reference(path)
    return to_palette(found, method), None if isinstance(found, Histogram) else found, notes


def _bands(text: str, whole: str) -> tuple[int, ...]:
    bands: list[int] = []
    for part in text.split(","):
        ends = part.split("-")
        if len(ends) > 2 or not all(ends) or len(part) > 20 or int(ends[0]) > int(ends[-1]):
            raise UsageError(f"{whole} names no bands", _REMEDY)
        first, last = int(ends[0]), int(ends[-1])
        for wrong in (first, last):
            if not 1 <= wrong <= BANDS:
                raise UsageError(
                    f"{whole}: there is no band {wrong}", f"the bands are 1 (top) to {BANDS} (bottom)"
                )
        bands += range(first, last + 1)
    if len(set(bands)) < len(bands):
        raise UsageError(f"{whole} names a band twice", _REMEDY)
    return tuple(bands)


def _weight(text: str, whole: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = 0.0
    if not 0 < weight < math.inf:
        raise UsageError(f"{whole} has no weight that can be used", "write a number over 0, as in PATH*0.3")
    return weight


def _refuse_odd(text: str) -> None:
    """UsageError where only what follows the last @ or * keeps it from being a file that exists."""
    for mark, remedy in (("@", _REMEDY), ("*", "write a number over 0, as in PATH*0.3")):
        path, found, odd = text.rpartition(mark)
        if found and path and Path(path).is_file():
            raise UsageError(f"{text}: {odd!r} is no {'band' if mark == '@' else 'weight'}", remedy)
