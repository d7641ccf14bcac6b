"""From the URL of a database to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from dlt_crawler.errors import StoreError
from dlt_crawler.store.database import Database
from dlt_crawler.store.sqlite import SqliteDatabase

_EXAMPLES = "sqlite:///storage/dlt-crawl.db or postgresql+psycopg://host/name"


def database_at(url: str) -> Database:
    """Return the database of a URL, which nothing was asked of yet. Raises StoreError for what we do not support.

    Supported are `sqlite:///` and a path, and `postgresql+psycopg://`. Not so a database in memory: it would forget
    every link at the end of the command that found it.
    """
    parsed = _parsed(url)
    if parsed.drivername == "postgresql+psycopg":
        if not parsed.database:
            raise StoreError(f"{_shown(parsed)}: names no database: write it after the host and a slash")
        # psycopg takes a tenth of the time in which a job starts: only where it is used.
        from dlt_crawler.store.postgresql import PostgresDatabase  # noqa: PLC0415

        return PostgresDatabase(parsed)
    return SqliteDatabase(_file(parsed))


def database_file(url: str) -> Path | None:
    """Return the file of a database; None where it is none. Raises StoreError as `database_at` does."""
    parsed = _parsed(url)
    return _file(parsed) if parsed.get_backend_name() == "sqlite" else None


def conninfo(url: str) -> str | None:
    """Return what libpq connects to a PostgreSQL database with, password included; None for another database.

    Raises StoreError as `database_at` does.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() != "postgresql":
        return None
    from psycopg import ProgrammingError  # noqa: PLC0415 - as above
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - as above

    place = parsed.translate_connect_args(username="user", database="dbname")
    # Several hosts are one string to libpq, and several values of the query to SQLAlchemy.
    options = {name: ",".join(parsed.normalized_query[name]) for name in parsed.query}
    try:
        return make_conninfo(**{**options, **{name: str(value) for name, value in place.items()}})
    except ProgrammingError as error:
        # An option that libpq does not know.
        raise StoreError(f"{_shown(parsed)}: {' '.join(str(error).split())}") from error


@contextmanager
def lock(url: str, purpose: str) -> Iterator[None]:
    """Hold the lock of a database for the block. `purpose` says to others what we do, for example "dlt-crawl run".

    It is free again when its holder ends, however that comes. Raises LockHeld, naming the holder, when another process
    (or this one) holds it; StoreError when the database cannot be reached or the URL is not supported.
    """
    with closing(database_at(url)) as database, database.lock(purpose):
        yield


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"{_unread(url)!r} is not a database URL, such as {_EXAMPLES}") from error
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise StoreError(f"{_shown(parsed)}: only SQLite and PostgreSQL are supported, such as {_EXAMPLES}")
    if "@" in (parsed.host or ""):
        # What is before the last one is a part of the password, and would be called the host in each message.
        raise StoreError(f"{_unread(url)!r} is not a database URL: write the @ of a user or a password as %40")
    return parsed


def _unread(url: str) -> str:
    """Return what is no URL without what may be a password in it: whatever is before an @, or called so."""
    place = re.sub(r"(?s)^([\w+]*:/*)?.*@", r"\1***@", url)
    return re.sub(r"(?is)(password\s*[=:]).*", r"\1***", place)


def _file(parsed: URL) -> Path:
    if parsed.host or parsed.query:
        raise StoreError(f"{_shown(parsed)}: write sqlite:/// and the path of a file, without options")
    if parsed.database in {None, "", ":memory:"}:
        raise StoreError(f"{_shown(parsed)}: names no file; a database in memory would forget everything at once")
    return Path(str(parsed.database))


def _shown(parsed: URL) -> str:
    return parsed.render_as_string(hide_password=True)
