"""A run whose links are asked for by workers: real processes, a real server, and what the sites saw of it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.distributed_kills import Night, asked_again, differences, links
from tests.distributed_support import DELAY, Organisation
from tests.distributed_target import Target
from tests.postgres import Server

SITES, LINKS = 9, 4


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with Target(250) as running:
        yield running


@pytest.fixture
def organisation(tmp_path: Path, postgresql: Server, target: Target) -> Iterator[Organisation]:
    target.forget()
    made = Organisation(tmp_path / "many", postgresql.new(), target)
    made.write(*links(target, SITES, LINKS))
    yield made
    made.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, target: Target) -> Iterator[Organisation]:
    """A run by itself of the same list, on SQLite."""
    made = Organisation(tmp_path_factory.mktemp("alone"), "sqlite:///links.db", target)
    made.write(*links(target, SITES, LINKS))
    target.forget()
    made.run("fetch")
    made.run("judge", "--yes")
    yield made
    made.close()


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_workers_that_come_go_and_die_end_a_run_as_one_process_does(
    alone: Organisation, organisation: Organisation, target: Target
) -> None:
    undisturbed, expected = target.asked, alone.report()
    target.forget()
    night = Night(organisation, 2, "--sites", "3")
    until(lambda: {"w0", "w1"} <= {each.contact for each in target.asked if each.path.startswith("/page")})
    night.kill("w0")
    night.join()
    # The coordinator, too: another one goes on with the run.
    night.coordinator.kill()
    night.coordinator.communicate()
    night.coordinator = organisation.start("fetch", "--distributed")
    until(lambda: "w2" in {each.contact for each in target.asked})
    night.workers["w1"].terminate()
    assert night.workers.pop("w1").wait(60) == 0
    night.end(within=120)
    organisation.run("judge", "--yes")
    assert differences(expected, organisation.report()) == []
    assert list(target.meetings(DELAY)) == []
    _, unexplained = asked_again(undisturbed, target.asked, {"w0"})
    assert unexplained == []


def test_a_worker_that_was_stopped_asks_nobody_when_it_wakes_up_until_it_has_begun_anew(
    organisation: Organisation, target: Target
) -> None:
    organisation.write(*(target.url(site, f"/page/{number}") for site in range(2) for number in range(60)))
    night = Night(organisation, 1)
    until(lambda: len(target.asked) > 10)
    night.workers["w0"].send_signal(signal.SIGSTOP)
    night.join()
    until(lambda: "w1" in {each.contact for each in target.asked if each.path.startswith("/page")})
    night.workers["w0"].send_signal(signal.SIGCONT)
    night.end(within=120)
    assert list(target.meetings(DELAY)) == []


def test_a_plain_run_is_refused_while_workers_are_at_work_and_takes_over_when_they_are_gone(
    organisation: Organisation, target: Target
) -> None:
    organisation.write(*(target.url(1, f"/page/{number}") for number in range(100)))
    organisation.configure(delay=0.8)
    night = Night(organisation, 1)
    until(lambda: "/page" in "".join(each.path for each in target.asked))
    night.coordinator.terminate()
    assert night.coordinator.wait(60) == 130
    night.coordinator.communicate()
    refused = organisation.start("fetch")
    assert "workers are at work" in refused.communicate(timeout=60)[1]
    assert refused.returncode == 75
    night.workers["w0"].terminate()
    assert night.workers["w0"].wait(60) == 0
    organisation.configure(delay=0.01)
    assert "run 1" in organisation.run("fetch")
    asked = [each.path for each in target.asked if each.path.startswith("/page")]
    assert len(asked) == len(set(asked)) == 100


def test_sqlite_is_refused_with_what_to_do(tmp_path: Path, target: Target) -> None:
    one = Organisation(tmp_path, "sqlite:///links.db", target)
    for command in (("worker",), ("run", "--distributed")):
        process = one.start(*command)
        assert "PostgreSQL" in process.communicate(timeout=120)[1]
        assert process.returncode == 2
