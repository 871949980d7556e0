"""Moves from the page's first painting to a picture that someone has in mind, made in Chromium by a mouse.

    python benchmarks/page_moves.py --data corpus-val-*.tar --pictures NAME … [--clicks]

The picture in mind is the truth in the colours of its palette; the reference is the truth turned round.
Whoever mends sees pixels alone and misses by up to 8 px, until 95 % of the figure is within ΔE 10. A move is
a click, a lasso, a swatch dragged onto the picture, a colour taken, a key that fills more, an undo.
`--clicks` allows single regions alone, one by one.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from page_browser import Browser
from page_person import Person
from page_targets import Target, targets

PACE = 0.8  # moves a second


@contextmanager
def served() -> Iterator[str]:
    """The address of `attnpaint app`."""
    command = [sys.executable, "-m", "attnpaint", "app", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.terminate()


def mended(browser: Browser, target: Target, clicks: bool, shots: Path | None) -> dict[str, object]:
    browser.paint(np.repeat(target.drawing[..., None], 3, axis=2), target.reference)
    person = Person(browser, target, clicks, np.random.default_rng(0))
    first = 1 - (~person.target.right(browser.canvas("#picture")[..., :3])).sum() / (target.entry >= 0).sum()
    stem = target.name.replace("/", "-")
    if shots:
        browser.shot(shots / f"{stem}-first.png")
    began = time.perf_counter()
    reached = person.mend()
    if shots:
        browser.shot(shots / f"{stem}-mended.png")
    return {
        "name": target.name,
        "right_at_first": round(float(first), 3),
        "moves": person.moves.total(),
        "reached": reached,
        "of": dict(person.moves),
        "seconds_of_the_script": round(time.perf_counter() - began, 1),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument(
        "--data", nargs="+", type=Path, required=True, help="tar shards of held-out pictures"
    )
    options.add_argument("--pictures", nargs="+", required=True, help="names in them")
    options.add_argument("--clicks", action="store_true", help="single regions alone")
    options.add_argument("--out", type=Path, help="a file of JSON lines")
    options.add_argument("--shots", type=Path, help="a folder for screenshots before and after")
    given = options.parse_args()
    if given.shots:
        given.shots.mkdir(parents=True, exist_ok=True)
    found = []
    with served() as address:
        browser = Browser(address)
        try:
            for target in targets(given.data, given.pictures):
                found.append(mended(browser, target, given.clicks, given.shots))
                print(json.dumps(found[-1]), flush=True)
        finally:
            browser.close()
    if given.out:
        given.out.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
    median = statistics.median(int(str(one["moves"])) for one in found)
    print(f"median of {len(found)}: {median:g} moves, {median / PACE:.0f} s at {PACE} moves a second")


if __name__ == "__main__":
    main()
