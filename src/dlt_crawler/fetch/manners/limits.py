"""How hard each host may be asked, by the settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlt_crawler.config import HostSettings
from dlt_crawler.urls import slot_of


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many requests under way at once, and so many seconds between two starts."""

    per_host: int
    delay: float


def limits_by_slot(hosts: Mapping[str, HostSettings], limits: Limits) -> Mapping[str, Limits]:
    """Return the limits of the slots for which the settings say something; `limits` are those of all others.

    What they say for one host of a server farm holds for the farm if it is gentler: one may not loosen the limits of
    all.
    """
    own: dict[str, Limits] = {}
    # The farm itself first: whatever is said for it is the measure for its hosts.
    for host, given in sorted(hosts.items(), key=lambda item: slot_of(item[0].lower()) != item[0].lower()):
        slot = slot_of(host.lower())
        before = own.get(slot, limits)
        per_host = before.per_host if given.per_host is None else given.per_host
        delay = before.delay if given.delay is None else given.delay
        if slot != host.lower():
            per_host, delay = min(per_host, before.per_host), max(delay, before.delay)
        own[slot] = Limits(per_host, delay)
    return own
