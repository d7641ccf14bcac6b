"""The schema of a database: which version it has, and how it comes to have ours.

Opening a database whose schema is current reads one row and does not load Alembic, which takes 0.4 s.
"""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import inspect, text

from dlt_crawler.errors import StoreError
from dlt_crawler.store.database import Database

HEAD = "0005"
"""The revision of the newest migration: what `tables` describes."""


def make_current(database: Database, *, create: bool) -> None:
    """Bring the schema of a database to HEAD.

    Raises StoreError for an empty database without `create`, for one of another program, which is not ours to change,
    and for a schema that is newer than this program.
    """
    version = _version(database)
    if version is None and not create:
        raise StoreError(f"{database.path} is empty: start with dlt-crawl run")
    if version != HEAD:
        _migrate(database, version)


def _version(database: Database) -> str | None:
    with database.reading() as connection:
        inspector = inspect(connection)
        if inspector.has_table("alembic_version"):
            version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return version
        if inspector.get_table_names():
            raise StoreError(f"{database.path} is a database of another program")
        return None


def _migrate(database: Database, version: str | None) -> None:
    # All migrations are one transaction: the database has the old schema or the new one. When two processes try at
    # once, the second finds the work done.
    # Hundreds of modules, wanted once in the life of a database.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "dlt_crawler.store:migrations")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StoreError(
            f"{database.path} was written by a newer version of dlt-crawl (schema {version}, this one knows {HEAD}): "
            "upgrade dlt-crawl"
        )
    # Where SQLite alters a table by making it anew, foreign keys must not be enforced meanwhile, and a transaction
    # cannot switch them (sqlite.org/lang_altertable.html, section 7): hence connections of its own, and the check.
    unchecked = Database(database.path, foreign_keys=False)
    with closing(unchecked), unchecked.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StoreError(f"{database.path} is damaged: {broken[0]} names a row of {broken[2]} that does not exist")
