"""Pictures in folders, in an order that people expect, and found by the name of another."""

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from attnpaint.decoding.suffixes import READABLE
from attnpaint.errors import AttnpaintError
from attnpaint.images import SUFFIXES
from attnpaint.palettes.mix import parse_reference

PIPE = Path("-")  # standard input, or standard output
_NAMED = 3  # files that a message names


def pictures_in(folder: Path, recursive: bool) -> list[Path]:
    """The pictures in a folder, in natural order, hidden ones left out; [] where there are none."""
    if not os.access(folder, os.R_OK | os.X_OK):
        raise AttnpaintError(f"the folder {folder} cannot be read", "check that you may read it")
    found = (
        path
        for path in (folder.rglob("*") if recursive else folder.glob("*"))
        if path.suffix.lower() in READABLE and not hidden(path, folder) and path.is_file()
    )
    return sorted(found, key=in_order)


def hidden(path: Path, folder: Path) -> bool:
    """Whether it, or a folder that it lies in below `folder`, begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def in_order(path: Path) -> list[list[str | int]]:
    """A key to sort by: frame2 before frame10."""
    return [[int(run) if i % 2 else run for i, run in enumerate(re.split(r"(\d+)", p))] for p in path.parts]


class Names:
    """The pictures below a folder, to be found by the path of a partner, or else by its name, both without
    suffix.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_path: dict[str, list[Path]] = {}
        self.by_stem: dict[str, list[Path]] = {}
        every = pictures_in(folder, recursive=True)
        if not every:
            raise AttnpaintError(f"{folder} holds no pictures", f"put some there ({' '.join(SUFFIXES)})")
        for path in every:
            self.by_path.setdefault(_plain(path.relative_to(folder).with_suffix("")), []).append(path)
            self.by_stem.setdefault(_plain(Path(path.stem)), []).append(path)

    def find(self, place: Path) -> Path | None:
        """The partner of a picture whose relative path is `place`; AttnpaintError where there are several."""
        found = self.by_path.get(_plain(place.with_suffix(""))) or self.by_stem.get(
            _plain(Path(place.stem)), []
        )
        if len(found) > 1:
            problem = f"{self.folder} holds {place.stem} {len(found)} times ({first_of(found)})"
            raise AttnpaintError(problem, f"keep the one that is meant for {place}")
        return found[0] if found else None


def without_bands(reference: str) -> tuple[Path, str]:
    """`hair.png@1` → (hair.png, "@1"), `hair.png*0.3` likewise; UsageError as of `parse_reference`."""
    path = parse_reference(reference).path
    if path == Path(reference):
        return path, ""
    return path, reference[max(map(reference.rfind, "@*")) :]


def there(path: str | Path) -> bool:
    """Whether there is such a file or folder; no error where a name is too long to exist."""
    return os.access(path, os.F_OK)


def first_of(things: Iterable[object]) -> str:
    """The first few, and how many more there are."""
    told = [str(thing) for thing in things]
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return ", ".join(told[:_NAMED]) + more


def spoken(count: int, word: str) -> str:
    """`1 picture`, `2 pictures`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def _plain(path: Path) -> str:
    """Accents are written in two ways, and file systems differ in which."""
    return unicodedata.normalize("NFC", path.as_posix())
