"""This harness beside other SCIM testers, on the same targets: `make comparison`."""
