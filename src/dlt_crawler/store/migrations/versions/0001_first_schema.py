"""The first schema.

A migration is a document of its time: it names plain types and no part of the program, which goes on changing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WORD = sa.String(32)
SHA256 = sa.String(64)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, each after those it refers to."""
    _documents()
    _pages()
    _runs()
    _resources()
    _checks()
    _occurrences()
    _repairs()
    _snapshots()
    _verdicts()


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", SHA256, nullable=False),
        sa.Column("links_digest", SHA256, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("path", name=op.f("uq_documents_path")),
    )


def _pages() -> None:
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", SHA256, nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("abstract", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("key", name=op.f("uq_pages_key")),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started", TIME, nullable=False),
        sa.Column("finished", TIME, nullable=True),
        sa.Column("network", WORD, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )


def _resources() -> None:
    op.create_table(
        "resources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", SHA256, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_resources_page_id_pages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resources")),
        sa.UniqueConstraint("key", name=op.f("uq_resources_key")),
    )


def _checks() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("elapsed", sa.Float(), nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("redirects", sa.JSON(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=True),
        sa.Column("nxdomain", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_checks_page_id_pages")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_checks_resource_id_resources")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_checks_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
        sa.UniqueConstraint("run_id", "resource_id", "look", name=op.f("uq_checks_run_id_resource_id_look")),
    )
    op.create_index(op.f("ix_checks_resource_id_at_id"), "checks", ["resource_id", "at", "id"], unique=False)


def _occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=True),
        sa.Column("span_end", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("skip", WORD, nullable=True),
        sa.Column("first_seen", TIME, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_occurrences_document_id_documents")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_occurrences_resource_id_resources")),
        sa.PrimaryKeyConstraint("document_id", "position", name=op.f("pk_occurrences")),
    )
    op.create_index(op.f("ix_occurrences_resource_id"), "occurrences", ["resource_id"], unique=False)


def _repairs() -> None:
    op.create_table(
        "repairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("written_to", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=True),
        sa.Column("span_end", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("skip", WORD, nullable=True),
        sa.Column("replacement", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_repairs_resource_id_resources")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_repairs_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    op.create_index(op.f("ix_repairs_written_to"), "repairs", ["written_to"], unique=False)


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("none", WORD, nullable=True),
        sa.Column("timestamp", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("validated", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_snapshots_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_snapshots")),
    )


def _verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("judged", TIME, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("last_checked", TIME, nullable=True),
        sa.Column("last_ok", TIME, nullable=True),
        sa.Column("failing_since", TIME, nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("recovering", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_verdicts_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_verdicts")),
    )
