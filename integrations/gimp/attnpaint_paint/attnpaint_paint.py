#!/usr/bin/env python3
"""A plug-in of GIMP 2.10: the procedure `plug-in-attnpaint-paint`, which the dialog of attnpaint.scm calls.

GIMP 2.10's own Python is Python 2, and many systems leave it out. This is any Python 3, which speaks to GIMP
through its C library. It runs `attnpaint colorize` and loads the layers that come back.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from libgimp import Failure, Gimp

NAME = "plug-in-attnpaint-paint"
FINISHES = ("flat", "painted", "blend")
PATIENCE = 0.1  # seconds between two looks at the program
TRIES = 9000


def paint(gimp, image, drawable, reference, finish, program):
    """The layers of the painting in a group above the drawing. Raises Failure with one line."""
    if not reference or not Path(reference).is_file():
        raise Failure("choose a reference: a picture or a palette file")
    if finish not in FINISHES:
        raise Failure(f"there is no finish {finish!r}; give one of {', '.join(FINISHES)}")
    command = _found(program)
    with tempfile.TemporaryDirectory(prefix="attnpaint-") as folder:
        drawing, painted = Path(folder, "drawing.png"), Path(folder, "painted.psd")
        gimp.save(image, drawable, str(drawing))
        gimp.progress("attnpaint paints")
        line = [command, "colorize", str(drawing), "--ref", reference, "--finish", finish]
        _run(gimp, [*line, "-o", str(painted), "--json"], painted)
        gimp.begin(image)
        try:
            gimp.to_rgb(image)
            gimp.add_layers(image, drawable, str(painted), f"attnpaint: {finish}")
        finally:
            gimp.end(image)


def _found(program):
    """The program's file."""
    found = shutil.which(program or "attnpaint")
    if found:
        return found
    if program:
        raise Failure(f"{program} is no program; choose the file attnpaint of its installation")
    raise Failure("attnpaint is not on the PATH; install it, or choose its file as Program")


def _run(gimp, command, painted):
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    except OSError as error:
        reason = error.strerror or error
        raise Failure(f"{command[0]} cannot be started ({reason}); choose another file") from None
    told, errors = "", ""
    for _ in range(TRIES):
        try:
            told, errors = process.communicate(timeout=PATIENCE)
            break
        except subprocess.TimeoutExpired:
            gimp.pulse()
    else:
        process.kill()
        raise Failure("attnpaint did not end within a quarter of an hour; try a smaller drawing")
    if process.returncode or not painted.is_file():
        raise Failure(_reason(told, errors))


def _reason(told, errors):
    """What went wrong, in one line, as the program says it."""
    try:
        answer = json.loads(told.strip().splitlines()[-1])
        failed = answer.get("failed") or []
        reason = answer.get("error") or (failed[0].get("error") if failed else "")
    except (ValueError, IndexError, AttributeError, TypeError):
        reason = ""
    lines = errors.strip().splitlines()
    return str(reason) or (lines[-1] if lines else "attnpaint ended without a picture; try it in a terminal")


def main():
    gimp = Gimp(NAME, paint)
    return gimp.main(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
