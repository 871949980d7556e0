"""README and docs: links and paths lead somewhere, commands and make targets exist, the README is short."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "attnpaint/weights/README.md")
]
PAGES += sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("integrations/*/README.md")])
MOST_WORDS = 900  # of the README
PLACE = re.compile(r"`((?:attnpaint|extract|eval|tests|docs|integrations|assets|benchmarks)/[\w./-]+)`")
WANTED = {  # what a reader of architecture.md alone has to find
    "gap closing": "attnpaint/segment/regions.py",
    "palette file formats": "attnpaint/palettes/files.py",
    "resume": "attnpaint/training/run_folder.py",
    "the page's brush": "attnpaint/web/static/gestures.js",
}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """Of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= MOST_WORDS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_paths_that_are_named_exist(page: Path) -> None:
    named = PLACE.findall(page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists() and "NAME" not in path] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    code = "\n".join(
        [*re.findall(r"`(make [^`]*)`", text), *re.findall(r"^ {4}(make .*)$", text, re.MULTILINE)]
    )
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", code)) <= targets


@pytest.fixture(scope="module")
def commands() -> set[str]:
    code = "from attnpaint.cli.app import main; main(['--help'])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^│ ([a-z][a-z-]+) ", said, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist(page: Path, commands: set[str]) -> None:
    text = page.read_text(encoding="utf-8")
    code = "\n".join([*re.findall(r"`([^`\n]*)`", text), *re.findall(r"^ {4}(.*)$", text, re.MULTILINE)])
    assert len(commands) > 10
    assert set(re.findall(r"(?:^|\s|\()attnpaint ([a-z][a-z-]+)(?= |$|`)", code, re.MULTILINE)) <= commands


@pytest.mark.parametrize("what", WANTED)
def test_the_architecture_says_where_things_are(what: str) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith(f"| {what}")]
    assert any(WANTED[what] in row for row in rows)


def test_the_architecture_names_every_package() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("attnpaint/*/__init__.py")}
    assert {package for package in packages if f"`{package}/`" not in text} == set()


def test_the_version_has_a_date_and_is_the_same_everywhere() -> None:
    from attnpaint import __version__

    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(__version__)} — 20\d\d-\d\d-\d\d$", changes, re.MULTILINE)
    comfy = (ROOT / "integrations" / "comfyui" / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{__version__}"' in comfy
