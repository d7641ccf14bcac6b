"""What status and page say together: every status, with every kind of page behind it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from dlt_crawler.fetch import meaning
from dlt_crawler.model import LinkWarning, Outcome, Redirect, SiteRule
from dlt_crawler.page import Response, Shown
from dlt_crawler.page.reading import read_response
from dlt_crawler.sites import Sites

URL = "http://a.example/dir/page"
LIVING = "<title>A page</title><p>" + "This is a sentence about gradient descent. " * 60
SOFT_404 = "<title>404 Not Found</title><h1>Page not found</h1><p>The page you are looking for does not exist."
WALL = "<title>Just a moment...</title><p>Checking your browser before accessing a.example."
MITIGATED = ("cf-mitigated", "challenge")


def shown(body: str, status: int, *fields: tuple[str, str], redirects: int = 0) -> Shown:
    response = Response(URL, status, (("content-type", "text/html"), *fields), body.encode())
    hops = tuple(Redirect(f"http://a.example/{number}", 301, URL) for number in range(redirects))
    content = read_response(response)
    return Shown(URL, URL, status, hops, content.page, content.evidence)


@pytest.mark.parametrize(
    ("status", "plain", "dead", "wall", "mitigated"),
    [
        (200, "ok", "soft_404", "blocked", "blocked"),
        (202, "ok", "soft_404", "blocked", "blocked"),
        (300, "ok", "ok", "blocked", "blocked"),
        (404, "not_found", "not_found", "not_found", "blocked"),
        (410, "not_found", "not_found", "not_found", "blocked"),
        (400, "client_error", "client_error", "blocked", "blocked"),
        (403, "blocked", "blocked", "blocked", "blocked"),
        (429, "rate_limited", "rate_limited", "rate_limited", "blocked"),
        (500, "server_error", "server_error", "blocked", "blocked"),
        (503, "server_error", "server_error", "blocked", "blocked"),
        (304, "protocol_error", "protocol_error", "blocked", "blocked"),
    ],
)
def test_page_has_its_say_where_the_status_leaves_one(
    status: int, plain: str, dead: str, wall: str, mitigated: str
) -> None:
    answers = (shown(LIVING, status), shown(SOFT_404, status), shown(WALL, status), shown("", status, MITIGATED))

    assert [meaning(each, Sites()).finding.outcome for each in answers] == [plain, dead, wall, mitigated]


@pytest.mark.parametrize("body", [LIVING, SOFT_404, WALL])
def test_every_status_means_something(body: str) -> None:
    for status in range(1_000):
        finding = meaning(replace(shown(body, 200), status=status), Sites()).finding
        assert finding.detail.startswith(f"a.example answered {status}")
        assert finding.detail.endswith(".")
        assert finding.detail.count(": ") <= 1


def test_sentence_names_the_wall_in_the_place_of_what_a_status_may_mean() -> None:
    refused = meaning(shown(WALL, 403, MITIGATED), Sites()).finding
    slowed = meaning(shown(WALL, 429), Sites()).finding

    assert refused.detail.startswith("a.example answered 403 Forbidden: ")
    assert "Cloudflare" in refused.detail
    assert "asks who we are" not in refused.detail
    assert slowed.detail.startswith("a.example answered 429 Too Many Requests: it asks us to slow down; ")


def test_rule_that_knows_dead_addresses_says_nothing_of_trouble() -> None:
    sites = Sites([SiteRule("a", ("a.example",), dead_urls=("^http://a.example/dir",))])
    outcomes = [meaning(shown(LIVING, status), sites).finding.outcome for status in (200, 403, 404, 500)]

    assert outcomes == ["soft_404", "blocked", "not_found", "server_error"]


def test_soft_404_after_redirects_says_so() -> None:
    meant = meaning(shown(SOFT_404, 200, redirects=2), Sites())

    assert meant.finding.detail.startswith("a.example answered 200 OK, after 2 redirects: ")
    assert meant.signals


def test_host_that_says_when_to_come_back_is_to_be_left_alone() -> None:
    assert meaning(shown("", 503, ("retry-after", "60")), Sites()).finding.outcome is Outcome.RATE_LIMITED


@pytest.mark.parametrize(("body", "warned"), [(LIVING, True), (SOFT_404, False), (WALL, False)])
def test_fragments_are_missed_on_living_pages_only(body: str, warned: bool) -> None:
    page = shown(body, 200)
    meant = meaning(replace(page, evidence=replace(page.evidence, missing_fragments=("x",))), Sites())

    assert (LinkWarning.FRAGMENT_MISSING in meant.warnings) is warned
    assert meant.finding.detail.endswith("; it has no #x.") is warned


@pytest.mark.parametrize(
    ("fragment", "told"),
    [
        ("%E5%AE%89%E8%A3%85", "安装"),
        ("caf%c3%a9", "café"),
        (":~:text=two%20words", ":~:text=two words"),
        ("100%", "100%"),
        # Not to be shown, or no text.
        ("%1B%5B2J", "%1B%5B2J"),
        ("a%0Ab", "a%0Ab"),
        ("%E2%80%AEa", "%E2%80%AEa"),
        ("%FF", "%FF"),
        ("%E5%AE%89" * 100, "安" * 59 + "…"),
    ],
)
def test_fragment_is_told_as_people_write_it(fragment: str, told: str) -> None:
    page = shown(LIVING, 200)
    meant = meaning(replace(page, evidence=replace(page.evidence, missing_fragments=(fragment,))), Sites())

    assert meant.finding.detail == f"a.example answered 200 OK; it has no #{told}."


def test_meaning_is_had_without_scrapy_and_libcurl() -> None:
    loaded = (
        "import sys; from dlt_crawler.fetch import meaning; print({'scrapy', 'twisted', 'pycurl'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
