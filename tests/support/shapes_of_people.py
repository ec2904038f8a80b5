"""What Microsoft's validator writes, and what people and groups as they are add to the shapes of requests."""

import re
from collections.abc import Callable
from typing import Any

from tests.support.shapes import (
    COMPLIANT,
    ENTERPRISE,
    LEGACY,
    NUMBER,
    OTHERS,
    QUERIES,
    Shape,
    asked,
    posted,
    text,
    user,
)
from tests.support.traffic import ABSENT, keys, pathless

ENTRA_GROUP = "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:Group"


def untyped(body: dict[str, Any]) -> bool:
    """Each list has one element without a type, and its `primary` is a text."""
    lists = [body.get(name) for name in ("emails", "phoneNumbers", "addresses")]
    marked = [one for one in lists if isinstance(one, list) and len(one) == 1 and next(iter(one[0].items())) == MARK]
    return len(marked) == len(lists) and not any("type" in one[0] for one in marked)


MARK = ("primary", "true")


def alone(wanted: Shape) -> Shape:
    """Such an operation is the only one of its request."""
    return lambda sent: len(sent.operations) == 1 and wanted(sent)


def all_of(*wanted: Shape) -> Shape:
    """One request has all of these."""
    return lambda sent: all(one(sent) for one in wanted)


def only(*names: str) -> Callable[[Any], bool]:
    """An object with exactly these keys."""
    return lambda value: isinstance(value, dict) and set(value) == set(names)


_PRIMARY = "[primary eq true]"
NINE = [f"emails{_PRIMARY}.value", f"phoneNumbers{_PRIMARY}.value", f"addresses{_PRIMARY}.postalCode"]

VALIDATOR: dict[str, Shape] = {
    "create a user with elements without a type": posted("Users", untyped),
    "create a user with an unknown manager and schemas last": posted(
        "Users", lambda body: list(body)[-1] == "schemas" and set(body[ENTERPRISE]["manager"]) == {"value"}
    ),
    "nine changes": all_of(
        *(user("replace", path, text) for path in NINE),
        pathless("Users", lambda value: len(value) == 20 and "name.honorificSuffix" in value and NUMBER in value),
        lambda sent: len(sent.operations) == 9,
    ),
    "remove a mapped attribute alone": alone(user("remove", "displayName", ABSENT)),
    "three kinds of operation": all_of(
        user("remove", "preferredLanguage", ABSENT),
        user("add", ABSENT, only("displayName")),
        user("replace", ABSENT, only("externalId")),
    ),
    "three kinds of operation on one attribute": all_of(
        user("remove", "title", ABSENT), user("add", ABSENT, only("title")), user("replace", ABSENT, only("title"))
    ),
    "create a group with an extension": posted(
        "Groups", lambda body: body.get(ENTRA_GROUP, {}).get("mailEnabled") is True and list(body)[-1] == "schemas"
    ),
    "change a group's extension by URNs": pathless(
        "Groups", keys("externalId", f"{ENTRA_GROUP}:groupTypes", f"{ENTRA_GROUP}:securityEnabled")
    ),
    "find a group with its members": asked(r'/Groups\?filter=displayName eq ".+"'),
}
"""What Microsoft's validator writes, and the provisioning service does not."""

PEOPLE: dict[str, Shape] = {
    "an address that is not the name": posted("Users", lambda body: _mail_of(body) not in {None, body["userName"]}),
    "an address that is the name": posted("Users", lambda body: _mail_of(body) == body["userName"]),
    "one name": posted("Users", lambda body: set(body.get("name", {})) >= {"givenName"} and not _family(body)),
    "a number with leading zeros": posted(
        "Users", lambda body: re.fullmatch(r"00\d+", str(body.get("externalId"))) is not None
    ),
    "words of a filter in a name": posted("Users", lambda body: " and " in str(body.get("displayName"))),
    "no address": posted("Users", lambda body: "emails" not in body and "title" in body),
    "match a group by words of a filter": asked(r".+ eq \".+ and .+ or eq\""),
    "match a group by a name in parentheses": asked(r'.+ eq ".+ \(EMEA\)"'),
    "match a group by a number with leading zeros": asked(r'/Groups\?.+ eq "00\d+"'),
}
"""People and groups as they are."""


def _mail_of(body: dict[str, Any]) -> Any:
    return next((one.get("value") for one in body.get("emails") or [] if one.get("type") == "work"), None)


def _family(body: dict[str, Any]) -> Any:
    return body["name"].get("familyName")


SHAPES: dict[str, Shape] = {
    **{f"query: {name}": shape for name, shape in QUERIES.items()},
    **{f"legacy: {name}": shape for name, shape in LEGACY.items()},
    **{f"compliant: {name}": shape for name, shape in COMPLIANT.items()},
    **OTHERS,
    **{f"validator: {name}": shape for name, shape in VALIDATOR.items()},
    **{f"people: {name}": shape for name, shape in PEOPLE.items()},
}
