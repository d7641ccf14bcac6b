"""Documents to links, and links into the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.config import Settings
from dlt_crawler.model import LinkOccurrence, Resource, SourceDocument
from dlt_crawler.pipeline.job import Job

Extraction = Callable[[SourceDocument], tuple[LinkOccurrence, ...]]


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document, where it lies, and every link in it."""

    path: Path
    document: SourceDocument
    occurrences: tuple[LinkOccurrence, ...]


def extraction(settings: Settings) -> Extraction:
    """Return how links are found under these settings."""
    exclude = [re.compile(pattern) for pattern in settings.exclude]

    def links_of(document: SourceDocument) -> tuple[LinkOccurrence, ...]:
        return sources.extract(document, code=settings.extract.code, implied=settings.extract.implied, exclude=exclude)

    return links_of


def extract(settings: Settings, paths: Sequence[str]) -> Iterator[Extracted]:
    """Find every link of the documents under `paths` (the configured sources when empty). No database, no network."""
    links_of = extraction(settings)
    for path in sources.find(paths or settings.sources):
        document = sources.read(path)
        yield Extracted(path, document, links_of(document))


def store_links(job: Job, paths: Sequence[str]) -> tuple[Resource, ...]:
    """Extract into the database, and forget documents that are gone. Return what the documents link to, each once."""
    resources: dict[Resource, None] = {}
    present: set[str] = set()
    job.progress.begin("extract", len(sources.find(paths or job.settings.sources)))
    for extracted in extract(job.settings, paths):
        job.store.save_document(extracted.document, extracted.occurrences, now=job.now)
        present.add(extracted.document.path)
        resources.update((o.target, None) for o in extracted.occurrences if isinstance(o.target, Resource))
        job.progress.advance()
    # Where only some documents were asked for, the others are forgotten only when their files are gone.
    absent = [path for path in job.store.documents() if path not in present]
    job.store.forget_documents([path for path in absent if not paths or not Path(path).exists()])
    return tuple(resources)
