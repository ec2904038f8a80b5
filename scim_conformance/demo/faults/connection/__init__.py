"""Faults in how a target is reached, and in who is let in."""
