"""Many documents: which files they are, and what is written in each of them, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import length_hint
from pathlib import Path
from typing import Generic, TypeVar

from dlt_crawler.config import Settings
from dlt_crawler.errors import SourceError
from dlt_crawler.model import Extraction, SourceDocument
from dlt_crawler.sources.files import find, read
from dlt_crawler.sources.options import Limits, Options
from dlt_crawler.sources.workers import Workers

T = TypeVar("T")

_AHEAD = 16
"""Documents for each process that are begun before the first of them is asked for …"""

_AHEAD_BYTES = 32_000_000
"""… as long as they are no larger than this in all: a slow document is not to leave the other processes idle."""

_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document, where it lies, and every link in it."""

    path: Path
    document: SourceDocument
    extraction: Extraction


def documents(
    settings: Settings,
    paths: Sequence[str],
    *,
    apart: Sequence[Path] = (),
    say: Callable[[str], None] = lambda _sentence: None,
) -> list[Path]:
    """Return the files under `paths` (the configured sources when empty), each once.

    Our own storage, and the directories `apart`, are left out where they are not asked for by name: repaired copies are
    no sources. `say` is told of what links lead to out of a path (`find`). Raises SourceError for a path that does not
    exist and a pattern that matches nothing.
    """
    ours = [directory.resolve() for directory in (settings.storage, *apart)]
    found: dict[Path, Path] = {}
    for pattern in paths or settings.sources:
        named = Path(pattern).resolve()
        others = [directory for directory in ours if not named.is_relative_to(directory)]
        for path in find([pattern], settings.extract.formats, say):
            real = path.resolve()
            if not any(real.is_relative_to(directory) for directory in others):
                found.setdefault(real, path)
    return list(found.values())


def extract_files(
    files: Sequence[Path],
    options: Options,
    limits: Limits,
    unchanged: Callable[[SourceDocument], Extraction | None] = lambda _document: None,
    read: Callable[[Path, Options], SourceDocument] = read,
) -> Iterator[Extracted | SourceError]:
    """Yield what is written in each file, in their order, or why it cannot be read: one item a file.

    A document for which `unchanged` has an answer is not parsed. As for the others, see `extract_all`. `read`: what a
    file holds, where that is not what it holds on disk; may raise SourceError.
    """
    with Workers(options, limits, len(files)) as workers:

        def begin(path: Path) -> _Begun[Extracted | SourceError]:
            try:
                document = read(path, options)
            except SourceError as error:
                unreadable = error
                return _Begun(0, lambda: unreadable)
            known = unchanged(document)
            if known is not None:
                return _Begun(len(document.data), lambda: Extracted(path, document, known))
            task = workers.submit(document)

            def end() -> Extracted | SourceError:
                found = workers.result(task)
                return found if isinstance(found, SourceError) else Extracted(path, document, found)

            return _Begun(len(document.data), end)

        yield from _in_order(map(begin, files), workers.processes)


def extract_all(
    documents: Iterable[SourceDocument], options: Options, limits: Limits
) -> Iterator[tuple[SourceDocument, Extraction | SourceError]]:
    """Yield what is written in each document, in their order. SourceError: it is not text.

    Documents are drawn when they are needed, and several are parsed at once. One that cannot be parsed within its
    limits, or at all, is scanned: its links have no spans, and a lint says why.
    """
    with Workers(options, limits, length_hint(documents, _MANY)) as workers:

        def begin(document: SourceDocument) -> _Begun[tuple[SourceDocument, Extraction | SourceError]]:
            task = workers.submit(document)
            return _Begun(len(document.data), lambda: (document, workers.result(task)))

        yield from _in_order(map(begin, documents), workers.processes)


@dataclass(frozen=True, slots=True)
class _Begun(Generic[T]):
    size: int
    end: Callable[[], T]


def _in_order(work: Iterator[_Begun[T]], processes: int) -> Iterator[T]:
    """Yield how each piece of work ends; a bounded number of them is begun before."""
    ahead: deque[_Begun[T]] = deque()
    size = 0
    for begun in work:
        ahead.append(begun)
        size += begun.size
        while len(ahead) > processes and (len(ahead) > _AHEAD * processes or size > _AHEAD_BYTES):
            size -= ahead[0].size
            yield ahead.popleft().end()
    while ahead:
        yield ahead.popleft().end()
