"""How the fifth batch is kept, and how its faults read requests."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Target
from scim_conformance.demo.shapes import refusal
from tests.proof.batches.batch import Batch

fifth = Batch()
FIFTH, FIFTH_LEVEL = fifth.defects, fifth.levels

GALLERY = "gallery-2026"


def refused(
    target: Target,
    request: ScimRequest,
    detail: str,
    scim_type: str | None = None,
    status: HTTPStatus = HTTPStatus.BAD_REQUEST,
) -> ScimResponse:
    """Return an error, to a request with a valid token only."""
    target.check_auth(request)
    return refusal(status, detail, scim_type)


def kind_of(request: ScimRequest) -> str:
    """Return the resource type that the path of a request begins with, such as `Users`."""
    return request.path.strip("/").partition("/")[0]


def succeeded(response: ScimResponse) -> bool:
    """Tell whether a request did what it asked for."""
    return int(response.status) < HTTPStatus.MULTIPLE_CHOICES


def same(path: str, name: str) -> bool:
    """Tell whether a path is that of an attribute, in any letter case."""
    return path.lower() == name.lower()


def is_true(value: Any) -> bool:
    """Tell whether a value means true, as JSON or as a string."""
    return value is True or str(value).lower() == "true"
