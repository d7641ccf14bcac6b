"""How often the archive is asked, by however many threads, and how long it is left in peace."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from dlt_crawler.archive import Blocks
from dlt_crawler.archive.limits import Limiter, Pool
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveRateLimited, ArchiveUnavailable
from dlt_crawler.pipeline.archives import StoredMemory
from dlt_crawler.store import Store
from tests.archive_support import HandClock
from tests.shared_clock import SharedClock

RATES = {Pool.CDX: 24.0, Pool.PLAYBACK: 480.0, Pool.SAVE: 6.0}


class Notebook:
    """A memory that remembers as long as the test."""

    def __init__(self, blocks: Blocks | None = None) -> None:
        self.blocks = blocks

    def load(self) -> Blocks | None:
        return self.blocks

    def keep(self, blocks: Blocks) -> None:
        self.blocks = blocks


def limiter_of(clock: HandClock, memory: Notebook | None = None, **settings: float) -> Limiter:
    return Limiter(RATES, clock, ArchiveSettings.model_validate({"patience": 1e6, **settings}), memory)


def waited(clock: HandClock, limiter: Limiter, pool: Pool = Pool.STATUS) -> float:
    """Return the seconds until a request of a pool without a pace may go out."""
    before = clock.now
    limiter.admit(pool)
    return round(clock.now - before, 3)


# ── How often ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize(("pool", "limit"), [(Pool.CDX, 30), (Pool.PLAYBACK, 600), (Pool.SAVE, 7)])
def test_requests_of_a_pool_are_never_closer_than_its_rate_and_not_much_further_apart(
    pool: Pool, limit: int, workers: int
) -> None:
    clock = SharedClock()
    limiter = Limiter(RATES, clock, ArchiveSettings())
    sent: list[float] = []

    def work() -> None:
        while len(sent) < 3 * limit:
            limiter.admit(pool)
            limiter.send(pool)
            sent.append(clock.now)

    clock.run(*[work] * workers)
    gaps = [after - before for before, after in pairwise(sent)]
    # Threads were seen to be held up for 5 ms between their turn and their request.
    assert min(gaps) >= 60 / RATES[pool] + 0.01 - 1e-9
    assert max(gaps) < 60 / RATES[pool] * 1.1
    assert sum(moment < sent[0] + 60 for moment in sent) <= limit * 0.86


def test_a_request_whose_connection_took_long_does_not_run_into_the_next() -> None:
    clock = SharedClock()
    limiter = Limiter(RATES, clock, ArchiveSettings())
    sent: list[float] = []

    def ask(connecting: float) -> None:
        limiter.admit(Pool.CDX)
        clock.sleep(connecting)
        limiter.send(Pool.CDX)
        sent.append(clock.now)

    clock.run(lambda: ask(2.4), lambda: ask(0), lambda: ask(0), lambda: ask(0.1))
    assert len(sent) == 4
    assert min(after - before for before, after in pairwise(sorted(sent))) >= 2.5 - 1e-6


def test_one_pool_does_not_use_up_another() -> None:
    clock = HandClock()
    limiter = limiter_of(clock)
    limiter.admit(Pool.CDX)
    limiter.admit(Pool.PLAYBACK)
    assert clock.slept == []
    limiter.admit(Pool.CDX)
    assert clock.slept == pytest.approx([2.575])


def test_questions_about_captures_are_not_paced() -> None:
    clock = HandClock()
    limiter = limiter_of(clock)
    for _ in range(100):
        limiter.admit(Pool.STATUS)
        limiter.send(Pool.STATUS)
    assert clock.slept == []


def test_after_the_end_of_a_stage_nobody_is_let_through() -> None:
    clock = HandClock()
    limiter = limiter_of(clock)
    limiter.admit(Pool.CDX)
    limiter.close()
    with pytest.raises(ArchiveUnavailable, match="its stage has ended"):
        limiter.admit(Pool.CDX)
    assert clock.slept == []


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [(None, 60), (0, 1), (-5, 1), (7, 7), (120, 120), (3600, 3600), (1e12, 3600), (float("inf"), 3600)],
)
def test_a_refusal_silences_every_pool_for_as_long_as_it_says_within_an_hour(
    retry_after: float | None, pause: float
) -> None:
    for pool in Pool:
        clock = HandClock()
        limiter = limiter_of(clock)
        assert limiter.refused(limiter.admit(Pool.CDX), retry_after) == pause
        assert waited(clock, limiter, pool) == max(pause, 2.575 if pool is Pool.CDX else 0)


def test_refusals_that_do_not_say_how_long_double_the_pause_until_one_is_answered() -> None:
    clock = HandClock()
    limiter = limiter_of(clock, breaker=99)
    pauses = [limiter.refused(limiter.admit(Pool.STATUS), None) for _ in range(8)]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    limiter.answered(limiter.admit(Pool.STATUS))
    assert limiter.refused(limiter.admit(Pool.STATUS), None) == 60


def test_refusals_in_a_row_are_at_last_a_pause_of_an_hour_however_short_they_say() -> None:
    clock = HandClock()
    limiter = limiter_of(clock)
    assert [limiter.refused(limiter.admit(Pool.STATUS), 1) for _ in range(6)] == [1, 1, 1, 1, 3600, 3600]


def test_what_was_under_way_when_a_pause_began_is_refused_for_the_same_reason() -> None:
    clock = HandClock()
    limiter = limiter_of(clock)
    first, second, third, fourth = (limiter.admit(Pool.PLAYBACK) for _ in range(4))
    assert limiter.refused(first, None) == pytest.approx(60)
    clock.now += 10
    assert limiter.refused(second, None) == pytest.approx(50)
    # An answer to an older question says nothing about now, and a longer wish counts.
    limiter.answered(third)
    assert limiter.refused(fourth, 90) == pytest.approx(90)
    assert waited(clock, limiter) == 90
    assert limiter.refused(limiter.admit(Pool.PLAYBACK), None) == pytest.approx(120)


def test_a_turn_that_comes_during_a_pause_is_lost() -> None:
    clock = SharedClock()
    limiter = Limiter(RATES, clock, ArchiveSettings())
    sent: list[float] = []

    def ask() -> None:
        sent.append(limiter.admit(Pool.SAVE))

    def refuse() -> None:
        asked = limiter.admit(Pool.CDX)
        clock.sleep(5)
        limiter.refused(asked, 30)

    clock.run(ask, ask, ask, refuse)
    assert [moment - 1000 for moment in sent] == pytest.approx([0, 35, 45.3])


# ── Outages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_five_failures_in_a_row_are_a_short_pause_and_then_ones_that_double_while_it_goes_on() -> None:
    clock = HandClock()
    limiter = limiter_of(clock)
    waits = []
    limiter.answered(limiter.admit(Pool.STATUS))
    for _ in range(8):
        limiter.failed(limiter.admit(Pool.STATUS))
        waits.append(waited(clock, limiter))
    assert waits == [0, 0, 0, 0, 5, 60, 120, 240]
    limiter.answered(limiter.admit(Pool.STATUS))
    for _ in range(4):
        limiter.failed(limiter.admit(Pool.STATUS))
    assert waited(clock, limiter) == 0


def test_an_archive_that_has_never_answered_is_waited_for_no_longer_than_a_short_pause() -> None:
    clock, notebook = HandClock(), Notebook()
    limiter = limiter_of(clock, notebook)
    for _ in range(6):
        limiter.failed(limiter.admit(Pool.STATUS))
    with pytest.raises(ArchiveRateLimited, match="until the next run: 6 requests in a row were not answered"):
        limiter.admit(Pool.STATUS)
    assert sum(clock.slept) == 5
    assert waited(clock, limiter_of(clock, notebook)) == 0


def test_what_fails_together_is_one_outage() -> None:
    clock = HandClock()
    limiter = limiter_of(clock)
    limiter.answered(limiter.admit(Pool.STATUS))
    for pause in (5, 60):
        for sent in [limiter.admit(Pool.STATUS) for _ in range(16)]:
            limiter.failed(sent)
        assert waited(clock, limiter) == pause


def test_a_blip_of_a_second_in_which_all_workers_fail_costs_no_minute() -> None:
    clock = SharedClock()
    limiter = Limiter({Pool.PLAYBACK: 60_000.0}, clock, ArchiveSettings())
    answered: list[float] = []

    def work() -> None:
        for _ in range(20):
            sent = limiter.admit(Pool.PLAYBACK)
            clock.sleep(0.3)
            if 1003 < clock.now < 1004:
                limiter.failed(sent)
                limiter.rest(1, 0)
            else:
                limiter.answered(sent)
                answered.append(clock.now)

    clock.run(*[work] * 8)
    assert len(answered) > 140
    assert clock.now < 1015


def test_an_outage_lasts_as_long_as_the_archive_says() -> None:
    clock = HandClock()
    limiter = limiter_of(clock, breaker=1)
    limiter.failed(limiter.admit(Pool.STATUS), 300)
    assert waited(clock, limiter) == 300


# ── Patience ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_when_patience_is_used_up_every_request_raises_at_once_ever_after() -> None:
    clock = HandClock()
    limiter = limiter_of(clock, patience=100)
    limiter.refused(limiter.admit(Pool.STATUS), 70)
    assert waited(clock, limiter) == 70
    limiter.refused(limiter.admit(Pool.STATUS), 40)
    for pool in Pool:
        with pytest.raises(ArchiveRateLimited, match="left in peace for 40 s: it asked for fewer") as caught:
            limiter.admit(pool)
        assert caught.value.retry_after == 40
    clock.now += 50
    with pytest.raises(ArchiveRateLimited, match="until the next run"):
        limiter.admit(Pool.STATUS)
    assert clock.slept == [70]


def test_a_pause_that_all_workers_wait_for_is_charged_once() -> None:
    clock = SharedClock()
    limiter = Limiter(RATES, clock, ArchiveSettings(patience=130))

    def work() -> None:
        for _ in range(2):
            asked = limiter.admit(Pool.STATUS)
            clock.sleep(1)
            limiter.refused(asked, 60)
        limiter.admit(Pool.STATUS)

    clock.run(*[work] * 8)
    assert clock.now == pytest.approx(1122)


def test_rests_that_the_archive_asks_for_are_charged_and_come_to_an_end() -> None:
    clock = HandClock()
    limiter = limiter_of(clock, patience=100)
    for _ in range(3):
        limiter.rest(30, 30)
    limiter.rest(2, 0)
    with pytest.raises(ArchiveRateLimited):
        limiter.rest(30, 30)
    with pytest.raises(ArchiveRateLimited, match="until the next run"):
        limiter.admit(Pool.STATUS)
    assert clock.slept == [30, 30, 30, 2]


@pytest.mark.parametrize(("seconds", "level"), [(29, logging.INFO), (30, logging.WARNING)])
def test_people_are_warned_of_long_pauses_only(seconds: int, level: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = HandClock()
    limiter = limiter_of(clock)
    limiter.refused(limiter.admit(Pool.STATUS), seconds)
    limiter.admit(Pool.STATUS)
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (level, f"the archive is left in peace for {seconds} s")
    ]


# ── Restarts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_process_waits_out_what_the_last_one_was_told_and_goes_on_counting() -> None:
    clock, notebook = HandClock(), Notebook()
    limiter = limiter_of(clock, notebook)
    for _ in range(2):
        limiter.refused(limiter.admit(Pool.STATUS), None)
    clock.now += 20
    after = limiter_of(clock, notebook)
    assert waited(clock, after) == 100
    assert after.refused(after.admit(Pool.STATUS), None) == 240
    after.answered(after.admit(Pool.STATUS))
    last = limiter_of(clock, notebook)
    assert waited(clock, last) == 0
    assert last.refused(last.admit(Pool.STATUS), None) == 60


def test_a_ban_that_is_longer_than_our_patience_ends_the_next_run_before_it_asks() -> None:
    clock, notebook = HandClock(), Notebook()
    limiter = limiter_of(clock, notebook)
    limiter.refused(limiter.admit(Pool.STATUS), 3600)
    clock.now += 600
    after = limiter_of(clock, notebook, patience=300)
    with pytest.raises(ArchiveRateLimited, match="for 3000 s"):
        after.admit(Pool.CDX)


def test_after_an_outage_the_next_run_asks_again_after_a_minute_at_most() -> None:
    clock, notebook = HandClock(), Notebook()
    limiter = limiter_of(clock, notebook)
    limiter.answered(limiter.admit(Pool.STATUS))
    for _ in range(9):
        limiter.failed(limiter.admit(Pool.STATUS))
    assert waited(HandClock(), limiter_of(HandClock(), notebook)) == 0
    assert waited(clock, limiter_of(clock, notebook)) == 60


@pytest.mark.parametrize(("pool", "interval"), [(Pool.CDX, 2.575), (Pool.SAVE, 10.3)])
def test_the_first_request_of_a_new_process_is_no_closer_than_any_other(pool: Pool, interval: float) -> None:
    clock, notebook = HandClock(), Notebook()
    limiter_of(clock, notebook).admit(pool)
    clock.now += 1
    assert waited(clock, limiter_of(clock, notebook), pool) == pytest.approx(interval - 1)


def test_a_block_that_a_clock_which_was_wrong_has_written_down_is_forgotten_for_good() -> None:
    clock = HandClock()
    ahead = datetime.fromtimestamp(clock.time(), UTC) + timedelta(days=999)
    notebook = Notebook(Blocks(ahead, 1, {"cdx": ahead, "unheard-of": ahead}))
    limiter = limiter_of(clock, notebook, patience=300)
    assert notebook.blocks is not None
    assert notebook.blocks.until is None
    assert waited(clock, limiter, Pool.CDX) == 2.575


def test_a_clock_that_is_set_does_not_end_a_ban() -> None:
    clock, notebook = HandClock(), Notebook()
    limiter = limiter_of(clock, notebook)
    limiter.refused(limiter.admit(Pool.STATUS), 3600)
    clock.now -= 20
    assert waited(clock, limiter_of(clock, notebook)) == 3600


def test_limits_survive_in_the_database(tmp_path: Path) -> None:
    at = datetime(2026, 11, 5, 2, 30, 0, 123456, tzinfo=UTC)
    for blocks in (Blocks(at, 3, {"cdx": at, "save": at - timedelta(hours=1)}), Blocks()):
        with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
            StoredMemory(store).keep(blocks)
        with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
            assert StoredMemory(store).load() == blocks


@pytest.mark.parametrize("text", ["", "[]", '{"until": null}', '{"until": "soon", "refusals": 0, "last": {}}'])
def test_limits_that_cannot_be_read_are_forgotten(text: str, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        assert StoredMemory(store).load() is None
        store.keep_archive_blocks(text)
        assert StoredMemory(store).load() is None
