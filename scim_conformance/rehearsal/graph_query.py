"""The queries for Microsoft Graph that export what a profile needs, to be pasted into Graph Explorer or a script."""

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.source import suspending
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.entra.source.names import selected

PAGE = 999
"""The largest page of users and groups (Microsoft Graph, "List users")."""


def lines(profile: Profile) -> list[str]:
    """Return the queries, each under the name of the file in which to keep its responses."""
    wanted = suspending.wanted(profile)
    users = ",".join(selected(wanted[ObjectKind.USER]))
    manager = "&$expand=manager($select=id)" if "manager" in wanted[ObjectKind.USER] else ""
    groups = ["id", "displayName", "securityEnabled"]
    groups += [one for one in selected(wanted.get(ObjectKind.GROUP, [])) if one not in {*groups, *_OF_USERS}]
    return [
        "# Follow @odata.nextLink, and append each response to the file.",
        "# <object-id> is the object ID of the enterprise application.",
        "# users.json: --people",
        f"GET https://graph.microsoft.com/v1.0/users?$select={users}{manager}&$top={PAGE}",
        "# groups.json: --groups",
        f"GET https://graph.microsoft.com/v1.0/groups?$select={','.join(groups)}&$top={PAGE}",
        '# members.json: --members, as {"<group id>": ["<member id>", ...], ...}, for each assigned or mapped group',
        f"GET https://graph.microsoft.com/v1.0/groups/<group id>/members?$select=id&$top={PAGE}",
        "# assignments.json: --assignments",
        "GET https://graph.microsoft.com/v1.0/servicePrincipals/<object-id>/appRoleAssignedTo",
        "# deleted.json: --deleted",
        f"GET https://graph.microsoft.com/v1.0/directory/deletedItems/microsoft.graph.user?$select={users}",
    ]


_OF_USERS = ("userPrincipalName", "accountEnabled")
