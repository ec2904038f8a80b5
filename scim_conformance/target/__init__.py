"""The endpoint: the wire, redaction, the journal of what this run created, and clean-up."""
