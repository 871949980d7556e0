"""Signals that end a process, as Ctrl-C does, and the command that goes on where it was stopped."""

import os
import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer


INTERRUPTED = 130
_ENDING = ("SIGTERM", "SIGHUP")  # of schedulers and containers; of a terminal that is closed


class Received:
    """number: of the signal that came, 0 for none."""

    number = 0

    def code(self, code: int) -> int:
        """The exit code of a process that ends with `code`: 128 + the signal's number where one ended it."""
        return 128 + self.number if self.number and code == INTERRUPTED else code


@contextmanager
def heeding() -> Iterator[Received]:
    """SIGTERM and SIGHUP raise KeyboardInterrupt inside; after it they and SIGINT end the process in silence.

    What is ignored, as `nohup` has it, stays so.
    """
    received, own = Received(), os.getpid()

    def handle(number: int, _: FrameType | None) -> None:
        if os.getpid() != own:  # a forked worker
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        received.number = number
        raise KeyboardInterrupt

    for name in _ENDING:
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, handle)
    try:
        yield received
    finally:
        for name in ("SIGINT", *_ENDING):
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)


def resume_command(context: "typer.Context") -> str:
    """This command with its arguments, then its options, as given; what is so by default is not said."""
    words = context.command_path.split()
    for parameter in sorted(context.command.params, key=lambda one: one.param_type_name):  # arguments first
        value = context.params[parameter.name]
        if value == parameter.default or value in (None, [], ()):
            continue
        flag = [max(parameter.opts, key=len)] if parameter.param_type_name == "option" else []
        if isinstance(value, bool):
            words += flag if value else parameter.secondary_opts
        else:
            for one in value if isinstance(value, list | tuple) else [value]:
                words += [*flag, str(one)]
    return shlex.join(words)
