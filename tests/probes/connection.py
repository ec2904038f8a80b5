"""Probes of the defects that show when Entra connects."""

import uuid
from typing import Any
from urllib.parse import urlencode

from tests.probes.wire import WORK, Reply, Wire, person, probe, replaced, unique

FORM = "application/x-www-form-urlencoded"
AGENT = "Mozilla/5.0"
JSON = "application/json"


def _nobody(wire: Wire, kind: str = "Users", name: str = "userName", more: str = "", **headers: str | None) -> Reply:
    return wire.get(f"/{kind}?filter={name}+eq+%22{uuid.uuid4()}%22{more}", **headers)


def token(wire: Wire, **changed: Any) -> Reply:
    """Ask for a token; `changed` is said otherwise in the form."""
    tokens = wire.served.app.tokens
    form = {"grant_type": "client_credentials", "client_id": tokens.client_id, "client_secret": tokens.client_secret}
    return wire.send("POST", "/token", urlencode(form | changed).encode(), Content_Type=FORM, Authorization=None)


@probe("filter-404")
def filter_404(wire: Wire) -> bool:
    return _nobody(wire).status == 404


@probe("filter-403")
def filter_403(wire: Wire) -> bool:
    return _nobody(wire).status == 403


@probe("groups-404")
def groups_404(wire: Wire) -> bool:
    return _nobody(wire, "Groups", "displayName").status == 404


@probe("email-guid-400")
def email_guid_400(wire: Wire) -> bool:
    assert wire.find("Users", f'{WORK} eq "jo@example.com"').status == 200
    return wire.find("Users", f'{WORK} eq "{uuid.uuid4()}"').status == 400


@probe("no-agent-403")
def no_agent_403(wire: Wire) -> bool:
    assert _nobody(wire, User_Agent=AGENT).status == 200
    return _nobody(wire).status == 403


@probe("no-accept-406")
def no_accept_406(wire: Wire) -> bool:
    assert _nobody(wire, Accept=JSON).status == 200
    return _nobody(wire).status == 406


@probe("login-page")
def login_page(wire: Wire) -> bool:
    reply = _nobody(wire, Authorization=None)
    return reply.status == 200 and b"<form>" in reply.body


@probe("login-redirect")
def login_redirect(wire: Wire) -> bool:
    reply = _nobody(wire, Authorization=None)
    return reply.status == 302 and "login" in reply.headers["location"]


@probe("any-bearer")
def any_bearer(wire: Wire) -> bool:
    assert _nobody(wire, Authorization=None).status == 401
    return _nobody(wire, Authorization="Bearer x").status == 200


@probe("no-auth")
def no_auth(wire: Wire) -> bool:
    return wire.send("POST", "/Users", person(), Authorization=None).status == 201


@probe("bad-token-500")
def bad_token_500(wire: Wire) -> bool:
    return _nobody(wire, Authorization="Bearer wrong").status == 500


@probe("patch-405")
def patch_405(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced("title", "Boss")).status == 405


@probe("slash-404")
def slash_404(wire: Wire) -> bool:
    return _nobody(wire, "/Users").status == 404


@probe("trailing-slash-404")
def trailing_slash_404(wire: Wire) -> bool:
    return _nobody(wire, "Users/").status == 404


@probe("strict-query")
def strict_query(wire: Wire) -> bool:
    return _nobody(wire, more="&aadOptscim062020").status == 400


@probe("strict-query-writes")
def strict_query_writes(wire: Wire) -> bool:
    assert _nobody(wire, more="&aadOptscim062020").status == 200
    return wire.send("POST", "/Users?aadOptscim062020", person()).status == 400


@probe("if-match-428")
def if_match_428(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced("title", "Boss")).status == 428


@probe("token-life-5-minutes")
def token_life_5_minutes(wire: Wire) -> bool:
    life: float = token(wire).json["expires_in"]
    return life == 300


@probe("wrong-secret-accepted")
def wrong_secret_accepted(wire: Wire) -> bool:
    return token(wire, client_secret="wrong").status == 200


@probe("token-without-life")
def token_without_life(wire: Wire) -> bool:
    return "expires_in" not in token(wire).json


@probe("token-endpoint-json")
def token_endpoint_json(wire: Wire) -> bool:
    return token(wire).status == 400


@probe("token-type-missing")
def token_type_missing(wire: Wire) -> bool:
    return "token_type" not in token(wire).json


def _with_new_token(wire: Wire) -> int:
    issued = token(wire).json["access_token"]
    return wire.get("/Users?startIndex=1&count=1", Authorization=f"Bearer {issued}").status


@probe("token-unknown-to-users")
def token_unknown_to_users(wire: Wire) -> bool:
    return _with_new_token(wire) == 401


@probe("list-403")
def list_403(wire: Wire) -> bool:
    return _with_new_token(wire) == 403


@probe("text-plain")
def text_plain(wire: Wire) -> bool:
    assert "json" in _nobody(wire, Accept=JSON).headers["content-type"]
    return _nobody(wire).headers["content-type"].startswith("text/plain")


@probe("application-json")
def application_json(wire: Wire) -> bool:
    return _nobody(wire).headers["content-type"] == "application/json"


@probe("not-json")
def not_json(wire: Wire) -> bool:
    reply = wire.patch(f"/Groups/{wire.create_group().id}", replaced("displayName", unique("group")))
    return reply.body.startswith(b"{'")


def _posted(wire: Wire, media: str, **headers: str) -> int:
    return wire.send("POST", "/Users", person(), Content_Type=media, **headers).status


@probe("charset-415")
def charset_415(wire: Wire) -> bool:
    assert _posted(wire, "application/scim+json") == 201
    return _posted(wire, "application/scim+json; charset=utf-8") == 415


@probe("scim-media-unread")
def scim_media_unread(wire: Wire) -> bool:
    assert _posted(wire, JSON) == 201
    return _posted(wire, "application/scim+json; charset=utf-8") == 400


@probe("media-by-letter")
def media_by_letter(wire: Wire) -> bool:
    assert _posted(wire, "application/scim+json; charset=utf-8") == 201
    return _posted(wire, "application/scim+json") == 415


@probe("accept-scim-406")
def accept_scim_406(wire: Wire) -> bool:
    return _nobody(wire, Accept="application/scim+json").status == 406
