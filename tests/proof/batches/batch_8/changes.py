"""Eighth batch: faults in what a PATCH changes, and in what it leaves."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, id_of, keys_of, path_of, rewrite, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_4.store import typed
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_7.store import left
from tests.proof.batches.batch_8.store import eighth


@eighth(
    Kind.PATCH,
    "last-pathless-only",
    "Of an add and a replace without a path in one request the last one alone is applied",
    "Note 4.1, a merged add beside a replace, and 13.1 P1; RFC 7644 section 3.5.2, each operation is applied",
    MUST,
)
async def last_pathless_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    last = next((one for one in reversed(found) if keys_of(one)), None)
    left(request, found, lambda one: not keys_of(one) or one is last)
    return await go(request)


@eighth(
    Kind.PATCH,
    "pathless-alone",
    "A request with an operation without a path ignores those with a path beside it, such as a new e-mail",
    "Note 4.1, replace in multi-valued is a separate operation; RFC 7644 section 3.5.2, each operation is applied",
    MUST,
)
async def pathless_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any(keys_of(one) for one in found):
        rewrite(request, [one for one in found if keys_of(one)])
    return await go(request)


@eighth(
    Kind.PATCH,
    "address-part-replaces",
    "A change of one part of the work address, such as the city, removes the parts that the request does not name",
    "Note 4.1, siblings stay, and 14.4 B127; RFC 7644 section 3.5.2.3, only the sub-attribute is replaced",
    MUST,
)
async def address_part_replaces(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said: dict[str, set[str]] = {}
    for name, kind, part in (found for one in changes(request) if verb(one) != "remove" and (found := typed(one))):
        if name == "addresses":
            said.setdefault(kind, {"type", "primary"}).add(part)

    def only_said(user: dict[str, Any]) -> None:
        for address in user.get("addresses") or []:
            for part in set(address) - said.get(str(address.get("type")), set(address)):
                del address[part]

    response = await go(request)
    if said and succeeded(response):
        amend(target, id_of(request), only_said, response)
    return response


@eighth(
    Kind.PATCH,
    "changed-email-untyped",
    "An e-mail that is changed loses its type, so the next change adds another e-mail",
    "Note 14.3 B51, and 4.1, a PATCH changes its target alone; RFC 7644 section 3.5.2.3",
    MUST,
)
async def changed_email_untyped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [found for one in changes(request) if verb(one) != "remove" and (found := typed(one))]
    kinds = {kind for name, kind, part in named if (name, part) == ("emails", "value")}

    def untyped(user: dict[str, Any]) -> None:
        for email in user.get("emails") or []:
            if email.get("type") in kinds:
                del email["type"]

    response = await go(request)
    if kinds and succeeded(response):
        amend(target, id_of(request), untyped, response)
    return response


@eighth(
    Kind.PATCH,
    "capital-remove-ignored",
    "“Remove” with a capital returns a success and removes nothing; “Add” and “Replace” work, and “remove” too",
    "Note 8 no. 13, op is compared without regard to letter case, 4.1 and 6.1, the legacy forms",
    NEEDED,
)
async def capital_remove_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = [*changes(request), *changes(request, "Groups")]
    left(request, found, lambda one: verb(one) != "remove" or one.get("op") == "remove" or not path_of(one))
    return await go(request)
