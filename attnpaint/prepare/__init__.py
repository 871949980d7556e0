"""Training pictures chosen, freed of duplicates, and written as shards."""
