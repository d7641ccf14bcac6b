"""The cells of a table that is written as comma-separated values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dlt_crawler.sources.rst.lines import Block, Line

_NAMED_DELIMITERS = {"tab": "\t", "space": " "}


def csv_cells(content: Block, options: Mapping[str, Block]) -> Iterator[list[Line]]:
    """Yield the cells of a csv-table, row by row.

    Delimiter, quote and escape are those of its options, else those of docutils: a comma, a double quote that is
    doubled within quotes, none. Space behind a delimiter does not count.
    """
    delimiter = re.escape(_option(options, "delim", ","))
    quote = re.escape(_option(options, "quote", '"'))
    escape = re.escape(_option(options, "escape", ""))
    start = re.compile(f" *(?P<quote>{quote})?")
    one = f"{escape}." if escape else f"{quote}{quote}"
    quoted = re.compile(f"(?P<kept>(?:{one}|[^{quote}{escape}])*)(?P<end>{quote})?")
    plain = re.compile(f"[^{delimiter}]*")
    two_for_one = re.compile(one)

    cell: list[Line] = []
    for line in content:
        position = 0
        while position <= len(line.text):
            is_quoted = bool(cell)
            if not is_quoted and (opening := start.match(line.text, position)):
                position, is_quoted = opening.end(), opening["quote"] is not None
            if is_quoted and (inside := quoted.match(line.text, position)):
                cell.append(_without(two_for_one, line.cut(*inside.span("kept"))))
                position = inside.end()
                if inside["end"] is None:
                    break  # It goes on in the next line.
            if behind := plain.match(line.text, position):
                cell.append(line.cut(*behind.span()))
                position = behind.end() + 1
            yield cell
            cell = []
    if cell:
        yield cell


def _option(options: Mapping[str, Block], name: str, default: str) -> str:
    value = next((line.text for line in options.get(name, ()) if line.text), default)
    return _NAMED_DELIMITERS.get(value, value)[:1]


def _without(two_for_one: re.Pattern[str], line: Line) -> Line:
    """Return a line without the first of two characters that stand for one."""
    dropped = {found.start() for found in two_for_one.finditer(line.text)}
    if not dropped:
        return line
    kept = [index for index in range(len(line.text)) if index not in dropped]
    return Line("".join(line.text[index] for index in kept), tuple(line.origins[index] for index in kept))
