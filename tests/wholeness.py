"""What must hold of a maintainer's directory whatever happened in it: nothing half written, nothing left over."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

_STATES = "SELECT url, state FROM verdicts JOIN resources ON resources.id = resource_id"
_SNAPSHOTS = "SELECT resources.url, snapshots.url FROM snapshots JOIN resources ON resources.id = resource_id"
_REPAIRS = "SELECT written_to, raw, replacement FROM repairs"
_RUN = re.compile(r"\bruns/\d+")
"""A job that is done again is another run."""
_BESIDE_THE_DATABASE = ("-wal", "-shm", "-journal", ".lock")


@dataclass(frozen=True)
class End:
    """What a job is for. Two jobs of the same night must have the same, whatever happened to one of them."""

    states: Mapping[str, str]
    snapshots: Mapping[str, str | None]
    repairs: tuple[tuple[str, str, str], ...]
    """The log: file, URL as it was written, replacement."""
    documents: Mapping[str, bytes]
    """By path: the lists and their repaired copies."""
    links: tuple[Mapping[str, Any], ...]
    """Of the report, without what depends on the time."""
    files: frozenset[str]
    texts: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The reports, without digits: they have times, and numbers of runs."""

    def differences(self, other: End) -> str:
        """Say what differs; empty when nothing does."""
        compared = [each.name for each in fields(self) if each.compare]
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in compared)
        return "; ".join(f"{name}: {_difference(ours, theirs)}" for name, ours, theirs in pairs if ours != theirs)


def end_of(directory: Path) -> End:
    """Return what stands in the database and in the files of a directory."""
    states: dict[str, str] = {}
    snapshots: dict[str, str | None] = {}
    repairs: list[tuple[str, str, str]] = []
    database = directory / "storage" / "dlt-crawl.db"
    if database.exists():
        with closing(sqlite3.connect(database)) as connection:
            states.update(connection.execute(_STATES))
            snapshots.update(connection.execute(_SNAPSHOTS))
            repairs = sorted(connection.execute(_REPAIRS))
    report = directory / "storage/reports/report.json"
    links = json.loads(report.read_text())["links"] if report.exists() else []
    files = frozenset(files_of(directory))
    return End(
        states, snapshots, tuple(repairs), documents_of(directory), tuple(map(_timeless, links)), files,
        texts_of(directory),
    )  # fmt: skip


def texts_of(directory: Path) -> dict[str, str]:
    """Return what the reports say, every number as one sign."""
    return {path.name: re.sub(r"[\d.]+", "#", path.read_text()) for path in directory.glob("storage/reports/report.*")}


def documents_of(directory: Path) -> dict[str, bytes]:
    """Return the bytes of every list and every repaired copy."""
    paths = [*directory.glob("lists/**/*"), *directory.glob("storage/repaired/**/*")]
    return {str(path.relative_to(directory)): path.read_bytes() for path in paths if path.is_file()}


def files_of(directory: Path) -> set[str]:
    """Return every file but those that SQLite and the lock keep beside the database; the pages of runs as one."""
    names = {_RUN.sub("runs/#", str(path.relative_to(directory))) for path in directory.rglob("*") if path.is_file()}
    return {name for name in names if not name.endswith(_BESIDE_THE_DATABASE)}


def integrity(database: Path) -> str:
    """Return "ok" for a database that is whole, or not there yet."""
    if not database.exists():
        return "ok"
    with closing(sqlite3.connect(database)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    return "; ".join(found) + (f"; foreign keys: {broken}" if broken else "")


def half_written(directory: Path, *allowed: End, partly: bool = False) -> str:
    """Say which documents and reports are neither as they were nor as they should become; empty when none is.

    `allowed`: what was before, and what should become. `partly`: not every repair need be done.
    """
    wrong = []
    for name, data in documents_of(directory).items():
        versions = [end.documents.get(name) for end in allowed]
        if partly:
            versions += [end.documents.get(name.removeprefix("storage/repaired/")) for end in allowed]
        if not _is_temporary(name) and not _is_one_of(data, versions, partly=partly):
            wrong.append(name)
    wrong += [
        name
        for name, text in texts_of(directory).items()
        if not partly and all(end.texts.get(name) != text for end in allowed)
    ]
    pages = directory.glob("storage/reports/**/*.html")
    wrong += [page.name for page in pages if not page.read_text().endswith("</html>\n")]
    always = set.intersection(*({*end.documents} for end in allowed))
    gone = [name for name in always if not (directory / name).exists()]
    return ", ".join([*wrong, *(f"{name} is gone" for name in gone)])


def checks_of(database: Path) -> set[tuple[Any, ...]]:
    """Return the checks that a database holds now, whoever writes to it meanwhile."""
    if not database.exists():
        return set()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checks'").fetchone():
            return set()
        return {*connection.execute("SELECT id, run_id, resource_id, look, at, outcome FROM checks")}


def _is_temporary(name: str) -> bool:
    return name.endswith(".tmp")


def _is_one_of(data: bytes, allowed: list[bytes | None], *, partly: bool) -> bool:
    if not partly:
        return data in allowed
    versions = [each.splitlines() for each in allowed if each is not None]
    lines = data.splitlines()
    return all(len(lines) == len(each) for each in versions) and all(
        line in choice for line, *choice in zip(lines, *versions, strict=True)
    )


def _timeless(link: Mapping[str, Any]) -> Mapping[str, Any]:
    keys = ("url", "state", "outcome", "status", "final_url", "title", "snapshot", "warnings", "occurrences")
    return {key: link[key] for key in keys}


def _difference(ours: object, theirs: object) -> str:
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        keys = [key for key in {**ours, **theirs} if ours.get(key) != theirs.get(key)]
        return ", ".join(f"{key}: {ours.get(key)!r} and not {theirs.get(key)!r}" for key in keys[:4])
    if isinstance(ours, tuple | frozenset) and isinstance(theirs, tuple | frozenset):
        more, less = [each for each in ours if each not in theirs], [each for each in theirs if each not in ours]
        return f"{str(more)[:600]} and not {str(less)[:600]}"
    return f"{ours!r} and not {theirs!r}"
