"""How often the archive is asked, and how long it is left in peace."""

from __future__ import annotations

import pytest

from dlt_crawler.archive.limits import Limiter, Pool
from dlt_crawler.errors import ArchiveRateLimited
from tests.archive_support import HandClock

RATES = {Pool.CDX: 24.0, Pool.PLAYBACK: 480.0, Pool.SAVE: 6.0}


@pytest.mark.parametrize(("pool", "limit"), [(Pool.CDX, 30), (Pool.PLAYBACK, 600), (Pool.SAVE, 7)])
def test_no_minute_sees_more_requests_than_the_archive_allows(pool: Pool, limit: int) -> None:
    clock = HandClock()
    limiter = Limiter(RATES, clock)
    sent = []
    for _ in range(3 * limit):
        limiter.admit(pool)
        sent.append(clock.now)
    busiest = max(sum(start <= moment < start + 60 for moment in sent) for start in sent)
    assert limit * 0.75 < busiest <= limit


def test_a_steady_stream_goes_at_the_rate_of_its_pool() -> None:
    clock = HandClock()
    limiter = Limiter(RATES, clock)
    for _ in range(24 * 10):
        limiter.admit(Pool.CDX)
    assert 9 * 60 <= clock.now - 1000 <= 10 * 60


def test_one_pool_does_not_use_up_another() -> None:
    clock = HandClock()
    limiter = Limiter({Pool.CDX: 1, Pool.PLAYBACK: 1}, clock)
    limiter.admit(Pool.CDX)
    limiter.admit(Pool.PLAYBACK)
    assert clock.slept == []
    limiter.admit(Pool.CDX)
    assert clock.slept == pytest.approx([60])


def test_status_polls_are_not_paced() -> None:
    clock = HandClock()
    limiter = Limiter(RATES, clock)
    for _ in range(100):
        limiter.admit(Pool.STATUS)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("retry_after", "paused"),
    [(None, 60), (0, 1), (-5, 1), (7, 7), (30, 30), (120, 120), (3600, 3600), (1e12, 3600)],
)
def test_a_refusal_pauses_for_as_long_as_it_says_within_an_hour(retry_after: float | None, paused: float) -> None:
    assert Limiter(RATES, HandClock()).refused(retry_after) == paused


def test_refusals_that_do_not_say_how_long_double_the_pause_until_one_is_answered() -> None:
    limiter = Limiter(RATES, HandClock())
    pauses = [limiter.refused(None) for _ in range(4)]
    limiter.answered()
    assert [*pauses, limiter.refused(None)] == [60, 120, 240, 480, 60]


def test_a_short_pause_is_waited_out_by_every_pool() -> None:
    clock = HandClock()
    limiter = Limiter(RATES, clock)
    limiter.refused(30)
    limiter.admit(Pool.PLAYBACK)
    assert clock.slept == [30]


def test_during_a_long_pause_every_request_raises_at_once_and_says_what_remains() -> None:
    clock = HandClock()
    limiter = Limiter(RATES, clock)
    limiter.refused(120)
    clock.now += 20
    for pool in Pool:
        with pytest.raises(ArchiveRateLimited, match="left in peace for 100 s: it asked for fewer requests") as caught:
            limiter.admit(pool)
        assert caught.value.retry_after == 100
    assert clock.slept == []


def test_a_shorter_refusal_does_not_end_a_longer_pause() -> None:
    clock = HandClock()
    limiter = Limiter(RATES, clock)
    limiter.refused(600)
    limiter.refused(1)
    with pytest.raises(ArchiveRateLimited):
        limiter.admit(Pool.CDX)


def test_five_failures_in_a_row_leave_the_archive_in_peace_for_an_hour() -> None:
    clock = HandClock()
    limiter = Limiter(RATES, clock)
    for _ in range(4):
        limiter.failed()
        limiter.admit(Pool.CDX)
    limiter.failed()
    with pytest.raises(ArchiveRateLimited, match="3600 s: 5 requests in a row were refused or not answered"):
        limiter.admit(Pool.CDX)
    clock.now += 3600
    limiter.admit(Pool.CDX)
    limiter.failed()
    with pytest.raises(ArchiveRateLimited, match="6 requests in a row"):
        limiter.admit(Pool.CDX)


def test_an_answer_in_between_keeps_the_archive_asked() -> None:
    limiter = Limiter(RATES, HandClock())
    for _ in range(4):
        limiter.failed()
    limiter.answered()
    for _ in range(4):
        limiter.failed()
    limiter.admit(Pool.CDX)
