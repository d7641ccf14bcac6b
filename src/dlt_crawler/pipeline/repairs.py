"""Verdicts and snapshots to repaired documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.errors import RepairError, SourceError, StaleSpan
from dlt_crawler.model import (
    LinkOccurrence,
    Repair,
    Resource,
    Snapshot,
    SourceDocument,
    State,
    Verdict,
    best_reading,
)
from dlt_crawler.pipeline.fallbacks import COPIES
from dlt_crawler.pipeline.job import Job
from dlt_crawler.repair import RepairedDocument, apply
from dlt_crawler.repair import diff as unified_diff
from dlt_crawler.sources import Extracted, documents
from dlt_crawler.urls import with_fragment_of


@dataclass(frozen=True, slots=True)
class Choice:
    """Which links are repaired beside the dead ones that have a snapshot."""

    include_failing: bool = False
    redirects: bool = False


@dataclass(frozen=True, slots=True)
class Repaired:
    """One document: as it is, as it is repaired, and where that was written (None: nowhere)."""

    original: SourceDocument
    result: RepairedDocument
    written_to: Path | None


Destination = Callable[[Path], Path | None]
"""From a document's path to where its repaired text is written; None: nowhere."""


def mirror(directory: Path) -> Callable[[Path], Path]:
    """Return the destination that keeps a document's path, as seen from the working directory, under `directory`."""

    def destination(path: Path) -> Path:
        absolute = path.resolve()
        here = Path.cwd()
        inside = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute.relative_to(absolute.anchor)
        return directory / inside

    return destination


def in_place(path: Path) -> Path:
    """Return the destination that is the document itself."""
    return path


def nowhere(_path: Path) -> None:
    """Return no destination: the repair is only shown."""


def diff(repaired: Repaired) -> bytes:
    """Return the repair of one document as a patch that `git apply` takes; empty when nothing changes."""
    return unified_diff(repaired.original, repaired.result.document)


def repair(
    job: Job, paths: Sequence[str], destination: Destination, choice: Choice | None = None
) -> Iterator[Repaired]:
    """Write every document under `paths` with its dead links replaced; what is not repaired is written unchanged.

    A file that has these bytes already is not touched. A document that cannot be read or written, or that changed
    meanwhile, is said, and left as it is; the others are repaired.
    """
    replacement = _replacements(job, choice or Choice(redirects=job.settings.repair.redirects))
    options = sources.options_of(job.settings)
    files = documents(job.settings, paths)
    for extracted in _extracted(job, files, options):
        repairs = [edit for occurrence in extracted.extraction.links if (edit := replacement(occurrence)) is not None]
        target = destination(extracted.path)
        try:
            result = apply(extracted.document, repairs, lambda edited: sources.extract(edited, options).links)
            if target is not None:
                _write(job, extracted, result, target)
        except (RepairError, SourceError) as error:
            job.progress.fail(str(error))
        else:
            yield Repaired(extracted.document, result, target)


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


def _replacements(job: Job, choice: Choice) -> Callable[[LinkOccurrence], Repair | None]:
    verdicts = job.store.verdicts()
    answers = job.store.answers()

    def replacement(occurrence: LinkOccurrence) -> Repair | None:
        resource = occurrence.target
        if not isinstance(resource, Resource) or (judged := verdicts.get(resource)) is None:
            return None
        if best_reading(occurrence, verdicts) != resource:
            return None
        answer, _asked = answers.get(resource, (None, None))
        if _wants_snapshot(judged, choice) and isinstance(answer, Snapshot):
            # A section of the page is in each copy of it, and not on the page that another one has of the same thing.
            url = with_fragment_of(answer.url, occurrence.url) if answer.source in COPIES else answer.url
            return Repair(occurrence, url, judged.reason)
        if choice.redirects and judged.state is State.ALIVE and judged.moved_to is not None:
            evidence = f"moved for good to {judged.moved_to}, seen on two days"
            return Repair(occurrence, with_fragment_of(judged.moved_to, occurrence.url), evidence)
        return None

    return replacement


def _wants_snapshot(judged: Verdict, choice: Choice) -> bool:
    # A link that was dead and answers again keeps its repair until it has answered on two days (DESIGN.md, section 2).
    return judged.state is State.DEAD or judged.recovering or (choice.include_failing and judged.state is State.FAILING)


def _write(job: Job, extracted: Extracted, result: RepairedDocument, target: Path) -> None:
    data = result.document.data
    if target.exists() and target.read_bytes() == data:
        return
    if sources.read(extracted.path).digest != extracted.document.digest:
        raise StaleSpan(f"{extracted.path}: changed on disk while it was repaired; nothing was written, run it again")
    # The log first: cut off between the two, the next repair writes the file, and the log has it once all the same.
    run = job.store.last_run()
    job.store.save_repairs(run.id if run else None, str(target), result.applied, now=job.now)
    sources.write(target, data)
