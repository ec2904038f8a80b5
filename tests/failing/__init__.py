"""An independent SCIM server in memory, and kinds of it that fail as real ones do.

Nothing here imports the product: the server is written from RFC 7643 and 7644 and from what Entra ID sends.
"""
