"""Pages and cards from jinja2 templates that lie beside the modules; every value is escaped on its way in."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template


def load_template(
    package: str, name: str, tests: Mapping[str, Callable[[Any], bool]] | None = None
) -> "Template":
    """The template `name` of an installed package; a value that it names and is not given is an error.

    tests: functions for `is` in the template. Values are HTML-escaped, `Markup` aside; `tojson` is for JSON.
    """
    from importlib.resources import files

    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    environment.tests.update(tests or {})
    return environment.from_string((files(package) / name).read_text(encoding="utf-8"))
