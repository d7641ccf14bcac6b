"""What was acknowledged survives: kill -9, and a disk that is full."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from dlt_crawler.errors import StoreError
from dlt_crawler.model import Observation, Outcome, Page, Resource, RunId
from dlt_crawler.store import Store
from tests.databases import rows
from tests.test_store import NOW

BATCH = 20


def batch(number: int) -> list[Observation]:
    resources = (Resource(f"https://papers.example/{number}/{place}") for place in range(BATCH))
    return [
        Observation(resource, NOW, 0.1, Outcome.OK, "fine", page=Page(f"{resource.url} {'x' * 400}"))
        for resource in resources
    ]


def acknowledge(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def write_for_ever(url: str, size_limit: int | None) -> None:
    """Store batch after batch and print the number of each when it is stored; at an error, print that."""
    with Store.open(url) as store:
        run = store.begin_run(NOW)
        if size_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size_limit, size_limit))
        number = 0
        while True:
            try:
                store.add_checks(run.id, 1, batch(number))
            except StoreError as error:
                acknowledge(error)
                return
            acknowledge(number)
            number += 1


def writer(url: str, size_limit: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", __name__, url, size_limit]
    return subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True)


def stored_batches(url: str) -> set[int]:
    """Return the batches in the database, each of which must be whole."""
    if url.startswith("sqlite"):
        assert rows(url, "PRAGMA integrity_check") == [("ok",)]
    with Store.open(url) as store:
        found = {resource: [check.seen for check in checks] for resource, checks in store.histories()}
        assert store.last_run() == store.run_to_go_on_with()
    numbers = {int(resource.url.split("/")[3]) for resource in found}
    assert found == {seen.resource: [seen] for number in numbers for seen in batch(number)}
    return numbers


@pytest.mark.parametrize(
    "acknowledged",
    [1, pytest.param(2, marks=pytest.mark.at_length), 5, pytest.param(17, marks=pytest.mark.at_length), 60],
)
def test_kill_9_loses_nothing_that_was_acknowledged_and_leaves_no_half_batch(
    database_url: str, acknowledged: int
) -> None:
    with writer(database_url) as child:
        assert child.stdout is not None
        for expected in range(acknowledged):
            assert child.stdout.readline() == f"{expected}\n"
        child.kill()
        seen = acknowledged + len(child.stdout.read().splitlines())
    numbers = stored_batches(database_url)
    # The one more may have been stored and not been acknowledged yet.
    assert numbers in (set(range(seen)), set(range(seen + 1)))


def test_a_full_disk_is_said_in_words_and_leaves_what_was_stored(tmp_path: Path) -> None:
    with writer(f"sqlite:///{tmp_path}/links.db", "500000") as child:
        assert child.stdout is not None
        *acknowledged, message = child.stdout.read().splitlines()
    assert child.returncode == 0
    assert message.startswith(f"{tmp_path}/links.db cannot be ")
    assert "full" in message
    assert len(acknowledged) > 2
    assert stored_batches(f"sqlite:///{tmp_path}/links.db") == set(map(int, acknowledged))


def test_the_next_run_goes_on_where_a_killed_one_stopped(database_url: str) -> None:
    with writer(database_url) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.kill()
    with Store.open(database_url) as store:
        run = store.run_to_go_on_with()
        assert run is not None
        assert run.id == RunId(1)
        assert {seen.resource for seen in batch(0)} <= dict(store.histories()).keys()


if __name__ == "__main__":
    write_for_ever(sys.argv[1], int(sys.argv[2]) if sys.argv[2] else None)
