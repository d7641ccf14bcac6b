"""What a database holds that is made of its tables alone: views for people, and triggers.

They are dropped before tables are altered and made anew after that: SQLite alters a table by making another one and
dropping the old, with its triggers, and refuses to while a view names it (sqlite.org/lang_altertable.html, section 7).
So no migration has to know of them; what changes here reaches a database with its next one, be that an empty one.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from dlt_crawler.errors import StoreError
from dlt_crawler.store.views import VIEWS

_OURS = "/* of dlt-crawl */"
"""Stands in the text of each, which SQLite keeps as it is: by this we know our own, of whatever version."""

# What a link is found by: where it is written, and what its page says. Those that are another reading of a link are
# found with it. `resources.url` never changes. Where a document is saved all of its links are written anew, changed or
# not: `store.search` compares.
TRIGGERS: Mapping[str, str] = {
    "search_written": """
AFTER INSERT ON occurrences WHEN coalesce(NEW.resource_id, NEW.alternative_id) IS NOT NULL
BEGIN INSERT OR IGNORE INTO search_pending VALUES (coalesce(NEW.resource_id, NEW.alternative_id)); END
""",
    "search_gone": """
AFTER DELETE ON occurrences WHEN coalesce(OLD.resource_id, OLD.alternative_id) IS NOT NULL
BEGIN INSERT OR IGNORE INTO search_pending VALUES (coalesce(OLD.resource_id, OLD.alternative_id)); END
""",
    "search_page": """
AFTER UPDATE OF page_id ON resources WHEN NEW.page_id IS NOT OLD.page_id
BEGIN
  INSERT OR IGNORE INTO search_pending VALUES (NEW.id);
  INSERT OR IGNORE INTO search_pending
    SELECT coalesce(resource_id, alternative_id) FROM occurrences WHERE alternative_id = NEW.id;
END
""",
}
"""Name → body. "OR IGNORE" holds in all of a trigger only as long as the statement that fires it has no such clause of
its own (sqlite.org/lang_createtrigger.html): ours insert and delete plainly there."""


def drop(connection: Connection) -> None:
    """Drop our views and triggers where they are. What people have added of their own stays.

    Raises StoreError where something of theirs has a name that we need.
    """
    needed = {*VIEWS, *TRIGGERS}
    for kind, name, body in connection.execute(text("SELECT type, name, sql FROM sqlite_master")).all():
        # Names of SQLite are the same in capitals.
        if name.lower() not in needed:
            continue
        if _OURS not in (body or ""):
            raise StoreError(
                f"{connection.engine.url.database}: somebody has added a {kind} that is called {name}, and this version"
                " of dlt-crawl has one of that name itself: rename or drop it, and try again"
            )
        connection.execute(text(f"DROP {kind} {name}"))


def create(connection: Connection) -> None:
    """Make the views and triggers of this version."""
    for name, body in VIEWS.items():
        # As the driver takes it: no colon in it is a parameter.
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {_OURS} {body.strip()}")
    for name, body in TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {_OURS} {body.strip()}")
