"""Painters judged alike: the same drawings and references for each, scored and written down."""
