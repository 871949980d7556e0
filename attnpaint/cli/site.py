"""`attnpaint site`: the page as a folder of files that paints in the browser, without a server."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from attnpaint.errors import tell


def site(
    folder: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write; it replaces an earlier site.")
    ],
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="A model folder with graphs, see `export --onnx`. Default: the one inside."
        ),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="ONNX Runtime for the web, the unpacked npm package. Default: npm fetches the version that "
            "this page was tested with.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as a JSON object.")] = False,
) -> None:
    """Write the page as a static site, which paints in the browser: any host of files can serve it.

    The page fetches the runtime and the weights from its own folder at the first visit, keeps them, and
    opens without a network afterwards. What is opened in it leaves no machine.

    Example: attnpaint site painted-page
    then: python -m http.server --directory painted-page, and open http://localhost:8000
    """
    from attnpaint.model.model_config import DEFAULT_MODEL
    from attnpaint.web.site.runtime import VERSION
    from attnpaint.web.site.write import write_site

    made = write_site(folder, model or DEFAULT_MODEL, runtime)
    if as_json:
        print(json.dumps({**asdict(made), "folder": str(made.folder)}))
        return
    tell(
        f"{made.folder}: {made.files} files; page {made.page / 1e3:.0f} kB, "
        f"runtime {made.runtime / 1e6:.1f} MB, model {made.model / 1e6:.1f} MB"
    )
    if made.runtime_version != VERSION:
        tell(f"the runtime is version {made.runtime_version}; the page was tested with {VERSION}")
    tell(f"try it with: python -m http.server --directory {made.folder}, at http://localhost:8000")
