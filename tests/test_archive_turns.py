"""The turns to ask an archive that several processes share in PostgreSQL: their pace, their silence, their clock."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context

import pytest

from dlt_crawler.archive import Archive
from dlt_crawler.archive.limits import Limiter, Pool
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveRateLimited, StoreError
from dlt_crawler.store import Store
from tests import postgres
from tests.archive_support import PAPER, HandClock, settings_of
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.program import ROOT

PROCESSES = 3
REQUESTS = 5
"""Of each process."""
RATE = 600.0
"""Requests a minute, of all of them."""


class ServerClock(HandClock):
    """A clock that the server's goes with: when somebody sleeps, all that it has written down is longer ago."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def sleep(self, seconds: float, /) -> None:
        super().sleep(seconds)
        ago = f"make_interval(secs => {seconds})"
        moved = ", ".join(f"{column} = {column} - {ago}" for column in ("at", "sent", "until"))
        postgres.server().execute(f"UPDATE turns SET {moved}", url=self._url)


def limiter_of(store: Store, clock: HandClock | None = None, **settings: float) -> Limiter:
    rates = {Pool.CDX: 24.0, Pool.PLAYBACK: 480.0}
    asked = ArchiveSettings.model_validate({"patience": 1e6, **settings})
    return Limiter(rates, clock or HandClock(), asked, turns=store.turns)


def waited(limiter: Limiter, clock: HandClock, pool: Pool) -> float:
    before = clock.now
    limiter.admit(pool)
    return clock.now - before


def test_three_processes_keep_the_pace_of_one_and_a_refusal_to_one_silences_them_all(
    internet: Internet, postgresql: postgres.Server
) -> None:
    internet.archive_add(Capture(PAPER, "20150310120000"))
    internet.archive_fails("rate-limited-briefly", "playback", times=1)
    arguments = [postgresql.new(), settings_of(internet, playback_rate=RATE).model_dump_json()]
    subprocess.run([sys.executable, "-m", __name__, *arguments], cwd=ROOT, check=True, timeout=60)
    refused, *answered = internet.requests()
    assert refused.status == "429"
    assert len(answered) == PROCESSES * REQUESTS
    assert len({request.headers["user-agent"] for request in answered}) == PROCESSES
    # Where the processor is busy a request is late by any number of milliseconds, and closer to the next one; each by a
    # pace of its own, all would be there in a third of the time.
    # One that was under way already is none that came all the same.
    times = [request.at for request in (refused, *answered[:3])]
    assert max(after - before for before, after in pairwise(times)) > 0.7
    assert answered[-1].at - answered[0].at > 0.7 * 60 / RATE * (len(answered) - 1)


def test_threads_of_two_limiters_never_get_one_turn_twice(postgresql: postgres.Server) -> None:
    url = postgresql.new()
    given: list[float] = []
    with Store.open(url) as one, Store.open(url) as other:
        began = threading.Barrier(8)

        def work(store: Store) -> None:
            began.wait()
            assert store.turns is not None
            given.extend(store.turns.reserve("cdx", 100.0, 1e9) for _ in range(25))

        with ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(work, store) for store in (one, other) * 4]:
                done.result()
    turns = sorted(given)
    assert [round(turn / 100) for turn in turns] == list(range(200))


def test_what_a_process_was_told_holds_for_one_that_starts_later_and_refusals_are_counted_together(
    postgresql: postgres.Server,
) -> None:
    url = postgresql.new()
    with Store.open(url) as one, Store.open(url) as other:
        clock = ServerClock(url)
        first = limiter_of(one, clock)
        assert first.refused(first.admit(Pool.STATUS), None) == 60
        second = limiter_of(other, clock)
        assert waited(second, clock, Pool.PLAYBACK) == pytest.approx(60, abs=2)
        assert second.refused(second.admit(Pool.STATUS), None) == pytest.approx(120)
        assert waited(first, clock, Pool.CDX) == pytest.approx(120, abs=2)
        first.answered(first.admit(Pool.STATUS))
        assert second.refused(second.admit(Pool.STATUS), None) == pytest.approx(60)


def test_a_request_under_way_when_another_process_is_refused_counts_as_the_same_refusal(
    postgresql: postgres.Server,
) -> None:
    url = postgresql.new()
    with Store.open(url) as one, Store.open(url) as other:
        first, second = limiter_of(one), limiter_of(other)
        under_way = second.admit(Pool.STATUS)
        first.refused(first.admit(Pool.STATUS), None)
        assert second.refused(under_way, None) == pytest.approx(60, abs=2)
        assert other.turns is not None
        assert other.turns.silence()[1] == 1


def test_patience_ends_before_a_ban_that_another_process_was_given(postgresql: postgres.Server) -> None:
    url = postgresql.new()
    with Store.open(url) as one, Store.open(url) as other:
        first = limiter_of(one)
        first.refused(first.admit(Pool.STATUS), 3600)
        with pytest.raises(ArchiveRateLimited, match=r"for 3[56]\d\d s: it asked for fewer"):
            limiter_of(other, patience=300).admit(Pool.CDX)


def test_turns_and_silences_that_a_clock_which_was_wrong_gave_away_are_forgotten(postgresql: postgres.Server) -> None:
    url = postgresql.new()
    ahead = "now() + interval '999 days'"
    postgresql.execute(
        f"INSERT INTO turns (pool, at, sent, until, refusals) VALUES ('cdx', {ahead}, {ahead}, NULL, 0), "
        f"('all', {ahead}, NULL, {ahead}, 4)",
        url=url,
    )
    with Store.open(url) as store:
        clock = ServerClock(url)
        limiter = limiter_of(store, clock)
        assert waited(limiter, clock, Pool.CDX) == 0
        limiter.send(Pool.CDX)
        assert limiter.refused(limiter.admit(Pool.STATUS), 7) == 7
        assert store.turns is not None
        assert store.turns.silence()[0] == pytest.approx(7, abs=2)


def test_a_turn_waits_for_no_transaction_that_writes_and_holds_none_up(postgresql: postgres.Server) -> None:
    with Store.open(postgresql.new()) as store:
        run = store.begin_run(datetime.now(UTC))
        with store._database.writing():
            limiter = limiter_of(store)
            limiter.send(Pool.CDX)
            limiter.refused(limiter.admit(Pool.CDX), 1)
        store.complete_run(run.id, now=datetime.now(UTC) + timedelta(seconds=1))


def test_a_database_that_is_gone_ends_the_asking(postgresql: postgres.Server) -> None:
    url = postgresql.new()
    with Store.open(url) as store:
        limiter = limiter_of(store)
        postgresql.execute("DROP TABLE turns", url=url)
        with pytest.raises(StoreError, match="turns"):
            limiter.admit(Pool.CDX)


def _ask(url: str, settings: ArchiveSettings, number: int) -> None:
    with (
        Store.open(url, create=False) as store,
        Archive(settings, contact=f"process-{number}", turns=store.turns) as archive,
        ThreadPoolExecutor(2) as pool,
    ):
        assert None not in pool.map(archive.newest, [PAPER] * REQUESTS)


if __name__ == "__main__":
    given = ArchiveSettings.model_validate_json(sys.argv[2])
    # What they need is imported once.
    fork = get_context("fork")
    processes = [fork.Process(target=_ask, args=[sys.argv[1], given, number]) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    sys.exit(any(process.exitcode for process in processes))
