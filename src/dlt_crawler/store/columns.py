"""Column types: how times, words and text from the web are kept in a database."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, Text
from sqlalchemy.types import TypeDecorator

_LONGEST_WORD = 32
"""Characters. Room for words that later versions add, so that a new word is no migration."""

_REMEMBERED = 256
"""Arrays: links come in the order of their document, so that those under one heading follow one another."""

# What databases refuse: PostgreSQL stores no NUL, and neither it nor SQLite a lone surrogate (which is how Python
# shows undecodable bytes). Each is kept as U+0010 and four hexadecimal digits. U+0010, DATA LINK ESCAPE, is made for
# this and is in no text that people write, so that all other text stands in the database as it is.
_ESCAPE = "\x10"
_UNSTORABLE = re.compile("[\x00\x10\ud800-\udfff]")
_ESCAPED = re.compile("\x10([0-9a-f]{4})")

BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text of a temporary table, compared byte by byte as in the other tables, whatever the database's collation."""


class WebText(TypeDecorator[str]):
    """Any Python string, NUL and lone surrogates included; comes back as it was."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape what databases refuse."""
        return None if value is None else _storable(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Undo the escape."""
        return None if value is None else _stored(value)


class WebTexts(TypeDecorator[tuple[str, ...]]):
    """Any Python strings in their order, as a JSON array; null when there are none.

    Equal tuples come back as one object: the links under one heading share its text.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Write the array."""
        return _array(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """Read the array. Raises ValueError for what is none."""
        return _texts(value) if value else ()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept and returned in UTC to the microsecond. Naive times are refused: nobody knows their zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC. Raises ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC, where the database (SQLite) does not."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(vocabulary: type[StrEnum]) -> Enum:
    """Return the type of a column that holds one word of `vocabulary`, as its value."""

    def values(members: Any) -> list[str]:
        return [str(member.value) for member in members]

    return Enum(vocabulary, values_callable=values, native_enum=False, length=_LONGEST_WORD, create_constraint=False)


def _storable(text: str) -> str:
    if _UNSTORABLE.search(text) is None:
        return text
    return _UNSTORABLE.sub(lambda found: f"{_ESCAPE}{ord(found[0]):04x}", text)


def _stored(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if _ESCAPE in text else text


@lru_cache(maxsize=_REMEMBERED)
def _array(texts: tuple[str, ...]) -> str:
    return _storable(json.dumps(texts, ensure_ascii=False))


@lru_cache(maxsize=_REMEMBERED)
def _texts(array: str) -> tuple[str, ...]:
    return tuple(json.loads(_stored(array)))
