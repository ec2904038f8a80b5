"""Thirty further defects, written from the protocol note and the RFCs alone, before anybody looked who sees them.

They are not in the registry of the embedded target. Each `source` names the section of the note or of the RFC.
"""

from importlib import import_module

from tests.proof.fresh_third_store import THIRD, THIRD_LEVEL

__all__ = ["THIRD", "THIRD_LEVEL"]

for _theme in ("accounts", "changes", "lives", "service"):
    import_module(f"tests.proof.fresh_third_{_theme}")
