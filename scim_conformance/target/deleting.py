"""Whether a target deletes: how far a response to DELETE can be trusted, by type of resource.

A response proves little. A target may return 204 and keep the account, or return 404 because it does not support
DELETE. So the first responses of a type are checked with a GET. If DELETE is refused or ignored, it is not repeated
after every scenario: the run continues with what is there, and lists what it created at the end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from scim_conformance.scenario.exchange import Answer

GONE = frozenset({404, 410})
PASSING = frozenset({408, 409, 412, 423, 425, 429})
"""Refusals that may be temporary: the clean-up at the end of the run tries again."""

MOST_FAILURES = 2
"""5xx responses in a row after which a type counts as not deletable."""


@dataclass
class Deletions:
    """What is known in this process. `refused`: why resources of a type are not deleted, as sentences."""

    refused: dict[str, str] = field(default_factory=dict)
    _believed: set[str] = field(default_factory=set)
    _failures: int = 0

    def are_believed(self, kind: str) -> bool:
        """Return whether a successful DELETE removes a resource of this type."""
        return kind in self._believed

    def works(self, kind: str) -> None:
        """Record that a resource of this type was deleted and is gone."""
        self._believed.add(kind)
        self.refused.pop(kind, None)

    def is_done(self, kind: str, answer: Answer, read: Callable[[], Answer | None]) -> bool:
        """Return whether a resource is gone after this response to its DELETE. `read` gets it once more."""
        if answer.ok or answer.status in GONE:
            return self._is_gone(kind, answer, read)
        self._failures = self._failures + 1 if answer.status >= 500 else 0
        lasting = answer.status not in PASSING and answer.status < 500
        if lasting or answer.status == 501 or self._failures >= MOST_FAILURES:
            self.refused[kind] = f"DELETE returns {answer.status}"
        return False

    def _is_gone(self, kind: str, answer: Answer, read: Callable[[], Answer | None]) -> bool:
        self._failures = 0
        if kind in self._believed:
            return True
        found = read()
        if found is not None and found.status in GONE:
            self.works(kind)
            return True
        if found is not None and found.ok:
            self.refused[kind] = f"DELETE returns {answer.status}, but the resource is still there"
        return False
