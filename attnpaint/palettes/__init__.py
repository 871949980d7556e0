"""Palettes: sixteen colours as files and cards, edited, and put together from several references."""

from attnpaint.palettes.files import read_palette, write_palette

__all__ = ["read_palette", "write_palette"]
