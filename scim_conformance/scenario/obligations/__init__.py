"""What a response can be checked for. Each function returns an Obligation; the call site adds level, source and
impact."""
