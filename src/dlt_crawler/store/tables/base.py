"""What all tables have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String

from dlt_crawler.model import LinkKind, SkipReason
from dlt_crawler.store.columns import WebText, word

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


def written_link() -> tuple[Column[Any], ...]:
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
