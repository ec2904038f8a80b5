"""Eleventh batch: legal variants in what a server shows of users and groups, each published in /Schemas."""

import re

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import users
from tests.proof.batches.batch_2.store import dumps, members
from tests.proof.batches.batch_4.store import group_answers, user_answers
from tests.proof.batches.batch_11.published import Extension, attribute, served
from tests.proof.batches.batch_11.store import legal, manager_of

MAILING = Extension(
    "Group",
    "urn:example:params:scim:schemas:extension:mailing:1.0:Group",
    "Mailing",
    "The mailing list of a group",
    (attribute("address", "Where mail to all members goes"), attribute("archived", "Whether mail is kept", "boolean")),
)


# RFC 7643 section 3.3: an extension of the server's own. The name of the group is as it was sent.
@legal(
    "group-address-shown",
    "A group is returned with the address of its mailing list, which is made of the name and follows each rename",
    "RFC 7643 sections 3 and 3.3; RFC 7644 section 3.3; note 3.3, the answer to the creation of a group",
)
async def group_address_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown = MAILING.asked(request)
    response = await served(target, request, go, MAILING)
    for group in group_answers(request, response) if shown else []:
        name = re.sub(r"\W+", "-", str(group.get("displayName") or "")).strip("-").lower()
        MAILING.put(group, {"address": f"{name or group['id']}@lists.example", "archived": True})
    return response


TEAMS = Extension(
    "User",
    "urn:example:params:scim:schemas:extension:teams:1.0:User",
    "Teams",
    "The groups of a user in words",
    (attribute("names", "The names of the groups", several=True), attribute("count", "How many", "integer")),
)


# RFC 7643 section 3.3. It changes when a group does, and is in lists, filters and reads alike.
@legal(
    "teams-shown",
    "A user is returned with the names of the own groups and their number, in an extension of the server's own",
    "RFC 7643 sections 3 and 3.3; RFC 7644 section 3.3; note 6.2, three ways to show who is in a group",
)
async def teams_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown = TEAMS.asked(request)
    response = await served(target, request, go, TEAMS)
    answers = user_answers(request, response) if shown else []
    groups = dumps(target, "Group") if answers else []
    for user in answers:
        names = sorted(str(one.get("displayName")) for one in groups if user["id"] in members(one))
        TEAMS.put(user, {"names": names, "count": len(names)} if names else {"count": 0})
    return response


LINE = Extension(
    "User",
    "urn:example:params:scim:schemas:extension:line:1.0:User",
    "ReportingLine",
    "Whom a user reports to",
    (attribute("managers", "The ids of the managers, the nearest first", several=True),),
)


# RFC 7643 section 3.3. A user without a manager has no such extension; a circle of managers ends where it began.
@legal(
    "reporting-line-shown",
    "A user who has a manager is returned with the ids of all managers above, up to the head of the organization",
    "RFC 7643 sections 3.3 and 4.3, manager; RFC 7644 section 3.3; note 4.3, manager is returned in its extension too",
)
async def reporting_line_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown = LINE.asked(request)
    response = await served(target, request, go, LINE)
    answers = user_answers(request, response) if shown else []
    above = {one["id"]: manager_of(one) for one in users(target)} if answers else {}
    for user in answers:
        line: list[str] = []
        following = manager_of(user)
        while following and following not in {*line, user["id"]}:
            line.append(following)
            following = above.get(following, "")
        if line:
            LINE.put(user, {"managers": line})
    return response
