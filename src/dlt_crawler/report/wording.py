"""What reports say of a link, in words for people: one sentence a notion, the same in every format.

The tables are English and stand here to be found by translators; the functions say them in the language in use.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from dlt_crawler.language import N_, _, ngettext, told
from dlt_crawler.model import (
    WAYBACK,
    LinkStatus,
    LinkWarning,
    LintKind,
    NoSnapshot,
    NoSnapshotReason,
    Outcome,
    Resource,
    Signal,
    SignalKind,
    Snapshot,
    State,
    Verdict,
)
from dlt_crawler.report.inert import discreet
from dlt_crawler.report.paper import day

STATES: Final[Mapping[State, str]] = {
    State.ALIVE: N_("alive"),
    State.FAILING: N_("failing"),
    State.DEAD: N_("dead"),
    State.BLOCKED: N_("blocked"),
    State.UNSAFE: N_("unsafe"),
    State.INVALID: N_("invalid"),
    State.SKIPPED: N_("skipped"),
    State.UNCHECKED: N_("unchecked"),
}
"""A word each."""

MEANINGS: Final[Mapping[State, str]] = {
    State.ALIVE: N_("a person can open it"),
    State.FAILING: N_("went wrong, not proven dead yet"),
    State.DEAD: N_("gone: proven"),
    State.BLOCKED: N_("keeps robots out: a person may still open it"),
    State.UNSAFE: N_("refused by the address policy, never asked for"),
    State.INVALID: N_("no browser could open this URL"),
    State.SKIPPED: N_("not checked: excluded, or no web link"),
    State.UNCHECKED: N_("not checked yet"),
}

NO_SNAPSHOT: Final[Mapping[NoSnapshotReason, str]] = {
    NoSnapshotReason.NEVER_ARCHIVED: N_("no snapshot: the archive never captured it"),
    NoSnapshotReason.EXCLUDED: N_("no snapshot: the archive excludes this site"),
    NoSnapshotReason.ONLY_BAD_CAPTURES: N_("no snapshot: the archive holds error pages only"),
    NoSnapshotReason.PRIVATE: N_("no snapshot: the archive is not asked, the address looks private"),
}

WARNINGS: Final[Mapping[LinkWarning, str]] = {
    LinkWarning.TLS_UNVERIFIED: N_("its certificate could not be verified"),
    LinkWarning.FRAGMENT_MISSING: N_("the page has no such section (#…)"),
    LinkWarning.DRIFTED: N_("the page seems to be about something else than it was before"),
    LinkWarning.WITHDRAWN: N_("the paper was withdrawn by its authors"),
    LinkWarning.ARCHIVED: N_("the repository is archived: nobody works on it any more"),
    LinkWarning.ALTERNATIVE_ADDRESS: N_("does not answer as it is written; {address} does"),
}
"""Of living links. `{address}`: the one that answers."""

LINTS: Final[Mapping[LintKind, str]] = {
    LintKind.EMPTY_LINK: N_("links that lead nowhere"),
    LintKind.WRAPPED_DESTINATION: N_("URLs in doubled parentheses"),
    LintKind.URL_RUNS_INTO_TEXT: N_("bare URLs that GitHub reads on into text"),
    LintKind.ZERO_WIDTH_IN_URL: N_("URLs with an invisible character in them"),
    LintKind.MOJIBAKE: N_("documents decoded with a wrong encoding once"),
    LintKind.DUPLICATE_LINK: N_("links that stand in their document already"),
    LintKind.UNUSED_REFERENCE: N_("definitions that nothing refers to"),
    LintKind.DUPLICATE_REFERENCE: N_("definitions of a label that is defined already"),
    LintKind.DANGLING_REFERENCE: N_("labels that nothing defines"),
    LintKind.NESTING_LIMIT: N_("places nested too deeply to be parsed"),
    LintKind.LABEL_SHOWS_OTHER_URL: N_("labels that show another URL"),
    LintKind.NOT_PARSED: N_("documents too large or odd to be parsed"),
    LintKind.TOO_MANY_LINKS: N_("documents with more links than are listed"),
    LintKind.UNKNOWN_DIRECTIVE: N_("comments for dlt-crawl that mean nothing"),
    LintKind.EXPIRED_IGNORE: N_("expired comments that ignored links"),
    LintKind.NEEDLESS_IGNORE: N_("comments that ignore links where there are none"),
}

OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.OK: N_("ok"),
    Outcome.REDIRECTED: N_("redirected"),
    Outcome.NOT_FOUND: N_("not found"),
    Outcome.SOFT_404: N_("error page"),
    Outcome.PARKED: N_("parked"),
    Outcome.DNS_ERROR: N_("name not resolved"),
    Outcome.CONNECTION_ERROR: N_("no connection"),
    Outcome.TIMEOUT: N_("timeout"),
    Outcome.TLS_ERROR: N_("TLS error"),
    Outcome.PROTOCOL_ERROR: N_("protocol error"),
    Outcome.REDIRECT_LOOP: N_("redirect loop"),
    Outcome.SERVER_ERROR: N_("server error"),
    Outcome.CLIENT_ERROR: N_("client error"),
    Outcome.BLOCKED: N_("blocked"),
    Outcome.RATE_LIMITED: N_("rate-limited"),
    Outcome.ROBOTS_DENIED: N_("denied by robots.txt"),
    Outcome.UNSAFE: N_("unsafe"),
    Outcome.INVALID_URL: N_("invalid URL"),
    Outcome.SKIPPED: N_("skipped"),
}
"""A few words each."""

SIGNALS: Final[Mapping[SignalKind, str]] = {
    SignalKind.ERROR_WORDS: N_("title or heading of an error page"),
    SignalKind.ERROR_TEXT: N_("text of an error page"),
    SignalKind.THIN: N_("hardly any text"),
    SignalKind.ERROR_TEMPLATE: N_("source marked as that of an error page"),
    SignalKind.NOINDEX: N_("search engines are to forget the page"),
    SignalKind.ERROR_URL: N_("address of an error page"),
    SignalKind.LANDING: N_("a deep link led to a home or search page"),
    SignalKind.CONVERGING: N_("several deep links of its host lead to this page"),
    SignalKind.SIBLING: N_("an address beside it that cannot exist shows the same page"),
    SignalKind.LOST_TITLE: N_("nothing is left of the title that the page once had"),
    SignalKind.SITE_DEAD: N_("known page of this site for what is gone"),
    SignalKind.SITE_WALL: N_("known page of this site for robots"),
    SignalKind.PARKED_HOST: N_("address of a parking service"),
    SignalKind.PARKED_WORDS: N_("title or heading of a parked page"),
    SignalKind.PARKED_TEXT: N_("text of a parked page"),
    SignalKind.PARKED_TEMPLATE: N_("source marked as that of a parked page"),
    SignalKind.WALL: N_("wall against robots"),
}

_OUR_WORDS: Final = frozenset({SignalKind.THIN, SignalKind.CONVERGING, SignalKind.WALL})
"""Signals that are told of in our words: how much there is of something, which wall."""

_VALIDATED: Final[Mapping[str, str]] = {"playback": N_("played back"), "visit": N_("seen by the archive")}
"""How a snapshot was validated (`Snapshot.validated`)."""


def outcome_word(outcome: Outcome) -> str:
    """Return what a check saw, in a few words."""
    return _(OUTCOMES[outcome])


def signal_words(kind: SignalKind) -> str:
    """Say what a signal is."""
    return _(SIGNALS[kind])


def signal_what(signal: Signal) -> str:
    """Say what a signal was seen by: in our own words for some kinds, in those of the page for the others."""
    return told(signal.what) if signal.kind in _OUR_WORDS else signal.what


def quoted(url: str) -> str:
    """Return a URL as a word for a shell, in which nothing acts: also what is masked or escaped there."""
    return shlex.quote(discreet(url))


def state_word(state: State) -> str:
    """Return the state as one word."""
    return _(STATES[state])


def meaning(state: State) -> str:
    """Say what a state means."""
    return _(MEANINGS[state])


def lint_meaning(kind: LintKind) -> str:
    """Say what lints of a kind are about, in the plural."""
    return _(LINTS[kind])


def reason(verdict: Verdict) -> str:
    """Say why a link is in its state."""
    return told(verdict.reason)


def since(verdict: Verdict) -> str | None:
    """Say since when a link fails, and when it was last seen to work; None for a link that does not fail."""
    if verdict.failing_since is None:
        return None
    if verdict.last_ok is None:
        return _("failing since {day}, never seen working").format(day=day(verdict.failing_since))
    return _("failing since {day}, last seen working {last}").format(
        day=day(verdict.failing_since), last=day(verdict.last_ok)
    )


def last_ok(verdict: Verdict) -> str:
    """Say when a link was last seen to work."""
    if verdict.last_ok is None:
        return _("never seen working")
    return _("last seen working {day}").format(day=day(verdict.last_ok))


def warnings(link: LinkStatus) -> Iterator[str]:
    """Say each warning about a living link; nothing of one in any other state."""
    seen = link.last.seen if link.last else None
    if link.verdict.state is State.ALIVE and seen is not None:
        yield from (_(WARNINGS[each]).format(address=seen.final_url) for each in seen.warnings)


def no_snapshot(link: LinkStatus) -> str | None:
    """Say why there is no snapshot of a link; None where there is one, or none is wanted."""
    if isinstance(link.snapshot, NoSnapshot):
        return _(NO_SNAPSHOT[link.snapshot.reason])
    if link.snapshot is None and link.verdict.state is State.DEAD and _is_askable(link):
        return _("no snapshot: no archive has answered yet (dlt-crawl resolve asks them)")
    return None


def snapshot_words(snapshot: Snapshot) -> str:
    """Say what a snapshot is: from when, by whom, and how it was validated. Its URL is for the caller to show."""
    at = f"{snapshot.timestamp[:4]}-{snapshot.timestamp[4:6]}-{snapshot.timestamp[6:8]}"
    source = snapshot.source.replace("_", " ")
    validated = _VALIDATED.get(snapshot.validated)
    how = snapshot.validated if validated is None else _(validated)
    if snapshot.validated == "live":
        return _("its page at {source}, alive on {day}").format(source=source, day=at)
    if snapshot.source == WAYBACK:
        return _("snapshot of {day} ({validated})").format(day=at, validated=how)
    return _("snapshot of {day} in {source} ({validated})").format(day=at, source=source, validated=how)


def links(number: int) -> str:
    """Return so many links, in words."""
    return ngettext("{number} link", "{number} links", number).format(number=f"{number:,}")


def _is_askable(link: LinkStatus) -> bool:
    return any(isinstance(occurrence.target, Resource) for occurrence in link.occurrences)
