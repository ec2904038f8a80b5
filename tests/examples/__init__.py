"""Writes the examples that `explain` shows."""
