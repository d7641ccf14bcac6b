"""The CDX server: rows of the index, selected, ordered and written as the real one does. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote_plus, unquote_plus

from tests.internet.archive.captures import Capture, nearest, urlkey
from tests.internet.wire import Answer

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request, each as often as it was given."""

    given: dict[str, list[str]]

    @classmethod
    def parse(cls, query: str) -> Query:
        return cls(parse_qs(query, keep_blank_values=True))

    def one(self, name: str, default: str = "") -> str:
        return self.given.get(name, [default])[-1]

    def every(self, name: str) -> list[str]:
        return self.given.get(name, [])


def answer(captures: Iterable[Capture], query: Query) -> Answer:
    """Answer one CDX request; 400 where it cannot be understood."""
    if not query.one("url"):
        return Answer(b'The "url" param is required\n', 400, (("Content-Type", "text/plain"),))
    try:
        rows = _ordered(_matching(captures, query), query)
        limit = int(query.one("limit", "0"))
        columns = [FIELDS.index(name) for name in query.one("fl", ",".join(FIELDS)).split(",")]
    except (ValueError, re.error) as error:
        return Answer(f"Bad Request: {error}\n".encode(), 400, (("Content-Type", "text/plain"),))
    rows = _collapsed(rows, query.every("collapse"))
    shown = rows[:limit] if limit > 0 else rows[limit:] if limit < 0 else rows
    resume = _resume_key(rows[limit]) if query.one("showResumeKey") == "true" and 0 < limit < len(rows) else None
    table = [tuple(row[column] for column in columns) for row in shown]
    if query.one("output") == "json":
        return _as_json([FIELDS[column] for column in columns], table, resume)
    return _as_text(table, resume)


def _matching(captures: Iterable[Capture], query: Query) -> list[Capture]:
    url, start, end = query.one("url"), query.one("from"), query.one("to")
    in_scope = _scope(url, query.one("matchType"))
    filters = [_filter(text) for text in query.every("filter")]
    resume = unquote_plus(query.one("resumeKey"))
    return sorted(
        (
            capture
            for capture in captures
            if in_scope(capture.urlkey)
            and (not start or capture.timestamp >= start)
            and (not end or capture.timestamp[: len(end)] <= end)
            and all(keep(capture.fields) for keep in filters)
            and f"{capture.urlkey} {capture.timestamp}" >= resume
        ),
        key=lambda capture: (capture.urlkey, capture.timestamp),
    )


def _scope(url: str, match_type: str) -> Callable[[str], bool]:
    key = urlkey(url.removeprefix("*.").removesuffix("*"))
    host = key.partition(")")[0]
    if url.startswith("*.") or match_type == "domain":
        return lambda found: found.startswith((host + ")", host + ","))
    if match_type == "host":
        return lambda found: found.startswith(host + ")")
    if url.endswith("*") or match_type == "prefix":
        return lambda found: found.startswith(key)
    return lambda found: found == key


def _filter(text: str) -> Callable[[Row], bool]:
    """`[!][~]field:regex`, the marks in either order: the whole field must match, with ~ any part of it."""
    name, _, pattern = text.partition(":")
    field = name.lstrip("!~")
    marks = name.removesuffix(field)
    column, expression = FIELDS.index(field), re.compile(pattern)
    match = expression.search if "~" in marks else expression.fullmatch
    return lambda row: (match(row[column]) is None) == ("!" in marks)


def _ordered(captures: list[Capture], query: Query) -> list[Row]:
    # `closest` without sort=closest is passed over: the oldest row comes first (internetarchive/wayback#237).
    if query.one("sort") == "closest" and query.one("closest"):
        captures = nearest(captures, query.one("closest"))
    elif query.one("sort") == "reverse":
        captures = captures[::-1]
    return [capture.fields for capture in captures]


def _collapsed(rows: Sequence[Row], collapses: Iterable[str]) -> list[Row]:
    """Keep the first of adjacent rows that agree in a field, or in its first characters (`timestamp:8`)."""
    kept = list(rows)
    for text in collapses:
        field, _, length = text.partition(":")
        column, end = FIELDS.index(field), int(length) if length else None
        kept = [
            row
            for before, row in zip([None, *kept], kept, strict=False)
            if before is None or before[column][:end] != row[column][:end]
        ]
    return kept


def _resume_key(row: Row) -> str:
    return quote_plus(f"{row[0]} {row[1]}")


def _as_text(table: Sequence[Row], resume: str | None) -> Answer:
    text = "".join(" ".join(row) + "\n" for row in table) + (f"\n{resume}\n" if resume else "")
    return Answer(text.encode(), headers=(("Content-Type", "text/plain; charset=utf-8"),))


def _as_json(header: list[str], table: Sequence[Row], resume: str | None) -> Answer:
    rows: list[Sequence[str]] = [header, *table, *([[], [resume]] if resume else [])] if table else []
    text = "[" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "]\n"
    return Answer(text.encode(), headers=(("Content-Type", "application/json"),))
