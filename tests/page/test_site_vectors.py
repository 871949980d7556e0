"""The parts of the page without a server beside the program's: one input, one result, in a real Chromium."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from hosting import SitePage
from test_open_borders import figure

from attnpaint.data.lines import extract_lines
from attnpaint.extract import measure
from attnpaint.images import resize
from attnpaint.inference.canvas import rejoined
from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import choose_for_groups, cut_off, ground_pieces, is_colored, leaders
from attnpaint.inference.upsample import enlarge_labels
from attnpaint.segment.borders import Borders, pockets
from attnpaint.segment.regions import find_regions, in_pieces
from attnpaint.segment.samples import paper_light, reference_arrays, sample_pieces

CODED = """
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const coded = (array) => {
  const all = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = "";
  for (let at = 0; at < all.length; at += 8192) text += String.fromCharCode(...all.subarray(at, at + 8192));
  return btoa(text);
};
const [data, height, width, ...rest] = given;
"""


@pytest.fixture(scope="module")
def page(site: Any, chromium: Any) -> Iterator[Callable[..., np.ndarray]]:
    """Calls a script of the page with an array and more; it returns the bytes of another one."""
    from hosting import Files

    tab = SitePage(chromium, Files(site))
    tab.open()

    def called(script: str, kind: Any, array: np.ndarray, *more: Any) -> np.ndarray:
        text = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
        told = tab.ask(CODED + script, text, *array.shape[:2], *more)
        assert not told.startswith("failed"), told
        return np.frombuffer(base64.b64decode(told), kind)

    yield called
    tab.close()
    tab.files.stop()


RESIZED = """
const { resized } = await import("./page/local/resize.js"), [channels, rows, columns] = rest;
return coded(resized({ data: bytes(data), height, width, channels }, rows, columns).data);
"""


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((512, 512, 1), (384, 384)),  # many means lie halfway between two levels
        ((640, 517, 3), (320, 258)),
        ((960, 960, 1), (160, 160)),
        ((512, 300, 4), (256, 150)),
        ((713, 274, 3), (320, 123)),
        ((300, 200, 3), (512, 341)),
        ((100, 90, 1), (512, 461)),
    ],
)
def test_pictures_change_size_as_in_the_program(
    page: Callable[..., np.ndarray], shape: tuple[int, int, int], size: tuple[int, int]
) -> None:
    picture = np.random.default_rng(sum(shape)).integers(0, 256, shape, np.uint8)
    found = page(RESIZED, np.uint8, picture, shape[2], *size).reshape(*size, shape[2])
    own = resize(picture, *size).reshape(found.shape)
    apart = np.abs(found.astype(int) - own)
    assert apart.max() <= 1
    assert (apart > 0).mean() < (0.001 if size[0] > shape[0] else 1e-9)


BLURRED = """
const { blurred, plane } = await import("./page/local/filters.js"), [sigma] = rest;
return coded(blurred(plane(new Float32Array(bytes(data).buffer), height, width), sigma).data);
"""


@pytest.mark.parametrize("sigma", [0.9, 1.25, 1.44, 3.0])
def test_planes_are_blurred_as_in_the_program(page: Callable[..., np.ndarray], sigma: float) -> None:
    plane = np.random.default_rng(7).random((90, 120), np.float32)
    found = page(BLURRED, np.float32, plane, sigma).reshape(plane.shape)
    np.testing.assert_allclose(found, cv2.GaussianBlur(plane, (0, 0), sigma), atol=5e-7)


LINES = """
const { viewOf } = await import("./page/local/reference.js");
const colors = Array.from({ length: 16 }, (_, i) => [16 * i, 255 - 16 * i, 128]);
return coded(viewOf({ data: bytes(data), height, width, channels: 3 }, colors).sketch);
"""


@pytest.mark.parametrize("seed", range(3))
def test_a_references_lines_are_drawn_as_in_the_program(page: Callable[..., np.ndarray], seed: int) -> None:
    blocks = np.random.default_rng(seed).integers(0, 256, (20, 20, 3), np.uint8)
    picture = cv2.GaussianBlur(cv2.resize(blocks, (320, 320), interpolation=cv2.INTER_NEAREST), (0, 0), 1.5)
    found = page(LINES, np.uint8, picture).reshape(320, 320).astype(int)
    own = extract_lines(np.asarray(picture, np.uint8), 0, 0.5)
    assert own.std() > 20
    assert np.abs(found - own).max() <= 1
    assert (found != own).mean() < 1e-4


WHERE = """
const { viewOf } = await import("./page/local/reference.js"), [colors] = rest;
return coded(viewOf({ data: bytes(data), height, width, channels: 3 }, colors).where);
"""


@pytest.mark.parametrize("shape", [(320, 320), (200, 320), (320, 130)])
def test_where_a_references_colours_lie_is_told_as_in_the_program(
    page: Callable[..., np.ndarray], shape: tuple[int, int]
) -> None:
    blocks = np.random.default_rng(shape[0]).integers(0, 256, (8, 8, 3), np.uint8)
    picture = cv2.resize(blocks, shape[::-1], interpolation=cv2.INTER_NEAREST)
    histogram = measure(picture)
    lines = extract_lines(picture, 0, 0.5)
    own = reference_arrays(picture, lines, histogram, 9.0, np.random.default_rng(0))["where"]
    found = page(WHERE, np.float32, picture, histogram.colors.reshape(-1, 3).tolist()).reshape(own.shape)
    assert own.max() == 1
    np.testing.assert_allclose(found, own, atol=1e-5)


POCKETS = """
const { withGrounds } = await import("./page/local/grounds.js");
const { plane } = await import("./page/local/filters.js");
const { findRegions, largest } = await import("./page/local/segment.js"), [ground] = rest;
const grey = plane(bytes(data), height, width), labels = findRegions(grey, 5);
const count = largest(labels.data) + 1, label = Int32Array.from({ length: count - 1 }, (_, i) => i + 1);
const many = (wide, value = 0) => new Float32Array(label.length * wide).fill(value);
const answers = { label, area: many(1, 0.01), logits: many(18), embedding: many(64), parts: many(7, 1 / 7) };
const found = new Int32Array(count + labels.data.length);
const { grounds } = withGrounds(answers, labels, grey, new Float32Array(count), ground, count);
for (const one of grounds) found[one] = 1;
found.set(labels.data, count);
return coded(found);
"""


@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.parametrize(("gap", "leak"), [(5, 0), (5, 4), (5, 5), (0, 0), (0, 5)])
def test_pockets_of_the_ground_are_those_of_the_program(
    page: Callable[..., np.ndarray], gap: int, leak: int, turn: int
) -> None:
    sketch = np.ascontiguousarray(np.rot90(figure(gap, leak)[0], turn))
    labels = find_regions(sketch)
    ground, count = int(labels[0, 0]), int(labels.max()) + 1
    told = page(POCKETS, np.int32, sketch, ground)
    own = pockets(labels, sketch, ground)
    assert own.any() == (gap > 0)
    np.testing.assert_array_equal(told[count:].reshape(labels.shape), labels)
    np.testing.assert_array_equal(told[:count], own)
    assert not page(POCKETS, np.int32, sketch, 0)[:count].any()


PIECES = """
const { groundPieces } = await import("./page/local/grounds.js");
const [label, area, logits, embedding, parts, inked] = rest;
const floats = (list) => Float32Array.from(list), labels = new Int32Array(bytes(data).buffer);
const answers = { label, area, logits: floats(logits), embedding: floats(embedding), parts: floats(parts) };
return coded(Int32Array.from(groundPieces(answers, { data: labels, height, width }, floats(inked))));
"""


@pytest.mark.parametrize("seed", range(4))
def test_pieces_of_the_ground_are_those_of_the_program(page: Callable[..., np.ndarray], seed: int) -> None:
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(1, 37, dtype=np.int32)).reshape(6, 6).repeat(8, 0).repeat(8, 1)
    answers = answers_of(random, 36)
    inked = np.zeros(37, np.float32)
    every = ground_pieces(answers, labels, inked)
    assert len(every) > 1
    inked[every] = random.random(len(every))
    own = ground_pieces(answers, labels, inked)
    rows = [
        getattr(answers, name).ravel().tolist() for name in ("label", "area", "logits", "embedding", "parts")
    ]
    assert sorted(page(PIECES, np.int32, labels, *rows, inked.tolist()).tolist()) == sorted(own.tolist())


CUT = """
const { withGrounds } = await import("./page/local/grounds.js");
const { plane } = await import("./page/local/filters.js");
const { findRegions, largest } = await import("./page/local/segment.js");
const [ground, area, logits, embedding, parts] = rest, floats = (list) => Float32Array.from(list.flat());
const grey = plane(bytes(data), height, width), labels = findRegions(grey, 14);
const count = largest(labels.data) + 1, label = Int32Array.from({ length: count - 1 }, (_, i) => i + 1);
const told = { label, area: floats(area), logits: floats(logits), embedding: floats(embedding) };
const answers = { ...told, parts: floats(parts) }, inked = new Float32Array(count);
return coded(Int32Array.from(withGrounds(answers, labels, grey, inked, ground, count).grounds));
"""


def rooms(random: np.random.Generator) -> np.ndarray:
    """A grid whose walls have doors of all widths."""
    sketch = np.full((400, 400), 255, np.uint8)
    for at in range(50, 400, 70):
        for start in range(15, 400, 70):
            door = int(random.integers(4, 16))
            sketch[at : at + 3, start : start + 70 - door] = 0
            sketch[start : start + 70 - door, at : at + 3] = 0
    return sketch


@pytest.mark.parametrize("seed", range(4, 8))
def test_what_a_gap_cuts_off_the_ground_is_what_it_is_in_the_program(
    page: Callable[..., np.ndarray], seed: int
) -> None:
    random = np.random.default_rng(seed)
    sketch = rooms(random)
    labels = find_regions(sketch, 14)
    answers = answers_of(random, int(labels.max()))
    area = np.where(answers.label % 3, answers.area / 4, answers.area).astype(np.float32)
    toward = answers.embedding[answers.parts[:, 0].argmax()] * random.uniform(0, 1.5, (len(area), 1))
    embedding = (answers.embedding + toward).astype(np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
    answers, ground = replace(answers, area=area, embedding=embedding), int(labels[0, 0])
    pieces = ground_pieces(answers, labels, np.zeros(len(area) + 1, np.float32))
    surely = np.append(pieces, ground)
    share, alone = (each[answers.label] for each in Borders(labels, sketch).gaps_to(surely))
    own = np.union1d(pieces, cut_off(answers, surely, share, alone))
    assert len(own) > len(pieces)
    rows = [getattr(answers, name).tolist() for name in ("area", "logits", "embedding", "parts")]
    np.testing.assert_array_equal(page(CUT, np.int32, sketch, ground, *rows), own)


REGIONS = """
const { plane } = await import("./page/local/filters.js");
const { findRegions } = await import("./page/local/segment.js"), [gap, necks] = rest;
return coded(Int32Array.from(findRegions(plane(bytes(data), height, width), gap, necks).data));
"""


@pytest.mark.parametrize("necks", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_regions_are_those_of_the_program(page: Callable[..., np.ndarray], seed: int, necks: bool) -> None:
    """Chambers of every size with openings of every width between them."""
    random, sketch = np.random.default_rng(seed), np.full((300, 260), 255, np.uint8)
    for _ in range(12):
        (x, y), (wide, high) = random.integers(10, 200, 2).tolist(), random.integers(30, 120, 2).tolist()
        cv2.rectangle(sketch, (x, y), (x + wide, y + high), 0, 2)
    for _ in range(12):
        (x, y), side = random.integers(0, 240, 2).tolist(), int(random.integers(6, 30))
        sketch[y : y + side, x : x + side] = 255
    own = find_regions(sketch, 14.0, necks)
    assert len(np.unique(own)) > 3
    np.testing.assert_array_equal(page(REGIONS, np.int32, sketch, 14.0, necks).reshape(own.shape), own)
    assert necks == (not np.array_equal(own, find_regions(sketch, 14.0)))


CHOSEN = """
const { chooseForGroups } = await import("./page/local/decide.js");
const { isColored } = await import("./page/local/grounds.js");
const [label, area, logits, embedding, parts, colors, oneScene] = rest;
const floats = (list) => Float32Array.from(list.flat());
const labels = { data: new Int32Array(bytes(data).buffer), height, width };
const told = { label, area: floats(area), logits: floats(logits), embedding: floats(embedding) };
const answers = { ...told, parts: floats(parts), oneScene };
const count = label.length + 1, open = new Float32Array(label.length ** 2);
const chosen = chooseForGroups(answers, labels, count, colors, new Float32Array(count), open);
return coded(Float32Array.from([...chosen, isColored(answers, 1), isColored(answers, 2)]));
"""


@pytest.mark.parametrize("scene", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_regions_take_the_colours_that_they_take_in_the_program(
    page: Callable[..., np.ndarray], seed: int, scene: float
) -> None:
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(1, 37, dtype=np.int32)).reshape(6, 6).repeat(8, 0).repeat(8, 1)
    answers = replace(answers_of(random, 36), one_scene=scene)
    answers.logits[:] += random.normal(0, 2, answers.logits.shape)
    answers.logits[[0, 1], [3, 17]] = 20
    colors = np.concatenate([random.integers(0, 256, (16, 3)), [[0] * 3, [255] * 3]]).astype(np.float32)
    empty = np.zeros(37, np.float32), np.zeros((36, 36), np.float32)
    own = choose_for_groups(answers, labels, 37, colors, *empty)
    assert len(np.unique(own.argmax(axis=1))) > (4 if scene else 1)
    names = ("label", "area", "logits", "embedding", "parts")
    rows = [getattr(answers, name).tolist() for name in names]
    told = page(CHOSEN, np.float32, labels, *rows, colors.tolist(), scene)
    np.testing.assert_array_equal(told[:-2].reshape(own.shape), own)
    assert told[-2:].tolist() == [is_colored(answers, 1), is_colored(answers, 2)] == [scene, 0]


IN_PIECES = """
const { plane } = await import("./page/local/filters.js");
const { inPieces, rejoined } = await import("./page/local/pieces.js");
const { findRegions } = await import("./page/local/segment.js");
const [gap, label, area, logits, embedding, parts] = rest, numbers = Int32Array.from(label);
const grey = plane(bytes(data), height, width), floats = (list) => Float32Array.from(list.flat());
const { labels, region } = inPieces(findRegions(grey, gap, true), grey, gap);
const told = { label: numbers, area: floats(area), logits: floats(logits), embedding: floats(embedding) };
const { labels: found, answers } = rejoined(labels, region, { ...told, parts: floats(parts) });
return coded(Int32Array.from([labels.data, region, found.data, answers.label].flatMap((list) => [...list])));
"""


@pytest.mark.parametrize("seed", range(4))
def test_pieces_and_what_becomes_one_are_those_of_the_program(
    page: Callable[..., np.ndarray], seed: int
) -> None:
    """Rings of all sizes, each open over a part of it."""
    random = np.random.default_rng(seed)
    sketch = np.full((420 + 160 * seed, 500), 255, np.uint8)
    for _ in range(9):
        center, radius = random.integers(60, 440, 2).tolist(), int(random.integers(20, 90))
        start, wide = random.integers(0, 360), int(random.integers(20, 60))
        cv2.ellipse(sketch, center, (radius, radius), int(start), 0, 360 - wide, 0, 3)
    pieces, region = in_pieces(find_regions(sketch, 14.0, necks=True), sketch, 14.0)
    both = [region[pieces], pieces + len(region)]
    label, area = np.concatenate([np.unique(one, return_counts=True) for one in both], axis=1)
    embedding = random.normal(0.3, 1, (len(label), 8)).astype(np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
    shares = (area / pieces.size).astype(np.float32)
    logits, parts = random.normal(0, 2, (len(label), 18)), random.random((len(label), 7), np.float32)
    logits = logits.astype(np.float32)  # about half of them are sure of a colour
    parts /= parts.sum(axis=1, keepdims=True)
    said = Answers(label, shares, logits, embedding, parts, np.zeros((16, 7), np.float32))
    found, answers = rejoined(pieces, region, said)
    assert len(np.unique(region[pieces])) <= len(np.unique(found)) < len(np.unique(pieces))
    own = np.concatenate([pieces.ravel(), region, found.ravel(), answers.label])
    rows = (array.tolist() for array in (label, shares, logits, embedding, parts))
    told = page(IN_PIECES, np.int32, sketch, 14.0, *rows)
    np.testing.assert_array_equal(told, own)


def answers_of(random: np.random.Generator, count: int) -> Answers:
    """Of regions that are ground or not, those of a kind more and less alike."""
    kind = random.integers(0, 2, count)
    wanted = np.eye(18, dtype=np.float32)[np.where(kind, 17, 3)] * 4
    embedding = np.eye(8, dtype=np.float32)[kind] + random.normal(0, 0.25, (count, 8)).astype(np.float32)
    parts = 5 * np.eye(7, dtype=np.float32)[np.where(kind, 0, 5)] + random.random((count, 7), np.float32)
    return Answers(
        np.arange(1, count + 1),
        np.full(count, 1 / count, np.float32),
        wanted + random.random((count, 18), np.float32),
        embedding / np.linalg.norm(embedding, axis=1, keepdims=True),
        parts / parts.sum(axis=1, keepdims=True),
        np.zeros((16, 7), np.float32),
    )


SAMPLED = """
const { plane } = await import("./page/local/filters.js");
const { inPieces } = await import("./page/local/pieces.js");
const { Random } = await import("./page/local/random.js");
const { paperLight, samplePieces } = await import("./page/local/samples.js");
const { findRegions } = await import("./page/local/segment.js"), [most] = rest;
const grey = plane(bytes(data), height, width);
const { labels, region } = inPieces(findRegions(grey, 14, true), grey, 14);
const { points, geometry, label, valid } = samplePieces(labels, region, paperLight(grey), most, new Random());
return coded(Float32Array.from([points, geometry, label, valid].flatMap((list) => [...list])));
"""


@pytest.mark.parametrize("most", [20, 64])
def test_regions_and_pieces_are_described_as_in_the_program(
    page: Callable[..., np.ndarray], most: int
) -> None:
    sketch = np.full((320, 320), 255, np.uint8)
    for at in range(4):  # rings that are open on one side
        cv2.ellipse(sketch, (80 + 50 * at, 90 + 40 * at), (60, 60), 90 * at, 0, 330, 0, 3)
    pieces, region = in_pieces(find_regions(sketch, 14.0, necks=True), sketch, 14.0)
    found = sample_pieces(pieces, region, paper_light(sketch), most, np.random.default_rng(0))
    assert found.piece.sum() > 1
    assert found.described["valid"].sum() > 3
    rows = (found.points, found.geometry, found.label, found.described["valid"])
    own = np.concatenate([array.ravel().astype(np.float32) for array in rows])
    np.testing.assert_allclose(page(SAMPLED, np.float32, sketch, most), own, atol=2e-6)


LED = """
const { leaders } = await import("./page/local/open_groups.js");
const { openings } = await import("./page/local/borders.js");
const { plane } = await import("./page/local/filters.js");
const { findRegions, largest } = await import("./page/local/segment.js");
const [embedding, parts, area, ground, oneScene] = rest, grey = plane(bytes(data), height, width);
const labels = findRegions(grey, 14), count = largest(labels.data) + 1;
const label = Array.from({ length: count - 1 }, (_, i) => i + 1);
const floats = (list) => Float32Array.from(list.flat());
const told = { label, area: floats(area), embedding: floats(embedding), parts: floats(parts), oneScene };
return coded(leaders(told, openings(labels, grey, label, count), ground));
"""


@pytest.mark.parametrize("seed", range(6))
def test_regions_that_open_into_each_other_are_led_as_in_the_program(
    page: Callable[..., np.ndarray], seed: int
) -> None:
    random = np.random.default_rng(seed)
    sketch = rooms(random)
    labels = find_regions(sketch, 14)
    count = int(labels.max())
    embedding = random.normal(0.7, 1, (count, 8)).astype(np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
    parts = np.eye(7, dtype=np.float32)[random.choice([1, 2, 3, 5], count, p=[0.4, 0.3, 0.1, 0.2])]
    area = (np.bincount(labels.ravel())[1:] / labels.size).astype(np.float32)
    label = np.arange(1, count + 1)
    answers = Answers(
        label, area, np.zeros((count, 18), np.float32), embedding, parts, np.zeros((16, 7), np.float32)
    )
    _, openings, lengths = Borders(labels, sketch).between(label)
    own = leaders(answers, openings, 1, lengths)
    assert (own != np.arange(count)).any()
    rows = [embedding.tolist(), parts.tolist(), area.tolist()]
    np.testing.assert_array_equal(page(LED, np.int32, sketch, *rows, 1, 0.0), own)
    alone = leaders(replace(answers, one_scene=1.0), openings, 1, lengths)
    np.testing.assert_array_equal(page(LED, np.int32, sketch, *rows, 1, 1.0), alone)


ENLARGED = """
const { enlargedLabels } = await import("./page/local/labels.js");
const [text, rows, columns] = rest, labels = { data: new Int32Array(bytes(data).buffer), height, width };
return coded(enlargedLabels(labels, { data: bytes(text), height: rows, width: columns }));
"""


@pytest.mark.parametrize("scale", [1.5, 2.0, 3.3])
@pytest.mark.parametrize("seed", range(2))
def test_regions_come_to_a_large_drawings_size_as_in_the_program(
    page: Callable[..., np.ndarray], seed: int, scale: float
) -> None:
    random = np.random.default_rng(seed)
    points = random.integers(5, 115, (6, 2, 2))
    rows, columns = round(90 * scale), round(120 * scale)
    grey = np.full((rows, columns), 255, np.uint8)
    for one, other in (points * scale).astype(int).tolist():
        cv2.line(grey, one, other, int(random.integers(0, 150)), int(random.integers(1, 5)), cv2.LINE_AA)
    center = columns // 2, rows // 2
    for radius in (12, 30):
        cv2.circle(grey, center, round(radius * scale), 60, 2, cv2.LINE_AA)
    labels = find_regions(resize(grey, 90, 120))
    assert labels.max() > 3
    text = base64.b64encode(grey.tobytes()).decode()
    found = page(ENLARGED, np.int32, labels, text, rows, columns).reshape(rows, columns)
    np.testing.assert_array_equal(found, enlarge_labels(labels, grey))
