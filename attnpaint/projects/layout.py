"""A project as JSON and back; see docs/projects.md."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.projects import values
from attnpaint.projects.project import (
    GROUNDS,
    ROLES,
    Fill,
    Marks,
    Model,
    Options,
    Point,
    Project,
    Reference,
    RoleMark,
)

FORMAT, VERSION = "attnpaint project", 1
MOST_FILLS, MOST_OUTLINE, MOST_REFERENCES, MOST_MARKS = 20_000, 2_000, 16, 4_000
ENTRIES = 16
FINISHES, INVERTS = ("painted", "flat", "blend"), ("auto", "yes", "no")
KEYS = (
    "format", "version", "name", "drawing", "references", "palette", "shown", "options", "fills", "strokes",
    "stroke_groups", "hints", "roles", "role_colors", "locks", "cuts", "joins", "model", "page",
)  # fmt: skip


def to_layout(project: Project, files: dict[str, bytes]) -> dict[str, Any]:
    """The JSON's values; the bytes of pictures go into `files` under the names that it has for them."""

    def stored(data: bytes | None, name: str) -> str | None:
        if data is None:
            return None
        files[name] = data
        return name

    return {
        "format": FORMAT,
        "version": VERSION,
        "name": project.name,
        "drawing": stored(project.drawing, "drawing"),
        "references": [
            {
                "file": stored(one.data, f"reference-{number}"),
                "name": one.name,
                "bands": None if one.bands is None else list(one.bands),
                "weight": one.weight,
            }
            for number, one in enumerate(project.references, 1)
        ],
        "palette": _numbers(project.palette),
        "shown": _numbers(project.shown),
        "options": asdict(project.options),
        "fills": [_fill_layout(fill) for fill in project.marks.fills],
        "strokes": stored(project.marks.strokes, "strokes"),
        "stroke_groups": project.marks.stroke_groups,
        "hints": stored(project.hints, "hints"),
        "roles": [
            {"at": list(mark.at), "role": mark.role, "locked": mark.locked} for mark in project.marks.roles
        ],
        "role_colors": dict(project.marks.role_colors),
        "locks": list(project.locks),
        "cuts": [[list(point) for point in line] for line in project.marks.cuts],
        "joins": [[list(point) for point in points] for points in project.marks.joins],
        "model": None if project.model is None else asdict(project.model),
        "page": dict(project.page),
    }


def from_layout(layout: Any, file: Callable[[str], bytes]) -> Project:
    """The project; `file` gives the bytes of a picture by the name that the JSON has for it.

    Raises AttnpaintError for what is not as `docs/projects.md` has it, and what `file` raises.
    """
    if not isinstance(layout, dict) or layout.get("format") != FORMAT:
        raise AttnpaintError("it holds no project", "give a file that attnpaint saved")
    version = values.whole(layout.get("version"), "version", 1, 10**6)
    if version > VERSION:
        raise AttnpaintError(f"it is of version {version}", "use a newer attnpaint")
    given = values.table(layout, "project", KEYS)

    def optional(name: str, read: Callable[[Any, str], values.Value]) -> values.Value | None:
        return None if given.get(name) is None else read(given[name], name)

    def picture(name: Any, place: str) -> bytes:
        return file(values.text(name, place))

    def reference(value: Any, place: str) -> Reference:
        return _reference(value, place, picture)

    return Project(
        name=values.text(given.get("name", "drawing"), "name"),
        drawing=picture(given.get("drawing"), "drawing"),
        references=values.listed(given.get("references", []), "references", MOST_REFERENCES, reference),
        palette=optional("palette", values.palette),
        shown=optional("shown", values.palette),
        options=_options(given.get("options", {})),
        marks=Marks(
            fills=values.listed(given.get("fills", []), "fills", MOST_FILLS, _fill),
            strokes=optional("strokes", picture),
            stroke_groups=values.truth(given.get("stroke_groups", False), "stroke_groups"),
            roles=values.listed(given.get("roles", []), "roles", MOST_MARKS, _mark),
            role_colors=_role_colors(given.get("role_colors", {})),
            cuts=values.listed(given.get("cuts", []), "cuts", MOST_MARKS, _line),
            joins=values.listed(given.get("joins", []), "joins", MOST_MARKS, _line),
        ),
        hints=optional("hints", picture),
        locks=values.listed(given.get("locks", []), "locks", ENTRIES, _entry),
        model=optional("model", _model),
        page=_page(given.get("page", {})),
    )


