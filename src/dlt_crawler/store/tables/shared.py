"""What several machines share while a run goes on: what waits, whom they leave in peace, and the turns they take.

And what of each of them was put together, where they share nothing.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, Text

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

# Slots that no worker may ask before then: of a batch that has ended, its pauses hold for the next.
pauses = Table(
    "pauses",
    metadata,
    Column("slot", WebText, primary_key=True),
    Column("site", WebText, nullable=False, index=True),
    Column("until", UtcDateTime, nullable=False),
    # Whether nobody waits for that: what comes up of the slot until then is not asked for in that run.
    Column("given_up", Boolean, nullable=False),
)

# Runs of other databases that were brought into runs of this one (`merging`), and are never brought again.
parts = Table(
    "parts",
    metadata,
    # As `runs.shard` has it; empty for a run of no shard.
    Column("shard", String(32), primary_key=True),
    Column("started", UtcDateTime, primary_key=True),
    # No reference: parts outlive runs.
    Column("run_id", Integer, nullable=False),
    # Null until all of it is here.
    Column("finished", UtcDateTime),
)

# The turns to ask an archive, on PostgreSQL (`store.turns`), by the server's clock: a row for each pool, and one for
# the silence of all of them.
turns = Table(
    "turns",
    metadata,
    Column("pool", String(16), primary_key=True),
    # The latest turn that was given away, even if it is still to come; of the silence when it was written down.
    Column("at", UtcDateTime, nullable=False),
    # When the last request went out.
    Column("sent", UtcDateTime),
    # Of the silence: until when it lasts, and after how many refusals in a row.
    Column("until", UtcDateTime),
    Column("refusals", Integer, nullable=False),
)
