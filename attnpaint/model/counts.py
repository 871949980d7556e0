"""Numbers that networks and what surrounds them share. Needs no torch."""

BANDS, RANKS = 4, 4  # of a histogram
INK, PAPER = 16, 17  # places of the two fixed colours behind the 16 palette tokens
