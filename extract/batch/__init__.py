"""Histograms of many references: folders, shards and lists of them, by processes or a Ray cluster."""
