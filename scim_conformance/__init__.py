"""Conformance tests for SCIM 2.0 targets: what Microsoft Entra ID's provisioning service sends, replayed and judged.

Not issued or endorsed by Microsoft; as documented and observed up to `FACTS_AS_OF`.
"""

__version__ = "0.1.0"

FACTS_AS_OF = "2026-11-23"
"""Date up to which Microsoft's documentation and the field reports behind the suites were read."""
