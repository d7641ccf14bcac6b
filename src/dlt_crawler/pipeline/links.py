"""Documents to links, and links into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.errors import SourceError
from dlt_crawler.model import SourceDocument
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs.memory import keep, recall
from dlt_crawler.pipeline.repairs.renamed import Missing
from dlt_crawler.sources import documents


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database now holds of the documents."""

    documents: tuple[str, ...]
    """Those whose links it has, by path, sorted."""
    forgotten: tuple[Path, ...]
    """Documents that were there before and are gone. The database still has them (`forget`)."""


def store_links(job: Job, paths: Sequence[str]) -> Stored:
    """Extract into the database. What is stored already is not parsed again."""
    options, limits = sources.options_of(job.settings, job.now.date()), sources.limits_of(job.settings)
    before = frozenset(job.store.documents())
    missing = Missing.of(job)
    files = documents(job.settings, paths, say=job.progress.say)
    stored: list[str] = []
    job.store.keep_paths(paths)

    def changed() -> Iterator[SourceDocument]:
        for path in files:
            try:
                document = sources.read(path, options)
            except SourceError as error:
                job.progress.fail(str(error))
            else:
                if not job.store.is_current(document, options.fingerprint, now=job.now):
                    yield document
                    continue
                stored.append(document.path)
            job.progress.advance()

    job.progress.begin("extract", len(files))
    for document, found in sources.extract_all(changed(), options, limits):
        if isinstance(found, SourceError):
            job.progress.fail(str(found))
        else:
            if document.path not in before:
                # Before it is stored: cut off between the two, it is still new the next time.
                missing.carry_over(document.path, found.links)
            job.store.save_extraction(document, options.fingerprint, found, now=job.now)
            stored.append(document.path)
        job.progress.advance()
    _recognise(job, stored)
    # A document that is there and cannot be read today keeps its links.
    present = {path.resolve() for path in files}
    asked = [Path(path).resolve() for path in paths]
    forgotten = [
        name
        for name in job.store.documents()
        if (path := Path(name).resolve()) not in present
        # Where only some documents were asked for, nothing is said about the others.
        and (not asked or any(path.is_relative_to(directory) for directory in asked))
    ]
    return Stored(tuple(sorted(stored)), tuple(map(Path, forgotten)))


def _recognise(job: Job, stored: Sequence[str]) -> None:
    """See what became of the repairs that stood in these documents: what was taken back is checked by this very run."""
    if repaired := sorted(job.store.repairs.documents().intersection(stored)):
        living = job.store.repairs.living()
        for name in repaired:
            keep(job, recall(job.store.repairs.of(name), job.store.links_of(name), job.now, living))


def forget(job: Job, gone: Sequence[Path], copies: Callable[[Path], Path]) -> None:
    """Remove the repaired copies of documents that are gone, and then these from the database.

    In this order: the database is what says that a copy is to be removed.
    """
    for document in gone:
        copies(document).unlink(missing_ok=True)
    job.store.forget_documents(map(str, gone))
