"""A request and its response as Allure's HTTP viewer shows them, with a curl command."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allure_commons.model2 import ATTACHMENT_PATTERN, Attachment
from allure_commons.types import AttachmentType

from scim_conformance.reporting import curl
from scim_conformance.verdict.results import Recorded

CURL = "curl"
"""The name of an attachment with a command."""


@dataclass(frozen=True)
class AttachedFile:
    """A file of a step: how the step names it, and what is in it."""

    attachment: Attachment
    body: str


def evidence(shown: Recorded, *, as_curl: bool) -> Iterator[AttachedFile]:
    """Yield a request and response for Allure's own HTTP viewer; if a check failed, also a curl command."""
    yield AttachedFile(_named("exchange", VIEWER, "json"), viewed(shown))
    if as_curl:
        text = f"{REMOVED}\n{curl.command(shown)}\n"
        yield AttachedFile(_named(CURL, AttachmentType.TEXT.mime_type, AttachmentType.TEXT.extension), text)


def _named(name: str, media_type: str, extension: str) -> Attachment:
    source = ATTACHMENT_PATTERN.format(prefix=uuid.uuid4(), ext=extension)
    return Attachment(name=name, source=source, type=media_type)


REMOVED = (
    "# The run deletes what it creates: `scim-conformance export last --format curl ID` repeats this with new ids."
)
"""What precedes a command in which ids may be dead."""

VIEWER = "application/vnd.allure.http+json"
"""The media type that Allure 2.46 and 3.18 display with method, status, headers and bodies."""


def viewed(shown: Recorded) -> str:
    """Return a request and response as the JSON document of Allure's HTTP viewer."""
    begun = int(shown.started * 1000)
    document: dict[str, Any] = {"start": begun, "stop": begun + round(shown.seconds * 1000)}
    document["request"] = {
        "method": shown.method,
        "url": shown.url,
        "headers": _pairs(shown.request_headers),
        "body": _body(shown.request_body),
    }
    if shown.status is None:
        name = "No HTTP response" if shown.failure is None else "No response"
        document["error"] = {"name": name, "message": shown.failure or shown.response_body}
    else:
        headers = _pairs(shown.response_headers)
        document["response"] = {
            "status": shown.status,
            "headers": headers,
            "body": _body(shown.response_body),
        }
    return json.dumps(document, ensure_ascii=False)


def _pairs(headers: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _body(text: str | None) -> dict[str, str] | None:
    return None if text is None else {"value": text}
