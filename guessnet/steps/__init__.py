"""The ladder: one file is one step, read from top to bottom."""
