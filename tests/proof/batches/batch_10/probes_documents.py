"""Probes of the tenth batch over a raw socket, of documents and of the form of answers: True where the fault shows."""

from base64 import b64encode
from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import person, replaced, unique, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE

OK = {200, 204}
SPC = "/ServiceProviderConfig"


def described(wire: Wire, urn: str, name: str) -> dict[str, Any]:
    """Return an attribute as /Schemas describes it, empty where it does not."""
    schema = wire.get(f"/Schemas/{urn}").json
    return next((one for one in schema["attributes"] if one["name"] == name), {})


def discovery_bare_arrays(wire: Wire) -> bool:
    found = [wire.get(path) for path in ("/Schemas", "/ResourceTypes")]
    assert [one.status for one in found] == [200, 200]
    assert wire.get(f"/Schemas/{CORE}User").json["id"] == f"{CORE}User"
    return all(isinstance(one.json, list) and one.json for one in found)


def configuration_in_list(wire: Wire) -> bool:
    found = wire.get(SPC).json
    return "patch" not in found and found["Resources"][0]["patch"] == {"supported": True}


def etag_in_body_alone(wire: Wire) -> bool:
    assert wire.get(SPC).json["etag"] == {"supported": True}
    reply = wire.get(f"/Users/{wire.user()}")
    assert reply.json["meta"]["version"]
    return "etag" not in reply.headers


def immutable_number_changes(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"employeeNumber": "1"}})
    assert wire.change(user, replaced(f"{ENTERPRISE}:employeeNumber", "2")).status in OK
    assert wire.read(user)[ENTERPRISE]["employeeNumber"] == "2"
    assert described(wire, ENTERPRISE, "department")["mutability"] == "readWrite"
    return bool(described(wire, ENTERPRISE, "employeeNumber")["mutability"] == "immutable")


def password_echoed(wire: Wire) -> bool:
    reply = wire.create(password="Correct-horse-9")
    assert "password" not in wire.read(reply.id)
    declared = described(wire, f"{CORE}User", "password").get("returned")
    return reply.json.get("password") == "Correct-horse-9" and declared == "never"


def resources_as_map(wire: Wire) -> bool:
    user = wire.user()
    found = [wire.get("/Users"), wire.find("Users", f'id eq "{user}"'), wire.send("POST", "/Users/.search", search())]
    return all(one.json["Resources"] == {user: wire.read(user)} for one in found)


def latin_1_out(wire: Wire) -> bool:
    reply = wire.create(displayName="Zoë")
    assert reply.status == 201
    return b'"Zo\xeb"' in reply.body and b'"Zo\xeb"' in wire.get("/Users").body


def times_as_numbers(wire: Wire) -> bool:
    meta = wire.read(wire.user())["meta"]
    return isinstance(meta["created"], int) and isinstance(meta["lastModified"], int)


def resource_type_plural(wire: Wire) -> bool:
    user, group = wire.read(wire.user()), wire.get(f"/Groups/{wire.group()}").json
    return [one["meta"]["resourceType"] for one in (user, group)] == ["Users", "Groups"]


def figures_as_text(wire: Wire) -> bool:
    wire.user()
    found = wire.get("/Users").json
    return [found[name] for name in ("totalResults", "startIndex", "itemsPerPage")] == ["1", "1", "1"]


def lists_of_version_one(wire: Wire) -> bool:
    user = wire.user()
    assert wire.read(user)["schemas"] == [f"{CORE}User"]
    return bool(wire.get("/Users").json["schemas"] == ["urn:scim:schemas:core:1.0"])


def single_value_unwrapped(wire: Wire) -> bool:
    two = [{"type": kind, "value": f"{unique()}@example.com"} for kind in ("work", "home")]
    one, several = wire.user(emails=two[:1]), wire.user(emails=two)
    assert isinstance(wire.read(several)["emails"], list)
    return bool(wire.read(one)["emails"] == two[0])


def certificate_as_hex(wire: Wire) -> bool:
    user = wire.user(x509Certificates=[{"value": b64encode(b"\x30\x82").decode()}])
    return bool(wire.read(user)["x509Certificates"][0]["value"] == "3082")


def modified_at_birth(wire: Wire) -> bool:
    user = wire.user()
    first, second = wire.read(user)["meta"], wire.read(user)["meta"]
    assert first == second
    assert wire.change(user, replaced("title", "Boss")).status in OK
    assert wire.read(user)["meta"]["created"] == first["created"]
    return bool(first["lastModified"] > first["created"])


def filter_error_as_syntax(wire: Wire) -> bool:
    replies = [wire.find("Users", text) for text in ("userName xx 1", "userName eq")]
    assert [one.status for one in replies] == [400, 400]
    return [one.json["scimType"] for one in replies] == ["invalidSyntax"] * 2


def trace_in_error(wire: Wire) -> bool:
    assert "\tat " not in wire.get("/Users", Authorization="Bearer wrong").json["detail"]
    found = [wire.get("/Users/none"), wire.find("Users", "userName xx 1")]
    return all("DispatcherServlet.java:1089" in one.json["detail"] for one in found)


def put_needs_no_token(wire: Wire) -> bool:
    user, name = wire.user(), f"{unique()}@example.com"
    for method, path in (
        ("GET", "/Users"),
        ("POST", "/Users"),
        ("PATCH", f"/Users/{user}"),
        ("DELETE", f"/Users/{user}"),
    ):
        assert wire.send(method, path, person() if method == "POST" else None, Authorization=None).status == 401
    reply = wire.send("PUT", f"/Users/{user}", person(userName=name), Authorization=None)
    return reply.status == 200 and wire.read(user)["userName"] == name


def search(**parameters: Any) -> dict[str, Any]:
    """Return the body of a search by POST."""
    return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], **parameters}


def query_token_accepted(wire: Wire) -> bool:
    token = wire.served.token
    assert wire.get("/Users?access_token=wrong", Authorization=None).status == 401
    return wire.get(f"/Users?access_token={token}", Authorization=None).status == 200


def users_cached_publicly(wire: Wire) -> bool:
    user = wire.user(emails=work("jo@example.com"))
    found = [wire.get(path).headers.get("cache-control") for path in (f"/Users/{user}", "/Users")]
    return found == ["public, max-age=300"] * 2


def method_override_obeyed(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    assert wire.get(f"/Users/{other}", X_HTTP_Method_Override="DELETE").status == 200
    reply = wire.send("POST", f"/Users/{user}", {}, X_HTTP_Method_Override="DELETE")
    return [reply.status, wire.get(f"/Users/{user}").status, wire.get(f"/Users/{other}").status] == [204, 404, 200]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        discovery_bare_arrays,
        configuration_in_list,
        etag_in_body_alone,
        immutable_number_changes,
        password_echoed,
        resources_as_map,
        latin_1_out,
        times_as_numbers,
        resource_type_plural,
        figures_as_text,
        lists_of_version_one,
        single_value_unwrapped,
        certificate_as_hex,
        modified_at_birth,
        filter_error_as_syntax,
        trace_in_error,
        put_needs_no_token,
        query_token_accepted,
        users_cached_publicly,
        method_override_obeyed,
    )
}
