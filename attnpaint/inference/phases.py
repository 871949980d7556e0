"""What a `colorize` of one drawing spends its time on: prints seconds and megabytes as a JSON object.

python -m attnpaint.inference.phases DRAWING REFERENCE MODEL: a process of its own, as the command is.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from subprocess import run


def phases_of(drawing: Path, reference: Path, model: Path, repeats: int = 3) -> dict[str, float]:
    """Medians of `repeats` processes, by phase: imports, load, network, finish and write in seconds, and
    peak_megabytes. Finish is all that is neither network nor reading nor writing."""
    command = [sys.executable, "-m", __name__, *map(str, (drawing, reference, model))]
    told = [
        json.loads(run(command, capture_output=True, text=True, check=True).stdout) for _ in range(repeats)
    ]
    return {name: median(one[name] for one in told) for name in told[0]}


def main(drawing: str, reference: str, model: str) -> None:
    began = time.perf_counter()
    import typer  # noqa: F401

    from attnpaint.images import read_picture
    from attnpaint.inference.colorizer import Colorizer
    from attnpaint.inference.engine import choose_engine
    from attnpaint.inference.onnx_engine import OnnxEngine

    if choose_engine("auto", model).name == "torch":
        import torch  # noqa: F401
    else:
        import onnxruntime  # noqa: F401
    imported = time.perf_counter()
    colorizer = Colorizer.load(model)
    if isinstance(colorizer.engine, OnnxEngine):
        _ = colorizer.engine.stage or colorizer.engine.network  # opened while a drawing is read
    loaded = time.perf_counter()
    pictures = read_picture(drawing), read_picture(reference)
    read = time.perf_counter()
    coloring = colorizer.colorize(*pictures)
    _ = coloring.picture
    finished = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        coloring.save(Path(folder, "out.png"))
    told = {
        "imports": imported - began,
        "load": loaded - imported,
        "read": read - loaded,
        "network": coloring.seconds,
        "finish": finished - read - coloring.seconds,
        "write": time.perf_counter() - finished,
    }
    print(json.dumps(told | _peak()))


def _peak() -> dict[str, float]:
    """The process's largest memory, where the system tells it.

    On Linux what it has had since its program began: getrusage also counts that of the process it was forked
    from.
    """
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return {"peak_megabytes": int(line.split()[1]) * 1024 / 1e6}
    except (OSError, ValueError):  # no Linux
        pass
    try:
        import resource
    except ImportError:  # Windows
        return {}
    unit = 1 if sys.platform == "darwin" else 1024
    return {"peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6}


if __name__ == "__main__":
    main(*sys.argv[1:])
