"""The Hub's layout: files, card, and a model found again, in a folder or in a cache without a network."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from browsing import ASSETS
from painting import recipe_of, saved
from safetensors import safe_open
from tiny_model import TINY

from attnpaint import Colorizer
from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.export.hub import hub
from attnpaint.export.moved import moved
from attnpaint.inference.onnx_engine import SUM, find_graph, metadata
from attnpaint.model.folder import load_model
from attnpaint.model.hub import resolve
from attnpaint.model.model_config import CONFIG, DEFAULT_MODEL, GRAPHS, REFINE, WEIGHTS, stages_in
from attnpaint.model.model_spec import metadata_of, model_spec, with_metadata

yaml = pytest.importorskip("yaml")

SMALL = Recipe(name="small", generator=TINY, source="Doe 2018")
REPO = "someone/small"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = saved(tmp_path / "run" / "model", SMALL)
    facts = json.loads((folder / CONFIG).read_text())
    facts |= {"steps": 1200, "step_seconds": 77, "stages": ["1000 at 64", "200 at 128"], "by": "a|b\nc"}
    (folder / CONFIG).write_text(json.dumps(facts))
    return folder


def parts(card: Path) -> tuple[dict[str, Any], str]:
    """Front matter and the rest."""
    before, front, text = card.read_text(encoding="utf-8").split("---\n", 2)
    assert not before
    return yaml.safe_load(front), text


def test_a_model_becomes_the_hubs_three_files(model: Path, tmp_path: Path) -> None:
    made = hub(model.parent, tmp_path / "out", license="cc-by-4.0", repo=REPO)
    assert set(made.files) == {"README.md", CONFIG, WEIGHTS}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(made.files)
    for name in (CONFIG, WEIGHTS):
        assert (tmp_path / "out" / name).read_bytes() == (model / name).read_bytes()
    front, text = parts(tmp_path / "out/README.md")
    assert front["license"] == "cc-by-4.0"
    assert front["library_name"] == "attnpaint"
    assert front["pipeline_tag"] == "image-to-image"
    assert {"small", "line-art"} <= set(front["tags"])
    net, _ = load_model(model)
    parameters = sum(parameter.numel() for parameter in net.parameters())
    assert made.parameters == parameters
    for words in (
        f"| parameters | {parameters:,} |",
        "| steps | 1200 |",
        "| stages | 1000 at 64; 200 at 128 |",
        '| by | "a\\|b\\nc" |',
        "The system: Doe 2018.",
        f'Colorizer.from_pretrained("{REPO}")',
        'colorizer.colorize("sketch.png", reference="ref.png")',
        "--ref ref.png",
    ):
        assert words in text
    assert text.index("## How to use it") < text.index("## Facts")


def test_a_second_stage_comes_along(tmp_path: Path) -> None:
    first = saved(tmp_path / "model", recipe_of("double-conv-unet", "hint-image"))
    saved(first / REFINE, recipe_of("double-conv-unet", "hint-image", "draft"))
    made = hub(first, tmp_path / "out")
    assert len(made.files) == 5
    assert [folder.name for folder in stages_in(tmp_path / "out")] == ["out", REFINE]
    for name in (CONFIG, WEIGHTS):
        assert (tmp_path / "out" / REFINE / name).read_bytes() == (first / REFINE / name).read_bytes()


def test_no_second_stage_of_an_earlier_model_stays_behind(model: Path, tmp_path: Path) -> None:
    first = saved(tmp_path / "two", recipe_of("double-conv-unet", "hint-image"))
    saved(first / REFINE, recipe_of("double-conv-unet", "hint-image", "draft"))
    hub(first, tmp_path / "out")
    for itself in (first, first / REFINE):
        with pytest.raises(UsageError, match="is the model itself"):
            hub(itself, first)
    note = tmp_path / "out" / REFINE / "notes.txt"
    note.write_text("mine")
    with pytest.raises(UsageError, match=r"holds notes\.txt; move it away"):
        hub(model, tmp_path / "out")
    assert len(stages_in(first)) == len(stages_in(tmp_path / "out")) == 2
    note.unlink()
    hub(model, tmp_path / "out")
    assert stages_in(tmp_path / "out") == [tmp_path / "out"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["README.md", CONFIG, WEIGHTS]


def test_damaged_models_are_not_shared(model: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is the model itself"):
        hub(model, model)
    (model / WEIGHTS).write_bytes((model / WEIGHTS).read_bytes()[:3000])
    with pytest.raises(AttnpaintError, match="cannot be read"):
        hub(model, tmp_path / "out")
    (model / WEIGHTS).unlink()
    with pytest.raises(AttnpaintError, match="is missing"):
        hub(model, tmp_path / "out")
    with pytest.raises(AttnpaintError, match="is no model folder"):
        hub(tmp_path / "nothing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_is_itself(model: Path) -> None:
    assert resolve(model) == model
    assert resolve(str(model.parent)) == model


@pytest.mark.parametrize(
    "name", ["nowhere", "./some/where", "/a/b", "a/b/c", "../a/b", "a/b/", "", "a b/c", "é/a"]
)
def test_what_is_neither_folder_nor_name_is_said_so(name: str) -> None:
    if name:
        with pytest.raises(AttnpaintError, match="does not exist"):
            resolve(name)
    with pytest.raises(AttnpaintError, match="does not exist"):
        resolve(Path("owner/name"))


def test_without_the_package_a_name_cannot_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(AttnpaintError, match="is not installed") as caught:
        resolve(REPO)
    assert 'pip install "attnpaint[hub]"' in caught.value.remedy


class Faked:
    """huggingface_hub as far as it is used: keeps the call, then answers or raises."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: Path | None, raised: str = "") -> None:
        self.called: dict[str, Any] = {}
        self.errors = ModuleType("huggingface_hub.errors")
        bases = {"LocalEntryNotFoundError": FileNotFoundError, "RepositoryNotFoundError": OSError}
        for name, base in bases.items():
            setattr(self.errors, name, type(name, (base,), {}))
        for name in ("RevisionNotFoundError", "GatedRepoError"):
            base = self.errors.RepositoryNotFoundError if name == "GatedRepoError" else OSError
            setattr(self.errors, name, type(name, (base,), {}))
        module = ModuleType("huggingface_hub")
        module.errors = self.errors  # type: ignore[attr-defined]

        def snapshot_download(repo_id: str, **options: Any) -> str:
            self.called = {"repo_id": repo_id, **options}
            if raised:
                raise getattr(self.errors, raised, OSError)("no connection\nmore")
            return str(answer)

        module.snapshot_download = snapshot_download  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "huggingface_hub", module)
        monkeypatch.setitem(sys.modules, "huggingface_hub.errors", self.errors)


