"""Measures that compare pictures with pictures; no network is known here. Imported as attnpaint.eval."""
