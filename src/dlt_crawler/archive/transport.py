"""One request to the archive, one answer: bounded in time and size, with the archive's own refusals as typed errors."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from dlt_crawler.archive.connections import ArchiveAdapter
from dlt_crawler.archive.limits import Limiter, Pool
from dlt_crawler.config import trust_store, user_agent
from dlt_crawler.errors import ArchiveRateLimited, ArchiveUnavailable
from dlt_crawler.urls import site_of

log = logging.getLogger(__name__)

MAX_BODY = 262_144
"""Bytes read of one answer: the head of a page, and far more than five CDX rows (wayback.md, section 8)."""
CONNECT_TIMEOUT = 10.0
"""Seconds; the archive accepts connections at once, or drops them at its firewall (wayback.md, section 4)."""
CONNECTIONS = 16
"""Kept open to one host: as many as there may be workers (config/archive.py)."""
FIRST_REST = 1.0
"""Seconds until a request that failed is sent again, doubled the next time; Retry-After makes it longer …"""
LONGEST_REST = 30.0
"""… up to this. With a longer one the link is better asked for when the others are done."""

HTML = frozenset({"text/html", "application/xhtml+xml"})
"""Media types of pages for people."""
_AS_IT_IS = re.compile("https?://[!-~]+")
"""URLs that can be sent without being encoded: visible ASCII."""
_CHUNK = 16_384
_REFUSAL = "/429.html"
"""Where the archive, archive.org or as it is called here, sent those whom it refused (wayback.md, section 2.3)."""
_EXCLUDED_MARKS = (
    # The first two: text and header of CDX and playback; the last: the page readers see (wayback.md, Q2 and Q9).
    b"AdministrativeAccessControlException",
    b"RobotAccessControlException",
    b"URL has been excluded from the Wayback Machine",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the archived site's answer, or the archive's own."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    """The first MAX_BODY bytes, content codings not undone."""
    whole: bool
    """Whether `body` is all there was."""

    @property
    def archived(self) -> bool:
        """Whether the archived site is speaking, whatever the status, and not the archive (RFC 7089, section 2.1.1)."""
        return "Memento-Datetime" in self.headers

    @property
    def framed(self) -> bool:
        """Whether the answer says where it ends, so that an empty body is not a connection that was cut early."""
        return "Content-Length" in self.headers or "Transfer-Encoding" in self.headers

    @property
    def media_type(self) -> str:
        """What the body is served as, without parameters, in lower case; empty when nobody says."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def excluded(self) -> bool:
        """Whether the archive says that it withholds the captures of this URL."""
        if self.archived or self.status not in (200, 403, 404):
            return False
        said = self.body + self.headers.get("X-Archive-Wayback-Runtime-Error", "").encode()
        return any(mark in said for mark in _EXCLUDED_MARKS)


