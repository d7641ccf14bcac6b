"""What followed from it: verdicts and what became of them, answers of the archive, repairs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from dlt_crawler.model import Ending, KeepState, NoSnapshotReason, RepairKind, RepairStyle, State
from dlt_crawler.store.columns import UtcDateTime, WebText, word
from dlt_crawler.store.tables.base import metadata, written_link

verdicts = Table(
    "verdicts",
    metadata,
    Column("resource_id", ForeignKey("resources.id"), primary_key=True),
    Column("judged", UtcDateTime, nullable=False),
    Column("state", word(State), nullable=False),
    Column("reason", WebText, nullable=False),
    Column("last_checked", UtcDateTime),
    Column("last_ok", UtcDateTime),
    Column("failing_since", UtcDateTime),
    Column("checks", Integer, nullable=False),
    Column("recovering", Boolean, nullable=False),
    Column("moved_to", WebText),
    Column("held", Boolean, nullable=False),
)

transitions = Table(
    "transitions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id")),
    Column("resource_id", ForeignKey("resources.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("before", word(State), nullable=False),
    Column("after", word(State), nullable=False),
    Column("reason", WebText, nullable=False),
    Column("moved_to", WebText),
    Index(None, "at"),
    Index(None, "run_id"),
    Index(None, "resource_id"),
)

# `none` is null for a snapshot; for "asked, there is none" it says why, and the columns of a snapshot are null.
snapshots = Table(
    "snapshots",
    metadata,
    Column("resource_id", ForeignKey("resources.id"), primary_key=True),
    Column("asked", UtcDateTime, nullable=False),
    Column("original", WebText, nullable=False),
    Column("none", word(NoSnapshotReason)),
    Column("timestamp", WebText),
    Column("url", WebText),
    Column("status", Integer),
    Column("validated", WebText),
    Column("source", WebText),
    Column("evidence", WebText),
)

# What is known of the archive's copies of a living page, and of the one that it was asked for last (`Keeping`).
keeping = Table(
    "keeping",
    metadata,
    Column("resource_id", ForeignKey("resources.id"), primary_key=True),
    Column("newest", UtcDateTime),
    Column("looked", UtcDateTime),
    Column("state", word(KeepState)),
    Column("job", WebText),
    Column("submitted", UtcDateTime),
    Column("timestamp", String(14)),
    Column("detail", WebText, nullable=False),
    Column("failures", Integer, nullable=False),
)

repairs = Table(
    "repairs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("written_to", WebText, nullable=False, index=True),
    Column("file", WebText, nullable=False),
    *written_link(),
    Column("replacement", WebText, nullable=False),
    Column("evidence", WebText, nullable=False),
    Column("why", word(RepairKind), nullable=False),
    Column("style", word(RepairStyle), nullable=False),
    # The bytes that stood there, and those that were written.
    Column("old", LargeBinary, nullable=False),
    Column("new", LargeBinary, nullable=False),
    # Of what stood in the document itself: since when, until when, and how that ended.
    Column("stood", UtcDateTime),
    Column("ended", UtcDateTime),
    Column("ending", word(Ending)),
    Index(None, "resource_id"),
    Index(None, "file"),
)
# For the few that somebody took back (`repairs.refused`).
Index(
    "ix_repairs_ending",
    repairs.c.ending,
    sqlite_where=repairs.c.ending.is_not(None),
    postgresql_where=repairs.c.ending.is_not(None),
)

# How many links were in each state at the end of a run, and how many of them somebody asked not to be told of.
tallies = Table(
    "tallies",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("state", word(State), primary_key=True),
    Column("links", Integer, nullable=False),
    Column("ignored", Integer, nullable=False),
)

# "policy": a digest of the rules and settings that the stored verdicts were judged by.
# "archive": until when the archives are left in peace, and when they were asked last (`archive.Blocks`).
# "vouched": a word that is the same in a file beside a large SQLite database, as a job has left it (`soundness`).
# "told …", with a digest of one of `notify.urls`: of what it was told (`news.Told`), as two numbers.
marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", WebText, nullable=False),
)
