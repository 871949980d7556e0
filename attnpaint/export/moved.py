"""Graphs whose weights have moved: model.safetensors has got a longer head, so every tensor lies further on.

ONNX's file is a protocol buffer; what points into the weights is text in it. Needs neither onnx nor torch.
"""

from collections.abc import Callable

from attnpaint.inference.onnx_engine import SUM, spans

_GRAPH, _METADATA = 7, 14  # fields of ModelProto
_INITIALIZER, _EXTERNAL = 5, 13  # of GraphProto and TensorProto
_KEY, _VALUE = 1, 2  # of StringStringEntryProto
_BYTES = 2  # wire type of what tells its own length
_OFFSET = b"offset"


def moved(graph: bytes, by: int, weights: str) -> bytes:
    """The graph for the same tensors `by` bytes further on in a file with the SHA-256 `weights`.

    Raises ValueError where it is no ONNX model.
    """

    def entry(key: bytes, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        def changed(data: bytes) -> bytes:
            told = {number: data[inner:end] for number, _, inner, end in spans(data)}
            return _changed(data, {_VALUE: change}) if told.get(_KEY) == key else data

        return changed

    further = entry(_OFFSET, lambda text: str(int(text) + by).encode())
    summed = entry(SUM.encode(), lambda _: weights.encode())

    def tensor(data: bytes) -> bytes:
        return _changed(data, {_EXTERNAL: further})

    def nodes(data: bytes) -> bytes:
        return _changed(data, {_INITIALIZER: tensor})

    return _changed(graph, {_GRAPH: nodes, _METADATA: summed})


def _changed(data: bytes, changes: dict[int, Callable[[bytes], bytes]]) -> bytes:
    """A message with fields of these numbers changed; all others stay as they are."""
    parts = []
    for number, start, inner, end in spans(data):
        if number not in changes:
            parts.append(data[start:end])
            continue
        content = changes[number](data[inner:end])
        parts += [_number(number << 3 | _BYTES), _number(len(content)), content]
    return b"".join(parts)


def _number(value: int) -> bytes:
    """Seven bits a byte, least first."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
