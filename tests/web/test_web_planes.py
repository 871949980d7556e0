"""A page recolours from planes alone: the documented formula makes the program's own picture of them."""

import json
import struct
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from serving import blocks, drawing

from attnpaint import Colorizer
from attnpaint.colour import under_lines, united
from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.extract import Histogram, measure
from attnpaint.images import Picture, read_picture
from attnpaint.inference.coloring import Coloring, Finish
from attnpaint.inference.upsample import enlarge_within
from attnpaint.model.build import build_generator
from attnpaint.model.folder import save_model
from attnpaint.web.planes import VIEW, pack, planes

ASSETS = Path(__file__).parents[2] / "assets"
Arrays = dict[str, npt.NDArray[np.generic]]


@pytest.fixture(scope="module")
def colorizer(quick_model: Path) -> Colorizer:
    return Colorizer.load(quick_model, "cpu")


@pytest.fixture(scope="module")
def default() -> Colorizer:
    """The model that comes with the program."""
    return Colorizer.load(device="cpu")


@pytest.fixture(scope="module")
def car(default: Colorizer) -> Coloring:
    """A drawing that the default model has painted from sunflower.png."""
    reference = read_picture(ASSETS / "references" / "sunflower.png")
    return default.colorize(ASSETS / "drawings" / "car.png", reference)


def unpacked(data: bytes) -> tuple[dict[str, list[int]], Arrays]:
    """As a page reads it, by the documentation alone."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    arrays: Arrays = {}
    for name, told in header.pop("arrays").items():
        start = 4 + length + told["offset"]
        assert start % 4 == 0
        count = int(np.prod(told["shape"]))
        kind = np.dtype(told["dtype"]).newbyteorder("<")
        arrays[name] = np.frombuffer(data, kind, count, start).reshape(told["shape"])
    return header, arrays


def finished(
    arrays: Arrays, histogram: Histogram | None, finish: Finish, before: Histogram | None = None
) -> npt.NDArray[np.float64]:
    """The formula of attnpaint.web.planes, H×W×3. before: what the network painted from."""
    labels, small = (arrays[name].astype(np.int32) for name in ("labels", "small"))
    mean, shading = arrays["mean"].astype(float), arrays["shading"].astype(float)
    if histogram is not None:
        color18 = all_colors(histogram)
        own = np.zeros(18, bool) if before is None else (color18 == all_colors(before)).all(axis=1)
        lighter = np.where(own[:, None], under_lines(color18), color18)
        taken = arrays["taken"].astype(float)
        mean = np.where(taken.any(axis=1)[:, None], taken @ lighter, mean)
        shading = np.tensordot(color18.T, arrays["shares"] / 255, 1) + shading
    areas = np.bincount(labels.ravel(), minlength=len(mean))
    flat = united(np.rint(mean).clip(0, 255).astype(np.uint8), areas).astype(float)
    inner = np.rint(shading.clip(0, 255)).astype(np.uint8).transpose(1, 2, 0)
    painted = enlarge_within(inner, small, labels).astype(float)
    sure = np.isin(labels, arrays.get("grounds", []))
    painted[sure] = flat[labels[sure]]
    color = painted if finish == "painted" else flat[labels]
    if finish == "blend":
        luma = painted @ (0.299, 0.587, 0.114)
        region = np.bincount(labels.ravel(), luma.ravel()) / np.maximum(np.bincount(labels.ravel()), 1)
        shaded = labels != arrays["ground"]
        color = color + 0.5 * (shaded * (luma - region[labels]))[..., None]
    made: npt.NDArray[np.float64] = color.clip(0, 255) * arrays["lines"] / 255
    return made


def all_colors(histogram: Histogram) -> npt.NDArray[np.float64]:
    return np.vstack([histogram.colors.reshape(16, 3), [[0, 0, 0]], [[255, 255, 255]]]).astype(float)


def off(coloring: Coloring, histogram: Histogram | None, finish: Finish) -> npt.NDArray[np.float64]:
    """How many levels each pixel that is made of the planes is off the program's own."""
    _, arrays = unpacked(pack(planes(coloring)))
    shown = coloring.finished(finish) if histogram is None else coloring.recolor(histogram).finished(finish)
    return np.abs(finished(arrays, histogram, finish, coloring.canvas.histogram) - shown.picture[..., :3])


