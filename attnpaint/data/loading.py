"""A stream of training pictures through worker processes, in order."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset

from attnpaint.config import DataConfig
from attnpaint.data.sampler import ShareSampler
from attnpaint.data.workers import count_workers, quiet_worker, signals_held
from attnpaint.errors import AttnpaintError


def batches_ahead(config: DataConfig, device: torch.device) -> int:
    """How many batches the workers make in advance, at most."""
    workers = count_workers(config.workers, device)
    return 4 if workers == 1 else 2 * workers


def loaded(
    stream: Dataset[Any],
    numbers: ShareSampler,
    config: DataConfig,
    device: torch.device,
    collate: Callable[[list[Any]], Any] | None = None,
) -> Iterator[Any]:
    """What `stream` gives for `numbers`, batch by batch, on the CPU; an error of a worker is one line."""
    workers = count_workers(config.workers, device)
    loader: DataLoader[Any] = DataLoader(
        stream,
        batch_size=numbers.count,
        sampler=numbers,
        num_workers=workers,
        collate_fn=collate,
        pin_memory=device.type == "cuda",
        prefetch_factor=batches_ahead(config, device) // workers if workers else None,
        worker_init_fn=quiet_worker,
        generator=torch.Generator(),
    )
    try:
        with signals_held():
            batches = iter(loader)
        yield from batches
    except AttnpaintError as error:
        if error.remedy:
            raise
        # from a worker: a traceback in one text, whose last line is the error
        told = error.problem.strip().splitlines()[-1].removeprefix("attnpaint.errors.AttnpaintError: ")
        problem, _, remedy = told.rpartition("; ")
        raise AttnpaintError(problem, remedy) from None
