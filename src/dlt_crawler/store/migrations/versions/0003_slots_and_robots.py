"""The slot of each resource, by which links are handed out to be checked, and what robots.txt ruled lately.

The one migration that calls the program: a slot is whatever `slot_of` says, and none is worth more than the others.
"""

import sqlalchemy as sa
from alembic import op

from dlt_crawler.urls import host_of, slot_of

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)
BATCH = 5_000
"""Rows in memory at once."""

resources = sa.table("resources", sa.column("id"), sa.column("url"), sa.column("slot"))


def upgrade() -> None:
    """Add the column, filled, and the table."""
    _resources()
    _robots()


def _resources() -> None:
    with op.batch_alter_table("resources") as table:
        table.add_column(sa.Column("slot", sa.Text(), nullable=True))
    _fill()
    with op.batch_alter_table("resources") as table:
        table.alter_column("slot", nullable=False)
        table.create_index(op.f("ix_resources_slot_id"), ["slot", "id"], unique=False)


def _fill() -> None:
    connection = op.get_bind()
    update = sa.update(resources).where(resources.c.id == sa.bindparam("of")).values(slot=sa.bindparam("computed"))
    page = sa.select(resources.c.id, resources.c.url).order_by(resources.c.id).limit(BATCH)
    last = 0
    while rows := connection.execute(page.where(resources.c.id > last)).all():
        connection.execute(update, [{"of": row.id, "computed": _slot(row.url)} for row in rows])
        last = rows[-1].id


def _slot(url: str) -> str:
    try:
        return slot_of(host_of(url))
    except ValueError:
        # Stored by a version that took for a URL what this one does not: no reason to refuse the whole database.
        return ""


def _robots() -> None:
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
    op.create_index(op.f("ix_robots_at"), "robots", ["at"], unique=False)
