"""Every fault that was made for a check, in the order in which docs/proof.md names them."""

from importlib import import_module

from tests.proof.made.faults import MADE as _FOUND

for _module in ("faults", "reads", "counted"):
    import_module(f"{__package__}.{_module}")

MADE = dict(_FOUND)
"""By the id that the check has in the catalogue."""
