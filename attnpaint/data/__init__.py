"""Training pictures: where they come from, and how a drawing is made of each."""
