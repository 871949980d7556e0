"""What `--engine ray` reads and writes, without a cluster."""

from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from distributing import equal, expected, files, pack, paint

from attnpaint.extract.batch.remote import Place, Shard, find, members_of, place_of, read
from attnpaint.extract.batch.sources import Failure, Source, find_sources
from attnpaint.extract.batch.store import Table, record_batch, schema
from attnpaint.extract.batch.table_parts import PartsWriter
from attnpaint.extract.method import Method

pytestmark = pytest.mark.slow


def test_other_file_systems_are_walked_and_read_like_folders_here(tmp_path: Path) -> None:
    from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

    refs = tmp_path / "refs"
    for seed, name in enumerate(["b.png", "a b/ß.webp", "a b/.hidden.png", ".c/d.png", "out/e.png", "f.txt"]):
        paint((refs / name).with_suffix(".png"), seed)
        (refs / name).with_suffix(".png").rename(refs / name)
    pack(refs / "s.tar", ["./x/0.png", "x/.1.png", "2.JPG", "3.txt"])
    (refs / "t.tar").write_text("no shard")
    tree = Place(SubTreeFileSystem(str(refs), LocalFileSystem()), "")
    assert not tree.local

    found: list[Source | Failure] = []
    for entry in find(tree, tree.child("out")):
        if isinstance(entry, Shard):
            inside, failed, _ = members_of(tree.filesystem, entry)
            found += [*inside, *failed]
        else:
            found.append(entry)
    local = list(find_sources([refs], refs / "out"))
    names = [entry.name for entry in local if isinstance(entry, Source)]
    assert names == ["a b/ß.webp", "b.png", "s.tar/x/0.png", "s.tar/2.JPG"]
    assert [entry.name for entry in found if isinstance(entry, Source)] == names
    assert [entry.path for entry in found if isinstance(entry, Failure)] == ["t.tar"]
    for entry, here in zip(found, local, strict=True):
        if isinstance(entry, Source):
            assert isinstance(here, Source)
            assert read(tree.filesystem, entry) == here.read()
            assert entry.size == here.looked_up().size
            assert entry.mtime_ns == here.looked_up().mtime_ns


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (["a.psd", "b/c.AVIF", "b/.hidden.psd", "d.txt"], {".psd": 1, ".avif": 1}),
        (["a.kra", "b.kra", "out/c.kra"], {".kra": 2}),
        ([], {}),
    ],
)
def test_what_is_left_out_elsewhere_is_counted_as_here(
    more: list[str], wanted: dict[str, int], tmp_path: Path
) -> None:
    from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

    refs = tmp_path / "refs"
    paint(refs / "whole.png", 0)
    for name in more:
        (refs / name).parent.mkdir(parents=True, exist_ok=True)
        (refs / name).write_bytes(b"x")
    pack(refs / "s.tar", ["0.png", "1.heic", "2.heic", ".3.heic"])
    tree = Place(SubTreeFileSystem(str(refs), LocalFileSystem()), "")
    left: Counter[str] = Counter()
    for entry in find(tree, tree.child("out"), left):
        if isinstance(entry, Shard):
            left.update(members_of(tree.filesystem, entry)[2])
    here: Counter[str] = Counter()
    assert list(find_sources([refs], refs / "out", left=here))
    assert left == here == {**wanted, ".heic": 2}


@pytest.mark.parametrize("local", [True, False])
def test_parts_take_the_place_of_an_older_table_only_when_all_are_written(
    local: bool, tmp_path: Path
) -> None:
    from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

    for i in range(5):
        paint(tmp_path / "refs" / f"{i}.png", i)
    rows = expected(tmp_path / "refs")
    batches = [record_batch(rows[i : i + 1], schema(Method())) for i in range(5)]
    out = tmp_path / "out"
    out.mkdir()
    (out / "histograms.parquet").write_text("older")  # the local engine's is a file
    (out / ".histograms.unfinished").mkdir()
    (out / ".histograms.unfinished" / "00007.parquet").write_text("of a killed run")
    tree = SubTreeFileSystem(str(out), LocalFileSystem())
    place = place_of(str(out)) if local else Place(tree, "")

    with suppress(RuntimeError), PartsWriter(place, Method(), part_rows=2) as writer:
        for batch in batches:
            writer.write(batch)
        raise RuntimeError
    assert files(out) == ["histograms.parquet"]

    for failures in (1, 0):
        with PartsWriter(place, Method(), part_rows=2) as writer:
            for batch in batches[failures:]:
                writer.write(batch)
            for i in range(failures):
                writer.fail(Failure(f"{i}.png", "is odd", "mend it"))
            writer.commit()
        count = 3 - failures
        parts = [f"histograms.parquet/part-{i:05}-of-{count:05}.parquet" for i in range(count)]
        assert files(out) == ["errors.jsonl"] * failures + parts
        assert equal(list(Table(out / "histograms.parquet")), rows[failures:])

    with PartsWriter(place, Method()) as writer:
        writer.fail(Failure("0.png", "is odd", "mend it"))
        assert writer.commit() is None
    assert files(out) == ["errors.jsonl"]
