"""Work beside Krita's own thread, so that it never stands still."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

from .errors import Failure
from .qt import QtCore


class Work(QtCore.QThread):
    """Runs one function; its result comes out of `done`, a line of what went wrong out of `failed`."""

    done = QtCore.pyqtSignal(object)
    failed = QtCore.pyqtSignal(str)

    def __init__(self, function: Callable[[], Any]) -> None:
        super().__init__()
        self._function = function

    def run(self) -> None:
        """In the thread. A pipe to a program that is gone raises here; Krita itself would be ended by it."""
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPIPE])
        try:
            result = self._function()
        except Failure as error:
            self.failed.emit(str(error))
        except Exception as error:
            self.failed.emit(f"the plug-in failed ({type(error).__name__}: {error}); please report it")
        else:
            self.done.emit(result)
