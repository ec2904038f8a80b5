"""Twenty-four further defects, written from the protocol note alone, before anybody looked whether a check sees them.

They are not in the registry of the embedded target. Each `source` names the section of the note or of the RFC.
"""

from importlib import import_module

from tests.proof.fresh_second_store import SECOND, SECOND_LEVEL

__all__ = ["SECOND", "SECOND_LEVEL"]

for _theme in ("accounts", "service"):
    import_module(f"tests.proof.fresh_second_{_theme}")
