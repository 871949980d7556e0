"""Closed regions of a drawing, and what a network is shown of each."""
