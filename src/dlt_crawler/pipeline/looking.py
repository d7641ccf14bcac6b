"""What people need to look into the database: an index to search, and a description for Datasette."""

from __future__ import annotations

from contextlib import suppress

from dlt_crawler import sources
from dlt_crawler.errors import RepairError
from dlt_crawler.pipeline.job import Job
from dlt_crawler.store import database_file, datasette_metadata

DATASETTE = "datasette.json"
"""Name of the file with that description, beside the reports' directory."""


def prepare_for_looking(job: Job) -> None:
    """Bring the index up to date, and the description to this version of the program.

    One that cannot be written is said, and no night fails for it.
    """
    job.store.search.update()
    file = database_file(job.settings.database)
    if file is None:
        return  # Datasette shows SQLite.
    path, described = job.settings.storage / DATASETTE, datasette_metadata(file).encode()
    with suppress(OSError):
        if path.read_bytes() == described:
            return
    try:
        sources.write(path, described)
    except RepairError as error:
        job.progress.fail(str(error))
