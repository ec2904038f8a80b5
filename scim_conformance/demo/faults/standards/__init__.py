"""Faults against the standards themselves."""
