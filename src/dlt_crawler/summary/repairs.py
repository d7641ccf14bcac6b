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

from rich.cells import cell_len
from rich.table import Table

from dlt_crawler.language import N_, _, told
from dlt_crawler.model import Repair, RepairKind, RunId
from dlt_crawler.pipeline import Committed, Edited, LeftBecause, Undone
from dlt_crawler.report import place
from dlt_crawler.report.changes import listed
from dlt_crawler.report.paper import Paper, cell, column, minute
from dlt_crawler.summary import counting
from dlt_crawler.summary.edits import kind_word, write_edit, write_label
from dlt_crawler.summary.rows import Whole

_T = TypeVar("_T")

_COUNTED = {
    RepairKind.SNAPSHOT: counting.snapshots,
    RepairKind.REDIRECT: counting.new_addresses,
    RepairKind.RETURN: counting.returns,
}
_LEFT = {
    LeftBecause.NO_SNAPSHOT: (
        N_("no snapshot"),
        N_("Without a snapshot, and left as they are:"),
        N_("left as they are: there is nothing to put there"),
    ),
    LeftBecause.DISPUTED: (
        N_("disputed"),
        N_("Disputed, and left as they are:"),
        N_("somebody took their repair back; --disputed proposes it again"),
    ),
    LeftBecause.IGNORED: (
        N_("ignored"),
        N_("Ignored, and left as they are:"),
        N_("the configuration says so ([[ignore]])"),
    ),
}
"""What is said of links that stay as they are: beside their number, above them, and of their number."""


def of_repair(
    done: Sequence[Edited], failures: Sequence[str] = (), *, declined: int = 0, undo: RunId | None = None
) -> str:
    """Return what was repaired and what was not, the totals last, where a terminal shows them.

    `failures`: why other documents were not done. `declined`: how many edits somebody who was asked did not want.
    `undo`: the run to be named to take back what was written; None where nothing was.
    """
    paper = Paper()
    _write_edits(paper, done, failures, declined)
    _write_where(paper, done)
    if undo is not None:
        paper.line(_("To take it back: {command}").format(command=f"dlt-crawl undo {undo}"))
    return paper.text


def of_commit(committed: Committed, failures: Sequence[str] = (), *, declined: int = 0) -> str:
    """Return the same of documents that were committed, and what to do with the commit."""
    paper = Paper()
    _write_edits(paper, [one.edited for one in committed.repaired], failures, declined)
    paper.blank()
    branch = committed.branch
    if committed.commit is None:
        paper.prose(_("There is nothing to commit."))
    elif committed.existing:
        sentence = _("The branch {branch} holds these edits already: commit {commit}")
        paper.line(sentence.format(branch=branch, commit=committed.commit))
    else:
        sentence = _("Committed on the new branch {branch}: {commit}")
        paper.line(sentence.format(branch=branch, commit=committed.commit))
        paper.prose(_("Your work tree and your branch are as they were."))
        _write_next(paper, branch)
    return paper.text


def _write_next(paper: Paper, branch: str) -> None:
    """Write what to do with a commit, the commands below one another."""
    rows = {
        _("To look at it:"): f"git show {shlex.quote(branch)}",
        _("To describe it:"): "dlt-crawl report --format markdown",
        _("To throw it away:"): f"git branch -D {shlex.quote(branch)}",
    }
    widest = max(map(cell_len, rows))
    for what, command in rows.items():
        paper.line(f"{column(what, widest)}   {command}")


def _write_edits(paper: Paper, done: Sequence[Edited], failures: Sequence[str], declined: int) -> None:
    for same in _alike(_applied(done), _said):
        write_edit(paper, same)
        paper.blank()
    refusals = [refusal for one in done for refusal in one.refused]
    if refusals:
        _write_heading(paper, _("Refused, and left as they are:"))
    for alike in _alike(refusals, lambda refusal: (_said(refusal.repair), refusal.why)):
        write_edit(paper, [refusal.repair for refusal in alike], refused=alike[0].why)
        paper.blank()
    for because, (_label, heading, _meaning) in _LEFT.items():
        left = [each for one in done for each in one.left if each.because is because]
        if left:
            _write_heading(paper, _(heading))
        for same_link in _alike(left, lambda each: (each.occurrence.file, each.occurrence.raw, each.why)):
            for each in same_link:
                paper.line(place(each.occurrence))
            write_label(paper, same_link[0].occurrence)
            paper.line(same_link[0].occurrence.raw, 4)
            paper.prose(told(same_link[0].why), 4)
            paper.blank()
    _write_failures(paper, failures)
    paper.table(_table(*_totals(done, declined), _not_done(failures)))


