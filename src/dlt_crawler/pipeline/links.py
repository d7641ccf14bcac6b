"""Documents to links, and links into the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.config import Settings
from dlt_crawler.errors import SourceError
from dlt_crawler.model import Extraction, Resource, SourceDocument
from dlt_crawler.pipeline.job import Job, Progress


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document, where it lies, and every link in it."""

    path: Path
    document: SourceDocument
    extraction: Extraction


def documents(settings: Settings, paths: Sequence[str]) -> list[Path]:
    """Return the files under `paths` (the configured sources when empty), each once.

    Our own storage is left out where it is not asked for by name: repaired copies are no sources. Raises SourceError
    for a path that does not exist and a pattern that matches nothing.
    """
    storage = settings.storage.resolve()
    found: dict[Path, None] = {}
    for pattern in paths or settings.sources:
        files = sources.find([pattern])
        if not Path(pattern).resolve().is_relative_to(storage):
            files = [path for path in files if not path.resolve().is_relative_to(storage)]
        found.update(dict.fromkeys(files))
    return list(found)


def extract(
    settings: Settings, files: Sequence[Path], progress: Progress, *, stage: str = "extract"
) -> Iterator[Extracted]:
    """Find every link of every file. No database, no network. A file that cannot be read is said, and left out.

    `stage` is what this is called to whoever watches: one step a file.
    """
    options = sources.options_of(settings)
    progress.begin(stage, len(files))
    for path in files:
        try:
            document = sources.read(path, options)
            yield Extracted(path, document, sources.extract(document, options))
        except SourceError as error:
            progress.fail(str(error))
        progress.advance()


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database now holds of the documents."""

    resources: tuple[Resource, ...]
    """What they link to, each once, in document order."""
    forgotten: tuple[Path, ...]
    """Documents that were there before and are gone."""


def store_links(job: Job, paths: Sequence[str]) -> Stored:
    """Extract into the database, and forget documents that are gone."""
    resources: dict[Resource, None] = {}
    files = documents(job.settings, paths)
    for extracted in extract(job.settings, files, job.progress):
        job.store.save_document(extracted.document, extracted.extraction.links, now=job.now)
        resources.update((o.target, None) for o in extracted.extraction.links if isinstance(o.target, Resource))
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
