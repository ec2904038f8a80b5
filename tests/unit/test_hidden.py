"""What holds a secret does not show it: not by `repr`, not by `str`, not in a traceback, not in a log."""

import logging
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from scim_conformance.config import credentials
from scim_conformance.config.checks import check_url
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import Secrets, Settings, SettingsError
from scim_conformance.demo.app import Target
from scim_conformance.demo.server import Served
from scim_conformance.entra.profiles.profile import load
from scim_conformance.scenario.exchange import Credential, Outgoing
from scim_conformance.system.hidden import Hidden, HiddenMapping
from scim_conformance.target import transport
from scim_conformance.target.auth import Grant, Secret, TokenSource
from scim_conformance.target.redact import Redactor
from scim_conformance.target.wire import TargetWire
from tests.support.raw import Pieces, Received, http, listening

TOKEN = "cnry-Tk9x-0123456789-token"
ENVIRON = {"SCIM_CONFORMANCE_TOKEN": TOKEN}


BODY = f'{{"password": "{TOKEN}"}}'.encode()


def holders() -> Iterator[object]:
    """Everything of ours that holds a secret."""
    redactor = Redactor()
    redactor.add("the token", TOKEN)
    redactor.add("a short one", "cnry-1")
    grant = Grant("https://host/token", "client", Secret("SCIM_CONFORMANCE_CLIENT_SECRET", TOKEN))
    wire = TargetWire("https://host/scim", TOKEN, proxy=f"http://user:{TOKEN}@proxy:3128")
    yield from (redactor, grant, grant.secret, TokenSource(grant, redactor), wire)
    yield from (TargetWire("https://host/scim", grant=grant), Hidden(TOKEN), HiddenMapping(ENVIRON))
    yield [*HiddenMapping(ENVIRON).values()]
    yield Settings(
        url=f"https://host/scim?code={TOKEN}", proxy=f"http://u:{TOKEN}@p", token_url=f"https://h/?k={TOKEN}"
    )
    yield Served("https://host/scim", TOKEN, Target(TOKEN))
    secrets = Secrets.found(HiddenMapping(ENVIRON))
    assert secrets.token == TOKEN
    yield from (secrets, Configuration(Settings(url="https://host/scim"), secrets))
    yield credentials.access(Settings(url="https://host/scim"), load("entra-default"), secrets)
    yield wire._request(Outgoing("GET", "/Users"))
    yield wire.keys.header(Credential.TOKEN), wire.keys.header(Credential.WRONG)
    yield Outgoing("POST", "/Users", body=TOKEN.encode())


def test_nothing_shows_what_it_holds() -> None:
    shown = [repr(one) for one in holders()]
    assert len(shown) > 12
    assert [text for text in shown if "cnry" in text] == []


def test_str_hides_it_too() -> None:
    held = [one for one in holders() if not isinstance(one, str | httpx.Request)]
    assert [text for text in map(str, held) if "cnry" in text] == []


def test_a_hidden_string_is_used_like_any_other() -> None:
    hidden = Hidden(TOKEN)
    assert (hidden, f"{hidden}", hidden.encode(), hash(hidden)) == (TOKEN, TOKEN, TOKEN.encode(), hash(TOKEN))


def _frames(error: BaseException) -> str:
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(found.format())


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("where", ["httpcore", "redactor", "recording"])
def test_no_traceback_with_local_variables_shows_it(
    monkeypatch: pytest.MonkeyPatch, kind: type[BaseException], where: str
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise kind("no luck")

    with listening(lambda request: http(200, (request.header("Authorization") or "").encode())) as target:
        wire = TargetWire(target.url, TOKEN)
        places = {"httpcore": (wire._transport._pool, "handle_request"), "redactor": (wire.redactor, "body")}
        monkeypatch.setattr(*places.get(where, (wire._recorder, "_shown")), broken)
        with pytest.raises(kind) as raised:
            wire.send(Outgoing("POST", "/Users", body=BODY))
        wire.close()
    shown = _frames(raised.value)
    assert "no luck" in shown
    assert "cnry" not in shown


def _echo(request: Received) -> Pieces:
    return http(200, b"{}", [("Set-Cookie", f"session={TOKEN}"), ("X-Echo", request.header("Authorization") or "")])


def test_no_log_record_holds_headers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in transport.LOGGERS:
        caplog.set_level(logging.DEBUG, name)
    with listening(_echo) as target:
        wire = TargetWire(target.url, TOKEN)
        wire.send(Outgoing("GET", "/Users"))
        wire.close()
        assert [record.getMessage() for record in caplog.records if record.name.startswith(("http", "h11"))] == []
        httpx.get(target.url, headers={"X-Own": "1"})
    # What other code sends is logged as it asks for; that also shows that the level was low enough.
    assert any(record.name == "httpcore.http11" for record in caplog.records)


def test_every_logger_of_httpcore_is_known() -> None:
    found = {name for name in logging.root.manager.loggerDict if name.startswith(("httpcore.", "h11", "hpack"))}
    assert found <= set(transport.LOGGERS)


def test_an_address_that_cannot_be_used_is_told_without_its_query() -> None:
    with pytest.raises(SettingsError) as raised:
        check_url("url", f"ftp://host/scim?code={TOKEN}")
    assert "ftp://host/scim" in str(raised.value)
    assert "cnry" not in str(raised.value)
