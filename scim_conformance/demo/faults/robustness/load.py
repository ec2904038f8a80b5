"""Faults in many requests in a second."""

import time
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import refusal


def _too_many(target: Target, most: int, seconds: float = 1) -> bool:
    """Tell whether more than so many requests came in the last seconds; those that are refused do not count."""
    now = time.monotonic()
    recent = [moment for moment in target.notes.get("recent", []) if now - moment < seconds]
    target.notes["recent"] = recent if len(recent) >= most else [*recent, now]
    return len(recent) >= most


def _burst(wire: Wire) -> list[Reply]:
    return [wire.get("/Users/nobody") for _ in range(20)]


@defect(
    Kind.ROBUSTNESS,
    "throttled",
    "More than ten requests in a second return 429, with Retry-After",
    "Microsoft Q&A 1922038",
    named="SRV-LOD-01#load-{number}.served",
    row="B17",
    flags=("--suite", "service"),
)
async def throttled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _too_many(target, 10):
        response = refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests")
        response.headers["Retry-After"] = "1"
        return response
    return await go(request)


@probe("throttled")
def throttled_shows(wire: Wire) -> bool:
    return any(one.status == 429 and "retry-after" in one.headers for one in _burst(wire))


@defect(
    Kind.ROBUSTNESS,
    "throttled-without-hint",
    "More than ten requests in a second return 429, without Retry-After",
    "getsentry/sentry#27302",
    named="SRV-LOD-01#load-{number}.served",
    row="B17",
    flags=("--suite", "service"),
)
async def throttled_without_hint(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _too_many(target, 10):
        return refusal(HTTPStatus.TOO_MANY_REQUESTS, "You are being rate limited.")
    return await go(request)


@probe("throttled-without-hint")
def throttled_without_hint_shows(wire: Wire) -> bool:
    return any(one.status == 429 and "retry-after" not in one.headers for one in _burst(wire))


@defect(
    Kind.ROBUSTNESS,
    "throttled-as-500",
    "Under load requests return 500: REQUEST_LIMIT_EXCEEDED",
    "databricks/databricks-sdk-go#721",
    named="ENT-CRE-01#create.status",
    row="B17",
    leaves="deletions are refused as well",
)
async def throttled_as_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _too_many(target, 15, 60):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "REQUEST_LIMIT_EXCEEDED")
    return await go(request)


@probe("throttled-as-500")
def throttled_as_500_shows(wire: Wire) -> bool:
    return any(one.status == 500 for one in _burst(wire))
