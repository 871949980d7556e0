"""Pictures that look the same: a 64-bit difference hash finds them, a small colour copy confirms it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import cv2
import numpy as np

from attnpaint.images import Picture, resize

MOST = 11
"""The largest distance that is looked for: then two bits differ in one of the bands at most."""

SHADE = 20.0
"""How much a place's colour may differ, 0 to 255; copies made by resizing and JPEG stay under 10."""

_BANDS = 4
_BITS = 16  # of a band
_SIDE = 16  # px of the small colour copy
_STEP = 2  # of luma; less is flat
_SCHEMA = """
create temp table bands (band int, value int, turn int, hash blob, colors blob);
create index temp.by_value on bands (band, value);
"""


@dataclass(frozen=True)
class Print:
    """hash: 8 bytes, a bit where one of 8×8 places is lighter than the next on its right;
    colors: a 16×16 copy, RGB bytes."""

    hash: bytes
    colors: bytes

    @classmethod
    def of(cls, picture: Picture) -> "Print":
        """Of a uint8 H×W×3 picture, whatever its size."""
        grey = cv2.cvtColor(resize(picture, 8, 9), cv2.COLOR_RGB2GRAY).astype(np.int16)
        lighter = grey[:, :-1] > grey[:, 1:] + _STEP
        return cls(np.packbits(lighter).tobytes(), resize(picture, _SIDE, _SIDE).tobytes())

    def distance(self, other: "Print") -> int:
        """The bits of the hash that differ, 0 to 64."""
        return (int.from_bytes(self.hash) ^ int.from_bytes(other.hash)).bit_count()

    def shade(self, other: "Print") -> float:
        """How much the colour of a place differs, a mean of its channels, where it does so most: 0 to 255."""
        one, two = (np.frombuffer(each.colors, np.uint8).astype(np.int16) for each in (self, other))
        return float(np.abs(one - two).reshape(-1, 3).mean(axis=1).max())

    def bands(self) -> list[int]:
        """Four numbers of 16 bits; each takes its bits from all over the picture: margins are alike."""
        bits = np.unpackbits(np.frombuffer(self.hash, np.uint8)).reshape(8, 8)
        rows, columns = np.indices(bits.shape)
        parts = [bits[(rows + columns) % _BANDS == band] for band in range(_BANDS)]
        return [int.from_bytes(np.packbits(part).tobytes()) for part in parts]


@dataclass(frozen=True)
class Match:
    turn: int
    distance: int


class Known:
    """The prints seen so far, on disk; of two at most `distance` bits apart a band differs by a quarter."""

    def __init__(self, store: sqlite3.Connection, distance: int) -> None:
        self._store, self._distance = store, distance
        self._store.executescript(_SCHEMA)

    def find(self, fresh: Print) -> Match | None:
        """The nearest print that looks like this one, the first of equals."""
        found: dict[int, int] = {}
        for band, value in enumerate(fresh.bands()):
            values = [value ^ mask for mask in _masks(self._distance // _BANDS)]
            query = (
                f"select turn, hash, colors from bands where band = ? and value in ({_marks(len(values))})"
            )
            for turn, *blobs in self._store.execute(query, (band, *values)):
                known = Print(*blobs)
                distance = fresh.distance(known)
                if turn not in found and distance <= self._distance and fresh.shade(known) <= SHADE:
                    found[turn] = distance
        if not found:
            return None
        turn = min(found, key=lambda turn: (found[turn], turn))
        return Match(turn, found[turn])

    def add(self, turn: int, fresh: Print) -> None:
        rows = [(band, value, turn, fresh.hash, fresh.colors) for band, value in enumerate(fresh.bands())]
        self._store.executemany("insert into bands values (?, ?, ?, ?, ?)", rows)

    def close(self) -> None:
        self._store.execute("drop table bands")


@cache
def _masks(bits: int) -> tuple[int, ...]:
    """The 16-bit numbers with so many bits at most."""
    return tuple(_each_mask(bits))


def _each_mask(bits: int) -> Iterator[int]:
    for count in range(bits + 1):
        for places in combinations(range(_BITS), count):
            yield sum(1 << place for place in places)


def _marks(count: int) -> str:
    return ", ".join("?" * count)
