"""A database behind the store: its transactions, and its errors in our words, whichever engine it is.

What differs between engines is in `sqlite` and `postgresql`, which `opening.database_at` chooses between. Everything
else in this package says the same to both.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Self

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dlt_crawler.errors import StoreError

PATIENCE = 6
"""How often a transaction that writes waits for another one: backup programs and database browsers take half a
minute."""

Transaction = Callable[[], AbstractContextManager[Connection]]


class Database(ABC):
    """A database and its connections. Every error comes out as a StoreError that names it."""

    def __init__(self, engine: Engine, *, name: str) -> None:
        """`name` is what messages call it: without a password."""
        self.engine = engine
        self.name = name
        self._driver_error: type[Exception] = engine.dialect.loaded_dbapi.Error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction: all that is read is of one moment. Holds up no writer."""
        with self.errors_in_our_words(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True, patience: int = PATIENCE) -> Iterator[Connection]:
        """Write in one transaction: when the block ends all of it is stored, when it raises nothing is.

        One transaction writes at a time, and what it reads nobody changes meanwhile. What is stored survives the loss
        of power. Without `durable` it may take a few seconds until it does, and what was stored last may be lost then
        (never a part of a transaction, and nothing that a durable one came after): for what can be had again without
        the network. A durable transaction waits for the disk: 0.15 ms where benchmarks are made, some 10 ms on a disk
        that spins. `patience`: how often it waits five seconds for others.
        """
        with (
            self.errors_in_our_words(),
            self.engine.connect().execution_options(writes=True, durable=durable, patience=patience) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def connected(self) -> Iterator[Transaction]:
        """Keep one connection for the block, with the temporary tables that are made on it.

        What is yielded begins a transaction on it: one that reads, and writes to temporary tables only.
        """
        with self.errors_in_our_words():
            connection = self.engine.connect().execution_options(temporary=True)
            # Not back into the pool: closing it is what drops the tables.
            connection.detach()

        @contextmanager
        def transaction() -> Iterator[Connection]:
            with self.errors_in_our_words(), connection.begin():
                yield connection

        with closing(connection):
            yield transaction

    @contextmanager
    def errors_in_our_words(self) -> Iterator[None]:
        """Raise what goes wrong in the block as StoreError, as a sentence that says what to do."""
        try:
            yield
        except DBAPIError as error:
            raise StoreError(self.sentence(error.orig)) from error
        except self._driver_error as error:
            # While connecting: SQLAlchemy passes on what its event listeners raise as it is.
            raise StoreError(self.sentence(error)) from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name}: {error}") from error
        except (LookupError, TypeError, ValueError) as error:
            # A word, a time or a JSON text in a row that is none of ours.
            raise StoreError(f"{self.name} holds what this version of dlt-crawl cannot read: {error}") from error

    @property
    @abstractmethod
    def exists(self) -> bool:
        """Whether there is something to connect to; who finds out only by connecting says yes."""

    @property
    @abstractmethod
    def shared(self) -> bool:
        """Whether several machines can have it at once: what they share is in it then."""

    @abstractmethod
    def make_room(self) -> None:
        """Make what a new database needs before it can be connected to. Raises StoreError."""

    @abstractmethod
    def lock(self, purpose: str) -> AbstractContextManager[None]:
        """Hold the lock of the database for the block: see `store.lock`. Raises LockHeld, naming the holder."""

    @abstractmethod
    def exclusively(self, what: str) -> AbstractContextManager[None]:
        """Do by one process at a time, of all that have this database: wait for whoever does what has this name."""

    @abstractmethod
    def unchecked(self) -> Self:
        """Return the same database for altering its tables; to be closed."""

    @abstractmethod
    def broken_reference(self, connection: Connection) -> str | None:
        """Return which row names another one that does not exist, after tables were altered; None: no row does."""

    @abstractmethod
    def sweeping(self, table: Table) -> AbstractContextManager[Connection]:
        """Delete rows of a table that nothing refers to in a transaction, without a search for references to each."""

    @abstractmethod
    def examine(self) -> None:
        """Look at whether a job can rely on the database. Raises StoreError when it is damaged."""

    @abstractmethod
    def keep_copy(self, label: str) -> str | None:
        """Make a copy before the schema is upgraded to `label`, and return where it is; None where that is not ours.

        Raises StoreError, with nothing changed, when the database is damaged or the copy cannot be made.
        """

    @abstractmethod
    def compact(self) -> None:
        """Give back the space of what was deleted."""

    @property
    @abstractmethod
    def bytes(self) -> int:
        """How much of the disk the database takes."""

    @abstractmethod
    def sentence(self, error: BaseException | None) -> str:
        """Say what a person can do about an error of the driver."""
