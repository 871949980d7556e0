"""Losses of the region stage over the pictures that it has seen, of runs that went on one from the other.

python benchmarks/learning_curves.py RUN... --out docs/learning-curves.svg

RUN: run folders of `attnpaint train`, in their order. Means of EVERY steps.
"""

import argparse
import json
from pathlib import Path
from xml.etree import ElementTree as tree

LOSSES = {
    "regions": ("#c0392b", "colour: −log likelihood of a region's true colour × 20"),
    "likeness": ("#2471a3", "likeness: pairs of regions × 10"),
    "parts": ("#1e8449", "parts: cross entropy × 6"),
}
EVERY = 50  # steps
WIDTH, HEIGHT, LEFT, TOP, BELOW = 860, 380, 46, 56, 40  # px


def curve(run: Path, name: str) -> list[tuple[int, float]]:
    """(pictures seen in this run, mean loss) of each EVERY steps."""
    size = json.loads((run / "config.json").read_text())["data"]["batch_size"]
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    told = [(line["step"] * size, line[name]) for line in lines if name in line]
    parts = [told[at : at + EVERY] for at in range(0, len(told) - EVERY + 1, EVERY)]
    return [(part[-1][0], sum(value for _, value in part) / EVERY) for part in parts]


def drawn(runs: list[Path]) -> tree.Element:
    curves = {name: [curve(run, name) for run in runs] for name in LOSSES}
    lengths = [one[-1][0] for one in curves["regions"]]
    seen, most = sum(lengths), max(value for lines in curves.values() for line in lines for _, value in line)
    right, low = WIDTH - LEFT - 10, HEIGHT - TOP - BELOW

    def place(pictures: float, value: float) -> tuple[float, float]:
        return LEFT + right * pictures / seen, TOP + low * (1 - value / most)

    size = {"width": str(WIDTH), "height": str(HEIGHT), "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    root = tree.Element("svg", xmlns="http://www.w3.org/2000/svg", **size)
    style = {"font-family": "sans-serif", "font-size": "12", "fill": "#333"}
    tree.SubElement(root, "rect", width="100%", height="100%", fill="#fff")

    def write(x: float, y: float, text: str, **more: str) -> None:
        options = style | {name.replace("_", "-"): value for name, value in more.items()}
        tree.SubElement(root, "text", x=f"{x:.1f}", y=f"{y:.1f}", **options).text = text

    def line(points: list[tuple[float, float]], color: str, width: str = "1.6") -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        more = {"fill": "none", "stroke": color, "stroke-width": width}
        tree.SubElement(root, "polyline", points=path, **more)

    for value in range(0, int(most) + 1, 5):
        line([place(0, value), place(seen, value)], "#e5e5e5", "1")
        write(LEFT - 8, place(0, value)[1] + 4, str(value), text_anchor="end")
    for thousands in range(0, seen // 1000 + 1, 10):
        write(
            place(thousands * 1000, 0)[0], HEIGHT - BELOW + 18, f"{thousands * 1000:,}", text_anchor="middle"
        )
    write(WIDTH - 10, HEIGHT - 6, "pictures seen", text_anchor="end")
    for number, (name, (color, text)) in enumerate(LOSSES.items()):
        before = 0
        for part, length in zip(curves[name], lengths, strict=True):
            line([place(before + pictures, value) for pictures, value in part], color)
            before += length
        write(LEFT, 14 + 14 * number, text, fill=color)
    for end in [sum(lengths[:number]) for number in range(1, len(runs))]:
        line([place(end, 0), place(end, most)], "#bbb", "1")
    return root


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    tree.ElementTree(drawn(options.runs)).write(options.out, encoding="unicode")


if __name__ == "__main__":
    main()
