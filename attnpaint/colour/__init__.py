"""Colour spaces, and how far apart two colours are for the eye."""