def _numbers(palette: Histogram | None) -> dict[str, Any] | None:
    if palette is None:
        return None
    return {"colors": palette.colors.tolist(), "weights": palette.weights.tolist()}


def _fill_layout(fill: Fill) -> dict[str, Any]:
    told: dict[str, Any] = {"color": fill.color, "group": fill.group}
    if fill.at is not None:
        told["at"] = list(fill.at)
    if fill.within:
        told["within"] = [list(point) for point in fill.within]
    return told


def _fill(value: Any, place: str) -> Fill:
    given = values.table(value, place, ("color", "at", "within", "group"))
    if ("at" in given) == ("within" in given):
        raise values.wrong(place, "at a point or within an outline")
    color = given.get("color")
    return Fill(
        None if color is None else values.color_or_role(color, f"{place}.color"),
        values.point(given["at"], f"{place}.at") if "at" in given else None,
        values.listed(given["within"], f"{place}.within", MOST_OUTLINE, values.point, 3)
        if "within" in given
        else (),
        values.truth(given.get("group", False), f"{place}.group"),
    )


def _mark(value: Any, place: str) -> RoleMark:
    given = values.table(value, place, ("at", "role", "locked"))
    return RoleMark(
        values.point(given.get("at"), f"{place}.at"),
        values.one_of(given.get("role"), f"{place}.role", ROLES),
        values.truth(given.get("locked", False), f"{place}.locked"),
    )


def _reference(value: Any, place: str, picture: Callable[[Any, str], bytes]) -> Reference:
    given = values.table(value, place, ("file", "name", "bands", "weight"))
    bands = given.get("bands")
    return Reference(
        picture(given.get("file"), f"{place}.file"),
        values.text(given.get("name", ""), f"{place}.name"),
        None
        if bands is None
        else values.listed(bands, f"{place}.bands", 4, lambda one, at: values.whole(one, at, 1, 4), 1),
        values.number(given.get("weight", 1.0), f"{place}.weight", 1e-6, 1e6),
    )


def _options(value: Any) -> Options:
    plain = Options()
    given = asdict(plain) | values.table(value, "options", tuple(asdict(plain)))
    place = "options.{}".format

    def unless_null(name: str, read: Callable[[Any, str], values.Value]) -> values.Value | None:
        return None if given[name] is None else read(given[name], place(name))

    return Options(
        unless_null("finish", lambda one, at: values.one_of(one, at, FINISHES)),
        values.number(given["strength"], place("strength"), 0, 1),
        unless_null("gap", lambda one, at: values.number(one, at, 0, 1000)),
        unless_null("work_size", lambda one, at: values.whole(one, at, 64, 2048)),
        unless_null("keep_alpha", values.truth),
        values.one_of(given["invert"], place("invert"), INVERTS),
        values.truth(given["lines"], place("lines")),
    )


def _role_colors(value: Any) -> dict[str, str]:
    given = values.table(value, "role_colors", ROLES)
    return {
        role: color if role == "ground" and color in GROUNDS else values.color(color, f"role_colors.{role}")
        for role, color in given.items()
    }


def _entry(value: Any, place: str) -> int:
    return values.whole(value, place, 0, ENTRIES - 1)


def _line(value: Any, place: str) -> tuple[Point, ...]:
    return values.listed(value, place, MOST_OUTLINE, values.point, 2)


def _model(value: Any, place: str) -> Model:
    given = values.table(value, place, ("name", "sha256"))
    return Model(
        values.text(given.get("name"), f"{place}.name"), values.text(given.get("sha256"), f"{place}.sha256")
    )


def _page(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise values.wrong("page", "a table")
    return value
