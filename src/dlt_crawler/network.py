"""Whether our own network, its name server and our clock can be trusted, by what canaries answer. Pure.

What is asked is an `Observation` like any other: of canaries, which answer whenever the network works, and of names
that nobody has, which never do.
"""

from __future__ import annotations

import secrets
import string
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from statistics import median_high, median_low
from urllib.parse import urlsplit

from dlt_crawler.model import LinkWarning, Observation, Outcome
from dlt_crawler.urls import host_of, site_of

CLOCK_ERROR = timedelta(days=1)
"""By more than this the clocks of the canaries differ from one that is wrong (science.md, F): at the pace of days
evidence is counted, and servers have wrong clocks, too."""
CLOCK_STEP = timedelta(minutes=5)
"""So far our clock may be behind the newest stored check, or off the canaries: clocks are set (science.md, F)."""

_EMPTY_ANSWER = ("/generate_204", "/gen_204")
"""How the paths end of pages that are made to find captive portals with: they answer 204, and nothing else. Any 2xx or
3xx in its place is a portal's; an error is no more than an error (Chromium, components/captive_portal)."""
_LOG_IN = 511
"""Network Authentication Required: sent by captive portals only (RFC 6585, section 6)."""
_LETTERS = 25
_TOP_LEVEL_DOMAINS = ("invalid", "com")
"""Nobody has a name below the first (RFC 6761, section 6.4), which resolvers may know without asking; and nobody has
one of so many random letters below the second, which they have to ask for."""

_FEWEST_HOSTS = 20
_LATEST_HOSTS = 100
_SHARE = 0.4
"""More than this share of the latest hosts fails when the network does (science.md, F)."""
_OURS = frozenset({Outcome.DNS_ERROR, Outcome.CONNECTION_ERROR, Outcome.TIMEOUT})
"""How links fail when it is our own network that does."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing that fails now says anything of the links."""

    what: str
    """What is wrong, with what was seen in parentheses: the beginning of a sentence."""
    advice: str
    """What to do: the end of it."""

    def __str__(self) -> str:
        return f"{self.what}: {self.advice}."


def names_of_nobody(port: int) -> tuple[str, ...]:
    """Return URLs with names that do not exist, others each time; to be asked at this port."""
    authority = "" if port == 80 else f":{port}"
    return tuple(f"http://{_random_label()}.{domain}{authority}/" for domain in _TOP_LEVEL_DOMAINS)


def need_names(urls: Collection[str]) -> bool:
    """Return whether a name server has to be asked for one of these URLs: not where all hosts are addresses."""
    return not all(_is_address(host) or host.endswith("localhost") for host in map(host_of, urls))


def trouble_with(
    canaries: Sequence[Observation], nobody: Sequence[Observation], newest: datetime | None
) -> Trouble | None:
    """Return what is wrong with our own network or clock, the likeliest cause first; None: it can be trusted.

    `canaries` are observations made just now, at least one; `nobody`: of names that do not exist. `newest`: when the
    newest check was made that is stored (aware UTC).
    """
    return (
        _portal(canaries)
        or _lying_names(nobody)
        or _wrong_clock(canaries)
        or _wrong_certificates(canaries)
        or _silence(canaries)
        or _clock_set_back(canaries, newest)
    )


def looks_like_ours(seen: Observation) -> bool:
    """Return whether a link failed as all links do when it is our own network that does."""
    return seen.outcome in _OURS and seen.status is None


