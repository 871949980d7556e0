"""Mutated files for every reader: `python tests/fuzz.py`; a fault is a traceback, a hang or 2 GB.

The corpus is made here, by the program's own writers. Each case mutates one file of one kind, and one process
reads it; the right ends are a value or one line. Equal seeds give equal cases.
"""

import argparse
import json
import random
import resource
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from every_reader import READERS, Reader, corpus, kind_of

from attnpaint.errors import AttnpaintError

SECONDS, MOST_MEMORY = 20, 2 << 30
PATIENCE = 10
MARKS = [b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n", b"\0", b"\xff"]
ODD = [*MARKS, b"[" * 400, b"9" * 5000, b"-1", b"nan", b"1e999", b"\\ud800"]


class Hang(BaseException):
    """The watchdog's; no `except Exception` takes it."""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Flipped, cut, doubled, emptied, or with something odd put in or over."""
    kind, place = chance.randrange(8), chance.randrange(len(data) + 1)
    odd = chance.choice(ODD)
    if kind == 0:
        return data[:place]
    if kind == 1:
        return data[:place] + data[: chance.randrange(200)] + data[place:]
    if kind == 2:
        return data[:place] + odd + data[place:]
    if kind == 3:
        return data[:place] + odd + data[place + len(odd) :]
    if kind == 4:
        return chance.choice([b"", odd, data[:1], b"\xff\xfe" + data, data.replace(b"\n", b"\r\n")])
    flipped = bytearray(data)
    for _ in range(1 << chance.randrange(5)):
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


@contextmanager
def watched() -> Iterator[None]:
    """Hang after SECONDS of the processor, however busy the machine is."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Hang

    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(PATIENCE * SECONDS)  # for what waits and computes nothing
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def verdict(reader: Reader, path: Path) -> str:
    """right, refused, or the fault."""
    try:
        with watched():
            reader(path)
    except AttnpaintError as error:
        return "FAULT: more than one line" if "\n" in str(error) or len(str(error)) > 2000 else "refused"
    except Hang:
        return "FAULT: hang"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"FAULT: {type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
    return "right"


def run(cases: int, seed: int, kept: Path | None = None) -> Counter[tuple[str, str]]:
    """How often each kind of file ended how. kept: a folder for what was a fault."""
    found: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as place:
        files = corpus(Path(place))
        # over what this machine needs without any mutated file
        limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + MOST_MEMORY
        for case in range(cases):
            path = files[case % len(files)]
            name = kind_of(path)
            data, chance = path.read_bytes(), random.Random(f"{seed} {case}")
            path.write_bytes(mutated(data, chance))
            told = verdict(READERS[name], path)
            if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > limit:
                told, limit = "FAULT: memory", limit + MOST_MEMORY
            if kept and told.startswith("FAULT"):
                (kept / f"{case}-{path.name}").write_bytes(path.read_bytes())
            path.write_bytes(data)
            found[name, told] += 1
    return found


def main() -> int:
    """0 without a fault, else 1; the table is JSON lines."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=3000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--keep", type=Path, help="a folder for the files that were faults")
    given = asked.parse_args()
    found = run(given.cases, given.seed, given.keep)
    for (kind, told), count in sorted(found.items()):
        print(json.dumps({"kind": kind, "verdict": told, "cases": count}))
    faults = sum(count for (_, told), count in found.items() if told.startswith("FAULT"))
    print(json.dumps({"cases": given.cases, "faults": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
