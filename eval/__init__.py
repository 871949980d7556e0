"""Painters compared: equal drawings and references for each, scored and reported. As attnpaint.eval."""
