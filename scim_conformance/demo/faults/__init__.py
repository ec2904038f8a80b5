"""Faults of the embedded target: one folder for each kind, one file for each theme."""
