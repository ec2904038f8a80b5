"""The requests of a session, test by test: what the Validator sends under each number of the table."""

from typing import Any

from scim_conformance.entra import validator
from scim_conformance.entra.dialects import member_values
from scim_conformance.entra.managers import MANAGER
from scim_conformance.entra.validator import as_sent
from scim_conformance.scenario.bodies import Fill, Var
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.members import members_shown, no_members
from scim_conformance.scenario.obligations.values import absent, is_false, reference, stored
from scim_conformance.scenario.steps import Step
from tests.validator.script import HEX, Script, asked, path, second

Rows = dict[int, Step]
NAME, LANGUAGE, EXTERNAL_ID = path("displayName"), path("preferredLanguage"), path("externalId")


def discovery(script: Script) -> Rows:
    """Read the schemas, and look for a user who does not exist."""
    schemas = Step("schemas", "GET", "/Schemas", "Read the schemas", by=Sender.HARNESS, checks=asked(status(200)))
    probe = script.find_none("u0", text=f"{HEX}@example.com", called="<random login>")
    return {1: schemas, 2: probe}


def creations(script: Script) -> Rows:
    """U1 to U5: create, create again, find in each letter case."""
    made = {3: script.user("u1"), 4: script.user("u2"), 5: script.user("u3"), 6: script.user("u4")}
    u1, u3, u4 = (script.values[name] for name in ("u1", "u3", "u4"))
    renamed, login = f"renamed.{u1['userName']}", u4["userName"]
    nobody = script.find_none("u4", text=f"nonexistent{HEX}_{login}", called="nonexistent<12 hex>_<login>")
    return made | {
        9: script.again("u2"),
        10: script.find("u3", as_sent(u3)),
        11: script.change("u1", [{"op": "replace", "value": {"userName": renamed}}]),
        14: script.find("u4", as_sent(u4)),
        15: script.delete("u2"),
        17: script.read("u1", stored(path("userName"), renamed)),
        18: script.delete("u3"),
        20: nobody,
        23: script.delete("u1"),
        24: script.find("u4", as_sent(u4), text=login.upper(), called="<USERNAME U4>"),
        26: script.delete("u4"),
    }


def changes(script: Script) -> Rows:
    """P1, U6 and P2: several operations in one request."""
    made = {7: script.user("u5"), 8: script.user("u6"), 28: script.user("u7")}
    new, six, last = (second(script, name) for name in ("u5", "u6", "u7"))
    first_name, external_id = new["displayName"], new["externalId"]
    removed: dict[str, Any] = {"op": "remove", "path": "displayName"}
    added, other = (_added(name) for name in (first_name, f"{first_name}-x"))
    applied = (absent(LANGUAGE), stored(NAME, first_name), stored(EXTERNAL_ID, external_id, exact=True))
    three = [{"op": "remove", "path": "preferredLanguage"}, added, _replaced(externalId=external_id)]
    return made | {
        12: script.change("u6", validator.compact(six)),
        13: script.change("u5", [removed]),
        16: script.find("u6", as_sent(six)),
        19: script.read("u5", absent(NAME)),
        21: script.delete("u6"),
        22: script.change("u5", three),
        25: script.read("u5", *applied),
        27: script.delete("u5"),
        29: script.change("u7", [removed, other, _replaced(displayName=last["displayName"])]),
        30: script.read("u7", stored(NAME, last["displayName"])),
        31: script.delete("u7"),
    }


def _added(name: str) -> dict[str, Any]:
    return {"op": "add", "value": {"displayName": name}}


def _replaced(**values: str) -> dict[str, Any]:
    return {"op": "replace", "value": values}


def lives(script: Script) -> Rows:
    """U9, U13, P3 and P4: disable and delete."""
    made = {32: script.user("u8"), 36: script.user("u12"), 43: script.user("u15")}
    inactive = is_false(path("active"))
    return made | {
        37: script.delete("user_of_nobody", 404),
        38: script.change("u8", [{"op": "replace", "path": "active", "value": False}]),
        42: script.delete("u12"),
        44: script.read("u8", inactive),
        48: script.gone("u12"),
        49: script.delete("u15"),
        50: script.find("u8", inactive),
        54: script.find_none("u12"),
        55: script.delete("u15", 404),
        56: script.delete("u8"),
    }


