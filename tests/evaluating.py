"""Pictures, a tiny model and painters for the tests of `attnpaint evaluate`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from attnpaint.data.lines import EXTRACTORS
from attnpaint.data.sources import find_items
from attnpaint.eval.painters import NearestBand, PaperWhite
from attnpaint.eval.protocol import cases
from attnpaint.eval.run import Outcome, Request, evaluate
from attnpaint.images import Picture, write_picture

SIZE = 64


class Oracle:
    """Paints the truth where there is one, else nothing."""

    name = digest = "oracle"
    remark = ""

    def __init__(self, data: Path) -> None:
        self.answers = {
            case.drawing.tobytes() + case.reference.tobytes(): case.truth
            for case in cases(find_items([data]).items, SIZE, 9, 0)
        }

    def paint(self, drawing: Picture, reference: Picture) -> Picture:
        truth = self.answers[drawing.tobytes() + reference.tobytes()]
        return PaperWhite().paint(drawing, reference) if truth is None else truth


def scene(seed: int, height: int = 60, width: int = 80) -> Picture:
    """A coloured disc on a plain ground."""
    random = np.random.default_rng(seed)
    ground, disc = random.integers(40, 220, (2, 3)).tolist()
    canvas = np.full((height, width, 3), ground, np.uint8)
    cv2.circle(canvas, (width // 2, height // 2), height // 3, disc, -1)
    return canvas


def folder_of(root: Path, **pictures: Picture) -> Path:
    """Double underscores in a name stand for the slash, single ones for a dot."""
    for name, picture in pictures.items():
        path = root / f"{name.replace('__', '/').replace('_', '.')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_picture(path, picture)
    return root


def corpus(root: Path, count: int = 4) -> Path:
    """`count` pictures of two sources; the first one has its own drawing."""
    line = np.full((60, 80), 255, np.uint8)
    cv2.circle(line, (40, 30), 20, 0, 2)
    pictures = {f"{'ab'[i % 2]}__p{i}": scene(i) for i in range(1, count)}
    return folder_of(root, a__p0_color=scene(0), a__p0_line=line, **pictures)


@contextmanager
def quick_scores() -> Iterator[None]:
    """Scores that cost nothing, in this process only."""

    def score(
        painted: Picture, drawing: Picture, reference: Picture, truth: Picture | None, real: Picture
    ) -> dict[str, float]:
        fidelity = {} if truth is None else {"delta_e": float(np.abs(painted - 1.0 * truth).mean())}
        return {**fidelity, "dccw": abs(float(painted.mean() - reference.mean())), "psnr": np.inf}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("attnpaint.eval.scoring.score", score)
        patch.setattr("attnpaint.eval.scoring.sensitivity", lambda p, r: float((p[0] != p[1]).mean()))
        yield


@contextmanager
def one_extractor() -> Iterator[None]:
    """Of lines, in this process only."""
    lines = next(iter(EXTRACTORS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("attnpaint.eval.protocol.EXTRACTORS", {lines: EXTRACTORS[lines]})
        yield


def fixtures(count: int) -> tuple[Any, Any, Any]:
    """quick, data, whole: scores that cost nothing, `count` pictures, their evaluation without a break."""

    @pytest.fixture(scope="module", autouse=True)
    def quick() -> Iterator[None]:
        with quick_scores():
            yield

    @pytest.fixture(scope="module")
    def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
        return corpus(tmp_path_factory.mktemp("data"), count)

    @pytest.fixture(scope="module")
    def whole(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        out = tmp_path_factory.mktemp("whole")
        assert run_evaluation(data, out).pictures == count
        return out

    return quick, data, whole


@contextmanager
def quietly(work: str) -> Iterator[Any]:
    yield lambda done, total: None


def run_evaluation(data: Path, out: Path, workers: int = 1, **options: Any) -> Outcome:
    """By the baselines alone."""
    painters = options.pop("painters", (PaperWhite(), NearestBand()))
    return evaluate(Request((data,), out, painters, SIZE, workers=workers, **options), quietly)
