"""Faults in changing accounts."""
