"""Metrics that compare pictures with pictures; no network of this project is known here."""
