"""Progress on standard error: how far, how fast, how long still."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 30  # seconds between lines where there is no terminal


@contextmanager
def counting(work: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to tell (done, total); on a terminal a bar shows pictures/s and the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn(work),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, speed="")

        def tell(done: int, total: int) -> None:
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
            bar.update(task, completed=done, total=total, speed=f"{speed:.0f} pictures/s" if speed else "")

        yield tell


class TrainingBar:
    """Called with the steps done and their numbers: a bar in a terminal, else a line now and then.

    stage: which of several this is.
    """

    def __init__(self, first: int, last: int, batch_size: int, shown: bool = True, stage: str = "") -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        self.bar = Progress(
            TextColumn(stage or "training"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"), TimeRemainingColumn(),
            console=console, disable=not (shown and console.is_terminal),
        )  # fmt: skip
        self.task = self.bar.add_task("training", total=last, completed=first, note="")
        self.first, self.last, self.batch_size = first, last, batch_size
        self.stage = f"{stage}: " if stage else ""
        self.prints = shown and not console.is_terminal

    def __enter__(self) -> "TrainingBar":
        self.began = self.told = time.monotonic()
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def __call__(self, step: int, numbers: dict[str, float]) -> None:
        now = time.monotonic()
        loss = f"loss {numbers['loss']:.3f}" if "loss" in numbers else "skipped"
        waiting = f"  {numbers['waiting']:.0%} waiting for pictures" if numbers["waiting"] > 0.05 else ""
        note = f"{numbers['images_per_second']:.1f} images/s{waiting}  {loss}"
        self.bar.update(self.task, completed=step, note=note)
        if self.prints and (now - self.told > PATIENCE or step == self.last):
            left = (self.last - step) * (now - self.began) / (step - self.first)
            line = f"{self.stage}step {step}/{self.last}  {note}  {left / 60:.0f} min left"
            print(line, file=sys.stderr, flush=True)
            self.told = now
