"""The schema of a database: which version it has, and how it comes to have ours.

Opening a database whose schema is current reads one row and does not load Alembic, which takes 0.4 s.
"""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from dlt_crawler.errors import LockHeld, SchemaDiffers, SchemaMissing, StoreError
from dlt_crawler.store import derived
from dlt_crawler.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_ENGINE = "procrastinate_"
"""What the names of the tables of the job queue begin with: they may be there before ours."""

HEAD = "0010"
"""The revision of the newest migration: what `tables` describes."""


WAIT_FOR_UPGRADE = 10.0
"""Seconds to wait for another process that upgrades the database, too."""

_log = logging.getLogger(__name__)


def make_current(database: Database, *, create: bool, alone: bool = False, upgrade: bool = True) -> None:
    """Bring the schema of a database to HEAD, after a copy of an older one was made beside it (`back_up`).

    `alone`: the caller holds the lock of the database. Who does not takes it for the upgrade: nobody changes the schema
    under a job of an older version. Raises LockHeld when there is one; SchemaMissing for an empty database without
    `create`; StoreError for one of another program, which is not ours to change, and when there is no room for the
    copy; SchemaDiffers for a schema that is newer than this program, and without `upgrade` for one that is older.
    """
    version = _version(database)
    if version is None and not create:
        raise SchemaMissing(f"{database.name} is empty: start with dlt-crawl run")
    if version == HEAD:
        return
    if version is not None:
        _require_known(database, version)
        if not upgrade:
            raise SchemaDiffers(
                f"{database.name} has schema {version}, and this version of dlt-crawl works with {HEAD}: "
                "dlt-crawl run of this version upgrades it"
            )
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
        if any(not name.startswith(_ENGINE) for name in inspector.get_table_names()):
            raise StoreError(f"{database.name} is a database of another program")
        return None


def _hold_lock(held: ExitStack, database: Database) -> None:
    """Take the lock for as long as `held` is open, or return when somebody else has done the work."""
    deadline = time.monotonic() + WAIT_FOR_UPGRADE
    while True:
        try:
            held.enter_context(database.lock("upgrade of the database"))
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
        raise SchemaDiffers(
            f"{database.name} was written by a newer version of dlt-crawl (schema {version}, this one knows {HEAD}): "
            "upgrade dlt-crawl"
        )


def _upgrade(database: Database, version: str | None) -> None:
    if version is not None:
        copy = database.keep_copy(HEAD)
        kept = "" if copy is None else f"; as it was, it is kept in {copy}"
        _log.warning("%s is upgraded from schema %s to %s%s", database.name, version, HEAD, kept)
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
    unchecked = database.unchecked()
    with closing(unchecked), unchecked.writing() as connection:
        config.attributes["connection"] = connection
        derived.drop(connection, database.name)
        command.upgrade(config, "head")
        derived.create(connection)
        if broken := database.broken_reference(connection):
            raise StoreError(f"{database.name} is damaged: {broken}")
