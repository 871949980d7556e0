"""NOT ComfyUI: a stand-in for its node interface (V3), written from docs.comfy.org, for tests without it.

It knows the options of inputs, outputs and schemas that the documentation lists, and refuses others.
"""

from abc import ABC, abstractmethod
from types import SimpleNamespace
from typing import Any

_EVERY = {"display_name", "optional", "tooltip", "lazy"}
_WIDGET = _EVERY | {"default", "socketless", "force_input"}
_NUMBER = _WIDGET | {"min", "max", "step", "display_mode"}


class Slot:
    """An input or output."""

    def __init__(self, type: str, id: str = "", **options: Any) -> None:
        self.type, self.id, self.options = type, id, options


def _kind(type: str, allowed: set[str], widget: bool) -> Any:
    class Input(Slot):
        has_widget = widget

        def __init__(self, id: str, **options: Any) -> None:
            assert not set(options) - allowed, f"{type} has no {set(options) - allowed}"
            super().__init__(type, id, **options)

    class Output(Slot):
        def __init__(
            self, id: str = "", display_name: str = "", tooltip: str = "", is_output_list: bool = False
        ):
            super().__init__(type, id, display_name=display_name, is_output_list=is_output_list)

    return SimpleNamespace(Input=Input, Output=Output, io_type=type)


class Schema:
    def __init__(
        self,
        node_id: str,
        display_name: str = "",
        category: str = "sd",
        inputs: list[Slot] | None = None,
        outputs: list[Slot] | None = None,
        description: str = "",
        is_output_node: bool = False,
    ) -> None:
        self.node_id, self.display_name, self.category = node_id, display_name, category
        self.inputs, self.outputs, self.description = inputs or [], outputs or [], description
        names = [one.id for one in self.inputs]
        assert len(set(names)) == len(names), names


class NodeOutput:
    def __init__(self, *results: Any, ui: Any = None) -> None:
        self.result, self.ui = results, ui


class ComfyNode(ABC):
    @classmethod
    @abstractmethod
    def define_schema(cls) -> Schema: ...

    @classmethod
    @abstractmethod
    def execute(cls, **inputs: Any) -> NodeOutput: ...


class ComfyExtension(ABC):
    @abstractmethod
    async def get_node_list(self) -> list[type[ComfyNode]]: ...


def _custom(type: str) -> Any:
    return _kind(type, _EVERY, widget=False)


io = SimpleNamespace(
    Schema=Schema,
    NodeOutput=NodeOutput,
    ComfyNode=ComfyNode,
    Custom=_custom,
    Image=_kind("IMAGE", _EVERY, widget=False),
    Mask=_kind("MASK", _EVERY, widget=False),
    Int=_kind("INT", _NUMBER, widget=True),
    Float=_kind("FLOAT", _NUMBER | {"round"}, widget=True),
    Boolean=_kind("BOOLEAN", _WIDGET | {"label_on", "label_off"}, widget=True),
    String=_kind("STRING", _WIDGET | {"multiline", "placeholder", "dynamic_prompts"}, widget=True),
    Combo=_kind("COMBO", _WIDGET | {"options"}, widget=True),
)
