"""What the page says of one link when it is opened: sentences under headings, each with the URL it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dlt_crawler.language import N_, _, told
from dlt_crawler.model import Change, LinkStatus, Snapshot, State
from dlt_crawler.report import wording
from dlt_crawler.report.alternatives import alternatives_text, original_text
from dlt_crawler.report.disputes import dispute_text

HEADINGS: Final = (
    N_("Changed"),
    N_("Ignored"),
    N_("Snapshot"),
    N_("Disputed"),
    N_("Moved"),
    N_("Redirects"),
    N_("Warning"),
    N_("Note"),
    N_("Other readings"),
    N_("Last look"),
    N_("Signals"),
)
"""In the order in which they are shown."""
_CHANGED, _IGNORED, _SNAPSHOT, _DISPUTED, _MOVED, _REDIRECTS, _WARNING, _NOTE, _READINGS, _LOOK, _SIGNALS = range(11)


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence. `heading`: which of HEADINGS."""

    heading: int
    sentence: str
    url: str | None = None


_CHANGES = {
    Change.DEAD: N_("newly dead since the run before"),
    Change.RECOVERED: N_("works again since the run before"),
    Change.MOVED: N_("newly moved since the run before"),
    Change.BLOCKED: N_("newly blocked since the run before"),
}


def facts_of(link: LinkStatus, change: Change | None) -> Iterator[Fact]:
    """Yield what is to be said, under the headings in their order. `change`: what the latest run has changed."""
    if change is not None:
        yield Fact(_CHANGED, _(_CHANGES[change]))
    if link.verdict.held:
        yield Fact(_CHANGED, _("would be dead, if it were not one of too many at once"))
    if link.ignored is not None:
        yield Fact(_IGNORED, _ignored(link))
    yield from _snapshot(link)
    yield from (Fact(_DISPUTED, _plain(sentence), url) for sentence, url in dispute_text(link))
    yield from _ways(link)
    yield from (Fact(_WARNING, sentence) for sentence in wording.warnings(link))
    if link.note:
        yield Fact(_NOTE, told(link.note))
    for sentence, url in (*alternatives_text(link), *original_text(link)):
        yield Fact(_READINGS, _plain(sentence), url)
    yield from _look(link)


def _ignored(link: LinkStatus) -> str:
    if (ignored := link.ignored) is None:
        return ""
    state = wording.state_word(link.verdict.state)
    if ignored.until is None:
        return _("it is {state}; {where} says to ignore it: {reason}").format(
            state=state, where=ignored.where, reason=ignored.reason or _("no reason given")
        )
    return _("it is {state}; {where} says to ignore it until {day}: {reason}").format(
        state=state, where=ignored.where, day=ignored.until, reason=ignored.reason or _("no reason given")
    )


def _snapshot(link: LinkStatus) -> Iterator[Fact]:
    if isinstance(link.snapshot, Snapshot):
        yield Fact(_SNAPSHOT, wording.snapshot_words(link.snapshot), link.snapshot.url)
        if link.snapshot.evidence:
            yield Fact(_SNAPSHOT, told(link.snapshot.evidence))
    elif (sentence := wording.no_snapshot(link)) is not None:
        yield Fact(_SNAPSHOT, sentence)


def _ways(link: LinkStatus) -> Iterator[Fact]:
    seen = link.last.seen if link.last else None
    if link.verdict.moved_to is not None:
        yield Fact(_MOVED, _("moved for good to"), link.verdict.moved_to)
    if seen is not None and (len(seen.redirects) > 1 or link.verdict.moved_to is None):
        for hop in seen.redirects:
            yield Fact(_REDIRECTS, _("status {status} to").format(status=hop.status), hop.location)


def _look(link: LinkStatus) -> Iterator[Fact]:
    seen = link.last.seen if link.last else None
    if seen is None or (link.verdict.state is State.ALIVE and not seen.signals):
        return
    if seen.detail != link.verdict.reason:
        yield Fact(_LOOK, told(seen.detail))
    for signal in seen.signals:
        yield Fact(
            _SIGNALS,
            _("{kind} ({weight}): {what}").format(
                kind=wording.signal_words(signal.kind), weight=f"{signal.weight:g}", what=wording.signal_what(signal)
            ),
        )


def _plain(sentence: str) -> str:
    # In text these lead to a URL on a line of its own.
    return sentence.removesuffix(":").removesuffix("：")
