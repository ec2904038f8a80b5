"""Servers that are right by the standards, and that Entra may not work with: what the rfc and security suites must not
take for a fault."""
