"""The SCIM protocol as data: URNs, filters, paths, messages and schemas. No I/O but reading our own schema files."""
