"""Palette files: what is written comes back, bytes are as documented, bad files are told in a line."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram, measure
from attnpaint.palettes import read_palette, write_palette
from attnpaint.palettes.adobe import lab, read_aco, read_ase, write_aco, write_ase
from attnpaint.palettes.files import NAMELESS, READABLE
from attnpaint.palettes.gpl import read_gpl
from attnpaint.palettes.swatch import Swatch

RED, GREEN = Swatch((255, 0, 0), "Swatch 1"), Swatch((0, 255, 0), "Swatch 2")


def some_histogram(seed: int) -> Histogram:
    random = np.random.default_rng(seed)
    return measure(random.integers(0, 256, (40, 20, 3), dtype=np.uint8))


def equal(one: Histogram, other: Histogram) -> bool:
    return np.array_equal(one.colors, other.colors) and np.array_equal(one.weights, other.weights)


@pytest.mark.parametrize("suffix", [suffix for suffix in READABLE if suffix not in NAMELESS])
@pytest.mark.parametrize("seed", range(4))
def test_a_palette_comes_back_exactly(suffix: str, seed: int, tmp_path: Path) -> None:
    histogram = some_histogram(seed)
    write_palette(tmp_path / f"p{suffix}", histogram)
    found = read_palette(tmp_path / f"p{suffix}")
    assert found.colors.dtype == np.uint8
    assert found.weights.dtype == np.float32
    assert equal(found, histogram)


@pytest.mark.parametrize("suffix", [suffix for suffix in READABLE if suffix not in NAMELESS])
def test_bands_of_few_colours_come_back(suffix: str, tmp_path: Path) -> None:
    picture = np.full((40, 10, 3), 200, np.uint8)
    picture[:10, :3] = 20
    histogram = measure(picture)
    assert histogram.weights[1].tolist() == [1, 0, 0, 0]
    write_palette(tmp_path / f"p{suffix}", histogram)
    assert equal(read_palette(tmp_path / f"p{suffix}"), histogram)


def test_json_is_what_the_documentation_shows(tmp_path: Path) -> None:
    histogram = some_histogram(0)
    write_palette(tmp_path / "p.json", histogram, "warm")
    layout = json.loads((tmp_path / "p.json").read_text())
    assert layout["name"] == "warm"
    color = histogram.colors[2, 1]
    entry = layout["bands"][2][1]
    assert entry["color"] == f"#{color[0]:02x}{color[1]:02x}{color[2]:02x}"
    assert np.float32(entry["weight"]) == histogram.weights[2, 1]


def test_json_also_reads_the_ancestors_layout_and_numbers(tmp_path: Path) -> None:
    histogram = some_histogram(1)
    path = tmp_path / "p.json"
    path.write_text(json.dumps(histogram.to_numbers()))
    assert equal(read_palette(path), histogram)
    path.write_text(json.dumps(histogram.to_json()))
    found = read_palette(path)
    assert np.array_equal(found.colors, histogram.colors)
    assert (found.weights == 0.25).all()


def test_json_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    light, dark = {"color": "#FFF", "weight": 1}, {"color": "#123456", "weight": 3}
    path.write_text(json.dumps({"bands": [["#aabbcc"], ["#000", "#fff"], [light, dark], ["111111"]]}))
    found = read_palette(path)
    assert found.colors[0].tolist() == [[170, 187, 204]] * 4
    assert found.weights[1].tolist() == [0.5, 0.5, 0, 0]
    assert found.colors[2, :2].tolist() == [[0x12, 0x34, 0x56], [255, 255, 255]]  # heaviest first
    assert found.weights[2].tolist() == [0.75, 0.25, 0, 0]


def test_gpl_is_gimps(tmp_path: Path) -> None:
    histogram = some_histogram(2)
    write_palette(tmp_path / "Æ.gpl", histogram)
    lines = (tmp_path / "Æ.gpl").read_text(encoding="utf-8").splitlines()
    assert lines[:4] == ["GIMP Palette", "Name: Æ", "Columns: 4", "#"]
    assert len(lines) == 20
    red, green, blue, name = lines[4].split(maxsplit=3)
    assert [int(red), int(green), int(blue)] == histogram.colors[0, 0].tolist()
    assert name.startswith("band 1 rank 1 weight 0.")


def test_gpl_of_other_programs() -> None:
    old = b"GIMP Palette\r\n# of 1998\r\n  1   2   3\tone two\r\n\r\n255 255 255\r\n"
    assert read_gpl(old, "x") == [Swatch((1, 2, 3), "one two"), Swatch((255, 255, 255))]
    aseprite = b"GIMP Palette\nChannels: RGBA\n#\n1 2 3 255\tUntitled\n"
    assert read_gpl(aseprite, "x") == [Swatch((1, 2, 3), "Untitled")]
    latin = b"GIMP Palette\nName: Caf\xe9\nColumns: 0\n9 8 7 caf\xe9\n"
    assert read_gpl(latin, "x")[0].color == (9, 8, 7)


def test_colours_that_were_edited_elsewhere_keep_their_places_and_weights(tmp_path: Path) -> None:
    histogram = some_histogram(3)
    path = tmp_path / "p.gpl"
    write_palette(path, histogram)
    lines = path.read_text().splitlines()
    lines[5] = "  1   2   3\t" + lines[5].split("\t")[1]  # band 1, rank 2
    removed = lines.pop(7)  # band 1, rank 4
    lines[4], lines[-1] = lines[-1], lines[4]
    path.write_text("\n".join(lines))
    found = read_palette(path)
    assert removed.endswith(str(histogram.weights[0, 3]))
    assert np.array_equal(found.colors[1:], histogram.colors[1:])
    assert np.array_equal(found.weights[1:], histogram.weights[1:])
    assert found.colors[0, 1].tolist() == [1, 2, 3]
    kept = histogram.weights[0, :3] / histogram.weights[0, :3].sum()
    np.testing.assert_allclose(found.weights[0], [*kept, 0], atol=1e-6)


def test_aco_is_photoshops() -> None:
    data = write_aco([RED, GREEN], "x")
    one = "0001 0002  0000 ffff 0000 0000 0000  0000 0000 ffff 0000 0000"
    name = "0000 0009 0053 0077 0061 0074 0063 0068 0020 {} 0000"
    two = (
        "0002 0002  0000 ffff 0000 0000 0000"
        + name.format("0031")
        + "0000 0000 ffff 0000 0000"
        + name.format("0032")
    )
    assert data == bytes.fromhex(one + two)
    assert read_aco(data, "x") == [RED, GREEN]
    assert read_aco(bytes.fromhex(one), "x") == [Swatch(RED.color), Swatch(GREEN.color)]
    assert read_aco(bytes.fromhex(two), "x") == [RED, GREEN]
    assert read_aco(data + b"8BIMphry more", "x") == [RED, GREEN]  # newer ones end in something else


@pytest.mark.parametrize(
    ("values", "color"),
    [
        ((1, 21845, 65535, 65535, 0), (0, 255, 0)),
        ((2, 0, 65535, 65535, 65535), (0, 255, 255)),
        ((2, 65535, 65535, 65535, 0), (0, 0, 0)),
        ((7, 10000, 0, 0, 0), (255, 255, 255)),
        ((7, 5000, 0, 0, 0), (119, 119, 119)),
        ((8, 0, 0, 0, 0), (255, 255, 255)),
        ((8, 10000, 0, 0, 0), (0, 0, 0)),
        ((9, 0, 10000, 0, 0), (255, 0, 255)),
    ],
)
def test_aco_in_other_spaces(values: tuple[int, ...], color: tuple[int, int, int]) -> None:
    assert read_aco(struct.pack(">2H5H", 1, 1, *values), "x") == [Swatch(color)]


def test_ase_is_adobes() -> None:
    data = write_ase([RED], "A")
    group = "c001 00000006 0002 0041 0000"
    text = "0009 0053 0077 0061 0074 0063 0068 0020 0031 0000"
    color = "0001 00000026" + text + "52474220 3f800000 00000000 00000000 0002"
    expected = bytes.fromhex("41534546 0001 0000 00000003" + group + color + "c002 00000000")
    assert data == expected
    assert read_ase(data, "x") == [RED]


@pytest.mark.parametrize(
    ("space", "values", "color"),
    [
        (b"CMYK", (0, 1, 1, 0), (255, 0, 0)),
        (b"CMYK", (0, 0, 0, 1), (0, 0, 0)),
        (b"LAB ", (1, 0, 0), (255, 255, 255)),
        (b"GRAY", (0.2,), (51, 51, 51)),
        (b"Gray", (1,), (255, 255, 255)),
        (b"RGB ", (1.5, -1, 0.5), (255, 0, 128)),
    ],
)
def test_ase_in_other_spaces(space: bytes, values: tuple[float, ...], color: tuple[int, int, int]) -> None:
    body = struct.pack(f">HH4s{len(values)}fH", 1, 0, space, *values, 0)
    data = b"ASEF" + struct.pack(">2HI", 1, 0, 1) + struct.pack(">HI", 1, len(body)) + body
    assert read_ase(data, "x") == [Swatch(color)]


def test_lab_is_under_d50() -> None:
    assert lab((54.29, 80.81, 69.89)) == (255, 0, 0)  # sRGB's red, as colour engines give it
    assert lab((29.57, 68.30, -112.03)) == (0, 0, 255)


JSON = {"bands": [[{"color": "#aabbcc", "weight": 1}]] * 4}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", b"{", "no JSON"),
        ("a.json", b"\xff\xfe\x00", "no JSON"),
        ("a.json", b"[" * 100_000, "no JSON"),
        ("a.json", b"3", "holds no bands"),
        ("a.json", b"{}", "not a histogram of bands"),
        ("a.json", b"[]", "holds no colours"),
        ("a.json", b"[3]", "'3' is no colour"),
        ("a.json", json.dumps({"bands": JSON["bands"][:3]}).encode(), "3 bands, not 4"),
        ("a.json", json.dumps({"bands": [[]] * 4}).encode(), "band 1 has 0 colours"),
        ("a.json", json.dumps({"bands": [["#123"] * 5] * 4}).encode(), "band 1 has 5 colours"),
        ("a.json", json.dumps({"bands": [["#12"]] * 4}).encode(), "'#12' is no colour"),
        ("a.json", json.dumps({"bands": [[{"weight": 1}]] * 4}).encode(), "'null' is no colour"),
        (
            "a.json",
            json.dumps({"bands": [[{"color": "#123", "weight": -1}]] * 4}).encode(),
            "-1 is no weight",
        ),
        ("a.json", b'{"bands": [[{"color": "#123", "weight": NaN}], [], [], []]}', "NaN is no weight"),
        ("a.json", json.dumps({"bands": [[{"color": "#123", "weight": 1}, "#123"]] * 4}).encode(), "without"),
        ("a.json", json.dumps({"colors": [[[0, 0, 0]]], "weights": [[1]]}).encode(), "not 1 × 1"),
        ("a.json", json.dumps({"colors": 3, "weights": [[1]]}).encode(), "not the numbers"),
        ("a.json", json.dumps({"1": {"1": [0, 0, 300]}}).encode(), "not a histogram"),
        ("a.gpl", b"", "no GIMP palette"),
        ("a.gpl", b"GIMP Palette\nName: x\n", "holds no colours"),
        ("a.gpl", b"GIMP Palette\nName: x\n1 2\n", "line 3 of .* is no colour"),
        ("a.gpl", b"GIMP Palette\nName: x\n1 2 256\n", "line 3 of .* is no colour"),
        ("a.gpl", b"GIMP Palette\nName: x\n1 2 -3\n", "line 3 of .* is no colour"),
        ("a.gpl", b"GIMP Palette\n" + 257 * b"1 2 3\n", "257 colours"),
        ("a.aco", b"", "cut short"),
        ("a.aco", b"8BPS" * 9, "no Adobe colour swatch"),
        ("a.aco", write_aco([RED], "x")[:-3], "cut short"),
        ("a.aco", struct.pack(">2H5H", 1, 1, 3, 0, 0, 0, 0), "colour book"),
        ("a.aco", struct.pack(">2H", 1, 0), "holds no colours"),
        ("a.ase", b"", "no Adobe Swatch Exchange"),
        ("a.ase", b"ASEF", "damaged"),
        ("a.ase", write_ase([RED], "x")[:-9], "damaged"),
        ("a.ase", write_ase([RED], "x").replace(b"RGB ", b"HLS "), "damaged"),
        ("a.ase", write_ase([], "x"), "holds no colours"),
        ("a.png", b"", "no palette that can be read"),
    ],
)
def test_bad_files_are_told_in_one_line(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AttnpaintError, match=told) as error:
        read_palette(tmp_path / name)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_what_cannot_be_read_or_written(tmp_path: Path) -> None:
    histogram = some_histogram(0)
    for wrong in ("none.json", "."):
        with pytest.raises(AttnpaintError):
            read_palette(tmp_path / wrong)
    (tmp_path / "folder.gpl").mkdir()
    with pytest.raises(AttnpaintError, match="cannot be read"):
        read_palette(tmp_path / "folder.gpl")
    with pytest.raises(AttnpaintError, match="no palette suffix"):
        write_palette(tmp_path / "p.txt", histogram)
    with pytest.raises(AttnpaintError, match="does not exist"):
        write_palette(tmp_path / "none" / "p.gpl", histogram)
    with pytest.raises(AttnpaintError, match="not 2 × 4"):
        write_palette(tmp_path / "p.gpl", Histogram(histogram.colors[:2], histogram.weights[:2]))
    assert [path.name for path in tmp_path.iterdir()] == ["folder.gpl"]


@pytest.mark.parametrize("suffix", NAMELESS)
@pytest.mark.parametrize("seed", range(3))
def test_what_has_no_weights_comes_back_in_its_order(suffix: str, seed: int, tmp_path: Path) -> None:
    histogram = some_histogram(seed)
    write_palette(tmp_path / f"p{suffix}", histogram)
    found = read_palette(tmp_path / f"p{suffix}")
    assert np.array_equal(found.colors, histogram.colors)
    assert (found.weights == 0.25).all()


def test_lospecs_hex_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "p.hex").write_bytes(b"; slso8\r\n0d2b45\r\n\r\n203C56\r\nffd4a3\r\n")
    found = read_palette(tmp_path / "p.hex")
    assert found.colors[0, :3].tolist() == [[13, 43, 69], [32, 60, 86], [255, 212, 163]]
    for data, told in (
        (b"0d2b45\n12345\n", "line 2 of .* is no colour"),
        (b"", "no colours"),
        (b"\xff\xfe\xff", ""),
    ):
        (tmp_path / "p.hex").write_bytes(data)
        with pytest.raises(AttnpaintError, match=told):
            read_palette(tmp_path / "p.hex")


def test_photoshops_colour_tables_are_read_with_and_without_a_count(tmp_path: Path) -> None:
    colors = bytes([200, 10, 10, 10, 200, 10, 10, 10, 200, 0, 0, 0])
    padded = colors.ljust(768, b"\0")
    for data, count in (
        (padded + b"\0\x04\xff\xff", 4),
        (padded + b"\0\x02\0\0", 2),
        (padded, 3),
        (padded + bytes(4), 3),
    ):
        (tmp_path / "p.act").write_bytes(data)
        found = read_palette(tmp_path / "p.act")
        assert found.colors[0, :count].tolist() == [list(colors[3 * i : 3 * i + 3]) for i in range(count)]
        assert int((found.weights[0] > 0).sum()) == count
    for data in (b"", padded[:-1], padded + b"\0"):
        (tmp_path / "p.act").write_bytes(data)
        with pytest.raises(AttnpaintError, match="is no colour table"):
            read_palette(tmp_path / "p.act")
