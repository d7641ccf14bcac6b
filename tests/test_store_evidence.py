"""What answers showed: kept once, given back as it was, and what of it is remembered of a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlt_crawler.model import (
    Due,
    Evidence,
    LinkWarning,
    Outcome,
    Page,
    Redirect,
    Resource,
    RunId,
    Sibling,
    Signal,
    SignalKind,
)
from dlt_crawler.store import Crowded, Store
from tests.databases import rows
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save, vouched_for

SHOWN = Evidence(
    fields=(("server", "nginx"), ("set-cookie", "id")),
    title="论文 \x00\ud800",
    headings=("一", "二"),
    text="Words — 文字",
    length=1_234,
    prose=56,
    sketch="0a1b",
    noindex=True,
    markers=("wordpress",),
    refresh="https://papers.example/next",
    canonical="https://papers.example/1",
    complete=False,
    missing_fragments=("section-2", "%E4%B8%80"),
    sibling=Sibling.NOT_FOUND,
)
SIGNALS = (Signal(SignalKind.ERROR_WORDS, 1.5, "Page not found"), Signal(SignalKind.THIN, 0.5, "56 characters"))
PAGE = Page("A paper", "About it.", "en", "Latn")


def test_evidence_and_signals_come_back_as_they_were(store: Store) -> None:
    seen = replace(observation(page=PAGE), evidence=SHOWN, signals=SIGNALS)
    plain = replace(observation(OTHER), evidence=Evidence())
    store.add_checks(store.begin_run(NOW).id, 1, [seen, plain])

    first, second = store.rereading.histories()
    assert [stored.check.seen for stored in first.checks] == [seen]
    assert (first.known, second.known) == (PAGE, Page())
    assert [stored.check.seen for stored in second.checks] == [plain]
    # What judges need of it, and no more.
    assert store.history(PAPER)[0].seen == replace(seen, evidence=None)


def test_what_is_shown_every_night_is_stored_once(store: Store, database_url: str) -> None:
    for night in range(5):
        seen = replace(observation(at=NOW + night * DAY, page=PAGE), evidence=SHOWN)
        store.add_checks(store.begin_run(NOW + night * DAY).id, 1, [seen])
    assert rows(database_url, "SELECT count(*) FROM evidence") == [(1,)]
    assert rows(database_url, "SELECT count(*) FROM pages") == [(1,)]


@pytest.mark.parametrize(
    ("changed", "known"),
    [
        ({}, Page("Now", "About it.", "en", "Latn")),
        ({"outcome": Outcome.REDIRECTED}, Page("Now", "About it.", "en", "Latn")),
        # Error pages, walls and pages of others have titles as well.
        ({"outcome": Outcome.SOFT_404}, PAGE),
        ({"outcome": Outcome.PARKED}, PAGE),
        ({"outcome": Outcome.BLOCKED}, PAGE),
        ({"outcome": Outcome.NOT_FOUND}, PAGE),
        ({"outcome": Outcome.SERVER_ERROR}, PAGE),
        ({"warnings": (LinkWarning.DRIFTED,)}, PAGE),
        ({"warnings": (LinkWarning.TLS_UNVERIFIED,)}, Page("Now", "About it.", "en", "Latn")),
    ],
)
def test_a_title_is_remembered_from_a_page_that_lives_only(
    store: Store, changed: dict[str, object], known: Page
) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    vouched_for(store, observation(page=PAGE))
    later = replace(observation(at=NOW + DAY, page=Page("Now")), **changed)  # type: ignore[arg-type]
    vouched_for(store, later, now=NOW + DAY)

    [link] = store.report().links
    assert link.page == known


def test_a_link_is_handed_out_with_its_fragments_and_what_is_known_of_its_page(store: Store) -> None:
    written = [
        replace(occurrence("a.md", line=line), url=f"{PAPER.url}{fragment}")
        for line, fragment in enumerate(("", "#b", "#%E4%B8%80", "#b", "#", "#a#c"), 1)
    ]
    save(store, document("a.md"), [*written, occurrence("a.md", OTHER, line=9)], now=NOW)
    save(store, document("b.md"), [replace(occurrence("b.md"), url=f"{PAPER.url}#other-document")], now=NOW)
    vouched_for(store, observation(page=PAGE))

    with store.frontier(store.begin_run(NOW + DAY).id, 1, ["a.md"]) as frontier:
        due = frontier.claim("papers.example", 9)
    # The abstract is not needed, and is most of what is known.
    known = Page("A paper", None, "en", "Latn")
    fragments = ("b", "%E4%B8%80", "a#c", "other-document")
    assert sorted(due, key=lambda each: each.resource.url) == [Due(PAPER, fragments, known), Due(OTHER)]


def redirected(store: Store, run: RunId, links: list[str], to: str, *, evidence: bool = True) -> None:
    store.add_checks(
        run,
        1,
        [
            replace(
                observation(Resource(link)),
                final_url=to,
                redirects=(Redirect(link, 302, to),),
                evidence=Evidence() if evidence else None,
            )
            for link in links
        ],
    )


def test_links_of_one_slot_that_ended_on_one_page_are_a_crowd(store: Store) -> None:
    home = "https://old.example/"
    old = [f"https://old.example/{number}" for number in range(3)]
    first, second, third = (store.begin_run(NOW + night * DAY).id for night in range(3))
    runs = [first, first, second]
    redirected(store, first, old[:2], home)
    redirected(store, first, ["https://else.example/1"], home)
    redirected(store, second, old, home)
    redirected(store, second, ["https://two.example/1", "https://two.example/2"], home)
    redirected(store, second, [f"https://before.example/{number}" for number in range(3)], home, evidence=False)

    crowd = tuple(Crowded("old.example", home, Resource(url), run) for url, run in zip(old, runs, strict=True))
    assert store.rereading.crowds(None, 3) == store.rereading.crowds(second, 3) == crowd
    # What was redirected in another run counts, of pages to which this one was redirected, too.
    assert store.rereading.crowds(first, 3) == crowd
    redirected(store, third, ["https://old.example/2"], "https://old.example/elsewhere")
    assert store.rereading.crowds(third, 3) == ()
    assert {each.slot for each in store.rereading.crowds(None, 2)} == {"old.example", "two.example"}


def test_what_checks_mean_is_replaced_and_what_they_saw_is_not(store: Store) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    run = store.begin_run(NOW).id
    seen = replace(observation(page=PAGE), evidence=SHOWN)
    store.add_checks(run, 1, [seen, replace(observation(OTHER), evidence=SHOWN)])
    [history, other] = store.rereading.histories()
    meant = replace(
        seen, outcome=Outcome.SOFT_404, detail="an error page", signals=SIGNALS, warnings=(LinkWarning.DRIFTED,)
    )

    store.rereading.save({history.checks[0].number: replace(meant, status=500)}, {history.number: Page("Before")})

    [again, untouched] = store.rereading.histories()
    assert [stored.check.seen for stored in again.checks] == [meant]
    assert untouched == other
    [link] = store.report().links
    assert (link.page, link.last and link.last.seen.outcome) == (Page("Before"), Outcome.SOFT_404)


def test_only_what_is_wanted_is_read_again_and_nothing_without_evidence(store: Store) -> None:
    many = [Resource(f"https://papers.example/{number}") for number in range(250)]
    run = store.begin_run(NOW).id
    store.add_checks(run, 1, [replace(observation(each), evidence=SHOWN) for each in many])
    store.add_checks(run, 1, [observation(Resource("https://without.example/"))])

    assert [history.checks[0].check.seen.resource for history in store.rereading.histories()] == many
    wanted = [many[7], Resource("https://unknown.example/"), many[240]]
    found = [history.checks[0].check.seen.resource for history in store.rereading.histories(wanted)]
    assert sorted(each.url for each in found) == sorted(each.url for each in (many[7], many[240]))
