"""Documents, one after the other: read, repaired, proven, written."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.errors import RepairError, SourceError, StaleSpan
from dlt_crawler.model import Ending, LinkOccurrence, LoggedRepair, Repair, SourceDocument
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs.destinations import Destination
from dlt_crawler.pipeline.repairs.memory import keep, recall
from dlt_crawler.pipeline.repairs.proposals import Choice, Left, Proposals, Proposed
from dlt_crawler.pipeline.repairs.proving import Prover
from dlt_crawler.pipeline.repairs.renamed import Missing
from dlt_crawler.pipeline.repairs.writing import require_allowed, until_unchanged
from dlt_crawler.repair import Reader, Refusal, RepairedDocument, apply
from dlt_crawler.repair import diff as unified_diff
from dlt_crawler.sources import Extracted, documents

Accept = Callable[[SourceDocument, Sequence[Repair]], Sequence[Repair]]
"""Asks somebody which repairs of a document to make; returns these."""


Read = Callable[[Path, sources.Options], SourceDocument]
"""Returns a document; raises SourceError."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What was done to one document, without what is in it: what is kept of each of a long list."""

    applied: tuple[Repair, ...]
    refused: tuple[Refusal, ...]
    written_to: Path | None
    """None: nowhere."""
    left: tuple[Left, ...]
    """Links that stay as they are."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """One document: as it is, as it is repaired, and where that was written (None: nowhere)."""

    original: SourceDocument
    result: RepairedDocument
    written_to: Path | None
    left: tuple[Left, ...] = ()
    """Links that stay as they are."""

    @property
    def edited(self) -> Edited:
        """What was done."""
        return Edited(self.result.applied, self.result.refused, self.written_to, self.left)


def everything(_document: SourceDocument, repairs: Sequence[Repair]) -> Sequence[Repair]:
    """Accept all repairs."""
    return repairs


def diff(repaired: Repaired) -> bytes:
    """Return the repair of one document as a patch that `git apply` takes; empty when nothing changes."""
    return unified_diff(repaired.original, repaired.result.document)


def repair(
    job: Job, paths: Sequence[str], destination: Destination, choice: Choice, accept: Accept = everything
) -> Iterator[Repaired]:
    """Write every document under `paths` with its dead links replaced; what is not repaired is written unchanged.

    A file that has these bytes already is not touched. A document that cannot be read or written, or that may not be
    (`Destination.check`), is said, and left as it is; the others are repaired. One that changes meanwhile is read and
    repaired again: what somebody else has written is never lost.
    """
    options = sources.options_of(job.settings, job.now.date())
    apart = () if destination.directory is None else (destination.directory,)
    files = documents(job.settings, paths, apart=apart, say=job.progress.say)
    proposals, logged = Proposals.of(job, choice), job.store.repairs.repaired()
    missing = Missing.of(job) if any(not Path(name).exists() for name in logged) else Missing(job)
    prover = Prover(job.store.proofs, options, reader_of(options))
    repairer = _Repairer(job, proposals, destination.of(files), accept, options, prover, logged, missing)
    job.progress.begin("repair", len(files))
    for extracted in repairer.extracted(files):
        try:
            if isinstance(extracted, SourceError):
                raise extracted
            yield repairer.repaired(extracted)
        except (RepairError, SourceError) as error:
            job.progress.fail(str(error))
        job.progress.advance()


def reader_of(options: sources.Options) -> Reader:
    """Return how documents are read while they are edited."""
    return Reader(
        lambda document: sources.extract(document, options).links, sources.rendered, sources.ends, sources.encoded
    )


def extracted_files(
    job: Job, files: Sequence[Path], options: sources.Options, read: Read = sources.read
) -> Iterator[Extracted | SourceError]:
    """Yield the links of every file as it is read, parsed only where the database does not have them."""
    # What could not be parsed when its links were stored is not tried again: it cannot be edited anyhow.
    known = partial(job.store.extraction_of, fingerprint=options.fingerprint, now=job.now, not_parsed=True)
    return sources.extract_files(files, options, sources.limits_of(job.settings), known, read)


@dataclass(frozen=True, slots=True)
class _Repairer:
    job: Job
    proposals: Proposals
    destination: Destination
    accept: Accept
    options: sources.Options
    prover: Prover
    logged: frozenset[str]
    """Documents of which the log has anything: most runs need not ask it for any."""
    missing: Missing

    def extracted(self, files: Sequence[Path]) -> Iterator[Extracted | SourceError]:
        """Yield the links of every file."""
        return extracted_files(self.job, files, self.options)

    def repaired(self, extracted: Extracted) -> Repaired:
        """Repair a document and write it. Raises RepairError and SourceError."""
        path, latest = extracted.path, extracted

        def attempt() -> Repaired:
            nonlocal latest
            try:
                return self._attempt(latest)
            except StaleSpan:
                (again,) = self.extracted([path])
                if isinstance(again, SourceError):
                    raise again from None
                latest = again
                raise

        return until_unchanged(path, attempt)

    def _attempt(self, extracted: Extracted) -> Repaired:
        """Do it once. Raises StaleSpan when the document has changed meanwhile, and nothing was written."""
        document, links = extracted.document, extracted.extraction.links
        # By the name that the log knows it by, however it was given.
        target = self.destination(Path(document.path))
        log = self._log(document, links, target)
        memory = recall(log, links, self.job.now, self.proposals.living)
        in_copy = (entry for entry in log if not entry.in_document and entry.written_to == str(target))
        proposed = self.proposals.for_document(links, memory, in_copy)
        edits = self.accept(document, proposed.repairs)
        if target is None:
            return Repaired(document, apply(document, edits, self.prover.reader), None, proposed.left)
        there = _bytes_of(target)
        result = self.prover.recalled(extracted, edits, there) or self.prover.edited(extracted, edits)
        if memory.changed:
            keep(self.job, memory)
        if there != result.document.data:
            self._write(extracted, proposed, result, target)
        return Repaired(document, result, target, proposed.left)

    def _log(
        self, document: SourceDocument, links: Sequence[LinkOccurrence], target: Path | None
    ) -> Sequence[LoggedRepair]:
        """Return what the log has of a document, by an earlier name, too, where no run has seen the one it has now."""
        if document.path in self.logged:
            return self.job.store.repairs.of(document.path)
        # What is only shown changes nothing.
        if target is None or not self.missing.standing or document.path in self.job.store.documents():
            return ()
        self.missing.carry_over(document.path, links)
        return self.job.store.repairs.of(document.path)

    def _write(self, extracted: Extracted, proposed: Proposed, result: RepairedDocument, target: Path) -> None:
        log, now, source = self.job.store.repairs, self.job.now, Path(extracted.document.path)

        def unchanged() -> None:
            if sources.read(source, self.options).digest != extracted.document.digest:
                raise StaleSpan(f"{source}: changed on disk while it was repaired")

        unchanged()
        require_allowed(self.destination, source, target)
        if target == source and _has_other_names(source):
            self.job.progress.say(f"{source}: has other names (hard links); what they lead to stays as it was")
        # The log first: cut off between the two, the next repair writes the file, and the log has it once all the same.
        # That a repair was taken back is true of the document, and not of a copy: the log is mended when it still is
        # there, as all the log is.
        run = self.job.store.last_run()
        numbers = log.add(run.id if run else None, str(target), result.rewrites, now=now)
        if target == source:
            ended = (proposed.returns[edit] for edit in result.applied if edit in proposed.returns)
            log.keep(replace(entry, ended=now, ending=Ending.RETURNED) for entry in ended)
        sources.write(target, result.document.data, like=source, check=unchanged)
        log.confirm(numbers, now=now)


def _has_other_names(path: Path) -> bool:
    try:
        return path.stat().st_nlink > 1
    except OSError:
        return False


def _bytes_of(path: Path) -> bytes | None:
    """Return what a regular file holds; None where there is none, or none that can be read."""
    try:
        return path.read_bytes() if stat.S_ISREG(path.lstat().st_mode) else None
    except OSError:
        return None
