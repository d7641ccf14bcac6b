"""What a run's repairs wrote is taken back, where it still stands as it was written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.errors import ConfigError, RepairError, SourceError, StaleSpan
from dlt_crawler.model import (
    REFUSED,
    Ending,
    LinkOccurrence,
    LoggedRepair,
    Repair,
    RepairKind,
    Resource,
    RunId,
    SourceDocument,
)
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs.destinations import Destination, in_place_by_force, mirror
from dlt_crawler.pipeline.repairs.documents import Repaired, reader_of
from dlt_crawler.pipeline.repairs.memory import check_anew, keep, recall
from dlt_crawler.pipeline.repairs.writing import require_allowed, until_unchanged
from dlt_crawler.repair import apply


@dataclass(frozen=True, slots=True)
class Kept:
    """An edit that is not taken back, and a sentence that says why."""

    logged: LoggedRepair
    file: str
    """Where it stands, or stood: the document, or a copy."""
    why: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, or would be."""

    run: RunId | None
    """Whose edits; None: no run has any that still stand."""
    documents: tuple[Repaired, ...] = ()
    """Each file in which something is taken back, copies by their own names: as it was, and as it is then. What is
    `applied` are the returns, in the order in which they stand there; `written_to` is None when nothing was written."""
    kept: tuple[Kept, ...] = ()


def undo(job: Job, run: RunId | None, *, write: bool) -> Undone:
    """Take back all edits that rest on a run, None: on the latest of which any still stands, or only say what would be.

    In documents and in copies, wherever the text is still as it was written. Where of the latest run something stands
    that cannot be taken back, no older run is gone on to. Raises ConfigError for a run that there never was.
    """
    if run is not None and not job.store.repairs.knows(run):
        raise ConfigError(f"there is no run {run}: `dlt-crawl history URL` shows which run a repair rests on")
    for number in job.store.repairs.runs() if run is None else (run,):
        undone, failed = _undo(job, number, write=write)
        if undone.documents or failed or run is not None or any(each.logged.stands for each in undone.kept):
            return undone
    return Undone(None)


@dataclass(frozen=True, slots=True)
class _Text:
    """A file that edits were written into."""

    path: Path
    document: str
    """What it is, or is a copy of."""
    is_copy: bool
    log: tuple[LoggedRepair, ...]
    """What is known to have been written there, oldest first; of the document itself also what was into its copies."""
    wanted: frozenset[int]
    """Which of these entries are to be taken back."""


def _undo(job: Job, run: RunId, *, write: bool) -> tuple[Undone, bool]:
    """Take back what can be of one run. Returns also whether that failed in any file."""
    texts = [text for document, entries in _by_document(job, run) for text in _texts(job, document, entries)]
    job.progress.begin("undo", len(texts))
    documents: list[Repaired] = []
    kept: list[Kept] = []
    any_failed = False
    living = job.store.repairs.living()
    for text in texts:
        repaired, left, failed = _take_back(job, text, living, write=write)
        any_failed |= failed
        documents += [repaired] if repaired is not None else []
        # Of other runs, only what says the same in a copy is taken back with it.
        kept += (each for each in left if each.logged.run == run)
        job.progress.advance()
    return Undone(run, tuple(documents), tuple(kept)), any_failed


def _by_document(job: Job, run: RunId) -> Iterator[tuple[str, Sequence[LoggedRepair]]]:
    document = attrgetter("repair.occurrence.file")
    for name, entries in groupby(sorted(job.store.repairs.of_run(run), key=document), key=document):
        yield name, list(entries)


def _texts(job: Job, document: str, entries: Sequence[LoggedRepair]) -> Iterator[_Text]:
    """Yield the document, and those of its copies that have the same edits, whatever run put them there."""
    log = job.store.repairs.of(document)
    yield _Text(Path(document), document, False, log, frozenset(entry.id for entry in entries))
    edits = set(map(_edit, entries))
    for copy in sorted({entry.written_to for entry in log if not entry.in_document}):
        written = tuple(entry for entry in log if entry.written_to == copy)
        if same := frozenset(entry.id for entry in written if _edit(entry) in edits):
            yield _Text(Path(copy), document, True, written, same)


def _edit(entry: LoggedRepair) -> tuple[str | None, str]:
    return entry.repair.occurrence.url, entry.repair.replacement


