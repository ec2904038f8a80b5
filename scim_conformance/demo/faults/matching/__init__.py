"""Faults in finding accounts and groups, and in what is returned."""
