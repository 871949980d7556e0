"""The preview of a run: preview.html and sheets preview-001.png, … of its references beside their colours."""

import re
from pathlib import Path
from types import TracebackType

from PIL import Image

from attnpaint.extract.batch.preview_page import Page, describe
from attnpaint.extract.batch.preview_sheet import PER_SHEET, Tile, draw_card, draw_sheet
from attnpaint.extract.method import Method
from attnpaint.images import write_picture

PAGE = "preview.html"
LIMIT = 2000
"""References that a preview shows at most; of more, every n-th."""

_SHEET = re.compile(r"preview-(\d{3,})\.png")


def every(total: int) -> int:
    """The n of the every n-th reference that a preview of so many shows."""
    return max(1, -(-total // LIMIT))


def shown(index: int, total: int) -> bool:
    """Whether a preview of `total` references shows the one at `index`, which counts from 0."""
    return index % every(total) == 0


class Preview:
    """Page and sheets in `folder`, drawn as tiles come; complete when the `with` block ends well.

    total: the references of the run, shown or not. Memory holds one sheet's cards.
    """

    def __init__(self, folder: Path, method: Method, total: int) -> None:
        self.failed = 0
        """References that could not be measured, for the page to tell."""
        self._folder, self._total = folder, total
        self._facts = describe(method)
        self._cards: list[Image.Image] = []
        self._added = self._sheets = 0
        self._page = Page(folder)

    def add(self, tile: Tile) -> None:
        """Show a reference, behind those before it."""
        self._page.add(tile)
        self._cards.append(draw_card(tile))
        self._added += 1
        if len(self._cards) == PER_SHEET:
            self._write_sheet()

    def __enter__(self) -> "Preview":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None and self._added:
                self._finish()
        finally:
            self._page.close()

    def _finish(self) -> None:
        if self._cards:
            self._write_sheet()
        alarm = f"{self.failed:,} failed, listed in errors.jsonl" if self.failed else ""
        count = f"{self._added:,} of {self._total:,} references shown{self._thinned()}"
        self._page.write(self._folder / PAGE, [count, *self._facts], alarm)
        for path in self._folder.glob("preview-*.png"):
            match = _SHEET.fullmatch(path.name)
            if match and int(match[1]) > self._sheets:
                path.unlink()  # of an earlier, longer run

    def _write_sheet(self) -> None:
        last = self._added
        numbers = (
            f"{last - len(self._cards) + 1:,} to {last:,} of {self._total:,} references{self._thinned()}"
        )
        self._sheets += 1
        sheet = draw_sheet(self._cards, "  ·  ".join([numbers, *self._facts]))
        write_picture(self._folder / f"preview-{self._sheets:03}.png", sheet)
        self._cards.clear()

    def _thinned(self) -> str:
        n = every(self._total)
        return f" (one in {n:,})" if n > 1 else ""
