"""Views for people who open the database with a program of their own: SQL that reads like the reports.

Times are UTC: in SQLite as text, "2026-11-21 02:30:00.123456", in PostgreSQL as times with a zone. Texts stand as they
are stored: URLs with the secrets that they hold, and what no database stores (NUL, bytes that are no text) as U+0010
and four hexadecimal digits (`store.columns`). What is ignored in a report is not ignored here: that is decided when a
report is made.

The queries are the same in both, but for the words of `_Dialect`, and where JSON is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlt_crawler.model import State
from dlt_crawler.store.known import WHY_SKIPPED


@dataclass(frozen=True, slots=True)
class _Dialect:
    position: str
    """The function that says where in a text another one stands."""
    binary: str
    """Lets texts be compared by their characters, whatever the database is set to."""
    minutes: str
    papers: str


_SKIPPED = "\n".join(f"    WHEN '{skip}' THEN '{why}'" for skip, why in WHY_SKIPPED.items())

# Who clicks on a bare URL at GitHub may get somewhere else than a parser of markdown says: which of the two an
# occurrence is judged by is said in `model.readings`, and here in SQL but for the exact form of character references.
_PLACES = f"""
SELECT
  d.path AS file,
  o.line,
  o."column",
  o.text AS label,
  coalesce(r.url, o.url, o.raw) AS url,
  CASE
    WHEN r.id IS NOT NULL THEN coalesce(v.state, 'unchecked')
    WHEN o.skip = 'invalid' THEN 'invalid'
    ELSE 'skipped'
  END AS state,
  CASE WHEN r.id IS NOT NULL THEN coalesce(v.reason, 'not checked yet') ELSE CASE o.skip
{_SKIPPED}
  END END AS reason,
  o.kind,
  o.first_seen,
  o.written,
  d.path || ':' || o.line || ':' || o."column" AS place,
  r.id AS link
FROM occurrences AS o
JOIN documents AS d ON d.id = o.document_id
LEFT JOIN resources AS target ON target.id = o.resource_id
LEFT JOIN verdicts AS judged ON judged.resource_id = o.resource_id
LEFT JOIN resources AS other ON other.id = o.alternative_id
LEFT JOIN verdicts AS other_judged ON other_judged.resource_id = o.alternative_id
LEFT JOIN resources AS r ON r.id = CASE
  WHEN other.id IS NOT NULL
    AND (
      o.kind = 'bare' AND (target.id IS NULL OR length(other.url) > length(target.url))
      OR o.kind = 'autolink' AND o.raw LIKE '%&%;%'
    )
    AND (judged.state IN ('invalid', 'dead', 'failing') OR target.id IS NULL AND o.skip = 'invalid')
    AND (
      coalesce(other_judged.state, 'unchecked') IN ('alive', 'blocked', 'unchecked')
      OR other_judged.state = 'failing' AND other_judged.last_ok IS NOT NULL
    )
  THEN other.id
  ELSE target.id
END
LEFT JOIN verdicts AS v ON v.resource_id = r.id
"""  # noqa: S608 - put together of constants

# Between "//" and the first slash, as normalised URLs have them, without user information.
_HOST = """
  CASE WHEN r.id IS NOT NULL THEN (
    SELECT substr(authority, {position}(authority, '@') + 1)
    FROM (SELECT substr(rest, 1, {position}(rest || '/', '/') - 1) AS authority
          FROM (SELECT substr(r.url, {position}(r.url, '://') + 3) AS rest) AS behind) AS before
  ) END AS host
"""

# Places are counted before texts are joined to them: SQLite would sort the texts, too.
_LINKS = f"""
SELECT
  p.url,
  p.state,
  p.reason,
  pages.title,
  pages.abstract,
  {_HOST.strip()},
  coalesce(r.first_seen, p.first_seen) AS first_seen,
  p.written,
  v.last_checked,
  v.last_ok,
  v.failing_since,
  v.checks,
  v.moved_to,
  s.url AS snapshot,
  s.none AS no_snapshot,
  p.places,
  p.place,
  pages.language,
  r.id AS link
FROM (
  SELECT
    link,
    url,
    state,
    reason,
    min(first_seen) AS first_seen,
    min(written) AS written,
    count(*) AS places,
    min(place{{binary}}) AS place
  FROM places
  GROUP BY link, url, state, reason
) AS p
LEFT JOIN resources AS r ON r.id = p.link
LEFT JOIN pages ON pages.id = r.page_id
LEFT JOIN verdicts AS v ON v.resource_id = r.id
LEFT JOIN snapshots AS s ON s.resource_id = r.id
"""  # noqa: S608 - put together of constants

_HOSTS = """
SELECT
  host,
  count(*) AS links,
  count(*) FILTER (WHERE state = 'alive') AS alive,
  count(*) FILTER (WHERE state = 'dead') AS dead,
  count(*) FILTER (WHERE state = 'failing') AS failing,
  count(*) FILTER (WHERE state = 'blocked') AS blocked,
  count(*) FILTER (WHERE state NOT IN ('alive', 'dead', 'failing', 'blocked')) AS other,
  CAST(round(100.0 * count(*) FILTER (WHERE state = 'dead') / count(*), 1) AS double precision) AS dead_percent,
  count(*) FILTER (WHERE state = 'dead' AND snapshot IS NOT NULL) AS dead_with_snapshot
