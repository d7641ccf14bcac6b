"""New databases as copies of one that all migrations have made: the same, and a fifth of a second sooner.

This takes the place of how a database comes to have a schema, in the processes of the tests and in the forks of
`tests.program`; one that has an older schema is upgraded as ever. Really migrated they are wherever the program is
started by itself, and in the files of `MIGRATED`, which are about how databases are made.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from dlt_crawler.store import schema
from dlt_crawler.store.database import Database
from dlt_crawler.store.opening import database_at
from dlt_crawler.store.sqlite import SqliteDatabase

KINDS = (os.environ["TEST_DATABASE"],) if os.environ.get("TEST_DATABASE") else ("sqlite", "postgresql")
"""What `database_url` is made of. With TEST_DATABASE=postgresql the Maintainer of `tests.nightly` uses it, too."""

MIGRATED = ("test_store_lock", "test_store_migration", "test_store_upgrade")

_upgrade = schema._upgrade


def upgrade(database: Database, version: str | None) -> None:
    """Do what `schema._upgrade` does, to a database of this version; None: to one that is empty."""
    if version is not None or not isinstance(database, SqliteDatabase):
        # New ones of the tests' PostgreSQL are copies as soon as they are made (`tests.postgres`).
        _upgrade(database, version)
        return
    with database.driver() as connection:
        _made().backup(connection)


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds in a database, as it stands there."""
    with closing(database_at(url)) as database, database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def execute(url: str, *statements: str) -> None:
    """Change a database behind the program's back, in one transaction."""
    with closing(database_at(url)) as database, database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def install() -> None:
    """Do so in this process and its forks from now on."""
    _made()
    schema._upgrade = upgrade


@cache
def _made() -> sqlite3.Connection:
    """Return what all migrations make of an empty database, in memory. A fork has it, too."""
    made = sqlite3.connect(":memory:", check_same_thread=False)
    with TemporaryDirectory() as directory:
        path = Path(directory, "links.db")
        with closing(SqliteDatabase(path)) as database:
            _upgrade(database, None)
        with closing(sqlite3.connect(path)) as migrated:
            migrated.backup(made)
    return made
