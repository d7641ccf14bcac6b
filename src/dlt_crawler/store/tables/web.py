"""What stands in the documents now, and the resources that it leads to."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, true

from dlt_crawler.model import DocumentFormat, LintKind, NoSpan
from dlt_crawler.store.columns import UtcDateTime, WebText, WebTexts, word
from dlt_crawler.store.tables.base import SHA256, metadata, written_link

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
    # When the first of its ignores expires, and it is to be parsed again; null: none does.
    Column("until", UtcDateTime),
    # What is known of when its links were written (`store.dates`).
    Column("blamed", String(64)),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("position", Integer, nullable=False),
    *written_link(),
    Column("alternative_id", ForeignKey("resources.id")),
    Column("original_id", ForeignKey("resources.id")),
    Column("renders", Boolean, nullable=False),
    Column("headings", WebTexts),
    Column("no_span", word(NoSpan)),
    # Of links that a comment says are to be left alone: where that stands, what it says, why, and the last day on which
    # it holds (ISO 8601), the latter two empty where it does not say. Null for all others.
    Column("ignored", WebTexts),
    # When this link was first written in this document: for links that are not checked, there is no resource to say.
    Column("first_seen", UtcDateTime, nullable=False),
    # When its line was written, as git knows; null: git was not asked yet, or does not know.
    Column("written", UtcDateTime),
    PrimaryKeyConstraint("document_id", "position"),
    Index(None, "resource_id"),
    Index(None, "alternative_id"),
)
# For the few that lead into an archive: lists without such links pay nothing.
Index(
    "ix_occurrences_original_id",
    occurrences.c.original_id,
    sqlite_where=occurrences.c.original_id.is_not(None),
    postgresql_where=occurrences.c.original_id.is_not(None),
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

# What became of the edits that were asked of a document last, so that nobody need prove them again (`Proven`).
proofs = Table(
    "proofs",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("basis", SHA256, nullable=False),
    Column("digest", SHA256, nullable=False),
    # A JSON list.
    Column("fates", WebText, nullable=False),
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
# Spelt as the queries say it: SQLite uses an index of some rows only where it finds its very condition.
Index(
    "ix_resources_unjudged",
    resources.c.id,
    sqlite_where=resources.c.unjudged == true(),
    postgresql_where=resources.c.unjudged == true(),
)
