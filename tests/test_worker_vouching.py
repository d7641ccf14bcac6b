"""Failures of a worker: stored when its network is vouched for, and not before."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from dlt_crawler.fetch import ListFrontier
from dlt_crawler.model import HandedOn, Observation, Outcome, Resource
from dlt_crawler.pipeline.vouching import VouchedBatch, Vouching
from tests.test_store import NOW, observation


class Kept(ListFrontier):
    """A batch that remembers what was stored."""

    def __init__(self) -> None:
        super().__init__([])
        self.stored: list[str] = []

    def record(self, observations: Sequence[Observation]) -> None:
        self.stored += [seen.resource.url for seen in observations]

    def hand_on(self, handed: Sequence[HandedOn]) -> None:
        raise AssertionError(handed)

    def release(self) -> None:
        raise AssertionError


def answer(host: str, later: float = 60) -> Observation:
    return replace(observation(Resource(f"https://{host}/")), at=NOW + timedelta(seconds=later))


def store(found: Sequence[tuple[Kept, Sequence[Observation]]]) -> None:
    for batch, observations in found:
        batch.record(observations)


def failure(host: str, outcome: Outcome = Outcome.CONNECTION_ERROR) -> Observation:
    return replace(answer(host, 0), outcome=outcome, status=None)


def batch(vouching: Vouching) -> tuple[VouchedBatch, Kept]:
    kept = Kept()
    return VouchedBatch(kept, vouching, lambda _handed: None), kept


def test_a_failure_waits_for_an_answer_of_another_host() -> None:
    vouching = Vouching(store, asks=True)
    (one, failed), (other, answered) = batch(vouching), batch(vouching)
    one.record([failure("a.example")])
    vouching.flush()
    assert failed.stored == []
    assert vouching.holds(one)
    other.record([answer("b.example")])
    vouching.flush()
    assert failed.stored == ["https://a.example/"]
    assert answered.stored == ["https://b.example/"]
    assert not vouching.holds(one)


def test_an_answer_to_what_was_asked_before_the_failure_proves_nothing() -> None:
    vouching = Vouching(store, asks=True)
    one, kept = batch(vouching)
    one.record([replace(failure("a.example"), elapsed=10.0)])
    one.record([answer("b.example", later=9.9)])
    vouching.flush()
    assert kept.stored == ["https://b.example/"]
    one.record([answer("c.example", later=10.0)])
    vouching.flush()
    assert kept.stored == ["https://b.example/", "https://a.example/", "https://c.example/"]


def test_a_batch_is_not_done_before_what_was_vouched_for_is_stored() -> None:
    held: list[bool] = []

    def slowly(found: Sequence[tuple[Kept, Sequence[Observation]]]) -> None:
        held.append(vouching.holds(one))

    vouching = Vouching(slowly, asks=True)
    one, _ = batch(vouching)
    one.record([failure("a.example")])
    vouching.vouch(time.monotonic())
    assert held == [True]
    assert not vouching.holds(one)


def test_what_says_something_of_its_host_is_stored_at_once() -> None:
    vouching = Vouching(store, asks=True)
    one, kept = batch(vouching)
    one.record([replace(answer("a.example"), outcome=Outcome.NOT_FOUND, status=404)])
    vouching.flush()
    one.record([replace(failure("b.example"), status=301), failure("c.example", Outcome.TLS_ERROR)])
    vouching.flush()
    assert len(kept.stored) == 3


def test_while_many_hosts_fail_an_answer_proves_nothing_and_canaries_do() -> None:
    vouching = Vouching(store, asks=True)
    one, kept = batch(vouching)
    one.record([failure(f"{number}.example") for number in range(30)])
    vouching.flush()
    one.record([answer("still-cached.example")])
    vouching.flush()
    assert kept.stored == ["https://still-cached.example/"]
    assert vouching.is_due
    asked = time.monotonic()
    one.record([failure("since-then.example")])
    vouching.flush()
    vouching.vouch(asked)
    assert len(kept.stored) == 31
    assert vouching.holds(one), "what came after the canaries were asked is not vouched for by them"


def test_the_last_failures_of_a_batch_do_not_wait_for_ever() -> None:
    vouching = Vouching(store, asks=True)
    one, _ = batch(vouching)
    one.record([failure("a.example")])
    vouching.flush()
    assert not vouching.is_due
    one.ending = True
    deadline = time.monotonic() + 5
    while not vouching.is_due:
        assert time.monotonic() < deadline


def test_without_canaries_nothing_is_held() -> None:
    vouching = Vouching(store, asks=False)
    one, kept = batch(vouching)
    one.record([failure("a.example")])
    vouching.flush()
    assert len(kept.stored) == 1
