"""The wire: sends a request byte for byte as it was prepared, and records the answer, redacted.

It sends only our own headers, Host and Content-Length. It sends no cookies back, follows no redirects, ignores proxies
in the environment, and retries a request only if its access token had just expired. Headers: see `entra.requests`.
"""

import copy
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import NoReturn, Self
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
from scim_conformance.system import orphans
from scim_conformance.system.hidden import Hidden
from scim_conformance.target import failures, tokens
from scim_conformance.target.auth import PLACES, SCHEMES, Grant, SecretUnreadable, TokenSource
from scim_conformance.target.cutoff import CutOff
from scim_conformance.target.inflate import CannotInflate, inflate
from scim_conformance.target.keyring import Keyring
from scim_conformance.target.pace import Halted, Pace
from scim_conformance.target.port import Port
from scim_conformance.target.recording import Recorder
from scim_conformance.target.redact import Redactor
from scim_conformance.target.transport import Deadline, Transport, tls_context

ENTRA_HEADERS = (("ADSCIMVersion", "6.0"),)
"""Sent with every request. Observed: getsentry/self-hosted#2280; no User-Agent and no Accept: OneUptime/oneuptime#2134,
MicrosoftDocs/azure-docs#94189."""

MOST_BODY = 10_000_000
"""Maximum bytes of a body that are read, also after decompression; a larger body is an error of the target."""

SEARCHED = 100_000
"""Bytes of a body that is too large which are searched for secrets."""


