"""What an answer means: its status, and what it shows. Pure: the same for a check and for one that is judged anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from dlt_crawler.fetch.outcome import Finding, of_status
from dlt_crawler.model import SUCCESSES, LinkWarning, Outcome, Signal, SiteRule
from dlt_crawler.page import Interpretation, Shown, interpret
from dlt_crawler.sites import Sites
from dlt_crawler.urls import host_of

_NAMED_FRAGMENTS = 3
_FRAGMENT_LENGTH = 60
"""Characters of a fragment, with its sign, that a sentence has."""
_BELIEVED = 404
"""A status that is believed whatever the page shows, unless a header says that the answer is a wall's (page.walls)."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is said of a link on the strength of an answer."""

    finding: Finding
    signals: tuple[Signal, ...] = ()
    warnings: tuple[LinkWarning, ...] = ()

    @property
    def lives(self) -> bool:
        """Whether a page was shown."""
        return self.finding.outcome in SUCCESSES

    @property
    def is_doubtful(self) -> bool:
        """Whether the page counts as living although something speaks against it."""
        return self.lives and bool(self.signals)


def meaning(shown: Shown, sites: Sites) -> Meaning:
    """Return what the last answer of a chain means, whatever it is."""
    retry_after = any(name == "retry-after" for name, _ in shown.evidence.fields)
    host, redirects = host_of(shown.final_url), len(shown.redirects)
    said = of_status(shown.status, host, retry_after=retry_after, redirects=redirects)
    rules = dict.fromkeys(rule for url in (shown.url, shown.final_url) if (rule := sites.rule_for(url)) is not None)
    found = interpret(shown, tuple(rules))
    finding, warnings = _together(said, found, shown, tuple(rules)), dict.fromkeys(found.warnings)
    missing = shown.evidence.missing_fragments
    if missing and finding.outcome in SUCCESSES:
        warnings[LinkWarning.FRAGMENT_MISSING] = None
        finding = replace(finding, detail=f"{finding.detail.rstrip('.')}; it has no {_listed(missing)}.")
    return Meaning(finding, found.signals, tuple(warnings))


def _together(said: Finding, found: Interpretation, shown: Shown, rules: Sequence[SiteRule]) -> Finding:
    """Return what status and page say together.

    A page that is none is found where the status says that there is one. A wall's page says nothing of what is behind
    it, whatever its status; but a host that wants us to slow down does so, with a page of its choice.
    """
    match found.outcome:
        case None:
            return said
        case Outcome.BLOCKED if said.outcome is Outcome.RATE_LIMITED and not _says_so_itself(shown, rules):
            return replace(said, detail=f"{said.detail.rstrip('.')}; {found.why}.")
        case Outcome.BLOCKED:
            # What a status may mean says less than what the page does.
            return Finding(Outcome.BLOCKED, f"{said.detail.partition(': ')[0].rstrip('.')}: {found.why}.")
        case outcome if said.outcome in SUCCESSES:
            return replace(said, outcome=outcome, detail=f"{said.detail.rstrip('.')}: {found.why}.")
    return said


def _says_so_itself(shown: Shown, rules: Sequence[SiteRule]) -> bool:
    """Return whether a header, or the rule for the site, says that the answer is a wall's, whatever its status."""
    return interpret(replace(shown, status=_BELIEVED), rules).outcome is Outcome.BLOCKED


def _listed(fragments: Sequence[str]) -> str:
    names = [f"#{_readable(fragment)}" for fragment in fragments]
    names = [name if len(name) <= _FRAGMENT_LENGTH else f"{name[:_FRAGMENT_LENGTH]}…" for name in names]
    if len(names) > _NAMED_FRAGMENTS:
        names[_NAMED_FRAGMENTS:] = [f"{len(names) - _NAMED_FRAGMENTS} more"]
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def _readable(fragment: str) -> str:
    """Return a fragment as people write it, without its percent-encoding, where that is a text that can be shown."""
    try:
        plain = unquote(fragment, errors="strict")
    except UnicodeDecodeError:
        return fragment
    return plain if plain.isprintable() else fragment
