"""Microsoft's SCIM Validator as it is: users, groups and changes in shapes that the provisioning service does not
send."""

from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.described import only_described, only_known, read_schemas, read_schemas_for, where_described
from scim_conformance.entra.dialects import patch_op
from scim_conformance.entra.directory.people import Team
from scim_conformance.entra.managers import MANAGER, PATH
from scim_conformance.entra.patching import patch_in_shape
from scim_conformance.entra.requests import create_group, create_user, patch, read_back, search
from scim_conformance.entra.validator import (
    Values,
    as_sent,
    compact,
    group_body,
    group_change,
    group_values,
    letters,
    user_body,
    user_values,
    without,
)
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.lists import found_only
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scenario.obligations.values import absent, reference, stored
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths

REQUIRED_FAILS = "a required test of Microsoft's validator fails"
PREVIEW_FAILS = "a preview test of Microsoft's validator fails"


def _required(asked: Obligation, fix: str = "") -> Check:
    return asked.should(ms.VALIDATOR, so=REQUIRED_FAILS, fix=fix)


def _preview(asked: Obligation, fix: str = "") -> Check:
    return asked.should(ms.VALIDATOR, so=PREVIEW_FAILS, fix=fix)


ACCEPTED = _required(
    status(201),
    'accept elements without type, primary as the text "true", a manager who does not exist, and any text: or remove '
    "from /Schemas what takes other values",
)
CREATED = (ACCEPTED, _required(has_id(), "return the created resource with its id"))


def _create(world: World, values: Values) -> Step:
    """POST a user as the validator does, with a manager who does not exist."""
    body = user_body(values, letters(f"{values['userName']}/manager"))
    return create_user(world, world.person(), body=body).but(body=only_described(body)).expecting_only(*CREATED)


def _find_user(world: World, values: Values, *, key: str = "find") -> Step:
    """Find a user by its name, and compare everything that was sent and that the target stores at all."""
    return _find("Users", "userName", without(values, world.unkept - {"userName"}), key=key)


def _find(kind: str, attribute: str, values: Values, *, key: str = "find") -> Step:
    """Find a user or group by its name, and compare everything that was sent."""
    query, name = user_query(attribute, values[attribute]), kind.removesuffix("s").lower()
    checks = (status(200), found_only(name), as_sent(values))
    step = search(kind, "Find what was written", query, key=key)
    return step.expecting(*(_required(one, KEPT) for one in checks))


KEPT = "store what was sent, and return it: or remove it from /Schemas"


@scenario(
    "ENT-VAL-01", "Create a user as Microsoft's validator does", Moment.CREATE, validator=True, needs=["unmapped"]
)
@covers("U1 U2 U3 U12")
def create(world: World) -> Scenario:
    """Microsoft's validator reads /Schemas, and fills everything that it describes, and nothing else. Its list elements
    have no `type`, `primary` is the text "true", and the manager does not exist. The user must be found with these
    values. The same request, sent again, must return 409, although every value is the same, externalId included. In the
    end, an empty text removes the manager: there must be none, and everything else must stay."""
    values = user_values(world, world.person())
    made = _create(world, values)
    again = made.but(key="create-again", why="Create the same user again", takes={}).expecting_only(REFUSED)
    found = _find_user(world, values)
    steps = [read_schemas(), made, found, again.may_be_refused(), *_manager_removed(world, values)]
    return Scenario(steps, spares=())


def _manager_removed(world: World, values: Values) -> list[Step]:
    """Remove the manager, whom the target does not know, with an empty text."""
    if not needs.has(world.profile, f"sets:{PATH}"):
        return []
    gone = _required(absent(MANAGER), "remove the attribute, whether or not the manager exists")
    others = _required(as_sent(without(values, world.unkept)), "keep what the request does not name")
    return [_change_manager("replace", ""), read_back("user", gone, others, key="read-removed")]


REFUSED = _required(status(409), "return 409 for a userName that exists, even if the request repeats an earlier one")


@scenario("ENT-VAL-02", "Nine changes in one request", Moment.UPDATE, validator=True, needs=["unmapped"])
@covers("U6 B74")
def nine_changes(world: World) -> Scenario:
    """Microsoft's validator changes a user in one request with nine operations. Eight have a path such as
    `emails[primary eq true].value`, and change elements that were created without `type` and with `primary` as the text
    "true". The last one has no path, and its object has a key for everything else, such as `name.givenName`. Each
    element must change, and stay the only one. What /Schemas does not describe is not sent."""
    person = world.person()
    before, after = (user_values(world, person, version) for version in ("first", "second"))
    change = _in_shape(compact(after), why="Change everything").expecting_only(NINE_ACCEPTED)
    steps = [read_schemas(), _create(world, before), change, _find_user(world, after, key="find-changed")]
    return Scenario(steps, spares=())


