"""A document that did not change is not parsed again: neither to store its links nor to repair it.

What is stored of it is tampered with: who parses the document does not see that.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import Settings
from dlt_crawler.model import Resource, Snapshot, State, Verdict
from dlt_crawler.sources import Options
from dlt_crawler.store import Store
from dlt_crawler.terminal import Watch

PAGE = Resource("https://a.example/")
COPY = f"https://web.archive.org/web/20200102030405/{PAGE.url}"
TEXT = f"[a]({PAGE.url})\n\n`https://b.example/`\n"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "list.md"
    path.write_text(TEXT)
    return path


def settings_for(document: Path, **changed: Any) -> Settings:
    return Settings(sources=(str(document),), database=f"sqlite:///{document.parent}/links.db", **changed)


def tamper(document: Path, statement: str) -> None:
    with closing(sqlite3.connect(document.parent / "links.db")) as connection, connection:
        connection.execute(statement)


def stored_labels(settings: Settings) -> list[str]:
    """Labels after the links were stored, as the next report shows them."""
    with pipeline.open_job(settings, "test", Watch(quiet=True)) as job:
        pipeline.store_links(job, ())
        return [found.text for link in job.store.report().links for found in link.occurrences]


def to_check(job: pipeline.Job) -> list[Resource]:
    run = job.store.begin_run(job.now)
    with job.store.frontier(run.id, 1, pipeline.store_links(job, ()).documents) as frontier:
        return [due.resource for load in frontier.loads() for due in frontier.claim(load.slot, load.links)]


def test_an_unchanged_document_keeps_what_is_stored_of_it(document: Path) -> None:
    settings = settings_for(document)
    assert stored_labels(settings) == ["a"]
    tamper(document, "UPDATE occurrences SET text = 'as stored'")
    assert stored_labels(settings) == ["as stored"]
    document.write_text("\n" + TEXT)
    assert stored_labels(settings) == ["a"]


def test_the_links_of_an_unchanged_document_are_checked_by_what_is_stored_of_it(document: Path) -> None:
    settings = settings_for(document)
    with pipeline.open_job(settings, "test", Watch(quiet=True)) as job:
        assert to_check(job) == [PAGE]
        assert to_check(job) == [PAGE]
        tamper(document, "DELETE FROM occurrences")
        assert to_check(job) == []


@pytest.mark.parametrize(
    ("changed", "labels"),
    [
        ({"extract": {"code": True}}, ["a", "https://b.example/"]),
        ({"extract": {"implied": True}}, ["a"]),
        ({"extract": {"max_line": 100_000}}, ["a"]),
        ({"extract": {"max_links": 100}}, ["a"]),
        ({"extract": {"formats": {"*.md": "text"}}}, [PAGE.url, "https://b.example/"]),
        ({"exclude": ("b\\.example",)}, ["a"]),
    ],
)
def test_settings_that_decide_what_is_found_have_it_parsed_again(
    document: Path, changed: dict[str, Any], labels: list[str]
) -> None:
    stored_labels(settings_for(document))
    tamper(document, "UPDATE occurrences SET text = 'as stored', line = 99")
    tamper(document, "UPDATE documents SET extraction_digest = 'of what was tampered with'")
    assert stored_labels(settings_for(document)) == ["as stored"]
    assert stored_labels(settings_for(document, **changed)) == labels


def test_long_patterns_that_differ_at_their_end_are_different_settings() -> None:
    one, other = (Options(exclude=(re.compile("x" * 300 + end),)) for end in "yz")
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == Options(exclude=(re.compile("x" * 300 + "y"),)).fingerprint


def test_settings_that_decide_nothing_of_it_do_not(document: Path) -> None:
    stored_labels(settings_for(document))
    tamper(document, "UPDATE occurrences SET text = 'as stored'")
    assert stored_labels(settings_for(document, contact="me@a.example", fetch={"delay": 9})) == ["as stored"]


def test_an_unchanged_document_is_repaired_by_what_is_stored_of_it(document: Path) -> None:
    settings = settings_for(document)
    stored_labels(settings)
    now = datetime.now(UTC)
    with Store.open(settings.database) as store:
        store.save_verdicts([(PAGE, Verdict(State.DEAD, "it is gone"), None)], run=None, now=now)
        store.save_answer(PAGE, Snapshot(PAGE.url, "20200102030405", COPY, 200, "playback"), now=now)

    def repaired() -> bytes:
        with pipeline.open_job(settings, "test", Watch(quiet=True)) as job:
            (one,) = pipeline.repair(job, (), pipeline.nowhere, pipeline.Choice())
            return one.result.document.data

    assert repaired() == TEXT.replace(PAGE.url, COPY).encode()
    tamper(document, "DELETE FROM occurrences")
    assert repaired() == TEXT.encode()
    document.write_text("\n" + TEXT)
    assert repaired() == b"\n" + TEXT.replace(PAGE.url, COPY).encode()
