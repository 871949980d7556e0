"""Files: written whole or not at all, read within bounds, as are JSON and TOML."""

import errno
import json
import lzma
import os
import stat
import sys
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from uuid import uuid4
from zipfile import BadZipFile, ZipFile

from attnpaint.errors import AttnpaintError

if sys.platform != "win32":
    import fcntl

_PART = f".{'[0-9a-f]' * 32}.part"
_swept = set[Path]()

SMALL = 8_000_000  # bytes of a file that describes something: recipes, models, palettes
MOST_BYTES = 64_000_000  # of a text file; no list of pictures is nearly as large
DEEPEST = 64
"""Lists and tables inside each other; what the program writes has 8 at most."""

LONGEST = 40
"""Digits of a whole number; what the program writes has 20 at most."""
_TOO_DEEP = f"lists or tables are nested more than {DEEPEST} deep"


@contextmanager
def telling(path: str | Path) -> Iterator[None]:
    """An OSError of this block becomes an AttnpaintError that says that `path` cannot be written."""
    try:
        yield
    except OSError as error:
        raise AttnpaintError(
            f"{path} cannot be written ({(error.strerror or str(error)).lower()})",
            "choose a folder that you may write to, with space left",
        ) from error


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a hidden path beside `path` to write to; it becomes `path` only if the block ends well.

    A file that is replaced hands its permissions on; a link stays, and what it leads to is replaced. What
    killed processes have left half-written in the folder is removed first.
    Raises AttnpaintError where the folder is missing or cannot be written, the name is too long, there is
    something else than a file, or the disk is full.
    """
    path = Path(path)
    check_name(path)
    target = _followed(path) if path.is_symlink() else path
    if not target.parent.is_dir():
        raise AttnpaintError(
            f"the folder {target.parent} does not exist", "create it or write somewhere else"
        )
    old = target.stat() if target.exists() else None
    if old and stat.S_ISDIR(old.st_mode):
        raise AttnpaintError(f"{path} is a folder", "give a file name inside it")
    if old and not stat.S_ISREG(old.st_mode):
        raise AttnpaintError(f"{path} is no ordinary file", "give another name")
    if target.parent not in _swept:
        sweep(target.parent)
        _swept.add(target.parent)
    part, holder = None, -1
    try:
        part, holder = _held(target.parent, stat.S_IMODE(old.st_mode) if old else 0o666)
        yield part
        if old:
            _take_over(part, old)
        if sys.platform == "win32":  # which replaces no open file
            os.close(holder)
            holder = -1
        part.replace(target)
    except OSError as error:
        raise AttnpaintError(
            f"{path} cannot be written ({(error.strerror or str(error)).lower()})",
            "choose a folder that you may write to, with space left",
        ) from error
    finally:
        if holder >= 0:
            os.close(holder)
        if part:
            part.unlink(missing_ok=True)


@contextmanager
def new_zip(stream: IO[bytes]) -> Iterator[ZipFile]:
    """A zip to be written into `stream`; where an exception ends the block, it is left as it is.

    `ZipFile` closes itself then, which fails while a member is open: Ctrl-C in the wrong moment would be told
    as a ValueError.
    """
    file = ZipFile(stream, "w")
    try:
        yield file
        file.close()
    except BaseException:
        file.fp = None  # closed, and nothing more is written
        raise


def sweep(folder: str | Path) -> None:
    """Remove what killed processes have left half-written in `folder`, which may be missing."""
    with suppress(OSError):
        for part in Path(folder).glob(_PART):
            with suppress(OSError):
                _remove_unless_held(part)


def check_name(path: str | Path) -> None:
    """AttnpaintError where no file can have this name: it is too long or holds NUL."""
    path = Path(path)
    for place in (path, Path(path.anchor or ".", path.name)):  # a missing folder hides the name
        try:
            place.lstat()
        except ValueError as error:
            raise AttnpaintError(f"{str(path)!r} is no name for a file", "give another with -o") from error
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                problem = f"the name {_shortened(path.name)} is too long for a file"
                raise AttnpaintError(problem, "give a shorter one with -o") from error


def there(path: str | Path) -> bool:
    """Whether there is such a file or folder; no error where a name is too long to exist."""
    return os.access(path, os.F_OK)


def check_folder(folder: Path, to_be_made: bool = False) -> None:
    """AttnpaintError where there is no such folder, or one that may not be written to.

    to_be_made: it will be where it is missing, in the first folder above it that is there.
    """
    while to_be_made and not os.path.lexists(folder) and folder.parent != folder:
        folder = folder.parent
    if not folder.is_dir():
        raise AttnpaintError(f"there is no folder {folder}", "create it or write elsewhere")
    if not os.access(folder, os.W_OK):
        raise AttnpaintError(f"the folder {folder} cannot be written to", "write elsewhere with -o")


def make_folder(path: str | Path) -> Path:
    """Create `path` and its parents where they are missing; AttnpaintError where that is not allowed."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AttnpaintError(
            f"the folder {path} cannot be made ({(error.strerror or str(error)).lower()})",
            "choose a place that you may write to",
        ) from error
    return path


