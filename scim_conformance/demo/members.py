"""What the standards require of the members of a group, and scim2-server 0.8.3 lacks."""

from typing import Any

from scim2_models import PatchOp, Resource
from scim2_server.conditions import Conditions

from scim_conformance.demo import quick


class MemberService(quick.Service):
    """The service for which a member is identified by its value: scim2-server compares the whole entry."""

    def apply_patch(
        self, current: Resource[Any], patch_op: "PatchOp[Any]", conditions: Conditions
    ) -> Resource[Any] | None:
        """Apply a PATCH. To add a member again, such as with its `type`, changes nothing (RFC 7644 section 3.5.2.1).

        Return the new state, or None if nothing has changed.
        """
        before = quick.copied(current)
        patched = super().apply_patch(current, patch_op, conditions)
        if patched is None or not _keep_each_once(patched):
            return patched
        return None if patched == before else patched

    def apply_replacement(
        self, current: Resource[Any], replacement: Resource[Any], conditions: Conditions
    ) -> Resource[Any] | None:
        """Replace a resource. What an immutable part of a member lacks may still be set (RFC 7644 section 3.5.1).

        Return the new state, or None if nothing has changed.
        """
        known = _with_first_parts(current, replacement)
        changed: Resource[Any] | None = super().apply_replacement(known, replacement, conditions)
        return replacement if changed is None and known != current else changed


PARTS = ("type", "ref", "display")


def _with_first_parts(current: Resource[Any], replacement: Resource[Any]) -> Resource[Any]:
    """Return the resource with those parts of its members that it lacks, and its replacement has."""
    said = {one.value: one for one in getattr(replacement, "members", None) or []}
    found: Resource[Any] = quick.copied(current)
    for member in getattr(found, "members", None) or [] if said else []:
        for name in PARTS:
            if getattr(member, name, None) is None and member.value in said:
                setattr(member, name, getattr(said[member.value], name, None))
    return found


def _keep_each_once(resource: Any) -> bool:
    """Keep the first entry of each member; return whether another one was there."""
    members = getattr(resource, "members", None) or []
    first = {one.value: one for one in reversed(members)}
    kept = [one for one in members if first[one.value] is one]
    if len(kept) < len(members):
        resource.members = kept
    return len(kept) < len(members)
