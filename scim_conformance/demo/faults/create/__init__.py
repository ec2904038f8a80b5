"""Faults in creating accounts."""
