"""Every attack, by its name."""

from tests.hostile import (
    attacks_create,
    attacks_match,
    attacks_more,
    attacks_read,
    attacks_write,
    leaving,
    leaving_more,
)
from tests.hostile.attacking import ATTACKS

MODULES = (attacks_create, attacks_read, attacks_match, attacks_write, attacks_more, leaving, leaving_more)

__all__ = ["ATTACKS", "MODULES"]
