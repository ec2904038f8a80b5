"""Sources of checks: rows of the register of standards, by their permanent ids, such as `7644-3.4.2-e`."""

from collections.abc import Callable

from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import Citation, Evidence

Binding = Callable[[Obligation], Check]
"""Makes an obligation a check of a row of the register."""

_OWASP = {
    "API1": "0xa1-broken-object-level-authorization",
    "API2": "0xa2-broken-authentication",
    "API3": "0xa3-broken-object-property-level-authorization",
    "API4": "0xa4-unrestricted-resource-consumption",
    "API5": "0xa5-broken-function-level-authorization",
    "API7": "0xa7-server-side-request-forgery",
    "API8": "0xa8-security-misconfiguration",
    "API9": "0xa9-improper-inventory-management",
}
_INTEROP = "https://datatracker.ietf.org/doc/html/draft-zollner-scim-interop-profile-01"
_TOP_TEN = "https://owasp.org/API-Security/editions/2023/en"
_ASVS = Citation(
    "OWASP ASVS 5.0, V1 Encoding and Sanitization",
    "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x10-V1-Encoding-and-Sanitization.md",
    Evidence.DOCUMENTED,
)


def row(identifier: str, section: str = "") -> Citation:
    """Cite a row of the register; `section`: the section of the document, where the id has another one."""
    document, _, rest = identifier.partition("-")
    named = section or rest.rpartition("-")[0]
    if document == "SEC":
        return _owasp(identifier, named)
    if document == "INT":
        title = f"draft-zollner-scim-interop-profile-01 section {named}"
        return Citation(title, f"{_INTEROP}#section-{named}", Evidence.DOCUMENTED, identifier)
    url = f"https://www.rfc-editor.org/rfc/rfc{document}#section-{named}"
    return Citation(f"RFC {document} section {named}", url, Evidence.RFC, identifier)


def _owasp(identifier: str, named: str) -> Citation:
    page = _OWASP.get(named)
    if page is None:
        return Citation(_ASVS.title, _ASVS.url, _ASVS.evidence, identifier)
    title = f"OWASP API Security Top 10 2023, {named}"
    return Citation(title, f"{_TOP_TEN}/{page}/", Evidence.DOCUMENTED, identifier)


def must(identifier: str, *, so: str, fix: str, section: str = "") -> Binding:
    """Return what makes an obligation the MUST of a row. `so`: what breaks; `fix`: what the vendor changes."""
    return lambda obligation: obligation.must(row(identifier, section), so=so, fix=fix)


def should(identifier: str, *, so: str, fix: str, section: str = "") -> Binding:
    """Return what makes an obligation advice on a row."""
    return lambda obligation: obligation.should(row(identifier, section), so=so, fix=fix)


def prerequisite(obligation: Obligation, source: Citation, without: str) -> Check:
    """Return what makes an obligation a condition of a scenario: where it is not met, the row is not tested, because of
    what `without` says."""
    told = obligation.should(source, so=f"this row is not tested: {without}", fix="nothing, if on purpose")
    return told.vital()
