"""What counts for how much when a page is judged, and what comes before what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlt_crawler.model import Evidence, LinkWarning, Outcome, Page, Redirect, Sibling, SignalKind, SiteRule
from dlt_crawler.page import Shown, interpret
from dlt_crawler.page.landing import is_home

URL = "https://www.some-site.example/papers/graphs"
HOME = "https://www.some-site.example/"
ACME = Evidence(title="Acme", prose=20, length=400)
LONG = Evidence(title="Page not found", headings=("Page not found",), text="…", length=9_000, prose=6_000)
"""An essay of that name."""
ERROR = Evidence(title="Page not found", text="Page not found", length=14, prose=14)


def shown(evidence: Evidence, *, final_url: str | None = None, **more: object) -> Shown:
    hops = () if final_url is None else (Redirect(URL, 302, final_url),)
    return replace(Shown(URL, final_url or URL, 200, hops, evidence=evidence), **more)  # type: ignore[arg-type]


def kinds(seen: Shown) -> set[SignalKind]:
    return {signal.kind for signal in interpret(seen).signals}


def test_the_reason_says_what_was_found() -> None:
    assert interpret(shown(ERROR)).why == "its title says “Page not found”, and there is hardly any text"


def test_one_signal_is_no_judgement_and_is_told() -> None:
    found = interpret(shown(LONG))
    assert found.outcome is None
    assert [signal.kind for signal in found.signals] == [SignalKind.ERROR_WORDS]


def test_signals_of_one_family_are_no_judgement_however_many() -> None:
    found = interpret(shown(Evidence(title="Page not found", headings=("404", "Not found"), prose=2_000, length=3_000)))
    assert found.outcome is None


@pytest.mark.parametrize(
    ("evidence", "more", "outcome"),
    [
        (replace(LONG, sibling=Sibling.SAME), {}, Outcome.SOFT_404),
        (replace(LONG, sibling=Sibling.NOT_FOUND), {}, None),
        (replace(LONG, sibling=Sibling.OTHER), {}, None),
        (replace(ERROR, sibling=Sibling.NOT_FOUND), {}, Outcome.SOFT_404),
        # A sibling that looks the same says nothing where nothing else is odd, or where a script makes the page.
        (Evidence(title="Lark", prose=9, length=9, sibling=Sibling.SAME), {}, None),
        (replace(LONG, sibling=Sibling.SAME, markers=("shell",)), {}, None),
        (replace(LONG, markers=("error page of a theme (error404)",)), {}, Outcome.SOFT_404),
        (replace(LONG, noindex=True), {}, None),
        (LONG, {"final_url": f"{HOME}404.html"}, Outcome.SOFT_404),
        # What is not all of the page is not thin, and neither is what a script is to fill.
        (replace(ERROR, complete=False, text="", length=900), {}, None),
        (replace(ERROR, markers=("shell",)), {}, None),
        (ACME, {"final_url": HOME}, None),
        (ACME, {"final_url": HOME, "converging": 2}, None),
        (ACME, {"final_url": HOME, "converging": 3}, Outcome.SOFT_404),
        (ACME, {"final_url": HOME, "known": Page("On graphs")}, Outcome.SOFT_404),
        (
            Evidence(title="Acme: on graphs", prose=20, length=400),
            {"final_url": HOME, "known": Page("On graphs")},
            None,
        ),
        (Evidence(title="Acme", prose=4_000, length=9_000), {"final_url": HOME, "known": Page("On graphs")}, None),
        (ACME, {"known": Page("On graphs")}, None),
        # What a page names as its own address, unless the link's is one of that kind: "/rooms/404" is a room.
        (replace(ACME, canonical=f"{HOME}404.html"), {}, Outcome.SOFT_404),
        (replace(ACME, canonical=f"{HOME}rooms/404"), {}, None),
        (replace(ACME, canonical=f"{HOME}404.html", prose=2_000, length=3_000), {}, None),
        # The number, and a word in jest; not where there are more words, and not in a row of numbers.
        (Evidence(title="404 | Acme", text="404 How awkward", prose=16, length=16), {}, Outcome.SOFT_404),
        (Evidence(title="404 | Acme", text="404 How awkward", prose=350, length=350), {}, None),
        (Evidence(title="404 | Acme", text="404 How awkward. Next: 405", prose=26, length=26), {}, None),
        (Evidence(title="404", text="404", prose=3, length=3), {}, Outcome.SOFT_404),
        (Evidence(title="404", text="404 Harbour to hospital", prose=23, length=23), {}, None),
        # What is named as on error pages counts beside words only.
        (replace(ACME, markers=("named as on error pages: not-found",), noindex=True), {}, None),
    ],
)
def test_what_is_enough(evidence: Evidence, more: dict[str, object], outcome: Outcome | None) -> None:
    assert interpret(shown(evidence, **more)).outcome is outcome  # type: ignore[arg-type]


def test_thin_pages_and_noindex_alone_are_nothing() -> None:
    assert not interpret(shown(Evidence(title="Lark", prose=9, length=9, noindex=True))).signals


@pytest.mark.parametrize("status", [403, 404, 410, 500, 503])
def test_what_the_status_says_is_not_said_again(status: int) -> None:
    assert interpret(shown(ERROR, status=status)).outcome is None


RULE = SiteRule(
    "a site", ("www.some-site.example",), dead=("Page not found",), wall=("Please wait",), living=("js_content",)
)


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (replace(ERROR, text="Page not found. Please wait", markers=("site:js_content",)), None),
        (replace(ERROR, headings=("Please wait",)), Outcome.BLOCKED),
        (ERROR, Outcome.SOFT_404),
    ],
)
def test_a_rule_for_the_site_comes_first(evidence: Evidence, outcome: Outcome | None) -> None:
    assert interpret(shown(evidence), (RULE,)).outcome is outcome


def test_a_wall_comes_before_an_error_page() -> None:
    wall = replace(ERROR, title="Just a moment...", headings=("Page not found",), markers=("cloudflare challenge",))
    assert interpret(shown(wall, status=200)).outcome is Outcome.BLOCKED


def test_a_parked_domain_comes_before_an_error_page() -> None:
    parked = replace(ERROR, title="This domain is for sale", headings=("Page not found",))
    assert interpret(shown(parked)).outcome is Outcome.PARKED


@pytest.mark.parametrize(
    ("known", "page", "drifted"),
    [
        (Page("Deep learning lab", language="en"), Page("Situs judi online", language="id"), True),
        (Page("深度学习实验室", script="Hani"), Page("Casino bonus", script="Latn"), True),
        (Page("Deep learning lab", language="en"), Page("Group of Prof. Lang", language="en"), False),
        (Page("Deep learning lab", language="en"), Page("Labor für deep learning", language="de"), False),
        (Page("深度学习实验室", script="Hani"), Page("机器学习", script="Hani"), False),
        (Page(None), Page("Situs judi online", language="id"), False),
        (Page("Deep learning lab", language="en"), Page(None), False),
    ],
)
def test_drift_is_a_warning(known: Page, page: Page, drifted: bool) -> None:
    found = interpret(shown(Evidence(prose=3_000, length=4_000), known=known, page=page))
    assert found.outcome is None
    assert (LinkWarning.DRIFTED in found.warnings) is drifted


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://a.example/", True),
        ("https://a.example", True),
        ("https://a.example/en/", True),
        ("https://a.example/zh-cn/index.html", True),
        ("https://a.example/index.php?utm_source=x", True),
        ("https://a.example/home", True),
        ("https://a.example/search?q=graphs", True),
        ("https://a.example/?p=12", False),
        ("https://a.example/index.php?id=3", False),
        ("https://a.example/#/papers/3", False),
        ("https://a.example/homework", False),
        ("https://a.example/research", False),
    ],
)
def test_home_and_search_pages_are_known_by_their_address(url: str, home: bool) -> None:
    assert is_home(url) is home


def test_a_home_page_that_was_cited_is_no_landing() -> None:
    assert not kinds(Shown(HOME, f"{HOME}en/", 200, (Redirect(HOME, 302, f"{HOME}en/"),), evidence=ACME))
    assert kinds(shown(ACME, final_url=HOME)) == {SignalKind.LANDING}
