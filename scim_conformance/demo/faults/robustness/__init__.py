"""Faults that show in time: delays, concurrency and load."""
