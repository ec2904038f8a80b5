"""Attacks: targets that answer with somebody else's identity, that do not delete, or that live with other people.

Written from what the project promises, without a look at how it keeps it. `python -m tests.hostile` plays them all.
"""
