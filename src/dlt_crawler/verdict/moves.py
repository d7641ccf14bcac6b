"""Where a resource has moved for good, and since when that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from dlt_crawler.model import SUCCESSES, Check, LinkWarning, Observation, Redirect
from dlt_crawler.page.landing import is_about_error, is_home, is_same_site
from dlt_crawler.page.parked import is_parking_host
from dlt_crawler.page.walls import is_wall_address
from dlt_crawler.urls import (
    changes_language,
    is_landing_page,
    is_persistent_identifier,
    is_short_link,
    is_tracked_from,
    leads_astray,
    normalise,
    why_private,
    without_session,
)

_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}
"""RFC 9110, section 15.4."""
_UNTRUSTED = frozenset({LinkWarning.TLS_UNVERIFIED, LinkWarning.ALTERNATIVE_ADDRESS})
"""Whoever else answers may not say what is written into a document."""


@dataclass(frozen=True, slots=True)
class Move:
    """Another address of a resource, and two looks, of different runs and UTC days, that show it."""

    address: str
    first: datetime
    last: datetime


def permanent_move(checks: Sequence[Check]) -> Move | None:
    """Return where a resource has moved for good, None when that is not proven by its checks, oldest first.

    Proof: its last two successes on different UTC days, in different runs, were redirects to the same address, whose
    every hop was permanent, or led from `http:` to `https:` alone, however that was done. Where only the first hop is
    such a one, the link has moved to `https:`.

    That address is never one to which sites send what they have lost, or whom they do not know: a home page (of a page
    that was none), a directory above the page, the front of another site, a log-in, consent, error, search or
    maintenance page, a market for domains; nor is it a short link, a choice of language or country, one visitor's
    session, secret or traces, or `http:` for `https:`. What names a thing for good does not move, but from `http:` to
    the same by `https:`.
    """
    seen = _two_looks(checks)
    if seen is None:
        return None
    before, last = seen
    source = last.resource.url
    if any(_UNTRUSTED.intersection(each.warnings) for each in seen):
        return None
    if any(_is_lost(source, each.final_url) or _is_for_one(source, each.final_url) for each in seen):
        return None
    earlier, is_name = _addresses(before), is_persistent_identifier(source)
    for address in _addresses(last):
        if is_name and address != _by_https(source):
            continue
        if address in earlier and not changes_language(source, address):
            return Move(address, before.at, last.at)
    return None


def permanent_address(checks: Sequence[Check]) -> str | None:
    """Return where a resource has moved for good (`permanent_move`)."""
    move = permanent_move(checks)
    return None if move is None else move.address


def secure_twin(plain: Sequence[Check], secure: Sequence[Check]) -> Move | None:
    """Return the move from a resource by `http:` to the same by `https:`, of which both have checks, oldest first.

    Proof: both were shown at their own addresses on the same two UTC days at least, and are the same page: they say
    the same title, and the same abstract.
    """
    looks = (_by_day(plain), _by_day(secure))
    days = sorted(looks[0].keys() & looks[1].keys())
    if len(days) < 2 or not all(_is_shown_there(look) for each in looks for look in each.values()):
        return None
    if not all(_is_same_page(looks[0][day], looks[1][day]) for day in (days[0], days[-1])):
        return None
    first, last = looks[1][days[0]], looks[1][days[-1]]
    return Move(last.resource.url, first.at, last.at)


def _two_looks(checks: Sequence[Check]) -> tuple[Observation, Observation] | None:
    """Return the last success, and the last one before it of another UTC day and run."""
    last: Check | None = None
    for check in reversed(checks):
        if check.seen.outcome not in SUCCESSES:
            continue
        if last is None:
            last = check
        elif check.seen.at.date() != last.seen.at.date() and check.run != last.run:
            return check.seen, last.seen
    return None


def _addresses(seen: Observation) -> tuple[str, ...]:
    """Return where a look shows that a resource has moved, the surest first."""
    if not seen.redirects:
        return ()
    source, hops = seen.resource.url, seen.redirects
    secure = _by_https(source)
    upgraded = (secure,) if _is_upgrade(hops[0]) and normalise(hops[0].location) == secure else ()
    if seen.final_url is not None and all(hop.status in _PERMANENT or _is_upgrade(hop) for hop in hops):
        return seen.final_url, *upgraded
    return upgraded


def _by_https(url: str) -> str:
    """Return the same URL by `https:`, if it is one by `http:`."""
    return f"https:{url.removeprefix('http:')}"


def _is_upgrade(hop: Redirect) -> bool:
    """Return whether a hop leads from `http:` to the same address by `https:`, both on their usual ports."""
    before, after = urlsplit(hop.url), normalise(hop.location)
    if hop.status not in _REDIRECTS or before.scheme != "http" or before.port not in (None, 80) or after is None:
        return False
    return after == normalise(before._replace(scheme="https", netloc=before.netloc.removesuffix(":80")).geturl())


def _is_lost(source: str, target: str | None) -> bool:
    """Return whether a redirect leads to where nothing that was cited can be."""
    if target is None or is_landing_page(target) or is_wall_address(target) or is_short_link(target):
        return True
    if leads_astray(source, target) or (is_parking_host(target) and not is_same_site(source, target)):
        return True
    if is_home(target):
        return not (is_home(source) and is_same_site(source, target))
    return (is_about_error(target) and not is_about_error(source)) or _leads_up(source, target)


def _is_for_one(source: str, target: str | None) -> bool:
    """Return whether a redirect leads to an address that is not for everybody, or less safe than the old one."""
    if target is None or (source.startswith("https:") and not target.startswith("https:")):
        return True
    is_secret = why_private(target) is not None and why_private(source) is None
    return is_secret or without_session(target) != target or is_tracked_from(source, target)


def _leads_up(source: str, target: str) -> bool:
    """Return whether a redirect leads to a directory above the page, as sites do with pages they have lost."""
    before, after = (urlsplit(url) for url in (source, target))
    path = [segment for segment in before.path.split("/") if segment]
    above = [segment for segment in after.path.split("/") if segment]
    is_above = len(above) < len(path) and path[: len(above)] == above and not after.query
    return is_above and not is_home("/" + "/".join(path[len(above) :]))


def _by_day(checks: Sequence[Check]) -> dict[date, Observation]:
    return {check.seen.at.date(): check.seen for check in checks if check.seen.outcome in SUCCESSES}


def _is_shown_there(seen: Observation) -> bool:
    is_own = normalise(seen.final_url or "") == seen.resource.url
    return is_own and not seen.redirects and not _UNTRUSTED.intersection(seen.warnings)


def _is_same_page(one: Observation, other: Observation) -> bool:
    return bool(one.page.title) and (one.page.title, one.page.abstract) == (other.page.title, other.page.abstract)
