"""Draws anime figures of its own geometry as line art, flat colour and part map; all of it CC0-1.0."""

LICENCE = "CC0-1.0"
