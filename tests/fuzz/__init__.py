"""What others write, at random: tried in-process, at the borders where it enters."""
