"""Faults in what the documents promise: ETags, immutable attributes, the moment that a time means, the right error."""

import re
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import ids, op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import created
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, filter_of, is_query, refilter, resources


@defect(
    Kind.STANDARDS,
    "etag-not-sent",
    "The configuration offers ETags, and no response has the header",
    "our deduction: the version is kept in meta.version alone",
    named="RFC-DSC-04/etag#use.etag",
)
async def etag_not_sent(_: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    response.headers.pop("ETag", None)
    return response


@probe("etag-not-sent")
def etag_not_sent_shows(wire: Wire) -> bool:
    reply = wire.get(f"/Users/{wire.user()}")
    assert reply.json["meta"]["version"]
    return "etag" not in reply.headers


@defect(
    Kind.STANDARDS,
    "division-immutable-in-name",
    "/Schemas declares division immutable, and a change of it is stored",
    "our deduction: a description that the code does not read",
    named="RFC-SCH-07#read.immutable",
)
async def division_immutable_in_name(_: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    schemas = resources(response) if request.path.startswith("/Schemas") else []
    attributes = [one for schema in schemas if schema["id"] == ENTERPRISE for one in schema["attributes"]]
    for attribute in attributes:
        if attribute["name"] == "division":
            attribute["mutability"] = "immutable"
    return response


@probe("division-immutable-in-name")
def division_immutable_in_name_shows(wire: Wire) -> bool:
    (schema,) = (one for one in wire.get("/Schemas").listed if one["id"] == ENTERPRISE)
    user = wire.user(**{ENTERPRISE: {"division": "A"}})
    assert wire.change(user, replaced(f"{ENTERPRISE}:division", "B")).status in {200, 204}
    assert wire.read(user)[ENTERPRISE]["division"] == "B"
    return [one["mutability"] for one in schema["attributes"] if one["name"] == "division"] == ["immutable"]


OFFSET = re.compile(r'(\d\d:\d\d:\d\d(?:\.\d+)?)[+-]\d\d:\d\d"')


@defect(
    Kind.STANDARDS,
    "offset-not-read",
    "In a filter, 14:00+02:00 is compared as 14:00 in UTC",
    "our deduction: a column without a time zone",
    named="RFC-FLT-16#offset.found",
)
async def offset_not_read(_: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users"):
        refilter(request, OFFSET.sub(r'\1Z"', filter_of(request)))
    return await go(request)


@probe("offset-not-read")
def offset_not_read_shows(wire: Wire) -> bool:
    user = wire.user()
    born = datetime.fromisoformat(wire.read(user)["meta"]["created"])
    before = (born - timedelta(hours=1)).astimezone(timezone(timedelta(hours=2)))
    return ids(wire.find("Users", f'meta.created gt "{before.isoformat(timespec="seconds")}"').listed) == []


@defect(
    Kind.STANDARDS,
    "filter-error-generic",
    "An unknown operator is refused with the scimType invalidValue",
    "our deduction: one handler for everything that is not valid",
    named="RFC-FLT-03#find.other-type",
)
async def filter_error_generic(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.BAD_REQUEST and filter_of(request) and response.body:
        response.body["scimType"] = "invalidValue"
    return response


@probe("filter-error-generic")
def filter_error_generic_shows(wire: Wire) -> bool:
    return bool(wire.find("Users", 'userName xx "a"').json["scimType"] == "invalidValue")


def _tracing(response: ScimResponse) -> ScimResponse:
    if response.body and int(response.status) >= HTTPStatus.BAD_REQUEST:
        detail: Any = response.body.get("detail")
        response.body["detail"] = f"{detail}\n\tat com.example.Handler.handle(Handler.java:12)"
    return response


@defect(
    Kind.STANDARDS,
    "change-error-with-trace",
    "The detail of a PATCH that is refused ends with a stack trace",
    "our deduction: a handler that prints the exception",
    named="SEC-ERR-01#path.internals",
)
async def change_error_with_trace(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    return _tracing(response) if request.method == "PATCH" else response


@probe("change-error-with-trace")
def change_error_with_trace_shows(wire: Wire) -> bool:
    user = created(wire)["id"]
    return "Handler.java" in wire.change(user, op("replace", "emails[", "x")).json["detail"]
