"""What `attnpaint site` writes, and what it refuses; the page itself is tested in a browser (tests/page)."""

import json
import shutil
from pathlib import Path

import pytest

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.model.model_config import DEFAULT_MODEL
from attnpaint.web.site import runtime
from attnpaint.web.site.write import PAGE, write_site


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A stand-in for the npm package, which is large."""
    folder = tmp_path / "package"
    (folder / "dist").mkdir(parents=True)
    for name in runtime.FILES:
        (folder / "dist" / name).write_text(f"// {name}")
    told = {"name": runtime.PACKAGE, "version": "1.99.0"}
    (folder / "package.json").write_text(json.dumps(told))
    return folder


def test_all_that_the_service_worker_keeps_is_there(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    made = write_site(out, runtime=package)
    assert made.page < 400_000
    assert made.runtime_version == "1.99.0"
    worker = (out / "sw.js").read_text()
    kept = json.loads(worker.split("FILES = ")[1].split(";\n")[0])
    assert "@" not in worker.split("\n")[3]
    for path in kept:
        assert (out / path).exists(), path
    every = {path.relative_to(out).as_posix() for path in (out / "page").rglob("*") if path.is_file()}
    assert every <= set(kept)
    assert "page/bench.js" not in every


def test_every_module_that_is_imported_is_in_the_site(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_site(out, runtime=package)
    scripts = list((out / "page").rglob("*.js"))
    assert len(scripts) > 50
    for script in scripts:
        for line in script.read_text().splitlines():
            if (line.startswith(("import ", "export * from")) and '"./' in line) or '"../' in line:
                target = line.rsplit('"', 2)[1]
                if target.endswith(".js"):
                    assert (script.parent / target).is_file(), (script, target)
    index = (out / "index.html").read_text()
    assert "/page/" not in index.replace('"page/', "")
    assert "leaves your machine" in index
    assert "Content-Security-Policy" in index


def test_info_tells_where_the_large_files_lie(package: Path, tmp_path: Path) -> None:
    import hashlib

    out = tmp_path / "out"
    write_site(out, runtime=package)
    info = json.loads((out / "page" / "info.json").read_text())
    assert set(info["files"]) == {"runtime", "runtime.mjs", "runtime.wasm", "network", "stage", "weights"}
    for told in info["files"].values():
        data = (out / told["path"]).read_bytes()
        assert len(data) == told["bytes"]
        if "sha256" in told:
            assert hashlib.sha256(data).hexdigest() == told["sha256"]
    assert info["size"] == 512
    assert {"png", "webp", "psd", "ora"} <= set(info["formats"])


def test_the_version_changes_with_any_file(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "static"
    shutil.copytree(PAGE, page)
    monkeypatch.setattr("attnpaint.web.site.write.PAGE", page)
    first = write_site(tmp_path / "out", runtime=package).version
    assert write_site(tmp_path / "out", runtime=package).version == first  # an earlier site is replaced
    with (page / "local" / "segment.js").open("a") as file:
        file.write("// changed\n")
    second = write_site(tmp_path / "out", runtime=package).version
    assert second != first
    with (page / "local" / "sw.js").open("a") as file:
        file.write("// changed\n")
    assert write_site(tmp_path / "out", runtime=package).version not in (first, second)


def test_a_folder_with_other_files_is_left_alone(package: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years")
    with pytest.raises(UsageError, match="holds other files"):
        write_site(tmp_path / "mine", runtime=package)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years"
    with pytest.raises(UsageError, match="is a file"):
        write_site(tmp_path / "mine" / "thesis.txt", runtime=package)


def test_what_is_no_runtime_is_told(tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match="holds no onnxruntime-web"):
        write_site(tmp_path / "out", runtime=tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("there", ["nothing", "failing", "another file"])
def test_npm_that_fetches_nothing_is_told(
    there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    script = {
        "failing": "#!/bin/sh\necho 'npm error network' >&2\nexit 1\n",
        "another file": "#!/bin/sh\nexit 0\n",
    }
    if there in script:
        (tools / "npm").write_text(script[there])
        (tools / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin" if there in script else str(tools))
    with pytest.raises(AttnpaintError, match="npm") as raised:
        write_site(tmp_path / "out")
    assert "--runtime" in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_a_model_without_graphs_is_refused(package: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for name in ("config.json", "model.safetensors"):
        shutil.copy(DEFAULT_MODEL / name, model)
    with pytest.raises(AttnpaintError, match="there is no ONNX model"):
        write_site(tmp_path / "out", model, package)


def test_the_command_says_what_it_wrote(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["site", str(tmp_path / "out"), "--runtime", str(package), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(tmp_path / "out")
    assert told["files"] == sum(path.is_file() for path in (tmp_path / "out").rglob("*"))
    assert main(["site", str(tmp_path / "out"), "--runtime", str(package)]) == 0
    assert "the page was tested with 1.22.0" in "".join(capsys.readouterr())