def _take_back(
    job: Job, text: _Text, living: frozenset[Resource], *, write: bool
) -> tuple[Repaired | None, Sequence[Kept], bool]:
    """Take back what is wanted in one file. Returns the file if anything was, what was not, and whether it failed."""
    try:
        return until_unchanged(text.path, lambda: _taken_back(job, text, living, write=write))
    except (RepairError, SourceError) as error:
        why = str(error)
    if there := text.path.exists():
        job.progress.fail(why)
    elif text.is_copy and ":" in str(text.path):
        why = "it is in a commit: git takes that back"
    return None, _left(text, frozenset(), why), there


def _taken_back(
    job: Job, text: _Text, living: frozenset[Resource], *, write: bool
) -> tuple[Repaired | None, Sequence[Kept], bool]:
    """Do it once. Raises StaleSpan when the file has changed meanwhile, and nothing was written."""
    document = _read(job, text)
    standing = _standing(job, text, document, living, write=write)
    returns = {_return(link, entry): entry for link, entry in standing}
    result = apply(document, [*returns], reader_of(sources.options_of(job.settings, job.now.date())))
    done = [returns[repair] for repair in result.applied]
    left = _left(text, {entry.id for _, entry in standing}, "what was written does not stand there any more")
    left += [Kept(returns[refusal.repair], str(text.path), refusal.why) for refusal in result.refused]
    if not done:
        return None, left, bool(result.refused)
    if write:
        _write(job, text, document, result.document, done)
    return Repaired(document, result, text.path if write else None), left, bool(result.refused)


def _read(job: Job, text: _Text) -> SourceDocument:
    """Return the file as it is now, a copy in the format that its document is read in."""
    options = sources.options_of(job.settings, job.now.date())
    as_document = sources.document_of(Path(text.document), b"", options)
    return replace(sources.read(text.path, options), format=as_document.format)


def _standing(
    job: Job, text: _Text, document: SourceDocument, living: frozenset[Resource], *, write: bool
) -> Sequence[tuple[LinkOccurrence, LoggedRepair]]:
    """Return what is wanted and stands there, each entry as it is known now, with the link that it has written."""
    wanted = [entry for entry in text.log if entry.id in text.wanted]
    if not any(entry.stands or entry.rewrite.new in document.data for entry in wanted):
        return ()
    options, limits = sources.options_of(job.settings, job.now.date()), sources.limits_of(job.settings)
    ((_, found),) = sources.extract_all([document], options, limits)
    if isinstance(found, SourceError):
        raise found
    memory = recall(text.log, found.links, job.now, living)
    standing = [(link, entry) for link, entry in memory.standing if entry.id in text.wanted]
    if text.is_copy:
        # What became of an entry is said of the document, and not of its copies.
        as_it_was = {entry.id: entry for entry in text.log}
        return [(link, as_it_was[entry.id]) for link, entry in standing]
    if write:
        keep(job, memory)
    return standing


def _return(link: LinkOccurrence, entry: LoggedRepair) -> Repair:
    original = entry.repair.occurrence.url or entry.repair.occurrence.raw
    evidence = f"the repair of {entry.at:%Y-%m-%d} is taken back"
    return Repair(link, original, evidence, RepairKind.RETURN, entry.repair.style, undoes=entry.rewrite)


def _write(job: Job, text: _Text, before: SourceDocument, after: SourceDocument, done: Sequence[LoggedRepair]) -> None:
    def unchanged() -> None:
        if _read(job, text).digest != before.digest:
            raise StaleSpan(f"{text.path}: changed on disk while its repairs were taken back")

    unchanged()
    require_allowed(_destination(text), Path(text.document), text.path)
    # The log first, and that the links are looked at before it: cut off after it, what still stands in the document is
    # known to stand as soon as it is seen, and what stands in a copy is written anew by the next run.
    check_anew(job, done)
    ended = (replace(entry, ended=job.now, ending=Ending.UNDONE) for entry in done if entry.ending not in REFUSED)
    job.store.repairs.keep(ended)
    sources.write(text.path, after.data, check=unchanged)


def _destination(text: _Text) -> Destination:
    """Return what wrote the file, as far as its name tells; what git says of a document is no hindrance."""
    inside = mirror(Path())(Path(text.document)).parts
    if not text.is_copy or text.path.parts[-len(inside) :] != inside:
        return in_place_by_force
    return mirror(text.path.parents[len(inside) - 1])


def _left(text: _Text, found: Collection[int], why: str) -> list[Kept]:
    """Return what is wanted and was not found in a file where it should be."""
    return [
        Kept(entry, str(text.path), why)
        for entry in text.log
        if entry.id in text.wanted
        and entry.id not in found
        and entry.ended is None
        # Of the document only what has been there.
        and (text.is_copy or entry.stood is not None or entry.in_document)
    ]
