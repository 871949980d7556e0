"""The model card: what a reader of a model's page should know, with the front matter that the Hub reads."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attnpaint.config import Recipe
from attnpaint.export.model_index import Result, yaml_lines
from attnpaint.model.model_config import DEFAULT_MODEL

CARD = "README.md"
DEFAULT_LICENSE = "cc-by-sa-4.0"  # of the model inside attnpaint; its card says why
UNKNOWN = "unknown"
NOWHERE = "OWNER/NAME"  # in a card, until it is known where the model will lie
TAGS = ("line-art", "colorization", "image-colorization", "reference-based", "attention", "unet")

_FRONT = re.compile(r"---\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)
_LICENSE = re.compile(r"^license:.*(?:\n(?:[ \t]+|- ).*)*", re.MULTILINE)  # one, or a list over several lines


def card(
    folder: Path,
    facts: dict[str, Any],
    parameters: int,
    license: str = "",
    repo: str = "",
    results: Sequence[Result] = (),
    datasets: Sequence[str] = (),
) -> str:
    """The README.md of a model folder.

    facts: as `read_model_config` gives them; license: the Hub's identifier, default: the default model's
    own, else unknown; repo: OWNER/NAME where it will lie, if that is known; results: what an evaluation
    measured. A README.md in the folder is kept where it has front matter, but for these two; where it has
    none, it gets one, and how the model is used.
    """
    recipe: Recipe = facts["recipe"]
    own = folder / CARD
    text = own.read_text(encoding="utf-8") if own.is_file() else _told(recipe, facts, parameters)
    front = _FRONT.match(text)
    if front:
        text = (_licensed(front[0], license) if license else front[0]) + text[front.end() :]
    else:
        head, section, rest = text.partition("\n## ")
        text = f"{head.rstrip()}\n\n{_use(recipe)}{section}{rest}"
        if not license:
            license = DEFAULT_LICENSE if folder.resolve() == DEFAULT_MODEL.resolve() else UNKNOWN
        text = front_matter(license, recipe, results, repo, datasets) + "\n" + text
    return text.replace(NOWHERE, repo) if repo else text


def front_matter(
    license: str,
    recipe: Recipe,
    results: Sequence[Result] = (),
    repo: str = "",
    datasets: Sequence[str] = (),
) -> str:
    """YAML between two lines of dashes. Every text is quoted as JSON, which YAML reads."""
    lines = [
        _license(license),
        "library_name: attnpaint",
        "pipeline_tag: image-to-image",
        "tags:",
        *(f"- {json.dumps(tag, ensure_ascii=False)}" for tag in dict.fromkeys((*TAGS, recipe.name))),
        *(["datasets:"] if datasets else []),
        *(f"- {json.dumps(name)}" for name in datasets),
        *yaml_lines(list(results), repo.partition("/")[2] or recipe.name),
    ]
    return "\n".join(["---", *lines, "---", ""])


def _license(license: str) -> str:
    return f"license: {json.dumps(license)}"


def _licensed(front: str, license: str) -> str:
    """The front matter with another licence, and what else its owner wrote."""
    if _LICENSE.search(front):
        return _LICENSE.sub(lambda _: _license(license), front, count=1)
    return front.replace("\n", f"\n{_license(license)}\n", 1)


def _use(recipe: Recipe) -> str:
    takes = {*recipe.generator.takes}
    asked = [("ref", "ref.png")] * bool(takes & {"histogram", "tokens", "style"})
    asked += [("hints", "dabs.png")] * bool(takes & {"hint-map", "hint-image"})
    options = "".join(f" --{name} {file}" for name, file in asked)
    names = {"ref": "reference", "hints": "hints"}
    arguments = "".join(f', {names[name]}="{file}"' for name, file in asked)
    return f"""## How to use it

In a checkout of attnpaint, which is in no package registry yet:

    pip install ".[hub,train]"

```python
from attnpaint import Colorizer

colorizer = Colorizer.from_pretrained("{NOWHERE}")
colorizer.colorize("sketch.png"{arguments}).save("painted.png")
```

Or with the files of this page in a folder:

    attnpaint colorize sketch.png{options} --model FOLDER -o painted.png
"""


def _told(recipe: Recipe, facts: dict[str, Any], parameters: int) -> str:
    """What config.json knows, for a model that brings no card."""
    rows = {
        "recipe": recipe.name,
        "network": recipe.generator.kind,
        "paints from": ", ".join(["the drawing", *recipe.generator.takes]),
        "parameters": f"{parameters:,}",
        "trained at": f"{recipe.data.size}×{recipe.data.size} px",
    }
    for name, fact in facts.items():
        if name != "recipe":
            rows[name.replace("_", " ")] = (
                "; ".join(map(str, fact)) if isinstance(fact, list) else json.dumps(fact, ensure_ascii=False)
            )
    table = "\n".join(f"| {name} | {_cell(value)} |" for name, value in rows.items())
    source = f"\nThe system: {recipe.source}.\n" if recipe.source else ""
    return f"""# {recipe.name}

Colours line drawings: a drawing and what the model paints from go in, a picture comes out.
Made with attnpaint.
{source}
## Facts

| | |
|---|---|
{table}

config.json holds the whole recipe.

## Data, limits, licence

To be written by whoever trained it: which pictures, whose, under which licences, and what it does badly.
"""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
