"""Attribute mappings as the portal takes them, drawn by Hypothesis as the tables of a TOML file."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from scim_conformance.scim import paths
from tests.property import expressions as ex
from tests.property.attributes import (
    BOOLEANS,
    CUSTOM,
    DATES,
    ENTERPRISE,
    GROUP_CUSTOM,
    GROUP_TEXTS,
    MAILS,
    NAMING,
    PHONES,
    ROLE_PARTS,
    ROLES,
    STANDARD,
    TEXTS,
    UNIQUE,
    Goal,
)

Row = dict[str, Any]
Draw = Any

MOST_MAPPINGS = 60

ACTIVE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
PASSWORD = 'RandomString(16,4,4,4,4,"")'


def once_in(most: int) -> st.SearchStrategy[bool]:
    """Be true once in so many draws."""
    return st.integers(1, most).map(lambda number: number == most)


@st.composite
def user_rows(draw: Draw) -> list[Row]:
    """Draw the mappings of users: userName, active nearly always, and what else there may be."""
    rows = [draw(_user_name())]
    if not draw(once_in(12)):
        rows.append({"expression": ACTIVE, "target": "active", "type": "Boolean"})
    least = len(rows)
    count = draw(st.one_of(st.integers(least, 12), st.integers(least, 30), st.integers(least, MOST_MAPPINGS)))
    rows += draw(_others(count - least))
    rows = draw(st.permutations(rows)) if len(rows) < 8 else rows
    found: list[Row] = draw(_matched(rows))
    return found


@st.composite
def _user_name(draw: Draw) -> Row:
    target = draw(st.sampled_from(["userName", "userName", "userName", "userName", "UserName", "username"]))
    if not draw(once_in(3)):
        return {"source": draw(st.sampled_from(NAMING)), "target": target, "match": 1}
    return {"expression": draw(ex.unique(NAMING)), "target": target, "match": 1}


@st.composite
def _others(draw: Draw, count: int) -> list[Row]:
    goals = draw(st.lists(st.sampled_from(STANDARD + CUSTOM), min_size=count, max_size=count, unique=True))
    rows = [draw(_row(goal)) for goal in goals]
    if count and draw(once_in(3)):
        rows[:1] = draw(_roles())
    if count > 1 and draw(once_in(3)):
        rows[-1] = draw(_manager())
    if count > 2 and draw(once_in(6)):
        rows[-2] = {"expression": PASSWORD, "target": "password", "apply": "create"}
    return rows


@st.composite
def _roles(draw: Draw) -> list[Row]:
    if draw(once_in(3)):
        return [{"expression": draw(ex.roles()), "target": ROLES.path}]
    parts = draw(st.integers(1, len(ROLE_PARTS)))
    return [draw(_row(goal)) for goal in ROLE_PARTS[:parts]]


def _manager() -> st.SearchStrategy[Row]:
    target = f"{ENTERPRISE}:manager"
    reference = {"source": "manager", "target": target, "type": "Reference"}
    return st.sampled_from([reference, reference, {"source": "manager", "target": target}])


@st.composite
def _row(draw: Draw, goal: Goal) -> Row:
    row = {**draw(_flow(goal.kind)), "target": draw(_spelled(goal.path))}
    if goal.type != "String":
        row["type"] = goal.type
    if draw(once_in(8)):
        row["apply"] = "create"
    if goal.kind == "text" and draw(once_in(10)):
        row["default"] = draw(st.sampled_from(["None yet", "n/a", "0"]))
    if goal.kind == "text" and draw(once_in(12)):
        row["sample"] = draw(st.lists(st.sampled_from(["Sales", "Ops", "R&D"]), min_size=1, max_size=2, unique=True))
    return row


@cache
def _spelled(path: str) -> st.SearchStrategy[str]:
    """A path as the standards write it, or in other letter case, as people type it."""
    parsed = paths.parse(path)
    recased = path.replace(parsed.name, parsed.name[0].swapcase() + parsed.name[1:], 1)
    sub = f".{parsed.sub}"
    capital = path.removesuffix(sub) + f".{(parsed.sub or '').capitalize()}" if parsed.sub else recased
    return st.sampled_from([*[path] * 14, recased, capital])


@cache
def _source(names: tuple[str, ...]) -> st.SearchStrategy[Row]:
    return st.sampled_from(names).map(lambda name: {"source": name})


def _expression(found: st.SearchStrategy[str]) -> st.SearchStrategy[Row]:
    return found.map(lambda text: {"expression": text})


def _constant(*values: str) -> st.SearchStrategy[Row]:
    return st.sampled_from(values).map(lambda value: {"constant": value})


@cache
def _flow(kind: str) -> st.SearchStrategy[Row]:
    """Where the value comes from: a source, an expression or a constant that is fit for a kind of attribute."""
    texts, mails = ex.text(TEXTS), ex.unique(MAILS[:2])
    urls = st.sampled_from(
        ['Join("", "https://example.com/~", [mailNickname])', 'Append("https://a.example/", [objectId])']
    )
    known: dict[str, list[st.SearchStrategy[Row]]] = {
        "text": [_source(TEXTS), _expression(texts), _expression(texts), _constant("Member", "Zürich", "07", 'a "b"')],
        "named": [_source(("displayName",)), _expression(ex.unique(("displayName",))), _expression(texts)],
        "unique": [_source(UNIQUE), _expression(ex.unique(UNIQUE))],
        "mail": [_source(MAILS), _expression(mails)],
        "phone": [_source(PHONES), _constant("+1 206 555 0100")],
        "country": [_source(("country", "usageLocation")), _constant("US", "DE")],
        "language": [_source(("preferredLanguage",)), _constant("en-US", "de-DE")],
        "zone": [_constant("Europe/Berlin", "Etc/UTC")],
        "url": [_expression(urls)],
        "role": [_expression(ex.role())],
        "flag": [
            _source(BOOLEANS),
            _expression(ex.flag(TEXTS)),
            _expression(ex.flag(TEXTS)),
            _constant("True", "false"),
        ],
        "count": [_expression(ex.integer(TEXTS)), _expression(ex.integer(TEXTS)), _constant("0", "42", "-7")],
        "binary": [_expression(ex.binary(TEXTS)), _constant("aGVsbG8=", "AA==")],
        "date": [_source(DATES), _expression(ex.iso()), _expression(ex.date()), _constant("2024-02-29T00:00:00Z")],
    }
    return st.one_of(known[kind])


@st.composite
def _matched(draw: Draw, rows: list[Row]) -> list[Row]:
    """Let a second and a third attribute be matching ones, or another than userName be the first."""
    fit = [row for row in rows if _is_unique(row)]
    shared = [row for row in rows if not row.get("match") and row.get("type") is None and row["target"] != "password"]
    if fit and draw(once_in(3)):
        row = draw(st.sampled_from(fit))
        row["match"] = 2
        if draw(once_in(3)):
            _swap(rows, row)
    elif shared and draw(once_in(6)):
        draw(st.sampled_from(shared))["match"] = draw(st.sampled_from([2, 3]))
    return rows


def _swap(rows: list[Row], first: Row) -> None:
    for row in rows:
        if row.get("match") == 1:
            row["match"] = 2
    first["match"] = 1


def _is_unique(row: Row) -> bool:
    target = str(row["target"]).lower()
    named = target in {"externalid", 'emails[type eq "work"].value', f"{ENTERPRISE}:employeenumber".lower()}
    return named and row.get("apply") is None and row.get("source") != "originalUserPrincipalName"


@st.composite
def group_rows(draw: Draw) -> list[Row]:
    """Draw the mappings of groups: displayName, externalId and members mostly, and custom ones."""
    rows: list[Row] = [{**draw(_group_name()), "target": "displayName", "match": 1}]
    if not draw(once_in(4)):
        rows.append({"source": "objectId", "target": "externalId"})
        if draw(once_in(5)):
            rows[1]["match"] = 2
    if draw(st.booleans()):
        goals = draw(st.lists(st.sampled_from(GROUP_CUSTOM), min_size=1, max_size=2, unique=True))
        rows += [draw(_group_row(goal)) for goal in goals]
    if not draw(once_in(8)):
        rows.append({"source": "members", "target": "members", "type": "Reference"})
    return rows


def _group_name() -> st.SearchStrategy[Row]:
    name = {"source": "displayName"}
    made = [{"expression": text} for text in ('Append([displayName], " (app)")', "ToUpper([displayName])")]
    return st.sampled_from([name, name, name, *made])


@st.composite
def _group_row(draw: Draw, goal: Goal) -> Row:
    flows = {
        "text": [_source(GROUP_TEXTS), _expression(ex.text(GROUP_TEXTS, 1)), _constant("from Entra")],
        "count": [_constant("3"), _expression(ex.integer(GROUP_TEXTS, 1))],
        "flag": [_constant("True"), _expression(ex.flag(GROUP_TEXTS, 1))],
    }
    row = {**draw(st.one_of(flows[goal.kind])), "target": goal.path}
    if draw(once_in(4)):
        row["apply"] = "create"
    if goal.kind == "text" and draw(once_in(4)):
        row["default"] = "none"
    if goal.kind == "text" and draw(once_in(4)):
        row["sample"] = ["one", "two"]
    return row if goal.type == "String" else {**row, "type": goal.type}
