"""Links that are not to be told of, as the configuration says: checked, so that it shows when that is needless.

Pure: rules and a report in, a report out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from dlt_crawler.language import N_
from dlt_crawler.model import Ignore, IgnoreTrouble, Links, LinkStatus, Report, StaleIgnore, State

EXPIRED: Final = N_(
    "its last day, {until}, has passed: the links that it is about are reported again; remove it, or give it another "
    "day"
)
NO_LINK: Final = N_("it is about no link that is checked: remove it")
ALL_ALIVE: Final = N_("all links that it is about answer, and did so on two days or more: remove it (links: {links})")

WITH_REASON: Final = N_("{sentence}; its reason: {reason}")
"""A comment says it in its own words; of the configuration only a pattern is shown."""

Answered = Callable[[Iterable[LinkStatus]], bool]
"""Tells whether each of some living links has answered on two UTC days since it failed last."""


_STATES: Final = tuple(State)


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[ignore]]`: it is about each URL that its pattern finds."""

    ignore: Ignore
    pattern: re.Pattern[str]

    def is_about(self, urls: Iterable[str | None]) -> bool:
        """Tell whether it is about a link with one of these URLs."""
        return any(self.pattern.search(url) for url in urls if url is not None)


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them, in their order, on one day."""

    holding: tuple[Rule, ...] = ()
    expired: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, rules: Iterable[Rule], today: date) -> Rules:
        """Return which hold on that day (UTC)."""
        holding: list[Rule] = []
        expired: list[Rule] = []
        for rule in rules:
            until = rule.ignore.until
            (expired if until is not None and until < today else holding).append(rule)
        return cls(tuple(holding), tuple(expired))

    def about(self, *urls: str | None) -> Ignore | None:
        """Return the first that is about a link with one of these URLs; None: none is."""
        return next((rule.ignore for rule in self.holding if rule.is_about(urls)), None)


def with_ignores(report: Report, rules: Rules, answered: Answered) -> Report:
    """Return the report with `LinkStatus.ignored`, of links that do not live, and with what is wrong with the rules.

    That is added to `Report.ignores`. What is not checked anyhow is ignored by nobody.
    """
    if not rules.holding:
        return replace(report, ignores=(*report.ignores, *_stale(rules, {}, answered)))
    links = report.links
    states = bytearray(_STATES.index(link.kind.state) for link in links.outlines())
    found: dict[Rule, set[int]] = {rule: set() for rule in rules.holding}
    for place, url in links.addresses():
        if _STATES[states[place]] is not State.SKIPPED:
            for rule in rules.holding:
                if rule.is_about((url,)):
                    found[rule].add(place)
    ignored: dict[int, Ignore] = {}
    for rule, places in found.items():
        for place in places:
            if _STATES[states[place]] is not State.ALIVE:
                ignored.setdefault(place, rule.ignore)
    about = {rule: links.at(sorted(places)) for rule, places in found.items()}
    stale = tuple(_stale(rules, about, answered))
    return replace(report, links=links.ignoring(ignored), ignores=(*report.ignores, *stale))


def _stale(rules: Rules, about: Mapping[Rule, Links], answered: Answered) -> Iterator[StaleIgnore]:
    for rule in rules.expired:
        yield _trouble(rule, IgnoreTrouble.EXPIRED, EXPIRED.format(until=rule.ignore.until))
    for rule, links in about.items():
        if not links:
            yield _trouble(rule, IgnoreTrouble.NEEDLESS, NO_LINK)
        elif _live(links) and answered(links):
            yield _trouble(rule, IgnoreTrouble.NEEDLESS, ALL_ALIVE.format(links=len(links)))


def _trouble(rule: Rule, trouble: IgnoreTrouble, sentence: str) -> StaleIgnore:
    return StaleIgnore(rule.ignore, trouble, WITH_REASON.format(sentence=sentence, reason=rule.ignore.reason))


def _live(links: Links) -> bool:
    return all(kind.state is State.ALIVE for kind in links.kinds())
