"""What became of earlier repairs of a document: told from the log and from the links that stand there now.

What says so is not the place of a link, which moves with every line above it, but how many of each there are: links to
the old URL, links to the new one, and entries that brought the one about.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from dlt_crawler.errors import RepairError
from dlt_crawler.model import Ending, LinkKind, LinkOccurrence, LoggedRepair, NoSpan, RepairKind, RepairStyle, Resource
from dlt_crawler.pipeline.job import Job
from dlt_crawler.repair.address import rfc3986

_NEVER_EDITED = frozenset({LinkKind.CODE, LinkKind.IMPLIED})
"""Nothing of ours was ever there: such a link is none that came back."""

_BEGINNING = len("https://web.")
"""Characters at the beginning of a URL in which nothing is percent-encoded: scheme, and some of the host."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one document."""

    standing: tuple[tuple[LinkOccurrence, LoggedRepair], ...] = ()
    """Links of the document that we have put there, each with the latest log entry that says so."""
    changed: tuple[LoggedRepair, ...] = ()
    """Log entries that say something new, to be kept (`Repairs.keep`)."""
    reverted: tuple[LoggedRepair, ...] = ()
    """Those of `changed` that were seen to be taken back just now: their links are to be checked anew."""


def recall(
    log: Sequence[LoggedRepair],
    links: Sequence[LinkOccurrence],
    now: datetime,
    living: Container[object] = frozenset(),
) -> Memory:
    """Return what the log of a document, oldest first, means in view of the links that stand in it now. Pure.

    `living` are the resources that were dead and live again (`Repairs.living`). A link to what the log says was written
    is ours, whoever may have put it back. An entry that stood, and whose link is gone, was reverted if a link to the
    old URL is there, with no other label, that no other entry accounts for, and returned if that one lives: somebody
    has taken over the copy or the commit that says so, or has seen it as we have. Without such a link it is gone. An
    entry that never stood in the document (it was written into a copy, or cut off before it was written) says nothing
    by being absent, nor does one whose end is known; and where a document could only be scanned, no absence says
    anything.
    """
    if not log:
        return Memory()
    standing = _standing(log, links)
    found = {entry.id: link for entry, link in standing}
    originals = _Originals(links, log)
    for entry, _ in standing:
        if entry.repair.style is RepairStyle.APPEND:
            originals.take(entry)
    complete = all(link.no_span is not NoSpan.SCANNED for link in links)
    known: list[LoggedRepair] = []
    for entry in log:
        if entry.id in found:
            known.append(replace(entry, stood=entry.stood or now, ended=None, ending=None))
        elif complete and entry.stands:
            known.append(replace(entry, ended=now, ending=_ending(entry, originals, living)))
        else:
            known.append(entry)
    changed = tuple(new for old, new in zip(log, known, strict=True) if new != old)
    return Memory(
        standing=tuple((found[entry.id], entry) for entry in known if entry.id in found),
        changed=changed,
        reverted=tuple(entry for entry in changed if entry.ending is Ending.REVERTED),
    )


def keep(job: Job, memory: Memory) -> None:
    """Store what is new, and have the links checked anew whose repairs were taken back."""
    # In this order: cut off between the two, it is noticed once more.
    check_anew(job, memory.reverted)
    job.store.repairs.keep(memory.changed)


def _ending(entry: LoggedRepair, originals: _Originals, living: Container[object]) -> Ending:
    """Return how it ended that the entry stood in the document."""
    if not originals.take(entry):
        return Ending.GONE
    lives = entry.repair.kind is RepairKind.SNAPSHOT and entry.repair.occurrence.target in living
    return Ending.RETURNED if lives else Ending.REVERTED


def check_anew(job: Job, entries: Iterable[LoggedRepair]) -> None:
    """Have the links of these entries checked by the next run, whenever they were due."""
    targets = dict.fromkeys(entry.repair.occurrence.target for entry in entries)
    job.store.save_due((target, None) for target in targets if isinstance(target, Resource))


