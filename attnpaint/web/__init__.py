"""A page to paint in: a local server, and what the page needs to recolour a painting by itself."""
