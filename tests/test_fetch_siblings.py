"""Where something speaks against a page, its host is asked for one that cannot exist: rarely, politely, and in time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from dlt_crawler.fetch.link.check import Checker
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.wish import NoAnswer
from dlt_crawler.model import Due, Evidence, Outcome, Page, Resource, Sibling, SignalKind, SiteRule
from dlt_crawler.page import Content
from dlt_crawler.sites import Sites
from tests.site_support import NOT_THERE, answer, moved, page, site
from tests.test_fetch_check import LIVES, REFUSED, SILENT, Asked, Script, Step, VirtualLoop, answers, check
from tests.transport_support import in_a_loop

SENTENCES = "This sentence about gradient descent is one of many that a living page has. " * 30
ODD = page("Page not found", SENTENCES)
"""Its title speaks against it, and nothing else does."""
OTHER = page("Another page", "Nothing of this stands on the first page, which has quite other sentences. " * 30)
SIBLING = re.compile(r"[a-z]{25}")


def siblings(asked: list[str]) -> list[str]:
    """The targets with a random name, without it."""
    return [SIBLING.sub("", target) for target in asked if SIBLING.search(target)]


@pytest.mark.parametrize(
    ("other", "outcome", "told"),
    [
        (ODD, Outcome.SOFT_404, Sibling.SAME),
        (OTHER, Outcome.OK, Sibling.OTHER),
        (NOT_THERE, Outcome.OK, Sibling.NOT_FOUND),
        (answer("", status=410), Outcome.OK, Sibling.NOT_FOUND),
        (moved("/elsewhere"), Outcome.OK, Sibling.OTHER),
        # Those do not answer the question.
        (answer("", status=403), Outcome.OK, None),
        (answer("", status=500), Outcome.OK, None),
        (moved("/round"), Outcome.OK, None),
        (answer("<title>Just a moment...</title>", "cf-mitigated: challenge"), Outcome.OK, None),
    ],
    ids=["same", "other", "404", "410", "moved", "403", "500", "loop", "wall"],
)
@in_a_loop
async def test_sibling_decides_about_an_odd_page(other: bytes, outcome: Outcome, told: Sibling | None) -> None:
    pages = {"/dir/odd": ODD, "/elsewhere": OTHER, "/round": moved("/round")}
    async with site(pages, other) as there:
        seen = await there.check("/dir/odd")

    assert seen.evidence is not None
    assert (seen.outcome, seen.evidence.sibling) == (outcome, told)
    assert siblings(there.asked) == ["/dir/"]
    assert (SignalKind.SIBLING in {signal.kind for signal in seen.signals}) == (told is Sibling.SAME)


@pytest.mark.parametrize(("other", "outcome"), [(moved("/"), Outcome.SOFT_404), (NOT_THERE, Outcome.REDIRECTED)])
@in_a_loop
async def test_deep_link_that_ends_where_everything_ends_is_dead(other: bytes, outcome: Outcome) -> None:
    home = page("Home", "<img src=home.png>")
    async with site({"/": home, "/a/b/": moved("/", 301)}, other) as there:
        seen = await there.check("/a/b/")

    assert (seen.outcome, len(seen.redirects)) == (outcome, 1)
    assert siblings(there.asked) == ["/a/"]


@in_a_loop
async def test_sibling_is_not_followed_over_many_redirects() -> None:
    pages = {"/odd": ODD, "/1": moved("/2"), "/2": moved("/3"), "/3": moved("/4"), "/4": ODD}
    async with site(pages, moved("/1")) as there:
        seen = await there.check("/odd")

    assert (seen.outcome, there.asked[2:]) == (Outcome.OK, ["/1", "/2", "/3"])


@pytest.mark.parametrize(
    ("target", "served"),
    [
        ("/", ODD),
        ("/good", page("A good page", SENTENCES)),
        ("/gone", NOT_THERE),
        ("/clear", page("Page not found", "Sorry, the page you are looking for does not exist.")),
        ("/wall", answer("<title>Just a moment...</title>", "cf-mitigated: challenge", status=403)),
        ("/shell", page("Page not found", "<div id='root'>Loading</div><script src='/app.js'></script>")),
    ],
    ids=["root", "good", "404", "soft-404", "wall", "shell"],
)
@in_a_loop
async def test_nothing_is_asked_where_nothing_is_to_be_known(target: str, served: bytes) -> None:
    async with site({target: served}) as there:
        await there.check(target)

    assert there.asked == [target]


@in_a_loop
async def test_rule_for_a_site_forbids_siblings() -> None:
    rule = SiteRule("loopback", ("127.0.0.1",), probe=False)
    async with site({"/odd": ODD}, ODD, sites=Sites([rule])) as there:
        seen = await there.check("/odd")

    assert (seen.outcome, there.asked) == (Outcome.OK, ["/odd"])


@in_a_loop
async def test_links_of_a_directory_share_a_sibling_and_a_host_has_two() -> None:
    targets = [f"/{directory}/{number}" for directory in "abc" for number in range(3)]
    async with site(dict.fromkeys(targets, ODD), ODD) as there:
        seen = dict(zip(targets, await asyncio.gather(*map(there.check, targets)), strict=True))
        again = await there.check("/a/0")

    assert sorted(siblings(there.asked)) == ["/a/", "/b/"]
    assert {seen[target].outcome for target in targets[:6]} == {again.outcome} == {Outcome.SOFT_404}
    assert {seen[target].outcome for target in targets[6:]} == {Outcome.OK}


# Within the time of the link.

LINK = "http://192.0.2.1:8080/dir/odd"
"""It has no alternatives …"""
WRITTEN, ALTERNATIVE = "http://192.0.2.1/dir/odd", "https://192.0.2.1/dir/odd"
"""… and this one has one."""
DOUBTFUL = Content(
    Page("Page not found"), Evidence(title="Page not found", length=9_000, prose=9_000, sketch="0123abcd")
)


def odd(seconds: float = 0.1) -> Step:
    return Step(replace(answers(), content=DOUBTFUL), seconds)


def is_sibling(asked: Asked) -> bool:
    return SIBLING.search(asked.url) is not None


def test_sibling_has_the_time_that_the_link_has_left() -> None:
    seen, script, _ = check({LINK: odd(seconds=15)}, other=odd(seconds=2))

    (sibling,) = filter(is_sibling, script.asked)
    assert (sibling.seconds, sibling.robots, sibling.cookie) == (pytest.approx(5), True, "")
    assert (seen.outcome, seen.elapsed) == (Outcome.SOFT_404, pytest.approx(17))


@pytest.mark.parametrize(
    "other", [odd(seconds=6), SILENT, REFUSED, Step(NoAnswer(Finding(Outcome.ROBOTS_DENIED, "No."), 0))]
)
def test_sibling_that_does_not_come_says_nothing(other: Step) -> None:
    seen, _, took = check({LINK: odd(seconds=15)}, other=other)

    assert (seen.outcome, seen.evidence and seen.evidence.sibling) == (Outcome.OK, None)
    assert took <= 20


def test_link_whose_time_is_over_has_no_sibling() -> None:
    seen, script, _ = check({LINK: odd(seconds=20)}, other=odd())

    assert (seen.outcome, len(script.asked)) == (Outcome.OK, 1)


def ends(steps: Sequence[tuple[float, Step]], sibling: Step) -> list[tuple[Outcome, float, float]]:
    """Check links of one directory, each begun after some seconds: the outcome, the end and what counts of the time."""
    urls = [f"{LINK}{number}" for number in range(len(steps))]
    script = Script({url: (step,) for url, (_, step) in zip(urls, steps, strict=True)}, sibling)
    checker = Checker(script, Sites(), max_redirects=10, timeout=20, max_body=1_000, robots=False)

    async def one(url: str, after: float) -> tuple[Outcome, float, float]:
        await asyncio.sleep(after)
        seen = await checker.observe(Due(Resource(url)))
        return seen.outcome, round(asyncio.get_running_loop().time(), 3), round(seen.elapsed, 3)

    async def all_of_them() -> list[tuple[Outcome, float, float]]:
        return await asyncio.gather(*(one(url, after) for url, (after, _) in zip(urls, steps, strict=True)))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        found = runner.run(all_of_them())
    assert len(list(filter(is_sibling, script.asked))) == 1
    return found


@pytest.mark.parametrize(
    ("sibling", "joins"), [(18.0, (Outcome.OK, 20.0, 20.0)), (12.0, (Outcome.SOFT_404, 18.0, 18.0))]
)
def test_who_joins_a_sibling_waits_for_it_no_longer_than_its_own_time(
    sibling: float, joins: tuple[Outcome, float, float]
) -> None:
    """The second link has 10 s left when it joins, the sibling more."""
    asks, joined = ends([(5, odd(1)), (0, odd(10))], odd(sibling))

    assert asks == (Outcome.SOFT_404, 6 + sibling, 1 + sibling)
    assert joined == joins


def test_turn_of_the_host_is_not_counted_for_those_who_join_either() -> None:
    found = ends([(0, odd(5)), (3, odd(3))], replace(odd(5), turn=100))

    assert found == [(Outcome.SOFT_404, 110, 10), (Outcome.SOFT_404, 110, 8)]


def test_alternative_is_asked_about_as_well_and_is_in_vain_when_it_is_dead() -> None:
    steps = {WRITTEN: REFUSED, ALTERNATIVE: odd()}

    dead, script, _ = check(steps, other=odd())
    good, _, _ = check(steps, other=LIVES)

    assert [each.url.rpartition("/")[0] for each in script.asked if is_sibling(each)] == ["https://192.0.2.1/dir"]
    assert (dead.outcome, dead.warnings) == (Outcome.CONNECTION_ERROR, ())
    assert (good.outcome, good.final_url) == (Outcome.OK, ALTERNATIVE)


def test_sibling_is_broken_off_with_its_race() -> None:
    steps = {WRITTEN: replace(LIVES, seconds=15), ALTERNATIVE: odd()}

    seen, script, _ = check(steps, other=SILENT)

    assert seen.final_url == WRITTEN
    assert list(map(is_sibling, [each for each in script.asked if each.url in script.broken_off])) == [True]
