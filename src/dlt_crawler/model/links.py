"""The links of a report: all of them are counted, and few of them are looked at.

What a link is counted and chosen by is its `Kind`, and of those there are few. `Links` knows the kind of each of its
links, and reads a link when somebody looks at it: a million of them do not fit into memory. What the functions here say
of `Links` they say of any other sequence of links, too.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self

from dlt_crawler.model.ignores import Ignore
from dlt_crawler.model.states import BROKEN_STATES, State

if TYPE_CHECKING:
    from dlt_crawler.model.verdicts import LinkStatus


@dataclass(frozen=True, slots=True)
class Kind:
    """What a link is counted and chosen by; each part is said where `LinkStatus` has it."""

    state: State
    ignored: bool = False
    warned: bool = False
    """Whether it lives, and there is something that people should know about it (`Observation.warnings`)."""
    moved: bool = False
    disputed: bool = False
    held: bool = False
    recovering: bool = False

    @property
    def is_broken(self) -> bool:
        """See `LinkStatus.is_broken`."""
        return self.state in BROKEN_STATES and not self.ignored


@dataclass(frozen=True, slots=True)
class Outline:
    """Of a link what charts are made of."""

    url: str
    kind: Kind
    first_seen: datetime
    written: datetime | None


Wanted = Callable[[Kind], bool]
"""Tells whether links of a kind are among those that somebody wants."""


Rank = Callable[[Kind, bool], int]


class Links(Sequence["LinkStatus"]):
    """Links in document order, which are read when somebody looks at them, as they were when the report was made.

    To iterate over all is to read all: who wants some says which.
    """

    @abstractmethod
    def kinds(self) -> Mapping[Kind, int]:
        """Return how many links there are of each kind. Reads none."""

    @abstractmethod
    def of(self, wanted: Wanted) -> Self:
        """Return the links of the kinds that are wanted. Reads none."""

    @abstractmethod
    def ordered(self, rank: Rank, urls: Collection[str], room: int) -> Self:
        """Return the first `room` links by rank, those of the same rank in their order. Reads none.

        `rank` is told of a link what kind it is, and whether its URL is among `urls`.
        """

    @abstractmethod
    def at(self, places: Iterable[int]) -> Self:
        """Return the links at these places of the sequence. Reads none."""

    @abstractmethod
    def named(self, urls: Collection[str]) -> Iterable[LinkStatus]:
        """Return the links with these URLs (`LinkStatus.url`). Reads no other."""

    @abstractmethod
    def kinds_of(self, urls: Collection[str]) -> Iterable[tuple[str, Kind]]:
        """Return the links with these URLs in their order, each as its URL and its kind. Reads none."""

    @abstractmethod
    def files(self) -> Sequence[str]:
        """Return the documents that the links stand in, sorted."""

    @abstractmethod
    def by_file(self) -> Iterator[tuple[str, Self]]:
        """Yield each document with the links that stand in it, if elsewhere, too, as the documents come. Reads none."""

    @abstractmethod
    def within(self, files: Collection[str]) -> Self:
        """Return the links that stand in these documents, if elsewhere, too. Reads none."""

    @abstractmethod
    def occurrences(self) -> int:
        """Return how many written links there are. Reads none."""

    @abstractmethod
    def outlines(self) -> Iterator[Outline]:
        """Return what charts are made of, of each link in order."""

    @abstractmethod
    def addresses(self) -> Iterator[tuple[int, str]]:
        """Return each URL by which a link is known or written, with the place of the link in the sequence."""

    @abstractmethod
    def ignoring(self, ignored: Mapping[int, Ignore]) -> Self:
        """Return the same links, of which those at these places are ignored."""

    @abstractmethod
    def changed(self, change: Callable[[LinkStatus], LinkStatus]) -> Self:
        """Return the same links, each changed as it is read: in nothing that is a part of its kind or outline."""


def kind_of(link: LinkStatus) -> Kind:
    """Return the kind of one link."""
    return Kind(
        link.verdict.state,
        link.ignored is not None,
        link.verdict.state is State.ALIVE and link.last is not None and bool(link.last.seen.warnings),
        link.verdict.moved_to is not None,
        link.dispute is not None,
        link.verdict.held,
        link.verdict.recovering,
    )


class LinksAtHand(tuple["LinkStatus", ...], Links):
    """The same of links that are in memory."""

    def kinds(self) -> Mapping[Kind, int]:
        """See `Links`."""
        return Counter(map(kind_of, self))

    def of(self, wanted: Wanted) -> LinksAtHand:
        """See `Links`."""
        return LinksAtHand(link for link in self if wanted(kind_of(link)))

    def ordered(self, rank: Rank, urls: Collection[str], room: int) -> LinksAtHand:
        """See `Links`."""
        return LinksAtHand(sorted(self, key=lambda link: rank(kind_of(link), link.url in urls))[:room])

    def at(self, places: Iterable[int]) -> LinksAtHand:
        """See `Links`."""
        return LinksAtHand(self[place] for place in places)

    def named(self, urls: Collection[str]) -> Iterable[LinkStatus]:
        """See `Links`."""
        return (link for link in self if link.url in urls)

    def kinds_of(self, urls: Collection[str]) -> Iterable[tuple[str, Kind]]:
        """See `Links`."""
        return ((link.url, kind_of(link)) for link in self.named(urls))

    def files(self) -> Sequence[str]:
        """See `Links`."""
        return sorted({written.file for link in self for written in link.occurrences})

    def by_file(self) -> Iterator[tuple[str, LinksAtHand]]:
        """See `Links`."""
        found: dict[str, list[LinkStatus]] = {}
        for link in self:
            for file in dict.fromkeys(written.file for written in link.occurrences):
                found.setdefault(file, []).append(link)
        return ((file, LinksAtHand(links)) for file, links in found.items())

    def within(self, files: Collection[str]) -> LinksAtHand:
        """See `Links`."""
        return LinksAtHand(link for link in self if any(each.file in files for each in link.occurrences))

    def occurrences(self) -> int:
        """See `Links`."""
        return sum(len(link.occurrences) for link in self)

    def outlines(self) -> Iterator[Outline]:
        """See `Links`."""
        return (Outline(link.url, kind_of(link), link.first_seen, link.written) for link in self)

    def addresses(self) -> Iterator[tuple[int, str]]:
        """See `Links`."""
        for place, link in enumerate(self):
            yield place, link.url
            yield from ((place, written.url) for written in link.occurrences if written.url is not None)

    def ignoring(self, ignored: Mapping[int, Ignore]) -> LinksAtHand:
        """See `Links`."""
        return LinksAtHand(
            replace(link, ignored=ignored[place]) if place in ignored else link for place, link in enumerate(self)
        )

    def changed(self, change: Callable[[LinkStatus], LinkStatus]) -> LinksAtHand:
        """See `Links`."""
        return LinksAtHand(map(change, self))


def links_of(links: Iterable[LinkStatus]) -> Links:
    """Return links as `Links`, as they are if they are that already."""
    return links if isinstance(links, Links) else LinksAtHand(links)
