"""What several machines share while a run goes on: what waits, whom they leave in peace, and the turns they take."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from dlt_crawler.store.columns import UtcDateTime, WebText
from dlt_crawler.store.tables.base import metadata

# What any worker may take: one row for each resource that is to be looked at, until its check is stored.
waiting = Table(
    "waiting",
    metadata,
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("look", Integer, nullable=False),
    Column("resource_id", ForeignKey("resources.id"), nullable=False),
    # Whose worker is to go on with it: the registrable domain of the resource, or of where it was redirected to.
    Column("site", WebText, nullable=False),
    Column("slot", WebText, nullable=False),
    # As in the queue of a run by itself (`frontier`).
    Column("asked_in", Integer, nullable=False),
    Column("elapsed", Float),
    # What was answered so far, when it was handed on from another site; JSON.
    Column("trail", Text),
    # How often it was.
    Column("hops", Integer, nullable=False),
    PrimaryKeyConstraint("run_id", "look", "resource_id"),
    Index(None, "run_id", "look", "site", "asked_in", "resource_id"),
)

# Sites that no worker may ask before then: of a batch that has ended, its pauses hold for the next.
pauses = Table(
    "pauses",
    metadata,
    Column("site", WebText, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

# When the last turn to ask an archive was given away, by pool, and until when it is left in peace.
turns = Table(
    "turns",
    metadata,
    Column("pool", String(16), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
)
