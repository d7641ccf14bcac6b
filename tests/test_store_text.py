"""Text from files and the web, and times, come back from the database as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlt_crawler.errors import StoreError
from dlt_crawler.model import (
    Check,
    Lint,
    LintKind,
    Observation,
    Outcome,
    Page,
    Repair,
    Resource,
    SkipReason,
    Snapshot,
    State,
    Verdict,
)
from dlt_crawler.store import Store
from tests.databases import rows
from tests.test_store import NOW, document, occurrence, rewritten, save


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(texts=st.lists(st.text(st.characters(codec=None), max_size=20), min_size=1, max_size=4))
def test_any_text_comes_back_as_it_was(store: Store, texts: list[str]) -> None:
    path, *labels = ["", *texts]
    path += texts[0]
    links = [
        replace(occurrence(path, SkipReason.SCHEME), text=text, raw=text, url=text, headings=(text, path))
        for text in labels
    ]
    lints = [Lint(path, 1, 1, None, LintKind.DANGLING_REFERENCE, text) for text in labels]
    save(store, document(path), links, lints=lints, now=NOW)
    assert [lint for lint in store.report().lints if lint.file == path] == lints
    found = [link for status in store.report().links for link in status.occurrences if link.file == path]
    assert sorted(found, key=repr) == sorted(links, key=repr)
    assert path in store.documents()
    store.forget_documents([path])
    assert path not in store.documents()


HOSTILE = [
    "nul\x00 in it",
    "undecodable \udce4\udcff",
    "escape \x10dce4 itself",
    "\ud83d\ude00 apart, 😀 together",
    "题目 é e\u0301",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_databases_refuse_comes_back_from_every_noun(store: Store, text: str) -> None:
    resource = Resource(f"https://papers.example/{text}")
    seen = Observation(resource, NOW, 0.1, Outcome.OK, text, 200, text, (), text, Page(text, text))
    run = store.begin_run(NOW)
    store.add_checks(run.id, 1, [seen])
    store.save_verdicts([(resource, Verdict(State.ALIVE, text), None)], run=None, now=NOW)
    store.save_answer(resource, Snapshot(text, text, text, 200, text), now=NOW)
    done = Repair(occurrence(text, resource), text, text)
    store.repairs.add(None, text, rewritten(done), now=NOW)
    assert list(store.histories()) == [(resource, (Check(run.id, 1, seen),))]
    assert store.verdicts() == {resource: Verdict(State.ALIVE, text)}
    assert store.answers() == {resource: (Snapshot(text, text, text, 200, text), NOW)}
    assert [each.repair for each in store.repairs.written_to(text)] == [done]


def test_ordinary_text_stands_in_the_database_as_it_is(store: Store, database_url: str) -> None:
    save(store, document("深度/a\\b.md"), [], now=NOW)
    assert rows(database_url, "SELECT path FROM documents") == [("深度/a\\b.md",)]


def test_times_come_back_in_utc_and_naive_ones_are_refused(store: Store) -> None:
    run = store.begin_run(datetime(2026, 11, 21, 4, 30, tzinfo=timezone(timedelta(hours=2))))
    assert run.started == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    assert run.started.tzinfo is UTC
    with pytest.raises(StoreError, match="has no time zone"):
        store.begin_run(datetime(2026, 11, 21))  # noqa: DTZ001 -- the subject of the test
