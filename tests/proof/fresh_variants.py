"""Twenty-five further legal variants, written from the note and the RFCs, before anybody looked who alarms on them.

They are not in the registry of the embedded target. Above each stands, in own words, what allows it.
"""

from importlib import import_module

from tests.proof.fresh_variants_store import FRESH_VARIANTS

__all__ = ["FRESH_VARIANTS"]

for _theme in ("answers", "values", "service"):
    import_module(f"tests.proof.fresh_variants_{_theme}")
