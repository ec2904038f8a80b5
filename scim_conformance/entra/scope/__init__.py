"""Who is in scope, and why: scoping filters, assignments, roles."""
