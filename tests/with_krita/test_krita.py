"""The docker in the real Krita: it paints documents of several kinds, and tells what goes wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image

from attnpaint import Colorizer
from attnpaint.images import read_picture
from attnpaint.palettes.references import to_palette

REFERENCE = Path(__file__).parents[2] / "assets" / "references" / "sunflower.png"


def off(shown: str, wanted: np.ndarray) -> float:
    """The share of pixels that are more than four levels off: Krita mixes in other roundings."""
    levels = np.asarray(Image.open(shown).convert("RGB")).astype(int)
    return float((np.abs(levels - wanted[..., :3].astype(int)).max(axis=2) > 4).mean())


def leaves(layer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The paint layers in a group and in its groups."""
    if layer["type"] == "paintlayer":
        yield layer
    for inner in layer["layers"]:
        yield from leaves(inner)


def test_the_palette_is_the_references(told: dict[str, Any]) -> None:
    measured = to_palette(read_picture(REFERENCE))
    assert told["palette"]["colors"] == measured.colors.tolist()


@pytest.mark.parametrize(
    ("case", "name", "finish"), [(0, "painter-cat", "flat"), (1, "ink", "blend"), (2, "deep", "flat")]
)
def test_what_krita_shows_is_what_the_program_paints(
    told: dict[str, Any], drawings: dict[str, Path], case: int, name: str, finish: Any
) -> None:
    wanted = Colorizer.load().colorize(drawings[name], REFERENCE, finish=finish).picture
    assert off(told["cases"][case]["paintings"][0]["picture"], wanted) < 0.002


def test_a_document_for_print_keeps_its_colours(told: dict[str, Any]) -> None:
    case = told["cases"][3]
    assert (case["before"], case["after"]) == ("CMYKA", "CMYKA")
    printed, screen = (
        np.asarray(Image.open(told["cases"][number]["paintings"][0]["picture"]).convert("RGB")).astype(int)
        for number in (3, 0)
    )
    assert np.abs(printed - screen).mean() < 40  # ink cannot show all colours of a screen
    assert np.ptp(printed, axis=2).mean() > 0.5 * np.ptp(screen, axis=2).mean()


def test_a_greyscale_document_becomes_coloured_and_it_is_told(told: dict[str, Any]) -> None:
    case = told["cases"][0]
    assert (case["before"], case["after"]) == ("GRAYA", "RGBA")
    assert "is RGB now" in case["paintings"][0]["said"]
    assert "is RGB now" not in case["paintings"][1]["said"]


def test_the_group_has_a_layer_for_each_colour_and_the_lines_on_top(told: dict[str, Any]) -> None:
    group = told["cases"][0]["paintings"][0]["group"]
    assert group["type"] == "grouplayer"
    assert [layer["name"] for layer in group["layers"]] == ["flat", "lines"]
    flats, lines = group["layers"]
    assert lines["type"] == "paintlayer"
    colors = list(leaves(flats))
    assert len(colors) > 2
    assert all("#" in layer["name"] and layer["mode"] == "normal" for layer in colors)


def test_another_colour_is_seen_at_once_and_the_first_group_stays(told: dict[str, Any]) -> None:
    case = told["cases"][0]
    first, second = (np.asarray(Image.open(one["picture"]).convert("RGB")) for one in case["paintings"])
    pink = (255, 0, 255)
    assert (first == pink).all(axis=2).mean() == 0
    assert (second == pink).all(axis=2).mean() > 0.2  # the figure; its ground stays paper
    assert len(case["top"]) == 3
    assert case["active"] == case["top"][0]


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("without a reference", "Choose a reference first"),
        ("without a document", "No document is open"),
        ("missing", "choose the program's file with the button Program"),
        ("another", "attnpaint did not start"),
        ("on its own group", "painted by attnpaint"),
        ("on a layer of it", "painted by attnpaint"),
        ("after a kill", "Painted"),
    ],
)
def test_what_goes_wrong_is_told(told: dict[str, Any], when: str, says: str) -> None:
    assert says in told[when]
    assert "\n" not in told[when]


def test_the_program_ends_with_krita(told: dict[str, Any]) -> None:
    assert not psutil.pid_exists(told["process"])
