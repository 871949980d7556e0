"""Commands that kill themselves at a chosen moment, in a process of their own."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE = 60  # seconds


def killed(
    command: Callable[[str, list[str]], None], preload: list[str], moment: str, arguments: Sequence[str]
) -> int:
    """The exit code of a command that met this moment. preload: modules that all such processes share."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(preload)
    process = context.Process(target=command, args=(moment, list(arguments)))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode is not None
    return process.exitcode


def die(*_: Any, **__: Any) -> None:
    """SIGKILL, to this process."""
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, and the end after it."""

    def function(*inputs: Any) -> None:
        method(*inputs)
        die()

    return function


def at(
    call: int,
    what: Callable[..., Any],
    otherwise: Callable[..., Any],
    number: Callable[[Any], int] | None = None,
) -> Callable[..., Any]:
    """A function whose call `call`, by count or by what `number` says of its inputs, does something else."""
    calls = 0

    def function(*inputs: Any, **options: Any) -> Any:
        nonlocal calls
        calls = number(inputs) if number else calls + 1
        return (what if calls == call else otherwise)(*inputs, **options)

    return function