def test_the_bytes_hold_every_array_at_its_place(colorizer: Colorizer) -> None:
    coloring = colorizer.colorize(np.dstack([drawing(), np.full((90, 120), 200, np.uint8)]), blocks())
    arrays = planes(coloring)
    header, found = unpacked(pack(arrays))
    assert header == {"view": [90, 120], "inner": [96, 128]}
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    regions = int(coloring.canvas.labels.max()) + 1
    shapes = {name: (array.dtype.name, array.shape) for name, array in found.items()}
    assert shapes == {
        "shares": ("uint8", (18, 96, 128)),
        "shading": ("int8", (3, 96, 128)),
        "labels": ("uint16", (90, 120)),
        "small": ("uint16", (96, 128)),
        "taken": ("float32", (regions, 18)),
        "mean": ("float32", (regions, 3)),
        "ground": ("uint16", (1,)),
        "lines": ("uint8", (90, 120, 3)),
        "alpha": ("uint8", (90, 120)),
    }
    assert (found["shares"].sum(axis=0, dtype=int) == 255).all()
    assert (found["alpha"] == 200).all()


@pytest.mark.parametrize("finish", ["flat", "painted", "blend"])
@pytest.mark.parametrize("seed", [0, 1])  # the reference's own colours, and others
def test_the_formula_gives_the_picture_of_a_random_network(
    colorizer: Colorizer, finish: Finish, seed: int
) -> None:
    coloring = colorizer.colorize(drawing(180, 150), blocks(0))
    wrong = off(coloring, measure(blocks(seed)), finish)
    assert wrong.mean() < 2
    assert np.percentile(wrong, 99) <= (2 if finish == "flat" else 10)


@pytest.mark.parametrize("finish", ["flat", "painted", "blend"])
@pytest.mark.parametrize("reference", ["sunflower", "sea"])
def test_the_formula_gives_the_picture_of_the_default_model(
    car: Coloring, finish: Finish, reference: str
) -> None:
    wrong = off(car, measure(read_picture(ASSETS / "references" / f"{reference}.png")), finish)
    assert wrong.mean() < 1.5
    assert np.percentile(wrong, 99) <= 12
    if finish == "flat":
        assert wrong.max() <= 1


@pytest.mark.parametrize("nearly", [1, 2, 3])
def test_colours_that_no_eye_tells_apart_are_one_in_the_formula_too(nearly: int) -> None:
    """A palette whose entries come in pairs that differ by so many levels."""
    colors = np.random.default_rng(nearly).integers(20, 230, (8, 3)).repeat(2, axis=0)
    colors[1::2] += nearly
    pairs = Histogram(colors.reshape(4, 4, 3).astype(np.uint8), np.full((4, 4), 0.25, np.float32))
    coloring = Colorizer.load(device="cpu").colorize(
        ASSETS / "drawings/schoolgirl.png", ASSETS / "references/sea.png"
    )
    assert off(coloring, pairs, "flat").max() <= 1


def test_a_stroke_is_what_the_formula_says(colorizer: Colorizer) -> None:
    """flat: the very colour; painted: shifted by colour − mean."""
    coloring = colorizer.colorize(drawing(96, 128), blocks())  # as large as the network sees it
    arrays = planes(coloring)
    label = int(arrays["labels"][48, 64])
    inside = (arrays["labels"] == label) & (arrays["lines"] == 255).all(axis=2)
    stroked = coloring.stroked({label: (10, 200, 90)})
    assert (stroked.finished("flat").picture[inside] == (10, 200, 90)).all()
    painted = coloring.finished("painted").picture[inside].astype(float)
    shifted = (painted - arrays["mean"][label] + np.array([10, 200, 90])).clip(0, 255)
    assert np.abs(stroked.finished("painted").picture[inside] - shifted).max() <= 2


