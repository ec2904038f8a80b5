"""The customer's own directory, as the provisioning service reads it: users, groups, memberships, assignments."""
