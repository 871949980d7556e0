"""WebDataset shards that grow by whole pictures, with equal bytes for equal pictures."""

import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from attnpaint.errors import AttnpaintError

PATTERN = "train-*.tar"
_BLOCK = tarfile.BLOCKSIZE
_END = bytes(2 * _BLOCK)


@dataclass(frozen=True)
class Place:
    """The end of what is written: so many bytes of shard number `shard`."""

    shard: int = 0
    end: int = 0


def members(files: Iterable[tuple[str, bytes]]) -> bytes:
    """(name, content) as members of a tar: no owner, no time, readable by all."""
    parts: list[bytes] = []
    for name, content in files:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o644
        head = info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
        parts += [head, content, bytes(-len(content) % _BLOCK)]
    return b"".join(parts)


def shard_name(number: int) -> str:
    return f"train-{number:05}.tar"


class ShardWriter:
    """Appends members to train-00000.tar, … of at most `limit` bytes each; a whole shard gets its name.

    Goes on at `place`; what lies behind it is dropped. AttnpaintError: the folder cannot be written, or the
    disk is full.
    """

    def __init__(self, folder: Path, limit: int, place: Place) -> None:
        self.place = place
        self._folder, self._limit = folder, limit
        with self._told():
            self._open()

    def add(self, packed: bytes) -> Place:
        """Append one picture's members to a shard that has room for them; where they end."""
        with self._told():
            if self.place.end and self.place.end + len(packed) + len(_END) > self._limit:
                self._end_shard()
                self.place = Place(self.place.shard + 1)
                self._open()
            self._file.write(packed)
        self.place = Place(self.place.shard, self.place.end + len(packed))
        return self.place

    def flush(self) -> None:
        """What was added survives a kill and a power cut."""
        with self._told():
            self._file.flush()
            os.fsync(self._file.fileno())

    def finish(self) -> int:
        """End the last shard and return their number."""
        with self._told():
            if not self.place.end:
                self._file.close()
                self._growing.unlink()
                return self.place.shard
            self._end_shard()
        return self.place.shard + 1

    def __enter__(self) -> "ShardWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._told():
            self._file.close()

    @property
    def _whole(self) -> Path:
        return self._folder / shard_name(self.place.shard)

    @property
    def _growing(self) -> Path:
        return self._folder / f".{shard_name(self.place.shard)}.growing"

    def _open(self) -> None:
        if self._whole.exists():  # ended after the last thing that is known of it
            self._whole.rename(self._growing)
        self._file = self._growing.open("r+b" if self._growing.exists() else "w+b")
        if self._file.seek(0, os.SEEK_END) < self.place.end:
            self._file.close()
            problem = f"{self._growing} is shorter than it was"
            raise AttnpaintError(problem, f"remove {self._folder} and begin again")
        self._file.truncate(self.place.end)
        self._file.seek(self.place.end)

    def _end_shard(self) -> None:
        self._file.write(_END)
        self.flush()
        self._file.close()
        self._growing.rename(self._whole)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            problem = f"{self._whole} cannot be written ({(error.strerror or str(error)).lower()})"
            raise AttnpaintError(problem, "free some space, and give the same command to go on") from error
