"""Regions flooded by OpenCV, as `segment.regions` does it, beside scikit-image's watershed and expand_labels.

python benchmarks/flood.py    (needs scikit-image, which attnpaint does not)
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from skimage.segmentation import expand_labels, watershed

from attnpaint.images import read_picture, to_grey
from attnpaint.segment import regions

DRAWINGS = Path(__file__).parents[1] / "assets" / "drawings"
FAR = 10**6  # px; further than any label is from any pixel
RUNS = 5
Labels = npt.NDArray[np.int32]


def seconds(work: Callable[[], object]) -> float:
    """Of the processor, the least of a few runs."""
    best = float("inf")
    for _ in range(RUNS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def flooded(paper: npt.NDArray[np.uint8], labels: Labels) -> Labels:
    """As `regions.flooded`, by scikit-image: paper before lines."""
    return np.asarray(watershed((paper == 0).astype(np.uint8), labels, connectivity=1), np.int32)


def compare(path: Path) -> str:
    given: list[tuple[npt.NDArray[np.uint8], Labels]] = []
    own = regions.flooded

    def kept(paper: npt.NDArray[np.uint8], labels: Labels) -> Labels:
        given.append((paper.copy(), labels.copy()))
        return own(paper, labels)

    regions.flooded = kept
    try:
        regions.find_regions(to_grey(read_picture(path)))
    finally:
        regions.flooded = own
    ((paper, seeds),) = given
    ours, theirs = own(paper, seeds), flooded(paper, seeds)
    known = np.where(paper, ours, 0)
    near, expanded = regions._nearest(known), expand_labels(known, FAR)
    cells = (
        f"{paper.shape[1]}×{paper.shape[0]}",
        f"{1000 * seconds(lambda: own(paper, seeds)):.1f}",
        f"{1000 * seconds(lambda: flooded(paper, seeds)):.1f}",
        f"{100 * (ours == theirs)[paper > 0].mean():.2f} %",
        f"{1000 * seconds(lambda: regions._nearest(known)):.1f}",
        f"{1000 * seconds(lambda: expand_labels(known, FAR)):.1f}",
        f"{100 * (near == expanded).mean():.2f} %",
    )
    return " | ".join((path.stem, *cells))


if __name__ == "__main__":
    heads = "flood ms: OpenCV | watershed | alike on paper | nearest ms: OpenCV | expand_labels | alike"
    print(f"drawing | px | {heads}")
    for drawing in sorted(DRAWINGS.glob("*.png")):
        print(compare(drawing))
