"""Steps on a group's members, and what the group must hold afterwards."""

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.steps import create_user, patch, prepare_group, read_members
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.obligations import members_are
from scim_conformance.scenario.steps import Step


def group_with(world: World, dialect: Dialect, *names: str, fresh: str | None = None) -> list[Step]:
    """Prepare a group, taken as `group`, whose members are users taken under these names; `fresh` is a new one."""
    users = [step.but(any_will_do=fresh not in step.takes) for step in create_users(world, *names)]
    return [*users, some_group(world), add(dialect, *names)]


def some_group(world: World) -> Step:
    """Prepare a group without members, taken as `group`; any will do, such as one that an earlier scenario left."""
    return prepare_group(world, world.team()).but(any_will_do=True)


def create_users(world: World, *names: str) -> list[Step]:
    """Prepare one user for each name; any active user will do, such as one that an earlier scenario left."""
    made = [create_user(world, world.person(), name, key=f"create-{name}") for name in names]
    return [step.but(any_will_do=True) for step in made]


def add(dialect: Dialect, *names: str, key: str = "add", group: str = "group") -> Step:
    """PATCH that adds members in one operation."""
    step = patch("Groups", dialect.add_members(*names), dialect, group, key=key, why="Add members to the group")
    return step.but(owner=f"ENT-GRP-05/{dialect}")


def remove(dialect: Dialect, *names: str, key: str = "remove") -> Step:
    """PATCH that removes members in the way of the dialect."""
    body = dialect.remove_members(*names)
    step = patch("Groups", body, dialect, "group", key=key, why="Remove members from the group")
    explained = {"status": (f"ENT-GRP-06/{dialect}#remove.status", f"ENT-GRP-05/{dialect}#add-one.status")}
    listed = "take the members that value lists out of the group"
    fix = listed if dialect is Dialect.LEGACY else 'support the path members[value eq "id"]'
    return step.but(owner=f"ENT-GRP-06/{dialect}", after=explained).fixed_by(fix)


def exactly(*names: str) -> Check:
    """Ask that the group's members are the users taken under these names, each once, and nobody else."""
    so = "people have access that they should not have, or lack the access they should have"
    fix = "apply the operation to the members that it names, and return members where they are not excluded"
    return members_are(*names).must(rfc7644("3.5.2"), so=so, fix=fix)


def members(*names: str, group: str = "group", key: str = "read-members") -> Step:
    """Read a group with its members, which must be exactly these."""
    return read_members(group, exactly(*names), key=key)
