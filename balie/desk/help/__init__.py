"""The help page: every topic as an article, search, privacy; readable without any script."""
