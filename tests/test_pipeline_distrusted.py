"""Nights behind a portal: whatever is shown there, living pages are not taken for others afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dlt_crawler.model import Network, Observation, Outcome, Page
from dlt_crawler.pipeline.rereading import reread_all, reread_crowds
from tests.test_pipeline_rereading import ARTICLE, DAY, HOME, NOW, RULE, SHARE, Nights, nights, shown, with_rules

__all__ = ["nights"]

LINK = "https://files.example/s/1"
HOTEL = replace(HOME, title="Welcome to our hotel")
BARE = replace(SHARE, title="HTTP 404", text="This page lists tools about HTTP 404.", length=37, prose=37)
"""Alive by all rules, but for a page that had a title of which nothing is left."""


def night(nights: Nights, *seen: Observation, network: Network | None) -> None:
    nights.at += DAY
    run = nights.job.store.begin_run(nights.at)
    nights.job.store.add_checks(run.id, 1, [replace(each, at=nights.at) for each in seen])
    if network is not None:
        nights.job.store.finish_run(run.id, now=nights.at, network=network)


@pytest.mark.parametrize(("network", "outcome"), [(Network.OK, "soft_404"), (Network.DOWN, "ok"), (None, "ok")])
def test_a_page_that_was_read_is_not_compared_with_what_a_portal_showed(
    nights: Nights, network: Network | None, outcome: str
) -> None:
    night(nights, shown(LINK, HOTEL, "Welcome to our hotel"), network=network)
    night(nights, shown(LINK, BARE, "HTTP 404"), network=Network.OK)
    reread_all(nights.job)
    assert nights.outcomes(LINK) == ["ok", outcome]


def test_reading_again_does_not_bring_back_what_a_portal_showed(nights: Nights, tmp_path: Path) -> None:
    night(nights, shown(LINK, ARTICLE, "A paper"), network=Network.OK)
    night(nights, shown(LINK, HOTEL, "Welcome to our hotel"), network=Network.DOWN)
    night(nights, shown(LINK, SHARE, "Share"), network=Network.OK)
    assert reread_all(with_rules(nights, tmp_path, **RULE).job).changed == 1
    assert (nights.outcomes(LINK), nights.page(LINK)) == (["ok", "ok", "soft_404"], Page("A paper"))


def test_reading_again_forgets_what_an_earlier_version_remembered_of_a_portal(nights: Nights, tmp_path: Path) -> None:
    night(nights, shown(LINK, HOTEL, "Welcome to our hotel"), network=Network.DOWN)
    night(nights, shown(LINK, SHARE), network=Network.OK)
    [history] = nights.job.store.rereading.histories()
    nights.job.store.rereading.save({}, {history.number: Page("Welcome to our hotel", "Once thinned out")})
    reread_all(with_rules(nights, tmp_path, **RULE).job)
    assert nights.page(LINK) == Page(None, "Once thinned out")


def test_what_a_run_showed_is_known_while_it_goes_on(nights: Nights) -> None:
    papers = [f"https://old.example/papers/{number}" for number in range(3)]
    run = nights.job.store.begin_run(NOW)
    moved = [replace(shown(paper, HOME, "Welcome", to="https://old.example/"), at=NOW) for paper in papers]
    nights.job.store.add_checks(run.id, 1, [replace(each, outcome=Outcome.TIMEOUT) for each in moved])
    nights.job.store.add_checks(run.id, 2, [shown(paper, ARTICLE, "A paper") for paper in papers])
    reread_crowds(nights.job, run)
    assert nights.page(papers[0]) == Page("A paper")
