"""A Ray cluster to work on: connected, checked and kept quiet."""

import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, TextIO, cast

from attnpaint import __version__
from attnpaint.errors import AttnpaintError

_WAIT = 5.0  # seconds for a cluster to answer


@contextmanager
def connected(address: str | None) -> Iterator[None]:
    """Ray at host:port or auto; by default at RAY_ADDRESS, or begun on this machine.

    A Ray that this process uses already is left as it is; another one ends with the block. What goes wrong
    with it becomes an AttnpaintError, and what it would print is dropped.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would tell its makers
    try:
        import ray.data
    except ImportError as error:
        raise AttnpaintError("Ray is not installed", 'pip install "attnpaint[ray]"') from error

    with ExitStack() as ended:
        ended.enter_context(redirect_stdout(cast(TextIO, _WithoutRay(sys.stdout))))
        ended.enter_context(_level(logging.getLogger("ray.data"), logging.CRITICAL + 1))
        if not ray.is_initialized():
            address = address or os.environ.get("RAY_ADDRESS") or "local"
            own: dict[str, Any] = {"include_dashboard": False} if address == "local" else {}
            _knock(address)
            ended.callback(_leave, ray)
            try:
                ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL, **own)
            except (ConnectionError, RuntimeError, ValueError, OSError) as error:
                told = _unreachable if address == "auto" else _refused
                raise told(address, str(error)) from error
        try:
            _check_nodes(ray)
            yield
        except ray.exceptions.RayError as error:
            reason = (str(error).splitlines() or [type(error).__name__])[-1]
            raise AttnpaintError(f"the work on the cluster failed ({reason})", "run it again") from error


def _leave(ray: Any) -> None:
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # a last report
        ray.shutdown()


def _knock(address: str) -> None:
    """Ray itself waits minutes for a cluster that is not there."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if port.isdigit():
        try:
            socket.create_connection((host.strip("[]"), int(port)), _WAIT).close()
        except OSError as error:
            raise _unreachable(address, error.strerror or str(error)) from error


def _unreachable(address: str, reason: str) -> AttnpaintError:
    return AttnpaintError(
        f"no Ray cluster answers at {address} ({_short(reason)})",
        "start one with ray start --head, or leave --address out to use this machine",
    )


def _refused(address: str, reason: str) -> AttnpaintError:
    return AttnpaintError(
        f"Ray cannot be used at {address} ({_short(reason)})",
        "use the cluster's versions of Ray and Python, and its token: RAY_AUTH_MODE=token",
    )


def _short(reason: str) -> str:
    return (reason.splitlines() or ["no answer"])[0].rstrip(".").lower()


def _check_nodes(ray: Any) -> None:
    """Every node needs this attnpaint, or its rows would not be those of this machine."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On

    def version() -> str:  # pickled by value: runs where attnpaint is missing
        try:
            import attnpaint
        except ImportError:
            return "no attnpaint"
        return f"attnpaint {attnpaint.__version__}"

    nodes = {node["NodeID"]: node["NodeName"] for node in ray.nodes() if node["Alive"]}
    asked = ray.remote(num_cpus=0)(version)
    answers = [asked.options(scheduling_strategy=On(node, soft=True)).remote() for node in nodes]
    for name, found in zip(nodes.values(), ray.get(answers), strict=True):
        if found != f"attnpaint {__version__}":
            raise AttnpaintError(
                f"the node {name} has {found}, not {__version__}",
                f'pip install "attnpaint[ray]=={__version__}" there',
            )


class _WithoutRay:
    """A stream without what Ray's threads write to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        if threading.current_thread().name.startswith("ray_"):
            return len(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _level(logger: logging.Logger, level: int) -> Iterator[None]:
    before = logger.level
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.setLevel(before)
