"""The page as a folder of files that paints without a server."""
