"""What holds for every answer, whatever it answers: media type, JSON, ids, errors, schemas, no secrets.

The player applies these to each exchange; they are folded into results of their own (`STD-…`) at the end of a run and
do not redden the scenarios in which they were seen.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.citations import Citation, Evidence, rfc7643, rfc7644
from scim_conformance.scenario.exchange import Answer, Credential, Endpoint, Outgoing
from scim_conformance.scim import jsonschemas, urns
from scim_conformance.scim.paths import elements, member

MOST_RESOURCES = 20
"""Resources of one list that are held against the schema: the rest would only repeat them."""

_TUTORIAL = Citation(
    "Microsoft: Develop and plan provisioning for a SCIM endpoint",
    "https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups",
    Evidence.DOCUMENTED,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A standing check applied once: its key, and what was found instead (None when it is met)."""

    key: str
    actual: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing check. `judge` yields nothing where it does not apply, None when met, else what was found."""

    key: str
    title: str
    expected: str
    level: Level
    citation: Citation
    so: str
    fix: str
    judge: Callable[[Outgoing, Answer], Iterator[str | None]]
    covers: tuple[str, ...] = ()
    """Rows of the register of requirements (see `requirements`)."""
    since: str = "0.1.0"


def judge(outgoing: Outgoing, answer: Answer) -> list[Finding]:
    """Apply every standing check to one exchange; of a token endpoint, which speaks OAuth, only that it is discreet."""
    checks = [one for one in STANDING if outgoing.endpoint is Endpoint.SCIM or one.key == "STD-SEC-01"]
    return [Finding(check.key, actual) for check in checks for actual in check.judge(outgoing, answer)]


def _declared_json(_: Outgoing, answer: Answer) -> Iterator[str | None]:
    if answer.body and answer.ok:
        media = _media(answer)
        yield None if media.endswith(("/json", "+json")) else f"Content-Type is {media or 'missing'}"


def _declared_scim(_: Outgoing, answer: Answer) -> Iterator[str | None]:
    media = _media(answer)
    if answer.body and answer.ok and media.endswith(("/json", "+json")):
        yield None if media == urns.MEDIA_TYPE else f"Content-Type is {media}"


def _media(answer: Answer) -> str:
    return (answer.header("Content-Type") or "").partition(";")[0].strip().lower()[:80]


def _json(_: Outgoing, answer: Answer) -> Iterator[str | None]:
    if answer.ok and (answer.body or answer.problem):
        yield None if answer.unreadable is None else f"the body is {answer.unreadable}"


def _string_ids(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    for resource in _resources(outgoing, answer):
        found = member(resource, "id")
        if found is not None:
            yield None if isinstance(found, str) and found else f"id is {_short(found)}"


def _same_id(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    if outgoing.resource is None or not answer.ok or not isinstance(answer.json, dict):
        return
    found = member(answer.json, "id")
    if found is not None:
        asked = outgoing.resource[1]
        yield None if str(found) == asked else f"the answer for id {_short(asked)} carries id {_short(found)}"


def _no_secret(_: Outgoing, answer: Answer) -> Iterator[str | None]:
    if answer.leaks:
        yield "the answer contains " + ", ".join(answer.leaks)
    elif answer.body and isinstance(answer.json, dict):
        held = any(member(resource, "password") is not None for resource in _all_resources(answer.json))
        yield "a resource carries the attribute password" if held else None


def _scim_error(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    if answer.status < 400 or outgoing.credential is not Credential.TOKEN:
        return
    if not answer.body and answer.status == 404:
        return
    if answer.unreadable is not None:
        yield f"the {answer.status} has {answer.unreadable}"
        return
    found = jsonschemas.problems("error", answer.json)
    yield f"the {answer.status} is no SCIM error: {found[0]}" if found else None


def _valid_list(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    if not _is_list(outgoing, answer):
        return
    found = jsonschemas.problems("list-response", answer.json)
    if not found:
        found = _inconsistent(answer.json)
    yield from _found(found)


def _found(problems: list[str]) -> list[str | None]:
    return [*problems] if problems else [None]


def _inconsistent(body: dict[str, Any]) -> list[str]:
    held, total = len(elements(body.get("Resources"))), body["totalResults"]
    return [f"totalResults is {total}, but {held} Resources are returned"] if held > total else []


def _valid_resources(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    if "attributes=" in outgoing.target.replace("excludedAttributes=", ""):
        return
    schema = "user" if "/Users" in outgoing.target else "group"
    for resource in _resources(outgoing, answer)[:MOST_RESOURCES]:
        body = jsonschemas.canonical(resource, jsonschemas.document(schema))
        yield from _found(jsonschemas.problems(schema, body)[:3])


def _spelled(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    schema = jsonschemas.document("user" if "/Users" in outgoing.target else "group")
    for resource in _resources(outgoing, answer)[:MOST_RESOURCES]:
        found = sorted(set(jsonschemas.recased(resource, schema)))
        yield f"spelled in another letter case: {', '.join(found[:5])}" if found else None


_KINDS = re.compile(r"^/*(Users|Groups)\b")


def _is_list(outgoing: Outgoing, answer: Answer) -> bool:
    of_type = outgoing.target.partition("?")[0].rstrip("/").endswith(("/Users", "/Groups"))
    return outgoing.method == "GET" and of_type and answer.status == 200 and isinstance(answer.json, dict)


def _resources(outgoing: Outgoing, answer: Answer) -> list[Any]:
    # What a deletion is answered with beside 204 is no resource: RFC 7644 section 3.6 knows none.
    if outgoing.method == "DELETE" or not answer.ok or not isinstance(answer.json, dict):
        return []
    if not _KINDS.match(outgoing.target):
        return []
    if _is_list(outgoing, answer):
        return [entry for entry in elements(answer.json.get("Resources")) if isinstance(entry, dict)]
    return [answer.json]


def _all_resources(body: dict[str, Any]) -> list[Any]:
    return [body, *(entry for entry in elements(body.get("Resources")) if isinstance(entry, dict))]


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else value
    return text if len(text) <= 60 else text[:57] + "…"


LATE = Standing(
    "STD-LAG-01",
    "A write is visible at once",
    "what was written can be read in the next request",
    Level.SHOULD,
    _TUTORIAL,
    "Entra reads in the next request, and creates the account again when it does not find it",
    "read after write from the primary store",
    lambda _outgoing, _answer: iter(()),
)
"""Applied by the player, which alone knows how long it had to wait."""

STANDING: tuple[Standing, ...] = (
    Standing(
        "STD-MED-01",
        "Answers are declared as JSON",
        "Content-Type application/scim+json",
        Level.ENTRA,
        _TUTORIAL,
        "Entra cannot read the answer and reports invalid credentials or an incompatible service",
        "answer with Content-Type: application/scim+json",
        _declared_json,
        ("M18", "B05"),
    ),
    Standing(
        "STD-MED-02",
        "Answers are declared as application/scim+json",
        "Content-Type application/scim+json",
        # The tutorial asks for it and Microsoft's validator refuses anything else (MicrosoftDocs/azure-docs#116775),
        # but targets that answer application/json are in production with Entra, so it does not turn the verdict.
        Level.SHOULD,
        _TUTORIAL,
        "every test of Microsoft's SCIM Validator fails, though the provisioning service itself reads the answer",
        "answer with Content-Type: application/scim+json",
        _declared_scim,
        ("M18", "B10"),
    ),
    Standing(
        "STD-JSN-01",
        "Bodies are JSON",
        "a JSON object in UTF-8, without duplicate keys",
        Level.MUST,
        rfc7644("3.8"),
        "Entra cannot read the answer; the object fails and is retried",
        "write bodies with a JSON library and answer errors as JSON too",
        _json,
        ("B07",),
    ),
    Standing(
        "STD-IDS-01",
        "Ids are strings",
        "id is a non-empty JSON string",
        Level.MUST,
        rfc7643("3.1"),
        "Entra stores the id as text; another type breaks links and memberships",
        "return id as a string, whatever the database key is",
        _string_ids,
        ("B34",),
    ),
    Standing(
        "STD-IDS-02",
        "Ids never change",
        "the id under which the resource was asked for",
        Level.MUST,
        rfc7643("3.1"),
        "Entra addresses the resource by the first id it was given, for ever",
        "return the same id in every answer for a resource",
        _same_id,
        ("M34",),
    ),
    Standing(
        "STD-SEC-01",
        "No secret in an answer",
        "no password and no credential in the body or the headers",
        Level.MUST,
        rfc7643("4.1.1"),
        "secrets end up in Entra's provisioning logs, which many people can read",
        "never return password (returned: never) or the caller's credential",
        _no_secret,
    ),
    Standing(
        "STD-ERR-01",
        "Errors are SCIM errors",
        'a JSON body with schemas ["urn:ietf:params:scim:api:messages:2.0:Error"] and status as a string',
        # RFC 7644 section 3.12 says MUST. Entra works without it: it acts on the status, and shows the body to the
        # administrator as it is. So it is advice here; a 404 may even have no body (Microsoft's tutorial).
        Level.SHOULD,
        rfc7644("3.12"),
        "the administrator reads this body in the provisioning log and does not learn what to do",
        "answer errors with the SCIM error object; detail in one sentence",
        _scim_error,
        ("B19",),
    ),
    Standing(
        "STD-SCH-01",
        "Lists are ListResponse messages",
        "schemas, totalResults and Resources as RFC 7644 section 3.4.2 has them",
        Level.MUST,
        rfc7644("3.4.2"),
        "Entra cannot tell whether the account exists, and creates it again or stops",
        "return a ListResponse for every query, empty ones too",
        _valid_list,
        ("M19", "B32", "B33"),
    ),
    Standing(
        "STD-SCH-02",
        "Resources have the types of the schema",
        "every known attribute has the JSON type that RFC 7643 gives it",
        Level.MUST,
        rfc7643("2.3"),
        "Entra cannot compare the attribute, and fails or sends the same change in every cycle",
        "return JSON booleans, strings, arrays and objects as the schema says; leave out what has no value",
        _valid_resources,
        ("B36",),
    ),
    Standing(
        "STD-SCH-03",
        "Attribute names are spelled as in the schema",
        "attribute names in the letter case of RFC 7643",
        # RFC 7643 section 2.1: names are case insensitive, so another spelling is legal; and Entra's message to a
        # target that answered with `Active` was that it should have the attribute active (Microsoft Q&A 2238842).
        Level.SHOULD,
        Citation("Microsoft Q&A 2238842", "https://learn.microsoft.com/answers/questions/2238842", Evidence.OBSERVED),
        "Entra was seen not to find the attribute active in an answer that spelled it otherwise",
        "spell attribute names as the schema does: userName, active, emails",
        _spelled,
        ("B35",),
    ),
    LATE,
)
