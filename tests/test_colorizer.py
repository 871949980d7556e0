"""Painting from Python: any drawing in, the same size out, its lines kept, the reference's colours used."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from attnpaint import Colorizer, Histogram
from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import measure
from attnpaint.images import Picture, letterbox, read_picture, to_grey
from attnpaint.inference.canvas import Canvas
from attnpaint.inference.coloring import Coloring, Finish
from attnpaint.inference.drawing import Drawing, white_paper, without_lines
from attnpaint.inference.engine import Maps
from attnpaint.model.build import build_generator
from attnpaint.model.folder import CONFIG, WEIGHTS, save_model
from attnpaint.segment.regions import find_regions

ASSETS = Path(__file__).parents[1] / "assets"
FINISHES = ["painted", "flat", "blend"]


@pytest.fixture(scope="module")
def colorizer(model: Path) -> Colorizer:
    return Colorizer.load(model, "cpu")


def finished(sketch: Picture, paint: Picture, finish: Finish = "painted") -> Coloring:
    """What becomes of a drawing that a network of the size of `paint` has painted so."""
    image = paint.astype(np.float32).transpose(2, 0, 1) / 127.5 - 1
    seen = Drawing.of(sketch, len(paint))
    labels = find_regions(to_grey(seen.clean))
    return Coloring(Canvas(seen, Maps(image, None, (), None, 0.0), None, labels), None, finish)


def drawing(height: int = 90, width: int = 120) -> Picture:
    """A black frame and disc on white, uint8 H×W×3."""
    picture = np.full((height, width, 3), 255, np.uint8)
    cv2.rectangle(picture, (width // 8, height // 8), (width * 7 // 8, height * 7 // 8), (0, 0, 0), 3)
    cv2.circle(picture, (width // 2, height // 2), min(height, width) // 5, (0, 0, 0), -1)
    return picture


def blocks(seed: int) -> Picture:
    """A reference of random blocks."""
    colors = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return colors.repeat(8, 0).repeat(8, 1)


REFERENCE = blocks(0)


@pytest.mark.parametrize(
    ("height", "width"),
    [(1, 1), (1, 500), (500, 1), (3, 4000), (200, 3000), (37, 53), (512, 512), (513, 512), (900, 700)],
)
@pytest.mark.parametrize("finish", FINISHES)
def test_the_picture_has_the_drawings_own_size(
    colorizer: Colorizer, height: int, width: int, finish: Finish
) -> None:
    sketch = np.full((height, width, 3), 255, np.uint8)
    sketch[height // 2, :: max(1, width // 5)] = 0
    painted = colorizer.colorize(sketch, REFERENCE, finish)
    assert painted.picture.shape == (height, width, 3)
    assert painted.picture.dtype == np.uint8
    assert painted.canvas.maps.image.shape == (3, 512, 512)
    assert painted.seconds > 0


def test_nothing_is_squashed(colorizer: Colorizer) -> None:
    wide = np.full((200, 3000), 255, np.uint8)
    wide[40:160, 1400:1520] = 0
    dark = colorizer.colorize(wide, REFERENCE).canvas.drawing.square < 128
    rows, columns = (int(dark.any(axis).sum()) for axis in (1, 0))
    assert abs(rows - 120 * 512 / 3000) <= 1
    assert rows == columns


SAVED: dict[str, Callable[[Image.Image], tuple[Image.Image, str]]] = {
    "grey": lambda picture: (picture.convert("L"), "PNG"),
    "bilevel": lambda picture: (picture.convert("1"), "PNG"),
    "palette": lambda picture: (picture.quantize(8), "PNG"),
    "RGBA": lambda picture: (picture.convert("RGBA"), "PNG"),
    "LA": lambda picture: (picture.convert("LA"), "PNG"),
    "16-bit": lambda picture: (
        Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257),
        "PNG",
    ),
    "CMYK": lambda picture: (picture.convert("CMYK"), "JPEG"),
    "WebP": lambda picture: (picture, "WEBP"),
    "TIFF": lambda picture: (picture, "TIFF"),
}


@pytest.fixture(scope="module")
def plain(colorizer: Colorizer) -> Picture:
    """The drawing, painted."""
    return colorizer.colorize(drawing(), REFERENCE).picture


@pytest.mark.parametrize("kind", SAVED)
def test_every_kind_of_file_is_painted_like_the_plain_drawing(
    colorizer: Colorizer, plain: Picture, kind: str
) -> None:
    image, format = SAVED[kind](Image.fromarray(drawing()))
    stream = BytesIO()
    image.save(stream, format, quality=100)
    painted = colorizer.colorize(stream.getvalue(), REFERENCE).picture
    assert painted.shape == plain.shape
    assert np.abs(painted.astype(int) - plain).mean() < 3


def test_a_drawing_that_the_camera_turned_comes_out_upright(colorizer: Colorizer) -> None:
    stream = BytesIO()
    exif = Image.Exif()
    exif[274] = 6  # "turn me a quarter to the right"
    Image.fromarray(drawing(80, 120)).save(stream, "JPEG", exif=exif)
    assert colorizer.colorize(stream.getvalue(), REFERENCE).picture.shape == (120, 80, 3)


def test_transparency_is_white_to_the_network_and_kept_in_the_picture(colorizer: Colorizer) -> None:
    opaque = drawing()
    ink = 255 - opaque[..., :1]
    clear = np.dstack([np.zeros_like(opaque), ink])  # black everywhere, seen only where there is ink
    painted = colorizer.colorize(clear, REFERENCE, keep_alpha=True)
    assert (painted.picture[..., 3] == ink[..., 0]).all()
    assert (painted.seen == colorizer.colorize(opaque, REFERENCE).seen).all()


def test_paths_pictures_and_arrays_give_the_same_result(colorizer: Colorizer, tmp_path: Path) -> None:
    sketch, reference = tmp_path / "sketch.png", tmp_path / "reference.png"
    Image.fromarray(drawing()).save(sketch)
    Image.fromarray(REFERENCE).save(reference)
    expected = colorizer.colorize(sketch, reference).picture
    assert (colorizer.colorize(str(sketch), reference.read_bytes()).picture == expected).all()
    assert (colorizer.colorize(Image.open(sketch), Image.open(reference)).picture == expected).all()
    assert (colorizer.colorize(drawing(), REFERENCE).picture == expected).all()
    measured: Histogram = measure(REFERENCE)
    assert (colorizer.colorize(drawing()[..., 0], measured).picture == expected).all()


@pytest.mark.parametrize("finish", FINISHES)
@pytest.mark.parametrize("size", [(90, 120), (700, 800)])
def test_another_reference_gives_another_picture_and_the_lines_stay(
    colorizer: Colorizer, size: tuple[int, int], finish: Finish
) -> None:
    sketch = drawing(*size)
    one, other = (colorizer.colorize(sketch, blocks(seed), finish).picture for seed in (0, 1))
    assert np.abs(one.astype(int) - other).mean() > 5
    for picture in (one, other):
        assert (picture <= white_paper(sketch)).all()


def test_the_attention_sheet_shows_the_gates_and_where_each_colour_went(colorizer: Colorizer) -> None:
    painted = colorizer.colorize(drawing(), REFERENCE)
    sheet = painted.attention()
    columns = 1 + max(4, len(painted.gates()))
    assert sheet.dtype == np.uint8
    assert columns * 320 < sheet.shape[1] < columns * 340
    assert sheet.shape[0] > 6 * 320 * painted.seen.shape[0] / painted.seen.shape[1]


def test_a_model_without_pointer_paints_too(tmp_path: Path) -> None:
    recipe = Recipe(name="ancestor", generator=GeneratorConfig(kind="attention-unet", width=2))
    save_model(tmp_path, build_generator(recipe.generator), recipe, {})
    painted = Colorizer.load(tmp_path, "cpu").colorize(drawing(80, 600), REFERENCE)
    assert painted.picture.shape == (80, 600, 3)
    assert painted.shares() == []
    assert painted.attention().shape[0] < 3 * 320 * 80 / 600 + 200  # two rows without the letterbox


def test_grey_and_yellowed_paper_becomes_white_and_ink_stays_dark() -> None:
    photographed = (drawing() * [0.9, 0.85, 0.7]).astype(np.uint8)
    clean = white_paper(photographed)
    assert (clean[0, 0] == 255).all()
    assert (clean[drawing() == 0] == 0).all()


@pytest.mark.parametrize("margin", [0, 1])  # px by which the painted line is wider than the drawn one
def test_lines_are_filled_from_their_own_sides(margin: int) -> None:
    paint = np.full((60, 60, 3), (200, 60, 60), np.uint8)
    paint[:, 30:] = (60, 60, 200)
    paint[:, 28 - margin : 32 + margin] = 20
    sketch = np.full((60, 60), 255, np.uint8)
    sketch[:, 28:32] = 0
    bare = without_lines(paint, sketch).astype(int)
    assert np.abs(bare[:, :29] - (200, 60, 60)).max() <= 12
    assert np.abs(bare[:, 31:] - (60, 60, 200)).max() <= 12


@pytest.mark.parametrize("level", [0, 90, 255])
def test_one_tone_all_over_comes_out_as_it_was_painted(level: int) -> None:
    sheet = np.full((700, 640, 3), level, np.uint8)
    paint = np.full((512, 512, 3), (180, 100, 40), np.uint8)
    expected = np.minimum(white_paper(sheet), (180, 100, 40)).astype(int)
    assert np.abs(finished(sheet, paint).picture - expected).max() <= 1


def test_a_large_drawing_shows_no_shadow_of_the_networks_lines() -> None:
    """Two flat colours, painted small and soft as by a network, against the truth at full size."""
    line = np.full((1500, 1500, 3), 255, np.uint8)
    cv2.circle(line, (700, 800), 500, (0, 0, 0), 9, cv2.LINE_AA)
    inside = cv2.circle(np.zeros((1500, 1500, 1), np.uint8), (700, 800), 500, 1, -1)
    truth = (np.where(inside, (230, 120, 90), (140, 190, 230)) * (line / 255)).astype(np.uint8)
    small, box = letterbox(truth, 512)
    paint = cv2.GaussianBlur(small, (0, 0), 0.7).astype(np.uint8)

    def wrong(picture: Picture) -> float:
        return float((np.abs(picture.astype(int) - truth).max(axis=2) > 25).mean())

    assert wrong(finished(line, paint).picture) < 0.0005
    assert wrong(np.minimum(box.crop_back(paint), line)) > 0.005


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / WEIGHTS).unlink(), "is missing"),
        (lambda folder: (folder / CONFIG).unlink(), "is missing"),
        (lambda folder: (folder / WEIGHTS).write_bytes(b"a pickle, perhaps"), "cannot be read"),
        (lambda folder: (folder / CONFIG).write_text("{"), "cannot be read"),
        (lambda folder: (folder / CONFIG).write_text("[]"), "cannot be read"),
        (
            lambda folder: (folder / CONFIG).write_text('{"recipe": {"generator": {"widths": [8, 24]}}}'),
            "do not fit",
        ),
        (lambda folder: (folder / CONFIG).write_text('{"recipe": {"generator": {"kind": "vit"}}}'), "vit"),
    ],
)
def test_a_wrong_model_folder_is_one_error(
    model: Path, tmp_path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    for name in (WEIGHTS, CONFIG):
        (tmp_path / name).write_bytes((model / name).read_bytes())
    spoil(tmp_path)
    with pytest.raises(AttnpaintError, match=says):
        Colorizer.load(tmp_path, "cpu")


def test_a_device_that_is_not_there_is_wrong_usage(model: Path) -> None:
    with pytest.raises(UsageError, match="no device abacus"):
        Colorizer.load(model, "abacus")


def test_the_default_model_paints_a_drawing_in_the_references_colours_and_keeps_its_lines() -> None:
    colorizer = Colorizer.load(device="cpu")
    sketch = read_picture(ASSETS / "drawings" / "painter-cat.png")
    references = [read_picture(ASSETS / "references" / name) for name in ("green-dress.png", "rose.png")]
    one, other = (colorizer.colorize(sketch, reference).picture for reference in references)
    assert one.shape == sketch.shape
    lab = [cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for picture in (one, other)]
    assert np.linalg.norm(lab[0] - lab[1], axis=2).mean() > 8  # ΔE: plainly another picture
    ink = sketch.max(axis=2) < 40
    for picture in (one, other):
        assert picture[ink].mean() < 40
        assert picture[~ink].mean() > 90
