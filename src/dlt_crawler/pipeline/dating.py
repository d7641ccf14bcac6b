"""Documents to dates: when their links were written, as git knows, into the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from dlt_crawler.errors import GitError
from dlt_crawler.git import TIMEOUT, Committed, blame
from dlt_crawler.model import LinkOccurrence
from dlt_crawler.pipeline.job import Job

BUDGET = 60.0
"""Seconds that a run asks git for dates; what is left is asked by the next one."""
_LATE = "late:"
"""Before the state of a document, for which git took too long: that is asked again once, behind all others."""
_LENGTH = 64
"""Characters that the database has room for; enough to know the same state by."""

log = logging.getLogger(__name__)

T = TypeVar("T")


def date(job: Job, budget: float = BUDGET) -> None:
    """Ask git for the dates of links that have none: one `git blame` a document.

    About a document that it was asked about it is asked again when other contents of that are committed, other links
    found in it, or a shallow clone becomes a whole one; outside of a repository it is not asked at all. What git does
    not know stays unknown: nothing fails. When git cannot be asked that is no answer, and the next run asks again. A
    document that takes all of the time alone is asked about last then, and, when it does so again, given up until
    something changes, so that the others have their turn.
    """
    committed = Committed()
    asked = job.store.dates.asked()
    states = {path: state for path in asked if (state := committed.state(Path(path))) is not None}
    new = {path: state for path, state in states.items() if state != asked[path]}
    job.store.dates.keep_asked({path: state for path, state in new.items() if not state})
    waiting = sorted((path for path, state in new.items() if state), key=lambda path: _is_late(asked[path]))
    if not waiting:
        return
    job.progress.begin("date", len(waiting))
    end = time.monotonic() + budget
    for number, path in enumerate(waiting):
        left = end - time.monotonic()
        if left <= 0 or not _asked(job, path, asked[path], new[path], min(left, TIMEOUT), is_first=not number):
            job.progress.say(f"{len(waiting) - number} documents wait for the next run to ask git about their links")
            return
        job.progress.advance()


def _asked(job: Job, path: str, before: str | None, state: str, timeout: float, *, is_first: bool) -> bool:
    """Ask git about one document, and write down for what, unless that is to be asked again.

    Return False when there was not time enough: one that has had all of it is left aside.
    """
    undated = job.store.dates.undated(path)
    try:
        dates = dict(dates_of(Path(path), undated, timeout)) if undated else {}
    except TimeoutError:
        if not is_first:
            return False
        late = f"{_LATE}{state}"[:_LENGTH]
        job.store.dates.keep_asked({path: state if before == late else late})
    except GitError as error:
        log.debug("it is asked again: %s", error)
    else:
        job.store.dates.keep(path, state, dates)
    return True


def _is_late(before: str | None) -> bool:
    return before is not None and before.startswith(_LATE)


def dates_of(
    path: Path, links: Iterable[tuple[T, LinkOccurrence]], timeout: float = TIMEOUT
) -> Iterator[tuple[T, datetime]]:
    """Yield when the lines of a document were written that these links stand in, as far as git knows.

    Raises what `blame` raises.
    """
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
