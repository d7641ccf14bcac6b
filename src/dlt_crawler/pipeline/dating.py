"""Documents to dates: when their links were written, as git knows, into the database."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from dlt_crawler.git import TIMEOUT, Committed, blame
from dlt_crawler.model import LinkOccurrence
from dlt_crawler.pipeline.job import Job

BUDGET = 60.0
"""Seconds that a run asks git for dates; what is left is asked by the next one."""

T = TypeVar("T")


def date(job: Job, budget: float = BUDGET) -> None:
    """Ask git for the dates of links that have none: one `git blame` a document.

    About a document that it was asked about it is asked again when other contents of that are committed, or other links
    found in it; outside of a repository it is not asked at all. What git does not know stays unknown: nothing fails. A
    document that takes all of the time alone is given up until then, so that the others have their turn.
    """
    committed = Committed()
    asked = job.store.dates.asked()
    blobs = {path: blob for path in asked if (blob := committed.blob(Path(path))) is not None}
    new = {path: blob for path, blob in blobs.items() if blob != asked[path]}
    job.store.dates.keep_asked({path: blob for path, blob in new.items() if not blob})
    waiting = [path for path, blob in new.items() if blob]
    if not waiting:
        return
    job.progress.begin("date", len(waiting))
    end = time.monotonic() + budget
    for number, path in enumerate(waiting):
        undated = job.store.dates.undated(path)
        left = end - time.monotonic()
        dates = dict(dates_of(Path(path), undated, min(left, TIMEOUT))) if undated and left > 0 else {}
        if undated and not dates and number and time.monotonic() >= end:
            job.progress.say(f"{len(waiting) - number} documents wait for the next run to ask git about their links")
            return
        job.store.dates.keep(path, new[path], dates)
        job.progress.advance()


def dates_of(
    path: Path, links: Iterable[tuple[T, LinkOccurrence]], timeout: float = TIMEOUT
) -> Iterator[tuple[T, datetime]]:
    """Yield when the lines of a document were written that these links stand in, as far as git knows."""
    known = blame(path, timeout)
    if known is None:
        return
    try:
        data = path.read_bytes()
    except OSError:
        return  # Gone since its links were stored.
    lines = data.split(b"\n")
    for key, link in links:
        at = known.written(_line(data, lines, link))
        if at is not None:
            yield key, at


def _line(data: bytes, lines: Sequence[bytes], link: LinkOccurrence) -> bytes:
    """Return the line that a link begins in; nothing where its text does not stand there (any more).

    A link whose exact place is not known is looked for in the line that it is said to be in.
    """
    if link.span is None:
        line = lines[link.line - 1] if link.line <= len(lines) else b""
        return line if _ascii(link.raw) in _ascii(line) else b""
    start, end = link.span.start, link.span.end
    if _ascii(data[start:end]) != _ascii(link.raw):
        return b""
    after = data.find(b"\n", start)
    return data[data.rfind(b"\n", 0, start) + 1 : len(data) if after < 0 else after]


def _ascii(text: str | bytes) -> bytes:
    """Return what a text consists of in any encoding that documents have: enough to know a URL by."""
    return text.encode("ascii", "ignore") if isinstance(text, str) else text.decode("ascii", "ignore").encode()
