"""The configuration of a run: settings from flags, environment and files; credentials."""
