"""Who may ask: pages of this server and scripts, but no other site's page and no name made to point here."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from serving import ask, blocks, drawing, png

from attnpaint import Colorizer
from attnpaint.web.hosts import is_local, names_of, url_of
from attnpaint.web.limits import Limits
from attnpaint.web.server import build

FILES = {"reference": ("look.png", png(blocks()))}


@pytest.fixture(scope="module")
def app(quick_model: Path) -> Iterator[FastAPI]:
    app = build(Colorizer.load(quick_model, "cpu"), "tiny", Limits(), names_of("127.0.0.1"))
    yield app
    app.state.server.close()


@pytest.mark.parametrize(
    ("listens", "host", "known"),
    [
        ("127.0.0.1", "127.0.0.1:8431", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "localhost:9", True),
        ("127.0.0.1", "LOCALHOST:9", True),
        ("127.0.0.1", "[::1]:8431", True),
        ("127.0.0.1", "[::1]", True),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "evil.example:8431", False),
        ("127.0.0.1", "127.0.0.1.evil.example", False),
        ("127.0.0.1", "localhost.evil.example:8431", False),
        ("127.0.0.1", "192.168.1.7:8431", False),
        ("127.0.0.1", "127.0.0.1@evil.example", False),
        ("127.0.0.1", "localhost:x@evil.com", False),
        ("127.0.0.1", "localhost:80@evil.com", False),
        ("127.0.0.1", "[::1].evil.com", False),
        ("127.0.0.1", "[::1]:80.evil.com", False),
        ("127.0.0.1", "[::1", False),
        ("127.0.0.1", "::1", False),
        ("127.0.0.1", "[localhost]", False),
        ("127.0.0.1", "[127.0.0.1]", False),
        ("127.0.0.1", "localhost:", True),
        ("127.0.0.1", "localhost:١", False),
        ("127.0.0.1", "localhost:123456", False),
        ("127.0.0.1", "localhost/", False),
        ("127.0.0.1", "localhost ", False),
        ("0.0.0.0", "192.168.1.7:80@evil.com", False),
        ("0.0.0.0", "[fe80::1].evil.com", False),
        ("0.0.0.0", "evil.com@192.168.1.7", False),
        ("studio.lan", "studio.lan:8431", True),
        ("studio.lan", "evil.example", False),
        ("0.0.0.0", "192.168.1.7:8431", True),
        ("0.0.0.0", "[fe80::1]:8431", True),
        ("0.0.0.0", "evil.example:8431", False),
        ("::", "[fe80::1]", True),
    ],
)
def test_a_server_knows_its_own_names_alone(listens: str, host: str, known: bool) -> None:
    assert names_of(listens)(host) is known


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
def test_what_only_this_machine_reaches_is_local(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "studio.lan", ""])
def test_what_others_reach_is_not(host: str) -> None:
    assert not is_local(host)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"),
        ("::1", "http://[::1]:80/"),
        ("0.0.0.0", "http://127.0.0.1:80/"),
        ("::", "http://127.0.0.1:80/"),
        ("studio.lan", "http://studio.lan:80/"),
    ],
)
def test_the_address_that_is_printed_can_be_opened(host: str, url: str) -> None:
    assert url_of(host, 80) == url


@pytest.mark.parametrize("path", ["/", "/api/info", "/openapi.json", "/api/paintings/x/planes"])
def test_a_foreign_name_is_refused_whatever_it_asks(app: FastAPI, path: str) -> None:
    answer = ask(app, "GET", path, headers={"Host": "evil.example:8431"})
    assert answer.status_code == 403
    assert "evil.example" in answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:3000"},  # another program of this machine
        {"Origin": "http://localhost:8431"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://[x"},
        {"Origin": "http://[127.0.0.1]:8431"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_can_change_nothing(app: FastAPI, headers: dict[str, str]) -> None:
    answer = ask(app, "POST", "/api/palette", files=FILES, headers=headers)
    assert answer.status_code == 403
    assert "; " in answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://127.0.0.1:8431"},
        {"Origin": "http://127.0.0.1:8431", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost:8000", "Host": "localhost:8000"},  # through a tunnel
    ],
)
def test_its_own_page_and_scripts_may(app: FastAPI, headers: dict[str, str]) -> None:
    answer = ask(app, "POST", "/api/palette", files=FILES, headers=headers)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_planes_are_packed_for_other_machines_that_can_unpack(app: FastAPI) -> None:
    sent = {**FILES, "drawing": ("hero.png", png(drawing()))}
    id = ask(app, "POST", "/api/paint", files=sent).json()["id"]

    def planes(address: str, accepts: str) -> httpx.Response:
        path = f"/api/paintings/{id}/planes"
        return ask(app, "GET", path, address, headers={"Accept-Encoding": accepts})

    near, plain = planes("127.0.0.1", "gzip"), planes("192.0.2.7", "identity")
    far = planes("192.0.2.7", "gzip, br")
    assert "content-encoding" not in near.headers
    assert "content-encoding" not in plain.headers
    assert far.headers["content-encoding"] == "gzip"
    assert int(far.headers["content-length"]) < len(near.content) / 2
    assert far.content == near.content == plain.content
