"""What is behind the search (`store.search`) beside its index, which is no table of SQLAlchemy's."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from dlt_crawler.store.tables.base import metadata

# Resources of which the index may say something else than the other tables do. Filled by triggers
# (`store.derived`): in the transaction of whoever changed something, whichever part of the program that is.
search_pending = Table(
    "search_pending",
    metadata,
    Column("resource_id", Integer, primary_key=True, autoincrement=False),
)