def _in_shape(operations: list[dict[str, Any]], **said: str) -> Step:
    """PATCH a user in a shape that the dialects do not have, with what the target describes."""
    step = patch_in_shape(operations, **said)
    return step.but(body=only_known(step.body))


NINE_ACCEPTED = _required(
    status(200, 204), "accept [primary eq true] in a path, and keys such as name.givenName without one"
)


NAME, LANGUAGE, EXTERNAL_ID = (paths.parse(name) for name in ("displayName", "preferredLanguage", "externalId"))


@scenario("ENT-VAL-03", "Remove, add and replace in one request", Moment.UPDATE, validator=True, needs=["unmapped"])
@covers("P1")
def three_kinds(world: World) -> Scenario:
    """A preview test of Microsoft's validator removes displayName alone and reads the user. Then it sends three
    operations on three attributes in one request: a remove with a path, an add and a replace without one. All three
    must be applied."""
    values, changed = user_values(world, world.person()), user_values(world, world.person())
    removed = patch_in_shape([{"op": "remove", "path": "displayName"}], key="remove", why="Remove displayName")
    steps = [
        _create(world, values),
        removed.expecting_only(_preview(status(200, 204))).may_be_refused(),
        read_back("user", _preview(absent(NAME), "remove the attribute"), key="read-removed").explained_by(NOT_REMOVED),
        _send_three(changed),
        read_back("user", *_three_applied(changed)),
    ]
    return Scenario(steps, given=[read_schemas_for(NAME)], spares=())


NOT_REMOVED = Because(
    "An attribute whose removal is refused is still there.", {f"absent.{NAME.slug}": ["ENT-VAL-03#remove.status"]}
)


def _send_three(values: Values) -> Step:
    operations: list[dict[str, Any]] = [
        {"op": "remove", "path": LANGUAGE.text},
        {"op": "add", "value": {NAME.text: values[NAME.text]}},
        {"op": "replace", "value": {EXTERNAL_ID.text: values[EXTERNAL_ID.text]}},
    ]
    accepted = _preview(status(200, 204), "accept operations of several kinds in one request, with and without a path")
    return _in_shape(operations).expecting_only(accepted)


def _three_applied(values: Values) -> list[Check]:
    added, replaced = (stored(path, values[path.text], exact=path is EXTERNAL_ID) for path in (NAME, EXTERNAL_ID))
    return [_preview(one, "apply every operation of the request") for one in (absent(LANGUAGE), added, replaced)]


@scenario(
    "ENT-VAL-04",
    "Add a manager to a user with an unknown one",
    Moment.UPDATE,
    validator=True,
    needs=["unmapped", f"sets:{PATH}"],
)
@covers("U10")
def unknown_manager(world: World) -> Scenario:
    """Microsoft's validator creates each user with a manager who does not exist. So when it adds a manager, there is
    one, whom the new one must replace."""
    replaced = _required(reference(MANAGER, "boss"), "replace the manager")
    return Scenario(
        given=[
            read_schemas_for(MANAGER),
            create_user(world, world.person(), "boss", key="create-boss").but(reusable=True),
        ],
        steps=[
            _create(world, user_values(world, world.person())),
            _change_manager("add", Var("boss")),
            read_back("user", replaced, key="read-added"),
        ],
        spares=(),
    )


def _change_manager(verb: str, value: Var | str) -> Step:
    operation = {"op": verb, "path": PATH, "value": value}
    step = patch_in_shape([operation], key=verb, why="Add a manager" if value else "Remove the manager")
    accepted = where_described(MANAGER, status(200, 204))
    return step.expecting_only(_required(accepted, "accept the id as a text, and an empty text as a removal"))


@scenario(
    "ENT-VAL-05",
    "A group with attributes of an extension",
    Moment.GROUPS,
    validator=True,
    needs=["groups", "unmapped"],
)
@covers("G3 G6 G8")
def group(world: World) -> Scenario:
    """Microsoft's validator creates groups with an extension of Microsoft's, if /Schemas describes it: texts and JSON
    booleans. Then it changes externalId and the whole extension in one object without a path, with URNs in its keys.
    The group must be found with what was sent."""
    team = world.team()
    before, after = (group_values(world, team, version) for version in ("first", "second"))
    change = patch("Groups", only_known(patch_op(group_change(after))), None, "group").expecting_only(GROUP_CHANGED)
    steps = [
        read_schemas(),
        _create_group(world, team, before),
        _find("Groups", "displayName", before),
        change,
        _find("Groups", "displayName", after, key="find-changed"),
    ]
    return Scenario(steps, spares=())


GROUP_CHANGED = _required(status(200, 204), "accept an object without a path, and keys with a URN in it")


def _create_group(world: World, team: Team, values: Values) -> Step:
    accepted = _required(status(201), "accept what /Schemas describes, and ignore any other extension")
    body = group_body(values)
    made = create_group(world, team, body=body).but(body=only_described(body))
    return made.expecting_only(accepted, CREATED[1])
