"""The page that a link into an archive shows is checked beside the link, reported with it, and no link of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from dlt_crawler.model import (
    Alternative,
    LinkKind,
    Outcome,
    Page,
    Resource,
    SourceDocument,
    State,
    Verdict,
)
from dlt_crawler.store import Store
from tests.extraction_support import links_of
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save, vouched_for
from tests.test_store_frontier import due

COPY = Resource(f"https://web.archive.org/web/20160102030405/{PAPER.url}")
LINK = replace(occurrence("a.md", COPY), original=PAPER)

ALIVE = Verdict(State.ALIVE, "it answers", last_ok=NOW)
DEAD = Verdict(State.DEAD, "it is gone", failing_since=NOW)


def judge(store: Store, *verdicts: tuple[Resource, Verdict]) -> None:
    store.save_verdicts([(resource, verdict, None) for resource, verdict in verdicts], run=None, now=NOW)


# ── What is written ─────────────────────────────────────────────────────────────────────────────────────────────────


def read(text: str, **options: object) -> list[tuple[str | None, str | None]]:
    links = links_of(SourceDocument("a.md", text.encode(), ""), **options)
    return [(link.url, link.original and link.original.url) for link in links]


def test_a_link_into_an_archive_has_its_original() -> None:
    copy = "https://web.archive.org/web/2016/http://a.example/b"
    assert read(f"[a]({copy}#c) <{copy}> [b](http://a.example/b)") == [
        (f"{copy}#c", "http://a.example/b"),
        (copy, "http://a.example/b"),
        ("http://a.example/b", None),
    ]
    short, calendar = "//web.archive.org/web/2016/http:/a.example/b", "https://web.archive.org/web/*/http://a.example/b"
    assert read(f"[a]({short}) [c]({calendar})") == [(short, "http://a.example/b"), (calendar, None)]


def test_what_is_excluded_is_no_original_and_has_none() -> None:
    copy = "https://web.archive.org/web/2016/http://a.example/b"
    other = "https://arquivo.pt/wayback/2016/http://c.example/"
    assert read(f"<{copy}> <{other}>", exclude=(re.compile("^http://a\\.example/"),)) == [
        (copy, None),
        (other, "http://c.example/"),
    ]
    assert read(f"<{copy}> <{other}>", exclude=(re.compile("^https://web\\.archive\\.org/"),)) == [
        (copy, None),
        (other, "http://c.example/"),
    ]


def test_archives_of_the_configuration_are_known() -> None:
    copy = "http://127.0.0.1:4711/web/2016/http://a.example/b"
    assert read(f"<{copy}>") == [(copy, None)]
    assert read(f"<{copy}>", archives=("http://127.0.0.1:4711/web/",)) == [(copy, "http://a.example/b")]


# ── What is stored ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", LinkKind)
def test_an_original_comes_back(store: Store, kind: LinkKind) -> None:
    links = [replace(LINK, kind=kind), replace(LINK, line=2, alternative=OTHER), occurrence("a.md", PAPER, line=3)]
    save(store, document("a.md"), links, now=NOW)
    shown = store.report().links
    assert sorted((found for link in shown for found in link.occurrences), key=lambda found: found.line) == links
    save(store, document("a.md", "1" * 64), [replace(LINK, original=None)], now=NOW)
    assert [found.original for link in store.report().links for found in link.occurrences] == [None]


def test_an_original_is_checked_and_judged_and_no_link_of_its_own(store: Store) -> None:
    save(store, document("a.md"), [LINK, replace(LINK, line=2)], now=NOW)
    assert {resource for resource, _ in store.histories()} == {COPY, PAPER}
    judge(store, (COPY, ALIVE), (PAPER, DEAD))
    (link,) = store.report().links
    assert (link.url, link.verdict, len(link.occurrences)) == (COPY.url, ALIVE, 2)
    assert link.original == Alternative(PAPER.url, DEAD)
    assert link.alternatives == ()
    # No snapshot is asked for, and nothing is replaced.
    assert store.written_verdicts() == {COPY: ALIVE}
    assert store.number_of_links() == 1
    assert store.report().transitions == ()
    known, original = store.link(COPY.url), store.link(PAPER.url)
    assert known == link
    assert original is not None
    assert (original.verdict, original.occurrences, original.original) == (DEAD, (), None)


def test_an_original_that_is_written_itself_is_a_link_as_others_are(store: Store) -> None:
    save(store, document("a.md"), [LINK, occurrence("a.md", PAPER, line=2)], now=NOW)
    judge(store, (COPY, ALIVE), (PAPER, DEAD))
    assert {link.url: (link.verdict.state, link.original) for link in store.report().links} == {
        COPY.url: (State.ALIVE, Alternative(PAPER.url, DEAD)),
        PAPER.url: (State.DEAD, None),
    }
    assert store.written_verdicts() == {COPY: ALIVE, PAPER: DEAD}


def test_before_the_original_was_checked_nothing_is_said_of_it(store: Store) -> None:
    save(store, document("a.md"), [LINK], now=NOW)
    (link,) = store.report().links
    assert link.original == Alternative(PAPER.url, Verdict(State.UNCHECKED, "not checked yet"))


def test_originals_are_due_with_the_links_of_their_documents(store: Store) -> None:
    run = store.begin_run(NOW).id
    save(store, document("b.md"), [occurrence("b.md", OTHER)], now=NOW)
    assert due(store, run, ["b.md"]) == [OTHER]
    save(store, document("a.md"), [LINK], now=NOW)
    save(store, document("c.md"), [replace(LINK, file="c.md", original=None)], now=NOW)
    assert set(due(store, run, ["a.md", "b.md"])) == {COPY, PAPER, OTHER}
    assert due(store, run, ["b.md"]) == [OTHER]
    assert due(store, run, ["c.md"]) == [COPY]
    store.add_checks(run, 1, [replace(observation(each), outcome=Outcome.NOT_FOUND) for each in (COPY, PAPER)])
    assert due(store, run, ["a.md", "b.md"]) == [OTHER]
    assert set(due(store, run, ["a.md"], look=2)) == {COPY, PAPER}
    store.forget_documents(["a.md", "c.md"])
    assert due(store, run, ["a.md"], look=2) == []


# ── What is known of cited links ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_known_of_a_cited_link(store: Store) -> None:
    save(store, document("b.md"), [occurrence("b.md", line=4)], now=NOW)
    save(store, document("a.md"), [occurrence("a.md", line=7), occurrence("a.md", OTHER), LINK], now=NOW + DAY)
    pdf = replace(observation(page=Page("On Depth")), content_type="application/pdf")
    vouched_for(store, replace(pdf, at=NOW - DAY, content_type="text/html"))
    vouched_for(store, pdf)
    gone = replace(observation(at=NOW + DAY), outcome=Outcome.NOT_FOUND, content_type="text/plain")
    vouched_for(store, gone, now=NOW + DAY)
    judge(store, (PAPER, replace(DEAD, failing_since=NOW + timedelta(hours=5))), (OTHER, ALIVE))
    cited = store.cited([PAPER, OTHER, COPY, Resource("https://never.example/")])
    assert set(cited) == {PAPER, OTHER, COPY}
    paper = cited[PAPER]
    assert (paper.first_seen, paper.failing_since, paper.page, paper.content_type) == (
        NOW,
        NOW + timedelta(hours=5),
        Page("On Depth"),
        "application/pdf",
    )
    assert sorted(paper.occurrences, key=lambda link: link.file) == [
        occurrence("a.md", line=7),
        occurrence("b.md", line=4),
    ]
    assert (cited[OTHER].failing_since, cited[OTHER].content_type, cited[COPY].page) == (None, None, Page())
    assert cited[COPY].occurrences == (LINK,)


def test_more_cited_links_than_a_statement_takes(store: Store) -> None:
    many = [Resource(f"https://papers.example/{number}") for number in range(1_201)]
    save(store, document("a.md"), [occurrence("a.md", target) for target in many], now=NOW)
    cited = store.cited(many)
    assert set(cited) == set(many)
    assert all(known.occurrences[0].target == link for link, known in cited.items())
