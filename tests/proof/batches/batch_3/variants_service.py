"""Fresh legal variants in tokens and in what a server says about itself."""

import base64
import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import Only, refusal
from scim_conformance.demo.tokens import PATH
from tests.proof.batches.batch_3.variants_store import GALLERY, legal


def _part(said: dict[str, Any] | bytes) -> str:
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


# RFC 6749 section 1.4: a token is opaque to the client, and RFC 6750 section 2.1 bounds no length. Entra sends back
# what it was given (note 1.2).
@legal("token-jwt", "Access tokens are JWTs of some 2,000 characters", "RFC 6749 section 1.4; RFC 6750 2.1", GALLERY)
async def token_jwt(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.status == HTTPStatus.OK and response.body is not None:
        given = str(response.body["access_token"])
        claims = {"iss": "https://login.example", "jti": given, "roles": [f"scim.role.{one}" for one in range(60)]}
        token = ".".join([_part({"alg": "RS256", "typ": "JWT"}), _part(claims), _part(given.encode() * 6)])
        target.tokens.given[token] = target.tokens.given.pop(given)
        response.body["access_token"] = token
    return response


# RFC 7643 section 5 and RFC 7644 sections 3.4.2.3, 3.7 and 3.14: bulk, sorting, ETags and passwords are optional, and
# the configuration says so. Entra uses none of them (note 1.5).
@legal("extras-off", "There are no bulk requests, sorting, ETags, and it is said", "RFC 7643 section 5", GALLERY)
async def extras_off(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.strip("/") == "Bulk":
        target.check_auth(request)
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "Bulk requests are not supported")
    request.query = {key: said for key, said in request.query.items() if key not in {"sortBy", "sortOrder"}}
    response = await go(request)
    response.headers = Only({key: said for key, said in response.headers.items() if key != "ETag"})
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body |= {name: {"supported": False} for name in ("sort", "etag", "changePassword")}
        response.body |= {"bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0}}
    for resource in (response.body or {}).get("Resources", [response.body or {}]):
        resource.get("meta", {}).pop("version", None)
    return response


def _schemas(request: ScimRequest, response: ScimResponse) -> Iterator[dict[str, Any]]:
    """Yield each schema that an answer describes."""
    if request.path.startswith("/Schemas") and response.body is not None:
        yield from response.body.get("Resources", [response.body])


RARE = {"ims", "photos", "x509Certificates", "entitlements", "groups"}


# RFC 7643 sections 2.2 and 4.1: these attributes are optional, and a schema names what the server has. Entra maps none
# of them (note 3.1), and entitlements are not supported (8 no. 22).
@legal("schemas-fewer", "/Schemas leaves out what Entra does not map: ims, photos, groups", "RFC 7643 4.1", GALLERY)
async def schemas_fewer(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for schema in _schemas(request, response):
        schema["attributes"] = [one for one in schema.get("attributes", []) if one["name"] not in RARE]
    return response


# RFC 7643 section 8.7.2: in the schema of schemas required and caseExact are not required themselves, and section 2.2
# has false for the default of both. The note's 7: what has no value is left out.
@legal("schemas-terse", "/Schemas leaves out required and caseExact where they are false", "RFC 7643 8.7.2", GALLERY)
async def schemas_terse(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for schema in _schemas(request, response):
        schema.pop("description", None)
        _shorten(schema.get("attributes", []))
    return response


def _shorten(attributes: list[dict[str, Any]]) -> None:
    for attribute in attributes:
        for name in ("required", "caseExact"):
            if attribute.get(name) is False:
                del attribute[name]
        _shorten(attribute.get("subAttributes", []))