def _standing(
    log: Sequence[LoggedRepair], links: Sequence[LinkOccurrence]
) -> list[tuple[LoggedRepair, LinkOccurrence]]:
    """Return the entries of which the new URL is there, each with its link, no link twice."""
    entries: dict[str, list[LoggedRepair]] = defaultdict(list)
    for entry in log:
        entries[reading_of(entry.repair.replacement)].append(entry)
    there: dict[str, list[LinkOccurrence]] = defaultdict(list)
    # Of a million links most are told apart by how they begin.
    beginnings = {url[:_BEGINNING] for url in entries}
    for link in links:
        if link.url is not None and link.url[:_BEGINNING] in beginnings and (url := unquote(link.url)) in entries:
            there[url].append(link)
    return [pair for url, of_url in there.items() for pair in _pairs(entries[url], of_url)]


def reading_of(url: str) -> str:
    """Return what a link reads to which this URL was written, percent-encoding aside: that is as its place needs it."""
    with suppress(RepairError):
        return unquote(rfc3986(url))
    return unquote(url)


def _pairs(
    entries: Sequence[LoggedRepair], links: Sequence[LinkOccurrence]
) -> Iterator[tuple[LoggedRepair, LinkOccurrence]]:
    """Pair entries and links to one URL: what stood before comes first, then what was written or ended last.

    Among those, entries and links with one label belong together, and else they do in the order of the document.
    """
    in_order = sorted(entries, key=lambda entry: (entry.repair.occurrence.line, entry.repair.occurrence.column))
    by_time = sorted(in_order, key=lambda entry: (entry.ended or entry.at, entry.stood is not None), reverse=True)
    stood = [entry for entry in by_time if entry.stands]
    others = [entry for entry in by_time if not entry.stands]
    labelled, unlabelled, taken = _queues(links, _label), deque(links), set[int]()
    for group in (stood, others):
        alone: list[LoggedRepair] = []
        for entry in group:
            queue = labelled.get(_label(entry.repair.occurrence), deque())
            link = _next(queue, taken) if entry.repair.style is RepairStyle.REPLACE else None
            if link is None:
                alone.append(entry)
            else:
                yield entry, link
        for entry in alone:
            if (link := _next(unlabelled, taken)) is None:
                return
            yield entry, link


def _next(queue: deque[LinkOccurrence], taken: set[int]) -> LinkOccurrence | None:
    """Return the first link of the queue that is not taken, and take it."""
    while queue:
        link = queue.popleft()
        if id(link) not in taken:
            taken.add(id(link))
            return link
    return None


def _label(link: LinkOccurrence) -> str | None:
    """Return the label of a link; None where that is its URL, which changes with it."""
    return None if link.text in (link.raw, link.url) else link.text


class _Originals:
    """Links to old URLs that no entry accounts for yet."""

    def __init__(self, links: Sequence[LinkOccurrence], log: Sequence[LoggedRepair]) -> None:
        old = {target.url for entry in log if isinstance(target := entry.repair.occurrence.target, Resource)}
        back = (link for link in links if isinstance(link.target, Resource) and link.target.url in old)
        self._links: dict[Hashable, Counter[str | None]] = defaultdict(Counter)
        for link in back:
            if link.kind not in _NEVER_EDITED:
                self._links[_original(link)][_told(link)] += 1

    def take(self, entry: LoggedRepair) -> bool:
        """Tell whether there is one for this entry, and account for it. One with another label is another link."""
        link = entry.repair.occurrence
        of_url = self._links.get(_original(link))
        if not of_url:
            return False
        label = _told(link)
        if label not in of_url:
            label = next(reversed(of_url)) if label is None else None
        if label not in of_url:
            return False
        # Behind each use of a definition one link is appended, and the definition is one link for all of them.
        if entry.repair.style is RepairStyle.REPLACE or entry.repair.occurrence.kind is not LinkKind.REFERENCE:
            of_url[label] -= 1
            if not of_url[label]:
                del of_url[label]
        return True


def _original(link: LinkOccurrence) -> Hashable:
    return link.target, unquote((link.url or "").partition("#")[2])


def _told(link: LinkOccurrence) -> str | None:
    """Return the label that tells a link from others; a definition has those of its uses, which come and go."""
    return None if link.kind is LinkKind.REFERENCE else _label(link)


def _queues(
    links: Iterable[LinkOccurrence], key: Callable[[LinkOccurrence], Hashable]
) -> dict[Hashable, deque[LinkOccurrence]]:
    queues: dict[Hashable, deque[LinkOccurrence]] = defaultdict(deque)
    for link in links:
        queues[key(link)].append(link)
    return queues
