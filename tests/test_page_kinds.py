"""What pages are taken for: living ones for living, error pages and parked domains for what they are."""

from __future__ import annotations

import pytest

from dlt_crawler.model import Outcome, Redirect
from dlt_crawler.page import Interpretation, Response, Shown, interpret
from dlt_crawler.page.reading import read_response
from tests.page_kinds import ALIVE, ERRORS, PAGES, PARKED, Labelled

FOUND = 0.95
"""Of the error pages and the parked ones (issue 5)."""


def found_in(page: Labelled) -> Interpretation:
    url = page.final_url or page.url
    content = read_response(Response(url, 200, (("content-type", page.content_type),), page.body.encode()))
    hops = () if page.final_url is None else (Redirect(page.url, 302, page.final_url),)
    return interpret(Shown(page.url, url, 200, hops, content.page, content.evidence, page.known, page.converging))


def test_the_set_is_large_enough_and_its_names_are_unique() -> None:
    names = [(page.outcome, page.name) for page in PAGES]
    assert len(names) == len(set(names))
    assert len(names) >= 300


@pytest.mark.parametrize("page", ALIVE, ids=lambda page: page.name)
def test_a_living_page_is_called_nothing_else(page: Labelled) -> None:
    found = found_in(page)
    assert found.outcome is None, found.why


@pytest.mark.parametrize(("pages", "outcome"), [(ERRORS, Outcome.SOFT_404), (PARKED, Outcome.PARKED)])
def test_nearly_all_dead_pages_are_found(pages: tuple[Labelled, ...], outcome: Outcome) -> None:
    missed = {page.name: found_in(page).signals for page in pages if found_in(page).outcome is not outcome}
    assert 1 - len(missed) / len(pages) >= FOUND, missed