class Transport:
    """The only door to an archive's servers. Any number of threads may ask at once.

    Proxies are those of the environment: a network that needs them needs them for the archive, too. No cookies, no
    netrc (requests would put it in place of our own Authorization), no redirects: the archive's own may lead to a page
    that says 429 with status 200, and archived ones are evidence.
    """

    def __init__(self, limiter: Limiter, *, timeout: float, contact: str) -> None:
        """`timeout` in seconds, for one answer. Raises ConfigError when the trust store is not a file."""
        self._limiter = limiter
        self._timeout = timeout
        # Given with each request: REQUESTS_CA_BUNDLE would override the session's, and trust_store() has its own order.
        self._verify: str | bool = trust_store() or True
        self._sent: Counter[Pool] = Counter()
        self._under_way = 0
        """Requests that threads are busy with, or wait with."""
        self._counting = threading.Lock()
        self._asking = threading.local()
        # One for all threads: what requests 2.34 changes in a session while it asks is its cookies, which have a lock,
        # and connections, which urllib3's pools hand out to one thread at a time.
        self._session = _Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, ArchiveAdapter(self._take_turn, connections=CONNECTIONS))
        self._session.auth = _NoNetrc()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update(
            {
                "User-Agent": user_agent(contact),
                # Recorded playback has wrong and doubled codings: better none than undone wrongly.
                "Accept-Encoding": "identity",
            }
        )

    def close(self) -> None:
        """Close every connection that is not in use, and send nothing any more: what threads still ask for raises."""
        self._limiter.close()
        self._session.close()

    @property
    def sent(self) -> Mapping[Pool, int]:
        """Requests sent so far; 0 for a pool that was not used."""
        with self._counting:
            return self._sent.copy()

    def get(self, pool: Pool, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask with GET; see `_ask`."""
        return self._ask(pool, requests.Request("GET", url, headers=headers))

    def head(self, pool: Pool, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask with HEAD; see `_ask`. The body is empty."""
        return self._ask(pool, requests.Request("HEAD", url, headers=headers))

    def post(self, pool: Pool, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Ask with POST; see `_ask`."""
        return self._ask(pool, requests.Request("POST", url, headers=headers, data=dict(form)))

    def _ask(self, pool: Pool, request: requests.Request) -> Answer:
        """Return the answer, whatever its status, unless the archive itself refused or failed.

        What is refused or fails is sent again, up to `attempts` times in all; but not a failed request for a capture,
        which may have been made. Raises ArchiveRateLimited when it was refused each time, or when there is no patience
        left for the pauses, and ArchiveUnavailable for 5xx, no answer in time, a broken connection or a cut body.
        """
        with self._counting:
            self._under_way += 1
        try:
            return self._try(pool, request)
        finally:
            with self._counting:
                self._under_way -= 1

    def _try(self, pool: Pool, request: requests.Request) -> Answer:
        attempt = 0
        while True:
            attempt += 1
            sent = self._limiter.admit(pool)
            last = attempt >= self._limiter.attempts
            with self._counting:
                self._sent[pool] += 1
            try:
                answer = self._send(pool, request)
            except ArchiveUnavailable as error:
                trouble, seconds = error, None
            else:
                seconds = _retry_after(answer.headers)
                if _refuses(answer):
                    pause = self._limiter.refused(sent, seconds)
                    refusal = f"the archive answered 429 to {answer.url.partition('?')[0]}"
                    log.info("%s", refusal)
                    if last:
                        raise ArchiveRateLimited(refusal, pause)
                    continue
                if answer.archived or answer.status < 500 or answer.status == 501:
                    if _is_a_page_of_its_own(pool, request, answer):
                        self._limiter.failed(sent, None)
                    elif request.method != "HEAD" or answer.archived or answer.status != 200:
                        self._limiter.answered(sent)
                    return answer
                trouble = ArchiveUnavailable(f"the archive answered {answer.status} to {answer.url}")
            self._limiter.failed(sent, seconds)
            ours = FIRST_REST * 2 ** (attempt - 1)
            rest = max(ours, seconds or 0)
            if last or pool is Pool.SAVE or rest > LONGEST_REST:
                raise trouble
            log.info("%s: again in %.0f s", trouble, rest)
            # Only what the archive asks for is charged, shared by all threads: our own rests are short, and of the many
            # requests of a night some always fail.
            self._limiter.rest(rest, (rest - ours) / self._under_way)

    def _take_turn(self) -> None:
        self._limiter.send(self._asking.pool)

    def _send(self, pool: Pool, request: requests.Request) -> Answer:
        deadline = time.monotonic() + self._timeout
        self._asking.pool = pool
        try:
            prepared = self._session.prepare_request(request)
            if _AS_IT_IS.fullmatch(request.url or ""):
                # requests would decode what need not be encoded (%7E): to an archive that may be another URL.
                prepared.url = request.url
            environment = self._session.merge_environment_settings(prepared.url, {}, True, self._verify, None)
            timeout = (min(CONNECT_TIMEOUT, self._timeout), self._timeout)
            with self._session.send(prepared, timeout=timeout, allow_redirects=False, **environment) as response:
                body, whole = _read(response, deadline)
                return Answer(str(request.url), response.status_code, response.headers, body, whole)
        # HTTPError: of the raw body. OSError: the trust store has gone away. UnicodeError: keys that fit no header.
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            raise ArchiveUnavailable(f"no answer to {request.url}: {error}") from error


class _Session(requests.Session):
    def resolve_redirects(self, *_arguments: Any, **_more: Any) -> Generator[Any, None, None]:
        # Even where none is followed, requests looks at where it would lead: it reads the body for that, however long,
        # and raises what it likes for a bad Location.
        yield from ()


class _NoNetrc(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _read(response: requests.Response, deadline: float) -> tuple[bytes, bool]:
    body = bytearray()
    while len(body) <= MAX_BODY:
        # The timeout of requests is for one receive: a server that drips would never meet it.
        if time.monotonic() > deadline:
            raise requests.Timeout("the answer takes too long")
        chunk = response.raw.read1(_CHUNK, decode_content=False)
        if not chunk:
            return bytes(body), True
        # Others are left in the body as they are, and the frames of "chunked" with them (RFC 9112, section 6.1).
        if (coding := response.headers.get("Transfer-Encoding", "chunked").strip().lower()) != "chunked":
            raise requests.exceptions.ContentDecodingError(f"transfer coding that was not asked for: {coding}")
        body += chunk
    return bytes(body[:MAX_BODY]), False


def _refuses(answer: Answer) -> bool:
    """Whether the archive itself asks for fewer requests."""
    if answer.archived:
        return False
    return answer.status == 429 or _leads_to_refusal(answer)


def _is_a_page_of_its_own(pool: Pool, request: requests.Request, answer: Answer) -> bool:
    """Whether it is a page where a capture or rows were asked for: by outages that answer 200, 403 or 451.

    A few in a row are an outage like any other. To a HEAD nobody says what page it would be: it counts for nothing.
    """
    if request.method != "GET" or answer.archived or answer.excluded or pool not in (Pool.CDX, Pool.PLAYBACK):
        return False
    return answer.status in (403, 451) or (answer.status == 200 and answer.media_type in HTML)


def _leads_to_refusal(answer: Answer) -> bool:
    """Whether it is a redirect to the archive's page of refusals, an older form of them; not to a capture of such."""
    try:
        target = urlsplit(urljoin(answer.url, answer.headers.get("Location", "")))
        sites = (site_of(target.hostname or ""), site_of(urlsplit(answer.url).hostname or ""))
    except ValueError:
        return False
    return target.path == _REFUSAL and sites[0] in (sites[1], "archive.org")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of Retry-After (RFC 9110, section 10.2.3: seconds or a date); None if there are none.

    A date is compared with that of the answer, since our clock may be wrong.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    moment = _date(value)
    if moment is None:
        return None
    return (moment - (_date(headers.get("Date", "")) or datetime.now(UTC))).total_seconds()


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
