"""The directory in Entra: users and groups, with the values that a profile maps."""
