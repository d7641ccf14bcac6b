"""Why Save Page Now does not capture a page: its codes, by what may be concluded from them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Concern(StrEnum):
    """Whom a refusal concerns, and so what to do next."""

    NOW = "now"
    """This page, this time: another night it may succeed."""
    URL = "url"
    """This URL, whenever it is asked for."""
    HOST = "host"
    """All pages of its host, today."""
    SERVICE = "service"
    """Any page, for the time being: Save Page Now has more to do than it can."""
    SESSIONS = "sessions"
    """Every page, until captures of this account that are under way have ended."""
    ACCOUNT = "account"
    """Every page, today: our account or address has used up what it may."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The archive says that it does not capture a page, or could not. `why` is a clause for people."""

    concern: Concern
    why: str


# The documented codes (Save Page Now documentation, 2025-10-22), and those that were only seen: no-captures
# (internetarchive/wayback#304), redis-error (IABot), and the other spelling of soft-time-limit-exceeded (TrackHAR).
_WHY: Mapping[Concern, Mapping[str, str]] = {
    Concern.NOW: {
        "bad-gateway": "the page's server answered 502",
        "browsing-timeout": "the page took too long in the archive's browser",
        "capture-location-error": "the capture could not be found again",
        "gateway-timeout": "the page's server answered 504",
        "internal-server-error": "Save Page Now failed",
        "invalid-server-response": "the page's server answered with something else than HTTP",
        "job-failed": "the capture failed",
        "network-authentication-required": "the page's server answered 511",
        "no-captures": "nothing was captured",
        "protocol-error": "the connection to the page's server broke",
        "read-timeout": "the page's server did not answer in time",
        "service-unavailable": "the page's server answered 503",
        "soft-time-limit-exceed": "the capture took too long",
        "soft-time-limit-exceeded": "the capture took too long",
        # A limit of this URL alone, until tomorrow: others were captured right after it (spn-client 0.4.0).
        "too-many-daily-captures": "it was captured as often today as it may be",
    },
    Concern.URL: {
        "bad-request": "the page's server answered 400",
        "blocked": "the page's server refuses the archive",
        "blocked-url": "the archive does not capture this URL",
        "filesize-limit": "it is larger than 2 GB",
        "ftp-access-denied": "the server does not let the archive in",
        "http-version-not-supported": "the page's server answered 505",
        "invalid-host-resolution": "the archive cannot resolve the host name",
        "invalid-url-syntax": "the archive finds the URL malformed",
        "method-not-allowed": "the page's server answered 405",
        "no-access": "the page's server answered 403",
        "not-found": "the page's server answered 404",
        "not-implemented": "the page's server answered 501",
        "too-many-redirects": "it is redirected more than three times",
        "unauthorized": "the page's server answered 401",
    },
    Concern.HOST: {
        "bandwidth-limit-exceeded": "the page's server has no bandwidth left (509)",
        "max-daily-bandwidth-host": "the archive has had 100 GB from this host today",
        "too-many-requests": "the page's server answered 429 to the archive",
    },
    Concern.SERVICE: {
        "cannot-fetch": "the archive is too busy to fetch pages",
        "celery": "the archive cannot start captures",
        "no-browsers-available": "all the archive's browsers are busy",
        "proxy-error": "the archive's proxy fails",
        "redis-error": "the archive's queue fails",
    },
    Concern.ACCOUNT: {
        "blocked-client-ip": "the archive does not capture for our address",
        "max-daily-bandwidth": "the account's bandwidth for today is used up",
        "max-daily-bandwidth-from-ip": "our address's bandwidth for today is used up",
    },
    Concern.SESSIONS: {"user-session-limit": "the account has as many captures under way as it may"},
}
_CONCERNS = {code: concern for concern, codes in _WHY.items() for code in codes}
# Two of them also come as sentences without a code, the second of them seen of anonymous users (wayback.md, Q11).
_SENTENCES = {
    Concern.SESSIONS: re.compile(r"\blimit of active Save Page Now sessions\b", re.IGNORECASE),
    Concern.ACCOUNT: re.compile(r"\breached your daily\b.{0,40}\bcaptures limit\b", re.IGNORECASE),
}


def refusal(reply: Mapping[str, object]) -> Refused | None:
    """Return what a reply means that says "error", as refusals do, with HTTP status 200; None for any other.

    A code that nobody has seen yet concerns this time only: asking again another night costs little, and a page that
    is given up is lost.
    """
    code = (text(reply, "status_ext") or "").removeprefix("error:")
    said = text(reply, "message") or ""
    for concern, sentence in _SENTENCES.items():
        if sentence.search(said):
            return Refused(concern, said)
    if reply.get("status") != "error" and not (code and not reply.get("job_id")):
        return None
    concern = _CONCERNS.get(code, Concern.NOW)
    return Refused(concern, _WHY[concern].get(code) or said or code or "the archive gave no reason")


def text(reply: Mapping[str, object], key: str) -> str | None:
    """Return a member as text on one line of sensible length; None when it is missing or no text."""
    value = reply.get(key)
    return " ".join(value.split())[:300] if isinstance(value, str) and value.strip() else None
