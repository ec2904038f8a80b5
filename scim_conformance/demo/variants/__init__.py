"""Legal variants of the embedded target: right behaviours that differ from its own, one file for each theme."""
