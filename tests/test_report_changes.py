"""What a run has changed leads the report."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rich.cells import cell_len

from dlt_crawler.model import Change, Ignore, Network, Report, RunId, State, Transition, Verdict
from dlt_crawler.report import Format, Listed, View, notice_of, render
from tests.report_samples import ALIVE, BLOCKED, DEAD, NIGHT, RUN, UNCHECKED, change, occurrence

MOVED = "https://new.example/"
BACK = replace(
    ALIVE,
    url="https://back.example/",
    verdict=Verdict(State.ALIVE, "answered 200 again", NIGHT, NIGHT, recovering=True),
    occurrences=(occurrence("https://back.example/", "seeds/b.md", 6, "back"),),
)
LINKS = (DEAD, ALIVE, BLOCKED, BACK, UNCHECKED)
TRANSITIONS = (
    change(ALIVE, State.ALIVE, MOVED),
    change(BACK, State.DEAD),
    change(DEAD, State.FAILING),
    change(BLOCKED, State.ALIVE),
    # No news, nobody's link any more, and only another reading of one.
    Transition(UNCHECKED.url, RUN.id, NIGHT, State.ALIVE, State.FAILING, "no answer"),
    Transition("https://forgotten.example/", RUN.id, NIGHT, State.ALIVE, State.DEAD, "gone"),
)
REPORT = Report(RUN, LINKS, transitions=TRANSITIONS)


def test_text_leads_with_each_change_why_where_and_where_to() -> None:
    text = render(REPORT, Format.TEXT)
    assert text.startswith(
        """\
5 links, written 6 times; run 7, 2026-11-21 02:30 to 02:41 UTC.
Changed since the run before: 1 newly dead, 1 recovered, 1 newly moved, 1 newly
blocked.

Newly dead: 1
seeds/理论.md:17:23
seeds/理论.md:90:23
    https://gone.example/paper.pdf

Recovered: 1
seeds/b.md:6:23
    https://back.example/
    answered 200 again

Newly moved: 1
seeds/b.md:3:23
    https://alive.example/
    answered 200
    moved for good to:
    https://new.example/

Newly blocked: 1
seeds/b.md:5:23
    https://walled.example/
    asks whether we are human

