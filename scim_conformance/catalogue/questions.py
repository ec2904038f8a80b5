"""The questions that a certificate answers, each with the scenarios that answer it."""

from functools import cache

import msgspec

from scim_conformance.catalogue.scenarios import matches
from scim_conformance.scim.locations import QUESTIONS
from scim_conformance.system import inputs


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question; yes is what a customer wants to read. `by`: scenarios, by id or prefix."""

    asks: str
    by: list[str]

    def is_about(self, identifier: str) -> bool:
        """Return whether a scenario answers it."""
        return any(matches(identifier, one) for one in self.by)


class _Questions(msgspec.Struct, forbid_unknown_fields=True):
    question: list[Question]


@cache
def questions() -> list[Question]:
    """Return all of them, in the order of the journey."""
    return msgspec.convert(inputs.toml(QUESTIONS), _Questions).question
