"""The source of an obligation, and how reliable it is."""

from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    """How a fact is known, from most to least reliable."""

    RFC = "rfc"
    DOCUMENTED = "documented"
    MICROSOFT_CODE = "microsoft-code"
    VALIDATOR = "validator"
    OBSERVED = "observed"
    UNCONFIRMED = "unconfirmed"
    """A single source that could not be reached again, or no longer says it."""
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Citation:
    """A source: its name for readers, its address, and its kind of evidence."""

    title: str
    url: str
    evidence: Evidence
    row: str = ""
    """The row of the register of standards that it cites (see `rfc.rows`); empty: none."""


def rfc7643(section: str) -> Citation:
    """Cite a section of RFC 7643, SCIM core schema."""
    return _rfc(7643, section)


def rfc6749(section: str) -> Citation:
    """Cite a section of RFC 6749, OAuth 2.0."""
    return _rfc(6749, section)


def rfc7644(section: str) -> Citation:
    """Cite a section of RFC 7644, SCIM protocol."""
    return _rfc(7644, section)


def rfc9110(section: str) -> Citation:
    """Cite a section of RFC 9110, HTTP semantics."""
    return _rfc(9110, section)


def _rfc(number: int, section: str) -> Citation:
    url = f"https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"
    return Citation(f"RFC {number} section {section}", url, Evidence.RFC)


def issue(reference: str, evidence: Evidence = Evidence.OBSERVED) -> Citation:
    """Cite a GitHub issue or pull request, written `owner/name#number`."""
    repository, number = reference.split("#")
    return Citation(reference, f"https://github.com/{repository}/issues/{number}", evidence)
