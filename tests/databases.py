"""New databases as copies of one that all migrations have made: the same, and a fifth of a second sooner.

This takes the place of how a database comes to have a schema, in the processes of the tests and in the forks of
`tests.program`; one that has an older schema is upgraded as ever. Really migrated they are wherever the program is
started by itself, and in the files of `MIGRATED`, which are about how databases are made.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dlt_crawler.store import schema
from dlt_crawler.store.sqlite import SqliteDatabase

MIGRATED = ("test_store_lock", "test_store_migration", "test_store_upgrade")

_upgrade = schema._upgrade


def upgrade(database: Database, version: str | None) -> None:
    """Do what `schema._upgrade` does, to a database of this version; None: to one that is empty."""
    if version is not None:
        _upgrade(database, version)
        return
    with database.driver() as connection:
        _made().backup(connection)


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
