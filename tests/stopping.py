"""Work that is stopped at a chosen moment."""

from collections.abc import Callable
from typing import Any


def after(calls: int, error: BaseException) -> Callable[..., Any]:
    """A stand-in for a method that raises at its so-many-th call, when its work is done."""
    count = 0

    def wrap(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            nonlocal count
            count += 1
            result = method(*given)
            if count == calls:
                raise error
            return result

        return call

    return wrap
