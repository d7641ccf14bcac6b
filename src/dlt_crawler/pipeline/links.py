"""Documents to links, and links into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.config import Settings
from dlt_crawler.errors import SourceError
from dlt_crawler.model import Extraction, Resource, SourceDocument
from dlt_crawler.pipeline.job import Job, Progress
from dlt_crawler.sources import Extracted, documents


def extract(
    settings: Settings,
    files: Sequence[Path],
    progress: Progress,
    *,
    stage: str = "extract",
    unchanged: Callable[[SourceDocument], Extraction | None] = lambda _document: None,
) -> Iterator[Extracted]:
    """Find every link of every file. No database, no network. A file that cannot be read is said, and left out.

    `stage` is what this is called to whoever watches: one step a file. `unchanged` gives what is known of a document
    already, which is then not parsed.
    """
    progress.begin(stage, len(files))
    options, limits = sources.options_of(settings), sources.limits_of(settings)
    for extracted in sources.extract_files(files, options, limits, unchanged):
        if isinstance(extracted, SourceError):
            progress.fail(str(extracted))
        else:
            yield extracted
        progress.advance()


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database now holds of the documents."""

    resources: tuple[Resource, ...]
    """What is to be checked: what they link to, and may link to when it is read otherwise. In document order."""
    forgotten: tuple[Path, ...]
    """Documents that were there before and are gone."""


def store_links(job: Job, paths: Sequence[str]) -> Stored:
    """Extract into the database, and forget documents that are gone. What is stored already is not parsed again."""
    resources: dict[Resource, None] = {}
    fingerprint = sources.options_of(job.settings).fingerprint
    known = partial(job.store.extraction_of, fingerprint=fingerprint)
    files = documents(job.settings, paths)
    for extracted in extract(job.settings, files, job.progress, unchanged=known):
        job.store.save_extraction(extracted.document, fingerprint, extracted.extraction, now=job.now)
        for link in extracted.extraction.links:
            resources.update((found, None) for found in (link.target, link.alternative) if isinstance(found, Resource))
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
    job.store.forget_documents(forgotten)
    return Stored(tuple(resources), tuple(map(Path, forgotten)))
