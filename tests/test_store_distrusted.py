"""What a run showed that nobody vouches for: used while it goes on, and not known of the pages afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from dlt_crawler.model import Due, LinkWarning, Network, Observation, Outcome, Page, Resource, RunId, Validators
from dlt_crawler.store import Store
from dlt_crawler.store.resources import BATCH
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save, vouched_for

HOTEL = Page("Welcome to our hotel", "Enjoy the breakfast.", "en", "Latn")
HELD = Validators(PAPER.url, '"1"')


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store.open(database_url) as opened:
        save(opened, document("a.md"), [occurrence("a.md"), occurrence("a.md", OTHER, line=2)], now=NOW)
        yield opened


def end(store: Store, run: RunId) -> None:
    store.finish_run(run, now=NOW + DAY, network=Network.DOWN)


def cut_off(store: Store, _run: RunId) -> None:
    store.begin_run(NOW + DAY)


def distrusted(store: Store, *pages: Page, ends: Callable[[Store, RunId], None] = end) -> None:
    run = store.begin_run(NOW + DAY).id
    for look, page in enumerate(pages, 1):
        store.add_checks(run, look, [shown(page)])
    ends(store, run)


def shown(page: Page, resource: Resource = PAPER) -> Observation:
    return replace(observation(resource, NOW + DAY, page), validators=HELD)


def known(store: Store, url: str = PAPER.url) -> Page:
    link = store.link(url)
    assert link is not None
    return link.page


@pytest.mark.parametrize("ends", [end, cut_off])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], Page()),
        ([Page("A paper", "About it.")], Page("A paper", "About it.")),
        # Of each the latest that was said.
        ([Page("A draft", "About it.", "de"), Page("A paper"), Page()], Page("A paper", "About it.", "de")),
        ([HOTEL], HOTEL),
        ([Page(HOTEL.title)], Page(HOTEL.title)),
    ],
)
def test_what_a_portal_showed_is_not_known_of_a_page(
    store: Store, before: list[Page], after: Page, ends: Callable[[Store, RunId], None]
) -> None:
    for page in before:
        vouched_for(store, observation(page=page))
    distrusted(store, Page("Log in"), HOTEL, ends=ends)
    assert known(store) == after
    # Nor after another such night.
    distrusted(store, HOTEL, ends=ends)
    assert known(store) == after


def test_what_was_not_to_be_remembered_is_not_remembered_now(store: Store) -> None:
    vouched_for(store, observation(page=Page("A paper")))
    vouched_for(store, replace(observation(page=Page("Not found")), outcome=Outcome.SOFT_404))
    vouched_for(store, replace(observation(page=Page("A casino")), warnings=(LinkWarning.DRIFTED,)))
    distrusted(store, HOTEL)
    assert known(store) == Page("A paper")


def test_what_only_checks_said_that_were_thinned_out_stays_known(store: Store) -> None:
    vouched_for(store, observation(page=Page("A paper")))
    [number] = {history.number for history in store.rereading.histories([PAPER])}
    store.rereading.save({}, {number: Page("A paper", "About it.", "de")})
    distrusted(store, Page(HOTEL.title, language="en"))
    assert known(store) == Page("A paper", "About it.")


@pytest.mark.parametrize("ends", [end, cut_off])
def test_nothing_that_it_looked_at_is_asked_whether_it_has_changed(
    store: Store, ends: Callable[[Store, RunId], None]
) -> None:
    vouched_for(store, shown(Page("A paper")))
    vouched_for(store, shown(Page("Another"), OTHER))
    distrusted(store, HOTEL, ends=ends)
    with store.frontier(store.begin_run(NOW + DAY).id, 1, ["a.md"], conditional=True) as frontier:
        due = {each.resource: each.validators for each in frontier.claim("papers.example", 9)}
    assert due == {PAPER: None, OTHER: HELD}
    assert known(store, OTHER.url) == Page("Another")


def test_its_second_look_knows_what_the_first_one_saw(store: Store) -> None:
    run = store.begin_run(NOW).id
    store.add_checks(run, 1, [replace(shown(HOTEL), outcome=Outcome.OK)])
    with store.frontier(run, 2, ["a.md"], {Outcome.OK}) as frontier:
        assert frontier.claim("papers.example", 9) == [Due(PAPER, (), replace(HOTEL, abstract=None))]


def test_a_run_that_is_gone_on_with_and_ends_well_is_remembered(store: Store) -> None:
    vouched_for(store, shown(Page("A paper")))
    run = store.begin_run(NOW + DAY).id
    store.add_checks(run, 1, [shown(Page("A paper, revised"))])
    store.finish_run(run, now=NOW + DAY, network=Network.OK)
    store.begin_run(NOW + 2 * DAY)
    assert known(store) == Page("A paper, revised")


@pytest.mark.at_length
def test_it_is_so_for_more_links_than_are_read_at_once(store: Store) -> None:
    links = [Resource(f"https://papers.example/of/{number}") for number in range(2 * BATCH + 1)]
    first, second = (store.begin_run(NOW + night * DAY).id for night in range(2))
    store.add_checks(first, 1, [observation(link, page=Page(f"Paper at {link.url}")) for link in links])
    store.finish_run(first, now=NOW, network=Network.OK)
    store.add_checks(second, 1, [shown(HOTEL, link) for link in links])
    end(store, second)
    assert [known(store, link.url).title for link in links] == [f"Paper at {link.url}" for link in links]
