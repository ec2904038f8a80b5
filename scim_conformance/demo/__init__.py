"""The embedded target: a correct SCIM server on loopback, honest or with switchable defects. Needs the extra `demo`."""
