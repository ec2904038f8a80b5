"""What goes over the wire, byte for byte: recorded by a plain socket, so that no HTTP library tidies it up."""

import json
import socket
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.catalogue.scenarios import cases_of, shipped_templates
from scim_conformance.config.settings import Settings
from scim_conformance.demo.schemas import described
from scim_conformance.entra.described import SCHEMAS
from scim_conformance.entra.directory.people import PeopleMaker, Person, Team
from scim_conformance.entra.profiles.profile import load
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.exchange import Credential, Exchange, Outgoing
from scim_conformance.scenario.notes import kept_as
from scim_conformance.scenario.steps import Step, prepare
from scim_conformance.target.wire import TargetWire

GOLDEN = Path(__file__).parent / "golden"
TOKEN = "a-secret-token-of-the-test"
GUID = "7d420df3-6b5c-4f2b-9c0d-0f2f1d3c5a11"
IDS = {
    "user": "u-0",
    "group": "g-1",
    "first": "u-1",
    "second": "u-2",
    "third": "u-3",
    "fourth": "u-4",
    "neighbour": "u-0",
    "ghost": "u-9",
    "boss": "u-7",
}

JANE = {
    "objectId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef", "userPrincipalName": "jane.doe@example.com",
    "mail": "jane.doe@example.com", "mailNickname": "jane.doe", "displayName": "Jane Doe", "givenName": "Jane",
    "surname": "Doe", "accountEnabled": True, "IsSoftDeleted": False, "jobTitle": "Engineer", "department": "R&D",
    "employeeId": "100001", "preferredLanguage": "en-US", "telephoneNumber": "+1 206 555 0100",
    "mobile": "+1 312 555 0101", "facsimileTelephoneNumber": "+1 415 555 0102", "streetAddress": "1 Main Street",
    "city": "Springfield", "state": "Oregon", "postalCode": "97475", "country": "US",
    "physicalDeliveryOfficeName": "18/2111",
}  # fmt: skip
JUERGEN = JANE | {
    "mail": "juergen@example.com", "displayName": "Jürgen Groß", "givenName": "Jürgen", "surname": "Groß",
    "jobTitle": "Architect", "department": "Sales", "employeeId": "100002", "mobile": "+1 312 555 0199",
    "city": "Salem", "objectId": "b7b1c2d3-0000-4000-8000-000000000002",
}  # fmt: skip


class FixedDirectory(PeopleMaker):
    """People who never change, whatever the generator of names does: Jane first, Jürgen after her."""

    def person(self) -> Person:
        self._made += 1
        return Person(dict(JANE if self._made == 1 else JUERGEN))

    def team(self) -> Team:
        return Team({"displayName": "R&D Team", "objectId": GUID})

    def guid(self) -> str:
        return GUID


