"""Faults in groups and their members."""
