"""`attnpaint convert-hist`: the table of histograms to and from AttentionedDeepPaint's JSON files."""

import json
from pathlib import Path
from typing import Annotated

import typer

from attnpaint.cli.packages import check_packages
from attnpaint.errors import tell


def convert_hist(
    source: Annotated[Path, typer.Argument(help="A histograms.parquet, or a folder of JSON files.")],
    target: Annotated[Path, typer.Argument(help="A folder to fill with JSON files, or a .parquet to write.")],
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as a JSON object.")] = False,
) -> None:
    """Convert histograms: a table to one JSON file per picture in AttentionedDeepPaint's layout, or back.

    That layout holds colours only. On the way back distinct colours get equal weights.
    """
    check_packages("table", "pyarrow")
    from attnpaint.cli.progress import counting
    from attnpaint.errors import AttnpaintError, UsageError
    from attnpaint.extract.batch.ancestor_files import json_to_table, table_to_json

    if not source.exists():
        raise AttnpaintError(f"{source} does not exist", "give a table or a folder of JSON files")
    to_table = target.suffix == ".parquet"
    if to_table == (source.suffix == ".parquet"):
        raise UsageError("one of the two must end in .parquet", "give a table and a folder")
    with counting("converting") as progress:
        converted = (json_to_table if to_table else table_to_json)(source, target, progress)
    for failure in converted.failures:
        tell(f"attnpaint: {failure}")
    written = str(target) if converted.written else None
    if as_json:
        counts = {"histograms": converted.written, "failed": len(converted.failures)}
        print(json.dumps({**counts, "target": written}))
    else:
        count = f"{converted.written} histogram{'' if converted.written == 1 else 's'}"
        tell(f"{count}: {written or 'nothing was written'}")
    if converted.failures:
        raise typer.Exit(3)
