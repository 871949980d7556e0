"""The references of a call: each file is read and measured once, several at a time where they are many."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from pathlib import Path

from attnpaint.errors import UsageError
from attnpaint.extract import FIGURE, Histogram, Method
from attnpaint.images import Picture, alpha_of
from attnpaint.inference.requirements import Requirements
from attnpaint.palettes.files import READABLE, read_reference, to_palette
from attnpaint.palettes.mix import gather, parse_reference
from attnpaint.process import usable_cores

KEPT = 10_000  # palettes of files, a few hundred bytes each
FEW = 4  # files that are measured one after the other
AT_ONCE = 4  # pictures in memory at most: one may be of a hundred megapixels
PALETTES = 64  # kept at most, for references that come again

Tell = Callable[[str], None]
Progress = Callable[[int, int], object]
Counting = Callable[[str], AbstractContextManager[Progress]]
_Read = tuple[Histogram, Picture | None, Sequence[str]]


def _silent(_: str) -> None: ...


def _uncounted(_: str) -> AbstractContextManager[Progress]:
    return nullcontext(lambda done, total: None)


class Measured:
    """The palettes of files; what was measured is kept. AttnpaintError for the first that cannot be read.

    tell: called with what is odd about a picture, in the order of the files. counting: what shows progress
    where there are many.
    """

    def __init__(self, tell: Tell = _silent, counting: Counting = _uncounted) -> None:
        self.tell, self.counting = tell, counting
        self._known: dict[tuple[Path, Method], Histogram] = {}

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

    def picture(self, path: Path) -> Picture:
        """A picture; no palette."""
        picture, notes = read_reference(path)
        if isinstance(picture, Histogram):
            raise UsageError(f"{path} is a palette", "give a picture")
        self._tell(path, picture, notes)
        return picture

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
            self._tell(path, picture, notes)
        return histogram

    def _tell(self, path: Path, picture: Picture, notes: Sequence[str]) -> None:
        for note in notes:
            self.tell(f"{path}: {note}")
        tell_if_transparent(path, picture, self.tell)


class References:
    """What is read of references, for a model that needs so much of them: each is measured once, and no more
    than one picture is held. All raise AttnpaintError for what cannot be read.
    """

    def __init__(self, needs: Requirements, measured: Measured | None = None) -> None:
        self.needs = needs
        self.measured = measured or Measured()
        self.pictures: dict[tuple[str, ...], Picture] = {}  # the last one read
        self.palettes: dict[tuple[str, ...], Histogram] = {}  # the last ones, the oldest first

    def given(self, refs: Sequence[str | Picture | Histogram]) -> Picture | Histogram | None:
        """What the model is given: the palette, or the picture itself where its style is looked at, or where
        its colours are in it."""
        if not refs or not self.needs.reference:
            return None
        if not isinstance(refs[0], str):
            return refs[0]
        if not self.needs.style and not self.needs.places:
            return self.palette(refs)
        picture = self.picture(refs)
        if picture is None and self.needs.style:
            problem = f"{self.needs.name} looks at the style of one reference"
            raise UsageError(problem, "give one picture, without bands")
        return self.palette(refs) if picture is None else picture

    def picture(self, refs: Sequence[str | Picture | Histogram]) -> Picture | None:
        """The one reference picture, if it is one and is looked at."""
        if len(refs) != 1 or not self.needs.reference:
            return None
        key = tuple(map(str, refs)) if isinstance(refs[0], str) else ()
        if not key:
            return None if isinstance(refs[0], (str, Histogram)) else refs[0]
        if key not in self.pictures:
            reference = parse_reference(key[0])
            if reference.bands or reference.path.suffix.lower() in READABLE:
                return None
            self.pictures.clear()
            self.pictures[key] = self.measured.picture(reference.path)
        return self.pictures[key]

    def palette(self, refs: Sequence[str | Picture | Histogram]) -> Histogram:
        """The colours of the one picture, or of palette files and several."""
        key = tuple(map(str, refs))
        if key not in self.palettes:
            picture = self.picture(refs)
            if len(self.palettes) >= PALETTES:
                del self.palettes[next(iter(self.palettes))]
            self.palettes[key] = (
                self._gathered(key) if picture is None else to_palette(picture, self.needs.method)
            )
        return self.palettes[key]

    def _gathered(self, refs: Sequence[str]) -> Histogram:
        given = [parse_reference(text) for text in refs]
        found = self.measured.of([reference.path for reference in given], self.needs.method)
        return gather([(found[reference.path], reference.bands, reference.weight) for reference in given])


def tell_if_transparent(path: Path, picture: Picture, tell: Tell) -> None:
    """Such a reference is not an error, but hardly what was meant."""
    hidden = alpha_of(picture)
    if hidden is not None and hidden.max() < 128:
        tell(f"{path} is wholly transparent and counts as white")


def _palette(path: Path, method: Method) -> _Read:
    found, notes = read_reference(path)
    return to_palette(found, method), None if isinstance(found, Histogram) else found, notes
