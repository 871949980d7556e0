"""What is installed: one package with all in it, quick to start, and nothing of the machine that made it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import of_children

ROOT = Path(__file__).parents[1]
HOMES = {
    "attnpaint": ROOT / "attnpaint",
    "attnpaint.extract": ROOT / "extract",
    "attnpaint.eval": ROOT / "eval",
}
SLOW = {"torch", "torchvision", "timm", "wandb", "sklearn", "pyarrow"}


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=True
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left beside the sources."""
    sources, out = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in ("attnpaint", "extract", "eval"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ".", cwd=sources)
    return next(out.glob("*.whl"))


def test_every_package_folder_is_listed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    found = {
        ".".join((package, *start.parent.relative_to(home).parts))
        for package, home in HOMES.items()
        for start in home.rglob("__init__.py")
    }
    assert set(settings["packages"]) == found
    moved = {package: home.name for package, home in HOMES.items() if package != home.name}
    assert settings["package-dir"] == moved


@pytest.mark.slow
def test_wheel_installs_one_name(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"attnpaint"}


@pytest.mark.slow
def test_wheel_holds_every_module_recipe_and_weight(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"{package.replace('.', '/')}/{file.relative_to(home).as_posix()}"
        for package, home in HOMES.items()
        for pattern in ("**/*.py", "**/*.html", "**/*.svg", "py.typed", "recipes/*.toml", "weights/**/*")
        for file in home.glob(pattern)
        if file.is_file()
    }
    assert wanted <= held
    assert "attnpaint/recipes/attnpaint.toml" in held
    assert {"attnpaint/weights/model.safetensors", "attnpaint/weights/config.json"} <= held
    assert {"attnpaint/weights/ancestor/model.safetensors", "attnpaint/weights/ancestor/config.json"} <= held


@pytest.mark.slow
def test_version_in_a_clean_environment_and_another_folder(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", "clean", cwd=tmp_path)
    programs = tmp_path / "clean" / ("Scripts" if os.name == "nt" else "bin")
    install = ["-m", "pip", "--python", programs / "python", "install", "--no-deps", "--no-index", wheel]
    run(sys.executable, *install, cwd=tmp_path)
    version = wheel.name.split("-")[1]
    assert run(programs / "attnpaint", "--version", cwd=tmp_path).stdout.strip() == version
    assert run(programs / "python", "-m", "attnpaint", "--version", cwd=tmp_path).stdout.strip() == version


def test_version_is_answered_at_once(tmp_path: Path) -> None:
    seconds = []
    for _ in range(5):
        start = of_children()
        run(sys.executable, "-m", "attnpaint", "--version", cwd=tmp_path)
        seconds.append(of_children() - start)
    assert min(seconds) < 0.3


@pytest.mark.parametrize(
    "statement",
    [
        "import attnpaint",
        "import attnpaint.images",
        "import attnpaint.extract",
        "import attnpaint.eval",
        "from attnpaint.cli.app import main; main(['--help'])",
    ],
)
def test_slow_packages_are_not_loaded_by(statement: str, tmp_path: Path) -> None:
    code = f"{statement}\nimport sys\nprint('loaded:', *(set(sys.modules) & {SLOW!r}))"
    assert run(sys.executable, "-c", code, cwd=tmp_path).stdout.splitlines()[-1] == "loaded:"


def test_public_names_are_found_on_first_use() -> None:
    import attnpaint
    from attnpaint.extract import Histogram
    from attnpaint.inference.colorizer import Colorizer

    assert attnpaint.Histogram is Histogram
    assert attnpaint.Colorizer is Colorizer
    assert set(attnpaint.__all__) <= set(dir(attnpaint))
    with pytest.raises(AttributeError, match="Colourizer"):
        attnpaint.__getattr__("Colourizer")


def test_lock_is_names_and_versions_that_pyproject_allows() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!]+", line) for line in lines)
    locked = {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    for text in (text for group in groups for text in group):
        needed = Requirement(text)
        assert needed.specifier.contains(locked[canonicalize_name(needed.name)], prereleases=True), text


def test_painting_is_locked_to_the_same_versions_and_to_no_torch() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    whole, base = (
        {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
        for name in ("requirements.lock", "requirements-base.lock")
        for lines in [(ROOT / name).read_text().splitlines()]
    )
    assert base.items() <= whole.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for text in (*project["dependencies"], *project["optional-dependencies"]["app"]):
        assert canonicalize_name(Requirement(text).name) in base
    assert base.keys().isdisjoint({"torch", "pyarrow", "accelerate", "einops", "timm", "scikit-learn"})


@pytest.mark.parametrize(
    "statement",
    [
        "from attnpaint.cli.app import build_app; build_app()",
        "from attnpaint.cli.app import main; main(['palette', '--help'])",
        "from attnpaint.cli.app import main; main(['extract-hist', '--help'])",
        "from attnpaint.cli.app import main; main(['colorize', '--help'])",
    ],
)
def test_nothing_heavy_is_loaded_before_arguments_are_read(statement: str, tmp_path: Path) -> None:
    heavy = {"numpy", "cv2", "PIL", "onnxruntime"} | SLOW
    code = f"{statement}\nimport sys\nprint('loaded:', *(set(sys.modules) & {heavy!r}))"
    assert run(sys.executable, "-c", code, cwd=tmp_path).stdout.splitlines()[-1] == "loaded:"


@pytest.mark.slow
def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 45e6


def test_no_file_names_a_machine_or_a_registry() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    foreign = re.compile(
        r"(?<![\w.])/(work|root|home|Users|opt|tmp)/|py[p]i\.org|python[h]osted|[i]ndex-url|file:[/]/|pytorch\.org/w[h]l"
    )
    found = []
    for name in listed.stdout.splitlines():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found += [f"{name}: {match.group()}" for match in foreign.finditer(text)]
    assert found == []
