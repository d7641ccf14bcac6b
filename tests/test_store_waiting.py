"""What waits in some slots can be looked at without being handed out, and struck off when it is known otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dlt_crawler.model import Due, Resource
from dlt_crawler.store import Place, Store, frontier
from tests.test_store import NOW, document, observation, occurrence, save
from tests.test_store_frontier import drain, links, write


def test_what_waits_is_shown_with_its_fragments_and_not_handed_out(store: Store) -> None:
    one, two = links("papers.example", 1, 2)
    (other,) = links("other.example", 1)
    section = replace(occurrence("a.md", one), url=f"{one.url}#intro")
    save(store, document("a.md"), [section, occurrence("a.md", two), occurrence("a.md", other)], now=NOW)
    with store.frontier(store.begin_run(NOW).id, 1, ["a.md"]) as due:
        waiting = [each.due for each in due.waiting(["papers.example", "nowhere.example"])]
        assert waiting == [Due(one, ("intro",)), Due(two)]
        assert [*due.waiting([])] == []
        assert sorted(each.url for each in drain(due)) == sorted(each.url for each in (one, two, other))


def test_what_is_struck_off_is_handed_out_no_more(store: Store) -> None:
    papers, others = links("papers.example", *range(30)), links("other.example", *range(3))
    write(store, "a.md", [*papers, *others])
    run = store.begin_run(NOW).id
    with store.frontier(run, 1, ["a.md"]) as due:
        seen: list[Resource] = []
        places: list[Place] = []
        # While it is read, what was read is stored and struck off.
        for each in due.waiting({"papers.example", "other.example"}):
            seen.append(each.due.resource)
            places.append(each.place)
            if len(seen) % 4 == 0:
                store.add_checks(run, 1, [observation(resource) for resource in seen[-4:-1]])
                due.strike(places[-4:-1])
        assert sorted(each.url for each in seen) == sorted(each.url for each in (*papers, *others))
        struck = {resource for number, resource in enumerate(seen[:32]) if number % 4 != 3}
        left = [resource for resource in seen if resource not in struck]
        assert sum(load.links for load in due.loads()) == len(left) == 9
        assert sorted(each.url for each in drain(due)) == sorted(each.url for each in left)
        due.strike([])
        due.strike(places)
        assert not [*due.loads()]


def test_more_than_a_page_of_it_is_shown_once_each(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontier, "_WAITING", frontier._WAITING.limit(7))
    papers, others = links("papers.example", *range(20)), links("other.example", *range(10))
    write(store, "a.md", [*papers, *others])
    with store.frontier(store.begin_run(NOW).id, 1, ["a.md"]) as due:
        assert [each.due.resource for each in due.waiting(["papers.example", "other.example"])] == [*others, *papers]


def test_striking_off_takes_no_longer_in_a_long_slot(tmp_path: Path) -> None:
    # How many instructions it took only SQLite tells.
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        write(store, "a.md", links("github.example", *range(3_000)))
        _strike_the_last(store)


def _strike_the_last(store: Store) -> None:
    with store.frontier(store.begin_run(NOW).id, 1, ["a.md"]) as due:
        places = [each.place for each in due.waiting(["github.example"])]
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        with due._transaction() as connection:
            connection.connection.dbapi_connection.set_progress_handler(step, 100)  # type: ignore[union-attr]
        due.strike(places[-20:])
        # In hundreds of SQLite's instructions: a look at each of the slot would take more than the 3,000 rows.
        assert steps < 30
        assert sum(load.links for load in due.loads()) == 2_980
