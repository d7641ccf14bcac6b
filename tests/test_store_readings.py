"""A bare URL that GitHub reads on into the text behind it is checked in both readings, and judged by the better one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlt_crawler.model import (
    Alternative,
    LinkKind,
    LinkOccurrence,
    Page,
    Resource,
    SkipReason,
    SourceDocument,
    State,
    Verdict,
)
from dlt_crawler.store import Store
from tests.extraction_support import links_of
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save

READ_ON = Resource(PAPER.url + "%EF%BC%8C")
BARE = replace(occurrence("a.md"), kind=LinkKind.BARE, alternative=READ_ON)
INLINE = replace(occurrence("a.md", line=2), alternative=READ_ON)
HIDDEN = Resource(PAPER.url.replace("papers", "papers%E2%80%8B"))

ALIVE = Verdict(State.ALIVE, "it answers", last_ok=NOW)
DEAD = Verdict(State.DEAD, "it is gone", failing_since=NOW)


def judge(store: Store, **verdicts: Verdict) -> None:
    names = {"paper": PAPER, "read_on": READ_ON, "other": OTHER, "hidden": HIDDEN}
    store.save_verdicts([(names[name], verdict, None) for name, verdict in verdicts.items()], run=None, now=NOW)


def shown(store: Store) -> dict[str, State]:
    return {link.url: link.verdict.state for link in store.report().links}


def test_another_reading_is_checked_and_judged_and_no_link_of_its_own(store: Store) -> None:
    save(store, document("a.md"), [BARE, replace(INLINE, alternative=OTHER)], now=NOW)
    assert {resource for resource, _ in store.histories()} == {PAPER, READ_ON, OTHER}
    judge(store, paper=ALIVE, read_on=DEAD, other=ALIVE)
    (link,) = store.report().links
    assert (link.url, link.verdict, len(link.occurrences)) == (PAPER.url, ALIVE, 2)
    assert link.alternatives == (Alternative(READ_ON.url, DEAD), Alternative(OTHER.url, ALIVE))
    assert store.written_verdicts() == {PAPER: ALIVE}
    known, other = store.link(PAPER.url), store.link(READ_ON.url)
    assert known == link
    assert other is not None
    assert (other.url, other.verdict, other.occurrences, other.first_seen) == (READ_ON.url, DEAD, (), NOW)


@pytest.mark.parametrize(
    ("written", "read_on", "expected"),
    [
        (DEAD, ALIVE, ALIVE),
        (DEAD, Verdict(State.BLOCKED, "keeps robots out"), Verdict(State.BLOCKED, "keeps robots out")),
        (
            DEAD,
            Verdict(State.FAILING, "answered once", last_ok=NOW),
            Verdict(State.FAILING, "answered once", None, NOW),
        ),
        (DEAD, None, Verdict(State.UNCHECKED, "not checked yet")),
        (Verdict(State.FAILING, "timed out"), ALIVE, ALIVE),
        (DEAD, DEAD, None),
        (DEAD, Verdict(State.FAILING, "bad request"), None),
        (DEAD, Verdict(State.UNSAFE, "refused"), None),
        (DEAD, Verdict(State.INVALID, "refused"), None),
        (ALIVE, ALIVE, None),
        (Verdict(State.BLOCKED, "keeps robots out"), ALIVE, None),
        (None, ALIVE, None),
    ],
)
def test_a_bare_url_that_goes_wrong_is_what_github_reads_where_that_may_work(
    store: Store, written: Verdict | None, read_on: Verdict | None, expected: Verdict | None
) -> None:
    save(store, document("a.md"), [BARE], now=NOW)
    judge(store, **({"paper": written} if written else {}), **({"read_on": read_on} if read_on else {}))
    (link,) = store.report().links
    if expected is None:
        assert link.url == PAPER.url
    else:
        assert link.url == READ_ON.url
        sentence = (
            f"{expected.reason}; GitHub reads this where {PAPER.url} ({written.state if written else ''}) is written"
        )
        assert link.verdict == replace(expected, reason=sentence)
        assert [other.url for other in link.alternatives] == [PAPER.url]
    assert link.occurrences == (BARE,)


@pytest.mark.parametrize(
    "link",
    [
        INLINE,
        replace(occurrence("a.md", HIDDEN), kind=LinkKind.BARE, alternative=PAPER),
        replace(occurrence("a.md", HIDDEN), alternative=PAPER),
    ],
)
def test_a_dead_link_stays_dead_where_nobody_reads_it_otherwise(store: Store, link: LinkOccurrence) -> None:
    save(store, document("a.md"), [link], now=NOW)
    assert isinstance(link.target, Resource)
    store.save_verdicts([(link.target, DEAD, None), (link.alternative or OTHER, ALIVE, None)], run=None, now=NOW)
    assert shown(store) == {link.target.url: State.DEAD}
    assert [other.verdict for other in store.report().links[0].alternatives] == [ALIVE]


@pytest.mark.parametrize(
    ("written", "without_it", "expected"),
    [
        # cmark-gfm decodes it; markdown-it does not.
        ("https://a.example/?a&amp;b", "https://a.example/?a&b", State.ALIVE),
        ("https://a.example/o%E2%80%8Bk?a=1&b=2", "https://a.example/ok?a=1&b=2", State.DEAD),
        ("https://a.example/o%E2%80%8Bk", "https://a.example/ok", State.DEAD),
    ],
)
def test_an_autolink_is_what_github_reads_only_where_that_decodes_a_character_reference(
    store: Store, written: str, without_it: str, expected: State
) -> None:
    (link,) = links_of(SourceDocument("a.md", f"<{written}>".encode(), ""))
    assert (link.kind, link.target, link.alternative) == (LinkKind.AUTOLINK, Resource(written), Resource(without_it))
    save(store, document("a.md"), [link], now=NOW)
    store.save_verdicts([(Resource(written), DEAD, None), (Resource(without_it), ALIVE, None)], run=None, now=NOW)
    assert shown(store) == {without_it if expected is State.ALIVE else written: expected}


def test_each_place_counts_as_what_is_read_there(store: Store) -> None:
    direct = occurrence("a.md", READ_ON, line=3)
    save(store, document("a.md"), [occurrence("a.md", line=1), replace(BARE, line=2), direct], now=NOW)
    run = store.begin_run(NOW)
    store.add_checks(run.id, 1, [observation(READ_ON, page=Page("The longer one"))])
    judge(store, paper=DEAD, read_on=ALIVE)
    report = store.report()
    assert {link.url: [found.line for found in link.occurrences] for link in report.links} == {
        PAPER.url: [1],
        READ_ON.url: [2, 3],
    }
    assert (report.counts[State.DEAD], report.counts[State.ALIVE], report.occurrences) == (1, 1, 3)
    assert report.links[1].page == Page("The longer one")


def test_a_url_that_no_browser_opens_may_be_one_that_github_does(store: Store) -> None:
    invalid = replace(BARE, target=SkipReason.INVALID, url="http://", raw="http://")
    save(store, document("a.md"), [invalid], now=NOW)
    judge(store, read_on=ALIVE)
    assert shown(store) == {READ_ON.url: State.ALIVE}
    judge(store, read_on=DEAD)
    assert shown(store) == {"http://": State.INVALID}


def test_a_reading_that_is_no_longer_there_is_no_longer_checked(store: Store) -> None:
    save(store, document("a.md"), [BARE], now=NOW)
    save(store, document("a.md"), [replace(BARE, alternative=None)], now=NOW + DAY)
    assert [resource for resource, _ in store.histories()] == [PAPER]
