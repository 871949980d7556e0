"""Models that take hints, or no reference, are served as they are."""

from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from painting import dabs, recipe_of, saved
from serving import ask, blocks, drawing, png

from attnpaint import Colorizer
from attnpaint.images import Picture, read_picture
from attnpaint.web.hosts import names_of
from attnpaint.web.limits import Limits
from attnpaint.web.paint_request import PaintRequest
from attnpaint.web.server import build

DRAWING, REFERENCE = ("hero.png", png(drawing(64, 64))), ("look.png", png(blocks()))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Of a model that paints from the drawing and hints alone."""
    recipe = recipe_of("double-conv-unet", "hint-image")
    colorizer = Colorizer.load(saved(tmp_path_factory.mktemp("model"), recipe), "cpu")
    return build(colorizer, "hinted", Limits(), names_of("127.0.0.1"))


def test_info_says_what_the_model_takes(app: FastAPI) -> None:
    told = ask(app, "GET", "/api/info").json()
    assert (told["takes"], told["points"], told["model"]) == (["hint-image"], False, "hinted")


def test_no_reference_is_needed_and_none_is_looked_at(app: FastAPI) -> None:
    for files in ({"drawing": DRAWING}, {"drawing": DRAWING, "reference": ("x.png", b"nothing")}):
        told = ask(app, "POST", "/api/paint", files=files).json()
        assert (told["histogram"], told["points"], told["finish"]) == (None, False, "painted")
        path = f"/api/paintings/{told['id']}"
        assert ask(app, "GET", f"{path}/planes").status_code == 200
        assert ask(app, "POST", f"{path}/save", json={"format": "png"}).status_code == 200
        refused = ask(app, "POST", f"{path}/save", json={"format": "gpl"})
        assert (refused.status_code, "without a palette" in refused.json()["error"]) == (422, True)


def test_hints_change_the_picture(app: FastAPI) -> None:
    hints = ("dabs.png", png(dabs(64, 64, (32, 32, (255, 0, 0)))))
    pictures = [
        read_picture(ask(app, "POST", "/api/colorize", files=files).content)
        for files in ({"drawing": DRAWING}, {"drawing": DRAWING, "hints": hints})
    ]
    assert not np.array_equal(*pictures)


@pytest.mark.parametrize(
    ("hints", "status", "says"),
    [
        (drawing(64, 64), 415, "the hint picture has no transparent part"),
        (np.zeros((1100, 1000, 4), np.uint8), 413, "the hint picture is over the limit of 1 megapixels ("),
    ],
)
def test_hints_that_cannot_be_meant_are_refused(
    app: FastAPI, hints: Picture, status: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.server, "limits", Limits(pixels=1_000_000))
    answer = ask(app, "POST", "/api/paint", files={"drawing": DRAWING, "hints": ("x.png", png(hints))})
    assert answer.status_code == status
    assert answer.json()["error"].startswith(says)


def test_memory_that_ran_out_is_told_and_not_to_be_tried_again(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def paint(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(PaintRequest, "paint", paint)
    answer = ask(app, "POST", "/api/paint", files={"drawing": DRAWING})
    assert (answer.status_code, "retry-after" in answer.headers) == (507, False)
    assert answer.json()["error"].startswith("memory ran out; ")


def test_hints_for_a_model_that_takes_none_are_refused(tmp_path: Path) -> None:
    recipe = recipe_of("attention-unet")
    plain = build(Colorizer.load(saved(tmp_path, recipe), "cpu"), "plain", Limits(), names_of("127.0.0.1"))
    hints = ("dabs.png", png(dabs(64, 64, (32, 32, (255, 0, 0)))))
    files = {"drawing": DRAWING, "reference": REFERENCE, "hints": hints}
    answer = ask(plain, "POST", "/api/paint", files=files)
    assert (answer.status_code, "cannot use hints" in answer.json()["error"]) == (422, True)
