"""A page that sends its visitors on by itself is a redirect: with its hops, loops, limits and policies."""

from __future__ import annotations

import pytest

from dlt_crawler.model import SUCCESSES, LinkWarning, Outcome, Redirect
from tests.site_support import NOT_THERE, answer, moved, page, site
from tests.transport_support import in_a_loop

ARTICLE = "A long sentence about mathematics and its history. " * 80


def refresh(
    target: str, title: str = "This page has moved", seconds: int = 0, text: str = "It is elsewhere now."
) -> bytes:
    return page(title, text, f'<meta http-equiv="refresh" content="{seconds}; url={target}">')


@pytest.mark.parametrize(
    "first",
    [
        refresh("/new"),
        refresh("/new", seconds=60),
        refresh("/new", seconds=5, text=ARTICLE),
        answer("<title>Moved</title>", "Refresh: 0; url=/new"),
        answer("moved", "Refresh: 0; url=/new", content_type="text/plain"),
    ],
    ids=["meta", "later", "article", "field", "text"],
)
@in_a_loop
async def test_refresh_is_a_hop_that_is_not_permanent(first: bytes) -> None:
    async with site({"/old": moved("/older", 301), "/older": first, "/new": page("New")}) as there:
        seen = await there.check("/old")

    assert (seen.outcome, seen.status, seen.final_url) == (Outcome.REDIRECTED, 200, there.url("/new"))
    assert seen.redirects == (
        Redirect(there.url("/old"), 301, there.url("/older")),
        Redirect(there.url("/older"), 200, there.url("/new")),
    )
    assert not seen.permanent
    assert seen.page.title == "New"
    assert seen.detail == "127.0.0.1 answered 200 OK, after 2 redirects."


@pytest.mark.parametrize(
    ("first", "title"),
    [
        (refresh("/page", "A page that loads itself anew"), "A page that loads itself anew"),
        (refresh("/page#there", "The same"), "The same"),
        (refresh("/new", "Slow", seconds=61), "Slow"),
        (refresh("/new", "An article", seconds=6, text=ARTICLE), "An article"),
        (refresh("/new", "A shell", 30, "<div id=root></div><script src=app.js></script>"), "A shell"),
        (refresh("market://details?id=1", "An app"), "An app"),
        (page("Scripted", head="<noscript><meta http-equiv=refresh content='0;/no-script'></noscript>"), "Scripted"),
        (page("Scripted", head="<script>location.href = '/new'</script>"), "Scripted"),
    ],
    ids=["itself", "fragment", "later", "article", "shell", "app", "noscript", "script"],
)
@in_a_loop
async def test_page_that_people_see_is_the_page(first: bytes, title: str) -> None:
    async with site({"/page": first}) as there:
        seen = await there.check("/page")

    assert (seen.outcome, seen.redirects, seen.page.title) == (Outcome.OK, (), title)
    assert there.asked == ["/page"]


@in_a_loop
async def test_what_a_refresh_leads_to_is_what_the_link_leads_to() -> None:
    pages = {
        "/gone": refresh("/nowhere"),
        "/bad": refresh("http://10.0.0.1/secret"),
        "/user": refresh("//a:b@c.example/"),
    }
    async with site(pages) as there:
        gone, bad, user = [await there.check(path) for path in pages]

    assert (gone.outcome, gone.status, len(gone.redirects)) == (Outcome.NOT_FOUND, 404, 1)
    assert [(seen.outcome, len(seen.redirects)) for seen in (bad, user)] == [(Outcome.UNSAFE, 1)] * 2


DEAD = {
    "gone": "/nowhere",
    "refused": "http://127.0.0.1:1/",
    "unsafe": "http://10.0.0.1/secret",
    "nobody": "//a:b@c.example/",
    "circle": "/round",
    "late": "/silent",
    "error-page": "/lost",
    "wall": "/wall",
    "sibling": "/odd/1",
    "certificate": "https://127.0.0.1:1/",
}
ODD = page("Page not found", "This sentence is on every page of this directory. " * 60)


