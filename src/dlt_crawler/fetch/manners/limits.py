"""How hard each slot may be asked, by the settings and by what is known of sites. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from dlt_crawler.config import FetchSettings
from dlt_crawler.sites import Sites, host_patterns
from dlt_crawler.urls import slot_of


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many requests under way at once, and so many seconds between two that leave."""

    per_host: int
    delay: float

    def gentler(self, per_host: int | None, delay: float | None) -> Limits:
        """Return these limits, or the given ones where they are gentler."""
        at_once = self.per_host if per_host is None else min(per_host, self.per_host)
        return Limits(at_once, self.delay if delay is None else max(delay, self.delay))

    def replaced(self, per_host: int | None, delay: float | None) -> Limits:
        """Return these limits, with the given ones in their place."""
        return Limits(self.per_host if per_host is None else per_host, self.delay if delay is None else delay)


class SlotLimits:
    """The limits of all slots: those of the settings for single hosts, else those of the rules for sites, else of all.

    A rule makes them gentler only: `fetch.delay` and `fetch.per_host` are promised to all hosts. And what is said for
    one host of a server farm holds for the farm if it is gentler: one may not loosen the limits of all.
    """

    def __init__(self, settings: FetchSettings, sites: Sites) -> None:
        self._all = Limits(settings.per_host, settings.delay)
        self._by_rule: dict[str, Limits] = {}
        """Slot, or `*.domain` for the slots below it → limits."""
        gentle = [rule for rule in sites.rules if rule.per_host is not None or rule.delay is not None]
        for rule in gentle:
            for host in rule.hosts:
                name = _slots_of(host)
                self._by_rule[name] = self._by_rule.get(name, self._all).gentler(rule.per_host, rule.delay)
        self._own: dict[str, Limits] = {}
        # The farm itself first: whatever is said for it is the measure for its hosts.
        for host, given in sorted(settings.hosts.items(), key=lambda item: slot_of(item[0].lower()) != item[0].lower()):
            slot = slot_of(host.lower())
            change = Limits.replaced if slot == host.lower() else Limits.gentler
            self._own[slot] = change(self.of(slot), given.per_host, given.delay)

    def of(self, slot: str) -> Limits:
        """Return the limits of a slot (`urls.slot_of`)."""
        if (own := self._own.get(slot)) is not None:
            return own
        return next((self._by_rule[name] for name in host_patterns(slot) if name in self._by_rule), self._all)


def _slots_of(host: str) -> str:
    """Return the slot that a host of a rule is counted under; for all hosts below a domain, theirs, or `*.domain`."""
    below = host.removeprefix("*.")
    if below == host:
        return slot_of(host)
    slot = slot_of(f"any.{below}")
    return host if slot == f"any.{below}" else slot
