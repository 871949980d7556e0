"""Training pairs: item number i of an endless, seeded stream; equal for any number of workers."""

import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from attnpaint.config import DataConfig
from attnpaint.data.augment import View, colour_turn, crop, recolour
from attnpaint.data.layouts import Item
from attnpaint.data.lines import extract_lines, wear
from attnpaint.data.sources import draw_weights
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.extract import Histogram, Method, measure
from attnpaint.images import Picture, letterbox, to_grey
from attnpaint.model.conditioning import Palette

THUMBNAIL = 128  # px; histograms of training references are measured on this size
QUICK = Method(starts=8)
TRIES = 20  # unreadable pictures in a row before giving up


@dataclass(frozen=True)
class Batch:
    """sketch N×1×H×W and truth N×3×H×W in [-1, 1], colors uint8 N×4×4×3, weights N×4×4,
    stranger: N bool, True where the histogram is another picture's and the truth does not hold."""

    sketch: Tensor
    truth: Tensor
    colors: Tensor
    weights: Tensor
    stranger: Tensor

    def palette(self) -> Palette:
        return Palette.of(self.colors.numpy(), self.weights.numpy())


class PairStream(Dataset[dict[str, np.ndarray]]):
    """Draws, augments and measures; unreadable pictures are passed over."""

    def __init__(self, items: tuple[Item, ...], config: DataConfig, seed: int) -> None:
        self.items = items
        self.config = config
        self.seed = seed
        self.weights = draw_weights(items, config.balance, dict(config.boost))

    def __getitem__(self, index: int) -> dict[str, np.ndarray]:
        config, random = self.config, np.random.default_rng([self.seed, index])
        color, line = self._open(random)
        turn = colour_turn(random) if random.random() < config.recolour else None
        height, width = color.shape[:2]
        view = View.draw(height, width, config.size, random, config.zoom, config.rotate, config.flip)
        truth = view.of(color)
        if line is not None and random.random() < config.line_art:
            sketch = to_grey(view.of(line))
        else:
            sketch = extract_lines(truth, random)
        if turn is not None:
            color, truth = recolour(color, turn), recolour(truth, turn)
        stranger = index % config.batch_size < round(config.strangers * config.batch_size)
        reference = self._open(random)[0] if stranger else color
        if random.random() < config.other_crop:
            reference = crop(reference, random)
        elif not stranger:
            reference = truth
        histogram = self._vary(measure(letterboxed_thumbnail(reference), QUICK), random)
        return {
            "sketch": wear(sketch, random, config.wear)[None],
            "truth": truth.transpose(2, 0, 1),
            "colors": histogram.colors,
            "weights": histogram.weights,
            "stranger": np.array(stranger),
        }

    def _open(self, random: np.random.Generator) -> tuple[Picture, Picture | None]:
        for _ in range(TRIES):
            try:
                return self.items[random.choice(len(self.items), p=self.weights)].open()
            except PictureError as error:
                problem = error
        raise AttnpaintError(f"{TRIES} pictures in a row cannot be read; {problem.problem}", problem.remedy)

    def _vary(self, histogram: Histogram, random: np.random.Generator) -> Histogram:
        """Seldom: bands in another order; lesser colours left out, as in a small palette."""
        colors, weights = histogram.colors.copy(), histogram.weights.copy()
        if random.random() < self.config.permute_bands:
            order = random.permutation(len(colors))
            colors, weights = colors[order], weights[order]
        if random.random() < self.config.drop_ranks:
            keep = int(random.integers(1, colors.shape[1]))
            colors[:, keep:], weights[:, keep:] = colors[:, keep - 1 : keep], 0
            weights /= weights.sum(axis=1, keepdims=True)
        return Histogram(colors, weights)


def letterboxed_thumbnail(picture: Picture) -> Picture:
    """At most THUMBNAIL px on the long side."""
    if max(picture.shape[:2]) <= THUMBNAIL:
        return picture
    square, box = letterbox(picture, THUMBNAIL)
    return box.crop(square)


class From(Sampler[int]):
    """0, 1, 2 … from a place on: the step number alone says where in the data a run is."""

    def __init__(self, first: int, count: int) -> None:
        self.numbers = range(first, first + count)

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


def batches(items: tuple[Item, ...], config: DataConfig, seed: int, first: int, last: int) -> Iterator[Batch]:
    """The batches of steps `first` to `last` - 1. Torch's own random numbers are left alone."""
    size = config.batch_size
    loader: DataLoader[dict[str, np.ndarray]] = DataLoader(
        PairStream(items, config, seed),
        batch_size=size,
        sampler=From(first * size, (last - first) * size),
        num_workers=config.workers,
        prefetch_factor=4 if config.workers else None,
        worker_init_fn=_quiet_worker,
        generator=torch.Generator(),
    )
    for batch in _one_line_errors(loader):
        sketch, truth = (batch[name].float() / 127.5 - 1 for name in ("sketch", "truth"))
        yield Batch(sketch, truth, batch["colors"], batch["weights"], batch["stranger"])


def _one_line_errors(loader: Iterable[dict[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    """A worker's AttnpaintError comes back as a traceback in one text; its last line is the error."""
    try:
        yield from loader
    except AttnpaintError as error:
        if error.remedy:
            raise
        told = error.problem.strip().splitlines()[-1].removeprefix("attnpaint.errors.AttnpaintError: ")
        problem, _, remedy = told.rpartition("; ")
        raise AttnpaintError(problem, remedy) from None


def _quiet_worker(_: int) -> None:
    """A worker uses one thread, and leaves Ctrl-C to the process that saves the run."""
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
