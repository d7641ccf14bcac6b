"""Save Page Now 2: asking the archive to capture a living page, and waiting until it has."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from urllib.parse import quote

from dlt_crawler.archive.limits import Clock, Pool
from dlt_crawler.archive.transport import Answer, Transport
from dlt_crawler.config import ENVIRONMENT_PREFIX, ArchiveSettings
from dlt_crawler.errors import ArchiveError, ArchiveRateLimited, ArchiveUnavailable, ConfigError
from dlt_crawler.model import Snapshot
from dlt_crawler.urls import why_private

log = logging.getLogger(__name__)

POLL_INTERVAL = 5.0
"""Seconds between two looks at a capture; one typically takes 9 to 33 (wayback.md, section 3)."""
PATIENCE = 120.0
"""Seconds until a capture is given up: the archive's own limit for one (Save Page Now documentation, 2025-10-22)."""

_FORM = {
    # No "is it the first capture?" look-up, and no time for scripts that scroll and click: faster, easier on them.
    "skip_first_archive": "1",
    "js_behavior_timeout": "0",
}

# The archive's status_ext, by what may be concluded (grouped as in spn-client 0.4.0; wayback.md, section 3).
_FOR_NOW: Mapping[str, str] = {
    "bad-gateway": "the page's server answered 502",
    "browsing-timeout": "the page took too long in the archive's browser",
    "cannot-fetch": "the page could not be fetched",
    "capture-location-error": "the capture could not be found again",
    "celery": "the capture could not be started",
    "gateway-timeout": "the page's server answered 504",
    "internal-server-error": "the page's server answered 500",
    "invalid-server-response": "the page's server answered with something else than HTTP",
    "job-failed": "the capture failed",
    "no-browsers-available": "all the archive's browsers are busy",
    "no-captures": "nothing was captured",
    "protocol-error": "the connection to the page's server broke",
    "proxy-error": "the archive's proxy failed",
    "read-timeout": "the page's server did not answer in time",
    "redis-error": "the archive's queue failed",
    "service-unavailable": "the page's server answered 503",
    "soft-time-limit-exceeded": "the capture took longer than two minutes",
    "too-many-requests": "the page's server answered 429",
}
_OUR_QUOTA: Mapping[str, str] = {
    "bandwidth-limit-exceeded": "the bandwidth for today is used up",
    "max-daily-bandwidth": "the bandwidth of this account for today is used up",
    "max-daily-bandwidth-from-ip": "the bandwidth of this address for today is used up",
    "user-session-limit": "this account has as many captures under way as it may",
}
_FOR_GOOD: Mapping[str, str] = {
    "bad-request": "the page's server answered 400",
    "blocked": "the page's server refuses the archive",
    "blocked-client-ip": "the archive does not capture for this address",
    "blocked-url": "the archive does not capture this URL",
    "filesize-limit": "it is larger than 2 GB",
    "invalid-host-resolution": "the host name does not resolve",
    "invalid-url-syntax": "the archive finds the URL malformed",
    "max-daily-bandwidth-host": "the bandwidth for this host today is used up",
    "network-authentication-required": "the page's server answered 511",
    "no-access": "the page's server answered 403",
    "not-found": "the page's server answered 404",
    "too-many-daily-captures": "it was captured as often today as it may be",
    "too-many-redirects": "it is redirected too often",
    "unauthorized": "the page's server answered 401",
}


