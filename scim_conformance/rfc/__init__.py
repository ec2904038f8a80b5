"""What the standards themselves ask: the words of `suites/rfc` and `suites/security`."""
