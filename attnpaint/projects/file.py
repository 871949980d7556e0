"""A project file: a zip of pictures and a project.json that says what they are. It holds no code."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from attnpaint.errors import AttnpaintError
from attnpaint.files import BROKEN, new_zip, parse_json, read_member, replacing
from attnpaint.projects.layout import from_layout, to_layout
from attnpaint.projects.project import Project

SUFFIX = ".attnpaint"
MIMETYPE = "application/x-attnpaint"
LAYOUT = "project.json"
MOST_LAYOUT = 8_000_000  # bytes, unpacked
MOST_PICTURE = 200_000_000  # bytes of one picture file
MOST_TOGETHER = 400_000_000  # bytes of all of them
MOST_MEMBERS = 64
REMEDY = "give a whole file that attnpaint saved"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}", re.ASCII)


def write_project(path: str | Path, project: Project) -> None:
    """Write a .attnpaint file, whole or not at all; equal projects give equal bytes.

    AttnpaintError: another suffix, a folder that is missing or not writable, a full disk.
    """
    path = Path(path)
    if path.suffix.lower() != SUFFIX:
        raise AttnpaintError(f"{path.name} has not the suffix of a project", f"call it *{SUFFIX}")
    data = project_bytes(project)
    with replacing(path) as part:
        part.write_bytes(data)


def project_bytes(project: Project) -> bytes:
    """The file's bytes. Pictures are stored as they were given, under their own compression.

    AttnpaintError where the project is one that `read_project` would refuse.
    """
    files: dict[str, bytes] = {}
    layout = to_layout(project, files)
    from_layout(layout, files.__getitem__)
    stream = BytesIO()
    with new_zip(stream) as file:
        file.writestr(ZipInfo("mimetype"), MIMETYPE, ZIP_STORED)
        text = json.dumps(layout, ensure_ascii=False, indent=1)
        file.writestr(ZipInfo(LAYOUT), text.encode(), ZIP_DEFLATED)
        for name, data in files.items():
            file.writestr(ZipInfo(name), data, ZIP_STORED)
    return stream.getvalue()


def read_project(source: str | Path | bytes) -> Project:
    """The project in a file, or in a file's bytes.

    Only what project.json names is unpacked, within bounds and in memory; pictures are not decoded here.
    AttnpaintError: missing, no such file, damaged, of a newer version, or over a bound.
    """
    if isinstance(source, bytes):
        return _read(BytesIO(source), "the project")
    path = Path(source)
    try:
        with path.open("rb") as stream:
            return _read(stream, str(path))
    except FileNotFoundError as error:
        raise AttnpaintError(f"{path} does not exist", "check the path") from error
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise AttnpaintError(f"{path} cannot be read ({reason})", REMEDY) from error


def _read(stream: BinaryIO, name: str) -> Project:
    try:
        with ZipFile(stream) as file:
            if len(file.namelist()) > MOST_MEMBERS:
                raise ValueError("too many members")
            if read_member(file, "mimetype", len(MIMETYPE)).decode() != MIMETYPE:
                raise ValueError("another kind of file")
            layout = parse_json(read_member(file, LAYOUT, MOST_LAYOUT))
            return from_layout(layout, _Pictures(file))
    except AttnpaintError as error:
        raise AttnpaintError(f"{name} cannot be opened: {error.problem}", error.remedy) from error
    except BROKEN as error:
        raise AttnpaintError(f"{name} is no project of attnpaint, or it is damaged", REMEDY) from error


class _Pictures:
    """The bytes of pictures by name, as long as they stay within the bounds together."""

    def __init__(self, file: ZipFile) -> None:
        self.file = file
        self.left = MOST_TOGETHER

    def __call__(self, name: str) -> bytes:
        if not _NAME.fullmatch(name) or name not in self.file.namelist():
            raise AttnpaintError(f"the picture {name[:40]!r} is missing in it", REMEDY)
        try:
            data = read_member(self.file, name, min(MOST_PICTURE, self.left))
        except ValueError as error:
            raise AttnpaintError(f"the picture {name!r} in it is too large", REMEDY) from error
        self.left -= len(data)
        return data
