"""Which drawings are painted with which references into which files."""
