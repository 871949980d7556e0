"""A painting as layers for painting programs: imported as attnpaint.layered. Needs no torch."""

from attnpaint.layered.flatten import flatten
from attnpaint.layered.layer import Group, Layer
from attnpaint.layered.lines import line_layer, under_lines
from attnpaint.layered.ora import read_ora
from attnpaint.layered.palette_group import palette_group
from attnpaint.layered.write import SUFFIXES, write_layers

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
