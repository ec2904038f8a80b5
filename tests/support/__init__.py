"""Helpers of the tests: the command line in a process of its own, targets over real sockets, foreign resources."""
