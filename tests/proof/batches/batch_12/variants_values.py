"""Twelfth batch: legal variants in what a server shows of users and groups, where it adds published in /Schemas."""

import re
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from tests.proof.batches.batch_2.store import work_email
from tests.proof.batches.batch_4.store import group_answers, user_answers
from tests.proof.batches.batch_11.published import Extension, attribute, served
from tests.proof.batches.batch_12.store import legal

LISTS = ("emails", "phoneNumbers", "addresses", "roles")


# RFC 7643 section 2.4: the values of a multi-valued attribute are in no order.
@legal(
    "primary-first",
    "Of e-mails, phones, addresses and roles the primary one is returned first",
    "GluuFederation/scim#73, it is better to order the array so the primary e-mail is first; RFC 7643 section 2.4",
)
async def primary_first(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        for name in LISTS:
            if isinstance(user.get(name), list):
                user[name] = sorted(user[name], key=lambda one: one.get("primary") is not True)
    return response


INVITATION = Extension(
    "User",
    "urn:example:params:scim:schemas:extension:invitation:1.0:User",
    "Invitation",
    "How far somebody has come on the way into the workspace",
    (attribute("state", "invited, or revoked while the user is disabled"),),
)


# RFC 7643 section 3.3: an extension of the server's own; active is as it was sent, whether the person came or not.
@legal(
    "invitation-state-shown",
    "A user is returned with an invitation, invited or revoked, in an extension",
    "dani-garcia/vaultwarden#7443, invited, revoked; kortix-ai/suna#4244, invites are active; RFC 7643 section 3.3",
)
async def invitation_state_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown = INVITATION.asked(request)
    response = await served(target, request, go, INVITATION)
    for user in user_answers(request, response) if shown else []:
        INVITATION.put(user, {"state": "revoked" if user.get("active") is False else "invited"})
    return response


VERIFIED = Extension(
    "User",
    "urn:example:params:scim:schemas:extension:verification:1.0:User",
    "Verification",
    "What is known of the addresses of a user",
    (attribute("workEmailVerified", "Whether the work e-mail is verified", "boolean"),),
)


# RFC 7643 section 3.3. Who has no work e-mail has no such extension.
@legal(
    "email-verified-shown",
    "A user with a work e-mail has an extension that says whether it is verified",
    "zitadel/zitadel#8201, isVerified beside each e-mail; RFC 7643 section 3.3",
)
async def email_verified_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown = VERIFIED.asked(request)
    response = await served(target, request, go, VERIFIED)
    for user in user_answers(request, response) if shown else []:
        if work_email(user).get("value"):
            VERIFIED.put(user, {"workEmailVerified": True})
    return response


SLUG = Extension(
    "Group",
    "urn:example:params:scim:schemas:extension:team:1.0:Group",
    "Team",
    "The team that a group is in the application",
    (attribute("slug", "The name of the team in addresses"),),
)


def _slug(group: dict[str, Any]) -> str:
    return re.sub(r"\W+", "-", str(group.get("displayName") or "").lower()).strip("-") or str(group["id"])


# RFC 7643 section 3.3. The name itself is returned as it was sent, which is what the fault team-name-as-slug is not.
@legal(
    "team-slug-shown",
    "A group is returned with the slug of its team in an extension, beside its name",
    "getsentry/sentry#27954, the name for SCIM and the slug for the application; RFC 7643 section 3.3",
)
async def team_slug_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown = SLUG.asked(request)
    response = await served(target, request, go, SLUG)
    for group in group_answers(request, response) if shown else []:
        SLUG.put(group, {"slug": _slug(group)})
    return response
