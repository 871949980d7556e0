"""Pictures and shards at any address that pyarrow understands: s3://, gs://, hdfs://, a plain path."""

import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from attnpaint.decoding.suffixes import READABLE, note_left_out
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract.batch.sources import BROKEN, SHARD, Failure, Source, find_sources, members, no_shard

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem


@dataclass(frozen=True)
class Place:
    """A path in a file system; local ones are absolute."""

    filesystem: "FileSystem"
    path: str

    @property
    def local(self) -> bool:
        return str(self.filesystem.type_name) == "local"

    def child(self, name: str) -> "Place":
        return Place(self.filesystem, f"{self.path.rstrip('/')}/{name}" if self.path else name)


@dataclass(frozen=True)
class Shard:
    """A tar shard whose members are still to be listed."""

    name: str
    path: str


def place_of(address: str) -> Place:
    """Where an address points. UsageError: pyarrow has no such file system here, or the address is broken."""
    from pyarrow import ArrowException, fs

    if not re.match(r"[a-z][a-z0-9+.-]*://", address):
        return Place(fs.LocalFileSystem(), str(Path(address).absolute()))
    try:
        return Place(*fs.FileSystem.from_uri(address))
    except (ArrowException, OSError, NotImplementedError) as error:
        problem = f"{address} cannot be reached ({_first_line(error)})"
        raise UsageError(problem, "give a path or an address like s3://bucket/folder") from error


def find(
    place: Place, skipped: Place | None = None, left: Counter[str] | None = None
) -> Iterator[Source | Shard | Failure]:
    """What there is to measure, as `find_sources` finds and names it; folders are listed one at a time.

    What lies in `skipped` is left out; `left` counts the suffixes of pictures that cannot be read, but for
    those in a Shard. AttnpaintError where nothing is there.
    """
    from pyarrow.fs import FileType

    if place.local:
        away = Path(skipped.path) if skipped and skipped.local else None
        yield from find_sources([Path(place.path)], away, left=left)
        return
    try:
        root = place.filesystem.get_file_info(place.path)
    except OSError as error:
        problem = f"{place.path} cannot be looked up ({_first_line(error)})"
        raise AttnpaintError(problem, "check the address and your access to it") from error
    if root.type == FileType.NotFound:
        raise AttnpaintError(f"{place.path} does not exist", "give a folder, a picture or a .tar shard")
    if root.type == FileType.Directory:
        skip = skipped.path.rstrip("/") if skipped and skipped.filesystem == place.filesystem else None
        yield from _in_folder(place.filesystem, place.path, "", skip, left)
    elif _suffix(root.path) == SHARD:
        yield Shard(root.base_name, root.path)
    else:
        yield Source(root.base_name, root.path, 0, root.size, root.mtime_ns or 0)


def members_of(filesystem: "FileSystem", shard: Shard) -> tuple[list[Source], list[Failure], Counter[str]]:
    """The pictures in a shard, the shard itself where it cannot be read to its end, and the suffixes of the
    pictures in it that cannot be read."""
    found: list[Source] = []
    left: Counter[str] = Counter()
    try:
        changed = filesystem.get_file_info(shard.path).mtime_ns or 0
        with filesystem.open_input_file(shard.path) as file, tarfile.open(fileobj=file, mode="r:") as tar:
            found.extend(members(tar, shard.name, shard.path, changed, left=left))
    except BROKEN as error:
        return found, [no_shard(shard.name, _first_line(error))], left
    return found, [], left


def read(filesystem: "FileSystem", source: Source) -> bytes:
    """The bytes of a picture; OSError."""
    from pyarrow import ArrowException

    try:
        with filesystem.open_input_file(source.path) as file:
            return bytes(file.read_at(source.size, source.offset))
    except ArrowException as error:
        raise OSError(_first_line(error)) from error


def _in_folder(
    filesystem: "FileSystem", folder: str, prefix: str, skip: str | None, left: Counter[str] | None
) -> Iterator[Source | Shard | Failure]:
    from pyarrow.fs import FileSelector, FileType

    try:
        entries = sorted(filesystem.get_file_info(FileSelector(folder)), key=lambda entry: entry.base_name)
    except OSError as error:
        yield Failure(
            prefix or folder, f"cannot be read ({_first_line(error)})", "check that you may read it"
        )
        return
    for entry in entries:
        name = f"{prefix}{entry.base_name}"
        if entry.base_name.startswith("."):
            continue
        if entry.type == FileType.Directory:
            if entry.path.rstrip("/") != skip:
                yield from _in_folder(filesystem, entry.path, f"{name}/", skip, left)
        elif _suffix(name) in READABLE:
            yield Source(name, entry.path, 0, entry.size, entry.mtime_ns or 0)
        elif _suffix(name) == SHARD:
            yield Shard(name, entry.path)
        else:
            note_left_out(name, left)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no reason given"])[0].rstrip(".")
