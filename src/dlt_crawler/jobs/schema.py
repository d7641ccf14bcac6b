"""Procrastinate's tables, in the same database as ours: made once, and upgraded with Procrastinate.

Which of its migrations are there is written as a comment on its table of jobs, in the transaction that applied them.
"""

from __future__ import annotations

from pathlib import Path

from procrastinate import App
from procrastinate.schema import SchemaManager

from dlt_crawler.errors import StoreError

_FOUND = """
    SELECT coalesce(obj_description(oid, 'pg_class'), '') FROM pg_class
    WHERE relname = 'procrastinate_jobs' AND pg_table_is_visible(oid)
"""
"""What is said of the table of jobs; null where there is none."""
_OURS = "dlt-crawl, Procrastinate "

_ADDED = """
ALTER TABLE procrastinate_workers ADD COLUMN dlt_crawl text;
CREATE INDEX dlt_crawl_lock ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing');
"""
"""The name of a worker, for people; and what makes finding the next job take 1 ms instead of 10 with 100,000 of them:
their own index has the lock behind the id."""


async def prepare(app: App) -> None:
    """Make the tables, or bring them up to the installed Procrastinate.

    Raises StoreError where another program has made them, and where a newer one of ours has.
    """
    newest = _migrations()[-1]
    version = await _version(app)
    if version == newest:
        return
    if version is None:
        await _apply(app, None, SchemaManager.get_schema() + _ADDED, newest)
        return
    names = _migrations()
    if version not in names:
        raise StoreError(f"the job queue of the database is of a newer version ({version}): upgrade dlt-crawl")
    directory = Path(SchemaManager.get_migrations_path())
    later = names[names.index(version) + 1 :]
    await _apply(app, version, "\n".join((directory / f"{name}.sql").read_text() for name in later), newest)


def _migrations() -> list[str]:
    """Return the names of all migrations, oldest first."""
    return sorted(path.stem for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))


async def _version(app: App) -> str | None:
    found = (await app.connector.execute_query_one_async(f"SELECT ({_FOUND}) AS said"))["said"]
    if found is None:
        return None
    if not found.startswith(_OURS):
        raise StoreError("the database has a job queue of another program: name another database")
    return str(found).removeprefix(_OURS)


async def _apply(app: App, before: str | None, statements: str, after: str) -> None:
    """Execute them in one transaction, unless another process has done so by the time it is our turn."""
    # From the tables, and not by to_regclass: what that has found before the lock it would find again behind it.
    known = "IS NULL" if before is None else f"= '{_OURS}{before}'"
    block = f"""
    DO $dlt_crawl$ BEGIN
      PERFORM pg_advisory_xact_lock(6581364, 3);
      IF ({_FOUND}) {known} THEN
        EXECUTE $statements${statements}$statements$;
        COMMENT ON TABLE procrastinate_jobs IS '{_OURS}{after}';
      END IF;
    END $dlt_crawl$"""
    await app.connector.execute_query_async(block.replace("%", "%%"))