class Recorder:
    """A listener that keeps the bytes of each request and answers with what stands in `answer`."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        while request := _request(connection):
            self.requests.append(request)
            connection.sendall(self.answer)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)


def _request(connection: socket.socket) -> bytes:
    """Return one whole request; nothing when the client has gone."""
    found = b""
    while (end := found.find(b"\r\n\r\n")) < 0 or len(found) < end + 4 + _length(found[:end]):
        chunk = connection.recv(65_536)
        if not chunk:
            return b""
        found += chunk
    return found


def _length(head: bytes) -> int:
    lines = [line.partition(b":") for line in head.split(b"\r\n")]
    return next((int(value) for name, _, value in lines if name.lower() == b"content-length"), 0)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    found = Recorder()
    yield found
    found.close()


@pytest.fixture
def wire(recorder: Recorder) -> Iterator[TargetWire]:
    found = TargetWire(f"http://{recorder.place}/scim/v2", TOKEN, timeout=5)
    yield found
    found.close()


def _head(line: str, place: str, *more: str) -> bytes:
    """The head of a request: the line, and no header but those that Entra is known to send."""
    lines = [line, f"Host: {place}", f"Authorization: Bearer {TOKEN}", "ADSCIMVersion: 6.0", *more, "", ""]
    return "\r\n".join(lines).encode()


def _step(case_id: str, key: str) -> Step:
    """The step of a shipped scenario, with people who never change."""
    profile = load("entra-default")
    cases = {case.id: case for case in cases_of(shipped_templates(), profile, Settings())}
    scenario = cases[case_id].build(World(profile, FixedDirectory("sct000000000000", "example.com", case_id)))
    return next(step for step in (*scenario.steps, *scenario.given) if step.key == key)


def _sent(wire: TargetWire, recorder: Recorder, case_id: str, key: str) -> bytes:
    wire.send(prepare(_step(case_id, key), IDS | _schemas()))
    return recorder.requests[-1]


@cache
def _schemas() -> dict[str, str]:
    """Return what a scenario stores of /Schemas, for a target that describes what the Validator sends."""
    schemas, _ = described(None)
    return {kept_as(SCHEMAS): json.dumps({"Resources": [one.model_dump() for one in schemas]})}


def _golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def test_the_probe(wire: TargetWire, recorder: Recorder) -> None:
    line = f"GET /scim/v2/Users?filter=userName+eq+%22{GUID}%22 HTTP/1.1"
    assert _sent(wire, recorder, "ENT-CON-01", "probe") == _head(line, recorder.place)


def test_the_probe_for_a_group(wire: TargetWire, recorder: Recorder) -> None:
    line = f"GET /scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22{GUID}%22 HTTP/1.1"
    assert _sent(wire, recorder, "ENT-CON-02", "probe") == _head(line, recorder.place)


def test_the_flag_goes_out_without_a_value(wire: TargetWire, recorder: Recorder) -> None:
    line = f"GET /scim/v2/Users?aadOptscim062020&filter=userName+eq+%22{GUID}%22 HTTP/1.1"
    assert _sent(wire, recorder, "ENT-CON-03", "probe") == _head(line, recorder.place)


def test_a_match_by_name(wire: TargetWire, recorder: Recorder) -> None:
    line = "GET /scim/v2/Users?filter=userName+eq+%22jane.doe%40example.com%22 HTTP/1.1"
    assert _sent(wire, recorder, "ENT-CRE-01", "match") == _head(line, recorder.place)


def test_a_match_by_address_is_written_as_dotnet_does(wire: TargetWire, recorder: Recorder) -> None:
    wire.send(Outgoing("GET", "/Users?" + user_query('emails[type eq "work"].value', "o'hara+x@example.com")))
    query = "filter=emails%5btype+eq+%22work%22%5d.value+eq+%22o%27hara%2bx%40example.com%22"
    assert recorder.requests == [_head(f"GET /scim/v2/Users?{query} HTTP/1.1", recorder.place)]


def test_a_match_by_a_group_name_in_other_scripts(wire: TargetWire, recorder: Recorder) -> None:
    line = (
        "GET /scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+"
        "%22R%26D+Team+Gesch%c3%a4ftsf%c3%bchrung+%e6%9d%b1%e4%ba%ac+%d0%9e%d1%82%d0%b4%d0%b5%d0%bb%22 HTTP/1.1"
    )
    assert _sent(wire, recorder, "ENT-GRP-15/non-latin", "match") == _head(line, recorder.place)


@pytest.mark.parametrize(("case_id", "name"), [("ENT-CRE-01", "create-user"), ("ENT-GRP-01", "create-group")])
def test_a_creation(wire: TargetWire, recorder: Recorder, case_id: str, name: str) -> None:
    body = _compact(_golden(name))
    kind = "Users" if name == "create-user" else "Groups"
    media = "Content-Type: application/scim+json; charset=utf-8"
    head = _head(f"POST /scim/v2/{kind} HTTP/1.1", recorder.place, media, f"Content-Length: {len(body)}")
    assert _sent(wire, recorder, case_id, "create") == head + body


CHANGES = {
    "disable": ("ENT-DIS-01/{}", "disable"),
    "enable": ("ENT-DIS-02/{}", "enable"),
    "one-attribute": ("ENT-UPD-01/{}", "patch"),
    "several-attributes": ("ENT-UPD-02/{}", "patch"),
    "rename-user": ("ENT-UPD-03/{}", "patch"),
    "add-work-email": ("ENT-UPD-04/{}/emails.work.value", "patch"),
    "replace-work-email": ("ENT-UPD-06/{}/emails", "patch"),
    "add-member": ("ENT-GRP-05/{}", "add-one"),
    "add-members": ("ENT-GRP-05/{}", "add-several"),
    "remove-member": ("ENT-GRP-06/{}", "remove"),
    "rename-group": ("ENT-GRP-08/{}", "rename"),
    "group-external-id": ("ENT-GRP-09/{}", "relink"),
    "link-group": ("ENT-GRP-09/{}", "link"),
    "remove-members": ("ENT-GRP-06/{}", "remove-several"),
}
"""Where each change of `golden/patch-*.json` is sent: scenario and step."""


@pytest.mark.parametrize("dialect", ["legacy", "compliant"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change(wire: TargetWire, recorder: Recorder, dialect: str, change: str) -> None:
    case_id, key = CHANGES[change]
    urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    body = _compact({"schemas": [urn], "Operations": _golden(f"patch-{dialect}")[change]})
    place = "Groups/g-1" if "GRP" in case_id else "Users/u-0"
    media = "Content-Type: application/scim+json; charset=utf-8"
    head = _head(f"PATCH /scim/v2/{place} HTTP/1.1", recorder.place, media, f"Content-Length: {len(body)}")
    assert _sent(wire, recorder, case_id.format(dialect), key) == head + body


@pytest.mark.parametrize("shape", _golden("shapes"))
def test_a_less_usual_shape(wire: TargetWire, recorder: Recorder, shape: str) -> None:
    """Each body of `golden/shapes.json` is under its scenario and step."""
    head, _, body = _sent(wire, recorder, *shape.split("#")).partition(b"\r\n\r\n")
    assert body == _compact(_golden("shapes")[shape])
    assert head.endswith(f"Content-Length: {len(body)}".encode())


@pytest.mark.parametrize("dialect", ["legacy", "compliant"])
def test_every_golden_change_is_sent(dialect: str) -> None:
    assert set(_golden(f"patch-{dialect}")) == set(CHANGES)


@pytest.mark.parametrize(("case_id", "place"), [("ENT-DEL-01", "Users/u-0"), ("ENT-GRP-14", "Groups/g-1")])
def test_a_deletion_has_no_body(wire: TargetWire, recorder: Recorder, case_id: str, place: str) -> None:
    assert _sent(wire, recorder, case_id, "delete") == _head(f"DELETE /scim/v2/{place} HTTP/1.1", recorder.place)


def test_a_linked_user_and_a_linked_group_are_read(wire: TargetWire, recorder: Recorder) -> None:
    _sent(wire, recorder, "ENT-DIS-01/legacy", "read")
    _sent(wire, recorder, "ENT-GRP-01", "read")
    lines = ["GET /scim/v2/Users/u-0 HTTP/1.1", "GET /scim/v2/Groups/g-1?excludedAttributes=members HTTP/1.1"]
    assert recorder.requests == [_head(line, recorder.place) for line in lines]


def test_an_id_cannot_leave_its_segment(wire: TargetWire, recorder: Recorder) -> None:
    wire.send(prepare(_step("ENT-DEL-01", "delete"), {"user": "../Groups/x?y=1#z %2e"}))
    assert recorder.requests[0].startswith(b"DELETE /scim/v2/Users/..%2FGroups%2Fx%3Fy%3D1%23z%20%252e HTTP/1.1\r\n")


@pytest.mark.parametrize("credential", [Credential.NONE, Credential.WRONG])
def test_the_token_does_not_go_out_with_another_credential(
    wire: TargetWire, recorder: Recorder, credential: Credential
) -> None:
    wire.send(Outgoing("GET", "/Users", credential=credential))
    assert TOKEN.encode() not in recorder.requests[0]
    assert (b"\r\nAuthorization: " in recorder.requests[0]) == (credential is Credential.WRONG)


def _twice(wire: TargetWire) -> list[Exchange]:
    return [wire.send(Outgoing("GET", "/Users/u-0")) for _ in range(2)]


def test_a_cookie_is_not_sent_back(wire: TargetWire, recorder: Recorder) -> None:
    recorder.answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: session=abcdefgh; Path=/\r\nContent-Length: 2\r\n\r\n{}"
    _twice(wire)
    assert recorder.requests == [_head("GET /scim/v2/Users/u-0 HTTP/1.1", recorder.place)] * 2


def test_a_redirect_is_not_followed(wire: TargetWire, recorder: Recorder) -> None:
    recorder.answer = b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n"
    answer = _twice(wire)[0].answer
    assert answer is not None
    assert (answer.status, answer.header("location")) == (302, "/login")
    assert len(recorder.requests) == 2


def test_a_failure_is_not_retried(wire: TargetWire, recorder: Recorder) -> None:
    recorder.answer = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
    assert [exchange.answer.status for exchange in _twice(wire) if exchange.answer] == [503, 503]
    assert len(recorder.requests) == 2
