"""How those that are asked beside the Wayback Machine are asked: by limits of their own, and only while they answer."""

from __future__ import annotations

from dlt_crawler.archive.limits import Clock, Limiter, Pool
from dlt_crawler.archive.transport import Transport
from dlt_crawler.config import ArchiveSettings

POOL = Pool.PLAYBACK
"""All of their requests are of one pool, whatever they ask for."""
_ATTEMPTS = 2
"""Times one request is sent: they are off the main path, and what they are not asked for today is no loss …"""
_SLOW = 10
"""… and once, where fewer requests a minute are allowed: the second would hold the night up, waiting for its turn."""


def transport_of(settings: ArchiveSettings, rate: float, *, contact: str, clock: Clock) -> Transport:
    """Return a transport that sends `rate` requests a minute at most.

    It sends none any more after the first refusal, or two failures in a row. Raises ConfigError when the trust store is
    not a file.
    """
    attempts = 1 if rate < _SLOW else min(settings.attempts, _ATTEMPTS)
    patient = {"attempts": attempts, "breaker": min(settings.breaker, _ATTEMPTS), "patience": 0.0}
    limiter = Limiter({POOL: rate}, clock, settings.model_copy(update=patient))
    return Transport(limiter, timeout=settings.timeout, contact=contact)
