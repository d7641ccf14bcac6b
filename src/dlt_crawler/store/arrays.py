"""JSON arrays in a query, in the words of the engine: what a column has, and any number of values as one parameter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Integer,
    TableValuedAlias,
    Text,
    cast,
    func,
    literal,
    select,
)


def elements(connection: Connection, array: Column[Any] | Sequence[Any]) -> TableValuedAlias:
    """Return a table of the elements of an array: words, numbers, or arrays of these. Its column is `value`."""
    given = array if isinstance(array, Column) else literal(json.dumps(array), Text)
    if is_postgresql(connection):
        return func.json_array_elements_text(cast(given, JSON)).table_valued("value")
    return func.json_each(given).table_valued("value")


def whole_number(connection: Connection, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return an element that is a whole number as one."""
    return cast(value, Integer) if is_postgresql(connection) else value


def nested(connection: Connection, value: ColumnElement[Any], place: int) -> ColumnElement[Any]:
    """Return what stands at a place of an element that is an array."""
    if is_postgresql(connection):
        return func.json_extract_path_text(cast(value, JSON), str(place))
    return func.json_extract(value, f"$[{place}]")


def is_postgresql(connection: Connection) -> bool:
    """Tell which of the two engines it is."""
    return connection.dialect.name == "postgresql"


def among(connection: Connection, column: ColumnElement[Any], wanted: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is one of these. As one parameter: the statement is made once for all."""
    value: ColumnElement[Any] = elements(connection, [*wanted]).c.value
    return column.in_(select(whole_number(connection, value) if isinstance(column.type, Integer) else value))
