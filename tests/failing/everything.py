"""All kinds, from the modules that record them."""

from tests.failing import kinds_answering, kinds_refusing, kinds_storing  # noqa: F401 - they record
from tests.failing.kinds import KINDS

__all__ = ["KINDS"]
