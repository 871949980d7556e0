"""Numbers of a run: losses averaged on the device, speed, waiting and memory."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import psutil
import torch
from accelerate import Accelerator
from torch import Tensor


class Meters:
    """Scalars, added up on the device; the processes' mean is taken once."""

    def __init__(self) -> None:
        self.sums: dict[str, Tensor] = {}

    def add_all(self, values: Mapping[str, Tensor], parts: int) -> None:
        """The values of one of `parts` equal parts of the batch."""
        for name, value in values.items():
            share = value.detach().float() / parts
            self.sums[name] = self.sums[name] + share if name in self.sums else share

    def over(self, accelerator: Accelerator) -> dict[str, float]:
        means = accelerator.reduce(torch.stack(list(self.sums.values())), "mean")
        return dict(zip(self.sums, means.tolist(), strict=True))


Thing = TypeVar("Thing")

KEEP = 0.95  # of what is known already, at each step


class Throughput:
    """Moving means over the last twenty steps or so."""

    def __init__(self, batch_size: int, device: torch.device) -> None:
        self.batch_size = batch_size
        self.device = device
        self.process = psutil.Process()
        self.told = self.began = time.perf_counter()
        self.waited = 0.0
        self.steps = 0
        self.mean_step = self.mean_wait = 0.0

    def over(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """The things, each after the time that its coming took; what lies between steps is not counted."""
        coming = iter(things)
        while True:
            self.began = time.perf_counter()
            thing = next(coming, None)
            if thing is None:
                return
            self.waited = time.perf_counter() - self.began
            yield thing

    def stepped(self) -> None:
        """A step is done."""
        self.steps += 1
        keep = min(KEEP, 1 - 1 / self.steps)
        self.mean_step = keep * self.mean_step + (1 - keep) * (time.perf_counter() - self.began)
        self.mean_wait = keep * self.mean_wait + (1 - keep) * self.waited

    def numbers(self) -> dict[str, float]:
        """images_per_second, waiting (share of the time), memory (MiB; on a CPU of this process)."""
        if self.device.type == "cuda":
            memory = torch.cuda.memory_allocated(self.device)
        else:
            memory = self.process.memory_info().rss
        return {
            "images_per_second": self.batch_size / self.mean_step,
            "waiting": self.mean_wait / self.mean_step,
            "memory": memory / 2**20,
        }

    def seconds(self) -> float:
        """Since this was last asked."""
        now = time.perf_counter()
        since, self.told = now - self.told, now
        return since