@pytest.mark.parametrize("target", DEAD.values(), ids=DEAD)
@in_a_loop
async def test_page_that_people_see_first_counts_when_nothing_lives_where_it_leads_to(target: str) -> None:
    """By itself it lives: whatever it leads to, its link is not dead."""
    pages = {
        "/old": moved("/article"),
        "/article": refresh(target, "An article", 5, ARTICLE),
        "/note": refresh(target, "A note", 5),
        "/unseen": refresh(target, "Never seen", 0, ARTICLE),
        "/round": refresh("/article"),
        "/silent": b"",
        "/lost": page("Page not found", "The page you are looking for does not exist."),
        "/wall": answer("<title>Just a moment...</title>", "cf-mitigated: challenge"),
        "/odd/1": ODD,
    }
    other = ODD if "odd" in target else NOT_THERE
    async with site(pages, other, timeout=2) as there:
        article = await there.check("/old", "nowhere")
        others = [await there.check(path) for path in ("/note", "/unseen")]

    assert (article.outcome, article.status, article.final_url) == (Outcome.REDIRECTED, 200, there.url("/article"))
    assert article.redirects == (Redirect(there.url("/old"), 302, there.url("/article")),)
    assert (article.page.title, article.asked) == ("An article", True)
    assert article.warnings == (LinkWarning.FRAGMENT_MISSING,)
    assert article.detail == "127.0.0.1 answered 200 OK, after a redirect; it has no #nowhere."
    # A note on where the page has gone is no page, nor is one that nobody sees, unless they lead to one.
    assert [each.outcome in SUCCESSES for each in others] == [target == "/round"] * 2


@in_a_loop
async def test_first_of_the_pages_that_people_see_counts() -> None:
    pages = {
        "/1": refresh("/2"),
        "/2": refresh("/3", "The second", 5, ARTICLE),
        "/3": refresh("/4", "The third", 5, ARTICLE),
    }
    async with site(pages) as there:
        seen = await there.check("/1")

    assert there.asked == ["/1", "/2", "/3", "/4"]
    assert (seen.outcome, seen.page.title, len(seen.redirects)) == (Outcome.REDIRECTED, "The second", 1)


@in_a_loop
async def test_page_that_something_speaks_against_does_not_stand_for_what_it_leads_to() -> None:
    async with site({"/page": refresh("/nowhere", "Page not found", 5, ARTICLE)}) as there:
        seen = await there.check("/page")

    assert (seen.outcome, seen.status) == (Outcome.NOT_FOUND, 404)


@pytest.mark.parametrize("seconds", [1, 60])
@in_a_loop
async def test_ticker_that_never_ends_lives(seconds: int) -> None:
    tickers = {
        f"/live{query}": refresh(f"/live?t={number}", f"News {number}", seconds, ARTICLE)
        for number, query in enumerate(("", *(f"?t={number}" for number in range(20))))
    }
    async with site(tickers) as there:
        seen = await there.check("/live")

    assert (seen.outcome, seen.page.title, seen.redirects) == (Outcome.OK, "News 0", ())


@in_a_loop
async def test_pages_that_send_on_in_a_circle_prove_nothing() -> None:
    pages = {"/a": refresh("/b", "A", 5), "/b": refresh("/a", "B", 5)}
    async with site(pages) as there:
        seen = await there.check("/a")

    assert (seen.outcome, seen.asked, len(seen.redirects)) == (Outcome.REDIRECT_LOOP, False, 2)
    assert there.asked == ["/a", "/b", "/a"]


@in_a_loop
async def test_refreshes_count_among_the_redirects() -> None:
    pages = {f"/{number}": refresh(f"/{number + 1}") for number in range(6)} | {"/6": page("The end")}
    async with site(pages, max_redirects=5) as there:
        seen = await there.check("/0")
        shorter = await there.check("/1")

    assert (seen.outcome, seen.detail) == (Outcome.REDIRECT_LOOP, "There are more than 5 redirects.")
    assert (shorter.outcome, len(shorter.redirects)) == (Outcome.REDIRECTED, 5)


@in_a_loop
async def test_cookie_of_a_page_that_sends_on_comes_back() -> None:
    pages = {"/": answer("<meta http-equiv=refresh content='0;/in'>", "Set-Cookie: seen=1"), "/in": page("In")}
    async with site(pages) as there:
        seen = await there.check("/")
        heads = there.heads

    assert seen.outcome is Outcome.REDIRECTED
    assert [b"Cookie: seen=1" in head for head in heads] == [False, True]


@pytest.mark.parametrize("status", [404, 403, 500])
@in_a_loop
async def test_refresh_of_a_refusal_is_not_followed(status: int) -> None:
    refusal = answer("<title>No</title><meta http-equiv=refresh content='0;/home'>", "Refresh: 0;/home", status=status)
    async with site({"/page": refusal, "/home": page("Home")}) as there:
        seen = await there.check("/page")

    assert (seen.status, seen.redirects, there.asked) == (status, (), ["/page"])


@in_a_loop
async def test_error_page_that_leads_home_after_some_seconds_is_an_error_page() -> None:
    lost = page(
        "Page not found",
        "Sorry, the page you are looking for does not exist. You will be sent to our home page.",
        "<meta http-equiv=refresh content='5;url=/'>",
    )
    async with site({"/lost": lost, "/": page("Home")}) as there:
        seen = await there.check("/lost")

    assert (seen.outcome, seen.redirects) == (Outcome.SOFT_404, ())
    assert seen.evidence is not None
    assert seen.evidence.refresh == there.url("/")