FROM links
WHERE host IS NOT NULL
GROUP BY host
"""

_HISTORY = """
SELECT
  r.url,
  c.at,
  c.run_id AS run,
  c.look,
  c.outcome,
  c.status,
  c.final_url,
  c.elapsed,
  c.detail,
  c.warnings,
  c.content_type,
  pages.title,
  c.times,
  c.resource_id AS link
FROM checks AS c
JOIN resources AS r ON r.id = c.resource_id
LEFT JOIN pages ON pages.id = c.page_id
"""

_CHANGES = """
SELECT
  t.at,
  t.run_id AS run,
  r.url,
  t.before,
  t.after,
  t.reason,
  t.moved_to,
  pages.title,
  t.resource_id AS link
FROM transitions AS t
JOIN resources AS r ON r.id = t.resource_id
LEFT JOIN pages ON pages.id = r.page_id
"""

_REPAIRS_LOG = """
SELECT at, run_id AS run, file, line, "column", url, replacement, why, style, evidence, written_to, stood, ended, ending
FROM repairs
"""

_PAPERS_IN_SQLITE = """
SELECT
  r.url,
  pages.title,
  (
    SELECT group_concat(trim(coalesce(
      json_extract(author.value, '$.literal'),
      coalesce(json_extract(author.value, '$.given'), '') || ' ' || coalesce(json_extract(author.value, '$.family'), '')
    )), '; ')
    FROM json_each(w.said, '$.authors') AS author
  ) AS authors,
  json_extract(w.said, '$.issued') AS issued,
  json_extract(w.said, '$.container') AS container,
  json_extract(w.said, '$.doi') AS doi,
  json_extract(w.said, '$.arxiv') AS arxiv,
  json_extract(w.said, '$.kind') AS kind,
  pages.abstract,
  r.id AS link
FROM (SELECT resource_id, CASE WHEN json_valid(facts) THEN facts ELSE '{}' END AS said FROM works) AS w
JOIN resources AS r ON r.id = w.resource_id
LEFT JOIN pages ON pages.id = r.page_id
"""

# `works_said` (`store.derived`): what is JSON as such, and what is none as if it said nothing.
_PAPERS_IN_POSTGRESQL = """
SELECT
  r.url,
  pages.title,
  (
    SELECT string_agg(trim(coalesce(
      author.value ->> 'literal',
      coalesce(author.value ->> 'given', '') || ' ' || coalesce(author.value ->> 'family', '')
    )), '; ' ORDER BY author.place)
    FROM jsonb_array_elements(w.said -> 'authors') WITH ORDINALITY AS author (value, place)
  ) AS authors,
  w.said ->> 'issued' AS issued,
  w.said ->> 'container' AS container,
  w.said ->> 'doi' AS doi,
  w.said ->> 'arxiv' AS arxiv,
  w.said ->> 'kind' AS kind,
  pages.abstract,
  r.id AS link
FROM (SELECT resource_id, works_said(facts) AS said FROM works OFFSET 0) AS w
JOIN resources AS r ON r.id = w.resource_id
LEFT JOIN pages ON pages.id = r.page_id
"""

# Of a run that has counted, a state without links is 0; of one that has not, nobody knows.
_COUNTS = ",\n".join(
    f"  CASE WHEN count(t.run_id) > 0 THEN sum(CASE t.state WHEN '{state}' THEN t.links ELSE 0 END) END AS {state}"
    for state in State
)
_NIGHTS = f"""
SELECT
  r.id AS run,
  r.started,
  r.finished,
  {{minutes}} AS minutes,
  r.network,
  r.trouble,
{_COUNTS},
  sum(t.ignored) AS ignored
FROM runs AS r
LEFT JOIN tallies AS t ON t.run_id = r.id
GROUP BY r.id
"""  # noqa: S608 - put together of constants

_DIALECTS = {
    "sqlite": _Dialect(
        position="instr",
        binary="",
        minutes="round((julianday(r.finished) - julianday(r.started)) * 1440, 1)",
        papers=_PAPERS_IN_SQLITE,
    ),
    "postgresql": _Dialect(
        position="strpos",
        binary=' COLLATE "C"',
        minutes="CAST(round(extract(epoch FROM r.finished - r.started) / 60, 1) AS double precision)",
        papers=_PAPERS_IN_POSTGRESQL,
    ),
}

VIEWS = ("places", "links", "broken_links", "hosts", "history", "changes", "repairs_log", "papers", "nights")
"""Some are made of those before them."""


def queries(dialect: str) -> Mapping[str, str]:
    """Return the query of each view in the SQL of this dialect, as SQLAlchemy names it."""
    words = _DIALECTS[dialect]
    made = (
        _PLACES,
        _LINKS.format(position=words.position, binary=words.binary),
        "SELECT * FROM links WHERE state IN ('dead', 'invalid')",
        _HOSTS,
        _HISTORY,
        _CHANGES,
        _REPAIRS_LOG,
        words.papers,
        _NIGHTS.format(minutes=words.minutes),
    )
    return dict(zip(VIEWS, made, strict=True))
