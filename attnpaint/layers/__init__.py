"""A painting as layers for painting programs: imported as attnpaint.layers. Needs no torch."""

from attnpaint.layers.flatten import flatten
from attnpaint.layers.layer import Group, Layer
from attnpaint.layers.lines import line_layer, under_lines
from attnpaint.layers.ora import read_ora
from attnpaint.layers.palette_group import palette_group
from attnpaint.layers.write import SUFFIXES, write_layers

__all__ = [
    "SUFFIXES",
    "Group",
    "Layer",
    "flatten",
    "line_layer",
    "palette_group",
    "read_ora",
    "under_lines",
    "write_layers",
]
