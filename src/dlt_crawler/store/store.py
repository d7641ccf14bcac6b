"""The store: every noun in, every noun out, one writer. No rule is decided here."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Self

from dlt_crawler.errors import DltCrawlError, StoreError
from dlt_crawler.model import (
    ArchiveAnswer,
    LinkStatus,
    Report,
    Resource,
    RunId,
    Shard,
    State,
    Story,
    Transition,
    Verdict,
    Work,
)
from dlt_crawler.store import checks, judgements, news, reports, schema, works
from dlt_crawler.store.doubts import Doubts
from dlt_crawler.store.keeping import Keepings
from dlt_crawler.store.lists import Lists
from dlt_crawler.store.measuring import Measuring
from dlt_crawler.store.merging import Merging
from dlt_crawler.store.news import Told, Untold
from dlt_crawler.store.nights import Nights
from dlt_crawler.store.opening import database_at
from dlt_crawler.store.parts import Parts
from dlt_crawler.store.repairs import Repairs
from dlt_crawler.store.resources import batches
from dlt_crawler.store.retention import Retention
from dlt_crawler.store.search import Search
from dlt_crawler.store.turns import SharedTurns


class Store(Nights, Lists):
    """An open database; what a crawl does with it is in `Nights`, what of it is about documents in `Lists`.

    What a method was told is stored when it returns: a kill after that loses nothing of it.

    Every method raises StoreError, naming the database, when it cannot do its work. All times are aware; they come
    back in UTC.
    """

    @classmethod
    def open(cls, url: str, *, create: bool = True, alone: bool = False, upgrade: bool = True) -> Self:
        """Open the database, its schema brought up to this version of the program.

        Makes the file and its directory where they are missing, or, without `create`, raises StoreError. StoreError
        also: not a database, not ours, damaged, not writable, a newer schema than ours, an unsupported URL. `alone`:
        for a job that holds the lock; whether all is sound is looked at (`Database.examine`). Without it, raises
        LockHeld when the schema is an old one and a job is at work. Without `upgrade` an old schema is left as it is:
        SchemaDiffers.
        """
        database = database_at(url)
        try:
            if not create and not database.exists:
                raise StoreError(f"{database.name} does not exist: start with dlt-crawl run")
            database.make_room()
            schema.make_current(database, create=create, alone=alone, upgrade=upgrade)
            if alone:
                database.examine()
        except DltCrawlError:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def exclusively(self, what: str) -> AbstractContextManager[None]:
        """Do the block by one process at a time, of all that have this database open: wait for whoever does `what`.

        It is free again when its holder ends, however that comes. With SQLite there is nobody to wait for: the one job
        that holds the lock of the file is all there is. Raises StoreError when the database cannot be reached.
        """
        return self._database.exclusively(what)

    # ── Judgements, answers, repairs ────────────────────────────────────────────────────────────────────────────────

    def save_verdicts(
        self,
        verdicts: Iterable[tuple[Resource, Verdict, datetime | None]],
        *,
        run: RunId | None,
        now: datetime,
    ) -> None:
        """Replace the verdicts on these resources, and when each is to be checked next; None: as soon as possible.

        They are judged then, and what has changed is written down as a change of `run`, the latest. In batches: after a
        kill some are new and some are old, each with its change or without, so that none is written down twice.
        """
        for batch in batches(verdicts):
            with self._database.writing() as connection:
                judgements.save_verdicts(connection, batch, run, now)

    def save_due(self, due: Iterable[tuple[Resource, datetime | None]]) -> None:
        """Replace when these resources are to be checked next; None: as soon as possible."""
        for batch in batches(due):
            with self._database.writing() as connection:
                judgements.save_due(connection, batch)

    def verdicts(self) -> Mapping[Resource, Verdict]:
        """Return all verdicts, those on resources that nobody writes any more included."""
        with self._database.reading() as connection:
            return judgements.verdicts_on(connection)

    def states(self, *, written: bool = False) -> Iterator[tuple[Resource, State]]:
        """Yield what each resource is judged that there is a verdict on; `written`: that links lead to now."""
        with self._database.reading() as connection:
            yield from judgements.states(connection, *([checks.is_target()] if written else []))

    def written_verdicts(self, states: Collection[State] = tuple(State)) -> Mapping[Resource, Verdict]:
        """Return the verdicts with these states on the resources that links lead to now.

        Not on those that are only another reading.
        """
        with self._database.reading() as connection:
            return judgements.verdicts_on(connection, judgements.is_in(states), checks.is_target())

    def verdicts_for_repairs(self, *, failing: bool, moved: bool) -> Mapping[Resource, Verdict]:
        """Return the verdicts that decide what is repaired, also where links fail, or have moved.

        There is none on a resource that lives and that nothing is to be done about.
        """
        with self._database.reading() as connection:
            return judgements.for_repairs(connection, failing=failing, moved=moved)

    def dead_among(self, wanted: Collection[Resource]) -> frozenset[Resource]:
        """Return those of these resources whose stored verdict is dead, or that were dead and are still recovering."""
        with self._database.reading() as connection:
            return judgements.dead_among(connection, wanted)

    def number_of_links(self, shard: Shard | None = None) -> int:
        """Return to how many resources links lead now, in a shard or in all."""
        with self._database.reading() as connection:
            return judgements.number_of_links(connection, shard)

    @property
    def doubts(self) -> Doubts:
        """What may have to be judged again without a new check."""
        return Doubts(self._database)

    def policy(self) -> str | None:
        """Return what `keep_policy` was told last; None before that."""
        with self._database.reading() as connection:
            return judgements.mark(connection, "policy")

    def keep_policy(self, digest: str) -> None:
        """Write down which rules and settings all stored verdicts were judged by."""
        with self._database.writing() as connection:
            judgements.set_mark(connection, "policy", digest)

    def paths(self) -> tuple[str, ...]:
        """Return what `keep_paths` was told last; none before that."""
        with self._database.reading() as connection:
            kept = judgements.mark(connection, "paths")
        return tuple(json.loads(kept)) if kept else ()

    def keep_paths(self, paths: Iterable[str]) -> None:
        """Write down which paths somebody named whose documents were read last; none: the configured sources."""
        with self._database.writing(durable=False) as connection:
            judgements.set_mark(connection, "paths", json.dumps([*paths]))

    def held(self) -> int:
        """Return how many links there are whose deaths are held back (`Verdict.held`)."""
        with self._database.reading() as connection:
            return news.held(connection)

    def told(self, target: str) -> Told:
        """Return how far a target was told, named by at most 27 characters."""
        with self._database.reading() as connection:
            return news.told(connection, target)

    def keep_told(self, target: str, told: Told) -> None:
        """Replace how far a target was told."""
        with self._database.writing() as connection:
            news.keep_told(connection, target, told)

    def untold(self, told: Told, now: datetime) -> Untold:
        """Return what has changed since somebody was told so far, in the last seven days at most.

        Of each link that is written now what it comes to; nothing when it is what it was.
        """
        with self._database.reading() as connection:
            return news.untold(connection, told, now)

    def save_answer(self, resource: Resource, answer: ArchiveAnswer, *, now: datetime) -> None:
        """Replace the archive's answer for a resource: a snapshot, or that there is none."""
        with self._database.writing() as connection:
            judgements.save_answer(connection, resource, answer, now)

    def answers(self, states: Collection[State] = ()) -> Mapping[Resource, tuple[ArchiveAnswer, datetime]]:
        """Return the archive's latest answer for each resource it was asked for, and when it was given.

        With `states`, only for those that are in one of these, or recovering.
        """
        with self._database.reading() as connection:
            return judgements.answers_for(connection, judgements.is_judged(states) if states else None)

    def archive_blocks(self) -> str | None:
        """Return what `keep_archive_blocks` was told last; None before that."""
        with self._database.reading() as connection:
            return judgements.mark(connection, "archive")

    def keep_archive_blocks(self, blocks: str) -> None:
        """Write down until when the archive is left in peace, and when it was asked last. May be lost with the power.

        Called by several threads.
        """
        with self._database.writing(durable=False) as connection:
            judgements.set_mark(connection, "archive", blocks)

    def measuring(self, *, stalled: float) -> Measuring:
        """Return who measures the work on the database, from now on; a worker is dead so many seconds after a beat."""
        return Measuring(self._database, stalled)

    @property
    def turns(self) -> SharedTurns | None:
        """The turns to ask an archive, where several machines may; None where one process does."""
        return SharedTurns(self._database) if self._database.shared else None

    @property
    def repairs(self) -> Repairs:
        """The log of repairs."""
        return Repairs(self._database)

    @property
    def parts(self) -> Parts:
        """What was brought here from other databases."""
        return Parts(self._database)

    def merging(self, other: Store) -> Merging:
        """Return how what another database knows is brought here."""
        return Merging(self._database, other._database)

    @property
    def retention(self) -> Retention:
        """How much is stored, and what of it is forgotten."""
        return Retention(self._database)

    @property
    def keepings(self) -> Keepings:
        """What is known of the archive's copies of living pages."""
        return Keepings(self._database)

    @property
    def search(self) -> Search:
        """The index of the links that are written now."""
        return Search(self._database)

    # ── Reports ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def report(self) -> Report:
        """Return the latest run and every link that is written now, in document order, documents sorted by path.

        A link stands where its first occurrence stands. An occurrence counts as a link to that of its readings by
        which it is judged (`best_reading`). What is not checked is one link for each URL and reason.
        """
        return reports.report(self._database)

    def works(self) -> Mapping[Resource, Work]:
        """Return what pages said of the works that they present, of the resources that links lead to now."""
        with self._database.reading() as connection:
            return works.works_of(connection, checks.is_written())

    def changes(self, run: RunId) -> tuple[Transition, ...]:
        """Return what the latest run has changed, as its report has it: one transition a link, in the order of URLs."""
        with self._database.reading() as connection:
            return reports.changes(connection, run)

    def link(self, url: str) -> LinkStatus | None:
        """Return what is known of the resource with this (normalised) URL, whether it is still written or not.

        None when it was never seen.
        """
        with self._database.reading() as connection:
            return reports.link(connection, Resource(url))

    def story(self, url: str) -> Story | None:
        """Return all that has happened to the resource with this (normalised) URL; None when it was never seen."""
        with self._database.reading() as connection:
            return reports.story(connection, Resource(url))
