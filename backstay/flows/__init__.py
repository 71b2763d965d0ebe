"""The only place where neighbours meet."""
