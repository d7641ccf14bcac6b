"""The story of one link: its checks, what was made of them, the repairs, the return. Oldest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from rich.cells import cell_len

from dlt_crawler.language import N_, _, told
from dlt_crawler.model import SUCCESSES, Check, Ending, LoggedRepair, RunId, State, Story, Transition
from dlt_crawler.report.disputes import dispute_text
from dlt_crawler.report.inert import discreet
from dlt_crawler.report.json import Json, discreet_object, dispute_object, dump, moment, signals
from dlt_crawler.report.paper import PLAIN, Paper, column, day, minute
from dlt_crawler.report.place import place
from dlt_crawler.report.wording import outcome_word, state_word
from dlt_crawler.report.wrapping import wrap

_GAP = 2
"""Cells between two columns."""

_DISTRUSTED = N_("{sentence} (our own network was not to be trusted in that run, so that this proves nothing)")

_ENDINGS = {
    Ending.RETURNED: (N_("return"), N_("the link lives again, and what stood there before is back, instead of")),
    Ending.UNDONE: (N_("undo"), N_("taken back on request, and not to be repaired so again for now:")),
    Ending.REVERTED: (N_("revert"), N_("the old URL stands there again; disputed from then on:")),
    Ending.GONE: (N_("gone"), N_("somebody has removed or rewritten the link that led to")),
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
    paper.prose(_("{state}: {reason}").format(state=state_word(link.verdict.state), reason=told(link.verdict.reason)))
    if link.verdict.moved_to is not None:
        paper.prose(_("moved for good to:"))
        paper.line(link.verdict.moved_to)
    for sentence, url in dispute_text(link):
        paper.prose(sentence)
        paper.line(url)
    since = _("in the documents since {day}").format(day=day(link.first_seen))
    paper.prose(since if link.occurrences else _("in no document any more"))
    paper.blank()
    if not story.checks:
        paper.prose(_("No check has been made yet."))
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
        run = str(check.run) if check.look == 1 else _("{run}, look {look}").format(run=check.run, look=check.look)
        yield _Event(check.seen.at, 0, run, _("check"), _seen(check, distrusted))
    for each in story.transitions:
        yield _Event(each.at, 1, _number(each.run), _("verdict"), _judged(each), each.moved_to)
    for logged in story.repairs:
        sentence = _("{place} in {file}: {evidence}").format(
            place=place(logged.repair.occurrence), file=logged.written_to, evidence=told(logged.repair.evidence)
        )
        yield _Event(logged.at, 2, _number(logged.run), _("repair"), sentence, logged.repair.replacement)
        if logged.ended is not None and logged.ending is not None:
            what, sentence = _ENDINGS[logged.ending]
            file = logged.repair.occurrence.file if logged.stood is not None else logged.written_to
            yield _Event(logged.ended, 3, "", _(what), f"{file}: {_(sentence)}", logged.repair.replacement)


def _seen(check: Check, distrusted: Collection[RunId]) -> str:
    seen = check.seen
    outcome = outcome_word(seen.outcome) if seen.status is None else f"{outcome_word(seen.outcome)} {seen.status}"
    sentence = _("{outcome} in {seconds} s: {detail}").format(
        outcome=outcome, seconds=f"{seen.elapsed:.1f}", detail=told(seen.detail)
    )
    if check.times > 1:
        many = _("{sentence} (the last of {times} checks that saw the same)")
        sentence = many.format(sentence=sentence, times=f"{check.times:,}")
    return _(_DISTRUSTED).format(sentence=sentence) if _is_distrusted(check, distrusted) else sentence


def _judged(transition: Transition) -> str:
    sentence = _("{before} → {after}: {reason}")
    if transition.before is transition.after:
        sentence = _("still {after}, and moved for good: {reason}")
    elif (transition.before, transition.after) == (State.DEAD, State.ALIVE):
        sentence = _("{before} → {after} again: {reason}")
    return sentence.format(
        before=state_word(transition.before), after=state_word(transition.after), reason=told(transition.reason)
    )


def _is_distrusted(check: Check, distrusted: Collection[RunId]) -> bool:
    return check.run in distrusted and check.seen.outcome not in SUCCESSES


def _number(run: RunId | None) -> str:
    return "" if run is None else str(run)


def _write(paper: Paper, events: list[_Event]) -> None:
    head = _("at (UTC)"), _("run"), _("event"), _("what happened")
    widths = [len("2026-11-21 02:30")]
    widths.append(max(cell_len(text) for text in (head[1], *(event.run for event in events))))
    widths.append(max(cell_len(text) for text in (head[2], *(event.what for event in events), _("verdict"))))
    _write_row(paper, widths, *head)
    for url, group in groupby(events, key=lambda event: event.url):
        for event in group:
            _write_row(paper, widths, minute(event.at), event.run, event.what, event.sentence)
            if url is not None:
                paper.line(url, 4)


def _write_row(paper: Paper, widths: Sequence[int], *cells: str) -> None:
    """Write a row whose last cell takes as many lines as it needs; names of files, and URLs, are never broken."""
    before = "".join(column(text, width + _GAP) for text, width in zip(cells, widths, strict=False))
    first, *others = wrap(discreet(cells[-1]), PLAIN.width - cell_len(before))
    paper.line(before + first)
    for line in others:
        paper.line(line, cell_len(before))


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
