"""What every response must meet: media type, JSON, ids, errors, schemas, no secrets.

The player applies these checks to each response; they become separate results (`STD-…`) at the end of a run and do not
fail the scenarios in which they were seen.
"""

from collections.abc import Iterator
from itertools import islice

from scim_conformance.scenario.checks import RFC_ONLY, Level
from scim_conformance.scenario.citations import Citation, Evidence, rfc7643, rfc7644
from scim_conformance.scenario.exchange import Answer, Endpoint, Outgoing
from scim_conformance.scenario.standing_check import Standing, StandingFinding
from scim_conformance.scenario.standing_judges import (
    answered,
    declared_json,
    declared_scim,
    is_json,
    names_extensions,
    no_secret,
    of_own_type,
    one_primary,
    same_id,
    scim_error,
    spelled,
    string_ids,
    valid_list,
    valid_resources,
)

MOST_FINDINGS = 200
"""Findings of one standing check on one response; more of them would only repeat."""


_TUTORIAL = Citation(
    "Microsoft: Develop and plan provisioning for a SCIM endpoint",
    "https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups",
    Evidence.DOCUMENTED,
)


def judge(outgoing: Outgoing, answer: Answer) -> list[StandingFinding]:
    """Apply every standing check to one response; for a token endpoint, which uses OAuth, only the one about
    secrets."""
    checks = [one for one in STANDING if outgoing.endpoint is Endpoint.SCIM or one.key == "STD-SEC-01"]
    return [
        StandingFinding(check.key, actual)
        for check in checks
        for actual in islice(check.judge(outgoing, answer), MOST_FINDINGS)
    ]


def unanswered(outgoing: Outgoing, why: str) -> StandingFinding:
    """Return the finding on a request of Entra's that got no response, twice."""
    place = outgoing.target.partition("?")[0]
    if outgoing.resource is not None:
        place = f"/{outgoing.resource[0]}s/{{id}}"
    return StandingFinding(ANSWERED.key, f"{outgoing.method} {place[:60]} got no response twice: {why}")


ANSWERED = Standing(
    "STD-ANS-01",
    "Every request gets a response",
    "a response to every request of Entra's, with any status, before the timeout of the run",
    Level.ENTRA,
    Citation(
        "Microsoft: Analyze the Microsoft Entra provisioning logs",
        "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs",
        Evidence.DOCUMENTED,
    ),
    "the change is not saved: Entra logs a timeout or a protocol error, and sends the request again 40 minutes later",
    (
        "send a response to this request, with an error if it cannot be processed; the target's log may say why "
        "there was none"
    ),
    answered,
)
"""Fails only if such a request got no response twice, and the target responded to a GET in between."""

LATE = Standing(
    "STD-LAG-01",
    "A write is visible immediately",
    "a written value can be read in the next request",
    Level.SHOULD,
    _TUTORIAL,
    "Entra reads in the next request, and creates the account again if it does not find it",
    "read after write from the primary store",
    lambda _outgoing, _answer: iter(()),
)
"""Applied by the player, which is the only one to know how long it had to wait."""

DENIED_BY = ("ENT-CRE-01#read-back.same", "ENT-GRP-01#read.same", "RFC-RES-01#read.object")
"""A read that returns another resource, or none, denies the ids of creations and other responses too."""

STRANGER = Standing(
    "STD-IDS-03",
    "A creation returns the new resource",
    "the id in the response to a POST belongs to the created resource",
    Level.MUST,
    rfc7644("3.3"),
    "Entra links the wrong account to the user, then changes and disables it",
    "return the id of the new resource for a POST, or 409 if it cannot be created",
    lambda _outgoing, _answer: iter(()),
    ("B52",),
    after=DENIED_BY,
)
"""Applied by the run, which reads each new id before it writes to it (see `target.ledger`)."""


def _in_no_response(_: Outgoing, answer: Answer) -> Iterator[str | None]:
    del answer
    return iter(())


def _refused(key: str, what: str, where: str, cause: str, covers: tuple[str, ...]) -> Standing:
    return Standing(
        key,
        f"A {what} can be created with every mapped attribute",
        f"POST {where} with every mapped attribute is accepted",
        Level.ENTRA,
        _TUTORIAL,
        f"no {what} is provisioned: Entra sends every mapped attribute that has a value, and records the creation as "
        "failed",
        "return 201, and store the attribute or ignore it; if the application cannot use it, remove its mapping in "
        "Entra and from the profile",
        _in_no_response,
        covers,
        cause=cause,
    )


REFUSED = {
    "user": _refused("STD-CRE-01", "user", "/Users", "refused.users", ("B43", "B51b")),
    "group": _refused("STD-CRE-02", "group", "/Groups", "refused.groups", ("B43",)),
}
"""Applied by the run, which finds out once what a refused creation contains (see `entra.refusing`)."""

BY_THE_RUN = (LATE, STRANGER, ANSWERED, *REFUSED.values())
"""What no single response shows."""

