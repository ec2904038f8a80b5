"""Whatever others write, a reader refuses it with its own error, or takes it: no other exception, in bounded time."""

import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scim_conformance.commands import main
from scim_conformance.config.resolving import resolve
from scim_conformance.config.settings import NothingSelected, SettingsError
from scim_conformance.entra.expressions import parser
from scim_conformance.entra.expressions.functions import FUNCTIONS, OPERATORS
from scim_conformance.entra.profiles import importing, profile
from scim_conformance.reporting import reading
from scim_conformance.scenario import standing
from scim_conformance.scenario.exchange import Answer, Outgoing
from scim_conformance.scenario.throttling import asked_for
from scim_conformance.scim.locations import PROFILES
from scim_conformance.system import inputs
from scim_conformance.target import journal_reading, tokens
from scim_conformance.verdict import waivers
from tests.fuzz.documents import ODD_TEXTS, SCALARS, VALUES, as_json, damaged, nearly
from tests.unit.test_profile_cli import SCHEMA

pytestmark = pytest.mark.slow

MOST_SECONDS, MOST_MEGABYTES = 60.0, 300


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where one case takes too long; the memory of the process is the most that any case took."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < MOST_SECONDS


@pytest.fixture(autouse=True, scope="module")
def _small() -> Iterator[None]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) / 1024 < MOST_MEGABYTES


PROFILE = (PROFILES / "entra-default.toml").read_bytes()
SETTINGS = b'url = "http://127.0.0.1:9/scim"\ntimeout = 3\nsuite = ["entra"]\ndialect = "both"\nseed = 5\nyes = true\n'
WAIVERS = (
    b'[[waiver]]\ncheck = "ENT-CRE-01"\nreason = "known"\nowner = "Ada"\nuntil = 2999-12-31\n'
    b'target = "http://127.0.0.1:9/scim"\n'
)


@given(damaged(PROFILE))
def test_profiles(content: bytes) -> None:
    _toml(content, lambda text: profile.loads(text, "x"), profile.ProfileError)


@given(nearly({"user": {"mapping": [{"target": "userName", "source": "x", "match": 1, "sample": ["a"]}]}}))
def test_rows_of_profiles(document: Any) -> None:
    with (
        bounded(),
        suppress(msgspec.ValidationError, profile.ProfileError, UnicodeEncodeError),
    ):  # no TOML holds a half pair
        found = msgspec.convert({"name": "x", "title": "x", **document}, profile.Profile)
        profile.checked(found, "x")


def _toml(content: bytes, load: Callable[[str], object], refused: type[Exception]) -> None:
    with bounded(), suppress(refused, inputs.CannotRead, UnicodeDecodeError):
        load(content.decode())


