"""Documents that are not what they were when their links were stored: reports know nothing of what changed since."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dlt_crawler import sources
from dlt_crawler.errors import SourceError
from dlt_crawler.pipeline.job import Job
from dlt_crawler.sources.text import decode

MOST_TO_WARN = 20_000_000
"""Bytes of documents that are read only to warn: a tenth of a second."""


def changed_since_read(job: Job, *, most: int | None = None) -> Sequence[str]:
    """Return the documents that have other bytes than when they were read last, and those that are new, by name.

    Looked for is where the last run looked; with `most`, only where it comes to no more bytes than that.
    """
    options, digests = sources.options_of(job.settings, job.now.date()), job.store.digests()
    files = [path for pattern in job.store.paths() or job.settings.sources for path in documents_at(job, pattern)]
    if most is not None and sum(path.stat().st_size for path in files) > most:
        return ()
    changed: set[str] = set()
    for path in files:
        try:
            document = sources.read(path, options)
            if document.path not in digests:
                # What is no text has no links to store.
                decode(document)
        except SourceError:
            # The run said so, and will say it again.
            continue
        if digests.get(document.path) != document.digest:
            changed.add(document.path)
    return sorted(changed)


def documents_at(job: Job, pattern: str) -> Sequence[Path]:
    """Return the documents that a path or a pattern of `sources` stands for; none where it finds none."""
    try:
        return sources.documents(job.settings, (pattern,))
    except SourceError:
        return ()
