"""Several machines: what waits to be checked by any of them, whom they leave in peace, and the turns they take.

A run may be that of a shard: of the sites that one of several machines without a common database checks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the column."""
    op.create_table(
        "waiting",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("asked_in", sa.Integer(), nullable=False),
        sa.Column("elapsed", sa.Float(), nullable=True),
        sa.Column("trail", sa.Text(), nullable=True),
        sa.Column("hops", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_waiting_resource_id_resources")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_waiting_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "look", "resource_id", name=op.f("pk_waiting")),
    )
    op.create_index(
        op.f("ix_waiting_run_id_look_site_asked_in_resource_id"),
        "waiting",
        ["run_id", "look", "site", "asked_in", "resource_id"],
        unique=False,
    )
    op.create_table(
        "pauses",
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("given_up", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_pauses")),
    )
    op.create_index(op.f("ix_pauses_site"), "pauses", ["site"])
    op.create_table(
        "turns",
        sa.Column("pool", sa.String(length=16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("sent", TIME, nullable=True),
        sa.Column("until", TIME, nullable=True),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pool", name=op.f("pk_turns")),
    )
    op.create_table(
        "parts",
        sa.Column("shard", sa.String(length=32), nullable=False),
        sa.Column("started", TIME, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("finished", TIME, nullable=True),
        sa.PrimaryKeyConstraint("shard", "started", name=op.f("pk_parts")),
    )
    with op.batch_alter_table("runs") as table:
        table.add_column(sa.Column("shard", sa.String(length=32), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        _compare_bytes()


def _compare_bytes() -> None:
    """Have PostgreSQL compare text as SQLite does, byte by byte, whatever language the database was made for.

    Of all tables so far, the migrations' own included: what a later migration adds says `collation="C"` itself.
    """
    inspector = sa.inspect(op.get_bind())
    for table in inspector.get_table_names():
        changes = [
            f'ALTER COLUMN "{each["name"]}" TYPE {each["type"].compile(op.get_bind().dialect)} COLLATE "C"'
            for each in inspector.get_columns(table)
            if isinstance(each["type"], sa.String)
        ]
        if changes and not table.startswith("procrastinate_"):
            op.execute(f'ALTER TABLE "{table}" {", ".join(changes)}')
