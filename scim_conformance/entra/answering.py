"""What every response to a kind of Entra's requests must meet: queries, creations, changes."""

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Dialect
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.obligations.answers import has_header, located_here, located_itself, status, status_below
from scim_conformance.scenario.obligations.lists import found_only, none_found, resources_listed
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scim import paths


def answers_queries(so: str) -> Check:
    """The status of every query: 200, even when nothing is found. Filters are optional in RFC 7644 section 3.4.2.2."""
    fix = "support this filter: return 200 with a ListResponse, which is empty if nothing matches"
    return status(200).entra(ms.TUTORIAL, so=so, fix=fix)


def nobody(so: str, attribute: str) -> Check:
    """The body of a query by this attribute that must find nothing."""
    fix = "apply the filter, and return totalResults 0 when nothing matches"
    return filtered(none_found(), attribute, so=so, fix=fix, section="3.4.2")


NOT_NULL = resources_listed().entra(
    ms.NULL_RESOURCES,
    so="Test Connection fails, and the job goes into quarantine",
    fix="return an empty array as Resources when nothing matches, or omit it",
)
"""The body of a query that finds nothing."""


def filtered(obligation: Obligation, attribute: str, *, so: str, fix: str, section: str = "3.4.2.2") -> Check:
    """Set the source and the level of a query's obligations.

    A sub-attribute after a filter in brackets, as in `emails[type eq "work"].value eq`, is not part of the grammar in
    RFC 7644 section 3.4.2.2: only Entra requires it.
    """
    if paths.parse(attribute).simple:
        return obligation.must(rfc7644(section), so=so, fix=fix)
    return obligation.entra(ms.TUTORIAL, so=so, fix=fix)


def the_one(name: str, attribute: str, what: str = "account") -> Check:
    """The body of a query by this attribute that must find exactly one resource."""
    return filtered(
        found_only(name),
        attribute,
        so=f"Entra does not recognize the {what}: it creates a second one, or stops with DuplicateTargetEntries",
        fix="compare the whole value with eq, and return exactly the matching resources",
    )


def no_server_error(fix: str, *, key: str = "answered") -> Check:
    """The status of a request that a target may refuse: a refusal must state the reason, which a 5xx does not."""
    so = f"Entra treats a 5xx as a transient error, and repeats a request that cannot succeed: {ms.RETRIED}"
    # 501: the operation is not supported (RFC 7644 section 3.12), which other scenarios report.
    return status_below(500, key, also=(501,)).entra(ms.LOGS, so=so, fix=fix)


def linked(so: str = "Entra cannot link the account") -> Check:
    """The id in the response to a creation. RFC 7644 section 3.3: the body SHOULD be the resource."""
    return has_id().entra(ms.TUTORIAL, so=so, fix="return the created resource with its id")


LOCATED = has_header("Location").rfc_only(
    rfc7644("3.3"),
    so="nothing breaks in Entra, but other clients rely on it",
    fix="return a Location header with the resource's URI",
)


LOCATED_HERE = located_here().should(
    ms.INNER_HOST,
    so="clients that follow it are sent to a host that they cannot reach; Entra itself uses the id",
    fix="build URLs from the host and the path of the request, behind a proxy from its Forwarded headers",
)


LOCATED_ITSELF = located_itself().rfc_only(
    rfc7643("3.1"),
    so="clients that follow it get a list or another resource, and may change that one; Entra itself uses the id",
    fix="return the address of the resource itself, with its id: not that of the list, or of another resource",
)
"""RFC 7643 section 3.1: meta.location is the URI of the resource being returned. RFC 7644 section 3.3: Location is the
same. Microsoft's documentation does not mention either, and its validator does not compare them."""


def not_found() -> Check:
    """The status of a DELETE of what does not exist: only Microsoft's validator sends one."""
    return status(404).rfc_only(rfc7644("3.6"), so="a preview test of Microsoft's validator fails", fix="return 404")


def accepts_patch(dialect: Dialect | None) -> Check:
    """The status of every PATCH.

    PATCH is optional in the RFC (RFC 7644 section 3.5.2). The RFC defines `replace`, not `Replace`, and allows neither
    dots nor URNs in the keys of an operation without a path (RFC 7643 section 2.1).
    """
    so, fix = (
        f"the change is not saved: {ms.RETRIED}",
        "implement these operations for this attribute, and return 200 or 204",
    )
    if dialect is Dialect.LEGACY:
        fix = f"{fix}; accept op in any letter case"
    return status(200, 204).entra(ms.COMPATIBILITY, so=so, fix=fix)


ANY_ERROR = tuple(range(400, 600))
"""What a preparing step may return whose result is not judged there."""
ANY_REFUSAL = tuple(range(400, 500))
"""What a preparing step may return where a target need not support it."""
