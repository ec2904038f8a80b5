"""How attributes are named in attributes and excludedAttributes (RFC 7644 sections 3.4.2.5, 3.9 and 3.10)."""

from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.conditions import known_schemas
from scim_conformance.rfc.declared import lacks_by_default
from scim_conformance.rfc.obligations import found, has, lacks
from scim_conformance.rfc.representations import string_id
from scim_conformance.rfc.requests import (
    ENTERPRISE,
    NO_PASSWORDS,
    accepted,
    by_name,
    create,
    find,
    mark,
    read,
    supports,
    supports_at,
)
from scim_conformance.rfc.rows import must
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scim import urns

MORE = "clients read more, or less, than they asked for"
UNDERSTOOD = must("7644-3.4.2.5-a", so=MORE, fix="support attributes and excludedAttributes")
ALWAYS = must("7644-3.9-e", so="clients cannot tell which resource it is", fix="return id whatever is left out")
LISTED = must("7644-3.9-j", so=MORE, fix="apply both parameters to lists, after the filter")
EXTENDED = must("7644-3.9-g", so=MORE, fix="read the URN of the extension before the name")
NEVER = must("7644-3.9-o", so="a client that reads accounts has their passwords", fix="never return password")
NAMED = must("7644-3.10-a", so=MORE, fix="read the URN of the core schema before the name")
FOLDED = must("7644-3.10-c", so=MORE, fix="ignore the letter case of URNs and names")


@scenario("RFC-ATT-05", "Both parameters have an effect, on lists too", Moment.MATCH)
@covers("7644-3.4.2.5-a 7644-3.9-e 7644-3.9-j")
def on_lists(world: World) -> Scenario:
    """attributes chooses and excludedAttributes leaves out, for one user and for a list that is filtered. An id that
    is to be left out is returned all the same."""
    text = by_name(world, person := world.person())
    steps = [
        read("user", UNDERSTOOD(status(200)), UNDERSTOOD(lacks("nickName")), key="chosen", query="attributes=title"),
        read("user", UNDERSTOOD(status(200)), UNDERSTOOD(lacks("title")), key="left-out", query=f"{WITHOUT}title"),
        find(text, LISTED(found("user")), LISTED(lacks("nickName")), key="list", more="&count=2&attributes=title"),
        find(text, LISTED(found("user")), LISTED(lacks("title")), key="without", more=f"&count=2&{WITHOUT}title"),
        find(text, ALWAYS(string_id()), key="always", more=f"&count=2&{WITHOUT}id,title"),
    ]
    sent = {"title": "Clerk", "nickName": "Jo"}
    return Scenario(steps, given=[unless_denied("filter"), create(world, person, **sent), supports(**sent)])


WITHOUT = "excludedAttributes="


@scenario("RFC-ATT-06", "An attribute is named with its URN", Moment.MATCH)
@covers("7644-3.9-g 7644-3.10-a 7644-3.10-c")
def with_urn(world: World) -> Scenario:
    """An attribute of the extension is named with the URN of the extension, and one of the core schema may be. The
    letter case of both does not matter."""
    in_extension = {"department": "Sales", "costCenter": f"C{mark(world)[-6:]}"}
    body: dict[str, Any] = {ENTERPRISE: in_extension, "title": "Clerk", "schemas": [urns.USER, ENTERPRISE]}
    department, cost = f"{ENTERPRISE}:department", f"{ENTERPRISE}:costCenter"
    folded = f"{urns.USER}:TITLE".replace("urn:ietf", "URN:IETF")
    steps = [
        read("user", EXTENDED(has(department)), EXTENDED(lacks(cost, "title")), query=f"attributes={department}"),
        read(
            "user",
            NAMED(has("title")),
            NAMED(lacks_by_default("userName")),
            key="core",
            query=f"attributes={urns.USER}:title",
        ),
        read(
            "user",
            FOLDED(has("title")),
            FOLDED(lacks_by_default("userName")),
            key="folded",
            query=f"attributes={folded}",
        ),
    ]
    known = [supports_at(department, "Sales"), supports_at(cost, in_extension["costCenter"], key="cost")]
    made = create(world, world.person(), **body)
    return Scenario(steps, given=[known_schemas(), made, *known, supports(title="Clerk", key="title")], spares=())


@scenario("RFC-ATT-07", "A password cannot be asked for", Moment.MATCH)
@covers("7644-3.9-o")
def never(world: World) -> Scenario:
    """A read that names password in attributes does not return it. A target that refuses passwords is not judged."""
    made = accepted(create(world, world.person(), password=f"Pw-{mark(world)}-9z"), NO_PASSWORDS)
    return Scenario([read("user", NEVER(lacks("password")), query="attributes=userName,password")], given=[made])
