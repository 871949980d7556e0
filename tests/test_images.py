"""Reading whatever people bring, saying plainly what cannot be read, and writing nothing by halves."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.images import (
    channel_range,
    find_pictures,
    fitted,
    letterbox,
    on_white,
    read_picture,
    resize,
    to_grey,
    write_picture,
)

RED, BLUE = (255, 0, 0), (0, 0, 255)


def two_halves(mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right: 6 wide, 4 high."""
    image = Image.new("RGB", (6, 4), RED)
    image.paste(BLUE, (3, 0, 6, 4))
    return image.convert(mode)


def bomb(path: Path, width: int, height: int) -> Path:
    """A PNG of a few bytes that claims to be width × height."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("rgb.png", "RGB", {}),
        ("palette.png", "P", {}),
        ("cmyk.jpg", "CMYK", {"quality": 100, "subsampling": 0}),
        ("rgb.webp", "RGB", {"lossless": True}),
        ("rgb.bmp", "RGB", {}),
        ("cmyk.tif", "CMYK", {}),
    ],
)
def test_every_format_and_mode_reads_as_rgb(tmp_path: Path, name: str, mode: str, options: dict) -> None:
    two_halves(mode).save(tmp_path / name, **options)
    picture = read_picture(tmp_path / name)
    assert picture.shape == (4, 6, 3)
    assert picture.dtype == np.uint8
    assert np.abs(picture[:, :2].astype(int) - RED).max() <= 3
    assert np.abs(picture[:, 4:].astype(int) - BLUE).max() <= 3


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_16_bit_grey_is_scaled_not_clipped(tmp_path: Path, suffix: str) -> None:
    values = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)
    Image.fromarray(values).save(tmp_path / f"deep.{suffix}")
    assert read_picture(tmp_path / f"deep.{suffix}")[0, :, 0].tolist() == [0, 1, 128, 255]
    assert read_picture(values)[0, :, 2].tolist() == [0, 1, 128, 255]


def test_transparency_is_kept_from_rgba_la_and_palette(tmp_path: Path) -> None:
    rgba = two_halves("RGBA")
    rgba.putpixel((0, 0), (9, 9, 9, 0))
    rgba.save(tmp_path / "rgba.png")
    Image.fromarray(np.array([[[200, 255], [100, 7]]], dtype=np.uint8), "LA").save(tmp_path / "la.png")
    palette = two_halves("P")
    palette.save(tmp_path / "palette.png", transparency=palette.getpixel((0, 0)))

    assert read_picture(tmp_path / "rgba.png")[0, 0].tolist() == [9, 9, 9, 0]
    assert read_picture(tmp_path / "la.png")[0].tolist() == [[200, 200, 200, 255], [100, 100, 100, 7]]
    assert read_picture(tmp_path / "palette.png")[0, [0, 5], 3].tolist() == [0, 255]


def test_an_opaque_alpha_channel_is_dropped() -> None:
    assert read_picture(two_halves("RGBA")).shape == (4, 6, 3)


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright
    two_halves().save(tmp_path / "turned.png", exif=exif)
    picture = read_picture(tmp_path / "turned.png")
    assert picture.shape == (6, 4, 3)
    assert picture[0, 0].tolist() == list(RED)
    assert picture[-1, 0].tolist() == list(BLUE)


def test_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in (RED, BLUE)]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:], lossless=True)
    assert read_picture(tmp_path / "moving.webp")[0, 0].tolist() == list(RED)


def test_bytes_streams_images_and_arrays_are_sources_too(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    two_halves().save(path)
    expected = np.asarray(two_halves())
    with path.open("rb") as stream:
        for source in (str(path), path.read_bytes(), stream, two_halves(), expected):
            assert np.array_equal(read_picture(source), expected)
        assert not stream.closed
    assert read_picture(np.zeros((2, 3), dtype=bool)).shape == (2, 3, 3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_text("hello"), "not a picture"),
        (lambda path: bomb(path, 9_600, 9_600), "damaged or cut short"),
        (lambda path: bomb(path, 10_001, 10_000), "10001×10000"),
        (lambda path: bomb(path, 60_000, 60_000), "over the limit of 100 megapixels"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_what_cannot_be_read_is_said_in_one_line_with_the_name(tmp_path: Path, make, words: str) -> None:
    path = tmp_path / "drawing.png"
    make(path)
    with pytest.raises(PictureError) as caught:
        read_picture(path)
    message = str(caught.value)
    assert words in message
    assert str(path) in message
    assert "; " in message
    assert "\n" not in message
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "tif"])
def test_a_truncated_picture_is_an_error(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    path = tmp_path / f"half.{suffix}"
    write_picture(path, noise)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(PictureError, match=r"cut short|not a picture"):
        read_picture(path)


def test_arrays_that_are_no_pictures_are_refused() -> None:
    for array in (
        np.zeros((4, 4, 5), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ):
        with pytest.raises(PictureError):
            read_picture(array)


def test_transparent_pixels_turn_white_and_half_of_them_halfway() -> None:
    picture = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [0, 100, 200, 128]]], dtype=np.uint8)
    assert on_white(picture)[0].tolist() == [[255, 255, 255], [0, 0, 0], [127, 177, 227]]
    assert to_grey(picture)[0, :2].tolist() == [255, 0]


@pytest.mark.parametrize("suffix", ["png", "webp", "tiff"])
def test_writing_and_reading_back_is_lossless_with_alpha(tmp_path: Path, suffix: str) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (9, 7, 4), dtype=np.uint8)
    picture[..., 3] |= 1  # some encoders drop the colour of what cannot be seen
    write_picture(tmp_path / f"a.{suffix}", picture)
    assert np.array_equal(read_picture(tmp_path / f"a.{suffix}"), picture)


def test_formats_without_alpha_get_white(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.jpg", np.zeros((8, 8, 4), dtype=np.uint8))
    assert read_picture(tmp_path / "a.jpg").min() == 255


@pytest.mark.parametrize(("suffix", "longest"), [("webp", 16_383), ("JPG", 65_500), ("jpeg", 65_500)])
@pytest.mark.parametrize("tall", [False, True])
def test_what_a_format_cannot_hold_is_told_with_another_format(
    tmp_path: Path, suffix: str, longest: int, tall: bool
) -> None:
    picture = np.full((1, longest + 1, 3), 255, np.uint8)
    picture = picture.transpose(1, 0, 2) if tall else picture
    path = tmp_path / f"a.{suffix}"
    with pytest.raises(AttnpaintError, match=f"which ends at {longest} pixels; write a .png file"):
        write_picture(path, picture)
    assert not list(tmp_path.iterdir())
    write_picture(path, picture[:longest, :longest])
    assert read_picture(path).shape == picture[:longest, :longest].shape
    write_picture(path.with_suffix(".png"), picture)


def test_failed_writing_leaves_nothing_behind_and_the_old_file_alone(tmp_path: Path) -> None:
    picture = np.zeros((4, 4, 3), dtype=np.uint8)
    old = tmp_path / "old.png"
    old.write_bytes(b"old")
    with pytest.raises((AttnpaintError, TypeError)):
        write_picture(old, picture.astype(np.complex64))  # fails inside the encoder
    with pytest.raises(AttnpaintError, match="does not exist"):
        write_picture(tmp_path / "missing" / "a.png", picture)
    with pytest.raises(AttnpaintError, match="no picture suffix"):
        write_picture(tmp_path / "a.xyz", picture)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(AttnpaintError, match="is a folder"):
        write_picture(tmp_path / "folder.png", picture)
    assert old.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.png", "old.png"]


@pytest.mark.parametrize("shape", [(37, 100, 3), (100, 37, 1), (64, 64), (5, 400, 18), (1, 1, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_letterbox_keeps_the_aspect_and_comes_back_at_the_own_size(shape: tuple, dtype: type) -> None:
    picture = np.full(shape, 40, dtype=dtype)
    square, box = letterbox(picture, 64)
    assert square.shape == (64, 64, *shape[2:])
    np.testing.assert_allclose(box.crop(square), 40, rtol=1e-6)
    assert (square == 255).sum() == square.size - box.crop(square).size
    exact = np.array(shape[:2]) * 64 / max(shape[:2])
    assert np.abs(exact - (box.inner_height, box.inner_width)).max() <= 0.7
    back = box.crop_back(square)
    assert back.shape == picture.shape
    assert back.dtype == dtype
    np.testing.assert_allclose(back, 40, rtol=1e-6)


def test_a_fitted_picture_fills_its_letterbox_and_a_small_one_may_stay() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    for side in (64, 200):
        square, box = letterbox(picture, side)
        assert (fitted(picture, side) == box.crop(square)).all()
    assert fitted(picture, 120, enlarge=False) is picture
    assert fitted(picture, 64, enlarge=False).shape == (48, 64, 3)


def test_shrinking_takes_area_means() -> None:
    checks = np.indices((8, 8)).sum(axis=0) % 2 * np.uint8(200)
    assert (resize(checks.astype(np.uint8), 4, 4) == 100).all()


def test_pictures_are_found_recursively_sorted_and_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.PNG", "a/z.jpeg", "a/.thumb.png", ".cache/x.png", "note.txt", "c.webp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in find_pictures(tmp_path)]
    assert found == ["a/z.jpeg", "b.PNG", "c.webp"]


def test_a_missing_folder_is_wrong_usage_and_an_empty_one_a_failure(tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match="does not exist"):
        find_pictures(tmp_path / "missing")
    with pytest.raises(AttnpaintError, match="holds no pictures") as caught:
        find_pictures(tmp_path)
    assert caught.value.exit_code == 1


def test_the_range_of_channels_is_numpys() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 30, 3)).astype(np.uint8)
    picture[:10] = picture[:10, :, :1]  # grey
    np.testing.assert_array_equal(channel_range(picture), np.ptp(picture, axis=2))
    np.testing.assert_array_equal(channel_range(picture[:1, :1]), [[0]])
