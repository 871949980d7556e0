"""`make dist`: sdist and wheel of the last commit, built twice in folders of their own, equal byte for byte.

Times inside are the commit's, owners nobody, members sorted; so whoever builds this commit with these tools
gets these files.
"""

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Write dist/, or exit with a line where builds differ or the sdist does not make the wheel."""
    epoch = git("log", "-1", "--format=%ct").strip()
    if git("status", "--porcelain", "--untracked-files=no").strip():
        print("dist: changes that are not committed are left out", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        first, second = (build(Path(folder) / name, epoch) for name in ("one", "two"))
        again = wheel_of(Path(folder) / "three", next(path for path in first if path.suffix == ".gz"), epoch)
        sums = [
            [hashlib.sha256(path.read_bytes()).hexdigest() for path in built] for built in (first, second)
        ]
        if sums[0] != sums[1]:
            sys.exit("dist: two builds of the same commit differ")
        wheel = next(path for path in first if path.suffix == ".whl")
        if contents(wheel) != contents(again):
            sys.exit("dist: the sdist does not build the same wheel")
        (ROOT / "dist").mkdir(exist_ok=True)
        for path, digest in zip(first, sums[0], strict=True):
            (ROOT / "dist" / path.name).write_bytes(path.read_bytes())
            print(f"{digest}  dist/{path.name}")


def build(folder: Path, epoch: str) -> list[Path]:
    """sdist and wheel, from a fresh copy of the commit."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as file:
        file.extractall(folder / "source", filter="data")
    run_build(folder / "source", folder / "out", epoch, "--sdist", "--wheel")
    built = sorted((folder / "out").iterdir())
    for path in built:
        if path.suffix == ".gz":
            path.write_bytes(plain(path, int(epoch)))
    return built


def wheel_of(folder: Path, sdist: Path, epoch: str) -> Path:
    """The wheel that an sdist builds."""
    with tarfile.open(sdist) as file:
        file.extractall(folder, filter="data")
    run_build(next(folder.iterdir()), folder / "out", epoch, "--wheel")
    return next((folder / "out").glob("*.whl"))


def run_build(source: Path, out: Path, epoch: str, *kinds: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", str(out), "."]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    made = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True)
    if made.returncode:
        sys.exit(f"dist: the build failed\n{made.stdout[-2000:]}{made.stderr[-2000:]}")


def plain(sdist: Path, epoch: int) -> bytes:
    """The sdist with its members sorted, of one time and of nobody."""
    stream = io.BytesIO()
    with tarfile.open(sdist) as old, tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as new:
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = epoch, 0, 0, "", ""
            member.pax_headers = {}
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    return gzip.compress(stream.getvalue(), mtime=epoch)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist()}


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