def managers(script: Script) -> Rows:
    """U10 to U12: each user is created with a manager who does not exist."""
    numbers = {33: "u9", 34: "u10", 35: "u11", 39: "u13", 40: "u14", 46: "u16"}
    made = {number: script.user(name) for number, name in numbers.items()}
    return made | {
        41: script.manager("u11", "replace", ""),
        45: script.manager("u10", "add", Var("u14")),
        47: script.read("u11", absent(MANAGER)),
        51: script.manager("u9", "add", Var("u13")),
        52: script.read("u10", reference(MANAGER, "u14")),
        53: script.delete("u11"),
        57: script.manager("u9", "replace", Var("u16")),
        58: script.delete("u10"),
        59: script.read("u9", reference(MANAGER, "u16")),
        60: script.delete("u14"),
        **{61 + number: script.delete(name) for number, name in enumerate(("u9", "u13", "u16"))},
    }


def groups(script: Script) -> Rows:
    """G1 to G9: create, find, rename, and change the extension."""
    numbers = {65: "g2", 66: "g3", 67: "g4", 68: "g5", 69: "g6"}
    made = {number: script.group(name) for number, name in numbers.items()}
    g2, five = script.values["g2"], second(script, "g5")
    renamed, name = f"New {script.values['g6']['displayName']}", g2["displayName"]
    nobody = script.find_none("g2", text=f"nonexistent{HEX}_{name}", called="nonexistent<12 hex>_<NAME>")
    return made | {
        72: script.read("g2", as_sent(g2), no_members(), query="excludedAttributes=members"),
        74: script.find("g4", as_sent(script.values["g4"])),
        75: script.change("g6", [_replaced(displayName=renamed)]),
        76: script.again("g3"),
        77: script.change("g5", validator.group_change(five)),
        80: script.find("g2", no_members(), excluded=True),
        82: script.delete("g4"),
        83: script.find("g5", as_sent(five)),
        84: script.read("g6", stored(NAME, renamed)),
        85: script.delete("g3"),
        88: script.find("g2", as_sent(g2)),
        89: script.delete("g6"),
        90: script.delete("g5"),
        94: nobody,
        98: script.find("g2", as_sent(g2), text=name.lower(), called="<name g2 in small letters>"),
    }


def members(script: Script) -> Rows:
    """G10, G11 and P5: the members of a group."""
    made = {64: script.group("g1"), 70: script.group("g7"), 71: script.group("g8")}
    users = {73: "u17", 78: "u18", 79: "u19", 87: "u20"}
    both: list[dict[str, Any]] = [{"op": "add", "path": "members", "value": member_values(["u18"])}, _removed("u18")]
    return {
        **made,
        **{number: script.user(name, "member_") for number, name in users.items()},
        81: script.change("g1", [_set("u17")]),
        86: script.change("g7", both),
        91: script.delete("u17"),
        92: script.read("g7", members_shown()),
        93: script.change("g8", [_set("u19", "u20")]),
        95: script.delete("g1"),
        96: script.delete("u18"),
        97: script.read("g8", members_shown("u19", "u20")),
        99: script.delete("g7"),
        100: script.change("g8", [_removed("u19")]),
        103: script.read("g8", members_shown("u20")),
        106: script.delete("u19"),
        109: script.delete("u20"),
        112: script.delete("g8"),
    }


def _set(*names: str) -> dict[str, Any]:
    return {"op": "replace", "path": "members", "value": member_values(names)}


def _removed(name: str) -> dict[str, Any]:
    return {"op": "remove", "path": Fill(f'members[value eq "{{{name}}}"]')}


def deletions(script: Script) -> Rows:
    """G12, P6 and P7: delete groups."""
    made = {102: script.group("g9"), 104: script.group("g10")}
    return made | {
        101: script.delete("group_of_nobody", 404),
        105: script.delete("g9"),
        107: script.delete("g10"),
        108: script.gone("g9"),
        110: script.delete("g10", 404),
        111: script.find_none("g9"),
    }


def session(script: Script) -> list[Step]:
    """Return all requests in their order, each with its number as key."""
    tests = (discovery, creations, changes, lives, managers, groups, members, deletions)
    rows = {number: step for test in tests for number, step in test(script).items()}
    assert sorted(rows) == list(range(1, len(rows) + 1))
    return [rows[number].but(key=f"row-{number}") for number in sorted(rows)]
