"""Faults in errors."""