def of_undo(undone: Undone, failures: Sequence[str] = ()) -> str:
    """Return what was taken back, or would be, and what was not."""
    paper = Paper()
    documents = [one.edited for one in undone.documents]
    edits = _applied(documents)
    if not edits and not undone.kept and not failures:
        if undone.run is None:
            paper.prose(_("There is nothing to take back: no repair still stands."))
        else:
            sentence = _("There is nothing to take back: no repair of run {run} still stands.")
            paper.prose(sentence.format(run=undone.run))
        return paper.text
    for same in _alike(edits, _said):
        write_edit(paper, same)
        paper.blank()
    if undone.kept:
        _write_heading(paper, _("Not taken back:"))
    for kept in undone.kept:
        sentence = _("{file}: {kind} of {at} UTC")
        kind = kind_word(kept.logged.repair.kind)
        paper.line(sentence.format(file=kept.file, kind=kind, at=minute(kept.logged.at)))
        paper.line(kept.logged.repair.replacement, 4)
        paper.prose(told(kept.why), 4)
        paper.blank()
    _write_failures(paper, failures)
    paper.table(
        _table(
            (
                _("taken back"),
                len(edits),
                _("of run {run}, in {files}").format(run=undone.run, files=counting.files(len(documents))),
            ),
            (_("kept"), len(undone.kept), _("edits that do not stand as they were written")),
            _not_done(failures),
        )
    )
    _write_where(paper, documents)
    return paper.text


def of_edits(done: Sequence[Edited], copies: Path) -> list[tuple[str, str]]:
    """Return what the repaired `copies` of a night differ in from the documents, in lines with a label each."""
    edits = [edit for edit in _applied(done) if edit.kind is not RepairKind.RETURN]
    returns = [edit for edit in _applied(done) if edit.kind is RepairKind.RETURN]
    disputed = sum(each.because is LeftBecause.DISPUTED for one in done for each in one.left)
    refusals = [refusal for one in done for refusal in one.refused]
    made = _("{urls} in {documents}: {directory}").format(
        urls=counting.urls(len(edits)), documents=counting.documents(_files(edits)), directory=f"{copies}/"
    )
    lines = [(_("repaired"), made)]
    if returns:
        sentence = _("{urls}: as before, since what it leads to lives again")
        lines.append((_("returned"), sentence.format(urls=counting.urls(len(returns)))))
    if disputed:
        sentence = _("{links}: not repaired again, as somebody took it back")
        lines.append((_("disputed"), sentence.format(links=counting.links(disputed))))
    if refusals:
        lines.append((_("refused"), counting.edits(len(refusals))))
    for each in refusals:
        written = each.repair.occurrence
        lines.append(("", Whole(f"{place(written)}: {written.raw}: {told(each.why)}")))
    return lines


def _write_heading(paper: Paper, text: str) -> None:
    paper.prose(text)
    paper.blank()


def _write_where(paper: Paper, done: Sequence[Edited]) -> None:
    edited = [one for one in done if one.applied]
    if not edited:
        return
    paper.blank()
    written = [one.written_to for one in edited if one.written_to is not None]
    paper.prose(_("Written to:") if written else _("Nothing was written."))
    for path in written:
        paper.line(str(path), 2)


def _write_failures(paper: Paper, failures: Sequence[str]) -> None:
    if failures:
        _write_heading(paper, _("Not done:"))
        for failure in failures:
            paper.prose(told(failure))
        paper.blank()


_Row = tuple[str, int, str]
"""Of totals: a label, a number, and what it is the number of."""


def _totals(done: Sequence[Edited], declined: int) -> list[_Row]:
    edits = _applied(done)
    kinds = Counter(edit.kind for edit in edits)
    each = listed(counted(kinds[kind]) for kind, counted in _COUNTED.items() if kinds[kind])
    made = _("{kinds}; in {number} of {documents}") if each else _("in {documents}")
    made = made.format(kinds=each, number=_files(edits), documents=counting.documents(len(done)))
    left = Counter(each.because for one in done for each in one.left)
    return [
        (_("repaired"), len(edits), made),
        (_("declined"), declined, _("not wanted, or not answered")),
        (_("refused"), sum(len(one.refused) for one in done), _("edits that could not be made safely")),
        *((_(label), left[because], _(meaning)) for because, (label, _heading, meaning) in _LEFT.items()),
    ]


def _not_done(failures: Sequence[str]) -> _Row:
    return _("not done"), len(failures), _("other documents; hence exit status 3")


def _table(*rows: _Row) -> Table:
    """Return totals; of zeros only the first is shown."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for row, (label, number, meaning) in enumerate(rows):
        if number or not row:
            table.add_row(cell(label), cell(str(number), right=True), cell(meaning))
    return table


def _applied(done: Iterable[Edited]) -> list[Repair]:
    return [edit for one in done for edit in one.applied]


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
