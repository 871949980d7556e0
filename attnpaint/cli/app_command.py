"""`attnpaint app`: a page to paint in, on this machine."""

import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from attnpaint.errors import AttnpaintError, UsageError, tell
from attnpaint.jobs.check import check_inputs

LEAST_TOKEN, MOST_TOKEN = 16, 200  # letters


def app(
    host: Annotated[
        str, typer.Option(help="Where to listen. 127.0.0.1: for this machine alone; 0.0.0.0: for others too.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="0: any that is free. Default: 8431, or one after it."),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    model: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A model folder. Default: the model inside attnpaint."),
    ] = None,
    max_megapixels: Annotated[float, typer.Option(min=0.01, max=100, help="Refuse pictures of more.")] = 50.0,
    max_megabytes: Annotated[float, typer.Option(min=0.01, max=2000, help="Refuse uploads of more.")] = 64.0,
    queue: Annotated[
        int, typer.Option(min=0, max=1000, help="Requests that wait their turn. More are refused as busy.")
    ] = 16,
    token_stdin: Annotated[
        bool,
        typer.Option(
            "--token-stdin",
            help="For programs that start this one: read a token from the first line of standard input. Each "
            "request must show it (Authorization: Bearer TOKEN), and the end of standard input ends this.",
        ),
    ] = False,
) -> None:
    """Open a page to paint in: drawing, reference, palette and strokes, in the browser.

    Everything stays on this machine, and nothing is written to disk but what you save. Ctrl-C ends it.

    Example: attnpaint app

    For scripts, while it runs, at the address that it prints:

    curl -F drawing=@sketch.png -F reference=@ref.png http://127.0.0.1:8431/api/colorize -o painted.png
    """
    check_inputs((), model)
    try:
        import fastapi  # noqa: F401
        import python_multipart  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        problem = f"the page needs a package that is not installed ({error.name})"
        raise AttnpaintError(problem, "pip install 'attnpaint[app]'") from error
    from attnpaint.inference.colorizer import Colorizer
    from attnpaint.model.model_config import DEFAULT_MODEL
    from attnpaint.process import share_heap
    from attnpaint.web.hosts import is_local, names_of, url_of
    from attnpaint.web.limits import Limits
    from attnpaint.web.server import build, listen, serve, still_works

    share_heap()
    token = _token() if token_stdin else ""
    with listen(host, port) as listening:  # before the model is loaded, which takes longer
        if not is_local(host):
            told = "whoever reaches this machine there can use the page, without a password and unencrypted"
            tell(f"attnpaint: listening at {host}: {told}")
        limits = Limits(round(1e6 * max_megabytes), round(1e6 * max_megapixels), queue)
        colorizer = Colorizer.load(model or DEFAULT_MODEL, many=True)
        url = url_of(host, listening.getsockname()[1])
        print(url, flush=True)
        tell("Ctrl-C ends it.")
        if not (no_browser or token):
            _open(url)
        page = build(colorizer, str(model or "default"), limits, names_of(host), token)
        try:
            serve(page, listening, sys.stdin.fileno() if token_stdin else None)
        finally:
            if still_works(page):
                _leave()


def _token() -> str:
    """UsageError where standard input begins with no token."""
    line = sys.stdin.buffer.readline(MOST_TOKEN + 2) if sys.stdin else b""
    token = line.decode("latin-1").strip()
    if not LEAST_TOKEN <= len(token) <= MOST_TOKEN or not re.fullmatch("[!-~]+", token):
        problem = (
            f"standard input does not begin with a token of {LEAST_TOKEN} to {MOST_TOKEN} letters and digits"
        )
        raise UsageError(problem, "write one and a line break, or leave --token-stdin out")
    return token


def _leave() -> None:
    """End at once: a network or a file that is still at work would be waited for."""
    from attnpaint.cli.interrupts import INTERRUPTED
    from attnpaint.cli.streams import fail

    fail("stopped", INTERRUPTED)
    sys.stderr.flush()
    os._exit(INTERRUPTED)


def _open(url: str) -> None:
    """In a thread: some browsers are waited for."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()
