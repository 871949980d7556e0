"""`make figures-page` draws docs/figures.webp anew and counts docs/figures-statistics.md."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from attnpaint.figures.canvas import Drawn
from attnpaint.figures.character import View, draw_character, draw_view
from attnpaint.figures.figure import render

SIDE, COLUMNS = 224, 8
CAST = (8, 9, 10, 11)  # the second is the first in other colours, the fourth wears what the third wears
FIRST, SHOWN = 5000, 40
COUNTED, SMALL = 400, 112
HUES = np.random.default_rng(4).integers(40, 230, (256, 3)).astype(np.uint8)
PARTS = {
    0: "ground", 1: "skin", 2: "hair", 3: "eyes", 4: "mouth, brows, lashes", 5: "top", 6: "skirt, trousers",
    7: "stockings", 8: "shoes", 9: "collar, cuffs, plates", 10: "tie, ribbon, gem", 11: "cape",
    12: "belt, sash", 250: "accessories, props, animals", 251: "scenery",
}  # fmt: skip


def main() -> None:
    """The sheet, and the numbers beside it."""
    HUES[0] = 255
    here = Path(__file__)
    Image.fromarray(sheet()).save(here.with_suffix(".webp"), quality=80, method=6)
    here.with_name("figures-statistics.md").write_text("\n".join(statistics()) + "\n", encoding="utf-8")


def sheet() -> npt.NDArray[np.uint8]:
    """Rows: a cast in two views each; their lines; their parts; more figures, each as view 0."""
    drawn = [render(0, number, view, SIDE) for number in CAST for view in range(2)]
    rows = [[d.colour for d in drawn], [np.repeat(d.line[..., None], 3, 2) for d in drawn]]
    rows.append([HUES[d.parts] for d in drawn])
    more = [render(0, FIRST + number, 0, SIDE) for number in range(SHOWN)]
    for first in range(0, SHOWN, COLUMNS):
        rows.append([d.colour for d in more[first : first + COLUMNS]])
    rows.append([np.repeat(d.line[..., None], 3, 2) for d in more[-COLUMNS:]])
    return np.concatenate([np.concatenate(row, 1) for row in rows])


def statistics() -> Iterable[str]:
    """The lines of the page."""
    views = [draw_view(0, number, number % 4) for number in range(COUNTED)]
    people = [draw_character(0, number) for number in range(COUNTED)]
    drawn = [render(0, number, number % 4, SMALL) for number in range(COUNTED)]
    yield from (
        "# Figures in numbers",
        "",
        f"Of {COUNTED} views (figures 0 to {COUNTED - 1}, one of each, seed 0, {SMALL} px), as",
        "`make figures-page` counted them. What figures are: [figures.md](figures.md).",
        "",
        "| part | views that show it | share of their pixels |",
        "| --- | --- | --- |",
    )
    for part, name in PARTS.items():
        shares = [float((d.parts == part).mean()) for d in drawn]
        there = [share for share in shares if share]
        yield f"| {part} {name} | {len(there) / COUNTED:.0%} | {np.mean(there):.1%} |"
    yield ""
    yield "| of views | shares |"
    yield "| --- | --- |"
    yield _row("frame", (view.crop for view in views))
    yield _row("body", ("flat" if view.pose is None else "in space" for view in views))
    yield _row("head seen from", (_side(view) for view in views))
    posed = [view.pose for view in views if view.pose]
    yield _row("seen from (in space)", (_height(pose.elevation) for pose in posed))
    yield _row("legs (in space)", (pose.legs for pose in posed))
    yield _row("arms (in space)", (arm.reach for pose in posed for arm in pose.arms))
    yield _row("in both hands (in space)", (pose.held or "nothing" for pose in posed))
    yield _row("legs (flat)", (view.legs for view in views if not view.pose))
    yield _row("arms (flat)", (arm for view in views if not view.pose for arm in view.arms))
    yield _row("mouth", (view.mouth for view in views))
    yield _row(
        "eyes", ("closed" if max(view.open) == 0 else "wink" if 0 in view.open else "open" for view in views)
    )
    yield _row("scene", (view.scene.kind or "plain ground" for view in views))
    yield _row("figures", (str(1 + view.others) for view in views))
    yield _row("animal", (view.animal or "none" for view in views))
    yield _row("prop", ("".join(view.props) or "none" for view in views))
    yield _row("shade", (_shade(view.light.steps, view.light.soft) for view in views))
    yield _row("what the drawing is filled with", (view.pen.fill or "nothing" for view in views))
    lines = ("coloured" if view.pen.coloured else "dark" for view in views)
    shown = (line if view.lines_in else "faint" for line, view in zip(lines, views, strict=True))
    yield _row("lines on the painting", shown)
    yield _row("face", (who.face.style for who in people))
    yield _row("fringe", (who.hairdo.bangs for who in people))
    yield _row("hair", (who.hairdo.back for who in people))
    yield _row("top", (who.outfit.top for who in people))
    yield from ("", "| check | value |", "| --- | --- |")
    lined = [_lined(d) for d in drawn]
    least = f"(lowest view {min(lined):.1%})"
    yield f"| borders between parts with a line within 2 px | {np.mean(lined):.1%} {least} |"
    yield f"| pieces of a part under 12 px | {sum(_specks(d.parts) for d in drawn)} |"
    bare = sum(not (d.parts == 1).any() and not v.behind for d, v in zip(drawn, views, strict=True))
    yield f"| views without skin, but not from behind | {bare} |"


def _row(name: str, values: Iterable[str]) -> str:
    counts = Counter(values)
    total = sum(counts.values())
    return (
        f"| {name} | {', '.join(f'{value} {count / total:.0%}' for value, count in counts.most_common())} |"
    )


def _side(view: View) -> str:
    if view.behind:
        return "behind"
    turn = view.pose.head[0] / 0.8 if view.pose else view.turn
    return "the side" if view.profile else "the front" if abs(turn) < 0.15 else "between"


def _height(elevation: float) -> str:
    return "above" if elevation > 0.12 else "below" if elevation < -0.08 else "level"


def _shade(steps: int, soft: bool) -> str:
    return "flat" if not steps else "soft" if soft else f"{steps} step{'s' * (steps > 1)}"


def _lined(drawn: Drawn) -> float:
    """The share of the borders between parts that have a line near by."""
    parts = drawn.parts.astype(np.int16)
    edge = np.zeros(parts.shape, bool)
    edge[:, 1:] |= parts[:, 1:] != parts[:, :-1]
    edge[1:] |= parts[1:] != parts[:-1]
    near = cv2.erode(drawn.line, np.ones((5, 5), np.uint8)) < 190
    return float(near[edge].mean()) if edge.any() else 1.0


def _specks(parts: npt.NDArray[np.uint8]) -> int:
    found = 0
    for part in np.unique(parts):
        sizes = cv2.connectedComponentsWithStats((parts == part).astype(np.uint8), None, 8)[2][
            1:, cv2.CC_STAT_AREA
        ]
        found += int((sizes < 12).sum())
    return found


if __name__ == "__main__":
    sys.exit(main())
