"""Twelfth batch: faults when users and groups are created, and of the names and e-mails that they get."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered, created, id_of, users
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, work_email
from tests.proof.batches.batch_4.store import said
from tests.proof.batches.batch_5.store import refused, succeeded
from tests.proof.batches.batch_11.store import changed
from tests.proof.batches.batch_12.store import twelfth


@twelfth(
    Kind.CREATE,
    "conflict-unlinks-account",
    "A refused creation takes the externalId from the account that is there",
    "lightdash/lightdash#22402, a 409 deletes the identity of the account, which every retry does again",
    MUST,
)
async def conflict_unlinks_account(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = str(created(request).get("userName") or "").lower()
    response = await answered(target, request, go)
    for one in users(target) if name and response.status == HTTPStatus.CONFLICT else []:
        if str(one.get("userName")).lower() == name:
            amend(target, one["id"], lambda user: user.pop("externalId", None))
    return response


def _manager_sent(user: dict[str, Any]) -> str:
    extension = user.get(ENTERPRISE)
    manager = extension.get("manager") if isinstance(extension, dict) else None
    return str((manager.get("value") if isinstance(manager, dict) else manager) or "")


@twelfth(
    Kind.CREATE,
    "known-manager-creation-500",
    "A creation with a manager who exists returns 500, with an unknown one 201",
    "simpleidserver/SimpleIdServer#714, POST with the id of a user in manager.value: sequence has no matching element",
    MUST,
)
async def known_manager_creation_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    manager = _manager_sent(created(request))
    if manager and manager in {one["id"] for one in users(target)}:
        detail = "Sequence contains no matching element"
        return refused(target, request, detail, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return await go(request)


@twelfth(
    Kind.CREATE,
    "former-email-reserved",
    "A work e-mail that a user once had returns 409 for everybody else",
    "Atlassian, “Failed to update when attempting to provision a user”: a stale record with the e-mail, 409 uniqueness",
    NEEDED,
)
async def former_email_reserved(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    former: dict[str, str] = target.notes.setdefault("former-email-reserved", {})
    own = id_of(request) if request.method == "PATCH" else ""
    sent = [str(value).lower() for path, value in said(request) if path in {"emails", "emails.value"}]
    if any(former.get(one, own) != own for one in sent):
        detail = f"Resource [USER]: with email[{sent[0]}] already exists."
        return refused(target, request, detail, "uniqueness", HTTPStatus.CONFLICT)
    response, before, after = await changed(target, request, go)
    had, has = (str(work_email(one).get("value") or "").lower() for one in (before, after))
    if had and had != has:
        former[had] = before["id"]
    return response


LONGEST_LOGIN = 21


@twelfth(
    Kind.CREATE,
    "long-login-400",
    "A userName of more than 21 characters before the @ returns 400",
    "Okta support, “Slack Provisioning Error … long_username”: at most 21 characters; note 5, 32 hex digits in front",
    NEEDED,
)
async def long_login_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    names = [str(value) for path, value in said(request) if path == "username"]
    if any(len(one.partition("@")[0]) > LONGEST_LOGIN for one in names):
        return refused(target, request, f"long_username (user={names[0]})", "invalidValue")
    return await go(request)


@twelfth(
    Kind.CREATE,
    "created-name-is-email",
    "A creation returns the work e-mail as userName; reads return the userName",
    "Infisical/infisical#5947, review: the creation returns username: email, every other operation the username",
    MUST,
)
async def created_name_is_email(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await go(request)
    mail = work_email(response.body or {}).get("value") if creates and succeeded(response) else None
    if mail and response.body:
        response.body["userName"] = mail
    return response


@twelfth(
    Kind.CREATE,
    "group-period-400",
    "A group whose name has a period returns 400 with an error that is not SCIM",
    "postmanlabs/postman-app-support#12551, no special characters but - and _, an error of the vendor's own",
    NEEDED,
)
async def group_period_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    names = [str(value) for path, value in said(request, "Groups") if path == "displayname"]
    if not any("." in one for one in names):
        return await go(request)
    target.check_auth(request)
    error = {"name": "InvalidParams", "message": "The key name can't have any special characters"}
    return ScimResponse(HTTPStatus.BAD_REQUEST, {"error": error, "status": "error"})
