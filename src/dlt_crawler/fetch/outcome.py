"""What an answer means: the one table from statuses to outcomes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from dlt_crawler.model import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, or right, with a link: an outcome, and a sentence for people."""

    outcome: Outcome
    detail: str
    nxdomain: bool = False
    asked: bool = True
    """As in `Observation`."""
    no_way: bool = False
    """This machine has no way to the host, which may have another address that it has one to."""


FOLLOWED = frozenset({301, 302, 303, 307, 308})
"""Redirect statuses (Fetch standard, section 2.2.3): what browsers follow. 300, 304, 305 and 306 are answers."""

BUSY = frozenset({429, 503})
"""Statuses of servers that have too much to do (RFC 6585, section 4; RFC 9110, section 15.6.4)."""

_CHOICES = 300
"""Multiple Choices: a page that lets people choose (RFC 9110, section 15.4.1). Browsers show it and go nowhere."""

_BLOCKED = frozenset({401, 402, 403, 406, 412, 418, 451, 999})
"""DESIGN.md, section 2; 412, 418 and 999 are what Bilibili, IEEE and LinkedIn send to robots (science.md, B4)."""

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def is_living(status: int) -> bool:
    """Return whether an answer of this status is a page that people see."""
    return 200 <= status <= 299 or status == _CHOICES


def asks_to_wait(status: int, *, retry_after: bool) -> bool:
    """Return whether an answer asks us to come back later: 429, and 503 with a Retry-After (science.md, A3)."""
    return status in BUSY and (status == 429 or retry_after)


def of_status(status: int, host: str, *, retry_after: bool, redirects: int) -> Finding:
    """Return what a final answer means.

    Every 2xx is a success (RFC 9110, section 15.3), also 204 and 205: Pew (2024) counts 204 as dead, but it is what
    connectivity checks and beacons answer with, and a link is not called dead on a success.
    """
    said = _said(status, host)
    match status:
        case _ if is_living(status):
            return Finding(_success(redirects), f"{said}{_after(redirects)}.")
        case 404 | 410:
            return Finding(Outcome.NOT_FOUND, f"{said}.")
        case _ if asks_to_wait(status, retry_after=retry_after):
            how = ": it asks us to slow down" if status == 429 else ", and when to come back"
            return Finding(Outcome.RATE_LIMITED, f"{said}{how}.")
        case _ if status in _BLOCKED:
            return Finding(Outcome.BLOCKED, f"{said}: it does not let robots in, or asks who we are.")
        case _ if status in FOLLOWED:
            return Finding(Outcome.PROTOCOL_ERROR, f"{said}, and not where to go.")
        case _ if 400 <= status <= 499:
            return Finding(Outcome.CLIENT_ERROR, f"{said}.")
        case _ if 500 <= status <= 599:
            return Finding(Outcome.SERVER_ERROR, f"{said}.")
        case _:
            return Finding(Outcome.PROTOCOL_ERROR, f"{said}, which is no answer to a plain request.")


def of_unchanged(host: str, *, redirects: int) -> Finding:
    """Return what a 304 means, of a page that was asked for only if it has changed (RFC 9110, section 15.4.5)."""
    said = f"{_said(304, host)}{_after(redirects)}"
    return Finding(_success(redirects), f"{said}: not changed since it was last seen whole.")


def _success(redirects: int) -> Outcome:
    return Outcome.REDIRECTED if redirects else Outcome.OK


def _after(redirects: int) -> str:
    if not redirects:
        return ""
    return ", after a redirect" if redirects == 1 else f", after {redirects} redirects"


def _said(status: int, host: str) -> str:
    phrase = _PHRASES.get(status)
    return f"{host} answered {status} {phrase}" if phrase else f"{host} answered {status}"
