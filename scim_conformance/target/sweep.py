"""Searches a target for everything that has the tag of a run, whether or not the run knows of it.

A search by a name's prefix comes first (`userName sw "sct…"`). If it is refused, returns all resources, or is not known
to find existing ones, the list is read instead, up to `MOST_PAGES` pages per type.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scim_conformance.scenario import tags
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member
from scim_conformance.scim.urlencode import dotnet_quote
from scim_conformance.target.ids import NAMES, Resource, is_id
from scim_conformance.target.removal import CannotRemove, Remover

PAGE = 100
MOST_PAGES = 20
"""Maximum pages of a list that are read."""


@dataclass
class SweepResult:
    """What a sweep of one type found: names by resource. `whole`: nothing was omitted; otherwise `note` says what
    was."""

    names: dict[Resource, str]
    whole: bool = True
    note: str | None = None


def starts_with(kind: str, text: str) -> str:
    """Return the raw query of a search by a name's prefix."""
    quoted = dotnet_quote(f'{NAMES[kind]} sw "{text}"')
    return f"{urns.ENDPOINTS[kind]}?filter={quoted}&startIndex=1&count={PAGE}"


def sweep(remover: Remover, kind: str, tag: str, *, searchable: bool | None) -> SweepResult:
    """Search for the resources of one type that have the tag.

    `searchable`: whether a search is known to find existing resources; None: unknown.

    Raises:
        CannotRemove: nothing can be listed. The message says why.
        TransportFailure: no response arrived.
    """
    found = _searched(remover, kind, tag) if searchable is not False else None
    if found is not None and (searchable or found):
        return SweepResult(found)
    listed = _listed(remover, kind, tag)
    listed.names |= found or {}
    return listed


def is_found(answer: Any, kind: str, tag: str, resource: Resource) -> bool:
    """Return whether the response to a search contains a resource, and none without the tag."""
    held = [*_resources(answer, kind)]
    return all(tags.carries(tag, name) for _, name in held) and resource in {one for one, _ in held}


def _searched(remover: Remover, kind: str, tag: str) -> dict[Resource, str] | None:
    """Return what a search for each form of the tag finds; None: it is refused, or returns all resources."""
    found: dict[Resource, str] = {}
    for form in tags.forms(tag):
        answer = remover.send("GET", starts_with(kind, form))
        held = [*_resources(answer.json, kind)] if answer.status == 200 and _is_list(answer.json) else None
        if held is None or len(held) >= PAGE or not all(tags.carries(tag, name) for _, name in held):
            return None
        found |= dict(held)
    return found


def _listed(remover: Remover, kind: str, tag: str) -> SweepResult:
    """Return what a list shows, page by page, until a page is empty or shows nothing new.

    totalResults does not end it: a target may return the size of the page there.
    """
    found, seen, start = SweepResult({}), set[Resource](), 1
    for _ in range(MOST_PAGES):
        answer = remover.send("GET", f"{urns.ENDPOINTS[kind]}?startIndex={start}&count={PAGE}")
        if answer.status != 200 or not _is_list(answer.json):
            raise CannotRemove(f"{kind}s cannot be listed: GET {urns.ENDPOINTS[kind]} returns {answer.status}")
        held = elements(answer.json.get("Resources"))
        page = dict(_resources(answer.json, kind))
        found.names |= {one: name for one, name in page.items() if tags.carries(tag, name)}
        start += len(held)
        if not held:
            return found
        if not page.keys() - seen:
            # A target that ignores startIndex returns all resources again; else, what follows this page cannot be seen.
            found.whole = member(answer.json, "totalResults") == len(seen)
            break
        seen |= page.keys()
    else:
        found.whole = False
    if not found.whole:
        found.note = f"only the first {len(seen):,} {kind.lower()}s of the list were searched"
    return found


def _is_list(body: Any) -> bool:
    return isinstance(body, dict) and isinstance(body.get("Resources", []), list)


def _resources(body: Any, kind: str) -> Iterator[tuple[Resource, str]]:
    """Yield each resource of a list with its name; one without a name is not ours."""
    for one in elements(member(body, "Resources")):
        identifier, name = member(one, "id"), member(one, NAMES[kind])
        if is_id(identifier):
            yield (kind, str(identifier)), name if isinstance(name, str) else ""