def _shortened(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:20]}…{name[-19:]}"


def _followed(path: Path) -> Path:
    """Where a link leads to, be it there or not."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise AttnpaintError(f"{path} is a link that leads to itself", "remove it") from error


def _held(folder: Path, mode: int) -> tuple[Path, int]:
    """A new part file, and its descriptor, which holds a lock: another process's `sweep` lets it be."""
    while True:
        part = folder / f".{uuid4().hex}.part"
        holder = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        try:
            if sys.platform != "win32":
                with suppress(OSError):  # a file system that knows no locks
                    fcntl.flock(holder, fcntl.LOCK_EX)
            if os.fstat(holder).st_nlink:  # not swept in between
                return part, holder
        except BaseException:
            os.close(holder)
            part.unlink(missing_ok=True)
            raise
        os.close(holder)


def _remove_unless_held(part: Path) -> None:
    """OSError where another process holds it, or nobody can tell: Windows removes no file that is open."""
    holder = os.open(part, os.O_RDWR)
    try:
        if sys.platform != "win32":
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink(missing_ok=True)
    finally:
        os.close(holder)
    if sys.platform == "win32":
        part.unlink(missing_ok=True)


def _take_over(part: Path, old: os.stat_result) -> None:
    """The permissions and, where that is allowed, the owner of the file that is replaced."""
    if sys.platform != "win32":
        new = part.stat()
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            with suppress(OSError):
                os.chown(part, old.st_uid, old.st_gid)
    part.chmod(stat.S_IMODE(old.st_mode))


BROKEN = (
    BadZipFile,
    LookupError,
    ValueError,
    ArithmeticError,
    RuntimeError,  # encrypted; RecursionError and NotImplementedError are of its kind
    MemoryError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
)
"""What unpacking a damaged or hostile file raises."""


def read_member(file: ZipFile, name: str, most: int) -> bytes:
    """The bytes of a member; ValueError where it unpacks to more than `most`, whatever its head says."""
    with file.open(name) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise ValueError(f"{name} is too large")
    return data


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """All of a file; ValueError where it is of more than `most` bytes, OSError where it cannot be read."""
    with path.open("rb") as file:
        large = os.fstat(file.fileno()).st_size > most
        data = b"" if large else file.read(most + 1)
    if large or len(data) > most:
        raise ValueError(f"it is of more than {most // 1_000_000} MB")
    return data


def parse_json(text: str | bytes) -> Any:
    """The values in JSON text; ValueError where it is none, nested deeper than DEEPEST, or has what cannot
    be computed with or shown: whole numbers of more than LONGEST digits, halves of characters.

    Bytes are UTF-8, with a byte order mark or without.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    check_plain(value)
    return value


def parse_toml(text: str) -> dict[str, Any]:
    """The tables in TOML text; ValueError as from `parse_json`."""
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    check_plain(table)
    return table


def check_plain(value: Any) -> None:
    """ValueError where a value made of lists, tables, numbers and text is out of the bounds above."""
    level = [value]
    for _ in range(DEEPEST):
        below = list[Any]()
        for one in level:
            if isinstance(one, dict):
                below += [*one, *one.values()]
            elif isinstance(one, list | tuple):
                below += one
            elif isinstance(one, str) and not one.isascii():
                try:
                    one.encode()
                except UnicodeEncodeError:
                    raise ValueError("text has half a character in it") from None
            elif isinstance(one, int) and abs(one) >= 10**LONGEST:
                raise ValueError(f"a number has more than {LONGEST} digits")
        level = below
    if level:
        raise ValueError(_TOO_DEEP)
