"""Faults in what a target says of itself."""