@given(damaged(SETTINGS))
def test_settings(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "settings.toml"
    file.write_bytes(content)
    with bounded(), suppress(SettingsError):
        resolve({}, {}, str(file))


NAMES = st.sampled_from(["URL", "TIMEOUT", "SUITE", "SEED", "DIALECT", "CA_FILE", "PROXY", "YES", "RATE"])


@example({"TIMEOUT": "\ud800"})
@given(st.dictionaries(NAMES, st.one_of(st.text(max_size=30), ODD_TEXTS)))
def test_the_environment(found: dict[str, str]) -> None:
    with bounded(), suppress(SettingsError):
        resolve({}, {f"SCIM_CONFORMANCE_{name}": value for name, value in found.items()})


@given(damaged(WAIVERS))
def test_waivers(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "waivers.toml"
    file.write_bytes(content)
    with bounded(), suppress(waivers.WaiverError):
        waivers.load(str(file), "http://127.0.0.1:9/scim", date(2026, 1, 1))


JOURNAL = [
    {"event": "run", "tag": "sct0123456789ab", "started": 1.0, "url": "http://x"},
    {"event": "intent", "key": "k", "type": "User", "name": "sct0123456789ab-1", "externalId": None, "url": "http://x"},
    {"event": "created", "key": "k", "id": "7"},
    {"event": "deleted", "type": "User", "id": "7"},
]


@given(st.lists(st.one_of(nearly(JOURNAL[0]), nearly(JOURNAL[1]), nearly(JOURNAL[2]), nearly(JOURNAL[3]), VALUES)))
def test_journals(tmp_path_factory: pytest.TempPathFactory, records: list[Any]) -> None:
    file = tmp_path_factory.getbasetemp() / "journal.jsonl"
    file.write_bytes(b"\n".join(map(as_json, [*JOURNAL[:2], *records])))
    with bounded(), suppress(journal_reading.JournalError):
        journal_reading.unfinished(journal_reading.read(file).entries)


@given(nearly(SCHEMA))
@example({**SCHEMA, "synchronizationRules": [{"name": 5, "objectMappings": [{"sourceObjectName": ["User"]}]}]})
def test_imports(document: Any) -> None:
    with bounded(), suppress(importing.NotASchemaError):
        importing.convert(document, "x")


@given(st.one_of(damaged(as_json(SCHEMA)), VALUES.map(as_json)))
def test_documents(content: bytes) -> None:
    with bounded(), suppress(inputs.CannotRead):
        inputs.parsed_json(content)


ARGUMENTS = st.recursive(
    st.one_of(
        st.sampled_from(
            ["[a]", "[b]", '""', '"a"', '"5"', '"-3"', '"2024-02-30"', '"yyyy-MM-dd"', '"ww"', '"&HFF"', "", "x"]
        ),
        st.text(max_size=12).map(lambda text: json.dumps(text, ensure_ascii=False)),
        ODD_TEXTS.map(lambda text: '"' + text[:3000].replace("\\", "\\\\").replace('"', '\\"') + '"'),
        st.sampled_from(["9" * 30, "yyyy" * 9, "H%m%s" * 9, "(a|a)*", "(?<g>.*.*)x", "$1${g}$&"]).map(
            lambda text: f'"{text}"'
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(sorted([*FUNCTIONS, "Guid", "RandomString"])), st.lists(inner, max_size=7)).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
    ),
    max_leaves=8,
)


@given(
    ARGUMENTS,
    st.dictionaries(st.sampled_from(["a", "b", "objectId"]), st.one_of(SCALARS, st.lists(SCALARS, max_size=4))),
)
@example('DateAdd("yyyy", "9999", "2024-01-01")', {})
@example('Replace([a], , "[[a]", , "b", , )', {"a": "x"})
@example('"\ud800"', {})
def test_expressions(text: str, source: dict[str, Any]) -> None:
    with bounded(), suppress(parser.ExpressionError):
        parsed = parser.parse(text)
        parser.check(parsed)
        parser.evaluate(parsed, source)


ANSWERS = [
    {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 1, "Resources": [{"id": "7"}]},
    {
        "id": "7",
        "userName": "a",
        "active": True,
        "emails": [{"type": "work", "value": "a@b"}],
        "meta": {"location": "x"},
    },
    {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": "no"},
]


@given(
    st.one_of(*[nearly(one).map(as_json) for one in ANSWERS], VALUES.map(as_json), damaged(as_json(ANSWERS[1]))),
    st.sampled_from([200, 201, 400, 404, 500]),
    st.sampled_from(["GET /Users?filter=x", "GET /Users/7", "GET /Groups/7", "POST /Users", "DELETE /Users/7"]),
)
def test_answers(body: bytes, status: int, request: str) -> None:
    method, target = request.split(" ")
    outgoing = Outgoing(method, target, resource=("User", "7") if target == "/Users/7" else None)
    with bounded():
        found = standing.judge(outgoing, Answer(status, (("Content-Type", "application/scim+json"),), body, 0.1))
    assert all(len(one.actual or "") < 2_000 for one in found)


@given(
    st.one_of(
        st.text(max_size=30),
        ODD_TEXTS,
        st.sampled_from(["9" * 40, "Mon, 01 Jan 99999 00:00:00 GMT", "Mon, 01 Jan 2024 00:00:00 +999999999"]),
    )
)
def test_retry_after(said: str) -> None:
    with bounded():
        assert asked_for(Answer(429, (("Retry-After", said),), b"", 0.1)) >= 1


@given(
    st.one_of(
        nearly({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}).map(as_json), st.binary(max_size=60)
    )
)
def test_answers_of_token_endpoints(body: bytes) -> None:
    with bounded():
        answer = Answer(200, (("Content-Type", "application/json"),), body, 0.1)
        said = tokens.problem(answer, tokens.access_token(body)) or ""
        assert "\n" not in said
        [*tokens.secrets_in(body)]


COMMANDS = (["report"], ["report", "--format", "html"], ["export", "--format", "har"], ["export", "--format", "curl"],
            ["export", "--format", "json"], ["certify", "--force"], ["compare"])  # fmt: skip
FEW = json.loads((Path(__file__).parent / "result.json").read_bytes())


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")  # a whole result is a long text to print
@given(nearly(FEW), st.sampled_from(COMMANDS))
@example({**FEW, "target": "http://[x"}, ["export", "--format", "curl"])
@example({**FEW, "profile_definition": {"name": "x"}}, ["report"])
@example({**FEW, "profile_definition": {"name": "x", "title": "x", "user": {"mapping": []}}}, ["certify"])
def test_results(tmp_path_factory: pytest.TempPathFactory, document: Any, command: list[str]) -> None:
    where = tmp_path_factory.getbasetemp() / "run"
    where.mkdir(exist_ok=True)
    (where / "result.json").write_bytes(as_json(document))
    twice = [str(where)] * (2 if command == ["compare"] else 1)
    with bounded():
        assert _code([command[0], *twice, *command[1:]]) != 3


def _code(arguments: list[str]) -> int:
    """Run a command in this process, as the border does; what it prints is not of interest."""
    try:
        found = main.cli.main(arguments, standalone_mode=False, prog_name="scim-conformance")
    except (SettingsError, NothingSelected, click.ClickException):
        return 4
    return found if isinstance(found, int) else 0


@given(nearly(FEW))
def test_reading_results(document: Any) -> None:
    with bounded(), suppress(reading.NoResult):
        reading.decoded(as_json(document))
