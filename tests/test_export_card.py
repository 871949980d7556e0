"""The model card: its front matter, what its owner wrote, and where the model will lie."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from painting import recipe_of, saved
from safetensors.numpy import load_file
from tiny_model import TINY

from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError
from attnpaint.export.hub import hub
from attnpaint.model.model_config import DEFAULT_MODEL, WEIGHTS, model_digest

yaml = pytest.importorskip("yaml")

SMALL = Recipe(name="small", generator=TINY)
REPO = "someone/small"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return saved(tmp_path / "model", SMALL)


def parts(card: Path) -> tuple[dict[str, Any], str]:
    """Front matter and the rest."""
    before, front, text = card.read_text(encoding="utf-8").split("---\n", 2)
    assert not before
    return yaml.safe_load(front), text


def test_a_card_tells_what_the_model_paints_from(tmp_path: Path) -> None:
    hub(saved(tmp_path / "model", recipe_of("chainer-unet", "hint-image")), tmp_path / "out")
    front, text = parts(tmp_path / "out/README.md")
    assert front["license"] == "unknown"
    assert 'colorizer.colorize("sketch.png", hints="dabs.png")' in text
    assert "--ref" not in text


def test_the_models_own_card_is_kept(model: Path, tmp_path: Path) -> None:
    (model / "README.md").write_text("# Mine\n\nIt paints.\n\n## Limits\n\nMany.\n")
    hub(model, tmp_path / "one", license="mit")
    front, text = parts(tmp_path / "one/README.md")
    assert front["license"] == "mit"
    assert text.startswith("\n# Mine\n\nIt paints.\n\n## How to use it\n")
    assert text.endswith("## Limits\n\nMany.\n")
    hub(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "two/README.md").read_text() == (tmp_path / "one/README.md").read_text()
    hub(tmp_path / "one", tmp_path / "three", license="cc0-1.0")
    assert parts(tmp_path / "three/README.md") == ({**front, "license": "cc0-1.0"}, text)


@pytest.mark.parametrize(
    "own", ["license: mit\n", "", "license:\n- mit\n- apache-2.0\n", "license:\n  - mit\n", 'license: "x"\n']
)
def test_of_a_models_own_front_matter_only_the_licence_changes(own: str, model: Path, tmp_path: Path) -> None:
    rest = "# comment\ndatasets:\n- me/drawings\ntags: [mine]\n"
    body = '\n# Mine\n\nlicense: told below\n\n    Colorizer.from_pretrained("OWNER/NAME")\n\n---\n\nEnd.\n'
    text = f"---\n{own}{rest}---\n{body}"
    (model / "README.md").write_text(text)
    hub(model, tmp_path / "one")
    assert (tmp_path / "one/README.md").read_text() == text
    hub(model, tmp_path / "two", license="cc0-1.0", repo=REPO)
    two = (tmp_path / "two/README.md").read_text()
    assert two == f'---\nlicense: "cc0-1.0"\n{rest}---\n{body.replace("OWNER/NAME", REPO)}'
    front, _ = parts(tmp_path / "two/README.md")
    assert front == {"license": "cc0-1.0", "datasets": ["me/drawings"], "tags": ["mine"]}


def test_a_rule_is_no_front_matter(model: Path, tmp_path: Path) -> None:
    (model / "README.md").write_text("---\n\n# Mine\n")
    hub(model, tmp_path / "out", license="mit")
    front, text = parts(tmp_path / "out/README.md")
    assert front["license"] == "mit"
    assert text.startswith("\n---\n\n# Mine\n")


def test_the_default_models_card_names_its_licence(tmp_path: Path) -> None:
    hub(folder=tmp_path / "out")
    front, text = parts(tmp_path / "out/README.md")
    assert front["license"] == "cc-by-sa-4.0"
    own = (DEFAULT_MODEL / "README.md").read_text(encoding="utf-8")
    assert own.partition("\n## ")[2] in text
    assert text.count("## How to use it") == 1
    shared, shipped = (load_file(folder / WEIGHTS) for folder in (tmp_path / "out", DEFAULT_MODEL))
    assert list(shared) == list(shipped)
    assert all(shared[name].tobytes() == array.tobytes() for name, array in shipped.items())
    credits = (DEFAULT_MODEL / "CREDITS.csv").read_bytes()
    assert (tmp_path / "out" / "CREDITS.csv").read_bytes() == credits  # the card names it


def test_the_hubs_own_reader_understands_the_card(model: Path, tmp_path: Path) -> None:
    reader = pytest.importorskip("huggingface_hub")
    hub(model, tmp_path / "out", license="cc-by-4.0")
    data = reader.ModelCard.load(tmp_path / "out/README.md").data
    assert (data.license, data.library_name, data.pipeline_tag) == (
        "cc-by-4.0",
        "attnpaint",
        "image-to-image",
    )


REPORT = {
    "measures": {
        "psnr": {"title": "PSNR", "unit": "dB", "better": "higher"},
        "ssim": {"title": "SSIM", "unit": "", "better": "higher"},
    },
    "protocols": {
        "same": {
            "measures": {
                "psnr": {
                    "mine": {"mean": 15.5, "pictures": 48},
                    "paper-white": {"mean": 9.9, "pictures": 48},
                },
                "ssim": {"mine": {"mean": 0.8, "pictures": 48}},
            }
        },
        "cross": {"measures": {"ssim": {"mine": {"mean": 0.5, "pictures": 40}}}},
    },
}


def test_what_was_measured_is_the_models_index(model: Path, tmp_path: Path) -> None:
    reader = pytest.importorskip("huggingface_hub")
    report = tmp_path / "report.json"
    report.write_text(json.dumps(REPORT))
    hub(model, tmp_path / "out", "mit", REPO, report)
    data = reader.ModelCard.load(tmp_path / "out/README.md").data
    assert data.metrics == ["psnr", "ssim"]
    assert data.model_name == "small"
    found = {(one.dataset_type, one.metric_type): one.metric_value for one in data.eval_results}
    assert found == {
        ("attnpaint-same", "psnr"): 15.5,
        ("attnpaint-same", "ssim"): 0.8,
        ("attnpaint-cross", "ssim"): 0.5,
    }


@pytest.mark.parametrize(
    ("text", "painter", "says"),
    [
        ("{", "", "is no report of attnpaint evaluate"),
        ("[]", "", "is no report of attnpaint evaluate"),
        ('{"protocols": {"same": {"measures": {"x": {"mine": {}}}}}}', "", "is no report"),
        (json.dumps(REPORT), "nobody", "has no painter nobody; give --painter, one of mine, paper-white"),
        (json.dumps(REPORT).replace("15.5", "NaN"), "", "is no report"),
    ],
)
def test_a_report_that_cannot_be_used_is_told(
    model: Path, tmp_path: Path, text: str, painter: str, says: str
) -> None:
    report = tmp_path / "report.json"
    report.write_text(text)
    with pytest.raises(AttnpaintError, match=re.escape(says)):
        hub(model, tmp_path / "out", report=report, painter=painter)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("finish", ["", "flat", "blend"])
def test_a_models_own_report_is_its_index_while_it_is_of_these_weights(
    finish: str, model: Path, tmp_path: Path
) -> None:
    told = REPORT | {"digests": {"mine": model_digest(model, finish), "paper-white": "paper-white"}}
    (model / "report.json").write_text(json.dumps(told))
    hub(model, tmp_path / "own")
    front, _ = parts(tmp_path / "own/README.md")
    assert front["metrics"] == ["psnr", "ssim"]
    assert front["model-index"][0]["results"][0]["metrics"][0]["value"] == 15.5
    other = saved(tmp_path / "other", Recipe(name="other", generator=TINY))
    (other / "report.json").write_text(json.dumps(told))
    hub(other, tmp_path / "others")
    assert "model-index" not in parts(tmp_path / "others/README.md")[0]


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"digests": 3}', json.dumps(REPORT)])
def test_a_report_that_names_no_weights_is_nobodys(text: str, model: Path, tmp_path: Path) -> None:
    (model / "report.json").write_text(text)
    hub(model, tmp_path / "out")
    assert "metrics" not in parts(tmp_path / "out/README.md")[0]


@pytest.mark.parametrize("datasets", [["me/drawings"], ["me/drawings", "you/figures"], ["mnist"]])
def test_data_sets_are_named(datasets: list[str], model: Path, tmp_path: Path) -> None:
    hub(model, tmp_path / "out", license="mit", datasets=datasets)
    assert parts(tmp_path / "out/README.md")[0]["datasets"] == datasets


@pytest.mark.parametrize("name", ["", "a/b/c", "me/my drawings", "../up", "me/x\nlicense: mit"])
def test_what_is_no_data_set_is_refused(name: str, model: Path, tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match="is no data set of the Hub"):
        hub(model, tmp_path / "out", datasets=[name])
