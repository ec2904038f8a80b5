"""What is said of an id that is not known to belong to this run."""

from scim_conformance.target.ids import Resource
from scim_conformance.target.ledger import Denial


def named(resource: Resource) -> str:
    """Return a resource in words, with its id cut to 40 characters."""
    return f"the {resource[0].lower()} with the id {resource[1][:40]}"


def not_ours(resource: Resource, said: str) -> str:
    """Return why nothing is written to a resource; `said`: what a GET by its id showed."""
    # Without the id, so that many of a kind read the same: the record of the request has it.
    return f"no request writes to a new {resource[0].lower()} that is not known to belong to this run: {said}"


def denied_in_words(denial: Denial) -> str:
    """Return what is wrong with the response to a creation."""
    return f"the response to a creation returns {named(denial.resource)}, but {denial.sentence}"
