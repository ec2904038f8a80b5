"""Tenth batch: faults of security."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered, authorize, id_of
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_5.store import kind_of, succeeded
from tests.proof.batches.batch_6.store import SHOULD
from tests.proof.batches.batch_10.store import replaces, tenth

TRACE = (
    "\n\tat com.example.scim.web.ResourceController.handle(ResourceController.java:214)"
    "\n\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)"
    "\n\tat java.base/java.lang.Thread.run(Thread.java:840)"
)


@tenth(
    Kind.ERRORS,
    "trace-in-error",
    "The detail of every error but 401 ends with a stack trace: the handler prints the exception",
    "OWASP API8; ASVS 16.5.1, errors tell nothing of the inside; RFC 7644 section 3.12, detail is for people",
    MUST,
)
async def trace_in_error(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if not succeeded(response) and response.status != HTTPStatus.UNAUTHORIZED and response.body:
        response.body["detail"] = f"com.example.scim.ScimException: {response.body.get('detail')}{TRACE}"
    return response


@tenth(
    Kind.CONNECTION,
    "put-needs-no-token",
    "A PUT needs no token: the rule of the gateway names GET, POST, PATCH and DELETE",
    "RFC 7644 section 2, requests are authenticated, and section 3.12, 401; OWASP API2 and API5",
    MUST,
)
async def put_needs_no_token(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PUT":
        authorize(target, request)
    return await go(request)


@tenth(
    Kind.CONNECTION,
    "query-token-accepted",
    "A request without Authorization is served where the address has the token as access_token: the library takes both",
    "RFC 6750 section 2.3; RFC 7644 section 7.5.2, secrets in addresses are in logs; ASVS 14.2.1",
    SHOULD,
)
async def query_token_accepted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.header("Authorization") is None and request.query.get("access_token") == target.token:
        authorize(target, request)
    return await go(request)


@tenth(
    Kind.CONNECTION,
    "users-cached-publicly",
    "Every read of users may be cached by anybody for five minutes: the gateway's setting for static files covers all",
    "RFC 7644 section 7.5.2, personal information; ASVS 14.3.2; OWASP API8",
    MUST,
)
async def users_cached_publicly(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    reads = request.method == "GET" and kind_of(request) == "Users"
    response = await go(request)
    if reads and succeeded(response):
        response.headers["Cache-Control"] = "public, max-age=300"
    return response


@tenth(
    Kind.CONNECTION,
    "method-override-obeyed",
    "A POST with X-HTTP-Method-Override: DELETE deletes the user: a filter of the framework is on by default",
    "OWASP API5; ASVS 4.1.4; RFC 7644 section 3.2, the method of a request says what it does",
    MUST,
)
async def method_override_obeyed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    meant = request.header("X-HTTP-Method-Override")
    if request.method == "POST" and meant:
        request.method = meant.upper()
    return await go(request)


@tenth(
    Kind.GROUPS,
    "put-groups-join",
    "A PUT of a user with groups makes the user a member of them: the whole body is bound to the entity",
    "RFC 7643 section 4.1.2, groups, MUST be changed by way of the Group; RFC 7644 section 3.5.1, readOnly; OWASP API3",
    MUST,
)
async def put_groups_join(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = replaces(request, "Users").get("groups")
    response = await go(request)
    for one in wanted if isinstance(wanted, list) and succeeded(response) else []:
        if isinstance(one, dict):
            _join(target, str(one.get("value")), id_of(request))
    return response


def _join(target: Target, group: str, user: str) -> None:
    def add(found: dict[str, Any]) -> None:
        others = [one for one in found.get("members") or [] if one.get("value") != user]
        found["members"] = [*others, {"value": user}]

    if any(one.id == group and not hasattr(one, "user_name") for one in target.stored()):
        amend(target, group, add)
