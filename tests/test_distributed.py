"""`--engine ray`: a real cluster of two nodes, one of which is killed at work, and what it writes."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributing import equal, expected, files, pack, paint

from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.distributed import extract_with_ray
from attnpaint.extract.batch.store import Table

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"), pytest.mark.slow]

NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False}
QUICK = {
    "health_check_initial_delay_ms": 500,
    "health_check_period_ms": 300,
    "health_check_failure_threshold": 3,
}
FATAL = '''
import os, signal
from pathlib import Path
from fsspec.implementations.local import LocalFileSystem

class Fatal(LocalFileSystem):
    """Kills who opens fatal.png, and who opens first.png for the first time."""

    def open(self, path, *args, **kwargs):
        mark = Path(path).with_suffix(".opened")
        if path.endswith("fatal.png") or (path.endswith("first.png") and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().open(path, *args, **kwargs)
'''


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A head with one core, on a path where workers find the module `fatal`."""
    pytest.importorskip("ray.data", reason='Ray is not installed: pip install "attnpaint[ray]"')
    from ray.cluster_utils import Cluster

    folder = tmp_path_factory.mktemp("modules")
    (folder / "fatal.py").write_text(FATAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.syspath_prepend(folder)
        started = Cluster(initialize_head=True, head_node_args={**NODE, "_system_config": QUICK})
        yield started
        started.shutdown()


def test_a_node_that_dies_at_work_costs_no_row_and_doubles_none(
    cluster: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import ray

    refs, out = tmp_path / "refs", tmp_path / "out"
    for i in range(240):
        paint(refs / f"{i % 7}" / f"{i:03}.png", i, size=120)
    (refs / "3" / "bad.png").write_text("no picture")
    node = cluster.add_node(**NODE)
    seen: list[tuple[int, int]] = []
    alive: list[int] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if 40 < done < 200 and node in cluster.worker_nodes:
            cluster.remove_node(node, allow_graceful=False)
            alive.append(done)
        print(done)

    outcome = extract_with_ray(str(refs), str(out), address=cluster.address, progress=progress)

    assert alive
    assert alive[0] < 200
    assert seen[-1] == (241, 241)
    assert not ray.is_initialized()
    assert (outcome.pictures, outcome.failed) == (240, 1)
    assert [failure.path for failure in outcome.failures] == ["3/bad.png"]
    assert outcome.table == str(out / "histograms.parquet")
    assert equal(list(Table(outcome.table)), expected(refs))
    assert files(out) == ["errors.jsonl", "histograms.parquet/part-00000-of-00001.parquet"]
    (line,) = (out / "errors.jsonl").read_text().splitlines()
    assert set(json.loads(line)) == {"path", "reason", "remedy"}
    said = capfd.readouterr()
    assert said.out.split() == [str(done) for done, _ in seen]
    assert "raylet" not in said.err
    assert "Traceback" not in said.err


def test_a_picture_that_kills_its_workers_fails_and_one_killed_worker_is_forgiven(
    cluster: Any, tmp_path: Path
) -> None:
    import fatal  # type: ignore[import-not-found]  # the fixture writes it
    from pyarrow.fs import FSSpecHandler, PyFileSystem

    refs = tmp_path / "refs"
    for seed, name in enumerate(["a.png", "b/fatal.png", "b/first.png", "b/z.png", "c.png"]):
        paint(refs / name, seed)
    pack(refs / "d.tar", ["x/0.png", ".x/1.png", "2.png"])
    filesystem = PyFileSystem(FSSpecHandler(fatal.Fatal()))
    outcome = extract_with_ray(
        str(refs), str(tmp_path / "out"), address=cluster.address, filesystem=filesystem
    )
    rows = [row for row in expected(refs) if row.path != "b/fatal.png"]
    assert (refs / "b/first.opened").exists()
    assert [str(failure).split(";")[0] for failure in outcome.failures] == [
        "b/fatal.png killed the process that measured it"
    ]
    assert outcome.table
    found = list(Table(outcome.table))
    assert [row.path for row in found] == [row.path for row in rows]
    assert [row.path for row in found[-2:]] == ["d.tar/x/0.png", "d.tar/2.png"]
    assert [row.digest for row in found] == [row.digest for row in rows]


def test_ctrl_c_ends_the_connection_and_leaves_no_table(
    cluster: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import ray

    for i in range(30):
        paint(tmp_path / "refs" / f"{i}.png", i)

    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        extract_with_ray((tmp_path / "refs").as_uri(), str(out), address=cluster.address, progress=interrupt)
    assert not ray.is_initialized()
    assert list(out.iterdir()) == []
    assert "".join(capfd.readouterr()) == ""

    outcome = extract_with_ray((tmp_path / "refs").as_uri(), out.as_uri(), address=cluster.address)
    assert outcome.table
    assert equal(list(Table(outcome.table)), expected(tmp_path / "refs"))


def test_a_node_with_another_attnpaint_is_named(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attnpaint.extract.batch.cluster.__version__", "99.0")
    paint(tmp_path / "refs" / "a.png", 0)
    with pytest.raises(
        AttnpaintError, match=r'has attnpaint .*, not 99\.0; pip install "attnpaint\[ray\]==99'
    ):
        extract_with_ray(str(tmp_path / "refs"), str(tmp_path / "out"), address=cluster.address)


def test_a_cluster_that_does_not_answer_is_told_at_once(tmp_path: Path) -> None:
    pytest.importorskip("ray.data", reason='Ray is not installed: pip install "attnpaint[ray]"')
    paint(tmp_path / "refs" / "a.png", 0)
    begun = time.monotonic()
    with pytest.raises(AttnpaintError, match=r"no Ray cluster answers at localhost:1 .*; start one"):
        extract_with_ray(str(tmp_path / "refs"), str(tmp_path / "out"), address="localhost:1")
    assert time.monotonic() - begun < 10
    assert not (tmp_path / "out").exists()


def test_without_ray_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "ray.data", None)
    paint(tmp_path / "refs" / "a.png", 0)
    with pytest.raises(AttnpaintError, match=r'Ray is not installed; pip install "attnpaint\[ray\]"'):
        extract_with_ray(str(tmp_path / "refs"), str(tmp_path / "out"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("missing", "does not exist; give"),
        (Path("/missing").as_uri(), "does not exist; give"),
        ("empty", "holds no pictures; put some there"),
        ("nonsense://bucket", "nonsense://bucket cannot be reached"),
        ("out", "is the folder of the references; give another one"),
    ],
)
def test_a_wrong_source_is_told_before_a_cluster_is_begun(
    source: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    with pytest.raises(AttnpaintError, match=message):
        extract_with_ray(source, "out")
