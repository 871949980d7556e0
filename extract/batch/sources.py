"""Where references lie: folders, pictures, tar shards and lists of files, one after the other."""

import errno
import json
import os
import re
import stat
import sys
import tarfile
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnpaint.decoding.suffixes import READABLE, note_left_out
from attnpaint.errors import AttnpaintError
from attnpaint.files import read_bytes
from attnpaint.images import SUFFIXES
from attnpaint.text_files import marked

SHARD = ".tar"
MOST_BYTES = 2**30
MOST_NAME = 4096  # characters of the name of a member


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of a file, or of a member of an uncompressed tar shard; size -1: to the file's end."""

    path: str
    offset: int = 0
    size: int = -1

    def read(self) -> bytes:
        with Path(self.path).open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size)


@dataclass(frozen=True)
class Source:
    """One picture: a file, or a member of an uncompressed tar shard.

    name: what the table calls it, with forward slashes (shard.tar/member). size in bytes; -1: not looked up.
    """

    name: str
    path: str
    offset: int = 0
    size: int = -1
    mtime_ns: int = 0

    def read(self) -> bytes:
        return Blob(self.path, self.offset, self.size).read()

    def looked_up(self) -> "Source":
        """With the size and time of its file; OSError where that is not to be had."""
        if self.size >= 0:
            return self
        known = Path(self.path).stat()
        if not stat.S_ISREG(known.st_mode):  # a pipe would be waited for
            raise OSError(errno.EINVAL, "not a file")
        return Source(self.name, self.path, self.offset, known.st_size, known.st_mtime_ns)


@dataclass(frozen=True)
class Failure:
    """What could not be measured; `problem` goes on after the path: "is damaged"."""

    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path} {self.problem}; {self.remedy}"

    def line(self) -> str:
        """The failure in errors.jsonl."""
        return json.dumps({"path": self.path, "reason": self.problem, "remedy": self.remedy}) + "\n"


def find_sources(
    places: Sequence[Path],
    skipped: Path | None = None,
    more: bool = False,
    endings: tuple[str, ...] = READABLE,
    left: Counter[str] | None = None,
) -> Iterator[Source | Failure]:
    """The pictures in folders (recursive, sorted, hidden ones left out) and shards, and single pictures.

    What lies in `skipped` is left out. Names are relative to their place; of several places, or
    if `more` sources follow, they begin with it. `endings`: what their names end with, in lower case;
    `left` counts the suffixes of pictures that cannot be read.
    A folder or shard that cannot be read is a Failure.
    """
    skip = skipped.resolve() if skipped else None
    for place in places:
        prefix = f"{place.as_posix().rstrip('/')}/" if more or len(places) > 1 else ""
        if not place.exists():
            raise AttnpaintError(f"{place} does not exist", "give folders, pictures or .tar shards")
        if place.is_dir():
            yield from _in_folder(place, prefix, skip, endings, left)
        elif place.suffix.lower() == SHARD:
            yield from _in_shard(place, prefix.rstrip("/") or place.name, endings, left)
        else:
            yield Source(printable(place.as_posix() if prefix else place.name), str(place))


def listed(names: bytes) -> Iterator[Source]:
    """The pictures that a list names, one a line, or with NUL between them.

    A byte order mark before it tells its encoding.
    """
    encoding = marked(names)
    if encoding == "utf-8-sig":  # names need not be text
        names = names.removeprefix(BOM_UTF8)
    elif encoding:
        names = os.fsencode(names.decode(encoding, errors="replace"))
    end = b"\0" if b"\0" in names else b"\n"
    for found in re.finditer(b"[^%b]+" % end, names):
        if name := os.fsdecode(found[0] if end == b"\0" else found[0].rstrip(b"\r")):
            yield Source(printable(Path(name).as_posix()), name)


def read_list(path: Path) -> bytes:
    """The bytes of a list, or of standard input for `-`; AttnpaintError where they cannot be read."""
    try:
        if str(path) != "-":
            return read_bytes(path, MOST_BYTES)
        names = sys.stdin.buffer.read(MOST_BYTES + 1)
        if len(names) > MOST_BYTES:
            raise ValueError(f"it is of more than {MOST_BYTES >> 30} GiB")
        return names
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AttnpaintError(f"{path} cannot be read ({reason})", "give a list of files") from error


