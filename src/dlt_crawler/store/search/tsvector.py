"""The index of the search in PostgreSQL: a table with a tsvector for each link, and a GIN index on it.

A tsvector is written out word by word with its place and its column's label, so that PostgreSQL's own parsers and
dictionaries have nothing to decide. Its own ranking is another one: bm25 is computed here, of the numbers that FTS5
takes, by the same steps. How often a phrase stands in an entry, each time with the weight of its column, is what
ts_rank_cd adds up: of one phrase every place where it stands is a cover of that weight (tsrank.c, calc_rank_cd).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from dlt_crawler.errors import StoreError
from dlt_crawler.store import judgements
from dlt_crawler.store.search.engine import INDEX, WEIGHTS
from dlt_crawler.store.search.texts import BREAK, Texts
from dlt_crawler.store.words import Term

_REFUSED = frozenset({"55P03", "42501", "25006"})
"""Of another transaction that writes; of a role that may only read; of a server that does."""
_DAMAGED = frozenset({"XX001", "XX002", "42703", "42P01"})
"""Of what cannot be read; of a table that is not ours any more, or is gone."""

_LABELS = "ABCD"
"""Of a tsvector, for the columns."""
_HIGHEST = max(WEIGHTS)
_WEIGHTS = ", ".join(str(weight / _HIGHEST) for weight in reversed(WEIGHTS))
"""As ts_rank_cd takes them: from D to A, none over 1. All of them are powers of two, and nothing is rounded."""

_K1, _B = 1.2, 0.75
_LEAST = 1e-6
"""As in FTS5, also what a phrase counts that stands in more than half of the entries (fts5_aux.c)."""

_MARK = "search size"
"""Entries, and words in all of them: FTS5 keeps the same."""

_EXISTS = text("SELECT to_regclass(:name)").bindparams(name=INDEX)
_INDEXED = text(f"SELECT count(*), coalesce(sum(size), 0) FROM {INDEX} WHERE resource_id = ANY(:ids)")  # noqa: S608
_DELETE = text(f"DELETE FROM {INDEX} WHERE resource_id = ANY(:ids)")  # noqa: S608 - names of ours
_WRITE = text(
    f"INSERT INTO {INDEX} (resource_id, size, words) "  # noqa: S608
    "SELECT new.id, new.size, new.words::tsvector "
    "FROM unnest(CAST(:ids AS integer[]), CAST(:sizes AS integer[]), CAST(:words AS text[])) AS new (id, size, words) "
    "ON CONFLICT (resource_id) DO UPDATE SET size = excluded.size, words = excluded.words "
    f"WHERE ({INDEX}.size, {INDEX}.words) IS DISTINCT FROM (excluded.size, excluded.words)".replace("::", r"\:\:")
)


class Tsvector:
    """`Engine` for PostgreSQL."""

    def missing(self, connection: Connection) -> str | None:
        """Return None: every PostgreSQL has it (Engine)."""
        return None

    def exists(self, connection: Connection) -> bool:
        """Look for the table, and its size (Engine)."""
        return connection.scalar(_EXISTS) is not None and judgements.mark(connection, _MARK) is not None

    def make(self, connection: Connection) -> None:
        """Make the table (Engine)."""
        connection.execute(text(f"DROP TABLE IF EXISTS {INDEX}"))
        connection.execute(
            text(
                f"CREATE TABLE {INDEX} "
                "(resource_id integer PRIMARY KEY, size integer NOT NULL, words tsvector NOT NULL)"
            )
        )
        connection.execute(text(f"CREATE INDEX ix_{INDEX}_words ON {INDEX} USING gin (words)"))
        judgements.set_mark(connection, _MARK, "0 0")

    def replace(self, connection: Connection, ids: Sequence[int], texts: Mapping[int, Texts]) -> None:
        """Let PostgreSQL compare, and keep the size (Engine)."""
        before = connection.execute(_INDEXED, {"ids": list(ids)}).one()
        if gone := [number for number in ids if number not in texts]:
            connection.execute(_DELETE, {"ids": gone})
        if texts:
            new = {"sizes": list(map(_size, texts.values())), "words": list(map(_vector, texts.values()))}
            connection.execute(_WRITE, {"ids": list(texts), **new})
        after = connection.execute(_INDEXED, {"ids": list(ids)}).one()
        if before != after:
            size = zip(_total(connection), before, after, strict=True)
            judgements.set_mark(connection, _MARK, " ".join(str(all_ - old + new) for all_, old, new in size))

    def best(self, connection: Connection, terms: Sequence[Term], number: int) -> tuple[int, Sequence[int]]:
        """Rank all entries that hold the terms (Engine)."""
        entries, size = _total(connection)
        if not entries:
            return 0, ()
        phrases = {f"phrase_{at}": _phrase(term) for at, term in enumerate(terms)}
        values: dict[str, object] = {**phrases, "wanted": " & ".join(phrases.values()), "mean": size / entries}
        if terms[1:]:
            values["some"] = " | ".join(phrases.values())
            holding = connection.execute(_holding(len(terms)), values).one()
            values |= {f"worth_{at}": _worth(entries, each) for at, each in enumerate(holding)}
        else:
            values["entries"] = entries
        found = connection.execute(_best(len(terms)), {**values, "number": number}).all()
        return (found[0].total if found else 0), [row.resource_id for row in found]

    def is_damage(self, error: StoreError) -> bool:
        """Go by the SQLSTATE (Engine)."""
        return _state(error) in _DAMAGED

    def is_refusal(self, error: StoreError) -> bool:
        """Go by the SQLSTATE (Engine)."""
        return _state(error) in _REFUSED


def _state(error: StoreError) -> str | None:
    """Return the SQLSTATE that an error was made of; None where it was made of none."""
    cause = error.__cause__
    return getattr(cause.orig if isinstance(cause, DBAPIError) else cause, "sqlstate", None)


def _total(connection: Connection) -> tuple[int, int]:
    """Return how many entries there are, and how many words they have."""
    entries, size = map(int, (judgements.mark(connection, _MARK) or "0 0").split())
    return entries, size


def _worth(entries: int, holding: int) -> float:
    """Return the inverse document frequency of a phrase that so many of the entries hold."""
    return max(math.log((entries - holding + 0.5) / (holding + 0.5)), 0.0) or _LEAST


def _holding(terms: int) -> TextClause:
    """Return the query for how many entries hold each of so many terms: one scan for all."""
    counts = ", ".join(f"count(*) FILTER (WHERE words @@ CAST(:phrase_{at} AS tsquery))" for at in range(terms))
    return text(f"SELECT {counts} FROM {INDEX} WHERE words @@ CAST(:some AS tsquery)")  # noqa: S608 - names of ours


def _best(terms: int) -> TextClause:
    """Return the query for the best of what holds so many terms: bm25, in the order in which FTS5 computes it.

    With it comes how many there are: to read the entries is what takes time. What a single term is worth follows from
    that, in the same scan (`_worth`).
    """
    often = ", ".join(
        f"{_HIGHEST} * CAST(ts_rank_cd('{{{_WEIGHTS}}}', words, CAST(:phrase_{at} AS tsquery)) AS float8) AS often_{at}"
        for at in range(terms)
    )
    rarity = "ln((CAST(:entries AS float8) - total + 0.5) / (total + 0.5))"
    worth = [f"CAST(:worth_{at} AS float8)" for at in range(terms)]
    if terms == 1:
        worth = [f"(CASE WHEN {rarity} > 0 THEN {rarity} ELSE {_LEAST} END)"]
    score = " + ".join(
        f"{each} * ((often_{at} * {_K1 + 1.0}) / (often_{at} + {_K1} * share))" for at, each in enumerate(worth)
    )
    return text(
        "SELECT resource_id, total FROM (SELECT resource_id, count(*) OVER () AS total, "  # noqa: S608
        f"{1 - _B} + {_B} * size / CAST(:mean AS float8) AS share, {often}"
        f" FROM {INDEX} WHERE words @@ CAST(:wanted AS tsquery) OFFSET 0) AS found"
        f" ORDER BY {score} DESC, resource_id LIMIT :number"
    )


def _phrase(term: Term) -> str:
    """Write a term as a tsquery, where a quoted word has no operators; words have no quotes."""
    return "(" + " <-> ".join(f"'{word}'" for word in term.words) + ":*" * term.prefix + ")"


def _vector(texts: Texts) -> str:
    """Write texts as a tsvector, with a place left free between two of them."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    place = 0
    for label, column in zip(_LABELS, texts, strict=True):
        for word in column.split():
            place += 1
            if word != BREAK:
                places[word].append(f"{place}{label}")
        place += 1
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def _size(texts: Texts) -> int:
    """Return how many words texts have as FTS5 counts them: with what stands between two of them in one column."""
    return sum(len(column.split()) for column in texts)