@dataclass
class TargetWire:
    """The connections to a target. `base` is the tenant URL without a trailing slash or query; `timeout` in seconds."""

    base: str
    token: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    ca_file: str | None = None
    proxy: str | None = field(default=None, repr=False)
    rate: float | None = None
    redactor: Redactor = field(default_factory=Redactor, repr=False)
    most_body: int = MOST_BODY
    grant: Grant | None = None
    """Client credentials, instead of the token."""
    further: Mapping[Credential, str] = field(default_factory=dict, repr=False)
    """Tokens that a run has in addition to its own, such as one of another tenant."""
    read_only: bool = False
    """Refuse every SCIM request other than GET: for previews. An access token is still requested, by POST."""

    def __post_init__(self) -> None:
        self.token = None if self.token is None else Hidden(self.token)
        self.redactor.add("the proxy's password", urlsplit(self.proxy or "").password)
        self._recorder = Recorder(self.redactor, self.grant)
        self._deadline = Deadline()
        self.cut_off = CutOff()
        # The bare transport: httpx's client would keep cookies, read the Location of a redirect, and fail on it.
        addresses = (self.base, self.proxy or "", self.grant.token_url if self.grant else "")
        secure = any(one.lower().startswith("https:") for one in addresses)
        self._transport = Transport(self._deadline, tls_context(self.ca_file, used=secure), self.proxy)
        self._port = Port(self.base, self._deadline, self.ca_file, self.proxy)
        self.place = urlsplit(self.base).netloc.rpartition("@")[2]
        self._pace = Pace(self.rate)
        self.halted: threading.Event | None = None
        """Whether nothing is to be sent any more, where another thread may end this one."""
        self._lock = threading.Lock()
        self.source = None if self.grant is None else TokenSource(self.grant, self.redactor)
        self.keys = Keyring(self.token, self.further, self.redactor, self.source)
        self.counts: Counter[str] = Counter()
        """Sent requests, by sender."""

    def branch(self, halted: threading.Event) -> Self:
        """Return a wire of another thread: with the same connections, credentials and pace, which counts by itself."""
        made = copy.copy(self)
        made.counts, made.halted = Counter(), halted
        return made

    def heed(self) -> None:
        """Raise `Halted` if the run ends, which ends the thread."""
        if self.halted is not None and self.halted.is_set():
            raise Halted

    def send(self, outgoing: Outgoing) -> Exchange:
        """Send one request and return the exchange as it is recorded.

        Raises:
            TransportFailure: no answer came within the timeout, what came was no HTTP, or there is no access token.
        """
        self._keep_rate()
        self.heed()
        return self._send(outgoing)

    def _send(self, outgoing: Outgoing) -> Exchange:
        if outgoing.endpoint is Endpoint.TOKEN:
            return self._ask_for_token(outgoing)[0]
        if outgoing.endpoint is Endpoint.PORT:
            return self._exchanged(self._port.request(outgoing), outgoing)
        if self.source is None or outgoing.credential not in SCHEMES:
            return self._exchanged(self._request(outgoing), outgoing)
        exchange, expired = self._with_token(self.source, outgoing)
        if expired:  # the target was right to refuse it, so to send it again hides no fault
            self._keep_rate()
            exchange, _ = self._with_token(self.source, outgoing)
        if exchange.answer is not None and outgoing.credential is Credential.TOKEN:
            self.source.used(exchange.answer.status)
        return exchange

    def _with_token(self, source: TokenSource, outgoing: Outgoing) -> tuple[Exchange, bool]:
        """Send a request with a valid token; return whether it was refused because the token expired on the way."""
        ends = self._have_token(source)
        exchange = self._exchanged(self._request(outgoing), outgoing)
        refused = exchange.answer is not None and exchange.answer.status == 401
        return exchange, refused and source.clock() >= ends

    def send_at_once(self, outgoings: Sequence[Outgoing]) -> list[Exchange | TransportFailure]:
        """Send requests at the same moment, each on its own connection; return the outcome of each."""
        self._keep_rate(len(outgoings))
        self.heed()
        with ThreadPoolExecutor(len(outgoings)) as pool:
            return [*pool.map(self._sent, outgoings)]

    def _sent(self, outgoing: Outgoing) -> Exchange | TransportFailure:
        try:
            return self._send(outgoing)
        except TransportFailure as failure:
            return failure

    def _exchanged(self, request: httpx.Request, outgoing: Outgoing) -> Exchange:
        orphans.end_if_orphaned()
        if self.read_only and outgoing.endpoint is Endpoint.SCIM and request.method != "GET":
            raise RefusedByHarness(f"{request.method} was not sent: this command only reads")
        try:
            return self._exchange(request, outgoing)
        except BaseException as error:  # noqa: BLE001 - raised again
            # Below here, every frame contains headers and bodies as they are sent: no traceback may show them.
            raise error.with_traceback(None) from None

    def _exchange(self, request: httpx.Request, outgoing: Outgoing) -> Exchange:
        started = time.time()
        recorded = self._recorder.request(
            outgoing,
            outgoing.sent_in or (self.source.way if self.source else None),
            method=request.method,
            url=str(request.url),
            headers=request.headers.raw,
            content=request.content,
        )
        if self.cut_off.is_over:
            self._fail(recorded, self.cut_off.sentence, failures.OVER)
        with self._lock:
            self.counts[outgoing.by.value] += 1
        try:
            answer = self._answered(request, outgoing.endpoint)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            failure = self._described(error, outgoing.endpoint)
            exchange = Exchange(recorded, None, failure.sentence, outgoing.by, started)
            raise TransportFailure(failure.kind, failure.sentence, exchange) from None
        return Exchange(recorded, answer, None, outgoing.by, started)

    def _described(self, error: Exception, endpoint: Endpoint) -> TransportFailure:
        if self.cut_off.is_over:
            return TransportFailure(failures.OVER, self.cut_off.sentence)
        if self.source is None or endpoint is not Endpoint.TOKEN:
            return failures.describe(error, self.place, self.timeout, self.redactor.text)
        place = urlsplit(self.source.grant.token_url).netloc
        failure = failures.describe(error, place, self.timeout, self.redactor.text, "--token-url")
        return TransportFailure(failure.kind, f"no access token from {self._token_url}: {failure.sentence}")

    @property
    def _token_url(self) -> str:
        return self.redactor.text(self.grant.token_url if self.grant else "")

    def _have_token(self, source: TokenSource) -> float:
        """Request a token if one is due; return when the one that there is expires."""
        with source.lock:
            refused = [*self._tries(source)] if source.is_due else []
            if refused:
                ways = ", then in ".join(PLACES[way] for way, _ in source.trials)
                said = f" (requested with the credentials in {ways})" if len(source.trials) > 1 else ""
                # A response that knows the client says more than one that does not.
                told = next((one for one in refused if not tokens.may_be_the_way(one[1].answer)), refused[0])
                self._fail(told[1].request, f"the token endpoint {self._token_url}{said} {told[2]}")
            return source.ends

    def _tries(self, source: TokenSource) -> Iterator[tuple[str, Exchange, str]]:
        """Request a token; yield each way that was refused, with its request and the reason. Nothing if one is
        accepted."""
        refused: list[tuple[str, Exchange, str]] = []
        for way in source.ways():
            self._keep_rate()
            exchange, problem = self._ask_for_token(Outgoing("POST", "", endpoint=Endpoint.TOKEN, sent_in=way))
            if refused or tokens.may_be_the_way(exchange.answer):
                source.trials.append((way, exchange))
            if problem is None:
                source.way = way
                return
            refused.append((way, exchange, problem))
            if not tokens.may_be_the_way(exchange.answer):
                break
        yield from refused

    def _ask_for_token(self, outgoing: Outgoing) -> tuple[Exchange, str | None]:
        """Send a token request; return the exchange, and why its token cannot be used, or None.

        The token of a request with the right secret, and with nothing that a probe adds, is used from then on.
        """
        if self.source is None:
            raise RefusedByHarness("no token was requested: this run uses no client credentials")
        with self.source.lock:
            asked = self.source.clock()
            exchange = self._exchanged(self._token_request(self.source, outgoing), outgoing)
            assert exchange.answer is not None
            if outgoing.credential is not Credential.TOKEN or outgoing.body or outgoing.method != "POST":
                return exchange, None
            return exchange, self.source.settle(exchange.answer, asked)

    def _token_request(self, source: TokenSource, outgoing: Outgoing) -> httpx.Request:
        try:
            method, url, headers, form = source.ready(outgoing)
            return httpx.Request(method, url, headers=[*headers], content=form)
        except (SecretUnreadable, httpx.InvalidURL) as error:
            shown = Request("POST", self._token_url[:2000], (), None)
            self._fail(shown, f"no access token from {self._token_url[:200]}: {error}")

    def _fail(self, request: Request, sentence: str, kind: str = failures.TOKEN) -> NoReturn:
        raise TransportFailure(kind, sentence, Exchange(request, None, sentence, started=time.time()))

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _request(self, outgoing: Outgoing) -> httpx.Request:
        always = () if outgoing.plain else ENTRA_HEADERS
        headers = [*self.keys.header(outgoing.credential), *always, *outgoing.headers]
        url = self.base + outgoing.target
        try:
            return httpx.Request(outgoing.method, url, headers=headers, content=outgoing.body)
        except httpx.InvalidURL as error:
            said = self.redactor.text(url)
            sentence = f"cannot build a URL for {said[:80]!a}… ({error}): is an id longer than 60 KB?"
            shown = Request(outgoing.method, said[:2000], (), None)
            failed = Exchange(shown, None, sentence, outgoing.by, time.time())
            raise TransportFailure(failures.URL, sentence, failed) from None

    def _keep_rate(self, requests: int = 1) -> None:
        """Wait until the next request may be sent; several at once count as several."""
        self._pace.keep(requests, self.cut_off.left)

    def _answered(self, request: httpx.Request, endpoint: Endpoint) -> Answer:
        self._deadline.start(min(self.timeout, self.cut_off.left))
        begun = time.perf_counter()
        response = (self._port if endpoint is Endpoint.PORT else self._transport).handle_request(request)
        try:
            raw, problem = self._collected(response)
        finally:
            response.close()
        seconds = time.perf_counter() - begun
        if self.source is None or endpoint is not Endpoint.TOKEN:
            return self._recorder.answer(response.status_code, response.headers.raw, raw, problem, seconds)
        if len(raw) > tokens.MOST_BODY:
            raw, problem = b"", f"larger than {tokens.MOST_BODY // 1000} KB, and was not evaluated"
        self.source.learn(raw)
        answer = self._recorder.answer(response.status_code, response.headers.raw, raw, problem, seconds)
        return replace(answer, leaks=tuple(name for name in answer.leaks if name != tokens.NAME))

    def _collected(self, response: httpx.Response) -> tuple[bytes, str | None]:
        chunks, size = [], 0
        for chunk in response.iter_raw():
            chunks.append(chunk)
            size += len(chunk)
            if size > self.most_body:
                megabytes = self.most_body // 1_000_000
                return b"".join(chunks)[:SEARCHED], f"larger than {megabytes} MB, and was not read further"
        raw = b"".join(chunks)
        try:
            return inflate(raw, response.headers.get("Content-Encoding"), self.most_body), None
        except CannotInflate as error:
            return b"", str(error)
