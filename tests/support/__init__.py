"""Helpers of the tests: the command line in a process of its own, targets over real sockets, foreign resources."""

SHARED = "RECORDED_RUNS"
"""The variable that names the folder in which the processes of one session of the tests keep recorded runs."""
