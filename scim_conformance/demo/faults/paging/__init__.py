"""Faults in lists that come in pages."""
