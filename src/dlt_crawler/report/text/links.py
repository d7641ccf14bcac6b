"""A link in the report: where it stands, what is wrong, and what could stand there instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dlt_crawler.language import _, ngettext, told
from dlt_crawler.model import Explanation, Ignore, LinkOccurrence, LinkStatus, LinkWarning, Snapshot, State
from dlt_crawler.report import wording
from dlt_crawler.report.alternatives import alternatives_text, original_text
from dlt_crawler.report.disputes import dispute_text
from dlt_crawler.report.paper import Paper, day
from dlt_crawler.report.place import place
from dlt_crawler.report.text.explanation import write_explanation
from dlt_crawler.report.view import View

STYLES = {
    State.ALIVE: "green",
    State.FAILING: "yellow",
    State.DEAD: "bold red",
    State.BLOCKED: "magenta",
    State.UNSAFE: "magenta",
    State.INVALID: "bold red",
    State.SKIPPED: "dim",
    State.UNCHECKED: "dim",
}
"""In which colours the words for states are shown."""

_PLACES = 20
"""Places of one link in one document that are listed unless all are asked for."""
_ELSEWHERE = 3
"""Places in other documents that are named."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in one document."""

    link: LinkStatus
    places: Sequence[LinkOccurrence]
    """There; at least one."""
    is_new: bool
    """Whether its state is what the latest run has changed."""
    told_at: LinkOccurrence | None
    """Where, in another document, all was told of it that there is to tell; None: nowhere yet."""


def write_link(paper: Paper, entry: Entry, view: View, explanation: Explanation | None) -> None:
    """Write the places of a link, its URL, and all that is to be known of it, unless that was told before."""
    link = entry.link
    _write_places(paper, entry, view)
    paper.line(link.url, 4)
    if entry.told_at is None:
        _write_names(paper, entry)
        for sentence in _particulars(link):
            paper.prose(sentence, 4)
    _write_moved(paper, link)
    if isinstance(link.snapshot, Snapshot) and link.verdict.state is not State.ALIVE:
        paper.prose(_("{what}:").format(what=wording.snapshot_words(link.snapshot)), 4)
        paper.line(link.snapshot.url, 4)
    if link.is_broken and all(written.span is None for written in entry.places):
        paper.prose(_("`dlt-crawl repair` cannot edit it here: that is for you to do"), 4)
    if entry.told_at is not None:
        paper.prose(_("all about it at {place}").format(place=place(entry.told_at)), 4)
        return
    for sentence, url in (*dispute_text(link), *alternatives_text(link), *original_text(link)):
        paper.prose(sentence, 4)
        paper.line(url, 4)
    _write_elsewhere(paper, entry)
    if view.explain:
        write_explanation(paper, link, explanation)


def _write_places(paper: Paper, entry: Entry, view: View) -> None:
    state = entry.link.verdict.state
    shown = entry.places if view.uncut else entry.places[:_PLACES]
    for written in shown:
        paper.place(written, wording.state_word(state), STYLES[state], _(" (new)") if entry.is_new else "")
    if more := len(entry.places) - len(shown):
        sentence = ngettext(
            "and {number} more place in this document", "and {number} more places in this document", more
        )
        paper.prose(sentence.format(number=f"{more:,}"), 4)


def _write_names(paper: Paper, entry: Entry) -> None:
    label = next((written.text for written in entry.places if written.text not in (written.raw, written.url, "")), "")
    title = entry.link.page.title or ""
    if label:
        paper.title(f"“{label}”", 4)
    if title and _plain(title) != _plain(label):
        paper.title(_("title: “{title}”").format(title=title), 4)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _particulars(link: LinkStatus) -> Iterator[str]:
    verdict = link.verdict
    if verdict.state is not State.ALIVE:
        yield wording.reason(verdict)
    if verdict.failing_since is not None and f"since {day(verdict.failing_since)}" in verdict.reason:
        # As most reasons do.
        yield wording.last_ok(verdict)
    elif (since := wording.since(verdict)) is not None:
        yield since
    yield from wording.warnings(link)
    if link.note:
        yield told(link.note)
    if link.ignored is not None:
        yield _ignored(link.ignored)
    elif (sentence := wording.no_snapshot(link)) is not None:
        yield sentence


def _ignored(ignore: Ignore) -> str:
    reason = ignore.reason or _("no reason given")
    if ignore.until is None:
        return _("ignored by {where}: {reason}").format(where=ignore.where, reason=reason)
    last = ignore.until.isoformat()
    return _("ignored until {day} by {where}: {reason}").format(day=last, where=ignore.where, reason=reason)


def _write_moved(paper: Paper, link: LinkStatus) -> None:
    seen = link.last.seen if link.last else None
    if link.verdict.state is not State.ALIVE or seen is None or LinkWarning.ALTERNATIVE_ADDRESS in seen.warnings:
        return
    if link.verdict.moved_to is not None:
        paper.prose(_("moved for good; `dlt-crawl repair --redirects` writes its new address:"), 4)
        paper.line(link.verdict.moved_to, 4)
    elif seen.redirects and seen.final_url:
        paper.prose(_("moved for good to:") if seen.permanent else _("moved for now to:"), 4)
        paper.line(seen.final_url, 4)


def _write_elsewhere(paper: Paper, entry: Entry) -> None:
    file = entry.places[0].file
    others = [written for written in entry.link.occurrences if written.file != file]
    if others:
        paper.prose(_("also written in:"), 4)
    for written in others[:_ELSEWHERE]:
        paper.line(place(written), 6)
    if more := len(others) - len(others[:_ELSEWHERE]):
        sentence = ngettext("and {number} more place", "and {number} more places", more)
        paper.prose(sentence.format(number=f"{more:,}"), 6)
