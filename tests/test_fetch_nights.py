"""What a run did not ask for comes first in the next one: real observations, through the database and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dlt_crawler.model import Network, Observation, Outcome, Resource
from dlt_crawler.store import Store
from tests.fetch_support import crawler
from tests.internet.client import Internet
from tests.test_store import NOW, document, occurrence, save

HOST = "127.0.0.30"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/links.db") as opened:
        yield opened


def night(store: Store, internet: Internet) -> dict[str, Observation]:
    """Check what is due, as the program does, by a new process; link → what was seen of it."""
    run = store.begin_run(NOW).id
    seen: list[Observation] = []
    with crawler(internet, per_host=1) as running, store.frontier(run, 1, ["a.md"]) as frontier:

        def record(batch: Sequence[Observation]) -> None:
            store.add_checks(run, 1, batch)
            seen.extend(batch)

        running.check(frontier, record)
    store.finish_run(run, now=NOW, network=Network.OK)
    return {observation.resource.url: observation for observation in seen}


def test_a_host_that_lets_us_ask_for_a_few_links_a_night_has_them_all_asked_for_in_some_nights(
    store: Store, internet: Internet
) -> None:
    urls = [internet.http_url(f"/page/{number}", HOST) for number in range(10)]
    save(store, document("a.md"), [occurrence("a.md", Resource(url)) for url in urls], now=NOW)

    asked = []
    for refused in (3, 7, 1):
        internet.page(urls[refused], "/retry-after/429/3600")
        seen = night(store, internet)
        asked.append([number for number, url in enumerate(urls) if seen[url].asked])
        passed_over = [seen[url] for url in urls if not seen[url].asked]
        assert {found.outcome for found in passed_over} == {Outcome.RATE_LIMITED}
        assert [found.status for found in passed_over] == [None] * len(passed_over)
        internet.page(urls[refused], "/ok")

    assert asked == [[0, 1, 2, 3], [4, 5, 6, 7], [0, 1, 8, 9]]
