"""Whatever cannot be meant is answered with one line, and the right code."""

import json

import pytest
from serving import DRAWING, REFERENCE, Server

WRONG: list[tuple[str, dict[str, bytes], dict[str, str], int, str]] = [
    ("/api/paint", {"reference": REFERENCE}, {}, 422, "drawing: it is missing"),
    ("/api/paint", {"drawing": DRAWING}, {}, 422, "none is given; add a picture"),
    ("/api/paint", {"drawing": DRAWING}, {"reference": "ref.png"}, 422, "with curl: -F reference=@FILE"),
    ("/api/paint", {"reference": REFERENCE}, {"drawing": "a.png"}, 422, "with curl: -F drawing=@FILE"),
    ("/api/colorize", {"drawing": DRAWING}, {"reference": "r.png"}, 422, "with curl: -F reference=@FILE"),
    ("/api/paint", {"drawing": b"", "reference": REFERENCE}, {}, 415, "the drawing is empty"),
    ("/api/paint", {"drawing": b"GIF89a", "reference": REFERENCE}, {}, 415, "the drawing"),
    ("/api/paint", {"drawing": DRAWING[:-40], "reference": REFERENCE}, {}, 415, "the drawing is damaged"),
    ("/api/paint", {"drawing": DRAWING, "reference": b"\0" * 999}, {}, 415, "the reference is not a picture"),
    ("/api/paint", {"drawing": DRAWING, "reference": REFERENCE, "hints": b"x"}, {}, 422, "cannot use hints"),
    ("/api/paint", {"drawing": DRAWING, "reference": REFERENCE}, {"gap": "-1"}, 422, "gap: "),
    ("/api/paint", {"drawing": DRAWING, "reference": REFERENCE}, {"gap": "nan"}, 422, "gap: "),
    ("/api/paint", {"drawing": DRAWING}, {"histogram": "red"}, 422, "the histogram is no JSON"),
    ("/api/paint", {"drawing": DRAWING}, {"histogram": "[" * 90_000}, 422, "the histogram is no JSON"),
    ("/api/paint", {"drawing": DRAWING}, {"histogram": "3"}, 422, "holds no bands"),
    ("/api/paint", {"drawing": DRAWING}, {"histogram": '{"colors": 1}'}, 422, "not the numbers"),
    (
        "/api/paint",
        {"drawing": DRAWING},
        {"histogram": json.dumps({"colors": [[[300, 0, 0]] * 4] * 4, "weights": [[1] * 4] * 4})},
        422,
        "not the numbers",
    ),
    (
        "/api/paint",
        {"drawing": DRAWING},
        {"histogram": json.dumps({"colors": [[[3, 0, 0]] * 4] * 4, "weights": [[-1] * 4] * 4})},
        422,
        "negative weight",
    ),
    (
        "/api/paint",
        {"drawing": DRAWING},
        {"histogram": json.dumps({"colors": [[[3, 0, 0]] * 5] * 3, "weights": [[1] * 5] * 3})},
        422,
        "4 bands of 4 colours",
    ),
    ("/api/colorize", {"drawing": DRAWING, "reference": REFERENCE}, {"format": "exe"}, 422, "format: "),
    ("/api/colorize", {"drawing": DRAWING, "reference": REFERENCE}, {"strength": "2"}, 422, "strength: "),
    ("/api/palette", {"reference": b"not a palette"}, {}, 415, "the reference"),
]


@pytest.mark.parametrize(("address", "files", "fields", "status", "says"), WRONG)
def test_a_wrong_form_is_answered_with_one_line(
    server: Server, address: str, files: dict[str, bytes], fields: dict[str, str], status: int, says: str
) -> None:
    sent = {name: (f"{name}.png", data) for name, data in files.items()}
    answer = server.client.post(address, files=sent, data=fields)
    told = answer.json()["error"]
    assert says in told
    assert answer.status_code == status
    assert "; " in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({}, "format: it is missing; "),
        ({"format": "exe"}, "format: it is none of "),
        ({"format": "png", "strength": "much"}, "strength: it is no number; "),
        ({"format": "png", "strength": 2}, "strength: it is over 1"),
        ({"format": "png", "lines": "perhaps"}, "lines: it is neither true nor false; "),
        ({"format": "png", "path": "/etc"}, "path: there is no such field; "),
        ({"format": "png", "strength": 2}, "strength: "),
        ({"format": "png", "finish": "shiny"}, "finish: "),
        ({"format": "png", "strokes": {"1": "red"}}, "'red' is no colour"),
        ({"format": "png", "strokes": {"one": "#ff0000"}}, "strokes.one"),
        ({"format": "png", "histogram": {"colors": [[[1, 2, 3]]], "weights": [[1]]}}, "4 bands"),
        ({"format": "png", "path": "/etc"}, "path: "),
        ([], "the request: it is no JSON object; "),
    ],
)
def test_a_wrong_wish_to_save_is_answered_with_one_line(
    server: Server, painting: str, wanted: object, says: str
) -> None:
    answer = server.client.post(f"{painting}/save", json=wanted)
    assert says in answer.json()["error"]
    assert answer.status_code == 422


def test_an_unknown_painting_is_told(server: Server) -> None:
    for id in ("nothing", "..%2f..", "%00"):
        calls = [
            server.client.get(f"/api/paintings/{id}/planes"),
            server.client.get(f"/api/paintings/{id}/gates/1.png"),
            server.client.post(f"/api/paintings/{id}/save", json={"format": "png"}),
        ]
        for answer in calls:
            assert answer.status_code == 404
            assert "; " in answer.json()["error"]


TORN = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\nx\r\n'


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        (
            "multipart/form-data",
            b"--x--",
            "the form does not tell where its parts end: its type has no boundary",
        ),
        (TORN, b"garbage", "the form cannot be read: its parts cannot be told apart"),
        (TORN, b"--x\r\n\0\0\r\n", "the form cannot be read: its parts cannot be told apart"),
        (TORN, PART % (b"a", b'; filename="a"') * 5 + b"--x--", "the form holds more than 4 files"),
        (TORN, PART % (b"a", b"") * 17 + b"--x--", "the form holds more than 16 fields"),
    ],
)
def test_a_form_that_cannot_be_read_is_told_in_our_words(
    server: Server, kind: str, body: bytes, told: str
) -> None:
    answer = server.client.post("/api/paint", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json() == {"error": f"{told}; send it again"}


@pytest.mark.parametrize("body", [b"{", b"[1,", b"\xff", b'{"format": png}'])
def test_a_body_that_is_no_json_is_told_without_its_letters(server: Server, body: bytes) -> None:
    answer = server.client.post(
        "/api/paintings/x/save", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json() == {"error": "the request: this is no JSON; see /docs"}
