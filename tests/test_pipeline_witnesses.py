"""One link of a large host fails, on a night on which no other is due: is it the link, or the host?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dlt_crawler.model import Outcome, State
from tests import simulated
from tests.simulated import Answer, Fails, page
from tests.test_pipeline_nights import BEGAN, Keeper

FAILS = Fails(Outcome.TIMEOUT, "No answer.")
HOST = [f"http://large.example/paper/{number}" for number in range(40)]
FAILING = HOST[0]


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    monkeypatch.chdir(tmp_path)
    # What was seen is stored at once: it is known where a run is cut off.
    monkeypatch.setattr(simulated, "_AT_ONCE", 1)
    (tmp_path / "list.md").write_text("".join(f"- [paper]({url})\n" for url in HOST))
    keeper = Keeper(tmp_path, f"sqlite:///{tmp_path}/links.db")
    keeper.night(0)
    make_due(keeper, FAILING)
    return keeper


def make_due(keeper: Keeper, *urls: str) -> None:
    """Have these checked in the next night, and no others for a long time."""
    with keeper.job() as job:
        links = [resource for resource in job.store.verdicts() if resource.url in HOST]
        job.store.save_due((link, BEGAN + timedelta(days=0 if link.url in urls else 300)) for link in links)


def asked(keeper: Keeper, night: float) -> set[str]:
    """Let a night pass, and return which links were asked for."""
    keeper.web.asked.clear()
    keeper.night(night)
    return links_asked(keeper)


def links_asked(keeper: Keeper) -> set[str]:
    return {due.resource.url for due in keeper.web.asked} & {*HOST}


def test_four_others_are_asked_for_and_another_night_other_ones(keeper: Keeper) -> None:
    keeper.answers[FAILING] = lambda: FAILS

    nights = [asked(keeper, 1), asked(keeper, 2)]

    assert [len(night) for night in nights] == [5, 5]
    assert set.intersection(*nights) == {FAILING}
    # The host is not away, and the link dies as every other does.
    for night in range(3, 9):
        keeper.night(night)
    assert keeper.states() == {State.ALIVE: 39, State.DEAD: 1}


def test_a_host_that_is_away_for_a_week_loses_no_link(keeper: Keeper) -> None:
    keeper.answers = dict.fromkeys(HOST, lambda: FAILS)

    nights = [asked(keeper, night) for night in range(1, 10)]

    # The same five fail each night, and no more are needed.
    assert nights == [nights[0]] * 9
    assert keeper.states() == {State.ALIVE: 35, State.FAILING: 5}


def test_what_answered_after_the_failure_is_witness_enough(keeper: Keeper) -> None:
    make_due(keeper, FAILING, HOST[-1])
    keeper.answers[FAILING] = lambda: FAILS

    assert asked(keeper, 1) == {FAILING, HOST[-1]}


@pytest.mark.parametrize("all_fail", [False, True])
@pytest.mark.parametrize("cut", [2, 3, 5])
def test_a_run_that_was_cut_off_asks_the_witnesses_that_it_would_have_asked(
    keeper: Keeper, cut: int, *, all_fail: bool
) -> None:
    left = [cut]

    def answer() -> Answer:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return FAILS if all_fail or keeper.web.asked[-1].resource.url == FAILING else page("A work")

    keeper.answers = dict.fromkeys(HOST, answer)
    with pytest.raises(KeyboardInterrupt):
        asked(keeper, 1)
    before = links_asked(keeper)
    assert len(before) == cut

    assert len(before | asked(keeper, 1.1)) == 5
