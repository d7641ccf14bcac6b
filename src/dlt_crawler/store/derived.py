"""What a database holds that is made of its tables alone: views for people, and triggers.

They are dropped before tables are altered and made anew after that: SQLite alters a table by making another one and
dropping the old, with its triggers, and refuses to while a view names it (sqlite.org/lang_altertable.html, section 7),
and PostgreSQL alters no column that a view shows. So no migration has to know of them; what changes here reaches a
database with its next one, be that an empty one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from dlt_crawler.errors import StoreError
from dlt_crawler.store.arrays import is_postgresql
from dlt_crawler.store.triggers import TRIGGERS, Trigger
from dlt_crawler.store.views import VIEWS, queries

_OURS = "of dlt-crawl"
"""By this we know our own, of whatever version: it stands in the text of each, which SQLite keeps as it is, and is what
PostgreSQL, which does not, has for a comment on it."""

_DEPENDENT = "2BP01"
"""What PostgreSQL says where something else is made of what is to be dropped."""

_Found: TypeAlias = tuple[str, str, bool]
"""What it is, its name, and whether it is ours."""


def drop(connection: Connection, database: str) -> None:
    """Drop our views and triggers where they are. What people have added of their own stays.

    `database` is what messages call it. Raises StoreError where something of theirs has a name that we need, or is made
    of what is dropped.
    """
    dialect = _dialect(connection)
    found = [each for each in dialect.found() if each[1].lower() in dialect.names]
    for kind, name, ours in found:
        if not ours:
            raise StoreError(
                f"{database}: somebody has added a {kind} that is called {name}, and this version of dlt-crawl has one"
                " of that name itself: rename or drop it, and try again"
            )
    try:
        dialect.drop(found)
    except DBAPIError as error:
        cause: Any = error.orig
        if getattr(cause, "sqlstate", None) != _DEPENDENT:
            raise
        detail = " ".join(cause.diag.message_detail.split())
        raise StoreError(
            f"{database}: what somebody has added is made of views that dlt-crawl has to make anew ({detail}): keep its"
            " definition, drop it, and make it again after the upgrade"
        ) from error


def create(connection: Connection) -> None:
    """Make the views and triggers of this version."""
    dialect = _dialect(connection)
    dialect.prepare()
    for name, query in queries(connection.dialect.name).items():
        dialect.create_view(name, query.strip())
    for name, trigger in TRIGGERS.items():
        dialect.create_trigger(name, trigger)


class _Dialect(ABC):
    """What is said otherwise from engine to engine."""

    names: frozenset[str]
    """That we need; in small letters."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _execute(self, *statements: str) -> None:
        for statement in statements:
            # No colon in it is a parameter.
            self._connection.execute(text(statement.replace(":", r"\:")))

    @abstractmethod
    def prepare(self) -> None:
        """Make what the views need beside the tables."""

    @abstractmethod
    def found(self) -> Iterable[_Found]:
        """Return what there is of our names, and perhaps more."""

    @abstractmethod
    def drop(self, found: Sequence[_Found]) -> None:
        """Drop all of these."""

    @abstractmethod
    def create_view(self, name: str, query: str) -> None:
        """Make a view, marked as ours."""

    @abstractmethod
    def create_trigger(self, name: str, trigger: Trigger) -> None:
        """Make a trigger, marked as ours."""


class _Sqlite(_Dialect):
    # Names are the same in capitals.
    names = frozenset({*VIEWS, *TRIGGERS})

    def prepare(self) -> None:
        pass

    def found(self) -> Iterable[_Found]:
        rows = self._connection.execute(text("SELECT type, name, sql FROM sqlite_master")).all()
        return [(kind, name, f"/* {_OURS} */" in (body or "")) for kind, name, body in rows]

    def drop(self, found: Sequence[_Found]) -> None:
        self._execute(*(f"DROP {kind} {name}" for kind, name, _ in found))

    def create_view(self, name: str, query: str) -> None:
        self._execute(f"CREATE VIEW {name} AS /* {_OURS} */ {query}")

    def create_trigger(self, name: str, trigger: Trigger) -> None:
        self._execute(
            f"CREATE TRIGGER {name} /* {_OURS} */ AFTER {trigger.event} ON {trigger.table} WHEN {trigger.when} "
            f"BEGIN {trigger.does} END"
        )


_SAID = "works_said"

_FOUND = r"""
SELECT
  CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
    WHEN 'i' THEN 'index' ELSE 'table' END,
  relname,
  obj_description(oid, 'pg_class')
FROM pg_class
WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema) AND relname = ANY(:names)
UNION ALL
SELECT 'function', proname, obj_description(oid, 'pg_proc')
FROM pg_proc
WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema) AND proname = ANY(:names)
"""


class _Postgresql(_Dialect):
    # A trigger is a function, and its use: the names of those that are used are each table's own.
    names = frozenset({*VIEWS, *TRIGGERS, _SAID})

    def prepare(self) -> None:
        # What is no JSON is an error here, and NUL in it, which SQLite lets pass.
        self._execute(
            f"""
CREATE FUNCTION {_SAID}(facts text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CAST(replace(facts, '\\u0000', '\\u00100000') AS jsonb);
EXCEPTION WHEN data_exception THEN
  RETURN '{{}}';
END $$""",
            f"COMMENT ON FUNCTION {_SAID} IS '{_OURS}'",
        )

    def found(self) -> Iterable[_Found]:
        rows = self._connection.execute(text(_FOUND), {"names": sorted(self.names)})
        return [(kind, name, comment == _OURS) for kind, name, comment in rows]

    def drop(self, found: Sequence[_Found]) -> None:
        names = [name for _, name, _ in found]
        if views := [name for name in names if name in VIEWS]:
            # In one statement: some are made of others.
            self._execute(f"DROP VIEW {', '.join(views)}")
        for name in names:
            if trigger := TRIGGERS.get(name):
                self._execute(f"DROP TRIGGER IF EXISTS {name} ON {trigger.table}")
        if functions := [name for name in names if name not in VIEWS]:
            self._execute(f"DROP FUNCTION {', '.join(functions)}")

    def create_view(self, name: str, query: str) -> None:
        self._execute(f"CREATE VIEW {name} AS {query}", f"COMMENT ON VIEW {name} IS '{_OURS}'")

    def create_trigger(self, name: str, trigger: Trigger) -> None:
        self._execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {trigger.does} RETURN NULL; END $$",
            f"COMMENT ON FUNCTION {name} IS '{_OURS}'",
            f"CREATE TRIGGER {name} AFTER {trigger.event} ON {trigger.table} "
            f"FOR EACH ROW WHEN ({trigger.when}) EXECUTE FUNCTION {name}()",
        )


def _dialect(connection: Connection) -> _Dialect:
    return _Postgresql(connection) if is_postgresql(connection) else _Sqlite(connection)
