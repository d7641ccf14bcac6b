"""A run whose links are asked for by workers: real processes, a real server, and what the sites saw of it.

AT_LENGTH=1 has them share a longer list, too, one of them stopped in the middle (`.ci/nightly`).
"""

from __future__ import annotations

import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dlt_crawler.store.shared import BATCH
from tests.distributed_kills import Night, asked_again, differences, links
from tests.distributed_support import DELAY, Organisation
from tests.distributed_target import Asked, Target
from tests.postgres import Server

SITES, LINKS = 8, 4


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
    deadline = time.monotonic() + 300
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def pages(target: Target) -> list[Asked]:
    return [each for each in target.asked if each.path.startswith("/page")]


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
    said = night.end(within=120)
    # What was still to be checked when it came: that it asked for none of it itself is nobody's business.
    checked = re.search(r"run \d+: (\d+) links? checked", said)
    assert checked is not None
    assert int(checked[1]) > 0, said
    organisation.run("judge", "--yes")
    assert differences(expected, organisation.report()) == []
    assert list(target.meetings(DELAY)) == []
    _, unexplained = asked_again(undisturbed, target.asked, {"w0"})
    assert unexplained == []


@pytest.mark.at_length
def test_a_host_that_wants_to_be_left_alone_speaks_for_no_other_of_its_site(
    organisation: Organisation, target: Target
) -> None:
    busy, *free = (f"http://{name}.hosts.localhost:{target.port}" for name in ("busy", "one", "two"))
    organisation.configure(delay=0)
    # More than one turn.
    others = [f"{free[number % 2]}/page/{number}" for number in range(BATCH + 20)]
    organisation.write(f"{busy}/busy/0", *others)
    worker = organisation.worker("w0")
    organisation.run("fetch", "--distributed")
    worker.terminate()
    assert worker.wait(60) == 0
    organisation.run("judge", "--yes")
    states = {link["url"]: link["state"] for link in organisation.report()["links"]}
    assert states.pop(f"{busy}/busy/0") == "blocked"
    assert states == dict.fromkeys(others, "alive")


@pytest.mark.at_length
def test_workers_share_a_list_and_one_that_was_stopped_asks_nobody_when_it_wakes_up(
    organisation: Organisation, target: Target
) -> None:
    sites, slowly = 40, 3.0

    def write(each: int) -> None:
        organisation.write(*(target.url(site, f"/page/{number}") for site in range(sites) for number in range(each)))

    write(80)
    organisation.configure(delay=slowly)
    night = Night(organisation, 2, coordinated=False)
    # Both are ready.
    until(lambda: set(organisation.beats().values()) == {True})
    night.coordinate()
    until(lambda: len({each.site for each in pages(target)}) == sites)
    first = {each.site: each.contact for each in reversed(pages(target))}
    assert min(Counter(first.values())[name] for name in night.workers) >= sites / 4
    night.workers["w0"].send_signal(signal.SIGSTOP)
    until(lambda: any(first[each.site] == "w0" != each.contact for each in pages(target)))
    night.workers["w0"].send_signal(signal.SIGCONT)
    night.coordinator.terminate()
    assert night.coordinator.wait(60) == 130
    night.coordinator.communicate()
    # Workers go on with what is in the queue.
    refused = organisation.start("fetch")
    assert "workers are at work" in refused.communicate(timeout=120)[1]
    assert refused.returncode == 75
    struck = night.end_workers()
    assert "w0" in struck
    asked = len(target.asked)
    assert list(target.meetings(slowly)) == []
    # Of all that is left some will do.
    write(8)
    organisation.configure(delay=0.001)
    assert "run 1" in organisation.run("fetch")
    again = Counter((each.site, each.path) for each in pages(target))
    by_hand = Counter((each.site, each.path) for each in target.asked[asked:] if each.path.startswith("/page"))
    assert {(target.site(site), f"/page/{number}") for site in range(sites) for number in range(8)} <= again.keys()
    # What the stopped worker had under way is asked again, and nothing else: a busy machine may stop the other, too.
    assert not [which for which, times in again.items() if times > 1 and first[which[0]] not in struck]
    assert max(by_hand.values(), default=1) == 1


def test_sqlite_is_refused_with_what_to_do(tmp_path: Path, target: Target) -> None:
    one = Organisation(tmp_path, "sqlite:///links.db", target)
    for command in (("worker",), ("run", "--distributed")):
        process = one.start(*command)
        assert "PostgreSQL" in process.communicate(timeout=120)[1]
        assert process.returncode == 2
