"""A server that meets the interop profile where it contradicts Entra, and the honest one: each passes what the other
fails, and the document names the contradiction once."""

from http import HTTPStatus

import msgspec
import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.catalogue.columns import model
from scim_conformance.demo.app import Go, Target, body_of, operations
from scim_conformance.demo.shapes import refusal
from scim_conformance.reporting.conformance import Conformance, conformance
from tests.proof.standards import performed
from tests.unit.test_columns import run

PLAYED = ("RFC-PAT-20", "RFC-PAT-31", "ENT-UPD-01/compliant", "ENT-UPD-02/compliant")


async def without_path_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Refuse an operation without a path, as section 6.5.1.1 of the interop profile asks."""
    if request.method == "PATCH" and not all(one.get("path") for one in operations(body_of(request))):
        return refusal(HTTPStatus.BAD_REQUEST, "An operation needs a path", "invalidSyntax")
    return await go(request)


def document(*, strict: bool) -> Conformance:
    played = performed([without_path_400] if strict else [], PLAYED)
    return conformance(run(*played), model.columns(), model.columns())


@pytest.mark.parametrize(
    ("strict", "interop", "others"), [(True, "passed", "failed"), (False, "failed", "passed")], ids=["strict", "honest"]
)
def test_what_one_standard_passes_the_other_fails(*, strict: bool, interop: str, others: str) -> None:
    found = document(strict=strict)
    cells = {one.column.id: one.cells for one in found.columns}
    assert cells["interop"]["INT-6.5.1.1-a"].word == interop
    assert cells["rfc"]["7644-3.5.2.1-b"].word == others
    (dispute,) = [one for one in found.disputes if one.told.id == "C1"]
    said = {name.id: one.cell.word for one in dispute.positions if one.cell is not None for name in one.columns}
    assert said == {
        "rfc": others, "entra-compliant": others, "entra-gallery": others, "validator": others,
        "interop": interop, "ipsie-al1": interop, "ipsie-al2": interop,
    }  # fmt: skip
    assert msgspec.to_builtins(dispute.told.one) == "switch"
