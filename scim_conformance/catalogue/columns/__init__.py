"""Standards as columns: the documents that a target can be asked to meet, what they ask for, and where two contradict."""