STANDING: tuple[Standing, ...] = (
    STRANGER,
    *REFUSED.values(),
    Standing(
        "STD-MED-01",
        "Responses are declared as JSON",
        "Content-Type application/scim+json",
        Level.ENTRA,
        _TUTORIAL,
        "Entra cannot read the response and reports invalid credentials or an incompatible service",
        "return Content-Type: application/scim+json",
        declared_json,
        ("M18", "B05"),
    ),
    Standing(
        "STD-MED-02",
        "Responses are declared as application/scim+json",
        "Content-Type application/scim+json",
        # The tutorial requires it and Microsoft's validator rejects anything else (MicrosoftDocs/azure-docs#116775),
        # but targets that return application/json are in production with Entra, so it does not change the verdict.
        Level.SHOULD,
        _TUTORIAL,
        "every test of Microsoft's SCIM Validator fails, although the provisioning service itself reads the response",
        "return Content-Type: application/scim+json",
        declared_scim,
        ("M18", "B10"),
    ),
    Standing(
        "STD-JSN-01",
        "Bodies are JSON",
        "a JSON object in UTF-8, without duplicate keys",
        Level.MUST,
        rfc7644("3.8"),
        "Entra cannot read the response; the object fails and is retried",
        "return a JSON object, made by a JSON library",
        is_json,
        ("B07",),
    ),
    Standing(
        "STD-IDS-01",
        "Ids are strings",
        "id is a non-empty JSON string",
        Level.MUST,
        rfc7643("3.1"),
        "Entra stores the id as a string; another type breaks links and memberships",
        "return id as a string, whatever the type of the database key",
        string_ids,
        ("B34",),
    ),
    Standing(
        "STD-IDS-02",
        "Ids never change",
        "the id under which the resource was requested",
        Level.MUST,
        rfc7643("3.1"),
        "later changes are lost: Entra addresses a resource by the first id that it received",
        "return the same id in every response for a resource",
        same_id,
        ("M34",),
        after=DENIED_BY,
    ),
    Standing(
        "STD-SEC-01",
        "No secret in a response",
        "no password and no credentials in the body or the headers",
        Level.MUST,
        rfc7643("4.1.1"),
        "secrets end up in Entra's provisioning logs, which many people can read",
        "never return password (returned: never) or the caller's credentials",
        no_secret,
    ),
    Standing(
        "STD-ERR-01",
        "Errors are SCIM errors",
        'a JSON body with schemas ["urn:ietf:params:scim:api:messages:2.0:Error"] and its own status as a string',
        # Entra acts on the status, and shows the body to the administrator unchanged. A 404 may even have no body
        # (Microsoft's tutorial).
        Level.SHOULD,
        rfc7644("3.12"),
        "the administrator reads this body in the provisioning log and does not learn what to do",
        "return errors as the SCIM error object; explain the error in detail, in one sentence",
        scim_error,
        ("B19",),
        labelled=RFC_ONLY,
    ),
    Standing(
        "STD-SCH-01",
        "Lists are ListResponse messages",
        "schemas, totalResults and Resources according to RFC 7644 section 3.4.2",
        Level.MUST,
        rfc7644("3.4.2"),
        "Entra cannot tell whether the account exists, and creates it again or stops",
        "return a ListResponse for every query, including empty ones",
        valid_list,
        ("M19", "B32", "B33"),
    ),
    Standing(
        "STD-SCH-02",
        "Resources have the types of the schema",
        "every known attribute has its JSON type from RFC 7643",
        Level.MUST,
        rfc7643("2.3"),
        "Entra cannot read or compare the attribute, and the account fails or keeps a wrong value",
        "return JSON booleans, strings, arrays and objects according to the schema; omit attributes without a value",
        valid_resources,
        ("B36",),
    ),
    Standing(
        "STD-SCH-03",
        "Attribute names are spelled as in the schema",
        "attribute names in the letter case of RFC 7643",
        # RFC 7643 section 2.1: names are case insensitive, so another spelling is legal; but Entra's message about a
        # target that returned `Active` was that the attribute active was missing (Microsoft Q&A 2238842, which could
        # not be read again).
        Level.SHOULD,
        Citation(
            "Microsoft Q&A 2238842", "https://learn.microsoft.com/answers/questions/2238842", Evidence.UNCONFIRMED
        ),
        "Entra may not find the attribute active in a response that spells it differently",
        "spell attribute names exactly as the schema does: userName, active, emails",
        spelled,
        ("B35",),
    ),
    Standing(
        "STD-TYP-01",
        "Resources say which type they are",
        'meta.resourceType, if it is there, is "User" at /Users and "Group" at /Groups',
        Level.MUST,
        # RFC 7644 section 3.3.1: SHALL. Microsoft's tutorial lists meta.resourceType in each response that it requires.
        # A target may have a name of its own in /ResourceTypes, and may leave meta out: only another kind is wrong.
        rfc7644("3.3.1"),
        "a client that reads the type treats a group as a user, or a user as a group, and changes the wrong object",
        'return "User" as meta.resourceType of users, and "Group" of groups, in every response',
        of_own_type,
    ),
    Standing(
        "STD-PRI-01",
        "One element at most is primary",
        "primary is true in at most one element of a list",
        Level.MUST,
        rfc7643("2.4"),
        "a client that looks for the primary e-mail address or telephone number finds two, and uses the wrong one",
        "set primary to false in the other elements when one becomes primary, and return what is stored",
        one_primary,
    ),
    Standing(
        "STD-SCH-04",
        "Resources name the schemas of their extensions",
        "schemas contains the URN of every extension that the resource has",
        # Entra reads an extension by its URN as a key; no source says that it looks at schemas of a response.
        Level.SHOULD,
        rfc7643("3"),
        "a client that reads schemas first ignores the extension, and with it the manager and the department",
        "add the extension's URN to schemas whenever one of its attributes is returned, or do not return it",
        names_extensions,
        labelled=RFC_ONLY,
    ),
    ANSWERED,
    LATE,
)
