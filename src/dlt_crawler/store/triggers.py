"""The triggers of a database: what of a change the search has to hear of (`store.search`).

What a link is found by: where it is written, and what its page says. Those that are another reading of a link are found
with it. `resources.url` never changes. Where a document is saved all of its links are written anew, changed or not:
the search compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trigger:
    """What is done once for each row that is changed."""

    event: str
    table: str
    when: str
    does: str
    """Statements, in the SQL of both: each with its own clause for what is there already, which in SQLite holds
    whatever clause the statement has that fires the trigger (sqlite.org/lang_createtrigger.html)."""


def _listed(event: str, row: str) -> Trigger:
    listed = f"coalesce({row}.resource_id, {row}.alternative_id)"
    does = f"INSERT INTO search_pending VALUES ({listed}) ON CONFLICT DO NOTHING;"  # noqa: S608 - names of ours
    return Trigger(event, "occurrences", f"{listed} IS NOT NULL", does)


TRIGGERS: Mapping[str, Trigger] = {
    "search_written": _listed("INSERT", "NEW"),
    "search_gone": _listed("DELETE", "OLD"),
    "search_page": Trigger(
        "UPDATE OF page_id",
        "resources",
        "coalesce(NEW.page_id, 0) <> coalesce(OLD.page_id, 0)",
        """
  INSERT INTO search_pending VALUES (NEW.id) ON CONFLICT DO NOTHING;
  INSERT INTO search_pending
    SELECT coalesce(resource_id, alternative_id) FROM occurrences WHERE alternative_id = NEW.id ON CONFLICT DO NOTHING;
""",
    ),
}
"""By name. For each row, not for each statement: links and pages are stored by statements of one row, for which
PostgreSQL takes four times as long to gather the rows that a statement has changed (100,000 links: 12 s, not 3)."""
