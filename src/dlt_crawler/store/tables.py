"""The tables as this version of the program sees them; the migrations make a database so.

    documents ─< occurrences >─ resources ─< checks >─ runs        pages: what resources say of themselves
        └───< lints                │ ├─ verdicts (0..1)                   resources, checks >─ pages
                                   │ ├─< transitions (a log) >─ runs      checks >─ evidence
                                   │ ├─ validators (0..1)
                                   ├─── snapshots (0..1)         robots: what origins rule, for a day
                                   └──< repairs (a log)          marks: what holds for the database as a whole

Checks, transitions and repairs are only ever added, until `prune` thins old checks out. What a check saw is never
changed; what that means (its outcome, with detail, signals and warnings) is said anew when it is read by other rules.
Verdicts and snapshots hold the latest judgement and answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from dlt_crawler.model import (
    DocumentFormat,
    LinkKind,
    LintKind,
    Network,
    NoSnapshotReason,
    NoSpan,
    Outcome,
    SkipReason,
    State,
)
from dlt_crawler.store.columns import UtcDateTime, WebText, WebTexts, word

SHA256 = String(64)
"""Hexadecimal."""

Values: TypeAlias = Mapping[str, Any]
"""One row to be written: column name → value."""

# Names for what a migration may have to alter: SQLite gives constraints none of its own.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _written_link() -> tuple[Column[Any], ...]:
    """Return the columns of a `LinkOccurrence` that a repair is about. Either `resource_id` or `skip` is null."""
    return (
        Column("span_start", Integer),
        Column("span_end", Integer),
        Column("line", Integer, nullable=False),
        Column("column", Integer, nullable=False),
        Column("kind", word(LinkKind), nullable=False),
        Column("raw", WebText, nullable=False),
        Column("url", WebText),
        Column("text", WebText, nullable=False),
        Column("resource_id", ForeignKey("resources.id")),
        Column("skip", word(SkipReason)),
    )


documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", WebText, nullable=False, unique=True),
    Column("digest", SHA256, nullable=False),
    Column("format", word(DocumentFormat), nullable=False),
    # Of all that decided the extraction beside the document. Null: what is stored may not stand for the document,
    # which is to be parsed again.
    Column("fingerprint", SHA256),
    # Of occurrences and lints: tells, without reading them, that a changed document still has the same ones.
    Column("extraction_digest", SHA256, nullable=False),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("position", Integer, nullable=False),
    *_written_link(),
    Column("alternative_id", ForeignKey("resources.id")),
    Column("renders", Boolean, nullable=False),
    Column("headings", WebTexts),
    Column("no_span", word(NoSpan)),
    # When this link was first written in this document: for links that are not checked, there is no resource to say.
    Column("first_seen", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("document_id", "position"),
    Index(None, "resource_id"),
    Index(None, "alternative_id"),
)

lints = Table(
    "lints",
    metadata,
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("column", Integer, nullable=False),
    Column("span_start", Integer),
    Column("span_end", Integer),
    Column("kind", word(LintKind), nullable=False),
    Column("message", WebText, nullable=False),
    PrimaryKeyConstraint("document_id", "position"),
)

resources = Table(
    "resources",
    metadata,
    Column("id", Integer, primary_key=True),
    # SHA-256 of the URL. URLs have up to 16,384 characters, and PostgreSQL indexes no value over 2,704 bytes.
    Column("key", SHA256, nullable=False, unique=True),
    Column("url", WebText, nullable=False),
    # What requests for it are counted under: `urls.slot_of` its host, by the version of the program that added it.
    Column("slot", WebText, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("page_id", ForeignKey("pages.id")),
    # When it is to be checked next; null: now.
    Column("due", UtcDateTime),
    # Whether its verdict may be another one than the stored: it has checks that were not judged, or that are understood
    # otherwise than they were.
    Column("unjudged", Boolean, nullable=False),
    Index(None, "slot", "id"),
)
Index("ix_resources_unjudged", resources.c.id, sqlite_where=resources.c.unjudged, postgresql_where=resources.c.unjudged)

# Of the latest page that was seen whole and that nothing speaks against. No row: the page is to be seen whole.
validators = Table(
    "validators",
    metadata,
    Column("resource_id", ForeignKey("resources.id"), primary_key=True),
    Column("url", WebText, nullable=False),
    Column("etag", WebText),
    Column("last_modified", WebText),
    # The fragments that were looked for in the page, as written, sorted; null when none.
    Column("fragments", WebTexts),
    # Checks since then that found it unchanged.
    Column("unchanged", Integer, nullable=False),
)

# A page is kept once however often it is seen: a title and an abstract are ten times the size of a check.
pages = Table(
    "pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", SHA256, nullable=False, unique=True),
    Column("title", WebText),
    Column("abstract", WebText),
    Column("language", WebText),
    Column("script", WebText),
)

# What answers showed beside that, likewise: a page that stays as it is shows the same every night.
evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", SHA256, nullable=False, unique=True),
    # A JSON object of the fields of `Evidence` that are not their defaults.
    Column("facts", WebText, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started", UtcDateTime, nullable=False),
    Column("finished", UtcDateTime),
    Column("network", word(Network), nullable=False),
    Column("trouble", WebText),
    Column("full", Boolean, nullable=False),
    Column("done", UtcDateTime),
    # When people were told of its transitions, or there was nobody to tell.
    Column("notified", UtcDateTime),
)

checks = Table(
    "checks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("resource_id", ForeignKey("resources.id"), nullable=False),
    Column("look", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("elapsed", Float, nullable=False),
    Column("outcome", word(Outcome), nullable=False),
    Column("detail", WebText, nullable=False),
    Column("status", Integer),
    Column("final_url", WebText),
    # A list of {"url", "status", "location"}, and a list of words; null when empty, which is far quicker to read.
    Column("redirects", JSON(none_as_null=True)),
    Column("content_type", WebText),
    Column("page_id", ForeignKey("pages.id")),
    Column("evidence_id", ForeignKey("evidence.id")),
    # A list of {"kind", "weight", "what"}.
    Column("signals", JSON(none_as_null=True)),
    Column("warnings", JSON(none_as_null=True)),
    Column("nxdomain", Boolean, nullable=False),
    Column("asked", Boolean, nullable=False),
    # Checks that this one stands for (`Check.times`).
    Column("times", Integer, nullable=False),
    UniqueConstraint("run_id", "resource_id", "look"),
    Index(None, "resource_id", "at", "id"),
)
# For the few that were redirected: who else was, to the same page (`rereading`).
Index(
    "ix_checks_redirected_to",
    checks.c.final_url,
    sqlite_where=checks.c.redirects.is_not(None),
    postgresql_where=checks.c.redirects.is_not(None),
)

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
)

repairs = Table(
    "repairs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("written_to", WebText, nullable=False, index=True),
    Column("file", WebText, nullable=False),
    *_written_link(),
    Column("replacement", WebText, nullable=False),
    Column("evidence", WebText, nullable=False),
)

# `text` is null where the origin said that it has no rules.
robots = Table(
    "robots",
    metadata,
    Column("origin", WebText, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("text", WebText),
)

# "policy": a digest of the rules and settings that the stored verdicts were judged by.
marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", WebText, nullable=False),
)
