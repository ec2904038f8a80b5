"""What Acme's SCIM endpoint promises beyond what Entra needs, as scenarios of Acme's own.

Run it from any folder: `pytest --scim-url https://host/scim/v2`, the token in SCIM_CONFORMANCE_TOKEN.
"""

from scim_conformance.kit import (
    Change,
    Citation,
    Dialect,
    Evidence,
    Moment,
    Obligation,
    Scenario,
    View,
    World,
    create_user,
    member,
    patch_user,
    read_back,
    read_user,
    rfc7643,
    scenario,
)

PROMISE = Citation("Acme SCIM guide, Accounts", "https://acme.example/docs/scim#accounts", Evidence.DOCUMENTED)


def located() -> Obligation:
    """An obligation of your own: a key, what is expected, and a function that says what it found instead."""

    def judge(view: View) -> str | None:
        found = member(member(view.body, "meta"), "location")
        return None if isinstance(found, str) and found.endswith(view.bindings["user"]) else f"meta.location {found!r}"

    return Obligation("location", "meta.location ends in the id", judge)


def department(name: str) -> Obligation:
    """The account has this department."""
    urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

    def judge(view: View) -> str | None:
        found = member(member(view.body, urn), "department")
        return None if found == name else f"department {found!r}"

    return Obligation("department", f"department {name!r}", judge)


@scenario("ACM-USR-01", "An account has its location", moment=Moment.CREATE)
def location(world: World) -> Scenario:
    """Acme's console links to accounts by `meta.location`."""
    return Scenario(
        given=[create_user(world, world.person())],
        steps=[read_user("user", located().must(rfc7643("3.1"), so="the console links to nowhere"))],
    )


@scenario("ACM-USR-02", "A user who changes departments is billed to the new one", moment=Moment.UPDATE, dialects=True)
def billed(world: World, dialect: Dialect) -> Scenario:
    """Acme bills by department: a change must be visible as soon as Entra has sent it."""
    urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    moved = patch_user(dialect, [Change(f"{urn}:department", "Finance")], key="move", why="Change the department")
    return Scenario(
        given=[create_user(world, world.person())],
        steps=[moved, read_back("user", department("Finance").entra(PROMISE, so="the wrong department is billed"))],
    )
