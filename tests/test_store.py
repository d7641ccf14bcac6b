"""The store gives back what it was given."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from dlt_crawler.errors import StoreError
from dlt_crawler.model import (
    Check,
    Extraction,
    LinkKind,
    LinkOccurrence,
    LinkWarning,
    Lint,
    Network,
    Observation,
    Outcome,
    Page,
    Redirect,
    Repair,
    Resource,
    Rewrite,
    RunId,
    SkipReason,
    SourceDocument,
    Span,
    State,
    Verdict,
)
from dlt_crawler.store import Remarks, Store

NOW = datetime(2026, 11, 21, 2, 30, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
PAPER = Resource("https://papers.example/1")
OTHER = Resource("https://papers.example/2")


def document(path: str, digest: str = "0" * 64) -> SourceDocument:
    return SourceDocument(path, b"", digest)


def save(
    store: Store,
    document: SourceDocument,
    links: Sequence[LinkOccurrence],
    *,
    lints: Sequence[Lint] = (),
    now: datetime,
    fingerprint: str | None = None,
) -> None:
    """Save what was found; something else is found in the same bytes only where the fingerprint is another, too."""
    found = Extraction(tuple(links), tuple(lints))
    store.save_extraction(document, fingerprint or sha256(repr(found).encode()).hexdigest(), found, now=now)


def occurrence(file: str, target: Resource | SkipReason = PAPER, *, line: int = 1, raw: str = "") -> LinkOccurrence:
    url = target.url if isinstance(target, Resource) else None
    return LinkOccurrence(file, Span(9, 42), line, 3, LinkKind.INLINE, raw or url or "", url, "A paper", target)


def observation(resource: Resource = PAPER, at: datetime = NOW, page: Page = Page()) -> Observation:
    return Observation(resource, at, 0.25, Outcome.OK, "it answered", 200, resource.url, page=page)


def rewritten(*done: Repair) -> list[tuple[Repair, Rewrite]]:
    """Repairs with the bytes of each, nothing put around the new URL."""
    return [
        (
            each,
            Rewrite(
                each.occurrence.raw.encode("utf-8", "surrogatepass"), each.replacement.encode("utf-8", "surrogatepass")
            ),
        )
        for each in done
    ]


def vouched_for(store: Store, *observations: Observation, now: datetime = NOW) -> RunId:
    """Store what was seen in a run that has ended well, look by look."""
    run = store.begin_run(now).id
    for look, seen in enumerate(observations, 1):
        store.add_checks(run, look, [seen])
    store.finish_run(run, now=now, network=Network.OK)
    return run


def test_an_empty_store_knows_nothing(store: Store) -> None:
    assert store.documents() == ()
    assert store.last_run() is None
    assert store.run_to_go_on_with() is None
    assert store.newest_check() is None
    assert store.history(PAPER) == ()
    assert list(store.histories()) == []
    assert store.verdicts() == {}
    assert store.answers() == {}
    assert store.cited([PAPER]) == {}
    assert store.repairs.written_to("a.md") == ()


# ── Documents and occurrences ───────────────────────────────────────────────────────────────────────────────────────


def written(store: Store) -> list[LinkOccurrence]:
    return [found for link in store.report().links for found in link.occurrences]


@pytest.mark.parametrize("kind", LinkKind)
@pytest.mark.parametrize("target", [PAPER, *SkipReason])
def test_every_field_of_an_occurrence_comes_back(store: Store, kind: LinkKind, target: Resource | SkipReason) -> None:
    located = LinkOccurrence("a.md", Span(17, 80), 5, 8, kind, "<raw>", "https://papers.example/1#s", "label", target)
    unlocated = replace(located, span=None, url=None)
    save(store, document("a.md"), [located, unlocated], now=NOW)
    assert sorted(written(store), key=lambda found: found.span is None) == [located, unlocated]


def test_saving_a_document_replaces_its_occurrences_and_those_of_no_other(store: Store) -> None:
    save(store, document("a.md"), [occurrence("a.md"), occurrence("a.md", OTHER)], now=NOW)
    save(store, document("b.md"), [occurrence("b.md")], now=NOW)
    save(store, document("a.md", "1" * 64), [occurrence("a.md", OTHER, line=7)], now=NOW)
    assert written(store) == [occurrence("a.md", OTHER, line=7), occurrence("b.md")]
    assert store.documents() == ("a.md", "b.md")


def test_settings_that_find_other_links_replace_those_of_an_unchanged_document(store: Store) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    save(store, document("a.md"), [occurrence("a.md", SkipReason.EXCLUDED)], now=NOW)
    assert written(store) == [occurrence("a.md", SkipReason.EXCLUDED)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unchanged_document_costs_no_write(store: Store, tmp_path: Path) -> None:
    links = [occurrence("a.md"), occurrence("a.md", SkipReason.MAILTO)]
    save(store, document("a.md"), links, now=NOW)
    log = (tmp_path / "links.db-wal").read_bytes()
    with closing(sqlite3.connect(tmp_path / "links.db")) as writer:
        # A writer would have to wait for this one, and give up.
        writer.execute("BEGIN IMMEDIATE")
        save(store, document("a.md"), list(links), now=NOW + DAY)
    assert (tmp_path / "links.db-wal").read_bytes() == log


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_document_whose_text_changed_and_no_link_costs_one_small_write(store: Store, tmp_path: Path) -> None:
    links = [occurrence("a.md", line=line) for line in range(1, 1_000)]
    save(store, document("a.md"), links, now=NOW)
    log = (tmp_path / "links.db-wal").stat().st_size
    save(store, document("a.md", "1" * 64), links, now=NOW)
    assert 0 < (tmp_path / "links.db-wal").stat().st_size - log < 10_000
    assert written(store) == links


def test_forgotten_documents_leave_their_resources_with_checks_and_verdicts(store: Store) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    save(store, document("b.md"), [occurrence("b.md", OTHER)], now=NOW)
    run = store.begin_run(NOW)
    store.add_checks(run.id, 1, [observation()])
    store.save_verdicts([(PAPER, Verdict(State.ALIVE, "it answers"), None)], run=run.id, now=NOW)
    store.forget_documents(["a.md", "never-there.md"])
    assert store.documents() == ("b.md",)
    assert written(store) == [occurrence("b.md", OTHER)]
    assert store.history(PAPER) == (Check(run.id, 1, observation()),)
    assert store.verdicts() == {PAPER: Verdict(State.ALIVE, "it answers")}
    assert store.cited([PAPER])[PAPER].first_seen == NOW


def test_a_resource_keeps_the_day_it_was_first_seen(store: Store) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    save(store, document("b.md"), [occurrence("b.md"), occurrence("b.md", OTHER)], now=NOW + DAY)
    cited = store.cited([PAPER, OTHER])
    assert (cited[PAPER].first_seen, cited[OTHER].first_seen) == (NOW, NOW + DAY)


# ── Checks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("outcome", Outcome)
def test_every_field_of_a_check_comes_back(store: Store, outcome: Outcome) -> None:
    full = Observation(
        resource=PAPER,
        at=NOW,
        elapsed=1.5,
        outcome=outcome,
        detail="what happened",
        status=404,
        final_url="https://elsewhere.example/",
        redirects=(Redirect(PAPER.url, 301, "https://b.example/"), Redirect("https://b.example/", 302, "/\udcff\x00")),
        content_type="text/html; charset=utf-8",
        page=Page("A title", "An abstract"),
        warnings=(LinkWarning.TLS_UNVERIFIED, LinkWarning.FRAGMENT_MISSING),
        nxdomain=True,
        asked=False,
    )
    bare = Observation(OTHER, NOW, 0.0, outcome, "")
    run = store.begin_run(NOW)
    store.add_checks(run.id, 1, [full, bare])
    assert store.history(PAPER) == (Check(run.id, 1, full),)
    assert store.history(OTHER) == (Check(run.id, 1, bare),)


def test_a_history_is_oldest_first_whatever_order_it_was_stored_in(store: Store) -> None:
    run = store.begin_run(NOW)
    store.add_checks(run.id, 2, [observation(at=NOW + DAY)])
    store.add_checks(run.id, 1, [observation(), observation(OTHER)])
    expected = (Check(run.id, 1, observation()), Check(run.id, 2, observation(at=NOW + DAY)))
    assert store.history(PAPER) == expected


def test_the_last_look_with_an_outcome_is_of_that_run_and_look_alone(store: Store) -> None:
    run, next_run = store.begin_run(NOW).id, store.begin_run(NOW).id
    failed = replace(observation(), outcome=Outcome.TIMEOUT)
    store.add_checks(run, 1, [failed, replace(observation(OTHER, NOW + DAY), outcome=Outcome.NOT_FOUND)])
    store.add_checks(run, 2, [replace(failed, at=NOW + 2 * DAY)])
    store.add_checks(next_run, 1, [observation(at=NOW + 3 * DAY)])
    assert store.last_look(run, {Outcome.TIMEOUT}) == NOW + 2 * DAY
    assert store.last_look(run, {Outcome.TIMEOUT}, look=1) == NOW
    assert store.last_look(run, {Outcome.TIMEOUT, Outcome.NOT_FOUND}, look=1) == NOW + DAY
    assert store.last_look(run, {Outcome.OK}) is None
    assert store.last_look(next_run, {Outcome.TIMEOUT}) is None


def test_the_remarks_on_a_run_are_on_the_last_look_at_each_link(store: Store) -> None:
    run, next_run = store.begin_run(NOW).id, store.begin_run(NOW).id
    links = [Resource(f"https://papers.example/{number}") for number in range(5)]
    both = (LinkWarning.TLS_UNVERIFIED, LinkWarning.ALTERNATIVE_ADDRESS)
    first = [
        replace(observation(links[0]), asked=False),
        replace(observation(links[1]), asked=False),
        replace(observation(links[2]), warnings=both),
        replace(observation(links[3]), warnings=both[:1]),
        observation(links[4]),
    ]
    store.add_checks(run, 1, first)
    expected = Remarks(2, {LinkWarning.TLS_UNVERIFIED: 2, LinkWarning.ALTERNATIVE_ADDRESS: 1})
    assert store.remarks(run) == expected
    store.add_checks(run, 2, [observation(links[0]), observation(links[3])])
    store.add_checks(next_run, 1, first)
    assert store.remarks(run) == Remarks(1, dict.fromkeys(both, 1))
    assert store.remarks(next_run) == expected
    assert store.remarks(RunId(next_run + 1)) == Remarks(0, {})


def test_a_check_is_never_overwritten_and_a_batch_is_stored_whole_or_not_at_all(store: Store) -> None:
    run = store.begin_run(NOW)
    store.add_checks(run.id, 1, [observation()])
    with pytest.raises(StoreError, match=re.escape(store._database.name)):
        store.add_checks(run.id, 1, [observation(OTHER), observation(at=NOW + DAY)])
    assert list(store.histories()) == [(PAPER, (Check(run.id, 1, observation()),))]
    assert store.cited([OTHER]) == {}


def test_the_newest_check_is_the_latest_by_the_clock(store: Store) -> None:
    first, second = store.begin_run(NOW).id, store.begin_run(NOW).id
    store.add_checks(first, 1, [observation(at=NOW + DAY), observation(OTHER)])
    store.add_checks(second, 1, [observation(at=NOW + DAY / 2)])
    assert store.newest_check() == NOW + DAY


def test_histories_are_of_everything_that_is_written_or_was_checked(store: Store) -> None:
    checked, gone = Resource("https://checked.example/"), Resource("https://gone.example/")
    links = [Resource(f"https://written.example/{number}") for number in range(600)]
    save(store, document("a.md"), [occurrence("a.md", link) for link in [*links, gone]], now=NOW)
    save(store, document("a.md"), [occurrence("a.md", link) for link in links], now=NOW)
    run = store.begin_run(NOW)
    store.add_checks(run.id, 1, [observation(checked), *map(observation, links[::2])])
    expected = dict.fromkeys(links, ()) | {
        link: (Check(run.id, 1, observation(link)),) for link in [checked, *links[::2]]
    }
    found = list(store.histories())
    assert dict(found) == expected
    assert len(found) == len(expected)


def test_verdicts_can_be_saved_while_histories_are_read(store: Store) -> None:
    links = [Resource(f"https://written.example/{number}") for number in range(1_100)]
    save(store, document("a.md"), [occurrence("a.md", link) for link in links], now=NOW)
    fine = Verdict(State.ALIVE, "fine")
    store.save_verdicts(((link, fine, None) for link, _ in store.histories()), run=None, now=NOW)
    assert store.verdicts() == dict.fromkeys(links, fine)


def test_a_page_that_says_nothing_now_does_not_hide_what_it_said_before(store: Store) -> None:
    pages = [Page("First", "About"), Page(), Page("Second"), Page(None, "Anew"), Page()]
    known = [Page("First", "About"), Page("First", "About"), Page("Second", "About"), *[Page("Second", "Anew")] * 2]
    for page, expected in zip(pages, known, strict=True):
        vouched_for(store, observation(page=page))
        link = store.link(PAPER.url)
        assert link is not None
        assert link.page == expected
    assert [check.seen.page for check in store.history(PAPER)] == pages
