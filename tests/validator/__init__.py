"""A whole session of Microsoft's SCIM Validator, played by the harness's own steps."""
