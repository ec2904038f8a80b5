"""The wire: sends a request byte for byte as it was made ready, and records the answer, redacted.

Only our own headers go out, and Host and Content-Length; no cookie is sent back, no redirect followed, nothing retried,
no proxy taken from the environment. Source for the headers: see `entra.steps` and `ENTRA_HEADERS`.
"""

import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import NoReturn
from urllib.parse import urlsplit

import httpcore
import httpx

from scim_conformance.scenario.exchange import (
    Answer,
    Credential,
    Endpoint,
    Exchange,
    Outgoing,
    RefusedByHarness,
    Request,
    TransportFailure,
)
from scim_conformance.target import failures, tokens
from scim_conformance.target.auth import TOKEN_HEADERS, CannotRead, Grant, TokenSource
from scim_conformance.target.inflate import CannotInflate, inflate
from scim_conformance.target.redact import MASK, SHORT, Redactor
from scim_conformance.target.transport import Deadline, Transport

ENTRA_HEADERS = (("ADSCIMVersion", "6.0"),)
"""Sent with every request. Observed: getsentry/self-hosted#2280; no User-Agent and no Accept: OneUptime/oneuptime#2134,
MicrosoftDocs/azure-docs#94189."""

MOST_BODY = 10_000_000
"""Bytes of a body that are read, and to which a compressed one may inflate; more is a fault of the target."""

REDACTED, SHOWN = 100_000, 1000
"""Bytes of a body that is too large which are searched for secrets, and which are kept as evidence."""

MOST_SECRETS = 100
"""Secrets that are looked for in every answer: a target that sets cookies without end shall not slow that down."""

TOKEN_VARIABLE = "SCIM_CONFORMANCE_TOKEN"  # noqa: S105 - the variable's name
WRONG_TOKEN = "wrong-" + "0" * 26
"""Where there is no token, or too short a one, to be spoilt."""

SPOILT = "Bearer <the token, one character changed>"


