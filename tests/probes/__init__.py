"""Plays the probe of every defect and of every legal variant of the embedded target, over a raw socket."""
