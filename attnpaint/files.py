"""Files that appear whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from attnpaint.errors import AttnpaintError


@contextmanager
def telling(path: str | Path) -> Iterator[None]:
    """An OSError of this block becomes an AttnpaintError that says that `path` cannot be written."""
    try:
        yield
    except OSError as error:
        raise AttnpaintError(
            f"{path} cannot be written ({(error.strerror or str(error)).lower()})",
            "choose a folder that you may write to, with space left",
        ) from error


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a hidden path beside `path` to write to; it becomes `path` only if the block ends well.

    Raises AttnpaintError where the folder is missing or cannot be written, or the disk is full.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise AttnpaintError(f"the folder {path.parent} does not exist", "create it or write somewhere else")
    if path.is_dir():
        raise AttnpaintError(f"{path} is a folder", "give a file name inside it")
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        part.touch(exist_ok=False)  # tells an unwritable folder from a failure of the block
        yield part
        part.replace(path)
    except OSError as error:
        raise AttnpaintError(
            f"{path} cannot be written ({(error.strerror or str(error)).lower()})",
            "choose a folder that you may write to, with space left",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def sweep(folder: str | Path) -> None:
    """Remove what killed processes have left half-written in `folder`, which may be missing."""
    for part in Path(folder).glob(f".{'[0-9a-f]' * 32}.part"):
        part.unlink(missing_ok=True)


def make_folder(path: str | Path) -> Path:
    """Create `path` and its parents where they are missing; AttnpaintError where that is not allowed."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AttnpaintError(
            f"the folder {path} cannot be made ({(error.strerror or str(error)).lower()})",
            "choose a place that you may write to",
        ) from error
    return path
