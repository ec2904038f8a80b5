"""How each standing check judges an answer: nothing where it does not apply, None when met, else what was found."""

import re
from collections.abc import Iterator
from typing import Any

from scim_conformance.scenario.exchange import Answer, Credential, Outgoing, Sender
from scim_conformance.scim import formats, jsonschemas, urns
from scim_conformance.scim.paths import elements, member
from scim_conformance.scim.samples import sample

MOST_RESOURCES = 20
"""Resources of one list that are compared with the schema; more of them would only repeat."""


def answered(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    del answer
    if outgoing.by is Sender.ENTRA:
        yield None


def declared_json(_: Outgoing, answer: Answer) -> Iterator[str | None]:
    if answer.body and answer.ok:
        other = [media for media in _media(answer) or [""] if not _is_json(media)]
        yield f"Content-Type is {other[0] or 'missing'}" if other else None


def declared_scim(_: Outgoing, answer: Answer) -> Iterator[str | None]:
    found = _media(answer)
    if not (answer.body and answer.ok and found and all(map(_is_json, found))):
        return
    if len(found) > 1:
        # One message has one media type (RFC 9110 section 5.3), and which of several counts is up to the client.
        yield f"Content-Type is sent {len(found)} times: {', '.join(found[:5])}"
    else:
        yield None if found[0] == urns.MEDIA_TYPE else f"Content-Type is {found[0]}"


def _media(answer: Answer) -> list[str]:
    """Return the media types that a response declares: one for each Content-Type header."""
    said = [value for name, value in answer.headers if name.lower() == "content-type"]
    return [one.partition(";")[0].strip().lower()[:80] for one in said]


def _is_json(media: str) -> bool:
    return media.endswith(("/json", "+json"))


DEEP = b"[" * 200
"""In a body of ours that is nested so deeply that a target which returns it cannot be read."""


def is_json(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    if outgoing.method == "HEAD" or DEEP in (outgoing.body or b""):
        return  # HEAD has no body, and what is nested too deeply to read may be what was sent
    if answer.ok and (answer.body or answer.problem):
        yield None if answer.unreadable is None else f"the body is {answer.unreadable}"


def string_ids(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    for resource in _resources(outgoing, answer):
        found = member(resource, "id")
        if found is not None:
            yield None if isinstance(found, str) and found else f"id is {_short(found)}"


def same_id(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    if outgoing.resource is None or outgoing.method == "POST" or not answer.ok or not isinstance(answer.json, dict):
        return
    found = member(answer.json, "id")
    if found is not None:
        asked = outgoing.resource[1]
        yield None if str(found) == asked else f"the response for id {_short(asked)} has the id {_short(found)}"


def no_secret(_: Outgoing, answer: Answer) -> Iterator[str | None]:
    if answer.leaks:
        yield "the response contains " + ", ".join(answer.leaks)
    elif answer.body and isinstance(answer.json, dict):
        held = any(_shows_password(resource) for resource in _all_resources(answer.json))
        yield "a resource contains the attribute password" if held else None


def scim_error(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    if answer.status < 400 or outgoing.method == "HEAD" or outgoing.credential is not Credential.TOKEN:
        return
    if not answer.body and answer.status == 404:
        return
    if answer.unreadable is not None:
        yield f"the {answer.status} has {answer.unreadable}"
        return
    found = jsonschemas.problems("error", answer.json)
    if isinstance(member(answer.json, "detail"), list | dict):
        # Some targets echo the whole request there: its content must not appear in a sentence.
        found = ["detail is not a JSON string"]
    said = str(member(answer.json, "status"))
    if not found and said != str(answer.status):
        found = [f"status is {_short(said)}"]
    yield f"the {answer.status} is not a SCIM error: {found[0]}" if found else None


def valid_list(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
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


LEFT_OUT = frozenset(f"the body: {name!r} is missing" for name in ("userName", "displayName"))
"""What the response to a write may omit: a creation SHOULD return the resource (RFC 7644 section 3.3), and after a
change the complete resource is not necessary (Microsoft's tutorial). A read returns it."""


def valid_resources(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    if "attributes=" in outgoing.target.replace("excludedAttributes=", ""):
        return
    schema = "user" if "/Users" in outgoing.target else "group"
    for resource in _resources(outgoing, answer)[:MOST_RESOURCES]:
        body = jsonschemas.canonical(sample(resource), formats.document(schema))
        found = jsonschemas.problems(schema, body)
        yield from _found([one for one in found if outgoing.method == "GET" or one not in LEFT_OUT][:3])


def spelled(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    schema = formats.document("user" if "/Users" in outgoing.target else "group")
    for resource in _resources(outgoing, answer)[:MOST_RESOURCES]:
        found = sorted(set(jsonschemas.recased(sample(resource), schema)))
        yield f"spelled in different letter case: {', '.join(found[:5])}" if found else None


OTHER_TYPES = frozenset({"group", "user", "enterpriseuser", "serviceproviderconfig", "resourcetype", "schema"})
"""Names of resource types that RFC 7643 defines. Any other name may be that of the target's own type."""


def of_own_type(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    own = "User" if outgoing.target.lstrip("/").startswith("Users") else "Group"
    for resource in _resources(outgoing, answer)[:MOST_RESOURCES]:
        found = member(member(resource, "meta"), "resourceType")
        if isinstance(found, str):
            is_other = found.lower() in OTHER_TYPES - {own.lower()}
            yield f"meta.resourceType of a {own.lower()} is {_short(found)}" if is_other else None


def one_primary(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    for resource in _resources(outgoing, answer)[:MOST_RESOURCES]:
        lists = {name: value for name, value in resource.items() if isinstance(value, list)}
        marked = {name: [one for one in value if member(one, "primary") is True] for name, value in lists.items()}
        several = [name for name, found in marked.items() if len(found) > 1]
        if any(marked.values()):
            yield f"{len(marked[several[0]])} elements of {several[0]} are primary" if several else None


def names_extensions(outgoing: Outgoing, answer: Answer) -> Iterator[str | None]:
    for resource in _resources(outgoing, answer)[:MOST_RESOURCES]:
        named = {str(one).lower() for one in elements(member(resource, "schemas"))}
        shown = [name for name, value in resource.items() if name.lower().startswith("urn:") and _has_values(value)]
        if shown:
            unnamed = [name for name in shown if name.lower() not in named]
            yield f"schemas does not contain {_short(unnamed[0])}" if unnamed else None


def _has_values(extension: object) -> bool:
    """Return whether anything in an extension has a value: null and an empty list mean that there is none (RFC 7643
    section 2.5)."""
    return isinstance(extension, dict) and any(one not in (None, []) for one in extension.values())


_KINDS = re.compile(r"^/*(Users|Groups)\b")


def _is_list(outgoing: Outgoing, answer: Answer) -> bool:
    of_type = outgoing.target.partition("?")[0].rstrip("/").endswith(("/Users", "/Groups"))
    return outgoing.method == "GET" and of_type and answer.status == 200 and isinstance(answer.json, dict)


def _resources(outgoing: Outgoing, answer: Answer) -> list[Any]:
    # A response to a deletion other than 204 contains no resource: RFC 7644 section 3.6 defines none.
    if outgoing.method == "DELETE" or not answer.ok or not isinstance(answer.json, dict):
        return []
    # What a search returns is chosen by its body, which is not looked at here.
    if not _KINDS.match(outgoing.target) or (outgoing.method == "POST" and outgoing.only_reads):
        return []
    if _is_list(outgoing, answer):
        return [entry for entry in elements(answer.json.get("Resources")) if isinstance(entry, dict)]
    return [answer.json]


def _shows_password(resource: Any) -> bool:
    """Return whether a resource has the attribute password: its own, or below the URN of a schema."""
    below = [value for name, value in resource.items() if name.lower().startswith("urn:")]
    return any(member(one, "password") is not None for one in (resource, *below))


def _all_resources(body: dict[str, Any]) -> list[Any]:
    return [body, *(entry for entry in elements(body.get("Resources")) if isinstance(entry, dict))]


def _short(value: object) -> str:
    text = repr(sample(value, 5)) if not isinstance(value, str) else value
    return text if len(text) <= 60 else text[:57] + "…"