def no_pictures(place: str) -> AttnpaintError:
    """The error of a place where there is nothing to measure."""
    return AttnpaintError(f"{place} holds no pictures", f"put some there ({' '.join(SUFFIXES)}, {SHARD})")


def too_large(name: str) -> Failure:
    """The failure of a file over MOST_BYTES."""
    return Failure(name, f"is a file of more than {MOST_BYTES >> 30} GiB", "make it smaller first")


def killer(name: str) -> Failure:
    """The failure of a picture that ended its worker."""
    return Failure(name, "killed the process that measured it", "look at the file and at free memory")


def no_shard(name: str, reason: str) -> Failure:
    """The failure of a file that is no tar, or a compressed one."""
    problem = f"is not a tar shard that can be read ({reason})"
    return Failure(printable(name), problem, "make it again, without compression")


def cannot_read(name: str, error: OSError) -> Failure:
    """The failure of a file that the system does not hand over."""
    reason = (error.strerror or str(error)).lower()
    return Failure(name, f"cannot be read ({reason})", "check the path, and that you may read it")


def _in_folder(
    folder: Path, prefix: str, skip: Path | None, endings: tuple[str, ...], left: Counter[str] | None
) -> Iterator[Source | Failure]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield cannot_read(printable(prefix) or str(folder), error)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path, name = Path(entry.path), f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if path.resolve() != skip:
                yield from _in_folder(path, f"{name}/", skip, endings, left)
        elif entry.name.lower().endswith(endings) and _may_be_read(entry):
            yield Source(printable(name), entry.path)
        elif path.suffix.lower() == SHARD and _may_be_read(entry):
            yield from _in_shard(path, name, endings, left)
        else:
            note_left_out(entry.name, left)


def _may_be_read(entry: "os.DirEntry[str]") -> bool:
    """Files, and links, whatever they lead to: a broken one is worth a word."""
    return entry.is_symlink() or entry.is_file()


def _in_shard(
    path: Path, name: str, endings: tuple[str, ...], left: Counter[str] | None
) -> Iterator[Source | Failure]:
    try:
        length, changed = path.stat().st_size, path.stat().st_mtime_ns
        # not compressed: members are read where they lie
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            yield from members(tar, name, str(path), changed, endings, length, left)
            file.seek(tar.offset)
            if file.read(tarfile.BLOCKSIZE).strip(b"\0"):  # tarfile takes it for the end
                raise tarfile.ReadError("damaged or cut short between two members")
    except BROKEN as error:
        yield no_shard(name, str(error) or "its headers are damaged")


BROKEN = (tarfile.TarError, OSError, ValueError, OverflowError, MemoryError, RecursionError, LookupError)
"""What tarfile raises at damaged headers: sizes that are none, names that cannot be."""


def members(
    tar: tarfile.TarFile,
    name: str,
    path: str,
    changed: int,
    endings: tuple[str, ...] = READABLE,
    length: int | None = None,
    left: Counter[str] | None = None,
) -> Iterator[Source]:
    """The pictures in a shard that lies at `path`, hidden ones left out; only its headers are read.

    length: bytes of the shard. Raises one of BROKEN where its headers are damaged; what came before is whole.
    """
    for member in tar:
        inner = member.name.removeprefix("./")
        if member.size < 0:
            raise tarfile.ReadError(f"the size of {printable(inner)[:80]} is damaged")
        size = member.size
        if length is not None:  # a member that is cut short is read to the shard's end
            size = min(size, max(0, length - member.offset_data))
        hidden = any(part.startswith(".") for part in inner.split("/"))
        odd = "\0" in inner or len(inner) > MOST_NAME
        if member.isfile() and not hidden and not odd:
            if inner.lower().endswith(endings):
                yield Source(printable(f"{name}/{inner}"), path, member.offset_data, size, changed)
            else:
                note_left_out(inner, left)
        tar.members.clear()  # type: ignore[attr-defined]  # tarfile would keep them all


def printable(name: str) -> str:
    """A file name as text; bytes that are no UTF-8 are spelled out."""
    return name.encode(errors="backslashreplace").decode()