def test_a_name_is_fetched_and_nothing_but_the_model(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faked = Faked(monkeypatch, model)
    assert resolve(REPO, revision="v1") == model
    assert faked.called["repo_id"] == REPO
    assert faked.called["revision"] == "v1"
    assert set(faked.called["allow_patterns"]) == {
        CONFIG,
        WEIGHTS,
        *GRAPHS,
        f"{REFINE}/{CONFIG}",
        f"{REFINE}/{WEIGHTS}",
    }


@pytest.mark.parametrize(
    ("raised", "says"),
    [
        ("LocalEntryNotFoundError", "cannot be reached"),
        ("RepositoryNotFoundError", f"the Hub has no model {REPO}"),
        ("RevisionNotFoundError", "has no revision v9"),
        ("GatedRepoError", "only to those who ask"),
        ("OSError", "cannot be fetched from the Hub (no connection)"),
    ],
)
def test_what_goes_wrong_on_the_hub_is_one_line(
    raised: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Faked(monkeypatch, None, raised)
    with pytest.raises(AttnpaintError) as caught:
        resolve(REPO, revision="v9")
    assert says in caught.value.problem
    assert "\n" not in str(caught.value)


def test_another_kind_of_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / CONFIG).write_text("{}")
    Faked(monkeypatch, tmp_path)
    with pytest.raises(AttnpaintError, match=f"{WEIGHTS} is missing"):
        resolve(REPO)


def test_without_a_network_the_cache_answers(model: Path, tmp_path: Path) -> None:
    pytest.importorskip("huggingface_hub")
    cached = tmp_path / "cache/models--someone--small"
    commit = "0123456789abcdef0123456789abcdef01234567"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs/main").write_text(commit)
    shutil.copytree(model, cached / "snapshots" / commit)
    code = """
import sys
from attnpaint.errors import AttnpaintError
from attnpaint.model.hub import resolve
for name in ("someone/small", "someone/else"):
    try:
        print(resolve(name))
    except AttnpaintError as error:
        print(error)
print("torch" in sys.modules)
"""
    offline = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(tmp_path / "cache"), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=offline, capture_output=True, text=True, check=True
    )
    found, missing, torch = done.stdout.splitlines()
    assert found == str(cached / "snapshots" / commit)
    assert missing.startswith("the Hub cannot be reached, and no copy of someone/else was fetched before; ")
    assert torch == "False"


