"""What was seen: runs and checks, what pages say and show, and what a next look may go by."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    literal_column,
    text,
)

from dlt_crawler.model import Network, Outcome
from dlt_crawler.store.columns import UtcDateTime, WebText, WebTexts, word
from dlt_crawler.store.tables.base import SHA256, metadata

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
    # The git revision to whose changes it was narrowed down; null for a run about all links.
    Column("since", WebText),
    # "2/5" for a run of the second of five shards (`model.Shard`).
    Column("shard", String(32)),
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
# For the few that failed: which others of their host did, too (`bad_nights`). SQLite uses it where a query says these
# very words.
_FAILED = "outcome NOT IN ('ok', 'redirected')"
Index(
    "ix_checks_failed",
    checks.c.run_id,
    checks.c.outcome,
    checks.c.resource_id,
    checks.c.look,
    sqlite_where=text(_FAILED),
    postgresql_where=text(_FAILED),
)

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

# Bodies that stand in our own WARC files: an equal one is written as a reference to the first (a revisit record). One
# row for each URL and what it answered last.
payloads = Table(
    "payloads",
    metadata,
    # SHA-256 of the URL, or of status and URL where that is not 200.
    Column("key", SHA256, primary_key=True),
    # As in WARC-Payload-Digest.
    Column("digest", String(80), nullable=False, index=True),
    # Of the record that has the body: its WARC-Target-URI, its WARC-Date, and the file that it is in.
    Column("url", WebText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("file", WebText, nullable=False),
)

# `text` is null where the origin said that it has no rules.
robots = Table(
    "robots",
    metadata,
    Column("origin", WebText, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("text", WebText),
)


def failed() -> ColumnElement[bool]:
    """Return the condition that a check showed no page, in the words of the index of those."""
    # Without a type: where that is Boolean, SQLAlchemy adds "= 1", and these are other words.
    return literal_column(f"{checks.name}.{_FAILED}")


# What is known of the work that a page presents, beside its title and abstract (`Work`).
works = Table(
    "works",
    metadata,
    Column("resource_id", ForeignKey("resources.id"), primary_key=True),
    # That told of it last. No reference: works outlive runs.
    Column("run_id", Integer, nullable=False),
    # A JSON object of the fields of `Work` that are not empty.
    Column("facts", WebText, nullable=False),
)
