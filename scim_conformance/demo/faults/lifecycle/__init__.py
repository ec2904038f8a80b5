"""Faults in disabling, enabling again and deleting accounts."""
