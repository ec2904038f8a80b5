"""Profiles that Entra's portal would take, each a variation on what administrators configure."""

from pathlib import Path

Row = dict[str, object]

MATCH: Row = {"source": "userPrincipalName", "target": "userName", "match": 1}
ACTIVE: Row = {
    "expression": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    "target": "active",
    "type": "Boolean",
}
NAME: Row = {"source": "displayName", "target": "displayName"}
MAIL: Row = {"source": "mail", "target": 'emails[type eq "work"].value'}
TITLE: Row = {"source": "jobTitle", "target": "title"}

PASSWORD: Row = {"expression": 'RandomString(16,4,4,4,4,"")', "target": "password"}
ROLE: Row = {
    "expression": "SingleAppRoleAssignment([appRoleAssignments])",
    "target": 'roles[primary eq "True"].value',
}

GROUP_NAME: Row = {"source": "displayName", "target": "displayName", "match": 1}
GROUP_ID: Row = {"source": "objectId", "target": "externalId"}
MEMBERS: Row = {"source": "members", "target": "members", "type": "Reference"}
GROUPS = (GROUP_NAME, GROUP_ID, MEMBERS)

CUSTOM = "urn:example:params:scim:schemas:extension:vendor:1.0:User"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def toml(name: str, users: tuple[Row, ...], groups: tuple[Row, ...] = (), more: str = "") -> str:
    """Return the TOML of a profile with these mappings; `more`: tables that stand before them."""
    lines = [f'name = "{name}"', f'title = "{name}"', more]
    for kind, rows in (("user", users), ("group", groups)):
        for row in rows:
            lines += [f"[[{kind}.mapping]]", *(f"{key} = {_literal(value)}" for key, value in row.items())]
    return "\n".join([*lines, ""])


def _literal(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return f"'{value}'" if isinstance(value, str) else str(value)


def written(directory: Path, texts: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Write profiles into files, and return the arguments of a demo for each."""
    for name, text in texts.items():
        (directory / f"{name}.toml").write_text(text, encoding="utf-8")
    return {name: ("--profile", f"{name}.toml") for name in texts}


VALID: dict[str, str] = {
    "custom-extension": toml(
        "custom-extension", (MATCH, ACTIVE, NAME, {"source": "employeeId", "target": f"{CUSTOM}:badge"})
    ),
    "create-only": toml("create-only", (MATCH, ACTIVE, MAIL, {**TITLE, "apply": "create"})),
    "create-only-name": toml("create-only-name", ({**MATCH, "apply": "create"}, ACTIVE, NAME, MAIL, TITLE), GROUPS),
    "create-only-external-id": toml(
        "create-only-external-id",
        (
            {**MATCH, "match": 2},
            ACTIVE,
            NAME,
            {"source": "mailNickname", "target": "externalId", "match": 1, "apply": "create"},
        ),
    ),
    "create-only-manager": toml(
        "create-only-manager",
        (
            MATCH,
            ACTIVE,
            NAME,
            {"source": "manager", "target": f"{ENTERPRISE}:manager", "type": "Reference", "apply": "create"},
        ),
    ),
    "password": toml("password", (MATCH, ACTIVE, {**PASSWORD, "apply": "create"})),
    "password-always": toml("password-always", (MATCH, ACTIVE, NAME, {**PASSWORD, "target": f"{CORE}:Password"})),
    "group-without-external-id": toml("group-without-external-id", (MATCH, ACTIVE), (GROUP_NAME, MEMBERS)),
    "group-by-external-id": toml(
        "group-by-external-id", (MATCH, ACTIVE, NAME), ({**NAME, "apply": "create"}, {**GROUP_ID, "match": 1}, MEMBERS)
    ),
    "role-match": toml("role-match", (MATCH, ACTIVE, NAME, {**ROLE, "match": 2}), GROUPS),
    "role-match-first": toml("role-match-first", ({**MATCH, "match": 2}, ACTIVE, NAME, {**ROLE, "match": 1})),
    "typed": toml(
        "typed",
        (
            MATCH,
            ACTIVE,
            NAME,
            {"source": "extensionAttribute1", "target": f"{CUSTOM}:level", "type": "Integer", "match": 2},
            {"source": "extensionAttribute2", "target": f"{CUSTOM}:remote", "type": "Boolean"},
            {"source": "employeeHireDate", "target": f"{CUSTOM}:hired", "type": "DateTime", "match": 3},
            {"source": "nothing", "default": "7", "target": f"{CUSTOM}:seven", "type": "Integer"},
            {"expression": "ConvertToBase64([employeeId])", "target": f"{CUSTOM}:badge", "type": "Binary"},
            {"constant": "https://example.com/me", "target": "profileUrl", "type": "Reference"},
        ),
    ),
    "number-first": toml(
        "number-first",
        (
            {**MATCH, "match": 2},
            ACTIVE,
            NAME,
            {"source": "extensionAttribute1", "target": f"{CUSTOM}:level", "type": "Integer", "match": 1},
        ),
    ),
    "title-first": toml("title-first", ({**MATCH, "match": 2}, ACTIVE, NAME, {**TITLE, "match": 1})),
    "active-first": toml("active-first", ({**MATCH, "match": 2}, {**ACTIVE, "match": 1}, NAME, TITLE)),
    "active-alone": toml("active-alone", ({**MATCH, "match": 0}, {**ACTIVE, "match": 1}, NAME, TITLE)),
    "several-values": toml(
        "several-values",
        (MATCH, ACTIVE, NAME, {"expression": 'Split([displayName], " ")', "target": f"{CUSTOM}:words"}),
    ),
    "odd-keys": toml(
        "odd-keys",
        (
            {"expression": "ToLower([mail])", "target": "userName", "match": 1},
            {"source": "accountEnabled", "target": "active"},
            {"expression": 'Append("App ", [displayName])', "target": "displayName"},
            {**TITLE, "sample": ["Engineer", "Manager"]},
            {"source": "nothing", "default": "Sales", "target": f"{ENTERPRISE}:department"},
            {"constant": "Member", "target": "userType"},
            {"source": "givenName", "target": "name.givenName", "sample": ["Ada"]},
        ),
        ({"expression": 'Append([displayName], " (app)")', "target": "displayName", "match": 1}, MEMBERS),
        '[user]\nactions = ["create"]\nunassign = "nothing"',
    ),
    "groups-without-members": toml("groups-without-members", (MATCH, ACTIVE, NAME), (GROUP_NAME, GROUP_ID)),
    "few-objects": toml("few-objects", (MATCH, ACTIVE, NAME, MAIL, TITLE), GROUPS, "[people]\nmost = 20"),
}
"""With the honest target each of these is yes, without a deviation at MUST or ENTRA."""
