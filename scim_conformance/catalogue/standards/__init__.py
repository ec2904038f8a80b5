"""What standards ask of a SCIM target, row by row: a file for each topic, and `rows`, which reads them."""