class LatestHosts:
    """How the hosts of a crawl fared that were seen last, and whether that looks like an outage of our own."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, bool] = OrderedDict()
        self._seen = 0
        self._enough = _FEWEST_HOSTS

    def take(self, observations: Sequence[Observation]) -> None:
        """Take note of what was seen. What was not asked for says nothing."""
        for seen in observations:
            if not seen.asked:
                continue
            host = host_of(seen.resource.url)
            self._seen += host not in self._failed
            # A link that is redirected to where nobody answers has an answer of its own host.
            self._failed[host] = looks_like_ours(seen)
            self._failed.move_to_end(host)
            if len(self._failed) > _LATEST_HOSTS:
                self._failed.popitem(last=False)

    @property
    def are_failing(self) -> bool:
        """Whether so many of them fail that the canaries are to be asked."""
        return self._seen >= self._enough and sum(self._failed.values()) > _SHARE * len(self._failed)

    def vouched_for(self) -> None:
        """Say that the network works: a list of dead hosts is what it is, and asked about at ever longer intervals."""
        self._enough = 2 * self._seen


def _portal(canaries: Sequence[Observation]) -> Trouble | None:
    """Find a captive portal: it answers in the place of what is asked for, with its own page or the way to it.

    One canary that always leads elsewhere must not stop every night: alone it counts if nothing else has answered.
    """
    for seen in canaries:
        if seen.status == _LOG_IN:
            return _is_portal(f"{_name(seen)} answered {_LOG_IN}")
        is_empty = urlsplit(seen.resource.url).path.endswith(_EMPTY_ANSWER)
        if is_empty and seen.status is not None and 200 <= seen.status <= 399 and seen.status != 204:
            return _is_portal(f"{_name(seen)} answered {seen.status} in the place of 204")
    answers = [seen for seen in canaries if seen.status is not None]
    # What comes with a good certificate comes from the site itself, and may be asked at another one from now on.
    for group in ([seen for seen in answers if not _is_genuine(seen)], answers):
        led_away = [(seen, site) for seen in group if (site := _led_to(seen)) is not None]
        if led_away and 2 * len(led_away) >= len(group) and (len(led_away) > 1 or len(answers) == 1):
            names = _listed([_name(seen) for seen, _ in led_away])
            return _is_portal(f"{names} led to {_listed(sorted({site for _, site in led_away}))}")
    return None


def _is_portal(seen: str) -> Trouble:
    return Trouble(
        f"A captive portal answers in the place of the web ({seen})",
        "log in to the network, use another one, or name other canaries",
    )


def _lying_names(nobody: Sequence[Observation]) -> Trouble | None:
    """Find a name server with an address for every name. One that does not answer, or not in time, proves nothing."""
    # Whatever became of it then: it could only be tried, or refused by the address guard, because it had an address.
    found = [seen for seen in nobody if seen.outcome is not Outcome.DNS_ERROR]
    if not found:
        return None
    return Trouble(
        f"The name server answers for names that do not exist (such as {_name(found[0])})",
        "use another one, or a network without search pages for mistyped names",
    )


def _wrong_clock(canaries: Sequence[Observation]) -> Trouble | None:
    """Compare our clock with those of the canaries, of which one or the other may be wrong, too."""
    offset = _offset(canaries)
    if offset is None or abs(offset) <= CLOCK_ERROR:
        return None
    ours = _now(canaries)
    return Trouble(
        f"The clock of this machine is wrong (it says {_time(ours)}, and the canaries {_time(ours + offset)})",
        "set it, and let a time server keep it",
    )


def _wrong_certificates(canaries: Sequence[Observation]) -> Trouble | None:
    """Find somebody who answers in the place of most https canaries, and cannot prove to be them."""
    unproven = [seen for seen in canaries if not _has_good_certificate(seen)]
    if len(unproven) < 2 or len(unproven) <= sum(map(_is_genuine, canaries)):
        return None
    return Trouble(
        f"Somebody else answers for the canaries (no good certificate from {_listed(list(map(_name, unproven)))})",
        "log in to the network if it is a captive portal; if it looks into all connections, let SSL_CERT_FILE name a "
        "file with its certificate authority",
    )


def _silence(canaries: Sequence[Observation]) -> Trouble | None:
    answers = sum(map(_has_answered, canaries))
    if 2 * answers >= len(canaries):
        return None
    return Trouble(
        f"The network is down ({answers} of {len(canaries)} canaries answered)",
        "try again with a network, or see it all work without one with `make demo`",
    )


def _clock_set_back(canaries: Sequence[Observation], newest: datetime | None) -> Trouble | None:
    """Compare our clock with the checks that it has dated. If the canaries confirm it, it was wrong before."""
    ours, offset = _now(canaries), _offset(canaries)
    is_confirmed = offset is not None and abs(offset) <= CLOCK_STEP
    if newest is None or ours >= newest - CLOCK_STEP or is_confirmed:
        return None
    return Trouble(
        f"The clock of this machine is wrong, or was (it says {_time(ours)}, the newest check {_time(newest)})",
        "set it; if it is right, name canaries that say what time it is",
    )


def _offset(canaries: Sequence[Observation]) -> timedelta | None:
    """Return how far the clocks of the canaries are ahead of ours: the median, of two the one that is nearer to ours.

    None when none says what time it is.
    """
    offsets = [seen.server_time - seen.at for seen in canaries if seen.server_time is not None]
    return min(median_low(offsets), median_high(offsets), key=abs) if offsets else None


def _now(canaries: Sequence[Observation]) -> datetime:
    """Return the time by the clock that dates checks."""
    return max(seen.at for seen in canaries)


def _has_answered(seen: Observation) -> bool:
    """Return whether a canary has answered, whatever it said, and nobody else in its place."""
    # Also one that has asked us to come back later: it was not asked for now, but it was there.
    is_there = seen.status is not None or seen.outcome is Outcome.RATE_LIMITED
    return is_there and _has_good_certificate(seen) and not _is_downgraded(seen)


def _is_genuine(seen: Observation) -> bool:
    """Return whether a certificate proves who has answered."""
    return urlsplit(seen.resource.url).scheme == "https" and seen.status is not None and _has_answered(seen)


def _has_good_certificate(seen: Observation) -> bool:
    return seen.outcome is not Outcome.TLS_ERROR and LinkWarning.TLS_UNVERIFIED not in seen.warnings


def _is_downgraded(seen: Observation) -> bool:
    """Return whether https was asked in vain, and http answered: that may be anybody."""
    is_other = LinkWarning.ALTERNATIVE_ADDRESS in seen.warnings
    return is_other and seen.resource.url.startswith("https:") and (seen.final_url or "").startswith("http:")


def _led_to(seen: Observation) -> str | None:
    """Return the other site that a canary has led to; to its own one many do, by country, language or scheme."""
    site = site_of(host_of(seen.resource.url))
    return next((other for hop in seen.redirects if (other := site_of(host_of(hop.location))) != site), None)


def _random_label() -> str:
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LETTERS))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _name(seen: Observation) -> str:
    return host_of(seen.resource.url)


def _listed(names: Sequence[str]) -> str:
    shown = names if len(names) <= 2 else (names[0], f"{len(names) - 1} more")
    return " and ".join(shown)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
