"""The story of one link: its checks, what was made of them, the repairs, the return. Oldest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from rich.table import Table

from dlt_crawler.model import SUCCESSES, Check, Ending, LoggedRepair, RunId, State, Story, Transition
from dlt_crawler.report.disputes import dispute_text
from dlt_crawler.report.json import Json, discreet_object, dispute_object, dump, moment, signals
from dlt_crawler.report.paper import Paper, cell, day, minute
from dlt_crawler.report.place import place

_DISTRUSTED = "our own network was not to be trusted in that run, so that this proves nothing"

_ENDINGS = {
    Ending.RETURNED: ("return", "the link lives again, and what stood there before is back, instead of"),
    Ending.UNDONE: ("undo", "taken back on request, and not to be repaired so again for now:"),
    Ending.REVERTED: ("revert", "the old URL stands there again; disputed from then on:"),
    Ending.GONE: ("gone", "somebody has removed or rewritten the link that led to"),
}
"""Event and sentence."""


def history_json(story: Story, distrusted: Collection[RunId]) -> str:
    """Return the object of `history --format json` (DESIGN.md, section 4), which has grown since."""
    link = story.link
    document: Json = {
        "url": link.url,
        "state": link.verdict.state.value,
        "reason": link.verdict.reason,
        "first_seen": moment(link.first_seen),
        "moved_to": link.verdict.moved_to,
        "disputed": dispute_object(link.dispute),
        "checks": [_check(check, distrusted) for check in story.checks],
        "changes": [_transition(each) for each in story.transitions],
        "repairs": [_repair(each) for each in story.repairs],
    }
    return dump(discreet_object(document), indent=2) + "\n"


def history_text(story: Story, distrusted: Collection[RunId]) -> str:
    """Return the verdict and a table of all that happened, for a person."""
    paper, link = Paper(), story.link
    paper.line(link.url)
    paper.prose(f"{link.verdict.state.value}: {link.verdict.reason}")
    if link.verdict.moved_to is not None:
        paper.prose("moved for good to:")
        paper.line(link.verdict.moved_to)
    for sentence, url in dispute_text(link):
        paper.prose(sentence)
        paper.line(url)
    paper.prose(f"in the documents since {day(link.first_seen)}" if link.occurrences else "in no document any more")
    paper.blank()
    if not story.checks:
        paper.prose("No check has been made yet.")
    if events := sorted(_events(story, distrusted), key=lambda event: (event.at, event.order)):
        _write(paper, events)
    return paper.text


@dataclass(frozen=True, slots=True)
class _Event:
    at: datetime
    order: int
    """Of what has the same time: a check leads to a verdict, a verdict to a repair, which may end."""
    run: str
    what: str
    sentence: str
    url: str | None = None
    """Stands on a line of its own: it may be long, and people copy it."""


def _events(story: Story, distrusted: Collection[RunId]) -> Iterator[_Event]:
    for check in story.checks:
        run = str(check.run) if check.look == 1 else f"{check.run}, look {check.look}"
        yield _Event(check.seen.at, 0, run, "check", _seen(check, distrusted))
    for each in story.transitions:
        yield _Event(each.at, 1, _number(each.run), "verdict", _judged(each), each.moved_to)
    for logged in story.repairs:
        sentence = f"{place(logged.repair.occurrence)} in {logged.written_to}: {logged.repair.evidence}"
        yield _Event(logged.at, 2, _number(logged.run), "repair", sentence, logged.repair.replacement)
        if logged.ended is not None and logged.ending is not None:
            what, sentence = _ENDINGS[logged.ending]
            file = logged.repair.occurrence.file if logged.stood is not None else logged.written_to
            yield _Event(logged.ended, 3, "", what, f"{file}: {sentence}", logged.repair.replacement)


def _seen(check: Check, distrusted: Collection[RunId]) -> str:
    seen = check.seen
    outcome = seen.outcome.value if seen.status is None else f"{seen.outcome.value} {seen.status}"
    sentence = f"{outcome} in {seen.elapsed:.1f} s: {seen.detail}"
    if check.times > 1:
        sentence += f" (the last of {check.times:,} checks that saw the same)"
    return f"{sentence} ({_DISTRUSTED})" if _is_distrusted(check, distrusted) else sentence


def _judged(transition: Transition) -> str:
    if transition.before is transition.after:
        return f"still {transition.after.value}, and moved for good: {transition.reason}"
    returned = " again" if (transition.before, transition.after) == (State.DEAD, State.ALIVE) else ""
    return f"{transition.before.value} → {transition.after.value}{returned}: {transition.reason}"


def _is_distrusted(check: Check, distrusted: Collection[RunId]) -> bool:
    return check.run in distrusted and check.seen.outcome not in SUCCESSES


def _number(run: RunId | None) -> str:
    return "" if run is None else str(run)


def _write(paper: Paper, events: list[_Event]) -> None:
    widest = max(len("run"), *(len(event.run) for event in events))
    rows = _table(widest)
    rows.add_row(*map(cell, ("at (UTC)", "run", "event", "what happened")))
    for url, group in groupby(events, key=lambda event: event.url):
        for event in group:
            rows.add_row(cell(minute(event.at)), cell(event.run), cell(event.what), cell(event.sentence))
            if url is not None:
                paper.table(rows)
                paper.line(url, 4)
                rows = _table(widest)
    if rows.row_count:
        paper.table(rows)


def _table(widest: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in (len("2026-11-21 02:30"), widest, len("verdict")):
        table.add_column(width=width, no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _check(check: Check, distrusted: Collection[RunId]) -> Json:
    return {
        "at": moment(check.seen.at),
        "run": check.run,
        "look": check.look,
        "times": check.times,
        "outcome": check.seen.outcome.value,
        "status": check.seen.status,
        "final_url": check.seen.final_url,
        "elapsed": round(check.seen.elapsed, 3),
        "detail": check.seen.detail,
        "warnings": [warning.value for warning in check.seen.warnings],
        "signals": signals(check.seen),
        "distrusted": _is_distrusted(check, distrusted),
    }


def _transition(transition: Transition) -> Json:
    return {
        "at": moment(transition.at),
        "run": transition.run,
        "from": transition.before.value,
        "to": transition.after.value,
        "reason": transition.reason,
        "moved_to": transition.moved_to,
    }


def _repair(logged: LoggedRepair) -> Json:
    occurrence = logged.repair.occurrence
    return {
        "at": moment(logged.at),
        "run": logged.run,
        "file": occurrence.file,
        "line": occurrence.line,
        "column": occurrence.column,
        "written_to": logged.written_to,
        "kind": logged.repair.kind.value,
        "replacement": logged.repair.replacement,
        "evidence": logged.repair.evidence,
        "stood": moment(logged.stood),
        "ended": moment(logged.ended),
        "ending": logged.ending.value if logged.ending else None,
    }
