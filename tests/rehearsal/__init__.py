"""The provisioning service's engine and `rehearse`: golden examples, the store, resuming, and runs against servers."""
