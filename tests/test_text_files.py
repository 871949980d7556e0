"""Text as editors, shells and spreadsheets write it."""

from pathlib import Path

import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.sources import listed
from attnpaint.palettes.files import read_palette
from attnpaint.palettes.gpl import read_gpl
from attnpaint.recipe_file import comment_of, load_recipe
from attnpaint.text_files import lines_of, read_csv, read_text

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
RECIPE = "# kept\u2028 in one line\r\n[data]\r\nsize = 96\r\n"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_marked_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes("né\r\nあ".encode(encoding))
    assert read_text(file, "") == "né\r\nあ"


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_both_orders_of_utf_16_are_read(tmp_path: Path, mark: bytes, encoding: str) -> None:
    (tmp_path / "x.txt").write_bytes(mark + "añ".encode(encoding))
    assert read_text(tmp_path / "x.txt", "") == "añ"


@pytest.mark.parametrize("data", [b"caf\xe9", b"a\0b", b"\xff\xfea", "ab".encode("utf-16-le")])
def test_what_is_no_text_is_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.txt").write_bytes(data)
    with pytest.raises(AttnpaintError, match=r"x\.txt is not text"):
        read_text(tmp_path / "x.txt", "")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match="no such file"):
        read_text(tmp_path / "x.txt", "")


def test_lines_end_only_where_lines_end() -> None:
    assert lines_of("a\u2028b\r\nc\x0cd\re\x85f\n") == ["a\u2028b", "c\x0cd", "e\x85f"]
    assert lines_of("") == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_recipe_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(RECIPE.encode(encoding))
    assert load_recipe(file).data.size == 96
    assert comment_of(file) == "# kept\u2028 in one line\n"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_read_in_every_encoding(encoding: str, end: str) -> None:
    names = [source.path for source in listed(f"a/é.png{end}b c.png{end}".encode(encoding))]
    assert names == ["a/é.png", "b c.png"]


def test_a_list_of_names_that_are_no_text_keeps_their_bytes() -> None:
    assert [source.path for source in listed(b"\xef\xbb\xbfa\xff.png\nb.png")] == ["a\udcff.png", "b.png"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("sep=;\na;b,c\n", [(2, ["a", "b,c"])]),
        ('"sep=,"\r\na,b;c\r\n', [(2, ["a", "b;c"])]),
        ("SEP=\t\na\tb;;c\n", [(2, ["a", "b;;c"])]),
        ("sep=|\na|b;c\n", [(2, ["a", "b;c"])]),
        ('"b, c";d\ne;"f ""x"" , g"\n', [(1, ["b, c", "d"]), (2, ["e", 'f "x" , g'])]),
        ("a, b.png;c\n", [(1, ["a, b.png", "c"])]),
        ("\n\na,b,,\n,,\n \nc,d\n\n", [(3, ["a", "b", "", ""]), (6, ["c", "d"])]),
        ('"a\nb",c\nd,e\n', [(2, ["a\nb", "c"]), (3, ["d", "e"])]),
        ("a\tb, c\n", [(1, ["a", "b, c"])]),
        ("a,b\rc,d\r", [(1, ["a", "b"]), (2, ["c", "d"])]),
        ("", []),
    ],
)
def test_csv_as_spreadsheets_write_it(tmp_path: Path, text: str, lines: list[object]) -> None:
    (tmp_path / "x.csv").write_bytes(text.encode("utf-8-sig"))
    assert read_csv(tmp_path / "x.csv", "") == lines


@pytest.mark.parametrize("stray", ['"' + "x" * 200_000, '"open', '"a"b,c'])
def test_a_stray_quote_is_one_line_with_its_place(tmp_path: Path, stray: str) -> None:
    (tmp_path / "x.csv").write_text(f"a,b\n{stray}\n")
    with pytest.raises(AttnpaintError, match=r"x\.csv line 2 cannot be read"):
        read_csv(tmp_path / "x.csv", "")


@pytest.mark.parametrize("odd", ["\u2028", "\x85", "\x0c", "\x1c", "\u2029"])
def test_a_colour_may_have_odd_blanks_in_its_name(odd: str) -> None:
    swatches = read_gpl(f"GIMP Palette\n#\n200 40 40 a{odd}b\n40 60 180 c\n".encode(), "x.gpl")
    assert [swatch.color for swatch in swatches] == [(200, 40, 40), (40, 60, 180)]
    assert swatches[0].name == f"a{odd}b"


@pytest.mark.parametrize(("encoding", "told"), [("utf-16", "UTF-16"), ("utf-32", "UTF-32")])
def test_a_palette_in_another_encoding_is_told(encoding: str, told: str) -> None:
    with pytest.raises(AttnpaintError, match=f"x.gpl is in {told}; save the palette as UTF-8"):
        read_gpl("GIMP Palette\n200 40 40 a\n".encode(encoding), "x.gpl")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_palette_in_json_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x.json").write_bytes('["#aa3344", "#3366cc"]'.encode(encoding))
    assert [170, 51, 68] in read_palette(tmp_path / "x.json").colors.reshape(-1, 3).tolist()
