"""One request to the archive, one answer: bounded in time and size, with the archive's own refusals as typed errors."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from dlt_crawler.archive.head_deadline import HeadDeadlineAdapter
from dlt_crawler.archive.limits import LONGEST_WAIT, Limiter, Pool
from dlt_crawler.config import trust_store, user_agent
from dlt_crawler.errors import ArchiveRateLimited, ArchiveUnavailable

log = logging.getLogger(__name__)

MAX_BODY = 262_144
"""Bytes read of one answer: the head of a page, and far more than five CDX rows (wayback.md, section 8)."""
CONNECT_TIMEOUT = 10.0
"""Seconds; the archive accepts connections at once, or drops them at its firewall (wayback.md, section 4)."""
ATTEMPTS = 3
"""Times one request is sent when the archive asks for pauses that are short enough to be waited out."""

_CHUNK = 16_384
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
    def excluded(self) -> bool:
        """Whether the archive says that it withholds the captures of this URL."""
        if self.archived or self.status not in (200, 403, 404):
            return False
        said = self.body + self.headers.get("X-Archive-Wayback-Runtime-Error", "").encode()
        return any(mark in said for mark in _EXCLUDED_MARKS)


class Transport:
    """The only door to the archive's servers.

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
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HeadDeadlineAdapter())
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
        """Close every connection."""
        self._session.close()

    @property
    def sent(self) -> Mapping[Pool, int]:
        """Requests sent so far; 0 for a pool that was not used."""
        return self._sent

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

        Raises ArchiveRateLimited for its own 429, after as many attempts as short pauses allow, and ArchiveUnavailable
        for its own 5xx, no answer in time, a broken connection or a cut body.
        """
        attempt = 0
        while True:
            attempt += 1
            self._limiter.admit(pool)
            self._sent[pool] += 1
            try:
                answer = self._send(request)
                _refuse_own_errors(answer)
            except ArchiveRateLimited as refusal:
                log.info("%s", refusal)
                pause = self._limiter.refused(refusal.retry_after, again=attempt > 1)
                if pause > LONGEST_WAIT or attempt == ATTEMPTS:
                    raise ArchiveRateLimited(str(refusal), pause) from refusal
            except ArchiveUnavailable:
                self._limiter.failed()
                raise
            else:
                self._limiter.answered()
                return answer

    def _send(self, request: requests.Request) -> Answer:
        deadline = time.monotonic() + self._timeout
        try:
            with self._session.request(
                request.method or "GET",
                request.url or "",
                headers=request.headers,
                data=request.data,
                timeout=(min(CONNECT_TIMEOUT, self._timeout), self._timeout),
                verify=self._verify,
                stream=True,
                allow_redirects=False,
            ) as response:
                body, whole = _read(response, deadline)
                return Answer(str(request.url), response.status_code, response.headers, body, whole)
        # HTTPError: of the raw body. OSError: the trust store has gone away. UnicodeError: keys that fit no header.
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            raise ArchiveUnavailable(f"no answer to {request.url}: {error}") from error


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
        body += chunk
    return bytes(body[:MAX_BODY]), False


def _refuse_own_errors(answer: Answer) -> None:
    if answer.archived:
        return
    # The redirect is an older form of the same refusal (wayback.md, section 2.3).
    if answer.status == 429 or answer.headers.get("Location", "").partition("?")[0].endswith("/429.html"):
        seconds = _retry_after(answer.headers.get("Retry-After"))
        where = answer.url.partition("?")[0]
        raise ArchiveRateLimited(f"the archive answered 429 to {where}", seconds)
    if answer.status >= 500:
        raise ArchiveUnavailable(f"the archive answered {answer.status} to {answer.url}")


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, section 10.2.3: seconds or a date); None if unusable."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
