"""What a probe is made of: a wire to one target, the bodies it sends, and the situations it starts from."""
