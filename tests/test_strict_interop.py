"""A server that meets the interop profile where it contradicts Entra, and the honest one: each passes what the other
fails, and the document names the contradiction once."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.utils import load_default_schemas

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.columns import model
from scim_conformance.catalogue.standards.page import judging
from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.shapes import refusal, resources
from scim_conformance.reporting.conformance import Conformance, conformance
from tests.proof.standards import performed
from tests.unit.test_columns import run

INTEROP = next(one for one in model.columns() if one.id == "interop")
ENTRA = ("ENT-UPD-01/compliant", "ENT-UPD-02/compliant", "ENT-GRP-01")
COMMON = {"schemas", "id", "externalid", "meta", "operations"}


@cache
def described() -> frozenset[str]:
    """Return the names that /Schemas describes, and the URNs, in lower case."""
    schemas = load_default_schemas().values()
    names = {str(one.name).lower() for schema in schemas for one in schema.attributes or []}
    return frozenset(COMMON | names | {str(schema.id).lower() for schema in schemas})


def undefined(body: Any) -> bool:
    """Tell whether a creation or a change names an attribute or a schema that is not described."""
    if not isinstance(body, dict):
        return False
    paths = [str(one.get("path")) for one in operations(body)]
    told = [str(one) for one in body.get("schemas") or []] if not paths else []
    plain = [path.partition("[")[0].partition(".")[0] for path in paths if not path.lower().startswith("urn:")]
    return any(name.lower() not in described() for name in (*body, *told, *plain))


async def strict(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Serve a request as the interop profile asks where it differs from the embedded target (sections 4 to 6.5.2.1)."""
    body = body_of(request)
    if request.method == "PATCH":
        if not all(one.get("path") for one in operations(body)):
            return refusal(HTTPStatus.BAD_REQUEST, "An operation needs a path", "invalidSyntax")
        set_body(request, {**body, "Operations": [*whole(operations(body))]})
    if request.method in {"POST", "PATCH"} and not request.path.endswith("/.search") and undefined(body):
        return refusal(HTTPStatus.BAD_REQUEST, "An attribute or a schema is not described", "invalidSyntax")
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["interopProfileConformant"] = True
    for part in parts(response) if request.path == "/Schemas" else ():
        part.setdefault("canonicalValues", ["other"])
    return response


def whole(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield operations with which a replaced name loses the parts that are not given (section 6.5.2.1)."""
    for one in found:
        if (str(one.get("op")).lower(), one.get("path")) == ("replace", "name"):
            yield {"op": "remove", "path": "name"}
        yield one


def parts(response: ScimResponse) -> Iterator[dict[str, Any]]:
    """Yield the sub-attributes `type` of what /Schemas returns."""
    for schema in resources(response):
        for attribute in schema["attributes"]:
            yield from (one for one in attribute.get("subAttributes") or () if one["name"] == "type")


def played() -> set[str]:
    """Return the scenarios that judge the rows of the profile, and some of Entra's."""
    found = {*ENTRA}
    for row in model.requirements_of(INTEROP):
        how = model.judged_by().get(row.id)
        rows = [row.id, *(how.by + how.broken_by if how else ())]
        found |= {check.id.partition("#")[0] for name in rows for check in judging().get(name, ())}
        found |= {name.partition("#")[0] for name in rows if "#" in name}
    known = {one.id for one in scenarios.shipped_templates()}
    return {one for one in found if one.partition("/")[0] in known and "{" not in one}


@cache
def document(*, is_strict: bool) -> Conformance:
    results = performed([strict] if is_strict else [], played())
    return conformance(run(*results), model.columns(), model.columns())


def words(found: Conformance, column: str) -> dict[str, str]:
    return {name: cell.word for one in found.columns if one.column.id == column for name, cell in one.cells.items()}


@pytest.mark.parametrize(
    ("is_strict", "interop", "others"),
    [(True, "passed", "failed"), (False, "failed", "passed")],
    ids=["strict", "honest"],
)
def test_what_one_standard_passes_the_other_fails(*, is_strict: bool, interop: str, others: str) -> None:
    found = document(is_strict=is_strict)
    assert words(found, "interop")["INT-6.5.1.1-a"] == interop
    assert words(found, "rfc")["7644-3.5.2.1-b"] == others
    (dispute,) = [one for one in found.disputes if one.told.id == "C1"]
    said = {name.id: one.cell.word for one in dispute.positions if one.cell is not None for name in one.columns}
    assert said == {
        "rfc": others, "entra-compliant": others, "entra-gallery": others, "validator": others,
        "interop": interop, "ipsie-al1": interop, "ipsie-al2": interop,
    }  # fmt: skip
    assert msgspec.to_builtins(dispute.told.one) == "switch"


def test_a_strict_server_fails_no_row_of_the_profile() -> None:
    found = words(document(is_strict=True), "interop")
    assert failing("interop", is_strict=True) == set()
    judged = [row.id for row in model.requirements_of(INTEROP) if row.is_must and found[row.id] == "passed"]
    assert len(judged) >= PASSED


PASSED = 22
"""Rows of the profile that a strict server passes, at least; the others need more than 100 users, or have no check."""

OPPOSITE = {"INT-5.3-a", "INT-6.5.1.1-a", "INT-6.5.2.1-b"}
"""Where the profile asks for the opposite of what Entra, or RFC 7644, needs."""


def failing(column: str, *, is_strict: bool) -> set[str]:
    return {name for name, word in words(document(is_strict=is_strict), column).items() if word == "failed"}


def test_the_honest_server_fails_where_the_documents_contradict_each_other() -> None:
    assert failing("interop", is_strict=False) == OPPOSITE
    strict_words = words(document(is_strict=True), "interop")
    assert {name: strict_words[name] for name in OPPOSITE} == dict.fromkeys(OPPOSITE, "passed")


def test_entra_does_not_work_with_a_strict_server() -> None:
    assert failing("entra-compliant", is_strict=True) >= {"B43", "B64"}
    assert failing("entra-compliant", is_strict=False) == set()