def test_large_drawings_are_seen_smaller(colorizer: Colorizer) -> None:
    arrays = planes(colorizer.colorize(drawing(300, 1500), blocks()))
    assert arrays["lines"].shape == (205, VIEW, 3)
    assert arrays["labels"].shape == (205, VIEW)
    assert set(np.unique(arrays["small"])) <= set(range(1, len(arrays["mean"])))


def test_the_ground_of_a_large_drawing_is_the_programs_own(colorizer: Colorizer) -> None:
    """Beside a frame at its very edge, of which the smaller labels show less."""
    framed = np.full((1393, 2048, 3), 255, np.uint8)
    cv2.rectangle(framed, (0, 0), (2045, 1390), (0, 0, 0), 2)
    coloring = colorizer.colorize(framed, blocks())
    arrays = planes(coloring)
    assert arrays["ground"].tolist() == [coloring.canvas.ground] == [2]
    labels = arrays["labels"]
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    assert np.bincount(edge).argmax() == 1


def test_a_model_that_does_not_point_sends_its_painting(tmp_path: Path) -> None:
    recipe = Recipe(name="ancestor", generator=GeneratorConfig(kind="attention-unet", width=2))
    save_model(tmp_path, build_generator(recipe.generator), recipe, {})
    coloring = Colorizer.load(tmp_path, "cpu").colorize(drawing(), blocks(), work_size=128)
    arrays = planes(coloring)
    assert set(arrays) == {"shading", "labels", "small", "mean", "ground", "lines"}
    assert arrays["shading"].dtype == np.uint8
    for finish in ("painted", "flat"):
        assert off(coloring, None, finish).max() <= 1  # type: ignore[arg-type]


def test_one_region_and_one_pixel_are_enough(colorizer: Colorizer) -> None:
    white: Picture = np.full((1, 1, 3), 255, np.uint8)
    header, arrays = unpacked(pack(planes(colorizer.colorize(white, blocks()))))
    assert header["view"] == [1, 1]
    assert len(arrays["mean"]) == 2


@pytest.mark.parametrize("name", ["car", "painter-cat", "schoolgirl"])
def test_what_the_region_stage_says_goes_with_the_regions(default: Colorizer, name: str) -> None:
    coloring = default.colorize(ASSETS / f"drawings/{name}.png", ASSETS / "references/sea.png")
    answers = coloring.canvas.answers
    assert answers is not None
    arrays = planes(coloring)
    rows = len(arrays["taken"])
    assert (arrays["likeness"].dtype, arrays["parts"].dtype) == (np.int8, np.uint8)
    assert len(arrays["likeness"]) == len(arrays["parts"]) == rows
    likeness, parts = (arrays[key][answers.label].astype(float) for key in ("likeness", "parts"))
    assert np.abs(likeness / 127 - answers.embedding).max() < 0.005
    assert np.abs(parts / 255 - answers.parts).max() < 0.003
    untold = np.setdiff1d(np.arange(rows), answers.label)
    assert not arrays["likeness"][untold].any()
    assert not arrays["parts"][untold].any()


@pytest.mark.parametrize(
    ("name", "reference"), [("dragon", "night"), ("flower-girl", "pink-hair"), ("car", "sea")]
)
def test_a_blend_is_the_programs_where_broad_tone_is_taken_out_of_the_paint(
    default: Colorizer, name: str, reference: str
) -> None:
    paths = (ASSETS / "drawings" / f"{name}.png", ASSETS / "references" / f"{reference}.png")
    coloring = default.colorize(*paths)
    assert planes(coloring)["shading"].dtype == np.int16
    assert (off(coloring, coloring.histogram, "blend").max(axis=2) <= 2).mean() > 0.9995
