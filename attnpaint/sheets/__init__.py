"""Sheets to look at: attention maps as pictures, and rows of pictures under labels."""
