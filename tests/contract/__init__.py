"""Makes again what follows from a change of the suites or of the demo's faults, and nothing else."""
