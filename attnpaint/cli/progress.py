"""A bar for work that is counted in pictures: how far, how fast, how long still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


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
