"""The store: every noun in, every noun out, one writer. No rule is decided here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import select

from dlt_crawler.errors import StoreError
from dlt_crawler.model import (
    ArchiveAnswer,
    Check,
    Extraction,
    LinkStatus,
    Network,
    Observation,
    Outcome,
    Repair,
    Report,
    Resource,
    RobotsRecord,
    Run,
    RunId,
    SourceDocument,
    Verdict,
)
from dlt_crawler.store import checks, documents, judgements, reports, robots, schema
from dlt_crawler.store.checks import Remarks
from dlt_crawler.store.database import Database, database_file
from dlt_crawler.store.frontier import StoredFrontier
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.rereading import Rereading
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import resources


class Store:
    """An open database. What a method was told is stored when it returns: a kill after that loses nothing of it.

    Every method raises StoreError, naming the database, when it cannot do its work. All times are aware; they come
    back in UTC.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Open the database, its schema brought up to this version of the program.

        Makes the file and its directory where they are missing, or, without `create`, raises StoreError. StoreError
        also: not a database, not ours, damaged, not writable, a newer schema than ours, an unsupported URL.
        """
        path = database_file(url)
        try:
            if not create and not path.exists():
                raise StoreError(f"{path} does not exist: start with dlt-crawl run")
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path} cannot be opened: {error.strerror}") from error
        database = Database(path)
        try:
            schema.make_current(database, create=create)
        except StoreError:
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

    # ── What stands in the documents now ────────────────────────────────────────────────────────────────────────────

    def extraction_of(
        self, document: SourceDocument, fingerprint: str, *, not_parsed: bool = False
    ) -> Extraction | None:
        """Return what was found in a document, when it has the same bytes and format as then, and the same fingerprint.

        `fingerprint` is of everything else that decides what is found. None: it has to be parsed, because something
        changed, or, without `not_parsed`, because it could not be parsed the last time, which may have been bad luck.
        """
        with self._database.reading() as connection:
            current = documents.is_current(connection, document, fingerprint, not_parsed=not_parsed)
            return documents.extraction(connection, document.path) if current else None

    def is_current(self, document: SourceDocument, fingerprint: str) -> bool:
        """Tell whether `extraction_of` has an answer."""
        with self._database.reading() as connection:
            return documents.is_current(connection, document, fingerprint)

    def save_extraction(
        self, document: SourceDocument, fingerprint: str, extraction: Extraction, *, now: datetime
    ) -> None:
        """Replace what is stored of a document. Resources that were never seen are first seen `now`.

        A document for which `extraction_of` has an answer costs one read and no write.
        """
        with self._database.reading() as connection:
            current = documents.is_current(connection, document, fingerprint)
        if not current:
            with self._database.writing() as connection:
                documents.save(connection, document, fingerprint, extraction, now)

    def documents(self) -> tuple[str, ...]:
        """Return the paths of all documents, sorted."""
        with self._database.reading() as connection:
            return documents.paths(connection)

    def forget_documents(self, paths: Iterable[str]) -> None:
        """Delete documents and what was found in them. Resources stay, with their checks and verdicts."""
        with self._database.writing() as connection:
            documents.forget(connection, paths)

    def first_seen(self, resource: Resource) -> datetime | None:
        """Return when a resource was first written in a document or checked; None when it never was."""
        query = select(resources.c.first_seen).where(resources.c.key == resource_key(resource))
        with self._database.reading() as connection:
            return connection.scalar(query)

    # ── Runs and checks ─────────────────────────────────────────────────────────────────────────────────────────────

    def begin_run(self, now: datetime) -> Run:
        """Add a run and return it. Its network counts as working until `finish_run` says otherwise."""
        with self._database.writing() as connection:
            return checks.begin_run(connection, now)

    def finish_run(self, run: RunId, *, now: datetime, network: Network) -> Run:
        """Write the end of a run and return it. Raises StoreError when there is no such run."""
        with self._database.writing() as connection:
            return checks.finish_run(connection, run, now, network)

    def last_run(self) -> Run | None:
        """Return the latest run; None before the first."""
        with self._database.reading() as connection:
            return checks.last_run(connection)

    def unfinished_run(self) -> Run | None:
        """Return the latest run if it has no end: it is under way, or was cut off."""
        run = self.last_run()
        return run if run is not None and run.finished is None else None

    def distrusted_runs(self) -> frozenset[RunId]:
        """Return the runs whose failures are no evidence: our own network was down, or they never ended.

        Only the canaries at the end of a run vouch for its failures: one that was cut off may have seen an outage.
        """
        with self._database.reading() as connection:
            return checks.distrusted_runs(connection)

    def add_checks(self, run: RunId, look: int, observations: Sequence[Observation]) -> None:
        """Add one check for each observation, all or none of them, and keep the resources' pages up to date.

        Raises StoreError when a resource already has this look in this run: nothing is ever overwritten.
        """
        with self._database.writing() as connection:
            checks.add(connection, run, look, observations)

    def last_look(self, run: RunId, outcomes: Collection[Outcome], *, look: int | None = None) -> datetime | None:
        """Return when one of these outcomes was seen last in a run, at that look or at any; None: never."""
        with self._database.reading() as connection:
            return checks.last_look(connection, run, outcomes, look)

    def remarks(self, run: RunId) -> Remarks:
        """Return how many links of a run were not asked for, and how many got which warning, at their last look."""
        with self._database.reading() as connection:
            return checks.remarks(connection, run)

    @contextmanager
    def frontier(
        self, run: RunId, look: int, documents: Iterable[str], outcomes: Collection[Outcome] = ()
    ) -> Iterator[StoredFrontier]:
        """Draw up what the links of these documents lead to, and may lead to, as far as this look is due for it.

        The first look is due for what has no check in the run; another one for what has all the looks before it and
        saw one of `outcomes` at the last of them. Memory stays bounded however much it is.
        """
        with self._database.connected() as transaction:
            yield StoredFrontier(transaction, run, look, documents, outcomes)

    def history(self, resource: Resource) -> tuple[Check, ...]:
        """Return every check of a resource, oldest first; none for an unknown one."""
        with self._database.reading() as connection:
            return checks.history(connection, resource_key(resource))

    def histories(self) -> Iterator[tuple[Resource, tuple[Check, ...]]]:
        """Return the history of every resource that is written in a document or has a check, oldest check first.

        Written is what a link leads to, and what it leads to when it is read otherwise.

        Memory stays bounded however many there are. No transaction is open between two of them, so that the caller
        may read and write meanwhile.
        """
        last = 0
        while True:
            with self._database.reading() as connection:
                last, page = checks.histories_after(connection, last)
            if not page:
                return
            yield from page.items()

    @property
    def rereading(self) -> Rereading:
        """Checks with what they saw, to be read by other rules than those of their night."""
        return Rereading(self._database)

    def robots(self, origin: str, now: datetime) -> RobotsRecord | None:
        """Return what an origin answered to the question for its robots.txt; None when that was over 24 hours ago."""
        with self._database.reading() as connection:
            return robots.find(connection, origin, now)

    def save_robots(self, records: Sequence[RobotsRecord], *, now: datetime) -> None:
        """Replace what these origins answered, and forget all answers that are over 24 hours old."""
        with self._database.writing() as connection:
            robots.save(connection, records, now)

    # ── Judgements, answers, repairs ────────────────────────────────────────────────────────────────────────────────

    def save_verdicts(self, verdicts: Iterable[tuple[Resource, Verdict]], *, now: datetime) -> None:
        """Replace the verdicts on these resources, in batches: after a kill some are new and some are old."""
        for batch in batches(verdicts):
            with self._database.writing() as connection:
                judgements.save_verdicts(connection, batch, now)

    def verdicts(self) -> Mapping[Resource, Verdict]:
        """Return all verdicts, those on resources that nobody writes any more included."""
        with self._database.reading() as connection:
            return judgements.verdicts_on(connection)

    def written_verdicts(self) -> Mapping[Resource, Verdict]:
        """Return the verdicts on the resources that links lead to now; not on those that are only another reading."""
        with self._database.reading() as connection:
            return judgements.verdicts_on(connection, checks.is_target())

    def save_answer(self, resource: Resource, answer: ArchiveAnswer, *, now: datetime) -> None:
        """Replace the archive's answer for a resource: a snapshot, or that there is none."""
        with self._database.writing() as connection:
            judgements.save_answer(connection, resource, answer, now)

    def answers(self) -> Mapping[Resource, tuple[ArchiveAnswer, datetime]]:
        """Return the archive's latest answer for each resource it was asked for, and when it was given."""
        with self._database.reading() as connection:
            return judgements.answers_for(connection)

    def save_repairs(self, run: RunId | None, written_to: str, repairs: Sequence[Repair], *, now: datetime) -> None:
        """Add to the log what is written to the file `written_to`; `run` is the run it rests on.

        A copy is written with all its repairs each time its document changes: what the log has already is not added
        again. A URL that gets another replacement is, and so is one that stands in one more place.
        """
        if repairs:
            with self._database.writing() as connection:
                judgements.add_repairs(connection, run, written_to, repairs, now)

    def repairs(self, written_to: str) -> tuple[Repair, ...]:
        """Return the log of one file, oldest first."""
        with self._database.reading() as connection:
            return judgements.repairs_of(connection, written_to)

    # ── Reports ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def report(self) -> Report:
        """Return the latest run and every link that is written now, in document order, documents sorted by path.

        A link stands where its first occurrence stands. An occurrence counts as a link to that of its readings by
        which it is judged (`best_reading`). What is not checked is one link for each URL and reason.
        """
        with self._database.reading() as connection:
            return reports.report(connection)

    def link(self, url: str) -> LinkStatus | None:
        """Return what is known of the resource with this (normalised) URL, whether it is still written or not.

        None when it was never seen.
        """
        with self._database.reading() as connection:
            return reports.link(connection, Resource(url))
