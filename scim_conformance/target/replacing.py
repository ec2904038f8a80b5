"""What a PUT creates. RFC 7644 section 3.2: it must not, so that no author of a scenario expects it."""

from scim_conformance.scenario import tags
from scim_conformance.scenario.exchange import Answer, Creation, Outgoing
from scim_conformance.scim import strictjson
from scim_conformance.scim.paths import member
from scim_conformance.target.ids import NAMES


def created_by(outgoing: Outgoing, answer: Answer, tag: str) -> Creation | None:
    """Return what a PUT created: the response is 201, or has another id than the path. None: nothing."""
    if outgoing.method != "PUT" or outgoing.resource is None or not answer.ok:
        return None
    kind, identifier = outgoing.resource
    if answer.status != 201 and str(member(answer.json, "id") or identifier) == identifier:
        return None
    name = str(member(_sent(outgoing), NAMES[kind]))
    return Creation(kind, name if tags.carries(tag, name) else tag)


def _sent(outgoing: Outgoing) -> object:
    try:
        return strictjson.loads(outgoing.body or b"")
    except ValueError:
        return None
