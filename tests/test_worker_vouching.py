"""Failures of a worker: stored when its network is vouched for, and not before."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from dlt_crawler.fetch import ListFrontier
from dlt_crawler.model import HandedOn, Observation, Outcome, Resource
from dlt_crawler.pipeline.vouching import VouchedBatch, Vouching
from tests.test_store import observation


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


def answer(host: str) -> Observation:
    return observation(Resource(f"https://{host}/"))


def failure(host: str, outcome: Outcome = Outcome.CONNECTION_ERROR) -> Observation:
    return replace(answer(host), outcome=outcome, status=None)


def batch(vouching: Vouching) -> tuple[VouchedBatch, Kept]:
    kept = Kept()
    return VouchedBatch(kept, vouching, lambda _handed: None), kept


def test_a_failure_waits_for_an_answer_of_another_host() -> None:
    vouching = Vouching(asks=True)
    (one, failed), (other, answered) = batch(vouching), batch(vouching)
    one.record([failure("a.example")])
    assert failed.stored == []
    assert vouching.holds(one)
    other.record([answer("b.example")])
    assert failed.stored == ["https://a.example/"]
    assert answered.stored == ["https://b.example/"]
    assert not vouching.holds(one)


def test_what_says_something_of_its_host_is_stored_at_once() -> None:
    vouching = Vouching(asks=True)
    one, kept = batch(vouching)
    one.record([replace(answer("a.example"), outcome=Outcome.NOT_FOUND, status=404)])
    one.record([replace(failure("b.example"), status=301), failure("c.example", Outcome.TLS_ERROR)])
    assert len(kept.stored) == 3


def test_while_many_hosts_fail_an_answer_proves_nothing_and_canaries_do() -> None:
    vouching = Vouching(asks=True)
    one, kept = batch(vouching)
    one.record([failure(f"{number}.example") for number in range(30)])
    one.record([answer("still-cached.example")])
    assert kept.stored == ["https://still-cached.example/"]
    assert vouching.is_due
    asked = time.monotonic()
    one.record([failure("since-then.example")])
    vouching.vouch(asked)
    assert len(kept.stored) == 31
    assert vouching.holds(one), "what came after the canaries were asked is not vouched for by them"


def test_the_last_failures_of_a_batch_do_not_wait_for_ever() -> None:
    vouching = Vouching(asks=True)
    one, _ = batch(vouching)
    one.record([failure("a.example")])
    assert not vouching.is_due
    one.ending = True
    deadline = time.monotonic() + 5
    while not vouching.is_due:
        assert time.monotonic() < deadline


def test_without_canaries_nothing_is_held() -> None:
    vouching = Vouching(asks=False)
    one, kept = batch(vouching)
    one.record([failure("a.example")])
    assert len(kept.stored) == 1
