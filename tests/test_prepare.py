"""Shards from pictures: what they hold, in which order, and how the webdataset library reads them."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from conftest import COLORS, PAIRS, pack
from PIL import Image
from preparing import SIDE, figure, folder_of, keys, names, run, shards

from attnpaint.data.lines import EXTRACTORS
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram, measure
from attnpaint.images import read_picture, resize, write_picture
from attnpaint.prepare.filters import Limits
from attnpaint.prepare.options import Outcome


def dropped(out: Path) -> dict[str, str]:
    lines = (out / "dropped.jsonl").read_text().splitlines()
    return {Path(line["path"]).name: line["reason"] for line in map(json.loads, lines)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Outcome]:
    """A folder with something of each kind, what was made of it, and what that came to."""
    root = tmp_path_factory.mktemp("prepared")
    pictures = folder_of(root / "in" / "art", one=figure(1), two=figure(2, side=900), tiny=figure(3, side=90))
    folder_of(pictures, grey=figure(4)[..., :1].repeat(3, axis=2), copy=resize(figure(2, side=900), 300, 300))
    (pictures / "broken.png").write_bytes(b"\x89PNG no more")
    pack(root / "in" / "pairs.tar", PAIRS)
    with (root / "in" / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [
                ["path", "licence", "author"],
                ["art/one.png", "CC0-1.0", "Ada, A."],
                [f"samples/{PAIRS[0].name}", "CC BY 4.0", "B"],
            ]
        )
    outcome = run(root / "in", root / "out", size=256, limits=Limits(min_side=100))
    return root / "in", root / "out", outcome


def stem_of(pair: Path) -> str:
    return f"samples/{pair.name.partition('.')[0]}"


def test_the_right_pictures_are_kept_and_the_others_told_with_reasons(
    prepared: tuple[Path, Path, Outcome],
) -> None:
    _, out, outcome = prepared
    assert keys(out) == {"art/one", "art/two", *map(stem_of, PAIRS)}
    assert dropped(out) == {
        "tiny.png": "tiny",
        "grey.png": "grey",
        "copy.png": "duplicate",
        "broken.png": "unreadable",
    }
    assert outcome.kept == 2 + len(PAIRS) // 2
    assert outcome.dropped == {"unreadable": 1, "tiny": 1, "grey": 1, "duplicate": 1}
    lines = map(json.loads, (out / "dropped.jsonl").read_text().splitlines())
    copy = next(line for line in lines if line["reason"] == "duplicate")
    assert copy["like"].endswith("art/two.png")
    assert copy["number"] <= 4
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_the_webdataset_library_reads_each_picture_with_all_that_belongs_to_it(
    prepared: tuple[Path, Path, Outcome],
) -> None:
    webdataset = pytest.importorskip("webdataset")
    _, out, _ = prepared
    dataset = webdataset.WebDataset(
        [str(path) for path in sorted(out.glob("*.tar"))], shardshuffle=False
    ).decode("rgb8")
    samples = {sample["__key__"]: sample for sample in dataset}
    assert samples.keys() == keys(out)
    for key, sample in samples.items():
        color = sample["color.webp"]
        assert max(color.shape[:2]) <= 256
        assert ("line.webp" in sample) == key.startswith("samples/")
        for name in EXTRACTORS:
            drawing = sample[f"{name}.png"]
            assert drawing.shape[:2] == color.shape[:2]
            assert drawing.max() > 200
        assert Histogram.from_numbers(sample["histogram.json"]).colors.shape == (4, 4, 3)


def test_members_come_in_the_order_of_the_format_without_owner_and_time(
    prepared: tuple[Path, Path, Outcome],
) -> None:
    import tarfile

    _, out, _ = prepared
    endings = [name.partition(".")[2] for name in names(out) if name.partition(".")[0] == stem_of(PAIRS[0])]
    drawings = [f"{name}.png" for name in EXTRACTORS]
    assert endings == ["color.webp", "line.webp", *drawings, "histogram.json"]
    with tarfile.open(out / "train-00000.tar") as tar:
        assert {(m.uid, m.gid, m.mtime, m.uname) for m in tar} == {(0, 0, 0, "")}


def test_training_reads_the_shards_and_the_pictures_are_those_that_went_in(
    prepared: tuple[Path, Path, Outcome],
) -> None:
    source, out, _ = prepared
    items = {item.name.partition(".")[0]: item for item in find_items([out]).items}
    one = items["art/one"].open()[0]
    assert (one == figure(1)).all()
    histogram = items["art/one"].read_histogram()
    assert histogram is not None
    assert (histogram.colors == measure(figure(1)).colors).all()
    two = items["art/two"].open()[0].astype(int)
    assert two.shape == (256, 256, 3)
    assert np.abs(two - resize(figure(2, side=900), 256, 256)).mean() < 2
    kept = {item.name.partition(".")[0]: item for item in find_items([source / "pairs.tar"]).items}
    for key in map(stem_of, PAIRS):
        before, after = kept[key].open(), items[key].open()
        for whole, small in zip(before, after, strict=True):
            assert whole is not None
            assert small is not None
            assert np.abs(resize(whole, *small.shape[:2]).astype(int) - small).mean() < 3


def test_the_manifest_carries_over_what_was_known(prepared: tuple[Path, Path, Outcome]) -> None:
    _, out, outcome = prepared
    with (out / "manifest.csv").open(newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    assert len(rows) == outcome.kept
    one = rows["art/one.color.webp"]
    assert (one["licence"], one["author"], one["width"], one["height"]) == (
        "CC0-1.0",
        "Ada, A.",
        str(SIDE),
        str(SIDE),
    )
    assert one["origin"].endswith("in/art/one.png")
    two = rows["art/two.color.webp"]
    assert (two["licence"], two["width"]) == ("", "256")
    excluded = find_items([out], exclude_licences=["CC0-1.0"]).items
    assert "art/one.color.webp" not in {item.name for item in excluded}


def test_the_report_shows_the_copy_beside_the_kept_one_and_needs_nothing_else(
    prepared: tuple[Path, Path, Outcome],
) -> None:
    _, out, _ = prepared
    page = (out / "report.html").read_text()
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<img ") == len(keys(out)) + 2 + 2  # tiny and grey, and the copy beside its like
    assert "art/copy → art/two" in page
    assert "broken.png" in page
    assert 'id="duplicate"' in page
    assert 'id="white"' not in page


def test_shards_are_equal_for_any_number_of_workers_and_hold_their_size(tmp_path: Path) -> None:
    pictures = folder_of(tmp_path / "in", **{f"p{i:02}": figure(i) for i in range(70)})
    one = run(pictures, tmp_path / "one", shard_size=0.1, distance=None)
    run(pictures, tmp_path / "three", workers=3, shard_size=0.1, distance=None)
    assert one.shards > 3
    assert shards(tmp_path / "one") == shards(tmp_path / "three")
    assert all(len(data) <= 0.1 * 2**20 for data in shards(tmp_path / "one").values())
    assert (tmp_path / "one" / "report.html").read_bytes() == (
        tmp_path / "three" / "report.html"
    ).read_bytes()


def test_equal_names_from_different_places_stay_apart(tmp_path: Path) -> None:
    places = [folder_of(tmp_path / name / "art", **{"x": figure(i)}) for i, name in enumerate("ab")]
    write_picture(places[0] / "x.webp", figure(8))
    write_picture(places[0] / "x.y.png", figure(9))
    assert run(places, tmp_path / "out", lines=False, distance=None).kept == 4
    assert keys(tmp_path / "out") == {"art/x", "art/x-2", "art/x-3", "art/x_y"}
    assert not [name for name in names(tmp_path / "out") if name.endswith("xdog.png")]


def test_what_lies_in_the_out_folder_is_not_read_back(tmp_path: Path) -> None:
    pictures = folder_of(tmp_path / "in", one=figure(1), two=figure(2))
    run(pictures, pictures / "out")
    assert run(pictures, pictures / "out").again
    assert keys(pictures / "out") == {"in/one", "in/two"}
    with pytest.raises(UsageError, match="is the folder of the pictures"):
        run(pictures, pictures)


def test_jpeg_and_webp_files_stay_as_they_are_unless_they_must_be_shown_otherwise(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    image = Image.fromarray(figure(1))
    image.save(tmp_path / "in" / "plain.jpg", quality=80)
    turned = Image.Exif()
    turned[0x0112] = 6
    image.save(tmp_path / "in" / "turned.jpg", quality=80, exif=turned)
    Image.fromarray(figure(2, side=300)).save(tmp_path / "in" / "large.webp", quality=80)
    run(tmp_path / "in", tmp_path / "out", lines=False, size=256, distance=None)
    packed = {item.name: item for item in find_items([tmp_path / "out"]).items}
    assert sorted(packed) == ["in/large.color.webp", "in/plain.color.jpg", "in/turned.color.webp"]
    assert packed["in/plain.color.jpg"].color.read() == (tmp_path / "in" / "plain.jpg").read_bytes()
    upright = packed["in/turned.color.webp"].open()[0]
    assert np.abs(upright.astype(int) - read_picture(tmp_path / "in" / "turned.jpg")).mean() < 2


def test_a_second_run_does_nothing_and_other_options_or_pictures_are_refused(tmp_path: Path) -> None:
    pictures, out = folder_of(tmp_path / "in", one=figure(1), two=figure(2)), tmp_path / "out"
    first = run(pictures, out)
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.iterdir()}
    assert run(pictures, out) == Outcome(**{**vars(first), "again": True})
    assert before == {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.iterdir()}
    with pytest.raises(UsageError, match=r"begun with --size 768, not --size 512"):
        run(pictures, out, size=512)
    with pytest.raises(UsageError, match=r"begun with --distance 4, not --keep-duplicates"):
        run(pictures, out, distance=None)
    folder_of(pictures, three=figure(3))
    with pytest.raises(UsageError, match="other pictures"):
        run(pictures, out)
    (pictures / "three.png").unlink()
    (out / "train-00000.tar").unlink()
    with pytest.raises(AttnpaintError, match=r"lacks train-00000\.tar"):
        run(pictures, out)


def test_shards_of_somebody_else_are_not_touched(tmp_path: Path) -> None:
    pictures = folder_of(tmp_path / "in", one=figure(1))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "train-00000.tar").write_bytes(b"mine")
    with pytest.raises(UsageError, match="holds shards already"):
        run(pictures, tmp_path / "out")
    assert (tmp_path / "out" / "train-00000.tar").read_bytes() == b"mine"


def test_a_damaged_shard_and_a_folder_without_pictures(tmp_path: Path) -> None:
    pictures = folder_of(tmp_path / "in", one=figure(1))
    (pictures / "bad.tar").write_bytes(os.urandom(2000))
    outcome = run(pictures, tmp_path / "out")
    assert (outcome.kept, outcome.unreadable) == (1, 1)
    assert dropped(tmp_path / "out") == {"bad.tar": "unreadable"}
    (tmp_path / "empty").mkdir()
    with pytest.raises(AttnpaintError, match="holds no pictures"):
        run(tmp_path / "empty", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_samples_of_the_project_are_all_kept(tmp_path: Path) -> None:
    assert run(COLORS, tmp_path / "out", lines=False).kept == len(COLORS)
