"""How much of attnpaint one drawing runs through: the files and functions of our own in a traced `colorize`.

python benchmarks/traced_colorize.py [--list]
"""

import argparse
import sys
import tempfile
import threading
from collections import defaultdict
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ASSETS = Path(__file__).parents[1] / "assets"
DRAWING, REFERENCE = ASSETS / "drawings/painter-cat.png", ASSETS / "references/sunflower.png"
FUNCTION = 0x2  # CO_NEWLOCALS: a function's code, not that of a module or of a class's body


def traced(arguments: list[str]) -> dict[Path, set[str]]:
    """The files of attnpaint and, of each, the functions that run in `attnpaint ARGUMENTS`.

    Without lambdas, comprehensions and what dataclasses write. Raises SystemExit where the command fails.
    """
    import attnpaint
    import attnpaint.eval
    import attnpaint.extract
    from attnpaint.cli.app import main

    homes = [str(Path(str(one.__file__)).parent) for one in (attnpaint, attnpaint.extract, attnpaint.eval)]
    seen = set[CodeType]()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            seen.add(frame.f_code)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        code = main(arguments)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    if code:
        raise SystemExit(code)
    found: dict[Path, set[str]] = defaultdict(set)
    for one in seen:
        ours = any(one.co_filename.startswith(f"{home}/") for home in homes)
        if ours and one.co_flags & FUNCTION and not one.co_name.startswith("<"):
            found[Path(one.co_filename)].add(one.co_qualname)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the functions of each file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "painted.png")
        found = traced(["colorize", str(DRAWING), "--ref", str(REFERENCE), "-o", output])
    for file, names in sorted(found.items()) if options.list else ():
        print(f"{file.parent.name}/{file.name}: {len(names)}  {' '.join(sorted(names))}")
    print(f"{len(found)} files, {sum(map(len, found.values()))} functions")


if __name__ == "__main__":
    main()
