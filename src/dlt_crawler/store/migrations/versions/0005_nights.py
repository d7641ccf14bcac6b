"""What is to be checked when, what has changed since, and what is left to do of a run.

Everything is due, and nothing is judged: the next run checks and judges all links. Runs from before are done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)
STATE = sa.String(length=32)


def upgrade() -> None:
    """Add the tables and the columns."""
    _resources()
    _runs()
    _checks_and_verdicts()
    _transitions()
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )


def _resources() -> None:
    with op.batch_alter_table("resources") as table:
        table.add_column(sa.Column("due", TIME, nullable=True))
        table.add_column(sa.Column("unjudged", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("resources") as table:
        table.alter_column("unjudged", server_default=None)
    op.create_index(
        "ix_resources_unjudged",
        "resources",
        ["id"],
        unique=False,
        # As the queries say it: otherwise SQLite does not see that the index is theirs.
        sqlite_where=sa.text("unjudged = 1"),
        postgresql_where=sa.text("unjudged"),
    )
    op.create_table(
        "validators",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("fragments", sa.Text(), nullable=True),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_validators_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_validators")),
    )


def _runs() -> None:
    with op.batch_alter_table("runs") as table:
        table.add_column(sa.Column("trouble", sa.Text(), nullable=True))
        table.add_column(sa.Column("full", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("done", TIME, nullable=True))
    with op.batch_alter_table("runs") as table:
        table.alter_column("full", server_default=None)
    op.execute("UPDATE runs SET done = finished")


def _checks_and_verdicts() -> None:
    with op.batch_alter_table("checks") as table:
        table.add_column(sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("checks") as table:
        table.alter_column("times", server_default=None)
    failed = sa.text("outcome NOT IN ('ok', 'redirected')")
    op.create_index(
        "ix_checks_failed",
        "checks",
        ["run_id", "outcome", "resource_id", "look"],
        unique=False,
        sqlite_where=failed,
        postgresql_where=failed,
    )
    with op.batch_alter_table("verdicts") as table:
        table.add_column(sa.Column("moved_to", sa.Text(), nullable=True))
        table.add_column(sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("verdicts") as table:
        table.alter_column("held", server_default=None)


def _transitions() -> None:
    op.create_table(
        "transitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("before", STATE, nullable=False),
        sa.Column("after", STATE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_transitions_resource_id_resources")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_transitions_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transitions")),
    )
    op.create_index(op.f("ix_transitions_at"), "transitions", ["at"], unique=False)
    op.create_index(op.f("ix_transitions_run_id"), "transitions", ["run_id"], unique=False)
    op.create_index(op.f("ix_transitions_resource_id"), "transitions", ["resource_id"], unique=False)
    op.create_index(op.f("ix_repairs_resource_id"), "repairs", ["resource_id"], unique=False)
