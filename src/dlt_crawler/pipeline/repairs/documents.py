"""Documents, one after the other: read, repaired, proven, written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.errors import RepairError, SourceError, StaleSpan
from dlt_crawler.model import Repair, SourceDocument
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs.destinations import Destination
from dlt_crawler.pipeline.repairs.memory import recall
from dlt_crawler.pipeline.repairs.proposals import Choice, Left, Proposals
from dlt_crawler.repair import Reader, RepairedDocument, apply
from dlt_crawler.repair import diff as unified_diff
from dlt_crawler.sources import Extracted, documents

Accept = Callable[[SourceDocument, Sequence[Repair]], Sequence[Repair]]
"""Asks somebody which repairs of a document to make; returns these."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """One document: as it is, as it is repaired, and where that was written (None: nowhere)."""

    original: SourceDocument
    result: RepairedDocument
    written_to: Path | None
    left: tuple[Left, ...] = ()
    """Dead links that stay as they are."""


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

    A file that has these bytes already is not touched. A document that cannot be read or written, or that changed
    meanwhile, is said, and left as it is; the others are repaired.
    """
    options = sources.options_of(job.settings)
    reader = reader_of(options)
    proposals = Proposals.of(job, choice)
    for extracted in _extracted(job, documents(job.settings, paths), options):
        document, links = extracted.document, extracted.extraction.links
        target = destination(extracted.path)
        try:
            memory = recall(job.store.repairs.of(document.path), links, job.now)
            proposed = proposals.for_document(links, memory)
            result = apply(document, accept(document, proposed.repairs), reader)
            if target is not None:
                job.store.repairs.keep(memory.changed)
                _write(job, extracted, result, target)
        except (RepairError, SourceError) as error:
            job.progress.fail(str(error))
        else:
            yield Repaired(document, result, target, proposed.left)


def reader_of(options: sources.Options) -> Reader:
    """Return how documents are read while they are edited."""
    return Reader(lambda document: sources.extract(document, options).links, sources.rendered, sources.ends)


def _extracted(job: Job, files: Sequence[Path], options: sources.Options) -> Iterator[sources.Extracted]:
    """Yield the links of every file, parsed only where the database does not have them. One step a file."""
    # What could not be parsed when its links were stored is not tried again: it cannot be edited anyhow.
    known = partial(job.store.extraction_of, fingerprint=options.fingerprint, not_parsed=True)
    job.progress.begin("repair", len(files))
    for extracted in sources.extract_files(files, options, sources.limits_of(job.settings), known):
        if isinstance(extracted, SourceError):
            job.progress.fail(str(extracted))
        else:
            yield extracted
        job.progress.advance()


def _write(job: Job, extracted: Extracted, result: RepairedDocument, target: Path) -> None:
    data = result.document.data
    if target.exists() and target.read_bytes() == data:
        return
    if sources.read(extracted.path).digest != extracted.document.digest:
        raise StaleSpan(f"{extracted.path}: changed on disk while it was repaired; nothing was written, run it again")
    # The log first: cut off between the two, the next repair writes the file, and the log has it once all the same.
    run = job.store.last_run()
    job.store.repairs.add(run.id if run else None, str(target), result.rewrites, now=job.now)
    sources.write(target, data)
