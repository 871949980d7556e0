"""What every kind of move costs: of its worst step, from the event to the canvas, the time that the page's
main thread has a processor. What else the machine does meanwhile does not count."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

MOVES = (Path(__file__).parent / "moves.js").read_text(encoding="utf-8")
TURNS = 4  # the first is not counted: there all is compiled
FINISHES = ("flat", "blend", "painted")


def square(path: Path, side: int) -> Path:
    """A drawing of that many px a side."""
    drawing = Image.open(Path(__file__).parents[2] / "assets/drawings/schoolgirl.png").convert("L")
    page = Image.new("L", (1000, 1000), 255)
    page.paste(drawing, (150, 0))
    page.resize((side, side), Image.Resampling.BICUBIC).save(path)
    return path


def worked(page: Any) -> float:
    """ms that the main thread has had a processor."""
    told = page.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return 1000 * float(next(one["value"] for one in told if one["name"] == "ThreadTime"))


def costs(page: Any, name: str, turn: int, finish: str) -> list[float]:
    """ms of each step that counts."""
    found = []
    for counts in page.run("return window.moves.start(...arguments)", name, turn, finish):
        before = worked(page)
        page.run("window.moves.step()")
        if counts:
            found.append(worked(page) - before)
    return found


@pytest.mark.parametrize("side", [512, 2048, 4096])
def test_a_move_is_quick(page: Any, reference: Path, tmp_path: Path, side: int) -> None:
    """Of each step the best of three turns, less what asking costs."""
    page.paint(square(tmp_path / f"girl-{side}.png", side), reference)
    page.driver.execute_cdp_cmd("Performance.enable", {})
    page.ask(MOVES)
    found = dict[str, float]()
    for place, finish in enumerate(FINISHES[:1] if side > 2048 else FINISHES):
        for name in page.run("return window.moves.names"):
            turns = [costs(page, name, TURNS * place + turn, finish) for turn in range(TURNS)][1:]
            found[f"{name}, {finish}"] = max(min(step) for step in zip(*turns, strict=True))
    least = found.pop("nothing, flat")
    worst = {name: cost - least for name, cost in found.items() if not name.startswith("nothing")}
    print(f"\n{side}²: " + ", ".join(f"{name} {cost:.1f}" for name, cost in worst.items()) + " ms")
    assert max(worst.values()) < (16 if side == 512 else 50), worst
