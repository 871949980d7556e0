"""What the server answers: the page, samples, palettes, paintings and files of them, to pages and scripts."""

import http.client
import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from serving import DRAWING, REFERENCE, Server, blocks, drawing, png

from attnpaint import Colorizer, __version__
from attnpaint.extract import measure
from attnpaint.images import read_picture

PAGE = Path(__file__).parents[2] / "attnpaint" / "web" / "static"


def test_the_page_and_its_files_come_with_their_types_and_a_strict_policy(server: Server) -> None:
    kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
    for address in ["/", *(f"/page/{path.name}" for path in PAGE.iterdir() if path.suffix in kinds)]:
        answer = server.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kinds[Path(address).suffix or ".html"])
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "address",
    [
        "/page/../server.py",
        "/page/..%2fserver.py",
        "/page/%2e%2e%2f%2e%2e%2fconfig.py",
        "/page//etc/passwd",
        "/page/.hidden.js",
        "/samples/drawings/..%2f..%2flicences.md",
        "/samples/../pyproject.toml",
        "/samples/samples/colors",
        "/redoc",
        "/docs/oauth2-redirect",
    ],
)
def test_no_address_leads_out_of_the_folders(server: Server, address: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", address)  # as it is: httpx would tidy it up
    answer = connection.getresponse()
    assert answer.status == 404
    assert "; " in json.loads(answer.read())["error"]


def test_info_tells_the_model_the_limits_and_samples_that_can_be_painted(server: Server, model: Path) -> None:
    told = server.client.get("/api/info").json()
    assert told["version"] == __version__
    assert told["model"] == str(model)
    assert (told["recipe"], told["takes"], told["points"]) == ("tiny", ["histogram", "tokens"], True)
    assert told["finishes"] == ["painted", "flat", "blend"]
    assert told["limits"] == {"bytes": 2_000_000, "megapixels": 1.0}
    for kind in ("drawings", "references"):
        sample = told["samples"][kind][0]
        assert sample["name"]
        picture = server.client.get(sample["url"])
        assert picture.headers["content-type"] == "image/png"
        assert read_picture(picture.content).size


def test_a_palette_is_measured_from_a_picture_and_read_from_a_file(server: Server) -> None:
    found = server.client.post("/api/palette", files={"reference": ("a.png", REFERENCE)}).json()["histogram"]
    measured = measure(blocks())
    assert found == {"colors": measured.colors.tolist(), "weights": pytest.approx(measured.weights)}
    colors = json.dumps(["#102030", "#405060"]).encode()
    read = server.client.post("/api/palette", files={"reference": ("two.json", colors)}).json()["histogram"]
    assert read["colors"][3][:2] == [[16, 32, 48], [64, 80, 96]]


def test_a_painting_is_what_the_command_line_paints(server: Server, colorizer: Colorizer) -> None:
    answer = server.paint(DRAWING, REFERENCE).json()
    expected = colorizer.colorize(drawing(), blocks())
    assert expected.histogram is not None
    assert (answer["width"], answer["height"]) == (120, 90)
    assert (answer["finish"], answer["points"], answer["notes"]) == ("flat", True, [])
    assert answer["gates"] == len(expected.gates())
    assert answer["histogram"]["colors"] == expected.histogram.colors.tolist()
    assert 0 < answer["network_seconds"] < answer["seconds"]
    saved = server.client.post(f"/api/paintings/{answer['id']}/save", json={"format": "png"})
    np.testing.assert_array_equal(read_picture(saved.content), expected.picture)


def test_an_edited_palette_wins_over_the_reference_entry_for_entry(server: Server) -> None:
    histogram = measure(blocks()).to_numbers()
    histogram["colors"][2][1] = [255, 0, 0]
    histogram["weights"][2] = [1, 2, 3, 4]  # not the heaviest first, and not 1 in sum
    told = server.paint(DRAWING, REFERENCE, histogram=json.dumps(histogram)).json()["histogram"]
    assert told["colors"] == histogram["colors"]
    assert told["weights"][2] == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_a_palette_paints_without_any_reference(server: Server) -> None:
    text = json.dumps({"bands": [["#aa0000"], ["#00aa00"], ["#0000aa"], ["#aaaaaa"]]})
    answer = server.client.post("/api/paint", files={"drawing": DRAWING}, data={"histogram": text})
    assert answer.json()["histogram"]["colors"][1][0] == [0, 170, 0]


def test_an_opaque_drawing_has_no_transparent_part_left(server: Server) -> None:
    clear = png(np.dstack([drawing(), np.full((90, 120), 9, np.uint8)]))
    for opaque, channels in (("false", 4), ("true", 3)):
        id = server.paint(clear, REFERENCE, opaque=opaque).json()["id"]
        saved = server.client.post(f"/api/paintings/{id}/save", json={"format": "png"})
        assert read_picture(saved.content).shape == (90, 120, channels)


def test_ink_on_a_transparent_layer_is_painted_unless_it_is_to_stay_so(server: Server) -> None:
    lines = drawing()
    ink = png(np.dstack([np.zeros_like(lines), 255 - lines[..., :1]]))
    for wish, channels in (({}, 3), ({"opaque": "true"}, 3), ({"opaque": "false"}, 4)):
        id = server.paint(ink, REFERENCE, **wish).json()["id"]
        saved = server.client.post(f"/api/paintings/{id}/save", json={"format": "png"})
        assert read_picture(saved.content).shape[2] == channels


def test_a_gap_changes_the_regions(server: Server) -> None:
    open_frame = drawing()
    open_frame[40:44, :40] = 255  # 4 px of the frame's left side are missing
    counts = []
    for gap in ("0", "30"):
        id = server.paint(png(open_frame), REFERENCE, gap=gap).json()["id"]
        data = server.client.get(f"/api/paintings/{id}/planes").content
        header = json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])
        counts.append(header["arrays"]["mean"]["shape"][0])
    assert counts[0] != counts[1]


