"""A report of many links does not hold them: it counts them, and reads those that somebody looks at."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_crawler.model import (
    DocumentFormat,
    Extraction,
    Ignore,
    Kind,
    LinkKind,
    LinkOccurrence,
    LinksAtHand,
    LinkWarning,
    Observation,
    Outcome,
    Page,
    Report,
    Resource,
    SkipReason,
    SourceDocument,
    Span,
    State,
    Verdict,
)
from dlt_crawler.report import Format, View, render
from dlt_crawler.store import Store
from dlt_crawler.store.listing import PAGE
from dlt_crawler.store.reports import AT_HAND, report

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
EACH = 500
"""Links of a document."""


def resource(number: int) -> Resource:
    return Resource(f"https://host{number % 97}.example/page/{number}")


def occurrence(file: str, line: int, target: Resource | SkipReason, url: str) -> LinkOccurrence:
    return LinkOccurrence(file, Span(line * 100, line * 100 + 9), line, 1, LinkKind.INLINE, url, url, "a link", target)


def filled(path: Path, links: int) -> Store:
    """A database with so many links: one in fifty dead, one in fifty never checked, and mail addresses between."""
    store = Store.open(f"sqlite:///{path}")
    run = store.begin_run(NOW)
    for first in range(0, links, EACH):
        file = f"lists/{first // EACH:04}.md"
        numbers = range(first, first + EACH)
        written = [occurrence(file, 1 + each, resource(each), resource(each).url) for each in numbers]
        # Each document has a mail address, its own first link again, and the first link of all.
        again = [occurrence(file, 9_000 + first, resource(each), f"{resource(each).url}#part") for each in (first, 0)]
        mail = occurrence(file, 9_500 + first, SkipReason.MAILTO, "mailto:list@example.org")
        document = SourceDocument(file, b"", DocumentFormat.MARKDOWN)
        store.save_extraction(document, "0" * 64, Extraction((*written, *again, mail), (), None), now=NOW)
        seen = [observation(each) for each in numbers if each % 50 != 1]
        store.add_checks(run.id, 1, seen)
        store.save_verdicts(((each.resource, verdict(each), None) for each in seen), run=run.id, now=NOW)
    return store


def observation(number: int) -> Observation:
    outcome = Outcome.NOT_FOUND if number % 50 == 0 else Outcome.OK
    page = Page(f"Title {number}", f"{number} " * 60)
    warnings = (LinkWarning.TLS_UNVERIFIED,) if number % 50 == 2 else ()
    return Observation(resource(number), NOW, 0.1, outcome, "seen", 200, page=page, warnings=warnings)


def verdict(seen: Observation) -> Verdict:
    state = State.DEAD if seen.outcome is Outcome.NOT_FOUND else State.ALIVE
    return Verdict(state, "as it was seen", seen.at, None, None, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return filled(tmp_path_factory.mktemp("listing") / "links.db", 2 * AT_HAND)


@pytest.fixture(scope="module")
def both(store: Store) -> tuple[Report, Report]:
    """The same report with all of its links in memory, and with none."""
    return report(store._database, at_hand=1_000_000), store.report()


def test_links_that_are_read_are_those_that_are_in_memory(both: tuple[Report, Report]) -> None:
    at_hand, stored = both
    assert isinstance(at_hand.links, LinksAtHand)
    assert not isinstance(stored.links, LinksAtHand)
    assert list(stored.links) == list(at_hand.links)
    assert stored.links[PAGE + 1] == at_hand.links[PAGE + 1]
    assert len(stored.links) == len(at_hand.links) == 2 * AT_HAND + 1


def test_they_are_counted_and_chosen_alike(both: tuple[Report, Report]) -> None:
    at_hand, stored = both
    assert dict(stored.links.kinds()) == dict(at_hand.links.kinds())
    assert (stored.counts, stored.occurrences, stored.broken) == (at_hand.counts, at_hand.occurrences, at_hand.broken)

    def is_dead(kind: Kind) -> bool:
        return kind.state is State.DEAD

    def rank(kind: Kind, is_named: bool) -> int:
        return 0 if is_named else 1 + (kind.state is State.ALIVE)

    urls = {resource(number).url for number in (0, 7)} | {"mailto:list@example.org", "https://unknown.example/"}
    for left, right in (
        (stored.links.of(is_dead), at_hand.links.of(is_dead)),
        (stored.links.ordered(rank, urls, 99), at_hand.links.ordered(rank, urls, 99)),
        (stored.links.named(urls), at_hand.links.named(urls)),
        (stored.links.kinds_of(urls), at_hand.links.kinds_of(urls)),
        (stored.links.within({"lists/0003.md"}), at_hand.links.within({"lists/0003.md"})),
        (stored.links.of(is_dead).at([3, 1]), at_hand.links.of(is_dead).at([3, 1])),
        (stored.links.outlines(), at_hand.links.outlines()),
    ):
        assert list(left) == list(right)
    assert stored.links.files() == at_hand.links.files()
    assert sorted(set(stored.links.addresses())) == sorted(set(at_hand.links.addresses()))
    files = {file: list(links) for file, links in at_hand.links.of(is_dead).by_file()}
    assert {file: list(links) for file, links in stored.links.of(is_dead).by_file()} == files


def test_ignored_links_are_counted_as_such(both: tuple[Report, Report]) -> None:
    ignored = {0: Ignore("here", "it", "because")}
    at_hand, stored = (each.links.ignoring(ignored) for each in both)
    assert dict(stored.kinds()) == dict(at_hand.kinds())
    assert list(stored[:2]) == list(at_hand[:2])
    urls = {resource(number).url for number in (50, 0)}
    assert [kind.ignored for _url, kind in stored.kinds_of(urls)] == [True, False]
    assert list(stored.kinds_of(urls)) == list(at_hand.kinds_of(urls))
    assert not both[1].ignored.get(State.DEAD)


@pytest.mark.parametrize("format_", Format)
def test_every_format_says_the_same_of_both(both: tuple[Report, Report], format_: Format) -> None:
    at_hand, stored = both
    assert render(stored, format_) == render(at_hand, format_)


def test_markdown_of_all_links_says_the_same_of_both(both: tuple[Report, Report]) -> None:
    at_hand, stored = both
    assert render(stored, Format.MARKDOWN, View(all_links=True)) == render(
        at_hand, Format.MARKDOWN, View(all_links=True)
    )


def test_a_report_is_of_one_moment(tmp_path: Path) -> None:
    with filled(tmp_path / "links.db", AT_HAND + EACH) as store:
        before = store.report()
        run = store.last_run()
        assert run is not None
        gone = Verdict(State.DEAD, "it is gone", NOW + timedelta(days=1), None, None, 2)
        store.save_verdicts([(resource(7), gone, None)], run=run.id, now=NOW + timedelta(days=1))
        store.forget_documents(["lists/0000.md"])
        (link,) = before.links.named({resource(7).url})
        assert (link.verdict.state, len(link.occurrences)) == (State.ALIVE, 1)
        assert not list(store.report().links.named({resource(7).url}))


@pytest.mark.at_length
def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    """Ten times the links: what is kept of each is some 200 bytes, where a link takes 3,000."""

    def peak(links: int) -> int:
        with filled(tmp_path / f"{links}.db", links) as store:
            tracemalloc.start()
            try:
                assert sum(1 for _link in store.report().links) == links + 1
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    few, many = 2 * AT_HAND, 4 * AT_HAND
    assert peak(many) - peak(few) < 600 * (many - few)
