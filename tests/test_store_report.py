"""What a report shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlt_crawler.model import (
    Check,
    LinkStatus,
    Network,
    NoSnapshot,
    NoSnapshotReason,
    Page,
    Report,
    Resource,
    SkipReason,
    Snapshot,
    State,
    Transition,
    Verdict,
)
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save

UNCHECKED = Verdict(State.UNCHECKED, "not checked yet")


def test_a_report_before_the_first_run_is_empty(store: Store) -> None:
    assert store.report() == Report(None, ())
    assert store.link(PAPER.url) is None


def test_a_report_shows_everything_that_is_known_of_a_link(store: Store) -> None:
    links = [occurrence("a.md"), occurrence("a.md", OTHER, line=2), occurrence("a.md", line=3)]
    save(store, document("a.md"), links, now=NOW)
    first, second = store.begin_run(NOW), store.begin_run(NOW + DAY)
    latest = observation(at=NOW + DAY)
    # Stored before the older one: what counts is when it was seen.
    store.add_checks(second.id, 1, [latest])
    store.add_checks(first.id, 1, [observation(page=Page("Title", "Abstract"))])
    verdict = Verdict(State.DEAD, "gone", NOW + DAY, NOW, NOW + DAY, 2)
    store.save_verdicts([(PAPER, verdict, None)], run=second.id, now=NOW)
    snapshot = Snapshot(PAPER.url, "20200102030405", "https://archive.example/1", 200, "playback")
    none = NoSnapshot(OTHER.url, NoSnapshotReason.NEVER_ARCHIVED)
    store.save_answer(PAPER, snapshot, now=NOW)
    store.save_answer(OTHER, none, now=NOW)
    run = store.finish_run(second.id, now=NOW + DAY, network=Network.OK)
    page = Page("Title", "Abstract")
    paper = LinkStatus(PAPER.url, verdict, Check(second.id, 1, latest), page, NOW, snapshot, (links[0], links[2]))
    other = LinkStatus(OTHER.url, UNCHECKED, None, Page(), NOW, none, (links[1],))
    gone = Transition(PAPER.url, second.id, NOW, State.UNCHECKED, State.DEAD, "gone")
    assert store.report() == Report(run, (paper, other), transitions=(gone,))
    assert store.link(PAPER.url) == paper
    assert store.link(OTHER.url) == other


def test_a_page_that_did_not_change_is_in_memory_once(store: Store) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    run = store.begin_run(NOW)
    store.add_checks(run.id, 1, [observation(page=Page("Title", "Abstract"))])
    (link,) = store.report().links
    assert link.last is not None
    assert link.last.seen.page is link.page
    assert link.page == Page("Title", "Abstract")


def test_links_stand_in_document_order_where_they_are_first_written(store: Store) -> None:
    def resource(name: str) -> Resource:
        return Resource(f"https://{name}.example/")

    # Saved in another order than they are shown; upper case sorts before lower case, everywhere.
    for path, names in {"b.md": "xyz", "a.md": "yvx", "B.md": "wz"}.items():
        save(store, document(path), [occurrence(path, resource(name)) for name in names], now=NOW)
    report = store.report()
    assert [link.url for link in report.links] == [resource(name).url for name in "wzyvx"]
    files = {link.url: [found.file for found in link.occurrences] for link in report.links}
    assert files[resource("x").url] == ["a.md", "b.md"]
    assert files[resource("z").url] == ["B.md", "b.md"]
    single = store.link(resource("x").url)
    assert single is not None
    assert [found.file for found in single.occurrences] == ["a.md", "b.md"]


@pytest.mark.parametrize("reason", SkipReason)
def test_a_link_that_is_not_checked_says_why(store: Store, reason: SkipReason) -> None:
    link = occurrence("a.md", reason, raw="as written")
    save(store, document("a.md"), [link], now=NOW)
    (status,) = store.report().links
    state = State.INVALID if reason is SkipReason.INVALID else State.SKIPPED
    assert status == LinkStatus("as written", Verdict(state, status.verdict.reason), None, Page(), NOW, None, (link,))
    expected = "no browser can open it" if reason is SkipReason.INVALID else "not checked: "
    assert status.verdict.reason.startswith(expected)


def test_links_that_are_not_checked_are_one_for_each_destination_and_reason(store: Store) -> None:
    mail, other_mail = (replace(occurrence("a.md", SkipReason.MAILTO), url=f"mailto:{name}") for name in "xy")
    links = [mail, other_mail, replace(mail, line=9), replace(mail, target=SkipReason.EXCLUDED)]
    save(store, document("a.md"), links, now=NOW)
    assert [(status.url, status.occurrences) for status in store.report().links] == [
        ("mailto:x", (links[0], links[2])),
        ("mailto:y", (links[1],)),
        ("mailto:x", (links[3],)),
    ]


def test_a_link_that_is_not_checked_keeps_the_day_it_was_first_seen(store: Store) -> None:
    old, new = (occurrence("a.md", SkipReason.RELATIVE, raw=raw) for raw in ("old.md", "new.md"))
    save(store, document("a.md"), [old], now=NOW)
    save(store, document("a.md"), [new, replace(old, line=5)], now=NOW + DAY)
    save(store, document("b.md"), [replace(old, file="b.md")], now=NOW + 2 * DAY)
    assert {link.url: link.first_seen for link in store.report().links} == {"old.md": NOW, "new.md": NOW + DAY}


def test_a_link_that_is_no_longer_written_is_still_known_and_not_reported(store: Store) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    run = store.begin_run(NOW)
    store.add_checks(run.id, 1, [observation()])
    store.forget_documents(["a.md"])
    assert store.report() == Report(run, ())
    expected = LinkStatus(PAPER.url, UNCHECKED, Check(run.id, 1, observation()), Page(), NOW, None, ())
    assert store.link(PAPER.url) == expected
