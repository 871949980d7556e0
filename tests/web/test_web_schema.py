"""/openapi.json tells what every endpoint takes and answers: each is called by its schema, well and badly."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from serving import DRAWING, REFERENCE, ask, drawing, png

from attnpaint import Colorizer
from attnpaint.web import temporary_folder
from attnpaint.web.hosts import names_of
from attnpaint.web.limits import Limits
from attnpaint.web.server import TELEMETRY, build

OPERATIONS = [
    ("get", "/api/info"),
    ("post", "/api/palette"),
    ("post", "/api/paint"),
    ("post", "/api/colorize"),
    ("get", "/api/paintings/{id}/planes"),
    ("get", "/api/paintings/{id}/gates/{number}.png"),
    ("post", "/api/paintings/{id}/save"),
    ("get", "/health"),
]
FORMS = [path for method, path in OPERATIONS[1:4] if method]
FILES = {"drawing": DRAWING, "reference": REFERENCE}


@pytest.fixture(scope="module")
def app(model: Path) -> Iterator[FastAPI]:
    app = build(Colorizer.load(model, "cpu"), "tiny", Limits(2_000_000, 1_000_000), names_of("127.0.0.1"))
    yield app
    app.state.server.close()


@pytest.fixture(scope="module")
def schema(app: FastAPI) -> dict[str, Any]:
    return dict(ask(app, "GET", "/openapi.json").json())


@pytest.fixture(scope="module")
def id(app: FastAPI) -> str:
    return str(ask(app, "POST", "/api/paint", files=FILES).json()["id"])


def check(schema: dict[str, Any], method: str, path: str, answer: httpx.Response) -> None:
    """What came is among what the schema tells for its status, and of its form."""
    told = schema["paths"][path][method]["responses"]
    assert str(answer.status_code) in told, (path, answer.status_code, answer.text[:200])
    kinds = told[str(answer.status_code)]["content"]
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in kinds, (path, kind, list(kinds))
    if kind == "application/json" and "$ref" in kinds[kind]["schema"]:
        found = schema["components"]["schemas"][kinds[kind]["schema"]["$ref"].rpartition("/")[2]]
        given = answer.json()
        assert set(found["required"]) <= set(given) <= set(found["properties"])


def fields(schema: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    (body,) = schema["paths"][path][method]["requestBody"]["content"].values()
    found: dict[str, Any] = schema["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
    return found


def test_every_endpoint_is_listed_here(schema: dict[str, Any]) -> None:
    found = [(method, path) for path, methods in schema["paths"].items() for method in methods]
    assert sorted(found) == sorted(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_endpoint_answers_as_its_schema_says(
    app: FastAPI, schema: dict[str, Any], id: str, method: str, path: str
) -> None:
    sent: dict[str, Any] = {}
    if path in FORMS:
        takes = fields(schema, method, path)
        assert set(takes["required"]) <= set(FILES)
        sent["files"] = {name: data for name, data in FILES.items() if name in takes["properties"]}
    elif method == "post":
        sent["json"] = {"format": fields(schema, method, path)["properties"]["format"]["enum"][0]}
    address = path.format(id=id, number=1)
    answer = ask(app, method.upper(), address, **sent)
    assert answer.status_code == 200
    check(schema, method, path, answer)


@pytest.mark.parametrize("path", ["/api/colorize", "/api/paintings/{id}/save"])
def test_every_format_is_answered_with_a_kind_that_is_told(
    app: FastAPI, schema: dict[str, Any], id: str, path: str
) -> None:
    seen = set()
    for format in fields(schema, "post", path)["properties"]["format"]["enum"]:
        form = {"files": FILES, "data": {"format": format}}
        answer = ask(
            app, "POST", path.format(id=id), **(form if path in FORMS else {"json": {"format": format}})
        )
        assert answer.status_code == 200
        check(schema, "post", path, answer)
        seen.add(answer.headers["content-type"].partition(";")[0])
    assert seen == set(schema["paths"][path]["post"]["responses"]["200"]["content"])  # and no other is told


BAD: dict[str, Callable[[], dict[str, Any]]] = {
    "no form": lambda: {"content": b"{}", "headers": {"Content-Type": "application/json"}},
    "torn form": lambda: {"content": b"--y", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    "no boundary": lambda: {"content": b"--y", "headers": {"Content-Type": "multipart/form-data"}},
    "many parts": lambda: {"files": {f"file{i}": b"x" for i in range(50)}},
    "nothing": lambda: {},
    "empty": lambda: {"files": {"drawing": b"", "reference": b""}},
    "too large": lambda: {"files": {"drawing": bytes(3_000_000)}},
    "too many pixels": lambda: {"files": dict.fromkeys(FILES, png(drawing(1100, 1100)))},
    "stranger": lambda: {"files": FILES, "headers": {"Origin": "http://evil.example"}},
    "wrong name": lambda: {"files": FILES, "headers": {"Host": "evil.example"}},
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("path", FORMS)
def test_every_refusal_of_a_form_is_told(app: FastAPI, schema: dict[str, Any], path: str, bad: str) -> None:
    answer = ask(app, "POST", path, **BAD[bad]())
    assert answer.status_code >= 400
    check(schema, "post", path, answer)


@pytest.mark.parametrize(
    ("method", "part", "sent"),
    [
        ("get", "unknown/planes", {}),
        ("get", "ID/gates/none.png", {}),
        ("get", "ID/gates/7.png", {}),
        ("post", "unknown/save", {"json": {"format": "png"}}),
        ("post", "ID/save", {"json": {"format": "exe"}}),
        ("post", "ID/save", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        ("post", "ID/save", {"content": b"\xff", "headers": {"Content-Type": "application/json"}}),
        ("post", "ID/save", {"content": bytes(1_500_000), "headers": {"Content-Type": "application/json"}}),
        ("post", "ID/save", {"json": {"format": "psd", "lines": False}}),
    ],
)
def test_every_refusal_of_a_painting_is_told(
    app: FastAPI, schema: dict[str, Any], id: str, method: str, part: str, sent: dict[str, Any]
) -> None:
    answer = ask(app, method.upper(), f"/api/paintings/{part.replace('ID', id)}", **sent)
    assert answer.status_code >= 400
    end = part.partition("/")[2]
    path = "/api/paintings/{id}/" + ("gates/{number}.png" if "gates" in end else end)
    check(schema, method, path, answer)


@contextmanager
def no_room(monkeypatch: pytest.MonkeyPatch, how: str) -> Iterator[None]:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device", "/secret/place")

    with monkeypatch.context() as patch:
        if how == "no folder":
            patch.setattr(temporary_folder.tempfile, "mkdtemp", full)
        elif how == "full at the first layer":
            patch.setattr("attnpaint.layered.psd.drawn", full)
            patch.setattr("attnpaint.layered.ora.drawn", full)
        else:
            patch.setattr("attnpaint.files.Path.replace", full)
        yield


@pytest.mark.parametrize("how", ["no folder", "full at the first layer", "full at the end"])
@pytest.mark.parametrize("format", ["ora", "psd"])
def test_a_full_folder_for_temporary_files_is_507_without_a_path(
    app: FastAPI, schema: dict[str, Any], id: str, monkeypatch: pytest.MonkeyPatch, how: str, format: str
) -> None:
    with no_room(monkeypatch, how):
        answer = ask(app, "POST", f"/api/paintings/{id}/save", json={"format": format})
    told = answer.json()["error"]
    assert answer.status_code == 507
    assert "no room" in told
    assert "/" not in told
    check(schema, "post", "/api/paintings/{id}/save", answer)
    assert ask(app, "POST", f"/api/paintings/{id}/save", json={"format": format}).status_code == 200


def test_a_file_that_cannot_be_made_for_another_reason_is_no_507(app: FastAPI, id: str) -> None:
    answer = ask(app, "POST", f"/api/paintings/{id}/save", json={"format": "ora", "lines": False})
    assert answer.status_code == 422


@pytest.mark.parametrize("setting", ["tracing", "metrics", "logs", "operation_spans", "auto_configure"])
def test_the_frameworks_telemetry_is_off_whatever_the_environment_says(
    model: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    assert TELEMETRY[setting] is False
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    app = build(Colorizer.load(model, "cpu"), "tiny", Limits(), names_of("127.0.0.1"))
    found = getattr(app, "_telemetry", TELEMETRY)
    assert found[setting] is False
    app.state.server.close()


def test_the_schema_is_json_without_references_that_lead_nowhere(schema: dict[str, Any]) -> None:
    names = {part.split('"')[0] for part in json.dumps(schema).split("#/components/schemas/")[1:]}
    assert names <= set(schema["components"]["schemas"])
    assert "HTTPValidationError" not in names  # failures look otherwise here
