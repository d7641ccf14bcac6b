"""The turns to ask an archive that processes of several machines share, in PostgreSQL.

Each step is one statement on a connection outside of transactions: it waits for no other that writes, and holds up
none. All times are those of the server's clock, so that those of the machines do not matter.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, select, text

from dlt_crawler.store.database import Database
from dlt_crawler.store.tables import turns

_SILENCE = "all"
"""The row of the silence, also in what follows; the others are named as pools are."""


def _statement(words: str) -> TextClause:
    return text(" ".join(words.split()))


# A turn further away than the horizon was given away by a clock that was wrong, and counts no more.
_RESERVE = _statement("""
    INSERT INTO turns (pool, at, refusals) VALUES (:pool, clock_timestamp(), 0)
    ON CONFLICT (pool) DO UPDATE SET at = CASE
        WHEN turns.at > clock_timestamp() + make_interval(secs => :horizon) THEN clock_timestamp()
        ELSE greatest(turns.at + make_interval(secs => :interval), clock_timestamp())
    END
    RETURNING extract(epoch FROM at - clock_timestamp())
""")
_SEND = _statement("""
    INSERT INTO turns (pool, at, sent, refusals) VALUES (:pool, clock_timestamp(), clock_timestamp(), 0)
    ON CONFLICT (pool) DO UPDATE SET sent = clock_timestamp(), at = greatest(turns.at, clock_timestamp())
    WHERE turns.sent IS NULL OR turns.sent > clock_timestamp() + make_interval(secs => :interval)
        OR turns.sent + make_interval(secs => :interval) <= clock_timestamp() + interval '1 microsecond'
    RETURNING 0
""")
_WAIT = _statement("""
    SELECT extract(epoch FROM sent + make_interval(secs => :interval) - clock_timestamp()) FROM turns
    WHERE pool = :pool
""")
_HEAR = _statement("""
    SELECT extract(epoch FROM until - clock_timestamp()), refusals FROM turns WHERE pool = 'all'
""")
_KEEP = _statement("""
    INSERT INTO turns (pool, at, until, refusals) VALUES
        ('all', clock_timestamp(), clock_timestamp() + make_interval(secs => :seconds), :refusals)
    ON CONFLICT (pool) DO UPDATE SET at = clock_timestamp(), refusals = excluded.refusals, until = CASE
        WHEN turns.until > clock_timestamp() + make_interval(secs => :horizon) THEN excluded.until
        ELSE greatest(turns.until, excluded.until)
    END
""")


class Given(NamedTuple):
    """What is known of the turns, for who watches: by pool, and for all. All times are aware UTC."""

    last: dict[str, datetime]
    until: datetime | None
    refusals: int


class SharedTurns:
    """An `archive.Turns` in a PostgreSQL database. Any number of threads and processes may ask at once.

    Raises StoreError, as `Store` does.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, pool: str, interval: float, horizon: float) -> float:
        """Take the next free turn of a pool, at least `interval` after the latest; return how many seconds away it is.

        A latest turn more than `horizon` seconds away counts as none.
        """
        found = self._ask(_RESERVE, pool=pool, interval=interval, horizon=horizon)
        return max(0.0, float(found[0])) if found else 0.0

    def send(self, pool: str, interval: float) -> float:
        """Return 0 when a request may go out now, and count it as sent; else after how many seconds to try again."""
        if self._ask(_SEND, pool=pool, interval=interval) is not None:
            return 0.0
        found = self._ask(_WAIT, pool=pool, interval=interval)
        return max(0.0, float(found[0])) if found and found[0] is not None else 0.0

    def silence(self) -> tuple[float, int]:
        """Return for how many seconds nothing may be sent, below 0 when that is over, and how often in a row it was."""
        found = self._ask(_HEAR)
        return (0.0, 0) if found is None else (float(found[0]), int(found[1]))

    def keep_silence(self, seconds: float, refusals: int, horizon: float) -> None:
        """Let everybody send nothing for so many seconds, after so many refusals in a row; never less than before.

        A silence of more than `horizon` seconds counts as none.
        """
        self._ask(_KEEP, seconds=seconds, refusals=refusals, horizon=horizon)

    def _ask(self, statement: TextClause, **values: str | float) -> tuple[float, ...] | None:
        with (
            self._database.errors_in_our_words(),
            self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            result = connection.execute(statement, values)
            row = result.first() if result.returns_rows else None
            return None if row is None else tuple(row)


def given(connection: Connection) -> Given:
    """Return what is known of the turns; nothing of any where none was given away, as on SQLite."""
    rows = {row.pool: row for row in connection.execute(select(turns))}
    silence = rows.pop(_SILENCE, None)
    last = {pool: row.at for pool, row in rows.items()}
    return Given(last, None, 0) if silence is None else Given(last, silence.until, silence.refusals)
