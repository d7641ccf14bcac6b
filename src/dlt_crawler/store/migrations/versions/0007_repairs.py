"""What was written for each repair, in bytes, and what became of it.

Of repairs from before only the URLs are known, which is nearly always all that was written. Those in place have stood
since then: one that was taken back before this program first looks is recognised by that.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True)
WORD = sa.String(length=32)


def upgrade() -> None:
    """Add the columns and their indices."""
    with op.batch_alter_table("repairs") as table:
        table.add_column(sa.Column("why", WORD, nullable=False, server_default="snapshot"))
        table.add_column(sa.Column("style", WORD, nullable=False, server_default="replace"))
        table.add_column(sa.Column("old", sa.LargeBinary(), nullable=False, server_default=""))
        table.add_column(sa.Column("new", sa.LargeBinary(), nullable=False, server_default=""))
        table.add_column(sa.Column("stood", TIME, nullable=True))
        table.add_column(sa.Column("ended", TIME, nullable=True))
        table.add_column(sa.Column("ending", WORD, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # No other database has repairs of that time.
        _fill_bytes()
    op.execute("UPDATE repairs SET stood = at WHERE written_to = file")
    with op.batch_alter_table("repairs") as table:
        for column in ("why", "style", "old", "new"):
            table.alter_column(column, server_default=None)
    op.create_index(op.f("ix_repairs_file"), "repairs", ["file"], unique=False)
    ended = sa.text("ending IS NOT NULL")
    op.create_index(
        "ix_repairs_ending", "repairs", ["ending"], unique=False, sqlite_where=ended, postgresql_where=ended
    )


def _fill_bytes() -> None:
    op.execute("UPDATE repairs SET old = CAST(raw AS BLOB), new = CAST(replacement AS BLOB)")
    # Bytes that are no text stand in `raw` as an escape each (`columns.WebText`).
    escaped = op.get_bind().execute(sa.text("SELECT id, raw FROM repairs WHERE instr(raw, char(16))")).all()
    for number, raw in escaped:
        written = re.sub("\x10([0-9a-f]{4})", lambda escape: chr(int(escape[1], 16)), raw)
        old = {"old": written.encode("utf-8", "surrogateescape"), "number": number}
        op.get_bind().execute(sa.text("UPDATE repairs SET old = :old WHERE id = :number"), old)
