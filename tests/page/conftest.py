"""A server that paints, and a headless Chromium that looks at its page. For `make test-page` alone: a plain
`pytest` leaves this folder out, as it needs a browser."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import ASSETS, Page
from hosting import Files, SitePage
from PIL import Image
from rooming import house_of_rooms, same_palette


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    here = Path(__file__).parent
    asked = [Path(config.invocation_params.dir, str(arg).split("::")[0]).resolve() for arg in config.args]
    return None if any(path == here or here in path.parents for path in asked) else True


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of `attnpaint app`."""
    command = [sys.executable, "-m", "attnpaint", "app", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.stderr.read()
        yield address
        process.send_signal(signal.SIGINT)
        assert process.wait(120) in (0, 130)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver

    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert browser, "there is no chromium; make test-page installs it"
    assert driver, "there is no chromedriver; make test-page installs it"
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1440,900"):
        options.add_argument(flag)
    for flag in ("background-networking", "component-update", "sync"):  # it asks for nothing elsewhere
        options.add_argument(f"--disable-{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    chrome.set_script_timeout(120)
    folder = tmp_path_factory.mktemp("saved")
    told = {"behavior": "allow", "downloadPath": str(folder)}
    chrome.execute_cdp_cmd("Browser.setDownloadBehavior", told)
    chrome.saved = folder
    yield chrome
    chrome.quit()


@pytest.fixture(scope="session")
def fresh(server: str, chromium: Any) -> Callable[[], Page]:
    """Opens another tab at the page; whoever asks closes it."""

    def opened() -> Page:
        made = Page(chromium, server)
        made.open()
        return made

    return opened


@pytest.fixture
def page(server: str, chromium: Any) -> Iterator[Page]:
    """A fresh tab at the page; it must leave no error in the console."""
    opened = Page(chromium, server)
    opened.open()
    yield opened
    errors = opened.errors()
    opened.close()
    assert errors == []


@pytest.fixture(scope="session")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """512×512."""
    path = tmp_path_factory.mktemp("pictures") / "girl.png"
    square = Image.new("L", (512, 512), 255)
    square.paste(Image.open(ASSETS / "drawings/flower-girl.png").convert("L"), (38, 0))
    square.save(path)
    return path


@pytest.fixture(scope="session")
def reference() -> Path:
    return ASSETS / "references/rose.png"


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go: $PAGE_SHOTS, or nowhere that stays."""
    folder = Path(os.environ.get("PAGE_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house of 4×4 rooms on white ground, 512×512."""
    path = tmp_path_factory.mktemp("rooms") / "rooms.png"
    Image.fromarray(house_of_rooms()).save(path)
    return path


@pytest.fixture(scope="module")
def tab(fresh: Callable[[], Any], rooms: Path, reference: Path) -> Iterator[Any]:
    """One page with the house painted, for all tests here."""
    opened = fresh()
    opened.paint(rooms, reference)
    same_palette(opened)
    yield opened
    opened.close()


@pytest.fixture
def house(tab: Any) -> Iterator[Any]:
    """As it was painted, with nothing done by hand."""
    tab.driver.switch_to.window(tab.tab)
    tab.ask(
        """
        const { store } = await import("/page/store.js");
        store.steps.length = 3;  // nothing, painted, set up
        store.at = 2;
        store.draft = null;
        store.tell();
        (await import("/page/tools.js")).use("move");
        (await import("/page/after.js")).show([]);
        document.querySelector("#together").checked = true;
        """
    )
    tab.settle()
    yield tab
    assert tab.errors() == []


MOST_PAGE = 400_000  # bytes of the page without runtime and weights


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `attnpaint site` writes, with the runtime that npm fetches."""
    folder = tmp_path_factory.mktemp("site") / "site"
    command = [sys.executable, "-m", "attnpaint", "site", str(folder), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert told["page"] < MOST_PAGE
    return folder


@pytest.fixture
def opened(site: Path, chromium: Any) -> Iterator[Callable[..., SitePage]]:
    made: list[SitePage] = []

    def one(**how: Any) -> SitePage:
        page = SitePage(chromium, Files(site))
        made.append(page)
        page.open(**how)
        return page

    yield one
    for page in made:
        page.close()
        page.files.stop()
