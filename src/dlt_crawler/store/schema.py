"""The schema of a database: which version it has, and how it comes to have ours.

Opening a database whose schema is current reads one row and does not load Alembic, which takes 0.4 s.
"""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from dlt_crawler.errors import LockHeld, StoreError
from dlt_crawler.store import derived
from dlt_crawler.store.backup import back_up
from dlt_crawler.store.database import Database
from dlt_crawler.store.lock import lock_file
from dlt_crawler.store.soundness import require_sound

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0008"
"""The revision of the newest migration: what `tables` describes."""


WAIT_FOR_UPGRADE = 10.0
"""Seconds to wait for another process that upgrades the database, too."""

_log = logging.getLogger(__name__)


def make_current(database: Database, *, create: bool, alone: bool = False) -> None:
    """Bring the schema of a database to HEAD, after a copy of an older one was made beside it (`back_up`).

    `alone`: the caller holds the lock of the database. Who does not takes it for the upgrade: nobody changes the schema
    under a job of an older version. Raises LockHeld when there is one; StoreError for an empty database without
    `create`, for one of another program, which is not ours to change, for a schema that is newer than this program, and
    when there is no room for the copy.
    """
    version = _version(database)
    if version is None and not create:
        raise StoreError(f"{database.path} is empty: start with dlt-crawl run")
    if version == HEAD:
        return
    if version is not None:
        _require_known(database, version)
    with ExitStack() as held:
        if not alone:
            _hold_lock(held, database)
        if (version := _version(database)) != HEAD:
            _upgrade(database, version)


def _version(database: Database) -> str | None:
    with database.reading() as connection:
        inspector = inspect(connection)
        if inspector.has_table("alembic_version"):
            version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return version
        if inspector.get_table_names():
            raise StoreError(f"{database.path} is a database of another program")
        return None


def _hold_lock(held: ExitStack, database: Database) -> None:
    """Take the lock for as long as `held` is open, or return when somebody else has done the work."""
    deadline = time.monotonic() + WAIT_FOR_UPGRADE
    while True:
        try:
            held.enter_context(lock_file(database.path, "upgrade of the database"))
        except LockHeld:
            if _version(database) == HEAD:
                return
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _require_known(database: Database, version: str) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - hundreds of modules, once in the life of a database

    known = {script.revision for script in ScriptDirectory.from_config(_configuration()).walk_revisions()}
    if version not in known:
        raise StoreError(
            f"{database.path} was written by a newer version of dlt-crawl (schema {version}, this one knows {HEAD}): "
            "upgrade dlt-crawl"
        )


def _upgrade(database: Database, version: str | None) -> None:
    if version is not None:
        require_sound(database)
        copy = back_up(database, HEAD)
        _log.warning(
            "%s is upgraded from schema %s to %s; as it was, it is kept in %s", database.path, version, HEAD, copy
        )
    _migrate(database)


def _configuration() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", "dlt_crawler.store:migrations")
    return config


def _migrate(database: Database) -> None:
    # All migrations are one transaction: the database has the old schema or the new one. When two processes try at
    # once, the second finds the work done.
    from alembic import command  # noqa: PLC0415 - as above

    config = _configuration()
    # Where SQLite alters a table by making it anew, foreign keys must not be enforced meanwhile, and a transaction
    # cannot switch them (sqlite.org/lang_altertable.html, section 7): hence connections of its own, and the check.
    unchecked = Database(database.path, foreign_keys=False)
    with closing(unchecked), unchecked.writing() as connection:
        config.attributes["connection"] = connection
        derived.drop(connection)
        command.upgrade(config, "head")
        derived.create(connection)
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StoreError(f"{database.path} is damaged: {broken[0]} names a row of {broken[2]} that does not exist")