@dataclass
class Wire:
    """One connection to a target. `base` is the tenant URL without a trailing slash or query; `timeout` in seconds."""

    base: str
    token: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    ca_file: str | None = None
    proxy: str | None = None
    rate: float | None = None
    redactor: Redactor = field(default_factory=Redactor, repr=False)
    most_body: int = MOST_BODY
    grant: Grant | None = None
    """Client credentials, instead of the token."""

    def __post_init__(self) -> None:
        self.redactor.add("the token", self.token)
        self._wrong: str | None = None
        self._deadline = Deadline()
        # The bare transport: httpx's client would keep cookies, and read the Location of a redirect, and fail on it.
        self._transport = Transport(self._deadline, _context(self.ca_file), self.proxy)
        parts = urlsplit(self.base)
        self.place = parts.netloc.rpartition("@")[2]
        self._next = 0.0
        self._lock = threading.Lock()
        self.source = None if self.grant is None else TokenSource(self.grant, self.redactor)
        self.counts: Counter[str] = Counter()
        """Requests that were sent, by sender."""

    def send(self, outgoing: Outgoing) -> Exchange:
        """Send one request and return the exchange as it is to be recorded.

        Raises:
            TransportFailure: no answer came within the timeout, what came was no HTTP, or there is no access token.
        """
        self._keep_rate()
        return self._send(outgoing)

    def _send(self, outgoing: Outgoing) -> Exchange:
        if outgoing.endpoint is Endpoint.TOKEN:
            return self._ask_for_token(outgoing)[0]
        if self.source is None or outgoing.credential is not Credential.TOKEN:
            return self._exchanged(self._request(outgoing), outgoing)
        self._have_token(self.source)
        exchange = self._exchanged(self._request(outgoing), outgoing)
        if exchange.answer is not None:
            self.source.used(exchange.answer.status)
        return exchange

    def send_at_once(self, outgoings: Sequence[Outgoing]) -> list[Exchange | TransportFailure]:
        """Send requests at the same moment, each on a connection of its own; return what came of each."""
        self._keep_rate(len(outgoings))
        with ThreadPoolExecutor(len(outgoings)) as pool:
            return list(pool.map(self._sent, outgoings))

    def _sent(self, outgoing: Outgoing) -> Exchange | TransportFailure:
        try:
            return self._send(outgoing)
        except TransportFailure as failure:
            return failure

    def _exchanged(self, request: httpx.Request, outgoing: Outgoing) -> Exchange:
        with self._lock:
            self.counts[outgoing.by.value] += 1
        started = time.time()
        recorded = self._recorded(request, outgoing)
        try:
            answer = self._answered(request, outgoing.endpoint)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            failure = self._described(error, outgoing.endpoint)
            exchange = Exchange(recorded, None, failure.sentence, outgoing.by, started)
            raise TransportFailure(failure.kind, failure.sentence, exchange) from None
        return Exchange(recorded, answer, None, outgoing.by, started)

    def _described(self, error: Exception, endpoint: Endpoint) -> TransportFailure:
        if self.source is None or endpoint is Endpoint.SCIM:
            return failures.describe(error, self.place, self.timeout, self.redactor.text)
        place = urlsplit(self.source.grant.token_url).netloc
        failure = failures.describe(error, place, self.timeout, self.redactor.text, "--token-url")
        return TransportFailure(failure.kind, f"no access token from {self._token_url}: {failure.sentence}")

    @property
    def _token_url(self) -> str:
        return self.redactor.text(self.grant.token_url if self.grant else "")

    def _have_token(self, source: TokenSource) -> None:
        with source.lock:
            if not source.is_due:
                return
            self._keep_rate()
            exchange, problem = self._ask_for_token(Outgoing("POST", "", endpoint=Endpoint.TOKEN))
            if problem is not None:
                self._fail(exchange.request, f"the token endpoint {self._token_url} {problem}")

    def _ask_for_token(self, outgoing: Outgoing) -> tuple[Exchange, str | None]:
        """Send a token request; return the exchange, and in words why its token cannot be used, or None.

        The token of a request with the right secret is the one that is used from then on.
        """
        if self.source is None:
            raise RefusedByHarness("no token was asked for: this run uses no client credentials")
        with self.source.lock:
            asked = self.source.clock()
            exchange = self._exchanged(self._token_request(self.source, outgoing), outgoing)
            assert exchange.answer is not None
            if outgoing.credential is not Credential.TOKEN:
                return exchange, None
            return exchange, self.source.settle(exchange.answer, asked)

    def _token_request(self, source: TokenSource, outgoing: Outgoing) -> httpx.Request:
        url = source.grant.token_url
        try:
            body = source.body(outgoing.credential)
            return httpx.Request("POST", url, headers=[*TOKEN_HEADERS], content=body)
        except (CannotRead, httpx.InvalidURL) as error:
            shown = Request("POST", self._token_url[:2000], (), None)
            self._fail(shown, f"no access token from {self._token_url[:200]}: {error}")

    def _fail(self, request: Request, sentence: str) -> NoReturn:
        exchange = Exchange(request, None, sentence, started=time.time())
        raise TransportFailure(failures.TOKEN, sentence, exchange)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _request(self, outgoing: Outgoing) -> httpx.Request:
        headers = [*self._authorization(outgoing.credential), *ENTRA_HEADERS, *outgoing.headers]
        url = self.base + outgoing.target
        try:
            return httpx.Request(outgoing.method, url, headers=headers, content=outgoing.body)
        except httpx.InvalidURL as error:
            sentence = (
                f"no URL can be made for {self.redactor.text(url)[:80]!a}… ({error}): is an id longer than 60 KB?"
            )
            shown = Request(outgoing.method, self.redactor.text(url)[:2000], (), None)
            exchange = Exchange(shown, None, sentence, outgoing.by, time.time())
            raise TransportFailure(failures.URL, sentence, exchange) from None

    def _keep_rate(self, requests: int = 1) -> None:
        """Wait until the next request may be sent; several at once use up the time of as many."""
        if self.rate:
            time.sleep(max(0.0, self._next - time.monotonic()))
            self._next = max(self._next, time.monotonic()) + requests / self.rate

    def _authorization(self, credential: Credential) -> tuple[tuple[str, str], ...]:
        right = self.token if self.source is None else self.source.value
        token = self._spoilt(right) if credential is Credential.WRONG else right
        return () if credential is Credential.NONE or not token else (("Authorization", f"Bearer {token}"),)

    def _spoilt(self, right: str | None) -> str:
        """Return the token with one character changed; it is nearly the secret, and redacted like it.

        In the middle of its last part: there a JWT has its signature, which must be looked at, and a target that
        compares the beginning alone is found out too.
        """
        if right is None or len(right) < SHORT:
            return WRONG_TOKEN
        at = len(right) - max(1, len(right.rpartition(".")[2]) // 2)
        wrong = f"{right[:at]}{'A' if right[at] != 'A' else 'B'}{right[at + 1 :]}"
        self.redactor.add("the token, one character changed", wrong)
        self._wrong = wrong
        return wrong

    def _recorded(self, request: httpx.Request, outgoing: Outgoing) -> Request:
        shown = tuple((name.decode(), value.decode("latin-1")) for name, value in request.headers.raw)
        body = request.content.decode("utf-8", "replace") if request.content else None
        if self.grant is not None and outgoing.endpoint is Endpoint.TOKEN:
            body = self.grant.shown(outgoing.credential)
        return Request(
            request.method,
            self.redactor.text(str(request.url)),
            tuple((name, self._shown(name, value)) for name, value in shown),
            None if body is None else self.redactor.text(body),
        )

    def _shown(self, name: str, value: str) -> str:
        if name.lower() == "authorization" and value == f"Bearer {self._wrong}":
            return SPOILT
        if name.lower() == "authorization" and value != f"Bearer {WRONG_TOKEN}":
            return f"Bearer ${TOKEN_VARIABLE}"
        return self.redactor.text(value)

    def _answered(self, request: httpx.Request, endpoint: Endpoint) -> Answer:
        begun = time.perf_counter()
        self._deadline.start(self.timeout)
        response = self._transport.handle_request(request)
        try:
            raw, problem = self._collected(response)
        finally:
            response.close()
        seconds = time.perf_counter() - begun
        if self.source is None or endpoint is Endpoint.SCIM:
            return self._recorded_answer(response, raw, problem, seconds)
        if len(raw) > tokens.MOST_BODY:
            raw, problem = b"", f"larger than {tokens.MOST_BODY // 1000} KB, and was not looked into"
        self.source.learn(raw)
        answer = self._recorded_answer(response, raw, problem, seconds)
        return replace(answer, leaks=tuple(name for name in answer.leaks if name != tokens.NAME))

    def _collected(self, response: httpx.Response) -> tuple[bytes, str | None]:
        chunks, size = [], 0
        for chunk in response.iter_raw():
            chunks.append(chunk)
            size += len(chunk)
            if size > self.most_body:
                megabytes = self.most_body // 1_000_000
                return b"".join(chunks)[:REDACTED], f"larger than {megabytes} MB, and was not read further"
        raw = b"".join(chunks)
        try:
            return inflate(raw, response.headers.get("Content-Encoding"), self.most_body), None
        except CannotInflate as error:
            return b"", str(error)

    def _recorded_answer(self, response: httpx.Response, raw: bytes, problem: str | None, seconds: float) -> Answer:
        headers, in_headers = self._clean_headers(response)
        body, in_body = self.redactor.body(raw)
        # Cut only now: half a secret is not recognised as one.
        body = body if problem is None else body[:SHOWN]
        leaks = tuple(sorted({*in_headers, *in_body}))
        return Answer(response.status_code, headers, body, seconds, leaks, problem)

    def _clean_headers(self, response: httpx.Response) -> tuple[tuple[tuple[str, str], ...], set[str]]:
        found: list[tuple[str, str]] = []
        leaks: set[str] = set()
        # All cookies first: a header before Set-Cookie may hold one too.
        for value in (value for name, value in _decoded(response) if name.lower() == "set-cookie"):
            self._learn_cookie(value)
        for name, value in _decoded(response):
            shown = re.sub(r"=[^;]*", f"={MASK}", value, count=1) if name.lower() == "set-cookie" else value
            clean, held = self.redactor.body(shown.encode("utf-8", "replace"))
            leaks.update(held)
            found.append((self.redactor.text(name), clean.decode("utf-8", "replace")))
        return tuple(found), leaks

    def _learn_cookie(self, header: str) -> None:
        value = header.partition(";")[0].partition("=")[2].strip().strip('"')
        if len(value) >= 8 and len(self.redactor.secrets) < MOST_SECRETS:
            self.redactor.add("a cookie", value)


def _decoded(response: httpx.Response) -> Iterator[tuple[str, str]]:
    for name, value in response.headers.raw:
        yield name.decode("latin-1"), value.decode("latin-1")


def _context(ca_file: str | None) -> ssl.SSLContext:
    """TLS 1.2 or later, as Entra demands (Microsoft's tutorial, "TLS protocol versions")."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