1 link is broken.
"""
    )
    assert max(map(cell_len, text.splitlines())) <= 80
    # All about it is told among the broken ones.
    assert "\nseeds/理论.md:17:23: dead (new)\nseeds/理论.md:90:23: dead (new)\n" in text
    assert "dead (new)" not in render(replace(REPORT, transitions=()), Format.TEXT)
    assert "walled.example" in (listed := render(REPORT, Format.TEXT, View.of([Listed.BLOCKED])))
    assert "seeds/b.md:5:23: blocked (new)\n" in listed


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (Report(RUN, LINKS), "Nothing changed since the run before.\n"),
        (Report(RUN, LINKS, transitions=TRANSITIONS[4:]), "Nothing changed since the run before.\n"),
        (
            replace(REPORT, run=replace(RUN, id=RunId(1))),
            "It was the first run: there is nothing yet to compare it with.\n\n1 link is broken.\n",
        ),
        (
            replace(REPORT, links=tuple(replace(link, ignored=Ignore("a.toml", "*")) for link in LINKS)),
            "Nothing changed since the run before.\n",
        ),
        (Report(RUN, LINKS, transitions=TRANSITIONS[2:3]), "Changed since the run before: 1 newly dead.\n"),
    ],
)
def test_text_says_in_a_line_what_has_changed_or_that_nothing_has(report: Report, sentence: str) -> None:
    assert render(report, Format.TEXT).partition("\n")[2].startswith(sentence)
    assert (" (new)" in render(report, Format.TEXT)) == (sentence == "Changed since the run before: 1 newly dead.\n")


@pytest.mark.parametrize(
    "run",
    [None, replace(RUN, id=RunId(1)), replace(RUN, finished=None), replace(RUN, network=Network.DOWN)],
    ids=["before the first", "first", "unfinished", "distrusted"],
)
def test_text_does_not_say_that_nothing_has_changed_where_nobody_could_know(run: object) -> None:
    text = render(replace(REPORT, run=run, transitions=()), Format.TEXT)
    assert "changed" not in text.lower()


def test_text_says_what_was_wrong_with_our_own_network() -> None:
    run = replace(RUN, network=Network.DOWN, trouble="Every name has an address, even one that nobody can own.")
    text = render(replace(REPORT, run=run, transitions=()), Format.TEXT)
    assert "Every name has an address, even one that nobody can own. What failed in that run" in " ".join(text.split())
    assert json.loads(render(replace(REPORT, run=run), Format.JSON))["run"]["trouble"] == run.trouble


def test_text_leads_with_deaths_that_are_held_back() -> None:
    doubtful = replace(ALIVE, verdict=Verdict(State.FAILING, "one of too many", held=True))
    text = render(Report(RUN, (doubtful, DEAD), transitions=TRANSITIONS[2:3]), Format.TEXT)
    assert text.splitlines()[1:5] == [
        "1 link that worked before would be dead now, and is not called so: so many",
        "deaths at once are more likely a mistake. Open some of them; if they are gone,",
        "say so with `dlt-crawl judge --yes`.",
        "Changed since the run before: 1 newly dead.",
    ]
    assert json.loads(render(Report(RUN, (doubtful, DEAD, doubtful)), Format.JSON))["held"] == 2


def many(number: int) -> Report:
    links = tuple(replace(DEAD, url=f"https://gone.example/{each}") for each in range(number))
    return Report(RUN, links, transitions=tuple(change(link, State.ALIVE) for link in links))


@pytest.mark.parametrize(("number", "rest"), [(10, 0), (11, 1), (1_010, 1_000)])
def test_text_tells_ten_of_a_kind_and_how_many_more(number: int, rest: int) -> None:
    lead = render(many(number), Format.TEXT).partition("broken.")[0]
    assert f"\nNewly dead: {number:,}\n" in lead
    assert lead.count("    https://gone.example/") == 10
    assert (f"and {rest:,} more, marked as new below\n" in lead) == bool(rest)


@pytest.mark.parametrize(
    ("state", "before", "moved_to", "how"),
    [
        (State.ALIVE, State.DEAD, None, "and 1 more: `dlt-crawl report --format json` lists them all\n"),
        (State.ALIVE, State.ALIVE, MOVED, "and 1 more: `dlt-crawl report --list moved` lists all that have moved\n"),
        (State.BLOCKED, State.ALIVE, None, "and 1 more: `dlt-crawl report --list blocked` marks them as new\n"),
    ],
)
def test_text_says_how_to_see_more_of_a_kind(state: State, before: State, moved_to: str | None, how: str) -> None:
    links = tuple(replace(BACK, url=f"https://a.example/{n}", verdict=Verdict(state, "so")) for n in range(11))
    report = Report(RUN, links, transitions=tuple(change(link, before, moved_to) for link in links))
    assert how in render(report, Format.TEXT)


@pytest.mark.parametrize(("places", "rest"), [(3, None), (4, "and 1 more")])
def test_text_tells_the_first_places_of_a_changed_link(places: int, rest: str | None) -> None:
    link = replace(DEAD, occurrences=tuple(occurrence(line=line) for line in range(1, places + 1)))
    lead = render(Report(RUN, (link,), transitions=(change(link, State.ALIVE),)), Format.TEXT).partition("https")[0]
    shown = lead.splitlines()[4:-1]
    assert shown == [*(f"seeds/理论.md:{line}:23" for line in (1, 2, 3)), *([rest] if rest else [])]


def test_changes_of_a_kind_stand_in_the_order_of_the_documents() -> None:
    order = [("a.md", 4), ("a.md", 30), ("b.md", 2)]
    links = [
        replace(DEAD, url=f"https://{n}.example/", occurrences=(occurrence(file=file, line=line),))
        for n, (file, line) in enumerate(order)
    ]
    transitions = tuple(change(link, State.FAILING) for link in reversed(links))
    text = render(Report(RUN, tuple(links), transitions=transitions), Format.TEXT)
    told = text.partition("Newly dead: 3\n")[2].partition("\n\n")[0]
    assert told.split()[::2] == ["a.md:4:23", "a.md:30:23", "b.md:2:23"]


def test_json_lists_each_change_by_kind() -> None:
    changes = json.loads(render(REPORT, Format.JSON))["changes"]
    assert {kind: [each["url"] for each in found] for kind, found in changes.items()} == {
        "newly_dead": [DEAD.url],
        "recovered": [BACK.url],
        "newly_moved": [ALIVE.url],
        "newly_blocked": [BLOCKED.url],
    }
    assert changes["newly_moved"] == [
        {
            "url": ALIVE.url,
            "from": "alive",
            "to": "alive",
            "reason": "answered 200",
            "at": "2026-11-21T02:30:00Z",
            "moved_to": MOVED,
        }
    ]


def test_json_lists_all_changes_however_many() -> None:
    text = render(many(100), Format.JSON)
    assert len(json.loads(text)["changes"]["newly_dead"]) == 100
    assert text == json.dumps(json.loads(text), indent=2) + "\n"


def test_no_secret_of_a_changed_link_or_of_our_own_trouble_is_shown() -> None:
    secret = "https://a.example/?token=T0PS3CRET"
    link = replace(DEAD, url=secret, verdict=Verdict(State.DEAD, f"{secret} is gone"))
    run = replace(RUN, network=Network.DOWN, trouble=f"{secret} does not answer")
    report = Report(run, (link,), transitions=(change(link, State.ALIVE, f"{secret}2"),))
    shown = [render(report, Format.TEXT), render(report, Format.JSON)]
    notice = notice_of(run, report.links, report.transitions, frozenset(Change))
    assert notice is not None
    shown += [notice.title, notice.head, *notice.links]
    assert [text for text in shown if "T0PS3CRET" in text] == []


# ── What people are sent ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_tells_the_counts_and_each_change_by_kind() -> None:
    notice = notice_of(RUN, LINKS, [*TRANSITIONS[:3], replace(TRANSITIONS[3], run=RunId(5))], frozenset(Change))
    assert notice is not None
    counts = "1 newly dead, 1 recovered, 1 newly moved, 1 newly blocked"
    assert notice.title == f"dlt-crawl: {counts}"
    assert notice.head == f"{counts}, of 5 links (runs 5 to 7, 2026-11-21 02:30 UTC)"
    assert notice.links == (
        (
            "newly dead: https://gone.example/paper.pdf\n"
            "answered 404 in two looks\n"
            "in seeds/理论.md:17:23, seeds/理论.md:90:23\n"
            "snapshot: https://web.archive.org/web/20190304050607/https://gone.example/paper.pdf"
        ),
        "recovered: https://back.example/\nanswered 200 again\nin seeds/b.md:6:23",
        (
            "newly moved: https://alive.example/\n"
            "answered 200\n"
            "in seeds/b.md:3:23\n"
            "moved for good to: https://new.example/"
        ),
        "newly blocked: https://walled.example/\nasks whether we are human\nin seeds/b.md:5:23",
    )
    assert notice.total == 4


def test_a_notice_is_only_of_what_is_wanted() -> None:
    notice = notice_of(RUN, LINKS, TRANSITIONS, {Change.RECOVERED})
    assert notice is not None
    assert (notice.title, notice.total, len(notice.links)) == ("dlt-crawl: 1 recovered", 1, 1)
    assert notice_of(RUN, LINKS, TRANSITIONS[2:3], {Change.RECOVERED}) is None
    assert notice_of(RUN, LINKS, TRANSITIONS[4:], frozenset(Change)) is None


def test_a_notice_tells_fifty_links_and_how_many_there_are() -> None:
    report = many(2_000)
    notice = notice_of(RUN, report.links, report.transitions, frozenset(Change))
    assert notice is not None
    assert (len(notice.links), notice.total) == (50, 2_000)
    assert notice.title == "dlt-crawl: 2,000 newly dead"
