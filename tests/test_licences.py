"""Pictures left out for their licence, by the manifests that lie with them."""

import shutil
import tarfile
from pathlib import Path

import pytest
from sourcing import folder_of, manifest

from attnpaint.data.layouts import Layout
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError


def test_excluded_licences_are_left_out_by_the_manifest_beside_the_data(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "folder", "a.png", "b.png", "c.png")
    manifest(folder, a="CC0-1.0", b="GPL-3.0", c="GPL-2.0")
    assert [item.name for item in find_items([folder], ["GPL-3.0", "GPL-2.0"]).items] == ["a.png"]
    assert len(find_items([folder]).items) == 3
    with tarfile.open(tmp_path / "0.tar", "w") as tar:
        for path in folder.glob("*.png"):
            tar.add(path, path.name)
    manifest(tmp_path, a="CC0-1.0", b="GPL-3.0", c="CC0-1.0")
    assert [item.name for item in find_items([tmp_path / "0.tar"], ["GPL-3.0"]).items] == ["a.png", "c.png"]


def test_excluded_licences_are_left_out_of_two_folders_too(layouts: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(layouts["twins"], tmp_path, dirs_exist_ok=True)
    (tmp_path / "color/manifest.csv").write_text("path,licence\nblond.webp,GPL-3.0\n")
    found = find_items([tmp_path / "color", tmp_path / "line"], ["GPL-3.0"])
    assert found.layouts == (Layout.twins,)
    assert "blond.webp" not in [item.name for item in found.items]
    assert len(found.items) == 3


def test_every_manifest_down_to_the_picture_counts(layouts: dict[str, Path], tmp_path: Path) -> None:
    folder_of(tmp_path / "old/prepared", "s/a.png", "s/b.png")
    shutil.copytree(layouts["shards"], tmp_path / "new/shards")
    names = sorted(item.name for item in find_items([layouts["shards"]]).items)
    rows = [f"./{names[0]},GPL-3.0", f"{names[1]},CC0-1.0", "short"]
    (tmp_path / "old/prepared/manifest.csv").write_text(
        "path,licence\ns/a.png,GPL-3.0\n", encoding="utf-8-sig"
    )
    (tmp_path / "new/manifest.csv").write_text("\n".join(["path,licence", *rows]))
    found = find_items([tmp_path], ["GPL-3.0"])
    assert [item.name for item in found.items] == ["old/prepared/s/b.png", *names[1:]]
    assert "left out for their licence: 2" in found.describe()
    assert len(find_items([tmp_path]).items) == 18


def test_a_licence_of_twins_counts_by_their_paths_in_the_root(
    layouts: dict[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(layouts["twins"], tmp_path, dirs_exist_ok=True)
    rows = ("color/blond.webp,GPL-3.0", "line/glasses.webp,GPL-3.0")
    (tmp_path / "manifest.csv").write_text("\n".join(["path,licence", *rows]))
    found = find_items([tmp_path], ["GPL-3.0"])
    assert [item.name for item in found.items] == ["flower-crown.webp", "red-hair.webp"]


def test_another_kind_of_manifest_is_passed_over(tmp_path: Path) -> None:
    folder_of(tmp_path, "a.png")
    (tmp_path / "manifest.csv").write_text("file;rights\na.png;GPL-3.0\n")
    assert len(find_items([tmp_path], ["GPL-3.0"]).items) == 1


def test_excluding_everything_is_a_failure(tmp_path: Path) -> None:
    manifest(folder_of(tmp_path, "a.png", "b.png"), a="GPL-3.0", b="GPL-3.0")
    with pytest.raises(AttnpaintError, match="all 2 are left out for their licence; change data"):
        find_items([tmp_path], ["GPL-3.0"])