def test_the_graphs_go_along_and_those_of_another_model_go(model: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "out", tmp_path / "again"
    assert set(GRAPHS) <= set(hub(DEFAULT_MODEL, out).files)
    assert find_graph(out).stage == out / GRAPHS[1]
    hub(out, again)
    for name in (*GRAPHS, WEIGHTS):
        assert (again / name).read_bytes() == (out / name).read_bytes()
    hub(model, out)
    assert not any((out / name).exists() for name in GRAPHS)


def plain(folder: Path) -> Path:
    """The model with weights that say nothing of themselves, as earlier versions wrote them."""
    data = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(with_metadata(data, {"format": "pt", "by": "me"}))
    return folder


@pytest.mark.parametrize("name", ["small", "a name that is longer", "ä"])
def test_weights_of_earlier_versions_say_what_they_are_from_then_on(name: str, tmp_path: Path) -> None:
    folder = plain(saved(tmp_path / "model", Recipe(name=name, generator=TINY)))
    before = (folder / WEIGHTS).read_bytes()
    hub(folder, tmp_path / "out")
    data = (tmp_path / "out" / WEIGHTS).read_bytes()
    assert metadata_of(data) == {"format": "pt", "by": "me", **model_spec(Recipe(name=name, generator=TINY))}
    assert (folder / WEIGHTS).read_bytes() == before
    assert (tmp_path / "out" / WEIGHTS).read_bytes()[-1000:] == before[-1000:]


def test_the_shipped_weights_say_what_they_are_and_paint_as_they_did(tmp_path: Path) -> None:
    hub(folder=tmp_path / "out", repo=REPO)
    with safe_open(tmp_path / "out" / WEIGHTS, "numpy") as file:
        assert file.metadata()["modelspec.title"] == "attnpaint"
    pair = ASSETS / "drawings/car.png", ASSETS / "references/rose.png"
    pictures = [
        Colorizer.load(folder, engine="onnx").colorize(*pair, "blend").picture
        for folder in (tmp_path / "out", DEFAULT_MODEL)
    ]
    np.testing.assert_array_equal(*pictures)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("by", [8, 328, 10_000_000])
def test_a_graph_points_to_where_the_weights_have_moved(name: str, by: int) -> None:
    onnx = pytest.importorskip("onnx")
    data = (DEFAULT_MODEL / name).read_bytes()
    before, after = (onnx.load_from_string(one) for one in (data, moved(data, by, "0" * 64)))
    kept = list(zip(before.graph.initializer, after.graph.initializer, strict=True))
    offsets = [
        [int(entry.value) for tensor in pair for entry in tensor.external_data if entry.key == "offset"]
        for pair in kept
    ]
    assert sum(map(bool, offsets)) > 100
    assert all(pair[1] - pair[0] == by for pair in offsets if pair)
    assert {one.key: one.value for one in after.metadata_props}[SUM] == "0" * 64
    assert moved(moved(data, by, "0" * 64), -by, metadata(DEFAULT_MODEL / name)[SUM]) == data
    with pytest.raises(ValueError, match=r"cut short|no ONNX model"):
        moved(data[:-9], by, "")


@pytest.mark.parametrize(
    "revision",
    [
        "v1",
        *(
            pytest.param(one, marks=pytest.mark.slow)
            for one in (None, "fedcba9876543210fedcba9876543210fedcba98")
        ),
    ],
)
def test_from_pretrained_reads_a_revision_and_a_snapshot(revision: str | None, tmp_path: Path) -> None:
    """From the Hub's cache, with the network off: a branch's or tag's newest, a commit, the main branch."""
    pytest.importorskip("huggingface_hub")
    cached = tmp_path / "cache/models--someone--small"
    commits = {"main": "0123456789abcdef" * 2 + "01234567", "v1": "fedcba9876543210" * 2 + "fedcba98"}
    (cached / "refs").mkdir(parents=True)
    for name, commit in commits.items():
        (cached / "refs" / name).write_text(commit)
        saved(cached / "snapshots" / commit, Recipe(name=name, generator=TINY))
    code = """
import sys
from attnpaint import Colorizer
for name in sys.argv[1:]:
    print(Colorizer.from_pretrained(name, *REVISION if "/small" == name[-6:] else ()).engine.recipes[0].name)
"""
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(tmp_path / "cache")}
    snapshot = cached / "snapshots" / commits["v1"]
    done = subprocess.run(
        [sys.executable, "-c", code.replace("REVISION", repr([revision])), "someone/small", str(snapshot)],
        env=offline, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["main" if revision is None else "v1", "v1"]
