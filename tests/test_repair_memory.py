"""What became of a repair is told from the log and from the links that stand in the document now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from dlt_crawler.model import (
    Ending,
    LinkKind,
    LinkOccurrence,
    LoggedRepair,
    NoSpan,
    Repair,
    RepairKind,
    RepairStyle,
    Resource,
    Rewrite,
    SkipReason,
    Span,
)
from dlt_crawler.pipeline.repairs.memory import recall

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = "https://gone.example/a", "https://archive.example/web/20200101000000/https://gone.example/a"
NEWER = NEW.replace("2020", "2024")
APPEND = RepairStyle.APPEND


def link(url: str, text: str = "here", line: int = 1, kind: LinkKind = LinkKind.INLINE) -> LinkOccurrence:
    place = Span(line * 100, line * 100 + len(url))
    return LinkOccurrence("a.md", place, line, 1, kind, url, url, text, Resource(url.partition("#")[0]))


def entry(
    number: int,
    *,
    stood: bool = True,
    ending: Ending | None = None,
    at: int = -9,
    ended: int = -5,
    old: str = OLD,
    new: str = NEW,
    text: str = "here",
    line: int = 1,
    kind: LinkKind = LinkKind.INLINE,
    style: RepairStyle = RepairStyle.REPLACE,
    written_to: str = "a.md",
) -> LoggedRepair:
    """An entry of so many days ago."""
    return LoggedRepair(
        NOW + at * DAY,
        None,
        written_to,
        Repair(link(old, text, line, kind), new, "it is gone", style=style),
        Rewrite(old.encode(), new.encode()),
        number,
        NOW + at * DAY if stood else None,
        NOW + ended * DAY if ending else None,
        ending,
    )


@dataclass
class Case:
    log: Sequence[LoggedRepair]
    links: Sequence[LinkOccurrence]
    endings: Sequence[Ending | None]
    """Of the entries, afterwards."""
    standing: Sequence[int] = ()
    """Entries by number."""


IN_PLACE, IN_A_COPY = entry(1), entry(1, stood=False, written_to="out/a.md")
CUT_OFF = entry(1, stood=False)
REVERTED, GONE, RETURNED, UNDONE = Ending.REVERTED, Ending.GONE, Ending.RETURNED, Ending.UNDONE

CASES = {
    "nothing was ever repaired": Case([], [link(OLD)], []),
    "it stands": Case([IN_PLACE], [link(NEW)], [None], [1]),
    "it is reverted": Case([IN_PLACE], [link(OLD)], [REVERTED]),
    "another link has the old URL": Case([IN_PLACE], [link(OLD, "there")], [GONE]),
    "it is reverted to a bare URL": Case([IN_PLACE], [link(OLD, OLD)], [REVERTED]),
    "a bare URL is reverted and labelled": Case([entry(1, text=OLD)], [link(OLD, "there")], [REVERTED]),
    "a definition is reverted and its use is another": Case(
        [entry(1, kind=LinkKind.REFERENCE)], [link(OLD, "there", kind=LinkKind.REFERENCE)], [REVERTED]
    ),
    "it is reverted in another spelling": Case([IN_PLACE], [replace(link(OLD), raw="//gone.example/%61")], [REVERTED]),
    "the link is removed": Case([IN_PLACE], [], [GONE]),
    "another URL stands there": Case([IN_PLACE], [link("https://other.example/")], [GONE]),
    "another section of the page": Case([IN_PLACE], [link(f"{OLD}#2")], [GONE]),
    "the same section": Case([entry(1, old=f"{OLD}#2", new=f"{NEW}#2")], [link(f"{OLD}#2")], [REVERTED]),
    "the same link is written once more": Case([IN_PLACE], [link(OLD, line=9), link(NEW)], [None], [1]),
    "it is moved and its label is another": Case([IN_PLACE], [link(NEW, "there", 9)], [None], [1]),
    "it is copied": Case([IN_PLACE], [link(NEW), link(NEW, line=2)], [None], [1]),
    "the old URL stands in code": Case([IN_PLACE], [link(OLD, kind=LinkKind.CODE)], [GONE]),
    "the old URL is ignored": Case([IN_PLACE], [replace(link(OLD), target=SkipReason.IGNORED)], [GONE]),
    "the new URL is excluded": Case([IN_PLACE], [replace(link(NEW), target=SkipReason.EXCLUDED)], [None], [1]),
    "the document is only scanned": Case([IN_PLACE], [replace(link(OLD), span=None, no_span=NoSpan.SCANNED)], [None]),
    # What never stood in the document.
    "a copy was written": Case([IN_A_COPY], [link(OLD)], [None]),
    "a copy was taken over": Case([IN_A_COPY], [link(NEW)], [None], [1]),
    "a commit was merged": Case([replace(IN_A_COPY, written_to="dlt-crawl/repair-1:a.md")], [link(NEW)], [None], [1]),
    # Killed between two steps: the log is kept before the document is written, and confirmed behind it.
    "killed before the repair was written": Case([CUT_OFF], [link(OLD)], [None]),
    "killed before the repair was confirmed": Case([CUT_OFF], [link(NEW)], [None], [1]),
    "killed before the return was written": Case([entry(1, ending=RETURNED)], [link(NEW)], [None], [1]),
    "killed after the return was written": Case([entry(1, ending=RETURNED)], [link(OLD)], [RETURNED]),
    "killed before it was undone": Case([entry(1, ending=UNDONE)], [link(NEW)], [None], [1]),
    "killed after it was undone": Case([entry(1, ending=UNDONE)], [link(OLD)], [UNDONE]),
    # What has ended.
    "a revert stays one": Case([entry(1, ending=REVERTED)], [link(OLD)], [REVERTED]),
    "and when the link is removed": Case([entry(1, ending=REVERTED)], [], [REVERTED]),
    "the revert is reverted": Case([entry(1, ending=REVERTED)], [link(NEW)], [None], [1]),
    "it is gone and comes back": Case([entry(1, ending=GONE)], [link(NEW)], [None], [1]),
    "it is gone and the old URL comes back": Case([entry(1, ending=GONE)], [link(OLD)], [GONE]),
    # Several repairs of one place.
    "repaired, returned, repaired": Case(
        [entry(1, ending=RETURNED), entry(2, at=-2)], [link(NEW)], [RETURNED, None], [2]
    ),
    "repaired, returned, repaired, reverted": Case(
        [entry(1, ending=RETURNED), entry(2, at=-2)], [link(OLD)], [RETURNED, REVERTED]
    ),
    "repaired, returned, repaired in a copy that was taken over": Case(
        [entry(1, ending=RETURNED), entry(2, at=-2, stood=False)], [link(NEW)], [RETURNED, None], [2]
    ),
    "repaired, and copied before": Case(
        [entry(1, stood=False, written_to="out/a.md"), entry(2)], [link(NEW)], [None, None], [2]
    ),
    "repaired, and another place in a later copy": Case(
        [entry(1), entry(2, at=-1, stood=False, line=9)], [link(NEW), link(OLD, line=9)], [None, None], [1]
    ),
    "another snapshot": Case(
        [entry(1, ending=REVERTED), entry(2, new=NEWER, at=-2)], [link(NEWER)], [REVERTED, None], [2]
    ),
    # The same URL in several places.
    "one of two is reverted": Case(
        [entry(1, text="one"), entry(2, text="two", line=2)],
        [link(OLD, "one"), link(NEW, "two", 2)],
        [REVERTED, None],
        [2],
    ),
    "the other of two is reverted": Case(
        [entry(1, text="one"), entry(2, text="two", line=2)],
        [link(NEW, "one"), link(OLD, "two", 2)],
        [None, REVERTED],
        [1],
    ),
    "one of two is removed": Case(
        [entry(1, text="one"), entry(2, text="two", line=2)], [link(NEW, "two", 2)], [GONE, None], [2]
    ),
    "one is reverted and one is removed": Case([entry(1), entry(2, line=2)], [link(OLD)], [REVERTED, GONE]),
    # A second link behind the first, which stays.
    "appended": Case([entry(1, style=APPEND)], [link(OLD), link(NEW, "archived")], [None], [1]),
    "what was appended is removed": Case([entry(1, style=APPEND)], [link(OLD)], [REVERTED]),
    "what was appended is removed with its link": Case([entry(1, style=APPEND)], [], [GONE]),
    "one of two is removed with what was appended": Case(
        [entry(1, style=APPEND), entry(2, style=APPEND, line=2)], [link(OLD), link(NEW, "archived")], [None, GONE], [1]
    ),
    "appended behind two uses of one definition": Case(
        [entry(n, style=APPEND, kind=LinkKind.REFERENCE) for n in (1, 2)],
        [link(NEW, "archived"), link(NEW, "archived", 2), link(OLD, line=3, kind=LinkKind.REFERENCE)],
        [None, None],
        [1, 2],
    ),
    "both are removed": Case(
        [entry(n, style=APPEND, kind=LinkKind.REFERENCE) for n in (1, 2)],
        [link(OLD, line=3, kind=LinkKind.REFERENCE)],
        [REVERTED, REVERTED],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_became_of_a_repair(name: str) -> None:
    case = CASES[name]
    memory = recall(case.log, case.links, NOW)
    after = {each.id: each for each in case.log} | {each.id: each for each in memory.changed}
    assert [each.ending for each in after.values()] == list(case.endings)
    assert sorted(each.id for _, each in memory.standing) == sorted(case.standing)
    assert all(each.stood is not None and each.ended is None for _, each in memory.standing)
    assert all(after[each.id] == each for _, each in memory.standing)
    assert all((each.ended is None) == (each.ending is None) for each in after.values())
    before = {each.id: each.ending for each in case.log}
    assert [each.id for each in memory.reverted] == [
        number for number, each in after.items() if each.ending is REVERTED and before[number] is not REVERTED
    ]
    assert all(each.ended == NOW for each in memory.reverted)
    # What is known is not said again.
    again = recall([*after.values()], case.links, NOW + DAY)
    assert (again.changed, again.reverted) == ((), ())


@pytest.mark.parametrize("kind", RepairKind)
@pytest.mark.parametrize("url", [OLD, f"{OLD}/2"])
def test_the_old_url_of_a_link_that_lives_again_is_no_refusal(kind: RepairKind, url: str) -> None:
    logged = replace(IN_PLACE, repair=replace(IN_PLACE.repair, kind=kind))
    (after,) = recall([logged], [link(OLD)], NOW, frozenset({Resource(url)})).changed
    assert after.ending is (RETURNED if kind is RepairKind.SNAPSHOT and url == OLD else REVERTED)


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        (f"{NEW}_(x)", f"{NEW}_%28x%29"),
        (f"{NEW}?题", f"{NEW}?%E9%A2%98"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        (f"{NEW}&copy;=1", f"{NEW}&copy%3B=1"),
    ],
)
def test_a_url_that_its_place_wants_encoded_is_the_same(written: str, reads: str) -> None:
    ((found, logged),) = recall([entry(1, new=written)], [link(reads)], NOW).standing
    assert (found.url, logged.id) == (reads, 1)


def test_each_of_several_places_gets_back_what_stood_there() -> None:
    bare = [entry(n, text=OLD, line=n, new=NEW) for n in (1, 2, 3)]
    labelled = [entry(n, text="label", line=n) for n in (4, 5)]
    links = [link(NEW, NEW, 7), link(NEW, NEW, 8), link(NEW, "label", 9), link(NEW, NEW, 10), link(NEW, "label", 11)]
    memory = recall([*labelled, *bare], links, NOW)
    assert {each.id: found.line for found, each in memory.standing} == {1: 7, 2: 8, 3: 10, 4: 9, 5: 11}


def test_a_thousand_links_to_one_page_are_no_trouble() -> None:
    log = [entry(number, line=number, text=f"{number % 7}") for number in range(1, 20_001)]
    links = [link(NEW, f"{number % 5}", number) for number in range(1, 10_001)]
    memory = recall(log, [*links, *(link(OLD, f"{n % 7}", 20_000 + n) for n in range(100))], NOW)
    endings = [each.ending for each in memory.changed]
    assert (len(memory.standing), endings.count(REVERTED), endings.count(GONE)) == (10_000, 100, 9_900)
