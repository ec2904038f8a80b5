"""What a target creates although nothing asks for it: a PUT that makes a user, a POST to a discovery endpoint."""

from pathlib import Path

import pytest

from scim_conformance.scenario.exchange import Answer, Outgoing
from scim_conformance.target import journal, journal_reading
from scim_conformance.target.replacing import created_by
from tests.support.defects import Ended, demos

TAG = "sct0123456789ab"
BODY = b'{"userName": "sct0123456789ab-ada"}'


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the reports are."""
    return tmp_path_factory.mktemp("unasked")


@pytest.fixture(scope="module")
def ended(reports: Path) -> dict[str, Ended]:
    """Play what shows such targets."""
    wanted = {"put-creates": ("RFC-PUT-02", "RFC-DEL-01"), "schemas-writable": ("RFC-DSC-07",)}
    faulty = {name: (*ids, "--defect", name) for name, ids in wanted.items()}
    return demos(reports, faulty)


def test_a_user_whom_a_put_creates_is_recorded_and_removed(ended: dict[str, Ended], reports: Path) -> None:
    run = ended["put-creates"]
    assert "RFC-PUT-02#put.status" in run.red_checks()
    assert run.result["leftovers"] == [], run.output
    entries = journal_reading.read(reports / "put-creates" / journal.NAME).entries
    assert len([one for one in entries if one.id]) > len({one.name for one in entries})
    assert all(one.deleted for one in entries if one.id)


def test_the_report_says_what_a_discovery_endpoint_accepted(ended: dict[str, Ended]) -> None:
    run = ended["schemas-writable"]
    told = "POST of an empty object to /Schemas returned 201"
    assert any(told in one for one in run.result["warnings"]), run.result["warnings"]


def _put(identifier: str = "7", method: str = "PUT", body: bytes | None = BODY) -> Outgoing:
    return Outgoing(method, f"/Users/{identifier}", body=body, resource=("User", identifier))


@pytest.mark.parametrize(
    ("sent", "status", "answered", "is_made"),
    [
        (_put(), 200, b'{"id": "7"}', False),
        (_put(), 200, b'{"id": 7}', False),
        (_put(), 204, b"", False),
        (_put(), 200, b"[7]", False),
        (_put(), 404, b'{"id": "8"}', False),
        (_put(method="PATCH"), 200, b'{"id": "8"}', False),
        (_put(), 200, b'{"id": "8"}', True),
        (_put(), 201, b'{"id": "7"}', True),
        (_put(body=b"{"), 201, b"", True),
    ],
)
def test_a_put_creates_what_has_another_id_or_is_called_created(
    sent: Outgoing, status: int, answered: bytes, *, is_made: bool
) -> None:
    made = created_by(sent, Answer(status, (), answered, 0.0), TAG)
    assert (made is not None) is is_made
    assert made is None or made.name in {"sct0123456789ab-ada", TAG}
