"""What the harness itself costs, measured against a bare client that sends the same requests."""
