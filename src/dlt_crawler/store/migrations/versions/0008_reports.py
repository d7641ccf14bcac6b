"""What reports show: tallies of runs, when links were written, works that are cited, until when ignores hold."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the columns."""
    op.create_table(
        "tallies",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_tallies_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "state", name=op.f("pk_tallies")),
    )
    op.create_table(
        "works",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_works_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_works")),
    )
    with op.batch_alter_table("occurrences") as table:
        table.add_column(sa.Column("written", TIME, nullable=True))
        table.add_column(sa.Column("ignored", sa.Text(), nullable=True))
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("until", TIME, nullable=True))
        table.add_column(sa.Column("blamed", sa.String(length=64), nullable=True))
    with op.batch_alter_table("runs") as table:
        table.add_column(sa.Column("since", sa.Text(), nullable=True))
    op.create_table(
        "search_pending",
        sa.Column("resource_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_search_pending")),
    )
