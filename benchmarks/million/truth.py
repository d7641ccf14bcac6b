"""Whether what was found is what is true. Raises Wrong where it is not: a fast stage that errs is worth nothing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select, update

from benchmarks.million.documents import DOCUMENTS
from benchmarks.million.law import ARCHIVED, KINDS, SNAPSHOT, List, kind_of, link_of
from dlt_crawler.model import Outcome, State
from dlt_crawler.store.tables import checks, resources, snapshots, verdicts

_PAGE = 10_000
"""Rows in memory at once."""


class Wrong(AssertionError):
    """Something is not as it is."""


def check_outcomes(listed: List, database: str, *, run: int = 1) -> None:
    """Compare the checks of the first night: each link seen as it is, and as often as it was to be looked at."""
    seen: Counter[tuple[str, Outcome]] = Counter()
    with _engine(database).connect() as connection:
        query = select(resources.c.url, checks.c.outcome).join_from(checks, resources).where(checks.c.run_id == run)
        for url, outcome in connection.execution_options(yield_per=_PAGE).execute(query):
            seen[url.split("/", 4)[3], outcome] += 1
    true = Counter({(kind, KINDS[kind].outcome): n * KINDS[kind].looks for kind, n in Counter(listed.kinds).items()})
    if seen != true:
        raise Wrong(f"checks, by kind and outcome: {dict(seen - true)} too many, {dict(true - seen)} missing")


def check_verdicts(listed: List, database: str) -> None:
    """Compare the verdict on every link."""
    wrong: dict[str, State] = {}
    count = 0
    with _engine(database).connect() as connection:
        query = select(resources.c.url, verdicts.c.state).join_from(verdicts, resources)
        for url, state in connection.execution_options(yield_per=_PAGE).execute(query):
            count += 1
            if kind_of(url).state is not state:
                wrong[url] = state
    if wrong or count != listed.links:
        raise Wrong(
            f"{count} verdicts on {listed.links} links, {len(wrong)} of them wrong: {dict(list(wrong.items())[:5])}"
        )


def check_snapshots(listed: List, database: str) -> None:
    """Compare what was found in the archive: for each link that is gone, what that has of it."""
    with _engine(database).connect() as connection:
        query = select(resources.c.url, snapshots.c.timestamp).join_from(snapshots, resources)
        found = {link_of(url): timestamp for url, timestamp in connection.execute(query)}
    true = {link: None if link % ARCHIVED else SNAPSHOT for link in listed.gone()}
    # Failing links are looked up as well, and the archive has none of them.
    if {link: found.get(link) for link in true} != true or any(map(found.get, set(found) - set(true))):
        wrong = [link for link, timestamp in true.items() if found.get(link) != timestamp]
        raise Wrong(f"snapshots of {len(wrong)} links are not as they are, {wrong[:5]} among them")


def check_repairs(listed: List, directory: Path, repaired: Path) -> None:
    """Compare the repaired documents: every link that is gone and archived is replaced, and no other byte differs."""
    due = {link for link in listed.gone() if link % ARCHIVED == 0}
    for document in sorted((directory / DOCUMENTS).iterdir()):
        before = document.read_text("utf-8").splitlines()
        after = (repaired / DOCUMENTS / document.name).read_text("utf-8").splitlines()
        if len(before) != len(after):
            raise Wrong(f"{document.name} has {len(after)} lines for {len(before)}")
        for old, new in zip(before, after, strict=True):
            if old == new:
                continue
            url = old.partition("](")[2].partition(")")[0]
            begins = old.index(url)
            kept = new.startswith(old[:begins]) and new.endswith(old[begins + len(url) :])
            if not kept or f"/web/{SNAPSHOT}/{url}" not in new or link_of(url) not in due:
                raise Wrong(f"{document.name}: {old!r} became {new!r}")
            due.remove(link_of(url))
    if due:
        raise Wrong(f"{len(due)} links were not repaired, {sorted(due)[:5]} among them")


def make_due(database: str, when: datetime, *, link_each: int | None = None) -> int:
    """Let all links be due at a time, or each so manieth of them; return how many."""
    with _engine(database).begin() as connection:
        chosen = update(resources).values(due=when)
        if link_each is not None:
            chosen = chosen.where(resources.c.id % link_each == 0)
        return connection.execute(chosen).rowcount


def count_checks(database: str) -> int:
    """Return how many checks there are."""
    with _engine(database).connect() as connection:
        return connection.scalar(select(func.count()).select_from(checks)) or 0


def _engine(database: str) -> Engine:
    return create_engine(database)
