"""The resolve stage on a real database and the test internet's archive: what is asked when, stored, said and left."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from dlt_crawler import summary
from dlt_crawler.archive import Archive, Calls
from dlt_crawler.errors import StoreError
from dlt_crawler.model import ArchiveAnswer, NoSnapshot, NoSnapshotReason, Snapshot, State, Wanted
from dlt_crawler.pipeline import Resolved
from tests.archives_beside import beside
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.nightly import PAUSE, Maintainer
from tests.resolve_support import ALONE, Onlooker, Resolver

PAGES = [f"http://site{number}.example/page" for number in range(6)]
OTHERS = [
    "http://never.example/page",
    "http://only-soft.example/page",
    "http://excluded.example/page",
    "http://mixed.example/page",
    "http://moved.example/old",
]
NOWHERE = [f"http://never.example/page{number}" for number in range(4)]
SECRET = "http://site.example/page?token=0123456789abcdef0123456789abcdef"


@pytest.fixture
def resolver(tmp_path: Path, internet: Internet) -> Resolver:
    resolver = Resolver(tmp_path / "a", internet)
    fill(internet)
    resolver.write(PAGES + OTHERS)
    return resolver


def fill(internet: Internet) -> None:
    for number, url in enumerate(PAGES):
        for year in (2012 + number, 2010):
            internet.archive_add(Capture(url, f"{year}0101000000", page=f"/titled/Page-{number}-of-{year}"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, internet: Internet) -> Mapping[str, ArchiveAnswer]:
    """What a run finds that nothing happens to."""
    resolver = Resolver(tmp_path_factory.mktemp("undisturbed"), internet)
    fill(internet)
    resolver.write(PAGES + OTHERS)
    resolver.resolve()
    answers = resolver.answers()
    assert {url for url, answer in answers.items() if isinstance(answer, Snapshot)} == {*PAGES, *OTHERS[-2:]}
    internet.reset()
    return answers


def asked(internet: Internet) -> int:
    return sum(request.target.startswith(("/web/", "/cdx/")) for request in internet.requests())


# ── Outages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("trouble", ["offline", "rate-limited"])
def test_after_an_outage_in_half_of_a_run_the_next_reaches_what_an_undisturbed_one_does(
    expected: Mapping[str, ArchiveAnswer], resolver: Resolver, trouble: str
) -> None:
    onlooker = Onlooker(lambda done: resolver.internet.archive_fails(trouble) if done == 3 else None)
    first = resolver.resolve(onlooker, attempts=1, patience=0.15, workers=1, playback_rate=6000)
    assert first.could_not_ask
    half = resolver.answers()
    assert half.items() <= expected.items()
    assert 0 < len(half) < len(expected)
    resolver.internet.reset()
    fill(resolver.internet)
    # What the archive asked for it still gets.
    second = resolver.resolve()
    assert resolver.answers() == expected
    assert second.could_not_ask == 0
    assert first.found + second.found == len(PAGES) + 2


@pytest.mark.parametrize("trouble", ["offline", "rate-limited", "reset", "html"])
def test_a_total_outage_stores_nothing_and_the_next_run_asks_again(
    expected: Mapping[str, ArchiveAnswer], resolver: Resolver, trouble: str
) -> None:
    resolver.internet.archive_fails(trouble)
    nothing = resolver.resolve(attempts=1, patience=0.15)
    assert (nothing.found, sum(nothing.none.values()), nothing.could_not_ask) == (0, 0, len(expected))
    assert resolver.answers() == {}
    resolver.internet.reset()
    fill(resolver.internet)
    resolver.resolve()
    assert resolver.answers() == expected


def test_what_fails_now_and_then_is_found_all_the_same(
    expected: Mapping[str, ArchiveAnswer], resolver: Resolver
) -> None:
    resolver.internet.archive_weather(7, 0.1, "offline")
    result = resolver.resolve()
    assert resolver.answers() == expected
    assert result.could_not_ask == 0


def test_a_link_that_the_archive_has_trouble_with_is_asked_for_again_when_the_others_are_done(
    resolver: Resolver,
) -> None:
    resolver.write(PAGES[:4])
    resolver.internet.archive_trouble(PAGES[0], "offline")
    onlooker = Onlooker(lambda done: resolver.internet.archive_trouble(PAGES[0], None) if done == 3 else None)
    assert resolver.resolve(onlooker, attempts=1).found == 4
    assert onlooker.done == 4


def test_the_last_time_that_a_link_is_asked_for_what_cannot_be_played_does_not_hide_the_rest(
    resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve, asked_for = Archive.resolve, []

    def write_down(self: Archive, wanted: Wanted, *, last_try: bool = False) -> ArchiveAnswer:
        asked_for.append((wanted.url, last_try))
        return resolve(self, wanted, last_try=last_try)

    monkeypatch.setattr(Archive, "resolve", write_down)
    resolver.write(PAGES[:2])
    resolver.internet.archive_trouble(PAGES[0], "offline")
    resolver.resolve(attempts=1)
    assert sorted(asked_for) == [(PAGES[0], False), (PAGES[0], True), (PAGES[1], False)]


def test_a_ban_is_remembered_by_the_next_run(resolver: Resolver) -> None:
    resolver.internet.archive_fails("rate-limited-retry-after")
    onlooker = Onlooker()
    assert resolver.resolve(onlooker, longest_pause=3600).could_not_ask == len(PAGES + OTHERS)
    assert onlooker.said[-1].endswith(f": {len(PAGES + OTHERS)} links are left for the next run")
    resolver.internet.reset()
    fill(resolver.internet)
    again = resolver.resolve(longest_pause=3600)
    assert again.could_not_ask == len(PAGES + OTHERS)
    assert asked(resolver.internet) == 0


# ── Mistakes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mistake_of_ours_costs_its_link_and_nothing_else_and_is_told_once(
    expected: Mapping[str, ArchiveAnswer],
    resolver: Resolver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    break_resolve(monkeypatch, OverflowError("date value out of range"), PAGES[0], PAGES[1])
    onlooker = Onlooker()
    result = resolver.resolve(onlooker)
    assert resolver.answers() == {url: answer for url, answer in expected.items() if url not in PAGES[:2]}
    assert (result.could_not_ask, onlooker.done) == (2, len(expected))
    (said,) = onlooker.said
    assert any(
        said
        == f"the archive could not be asked for {url}, by a mistake in dlt-crawl (OverflowError: date value out of "
        "range): please report it, with what the log says"
        for url in PAGES[:2]
    )
    assert sum(record.exc_info is not None for record in caplog.records) == 2


def test_a_database_that_fails_ends_it(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    break_resolve(monkeypatch, StoreError("the disk is full"), PAGES[0])
    with pytest.raises(StoreError):
        resolver.resolve()


def break_resolve(monkeypatch: pytest.MonkeyPatch, error: Exception, *urls: str) -> None:
    """Let an error happen when the archive is asked for one of these."""
    resolve = Archive.resolve

    def stumble(self: Archive, wanted: Wanted, **more: bool) -> ArchiveAnswer:
        if wanted.url in urls:
            raise error
        return resolve(self, wanted, **more)

    monkeypatch.setattr(Archive, "resolve", stumble)


# ── What is asked for ───────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_found_is_kept_and_what_was_not_is_asked_for_again_after_two_weeks(resolver: Resolver) -> None:
    internet = resolver.internet
    first = resolver.resolve()
    before = resolver.answers()
    count = asked(internet)
    assert resolver.resolve(day=13.9) == Resolved()
    assert asked(internet) == count
    again = resolver.resolve(day=14)
    assert again.found == 0
    assert again.none == first.none
    assert resolver.answers() == before
    assert again.asked == 3


@pytest.mark.parametrize("state", [State.ALIVE, State.BLOCKED, State.UNCHECKED])
def test_links_that_are_not_broken_are_not_asked_for(resolver: Resolver, state: State) -> None:
    resolver.write(PAGES, state)
    resolver.resolve()
    assert asked(resolver.internet) == 0


def test_the_dead_are_asked_for_before_those_that_only_fail(resolver: Resolver) -> None:
    resolver.write(PAGES, State.FAILING)
    resolver.judge(PAGES[3:6], State.DEAD)
    resolver.resolve(workers=1)
    first = dict.fromkeys(request.target.partition("/http")[2] for request in resolver.internet.requests())
    assert {f"http{rest}" for rest in list(first)[:3]} == {*PAGES[3:6]}


def test_private_links_are_nobodys_business_and_the_summary_says_how_many(resolver: Resolver) -> None:
    resolver.write([SECRET, PAGES[0]])
    result = resolver.resolve()
    assert result.private == 1
    assert result.asked == 1
    assert "0123456789abcdef" not in "".join(request.target for request in resolver.internet.requests())
    assert resolver.resolve(day=1) == Resolved()


# ── The summary ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (Resolved(), "0 snapshots found, 0 asked and there is none, 0 could not be asked"),
        (
            Resolved(
                7,
                {"arxiv": 1, "software_heritage": 2},
                {
                    NoSnapshotReason.ONLY_BAD_CAPTURES: 1,
                    NoSnapshotReason.NEVER_ARCHIVED: 8,
                    NoSnapshotReason.EXCLUDED: 0,
                    NoSnapshotReason.PRIVATE: 3,
                },
                1,
                Calls(cdx=2, playback=41, save=0),
            ),
            (
                "7 snapshots found, 3 elsewhere (arxiv 1 · software_heritage 2), 9 asked and there is none "
                "(only bad captures 1 · never archived 8), 3 not asked for, as their addresses look private, "
                "1 could not be asked; 41 playback and 2 CDX calls, 2.0 and 0.1 a link"
            ),
        ),
        (
            Resolved(0, {}, {NoSnapshotReason.PRIVATE: 1}),
            (
                "0 snapshots found, 0 asked and there is none, 1 not asked for, as their addresses look private, "
                "0 could not be asked"
            ),
        ),
    ],
)
def test_the_summary_says_what_was_answered_and_what_it_cost(result: Resolved, line: str) -> None:
    assert summary.of_resolve(result) == line


def test_who_could_ask_nothing_has_not_done_the_work(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    resolver = Resolver(tmp_path, internet)
    fill(internet)
    resolver.write(PAGES)
    internet.archive_fails("html")
    assert "could not be asked" not in maintainer.run("resolve", status=3, DLT_CRAWL_ARCHIVE__PATIENCE="0")
    assert resolver.answers() == {}
    internet.archive_fails("html", times=0)
    assert " 0 could not be asked; " in maintainer.run("resolve")


# ── Interrupts ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("end", "trouble"), [(signal.SIGINT, "hang"), (signal.SIGTERM, "rate-limited-retry-after")])
def test_an_interrupt_ends_it_at_once_while_workers_wait(
    tmp_path: Path, internet: Internet, end: signal.Signals, trouble: str
) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    resolver = Resolver(tmp_path, internet)
    fill(internet)
    resolver.write(PAGES)
    internet.archive_trouble(PAGES[0], trouble)
    environment = {f"DLT_CRAWL_ARCHIVE__{name}": "500" for name in ("TIMEOUT", "PATIENCE", "LONGEST_PAUSE")}
    with maintainer.start("resolve", **environment) as process:
        try:
            deadline = time.monotonic() + 60
            while not any(PAGES[0] in request.target for request in internet.requests()):
                assert time.monotonic() < deadline
                time.sleep(PAUSE)
            process.send_signal(end)
            sent = time.monotonic()
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert time.monotonic() - sent < 15
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert out == ""
    found = resolver.answers()
    assert all(isinstance(answer, Snapshot) for answer in found.values())
    assert PAGES[0] not in found


class CutOff(Exception):
    """The run ends here."""


def test_what_is_not_archived_is_asked_for_again_by_a_run_that_goes_on_with_one_that_was_cut_off(
    resolver: Resolver,
) -> None:
    """Nobody else was asked for it yet."""

    def cut(done: int) -> None:
        if done == len(PAGES + OTHERS):
            raise CutOff

    with pytest.raises(CutOff):
        resolver.resolve(Onlooker(cut))
    assert not any(isinstance(answer, NoSnapshot) for answer in resolver.answers().values())
    assert sum(resolver.resolve().none.values()) == 3


def test_what_others_do_not_have_either_is_stored_one_by_one(resolver: Resolver) -> None:
    resolver.write(NOWHERE)
    with beside() as services:

        def cut(_done: int) -> None:
            if len(services.asked) == 3:
                raise CutOff

        with pytest.raises(CutOff):
            resolver.resolve(Onlooker(cut), fallbacks={**services.settings(), "software_heritage": False})
    assert len(resolver.answers()) == 3


def test_what_there_was_no_time_to_ask_others_for_is_gone_on_with_by_the_next_run(resolver: Resolver) -> None:
    resolver.write(NOWHERE)
    with beside() as services:
        # Each asks for one link, and has taken too long then.
        fallbacks = {**ALONE, **services.settings(software_heritage=False, time_limit=1e-9)}
        for run in range(1, len(NOWHERE) + 1):
            result = resolver.resolve(day=run / 10, fallbacks=fallbacks)
            assert (sum(result.none.values()), result.could_not_ask) == (1, len(NOWHERE) - run)
            assert len(services.asked) == len(resolver.answers()) == run
