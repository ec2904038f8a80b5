"""What the server says about itself: RFC 7644 section 4."""

from typing import TYPE_CHECKING, Any

from tests.failing.shapes import CORE, ENTERPRISE, ENTERPRISE_SPEC, EXACT, GROUP_SPEC, USER_SPEC, Resource, ScimError

if TYPE_CHECKING:
    from tests.failing.server import Reply

NAMESPACE = "urn:ietf:params:scim:schemas:core:2.0"
REQUIRED = {"userName"}


def discovered(base: str, method: str, path: list[str]) -> "Reply":
    """Return the response for a path that is neither of a user nor of a group."""
    from tests.failing.server import LIST, Reply

    name = (path or [""])[0].lower()
    if name == "serviceproviderconfig" and len(path) == 1:
        return Reply(_only_read(method), _config(base))
    every = {"schemas": _schemas, "resourcetypes": _types}.get(name)
    if every is None or len(path) > 2:
        raise ScimError(404, f"There is nothing at /{'/'.join(path)}")
    found = [one for one in every(base) if len(path) == 1 or one["id"].lower() == path[1].lower()]
    if len(path) == 2:
        if not found:
            raise ScimError(404, f"There is no {path[1]}")
        return Reply(_only_read(method), found[0])
    many = {"schemas": [LIST], "totalResults": len(found), "startIndex": 1, "itemsPerPage": len(found)}
    return Reply(_only_read(method), many | {"Resources": found})


def _only_read(method: str) -> int:
    if method != "GET":
        raise ScimError(405, f"{method} is not supported here")
    return 200


def _config(base: str) -> Resource:
    off = {"supported": False}
    scheme = {"type": "oauthbearertoken", "name": "Bearer token", "description": "A token in the Authorization header"}
    return {
        "schemas": [f"{NAMESPACE}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": off | {"maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": 200},
        "changePassword": off,
        "sort": off,
        "etag": off,
        "authenticationSchemes": [scheme],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def _types(base: str) -> list[Resource]:
    found = []
    for kind, urn in CORE.items():
        extra = [{"schema": ENTERPRISE, "required": False}] if kind == "Users" else []
        place = {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/{kind[:-1]}"}
        own = {"id": kind[:-1], "name": kind[:-1], "endpoint": f"/{kind}", "description": kind, "schema": urn}
        found.append({"schemas": [f"{NAMESPACE}:ResourceType"], **own, "schemaExtensions": extra, "meta": place})
    return found


def _schemas(base: str) -> list[Resource]:
    specs = {CORE["Users"]: USER_SPEC, CORE["Groups"]: GROUP_SPEC, ENTERPRISE: ENTERPRISE_SPEC}
    return [
        {
            "schemas": [f"{NAMESPACE}:Schema"],
            "id": urn,
            "name": urn.rpartition(":")[2] if urn != ENTERPRISE else "EnterpriseUser",
            "description": "What a resource has",
            "attributes": [_attribute(name, value) for name, value in spec.items()],
            "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{urn}"},
        }
        for urn, spec in specs.items()
    ]


def _attribute(name: str, spec: Any) -> Resource:
    own = spec[0] if isinstance(spec, list) else spec
    found = {
        "name": name,
        "type": "complex" if isinstance(own, dict) else "reference" if name == "$ref" else own,
        "multiValued": isinstance(spec, list),
        "description": name,
        "required": name in REQUIRED,
        "caseExact": name in EXACT,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "server" if name == "userName" else "none",
    }
    if name == "$ref":
        found["referenceTypes"] = ["User", "Group"]
    if isinstance(own, dict):
        found["subAttributes"] = [_attribute(sub, value) for sub, value in own.items()]
    return found
