"""The memory of extract-hist: whether it grows with the number of pictures."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from PIL import Image

from attnpaint.errors import AttnpaintError
from attnpaint.extract.benchmark_report import Scale

SIDE = 64


def scale(count: int) -> Scale:
    """`attnpaint extract-hist` on so many generated pictures: seconds each, and memory."""
    random = np.random.default_rng(count)
    with TemporaryDirectory() as folder:
        pictures = Path(folder, "pictures")
        pictures.mkdir()
        for i in range(count):
            rough = random.integers(0, 256, (6, 6, 3)).astype(np.float32)
            picture = cv2.resize(rough, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
            Image.fromarray(picture).save(pictures / f"{i:06}.png", compress_level=1)
        arguments = "extract-hist", str(pictures), "-o", str(Path(folder, "histograms"))
        seconds, peak = peak_memory([sys.executable, "-m", "attnpaint", *arguments])
    return Scale(count, seconds / count, peak)


def peak_memory(arguments: Sequence[str]) -> tuple[float, int]:
    """Seconds of a command, and the resident bytes of its processes, each at its peak, added up.

    What processes share counts in each. Needs Linux's /proc.
    """
    began = time.perf_counter()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        peaks: dict[int, int] = {}
        while process.poll() is None:
            for pid in _family(process.pid):
                peaks[pid] = max(peaks.get(pid, 0), _peak(pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - began
        if process.returncode:
            told = process.stdout.read().strip() if process.stdout else ""
            raise AttnpaintError(told or "the command failed", "nothing was measured")
    return seconds, sum(peaks.values())


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):  # it has ended
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _family(int(child))


def _peak(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