def test_planes_are_packed_for_other_machines_only(server: Server, painting: str) -> None:
    answer = server.client.get(f"{painting}/planes", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "content-encoding" not in answer.headers  # on one machine that only takes time
    assert answer.headers["vary"] == "Accept-Encoding"


def test_gate_maps_are_pictures_of_the_drawing_as_the_network_saw_it(server: Server, painting: str) -> None:
    picture = server.client.get(f"{painting}/gates/1.png")
    assert picture.headers["content-type"] == "image/png"
    assert read_picture(picture.content).shape == (96, 128, 3)
    for number in ("0", "99", "-1"):
        assert server.client.get(f"{painting}/gates/{number}.png").status_code == 404


def test_a_script_gets_the_picture_at_once(server: Server, colorizer: Colorizer) -> None:
    files = {"drawing": ("hero.png", DRAWING), "reference": ("look.png", REFERENCE)}
    fields = {"finish": "blend", "strength": "0.7", "format": "webp"}
    answer = server.client.post("/api/colorize", files=files, data=fields)
    assert Image.open(BytesIO(answer.content)).format == "WEBP"
    expected = colorizer.colorize(drawing(), blocks()).finished("blend", 0.7).picture
    np.testing.assert_array_equal(read_picture(answer.content), expected)


def test_the_description_names_every_address_and_loads_nothing(server: Server) -> None:
    told = server.client.get("/openapi.json").json()
    assert set(told["paths"]) == {
        "/health",
        "/api/info",
        "/api/palette",
        "/api/paint",
        "/api/colorize",
        "/api/paintings/{id}/planes",
        "/api/paintings/{id}/gates/{number}.png",
        "/api/paintings/{id}/save",
    }
    form = told["paths"]["/api/colorize"]["post"]["requestBody"]["content"]
    assert list(form) == ["multipart/form-data"]
    for path in told["paths"].values():
        for call in path.values():
            assert call["description"]


def test_the_description_for_people_loads_nothing_from_elsewhere(server: Server) -> None:
    page = server.client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {"/page/docs.js", "/page/docs.css"} <= set(files)
    for file in files:
        assert server.client.get(file).status_code == 200
    assert "//" not in re.sub(r"/\*.*?\*/", "", server.client.get("/page/docs.js").text)


def test_health_is_told_with_the_version(server: Server) -> None:
    assert server.client.get("/health").json() == {"status": "ok", "version": __version__}
