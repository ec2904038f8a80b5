"""Profiles that an administrator could configure in the portal, drawn by Hypothesis as the tables of a TOML file."""

from typing import Any

from hypothesis import strategies as st

from scim_conformance.entra.profiles import toml_writing
from tests.property.mappings import Draw, group_rows, once_in, user_rows

CLIENT = "embedded-client"
"""The client that the embedded target knows."""

REQUIRED = ("discovery", "client-credentials", "gallery")

ACTIONS: tuple[list[str], ...] = (
    ["create", "update"],
    ["create"],
    ["create", "delete"],
    ["update"],
    ["update", "delete"],
)

UNCLAIMED = ("ENT-ROL", "ENT-UPD-13", "ENT-UPD-14", "ENT-GRP-16", "ENT-CRE-05", "ENT-MAT-05", "ENT-LST", "ENT-UPD-15")
"""What a target may not claim without that a mapping is left untested."""


@st.composite
def profile_texts(draw: Draw) -> str:
    """Draw a profile, as the text of its file."""
    table: dict[str, Any] = {"name": "drawn", "title": "A drawn profile", **draw(_top())}
    table["user"] = {"mapping": draw(user_rows()), **draw(_object())}
    if not draw(once_in(4)):
        table["group"] = {"mapping": draw(group_rows()), **draw(_object())}
    table["people"] = draw(_people())
    table["credentials"] = draw(_credentials())
    return written(table)


def written(table: dict[str, Any]) -> str:
    """Return the file of a profile."""
    lines = [f"{key} = {toml_writing.value(one)}" for key, one in table.items() if not isinstance(one, dict)]
    for name in ("people", "credentials"):
        lines += _section(name, table[name])
    for kind in ("user", "group"):
        thing = table.get(kind, {"mapping": []})
        lines += _section(kind, {key: one for key, one in thing.items() if key != "mapping"})
        for row in thing["mapping"]:
            lines += ["", f"[[{kind}.mapping]]", *(f"{key} = {toml_writing.value(one)}" for key, one in row.items())]
    return "\n".join(lines) + "\n"


def _section(name: str, found: dict[str, Any]) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {toml_writing.value(one)}" for key, one in found.items())] if found else []


@st.composite
def _top(draw: Draw) -> dict[str, Any]:
    found: dict[str, Any] = {}
    dialect = draw(st.sampled_from([None, None, "both", "legacy", "compliant"]))
    if dialect is not None:
        found["dialect"] = dialect
    if draw(once_in(6)):
        found["requires"] = draw(st.lists(st.sampled_from(REQUIRED), min_size=1, unique=True))
    if draw(once_in(4)):
        found["only_mapped"] = True
    if draw(once_in(12)):
        found["members"] = "hidden"
    if draw(once_in(5)):
        found["unclaimed"] = draw(st.lists(st.sampled_from(UNCLAIMED), min_size=1, max_size=3, unique=True))
    return found


@st.composite
def _object(draw: Draw) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw(once_in(3)):
        found["actions"] = draw(st.sampled_from(ACTIONS))
    if draw(once_in(4)):
        found["unassign"] = draw(st.sampled_from(["disable", "delete", "nothing"]))
    return found


@st.composite
def _people(draw: Draw) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw(once_in(5)):
        found["domain"] = draw(st.sampled_from(["example.org", "sub.example.net", "contoso.test"]))
    if draw(once_in(6)):
        found["most"] = draw(st.sampled_from([5, 6, 10, 20, 100]))
    return found


@st.composite
def _credentials(draw: Draw) -> dict[str, Any]:
    kind = draw(st.sampled_from([None, None, "bearer", "client-credentials", "federated"]))
    found = {} if kind is None else {"kind": kind}
    if kind in {"client-credentials", "federated"} and draw(st.booleans()):
        found["scope"] = draw(st.sampled_from(["scim", "api://x/.default"]))
    if kind == "client-credentials":
        found["sent_in"] = draw(st.sampled_from(["header", "body", "both"]))
    if kind in {"client-credentials", "federated"} and draw(st.booleans()):
        found["client_id"] = CLIENT
    return found
