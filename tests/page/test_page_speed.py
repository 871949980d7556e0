"""What every kind of move costs: from the event to the canvas, all that the page does of its worst step.

Of each step the best of five: what else the machine does meanwhile is none of the page's.
"""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

SPENT = (Path(__file__).parent / "moves.js").read_text(encoding="utf-8")


def square(path: Path, side: int) -> Path:
    """A drawing of that many px a side."""
    drawing = Image.open(Path(__file__).parents[2] / "assets/drawings/schoolgirl.png").convert("L")
    page = Image.new("L", (1000, 1000), 255)
    page.paste(drawing, (150, 0))
    page.resize((side, side), Image.Resampling.BICUBIC).save(path)
    return path


@pytest.mark.parametrize("side", [512, 2048, 4096])
def test_a_move_is_quick(page: Any, reference: Path, tmp_path: Path, side: int) -> None:
    """What it takes is printed; the bounds leave room for a machine that is busy with other things."""
    page.paint(square(tmp_path / f"girl-{side}.png", side), reference)
    found = page.ask(SPENT, ["flat", "blend", "painted"] if side == 2048 else ["flat"], None)
    print(f"\n{side}²: " + ", ".join(f"{name} {spent:.1f} ms" for name, spent in found.items()))
    assert max(found.values()) < (160 if side == 512 else 500), found
