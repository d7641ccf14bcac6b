"""The links of a report as the database has them: they are read a page at a time, when somebody looks at them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, overload

from sqlalchemy import Connection

from dlt_crawler.model import Ignore, Kind, Links, LinkStatus, Outline
from dlt_crawler.model.links import Rank, Wanted
from dlt_crawler.store.moments import Moment
from dlt_crawler.store.outlines import Outlines, addresses
from dlt_crawler.store.resources import batches

PAGE: Final = 250
"""Links that are read together: with what is known of them, about a megabyte."""

Numbers = Sequence[int]
Read = Callable[[Connection, Outlines, Numbers], Sequence[LinkStatus]]
"""Reads the links with these numbers, in this order."""


@dataclass(frozen=True)
class StoredLinks(Links):
    """Some of the links of an outline, as they were at a moment, each changed by each of `changes` as it is read."""

    moment: Moment
    outlines_: Outlines
    read: Read
    numbers: Numbers
    kinds_: array[int]
    """The place of the kind of each link of the outline, whichever are chosen."""
    ignores: Mapping[int, Ignore] = field(default_factory=dict)
    """By number."""
    changes: tuple[Callable[[LinkStatus], LinkStatus], ...] = ()

    @classmethod
    def of_outlines(cls, moment: Moment, outlines: Outlines, read: Read) -> StoredLinks:
        """Return all links of the outlines."""
        return cls(moment, outlines, read, range(len(outlines)), outlines.kinds)

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> LinkStatus: ...
    @overload
    def __getitem__(self, place: slice) -> StoredLinks: ...
    def __getitem__(self, place: int | slice) -> LinkStatus | StoredLinks:
        if isinstance(place, slice):
            return replace(self, numbers=self.numbers[place])
        return next(iter(replace(self, numbers=[self.numbers[place]])))

    def __iter__(self) -> Iterator[LinkStatus]:
        for numbers in batches(self.numbers, PAGE):
            with self.moment.reading() as connection:
                links = self.read(connection, self.outlines_, numbers)
            for number, link in zip(numbers, links, strict=True):
                shown = replace(link, ignored=self.ignores[number]) if number in self.ignores else link
                for change in self.changes:
                    shown = change(shown)
                yield shown

    def kinds(self) -> Mapping[Kind, int]:
        """See `Links`."""
        counts = Counter(self.kinds_) if self._is_all else Counter(map(self.kinds_.__getitem__, self.numbers))
        return {kind: counts[place] for kind, place in self.outlines_.every_kind.items() if counts[place]}

    def of(self, wanted: Wanted) -> StoredLinks:
        """See `Links`."""
        places = {place for kind, place in self.outlines_.every_kind.items() if wanted(kind)}
        return self._with(number for number in self.numbers if self.kinds_[number] in places)

    def ordered(self, rank: Rank, urls: Collection[str], room: int) -> StoredLinks:
        """See `Links`."""
        ranks = [(rank(kind, False), rank(kind, True)) for kind in self.outlines_.every_kind]
        with self.moment.reading() as connection:
            among = frozenset(self.outlines_.named(connection, urls))
        order = sorted(self.numbers, key=lambda number: ranks[self.kinds_[number]][number in among])
        return self._with(order[:room])

    def at(self, places: Iterable[int]) -> StoredLinks:
        """See `Links`."""
        return self._with(self.numbers[place] for place in places)

    def named(self, urls: Collection[str]) -> Iterable[LinkStatus]:
        """See `Links`."""
        return self._with(self._named(urls))

    def kinds_of(self, urls: Collection[str]) -> Iterable[tuple[str, Kind]]:
        """See `Links`."""
        kinds = list(self.outlines_.every_kind)
        return ((self.outlines_.url(number), kinds[self.kinds_[number]]) for number in self._named(urls))

    def files(self) -> Sequence[str]:
        """See `Links`."""
        return [file for file, numbers in self.outlines_.files.items() if any(map(self._has, numbers))]

    def by_file(self) -> Iterator[tuple[str, StoredLinks]]:
        """See `Links`."""
        for file, numbers in self.outlines_.files.items():
            if links := sorted(filter(self._has, numbers)):
                yield file, self._with(links)

    def within(self, files: Collection[str]) -> StoredLinks:
        """See `Links`."""
        found = {number for file in files for number in self.outlines_.files.get(file, ())}
        return self._with(sorted(filter(self._has, found)))

    def occurrences(self) -> int:
        """See `Links`."""
        return sum(map(self.outlines_.often.__getitem__, self.numbers))

    def outlines(self) -> Iterator[Outline]:
        """See `Links`."""
        kinds = list(self.outlines_.every_kind)
        return (self.outlines_.outline(number, kinds[self.kinds_[number]]) for number in self.numbers)

    def addresses(self) -> Iterator[tuple[int, str]]:
        """See `Links`."""
        places = {} if self._is_all else {number: place for place, number in enumerate(self.numbers)}
        with self.moment.reading() as connection:
            for number, url in addresses(connection, self.outlines_):
                if self._has(number):
                    yield places.get(number, number), url

    def ignoring(self, ignored: Mapping[int, Ignore]) -> StoredLinks:
        """See `Links`."""
        if not ignored:
            return self
        kinds, every = array("H", self.kinds_), list(self.outlines_.every_kind)
        ignores = {self.numbers[place]: ignore for place, ignore in ignored.items()}
        for number in ignores:
            kinds[number] = self.outlines_.place_of_kind(replace(every[self.kinds_[number]], ignored=True))
        return replace(self, kinds_=kinds, ignores={**self.ignores, **ignores})

    def changed(self, change: Callable[[LinkStatus], LinkStatus]) -> StoredLinks:
        """See `Links`."""
        return replace(self, changes=(*self.changes, change))

    def _named(self, urls: Collection[str]) -> Numbers:
        with self.moment.reading() as connection:
            return sorted(number for number in self.outlines_.named(connection, urls) if self._has(number))

    def _with(self, numbers: Iterable[int]) -> StoredLinks:
        return replace(self, numbers=array("I", numbers))

    @property
    def _is_all(self) -> bool:
        return isinstance(self.numbers, range)

    @cached_property
    def _chosen(self) -> bytearray:
        """A byte for each link of the outline: 1 for those that are among these."""
        chosen = bytearray(len(self.outlines_))
        for number in self.numbers:
            chosen[number] = 1
        return chosen

    def _has(self, number: int) -> bool:
        return self._is_all or bool(self._chosen[number])
