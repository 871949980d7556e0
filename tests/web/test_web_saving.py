"""A painting is saved as it is on the page: pictures, layers, palettes, under a name that leads nowhere."""

from pathlib import Path

import numpy as np
import pytest
from serving import DRAWING, REFERENCE, Server, blocks, drawing

from attnpaint import Colorizer
from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram, measure
from attnpaint.images import read_picture
from attnpaint.inference.marks import marked
from attnpaint.layered.ora import read_ora
from attnpaint.palettes import read_palette
from attnpaint.palettes.swatch import to_hex
from attnpaint.projects import Fill, Marks
from attnpaint.web.saving import encoded


def other() -> Histogram:
    return measure(blocks(1))


WANTED = {
    "histogram": other().to_numbers(),
    "finish": "painted",
    "strength": 0.5,
    "strokes": {"1": "#00ff00"},
}


@pytest.mark.parametrize("format", ["png", "webp"])
@pytest.mark.parametrize("lines", [True, False])
def test_a_saved_picture_is_the_one_on_the_page(
    server: Server, painting: str, colorizer: Colorizer, format: str, lines: bool
) -> None:
    answer = server.client.post(f"{painting}/save", json={**WANTED, "format": format, "lines": lines})
    coloring = colorizer.colorize(drawing(), blocks()).recolor(other())
    coloring = coloring.finished("painted", 0.5).stroked({1: (0, 255, 0)})
    np.testing.assert_array_equal(read_picture(answer.content), coloring.picture if lines else coloring.color)
    assert answer.headers["content-type"] == f"image/{format}"
    assert f'filename="hero.colored.{format}"' in answer.headers["content-disposition"]


def test_what_is_too_large_for_a_webp_is_told() -> None:
    long = np.full((1, 16_384, 3), 255, np.uint8)
    with pytest.raises(AttnpaintError, match=r"too large for a .webp file.*; write a .png file"):
        encoded(long, "webp")
    np.testing.assert_array_equal(read_picture(encoded(long, "png")), long)


def test_layers_are_saved_with_the_reference_in_a_corner(
    server: Server, painting: str, tmp_path: Path
) -> None:
    path = tmp_path / "saved.ora"
    path.write_bytes(server.client.post(f"{painting}/save", json={**WANTED, "format": "ora"}).content)
    assert [layer.name for layer in read_ora(path)][-1] == "reference"
    psd = server.client.post(f"{painting}/save", json={"format": "psd"})
    assert psd.content[:4] == b"8BPS"
    assert psd.headers["content-type"] == "image/vnd.adobe.photoshop"
    without = server.client.post(f"{painting}/save", json={"format": "ora", "lines": False})
    assert without.status_code == 422


@pytest.mark.parametrize("format", ["json", "gpl", "aco", "ase"])
def test_a_saved_palette_can_be_read_again(
    server: Server, painting: str, tmp_path: Path, format: str
) -> None:
    answer = server.client.post(f"{painting}/save", json={**WANTED, "format": format})
    path = tmp_path / f"palette.{format}"
    path.write_bytes(answer.content)
    np.testing.assert_array_equal(read_palette(path).colors, other().colors)
    assert f'filename="hero.palette.{format}"' in answer.headers["content-disposition"]


def test_a_palette_card_shows_its_colours(server: Server, painting: str) -> None:
    answer = server.client.post(f"{painting}/save", json={**WANTED, "format": "svg"})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert to_hex(other().colors[0, 0].tolist()) in answer.text


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../etc/passwd.png", "passwd.colored.png"),
        ("..\\..\\boot.ini", "boot.colored.png"),
        ("/", "drawing.colored.png"),
        ("...", "drawing.colored.png"),
        ('a"b\r\nX-Evil: 1.png', "a%22b"),
        ("x" * 300 + ".png", "x" * 80 + ".colored.png"),
        ("ねこ.png", "__.colored.png"),
    ],
)
def test_the_name_of_a_file_leads_nowhere(server: Server, name: str, saved: str) -> None:
    files = {"drawing": (name, DRAWING), "reference": ("look.png", REFERENCE)}
    answer = server.client.post("/api/colorize", files=files)
    assert answer.status_code == 200
    told = answer.headers["content-disposition"]
    assert told.startswith(f'attachment; filename="{saved}')
    assert "x-evil" not in answer.headers
    assert not {"/", "\\", ".."} & set(told.partition("filename*")[0])


def test_strokes_of_regions_that_are_not_there_do_nothing(server: Server, painting: str) -> None:
    strokes = {"0": "#ff0000", "-3": "#ff0000", "999999999999": "#ff0000"}
    plain, odd = (
        server.client.post(f"{painting}/save", json={"format": "png", "strokes": given}).content
        for given in ({}, strokes)
    )
    assert plain == odd


@pytest.mark.parametrize(
    "line", [[[60, -5], [60, 95]], [[0, 45.5], [60, 45], [119, 45]], [[20, 0], [100, 89]]]
)
def test_lines_divide_regions_and_points_fill_the_parts(
    server: Server, painting: str, colorizer: Colorizer, line: list[list[float]]
) -> None:
    fills = [{"at": [30, 70], "color": "#00ff00"}, {"at": [90, 20], "color": "#ff0000"}]
    marks = Marks(
        fills=(Fill("#00ff00", at=(30, 70)), Fill("#ff0000", at=(90, 20))),
        cuts=(tuple((x, y) for x, y in line),),
    )
    wanted = {"format": "png", "cuts": [line], "fills": fills}
    saved = read_picture(server.client.post(f"{painting}/save", json=wanted).content)
    coloring = colorizer.colorize(drawing(), blocks())
    np.testing.assert_array_equal(saved, marked(coloring, marks).picture)
    undivided = read_picture(server.client.post(f"{painting}/save", json=wanted | {"cuts": []}).content)
    assert (saved != undivided).any()
