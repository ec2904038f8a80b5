"""Standards as columns: the documents that a target can be asked to meet, and where two contradict each other."""
