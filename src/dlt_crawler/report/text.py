"""The report for a person at a terminal: what has changed, how many links are in which state, and what is broken.

Of the broken ones: where they stand, since when, and what replaces them. What is oddly written comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from dlt_crawler.model import (
    WAYBACK,
    LinkOccurrence,
    LinkStatus,
    LinkWarning,
    Network,
    NoSnapshot,
    NoSnapshotReason,
    Report,
    Resource,
    Run,
    Snapshot,
    State,
)
from dlt_crawler.report.alternatives import alternatives_text, original_text
from dlt_crawler.report.changes import write_changes
from dlt_crawler.report.disputes import dispute_text, disputed
from dlt_crawler.report.lint import write_lints
from dlt_crawler.report.paper import Paper, cell, day, minute
from dlt_crawler.report.place import place
from dlt_crawler.report.view import View

_MEANINGS = {
    State.ALIVE: "a person can open it",
    State.FAILING: "went wrong, not proven dead yet",
    State.DEAD: "gone: proven",
    State.BLOCKED: "keeps robots out: a person may still open it",
    State.UNSAFE: "refused by the address policy, never asked for",
    State.INVALID: "no browser could open this URL",
    State.SKIPPED: "not checked: excluded, or no web link",
    State.UNCHECKED: "not checked yet",
}

NO_SNAPSHOT = {
    NoSnapshotReason.NEVER_ARCHIVED: "no snapshot: the archive never captured it",
    NoSnapshotReason.EXCLUDED: "no snapshot: the archive excludes this site",
    NoSnapshotReason.ONLY_BAD_CAPTURES: "no snapshot: the archive holds error pages only",
    NoSnapshotReason.PRIVATE: "no snapshot: the archive is not asked, the address looks private",
}

_WARNINGS = {
    LinkWarning.TLS_UNVERIFIED: "its certificate could not be verified",
    LinkWarning.FRAGMENT_MISSING: "the page has no such section (#…)",
    LinkWarning.DRIFTED: "the page seems to be about something else than it was before",
    LinkWarning.WITHDRAWN: "the paper was withdrawn by its authors",
    LinkWarning.ARCHIVED: "the repository is archived: nobody works on it any more",
    LinkWarning.ALTERNATIVE_ADDRESS: "does not answer as it is written; {address} does",
}


def report_text(report: Report, view: View) -> str:
    """Return the report for a person: the links by document."""
    paper = Paper()
    paper.prose(_headline(report))
    if report.run is not None and report.run.network is Network.DOWN:
        paper.prose(_distrust(report.run))
    if report.links:
        write_changes(paper, report)
        paper.blank()
        paper.table(_counts(report))
        if (sentence := disputed(report.links)) is not None:
            paper.prose(sentence)
        _write_links(paper, report, view)
    write_lints(paper, report.lints, each=view.all_links)
    return paper.text


def _headline(report: Report) -> str:
    if not report.links:
        return "No links are known yet. `dlt-crawl run` finds the links of your documents and checks them."
    links = f"{_plural(len(report.links), 'link')}, written {_plural(report.occurrences, 'time')}"
    if report.run is None:
        return f"{links}. None has been checked yet: `dlt-crawl run` does it."
    return f"{links}; {_when(report.run)}."


def _when(run: Run) -> str:
    if run.finished is None:
        return f"run {run.id} began {minute(run.started)} UTC and has not finished"
    return f"run {run.id}, {minute(run.started)} to {minute(run.finished)} UTC"


def _distrust(run: Run) -> str:
    trouble = run.trouble or "Our own network was down in that run"
    return f"{trouble.rstrip('.')}. What failed in that run is not counted against any link."


def _counts(report: Report) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for state, count in report.counts.items():
        if count:
            table.add_row(cell("  " + state.value), cell(str(count), right=True), cell(_MEANINGS[state]))
    return table


def _write_links(paper: Paper, report: Report, view: View) -> None:
    shown = [link for link in report.links if view.lists(link)]
    if not shown and report.run is not None and report.run.network is Network.OK:
        paper.blank()
        paper.prose("No broken links.")
    for file, links in _by_file(shown).items():
        paper.blank()
        paper.line(file)
        for link, places in links:
            _write_link(paper, link, places)


def _by_file(links: Sequence[LinkStatus]) -> Mapping[str, Sequence[tuple[LinkStatus, list[LinkOccurrence]]]]:
    files: dict[str, list[tuple[LinkStatus, list[LinkOccurrence]]]] = {}
    for link in links:
        places: dict[str, list[LinkOccurrence]] = {}
        for occurrence in link.occurrences:
            places.setdefault(occurrence.file, []).append(occurrence)
        for file, found in places.items():
            files.setdefault(file, []).append((link, found))
    return files


def _write_link(paper: Paper, link: LinkStatus, places: list[LinkOccurrence]) -> None:
    paper.blank()
    for written in places:
        paper.line(f"{place(written)}: {link.verdict.state.value}", 2)
    paper.line(link.url, 4)
    if name := link.page.title or _label(places):
        paper.title(f"“{name}”", 4)
    for sentence in _particulars(link):
        paper.prose(sentence, 4)
    if isinstance(link.snapshot, Snapshot) and link.verdict.state is not State.ALIVE:
        paper.prose(f"{_what(link.snapshot)}:", 4)
        paper.line(link.snapshot.url, 4)
        if link.snapshot.evidence:
            paper.prose(link.snapshot.evidence, 4)
    for sentence, url in (*dispute_text(link), *alternatives_text(link), *original_text(link)):
        paper.prose(sentence, 4)
        paper.line(url, 4)


def _what(snapshot: Snapshot) -> str:
    at = f"{snapshot.timestamp[:4]}-{snapshot.timestamp[4:6]}-{snapshot.timestamp[6:8]}"
    if snapshot.validated == "live":
        return f"its page at {snapshot.source}, alive on {at}"
    where = "" if snapshot.source == WAYBACK else f" in {snapshot.source.replace('_', ' ')}"
    return f"snapshot of {at}{where} ({snapshot.validated})"


def _label(places: list[LinkOccurrence]) -> str | None:
    return next((place.text for place in places if place.text not in (place.raw, place.url, "")), None)


def _particulars(link: LinkStatus) -> Iterator[str]:
    verdict = link.verdict
    if verdict.state is not State.ALIVE:
        yield verdict.reason
    if verdict.failing_since is not None:
        working = f"last seen working {day(verdict.last_ok)}" if verdict.last_ok else "never seen working"
        yield f"failing since {day(verdict.failing_since)}, {working}"
    seen = link.last.seen if link.last else None
    if verdict.state is State.ALIVE and seen is not None:
        alternative = LinkWarning.ALTERNATIVE_ADDRESS in seen.warnings
        if seen.redirects and seen.final_url and not alternative:
            yield f"moved {'for good' if seen.permanent else 'for now'} to {seen.final_url}"
        yield from (_WARNINGS[warning].format(address=seen.final_url) for warning in seen.warnings)
    if link.note:
        yield link.note
    if isinstance(link.snapshot, NoSnapshot):
        yield NO_SNAPSHOT[link.snapshot.reason]
    elif link.snapshot is None and verdict.state is State.DEAD and _was_askable(link):
        yield "no snapshot: the archive has not been asked, or did not answer"


def _was_askable(link: LinkStatus) -> bool:
    return any(isinstance(occurrence.target, Resource) for occurrence in link.occurrences)


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
