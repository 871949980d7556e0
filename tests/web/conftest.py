"""The server that most of these tests ask, one for each file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import DRAWING, REFERENCE, Server, served, steady

from attnpaint import Colorizer


@pytest.fixture(scope="session")
def model(quick_model: Path) -> Path:
    return quick_model


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[Server]:
    with served(model) as server:
        yield server


@pytest.fixture(scope="module")
def full(server: Server) -> Server:
    """It holds as many paintings as it ever will."""
    for _ in range(20):  # more than it keeps
        assert server.paint(DRAWING, REFERENCE).status_code == 200
    return server


@pytest.fixture
def goes_on(full: Server) -> Iterator[None]:
    with steady(full):
        yield


@pytest.fixture(scope="module")
def painting(server: Server) -> str:
    answer = server.paint(DRAWING, REFERENCE)
    assert answer.status_code == 200, answer.text
    return f"/api/paintings/{answer.json()['id']}"


@pytest.fixture(scope="module")
def colorizer(model: Path) -> Colorizer:
    """The same model, without a server."""
    return Colorizer.load(model, "cpu")