class SavePageNow:
    """Captures for the account whose keys the settings hold; there is no anonymous way that can be relied on."""

    def __init__(self, transport: Transport, settings: ArchiveSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock

    def capture(self, url: str) -> Snapshot:
        """Return the new snapshot of `url`. Raises ConfigError without keys, and ArchiveError when there is none."""
        headers = self._headers()
        if why := why_private(url, captured=True):
            raise ArchiveError(f"{url} is not sent to a public archive: its {why}")
        reply = _reply(self._transport.post(Pool.SAVE, self._settings.save_url, {"url": url, **_FORM}, headers))
        if error := refusal(url, reply):
            raise error
        job = _text(reply, "job_id")
        if job is None:
            # "The same snapshot had been made 3 minutes ago …": no job, and not the timestamp either.
            raise ArchiveError(f"{url} was not captured: {_text(reply, 'message') or 'the archive gave no reason'}")
        done = self._wait(url, f"{self._settings.save_url.rstrip('/')}/status/{quote(job, safe='')}", headers)
        return self._snapshot(url, done)

    def _headers(self) -> dict[str, str]:
        access, secret = self._settings.access_key, self._settings.secret_key
        missing = [name for name, key in (("access_key", access), ("secret_key", secret)) if not key]
        if missing:
            variables = " and ".join(f"{ENVIRONMENT_PREFIX}ARCHIVE__{name.upper()}" for name in missing)
            raise ConfigError(
                f"Save Page Now needs the keys of an archive.org account: set {variables} in the environment "
                f"(archive.{' and archive.'.join(missing)})"
            )
        return {"Accept": "application/json", "Authorization": f"LOW {access}:{secret}"}

    def _wait(self, url: str, status_url: str, headers: Mapping[str, str]) -> Mapping[str, object]:
        deadline = self._clock.monotonic() + PATIENCE
        while self._clock.monotonic() < deadline:
            self._clock.sleep(POLL_INTERVAL)
            try:
                reply = _reply(self._transport.get(Pool.STATUS, status_url, headers))
            except ArchiveUnavailable as trouble:
                # The capture goes on without us.
                log.info("%s: %s", url, trouble)
                continue
            if error := refusal(url, reply):
                raise error
            if reply.get("status") == "success":
                return reply
        raise ArchiveUnavailable(f"{url} was still being captured after {PATIENCE:.0f} s")

    def _snapshot(self, url: str, done: Mapping[str, object]) -> Snapshot:
        timestamp, status = _text(done, "timestamp") or "", done.get("http_status", 200)
        if not re.fullmatch(r"\d{14}", timestamp, re.ASCII) or not isinstance(status, int):
            raise ArchiveUnavailable(f"{url} was captured, but the archive's report cannot be read")
        return Snapshot(
            original=url,
            timestamp=timestamp,
            url=f"{self._settings.timegate_url.rstrip('/')}/{timestamp}/{url}",
            # Without capture_all only pages that answer well are captured, so a report without status is a success.
            status=status,
            validated="save_page_now",
        )


def refusal(url: str, reply: Mapping[str, object]) -> ArchiveError | None:
    """Return what a reply of Save Page Now means that says "error", as refusals do, with HTTP status 200; else None.

    ArchiveUnavailable: it may succeed on another day; ArchiveRateLimited: our own quota; ArchiveError: not this URL.
    """
    if reply.get("status") != "error":
        return None
    code = (_text(reply, "status_ext") or "").removeprefix("error:")
    if code in _OUR_QUOTA:
        return ArchiveRateLimited(f"{url} was not captured: {_OUR_QUOTA[code]}")
    if code in _FOR_NOW:
        return ArchiveUnavailable(f"{url} was not captured this time: {_FOR_NOW[code]}")
    said = _text(reply, "message") or code or "the archive gave no reason"
    return ArchiveError(f"{url} was not captured: {_FOR_GOOD.get(code, said)}")


def _reply(answer: Answer) -> Mapping[str, object]:
    """Return the JSON object of an answer. Raises ArchiveUnavailable when it is none, ArchiveError for bad keys."""
    if answer.status == 401:
        raise ArchiveError("Save Page Now does not accept the keys: check archive.access_key and archive.secret_key")
    try:
        reply = json.loads(answer.body)
    except ValueError:
        reply = None
    if not isinstance(reply, dict):
        raise ArchiveUnavailable(f"Save Page Now answered {answer.status} and no JSON object to {answer.url}")
    return reply


def _text(reply: Mapping[str, object], key: str) -> str | None:
    """Return a member as text on one line of sensible length; None when it is missing or no text."""
    value = reply.get(key)
    return " ".join(value.split())[:300] if isinstance(value, str) and value.strip() else None
