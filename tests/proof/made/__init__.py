"""Faults that nobody reported, made so that every check of the catalogue is seen red once."""
