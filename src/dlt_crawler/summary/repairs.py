"""Edits for the maintainer who decides tonight whether to trust them: each with its place, both URLs and the evidence.

Places and URLs stand whole on lines of their own, whatever the width: they are clicked and copied. The rest is laid out
for 80 columns.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.table import Table

from dlt_crawler.model import LinkOccurrence, LinkStatus, Repair, RepairKind, RepairStyle, RunId
from dlt_crawler.pipeline import Committed, LeftBecause, Repaired, Undone
from dlt_crawler.report import place
from dlt_crawler.report.paper import Paper, cell, day, minute
from dlt_crawler.summary.counting import count

_T = TypeVar("_T")

_KINDS = {
    RepairKind.SNAPSHOT: ("snapshot", "snapshots"),
    RepairKind.REDIRECT: ("new address", "new addresses"),
    RepairKind.RETURN: ("return", "returns"),
}
_LEFT = {
    LeftBecause.NO_SNAPSHOT: (
        "no snapshot",
        "Without a snapshot, and left as they are",
        "left as they are: there is nothing to put there",
    ),
    LeftBecause.DISPUTED: (
        "disputed",
        "Disputed, and left as they are",
        "somebody took their repair back; --disputed proposes it again",
    ),
}
"""What is said of links that stay as they are: beside their number, above them, and of their number."""


def of_repair(
    done: Sequence[Repaired], failures: Sequence[str] = (), *, declined: int = 0, undo: RunId | None = None
) -> str:
    """Return what was repaired and what was not, the totals last, where a terminal shows them.

    `failures`: why other documents were not done. `declined`: how many edits somebody who was asked did not want.
    `undo`: the run to be named to take back what was written; None where nothing was.
    """
    paper = Paper()
    _write_edits(paper, done, failures, declined)
    _write_where(paper, done)
    if undo is not None:
        paper.line(f"To take it back: dlt-crawl undo {undo}")
    return paper.text


def of_commit(committed: Committed, failures: Sequence[str] = (), *, declined: int = 0) -> str:
    """Return the same of documents that were committed, and what to do with the commit."""
    paper = Paper()
    _write_edits(paper, committed.repaired, failures, declined)
    paper.blank()
    branch = committed.branch
    if committed.commit is None:
        paper.prose("There is nothing to commit.")
    elif committed.existing:
        paper.line(f"The branch {branch} holds these edits already: commit {committed.commit}")
    else:
        paper.line(f"Committed on the new branch {branch}: {committed.commit}")
        paper.prose("Your work tree and your branch are as they were.")
        paper.line(f"To look at it:      git show {shlex.quote(branch)}")
        paper.line("To describe it:     dlt-crawl report --format markdown")
        paper.line(f"To throw it away:   git branch -D {shlex.quote(branch)}")
    return paper.text


def _write_edits(paper: Paper, done: Sequence[Repaired], failures: Sequence[str], declined: int) -> None:
    for same in _alike(_applied(done), _said):
        _write_edit(paper, same)
        paper.blank()
    refusals = [refusal for one in done for refusal in one.result.refused]
    if refusals:
        _write_heading(paper, "Refused, and left as they are")
    for alike in _alike(refusals, lambda refusal: (_said(refusal.repair), refusal.why)):
        _write_edit(paper, [refusal.repair for refusal in alike], refused=alike[0].why)
        paper.blank()
    for because, (_label, heading, _meaning) in _LEFT.items():
        left = [each for one in done for each in one.left if each.because is because]
        if left:
            _write_heading(paper, heading)
        for same_link in _alike(left, lambda each: (each.occurrence.file, each.occurrence.raw, each.why)):
            for each in same_link:
                paper.line(place(each.occurrence))
            _write_label(paper, same_link[0].occurrence)
            paper.line(same_link[0].occurrence.raw, 4)
            paper.prose(same_link[0].why, 4)
            paper.blank()
    _write_failures(paper, failures)
    paper.table(_table(*_totals(done, declined), _not_done(failures)))


def of_undo(undone: Undone, failures: Sequence[str] = ()) -> str:
    """Return what was taken back, or would be, and what was not."""
    paper = Paper()
    edits = _applied(undone.documents)
    if not edits and not undone.kept and not failures:
        of = "" if undone.run is None else f" of run {undone.run}"
        paper.prose(f"There is nothing to take back: no repair{of} still stands.")
        return paper.text
    for same in _alike(edits, _said):
        _write_edit(paper, same)
        paper.blank()
    if undone.kept:
        _write_heading(paper, "Not taken back")
    for kept in undone.kept:
        paper.line(f"{kept.file}: {kept.logged.repair.kind.value} of {minute(kept.logged.at)} UTC")
        paper.line(kept.logged.repair.replacement, 4)
        paper.prose(kept.why, 4)
        paper.blank()
    _write_failures(paper, failures)
    paper.table(
        _table(
            ("taken back", len(edits), f"of run {undone.run}, in {count(len(undone.documents), 'file')}"),
            ("kept", len(undone.kept), "edits that do not stand as they were written"),
            _not_done(failures),
        )
    )
    _write_where(paper, undone.documents)
    return paper.text


def of_edits(done: Sequence[Repaired], copies: Path) -> list[tuple[str, str]]:
    """Return what the repaired `copies` of a night differ in from the documents, in lines with a label each."""
    edits = [edit for edit in _applied(done) if edit.kind is not RepairKind.RETURN]
    returns = [edit for edit in _applied(done) if edit.kind is RepairKind.RETURN]
    disputed = sum(each.because is LeftBecause.DISPUTED for one in done for each in one.left)
    refusals = [refusal for one in done for refusal in one.result.refused]
    return [
        ("repaired", f"{count(len(edits), 'URL')} in {count(_files(edits), 'document')}: {copies}/"),
        *(
            [("returned", f"{count(len(returns), 'URL')}: as before, since what it leads to lives again")]
            if returns
            else []
        ),
        *(
            [("disputed", f"{count(disputed, 'link')}: not repaired again, as somebody took it back")]
            if disputed
            else []
        ),
        *([("refused", count(len(refusals), "edit"))] if refusals else []),
        *(("", f"{place(each.repair.occurrence)}: {each.repair.occurrence.raw}: {each.why}") for each in refusals),
    ]


def of_question(edit: Repair, link: LinkStatus | None, number: int, of: int) -> str:
    """Return one edit of `of` in a document, for somebody who is asked about it; `link`: all that is known of it."""
    paper = Paper()
    paper.blank()
    paper.line(f"{place(edit.occurrence)}: {_kind(edit)} ({number} of {of} in this document)")
    _write_label(paper, edit.occurrence)
    if link is not None:
        if link.page.title:
            paper.title(f"its page: “{link.page.title}”", 4)
        paper.prose(_state(link), 4)
    _write_urls(paper, edit)
    paper.prose(edit.evidence, 4)
    return paper.text


def _state(link: LinkStatus) -> str:
    verdict = link.verdict
    since = f", failing since {day(verdict.failing_since)}" if verdict.failing_since else ""
    seen = f", last seen working {day(verdict.last_ok)}" if verdict.last_ok else ", never seen working"
    return f"{verdict.state.value}{since}{seen}"


def _write_edit(paper: Paper, same: Sequence[Repair], *, refused: str | None = None) -> None:
    """Write one edit, which may be made in several places: the evidence, or why it was refused."""
    for each in same:
        paper.line(f"{place(each.occurrence)}: {_kind(each)}")
    _write_label(paper, same[0].occurrence)
    _write_urls(paper, same[0])
    paper.prose(same[0].evidence if refused is None else refused, 4)


def _kind(edit: Repair) -> str:
    return _KINDS[edit.kind][0] + (", appended" if _is_appended(edit) else "")


def _is_appended(edit: Repair) -> bool:
    return edit.style is RepairStyle.APPEND and edit.undoes is None


def _write_label(paper: Paper, link: LinkOccurrence) -> None:
    if link.text not in {link.raw, link.url, ""}:
        paper.title(f"“{link.text}”", 4)


def _write_urls(paper: Paper, edit: Repair) -> None:
    # As a diff marks what stays beside what is added.
    paper.line(f"{' ' if _is_appended(edit) else '-'} {edit.occurrence.raw}", 2)
    paper.line(f"+ {edit.replacement}", 2)


def _write_heading(paper: Paper, text: str) -> None:
    paper.prose(f"{text}:")
    paper.blank()


def _write_where(paper: Paper, done: Sequence[Repaired]) -> None:
    edited = [one for one in done if one.result.applied]
    if not edited:
        return
    paper.blank()
    written = [one.written_to for one in edited if one.written_to is not None]
    paper.prose("Written to:" if written else "Nothing was written.")
    for path in written:
        paper.line(str(path), 2)


def _write_failures(paper: Paper, failures: Sequence[str]) -> None:
    if failures:
        _write_heading(paper, "Not done")
        for failure in failures:
            paper.prose(failure)
        paper.blank()


_Row = tuple[str, int, str]
"""Of totals: a label, a number, and what it is the number of."""


def _totals(done: Sequence[Repaired], declined: int) -> list[_Row]:
    edits = _applied(done)
    kinds = Counter(edit.kind for edit in edits)
    each = ", ".join(count(kinds[kind], *nouns) for kind, nouns in _KINDS.items() if kinds[kind])
    made = f"{each}; in {_files(edits)} of " if each else "in "
    left = Counter(each.because for one in done for each in one.left)
    return [
        ("repaired", len(edits), f"{made}{count(len(done), 'document')}"),
        ("declined", declined, "not wanted, or not answered"),
        ("refused", sum(len(one.result.refused) for one in done), "edits that could not be made safely"),
        *((label, left[because], meaning) for because, (label, _heading, meaning) in _LEFT.items()),
    ]


def _not_done(failures: Sequence[str]) -> _Row:
    return "not done", len(failures), "other documents; hence exit status 3"


def _table(*rows: _Row) -> Table:
    """Return totals; of zeros only the first is shown."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for row, (label, number, meaning) in enumerate(rows):
        if number or not row:
            table.add_row(cell(label), cell(str(number), right=True), cell(meaning))
    return table


def _applied(done: Iterable[Repaired]) -> list[Repair]:
    return [edit for one in done for edit in one.result.applied]


def _alike(things: Iterable[_T], key: Callable[[_T], Hashable]) -> list[list[_T]]:
    """Return the things in groups of one key each, in the order of their first ones."""
    groups: dict[Hashable, list[_T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return list(groups.values())


def _said(edit: Repair) -> Hashable:
    link = edit.occurrence
    return link.file, link.raw, link.text, edit.replacement, edit.evidence, edit.kind, edit.style


def _files(edits: Iterable[Repair]) -> int:
    return len({edit.occurrence.file for edit in edits})
