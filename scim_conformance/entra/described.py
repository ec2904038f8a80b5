"""What a target describes at /Schemas: Microsoft's SCIM Validator reads that first, and sends nothing else.

Source: darrenjrobinson/entra-scim-mcp, node/test/fixtures/validator (b108a41): the session begins with GET /Schemas.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.scenario.bodies import Cut
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths, urns
from scim_conformance.scim.paths import AttrPath, elements, member

SCHEMAS = "schemas"
"""The name under which the response of /Schemas is stored."""

LACKING = "/Schemas does not describe it, so the validator does not send it"

Knows = Callable[[AttrPath], bool]
"""Whether a target describes the attribute at a path."""

_Described = Mapping[str, Mapping[str, set[str]]]
"""The sub-attributes of each attribute that can be written, of each schema, all by their names in small letters."""

_ALWAYS = {"schemas", "id", "meta", "externalid", "username", "displayname", "active"}
"""What every scenario needs, and the common attributes, which no schema lists (RFC 7643 section 3.1)."""

_IN_ELEMENTS = {"value", "type", "primary"}


def read_schemas() -> Step:
    """Read /Schemas, and store what it describes. Nothing is judged: ENT-DSC-01 does that."""
    why = "What does the target describe?"
    return Step("read-schemas", "GET", "/Schemas", why, by=Sender.HARNESS, keeps=SCHEMAS)


def read_schemas_for(path: AttrPath) -> Step:
    """Read /Schemas in preparation: if it does not describe this attribute of users, the scenario does not apply."""
    asked = Obligation("described", f"{path.text} in a schema", lambda view: _undescribed(view, path))
    named = asked.should(ms.VALIDATOR, so="the validator does not send it", fix="describe it at /Schemas").vital()
    return read_schemas().expecting(named).but(optional=True, lacking=LACKING, also_ok=_UNREADABLE)


_UNREADABLE = tuple(range(300, 600))


def where_described(path: AttrPath, obligation: Obligation) -> Obligation:
    """Return an obligation that is met where /Schemas, which was read, does not describe the attribute at `path`."""

    def judge(view: View) -> str | None:
        return obligation.judge(view) if knows(view.bindings)(path) else None

    return replace(obligation, judge=judge)


def _undescribed(view: View, path: AttrPath) -> str | None:
    known = _described(view.body)
    of_users = known.get((path.urn or urns.USER).lower(), {})
    return None if not known or path.name.lower() in of_users else "it is missing"


def knows(bindings: Mapping[str, str]) -> Knows:
    """Return what tells which attributes the target describes.

    Without a readable /Schemas, these are all of RFC 7643, and none of any other schema.
    """
    known = _described(kept(SCHEMAS, bindings))
    return (lambda path: path.urn is None or path.urn.lower() in _OF_THE_RFC) if not known else _among(known)


_OF_THE_RFC = {urns.USER.lower(), urns.GROUP.lower(), urns.ENTERPRISE_USER.lower()}


def _described(body: Any) -> _Described:
    listed = elements(member(body, "Resources"))
    return {str(member(one, "id")).lower(): _attributes(one) for one in listed if elements(member(one, "attributes"))}


def _attributes(schema: Any) -> dict[str, set[str]]:
    return {
        _name(one): {_name(sub) for sub in _writable(one, "subAttributes")} for one in _writable(schema, "attributes")
    }


def _writable(holder: Any, name: str) -> list[Any]:
    found = elements(member(holder, name))
    return [one for one in found if str(member(one, "mutability")).lower() != "readonly"]


def _name(attribute: Any) -> str:
    return str(member(attribute, "name")).lower()


def _among(known: _Described) -> Knows:
    core = {name: subs for urn in (urns.USER, urns.GROUP) for name, subs in known.get(urn.lower(), {}).items()}

    def describes(path: AttrPath) -> bool:
        attributes = core if path.urn is None else known.get(path.urn.lower(), {})
        if path.urn is None and path.name.lower() in _ALWAYS:
            return True
        subs = attributes.get(path.name.lower())
        return subs is not None and (not subs or path.sub is None or path.sub.lower() in subs | _IN_ELEMENTS)

    return describes


def only_described(body: dict[str, Any]) -> Cut:
    """Return the body of a creation without what the target does not describe."""
    return Cut(body, lambda whole, bindings: _resource(whole, knows(bindings)))


def _resource(whole: dict[str, Any], known: Knows) -> dict[str, Any]:
    found = {name: _value(name, value, known) for name, value in whole.items()}
    left = {name: value for name, value in found.items() if value is not None}
    extensions = {name for name in whole if name.startswith("urn:")} - left.keys()
    return {**left, "schemas": [one for one in whole["schemas"] if one not in extensions]}


def _value(name: str, value: Any, known: Knows) -> Any:
    """Return what is left of an attribute or an extension; None: nothing."""
    if name.startswith("urn:"):
        return {key: one for key, one in value.items() if known(paths.parse(f"{name}:{key}"))} or None
    if not known(paths.parse(name)):
        return None
    if isinstance(value, dict):
        return {key: one for key, one in value.items() if known(paths.parse(f"{name}.{key}"))} or None
    if name != "schemas" and isinstance(value, list):
        return [_element(name, one, known) for one in value]
    return value


def _element(name: str, element: Any, known: Knows) -> Any:
    if not isinstance(element, dict):
        return element
    return {key: one for key, one in element.items() if known(paths.parse(f"{name}.{key}"))}


def only_known(change: dict[str, Any]) -> Cut:
    """Return the body of a PATCH without operations on what the target does not describe."""
    return Cut(change, lambda whole, bindings: _change(whole, knows(bindings)))


def _change(whole: dict[str, Any], known: Knows) -> dict[str, Any]:
    made = (_operation(one, known) for one in whole["Operations"])
    return {**whole, "Operations": [one for one in made if one is not None]}


def _operation(operation: dict[str, Any], known: Knows) -> dict[str, Any] | None:
    if "path" in operation:
        return operation if known(paths.parse(operation["path"])) else None
    value = {name: one for name, one in operation["value"].items() if known(paths.parse(name))}
    return {**operation, "value": value} if value else None
