"""Where a link has moved for good: what redirects prove, and where they may not lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import Check, LinkWarning, Observation, Outcome, Page, Redirect, Resource, RunId
from dlt_crawler.verdict import Move, judge, lives_again, permanent_address, permanent_move, secure_twin

START = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def look(url: str, *hops: tuple[int, str], at: datetime = START, run: int | None = None, title: str = "") -> Check:
    """A success: the link answered, or redirected so, hop by hop."""
    urls = [url, *(place for _, place in hops)]
    redirects = tuple(Redirect(before, status, place) for before, (status, place) in zip(urls, hops, strict=False))
    outcome = Outcome.REDIRECTED if hops else Outcome.OK
    seen = Observation(
        Resource(url), at, 0.1, outcome, "answered", 200, urls[-1], redirects, page=Page(title=title or None)
    )
    return Check(RunId(int((at - START) / DAY) if run is None else run), 1, seen)


def moved(url: str, *hops: tuple[int, str]) -> str | None:
    """Where a link has moved that redirects so on two days."""
    return permanent_address([look(url, *hops, at=START + DAY * day) for day in (0, 1)])


PAGE = "https://old.example/papers/net.html"
NEW = "https://new.example/papers/net.html"


@pytest.mark.parametrize(
    ("hops", "address"),
    [
        ([(301, NEW)], NEW),
        ([(308, NEW)], NEW),
        ([(301, "https://mid.example/net"), (308, NEW)], NEW),
        ([(302, NEW)], None),
        ([(301, "https://mid.example/net"), (302, NEW)], None),
        ([(302, "https://mid.example/net"), (301, NEW)], None),
        ([], None),
    ],
)
def test_every_hop_is_permanent(hops: list[tuple[int, str]], address: str | None) -> None:
    assert moved(PAGE, *hops) == address


@pytest.mark.parametrize(
    ("looks", "address"),
    [
        ([(0, 0, NEW), (1, 1, NEW)], NEW),
        ([(0, 0, NEW)], None),
        ([(0, 0, NEW), (0.5, 1, NEW)], None),
        # A run that midnight falls into is one run.
        ([(0, 0, NEW), (1, 0, NEW)], None),
        ([(0, 0, NEW), (1, 1, f"{NEW}?2")], None),
        ([(0, 0, f"{NEW}?2"), (1, 1, NEW), (2, 2, NEW)], NEW),
        ([(0, 0, NEW), (1, 1, NEW), (1.1, 1, NEW)], NEW),
    ],
)
def test_two_runs_of_two_days_say_the_same(looks: list[tuple[float, int, str]], address: str | None) -> None:
    checks = [look(PAGE, (301, place), at=START + DAY * day, run=run) for day, run, place in looks]
    assert permanent_address(checks) == address


def test_a_move_says_when_it_was_seen() -> None:
    checks = [look(PAGE, (301, NEW), at=START + DAY * day) for day in (0, 3, 7)]
    assert permanent_move(checks) == Move(NEW, START + 3 * DAY, START + 7 * DAY)


@pytest.mark.parametrize(
    "target",
    [
        # Log-in and consent, by path and by host.
        "https://old.example/login?next=/papers/net.html",
        "https://old.example/en/users/sign_in",
        "https://accounts.google.com/v3/papers",
        "https://login.microsoftonline.com/common/x",
        "https://shibboleth.old.example/papers/net.html",
        "https://consent.youtube.com/m?continue=x",
        "https://guce.yahoo.com/papers/net.html",
        "https://old.example/consent/papers",
        "https://old.example/cookie-wall?u=papers",
        # Errors and searches.
        "https://old.example/404.html",
        "https://old.example/errors/gone",
        "https://old.example/search?q=net",
        "https://old.example/papers/not-found",
        # Home pages, and what lies above the page.
        "https://old.example/",
        "https://old.example/index.php",
        "https://old.example/en/",
        "https://new.example/",
        "https://new.example",
        "https://new.example/home",
        "https://old.example/papers/",
        # Markets for domains, and sites that are not there for now.
        "https://sedoparking.com/old.example",
        "https://www.hugedomains.com/domain_profile.cfm?d=old.example",
        "https://old.example/maintenance",
        "https://www.old.example/site-maintenance.html",
        # Of this visit.
        "https://old.example/papers/net?utm_source=redirect",
        "https://old.example/papers/net?a=1&utm_campaign=x",
        "https://old.example/papers/net.html?cookieAbsent",
        "https://old.example/papers/net.html?cookieSet=1",
        "https://old.example/papers/net.html?error=cookies_not_supported",
        # A shortener lives no longer than what it leads to.
        "https://bit.ly/3xYz",
        "https://t.co/abc",
        "https://youtu.be/dQw4w9WgXcQ",
        # For one visitor, or less safe.
        "http://old.example/papers/net.html",
        "http://new.example/papers/net.html",
        "https://new.example/papers/net.html;jsessionid=0123456789ABCDEF0123456789ABCDEF",
        "https://new.example/papers/net.html?access_token=0123456789abcdef0123456789abcdef",
        "https://***@new.example/papers/net.html",
        "https://intranet.local/papers/net.html",
    ],
)
def test_a_link_never_moves_to_where_lost_pages_and_strangers_are_sent(target: str) -> None:
    assert moved(PAGE, (301, target)) is None


@pytest.mark.parametrize("host", ["login", "sso", "auth", "cas", "idp"])
def test_a_link_never_moves_to_a_host_for_log_ins(host: str) -> None:
    assert moved(PAGE, (301, f"https://{host}.new.example/papers/net.html")) is None


@pytest.mark.parametrize(
    "place",
    [
        # Log-in.
        *("accounts/authenticate", "oauth/authorize", "session/new", "register", "signup", "account/sign_up?a=1"),
        *("anmelden", "Register.aspx"),
        # Walls.
        *("paywall", "subscribe", "age-check", "age_verification", "cookiesDisabled", "gdpr", "captcha"),
        *("cdn-cgi/challenge", "_Incapsula_Resource?x=1", "blocked", "denied"),
        # Errors, and parked.
        *("page-not-found/", "page-not-found/papers", "gone", "sorry", "sorry/index?a=1", "suspendedpage.cgi"),
        *("cgi-sys/defaultwebpage.cgi", "cgi-sys/suspendedpage.cgi?a=1"),
        # Searches and sessions.
        *("?s=net", "en/?s=net", "(S(lit3py55t21z5v55vlm25s55))/papers/net.html", "papers/net.html?session_id=12"),
        # A page to come back to.
        "hello?from=https%3A%2F%2Fold.example%2Fpapers",
    ],
)
def test_a_link_never_moves_to_a_wall_an_error_or_a_session(place: str) -> None:
    for site in ("old", "new"):
        assert moved(PAGE, (301, f"https://{site}.example/{place}")) is None


@pytest.mark.parametrize(
    "target", ["https://www.google.com/url?q=https://new.example/", "https://l.facebook.com/l.php?u=x&h=y"]
)
def test_a_link_never_moves_to_a_page_that_leads_on(target: str) -> None:
    assert moved(PAGE, (301, target)) is None


@pytest.mark.parametrize(
    ("source", "target"),
    [
        # Home stays home, on one site.
        ("https://old.example/", "https://www.old.example/"),
        ("https://old.example/index.html", "https://old.example/"),
        ("https://old.example/papers/index.html", "https://old.example/papers/"),
        # From a shortener to what it stands for.
        ("https://bit.ly/3xYz", NEW),
        # Other names of one site, of countries that sell theirs to all, and of others.
        ("https://net.org/papers/1", "https://net.com/papers/1"),
        ("https://net.com/papers/1", "https://net.io/papers/1"),
        ("https://net.de/papers/1", "https://network.com/papers/1"),
        # A market for domains is a site like others; what was in the link before says nothing of the visit.
        ("https://sedo.com/a/report", "https://sedo.com/b/report"),
        ("https://old.example/a?utm_source=x", "https://old.example/b?utm_source=x"),
        # Words in paths that only look like it.
        ("https://old.example/a/maintenance", "https://old.example/cars/maintenance"),
        ("https://old.example/a?page=cookies", "https://old.example/recipes?p=1"),
        ("https://old.example/a/net", "https://old.example/blog/logins-compared"),
        ("https://old.example/a/net", "https://old.example/blog/signup-flows-explained"),
        ("https://old.example/a/net", "https://old.example/law/gdpr-fines/captchas/gone-girl"),
        # What it has said before.
        ("https://old.example/a/signup", "https://new.example/b/sign-up.html"),
        ("https://auth.old.example/net", "https://auth.new.example/net"),
        ("https://old.example/gdpr/7", "https://old.example/law/gdpr/7"),
        ("https://old.example/x?s=net", "https://new.example/x?s=net"),
        ("https://old.example/x?u=https://a.example/", "https://new.example/x?u=https://a.example/"),
        ("https://old.example/cs/net.html", "https://new.example/cs/papers/net.html"),
        ("https://old.example/?p=12", "https://old.example/2012/05/net/"),
        ("https://zenodo.org/record/123", "https://zenodo.org/records/123"),
        ("https://old.example/%E8%AE%BA%E6%96%87", "https://old.example/papers/%E8%AE%BA%E6%96%87"),
    ],
)
def test_other_links_do_move(source: str, target: str) -> None:
    assert moved(source, (301, target)) == target


@pytest.mark.parametrize(
    "source",
    [
        "https://doi.org/10.1000/182",
        "http://dx.doi.org/10.1000/182",
        "https://hdl.handle.net/1721.1/1234",
        "http://purl.org/dc/terms/title",
        "http://purl.obolibrary.org/obo/GO_0008150",
        "https://w3id.org/x/y",
        "https://n2t.net/ark:/12148/btv1b8449691v",
        "https://gallica.bnf.fr/ark:/12148/btv1b8449691v",
        "https://arxiv.org/abs/1706.03762",
    ],
)
def test_what_names_a_thing_for_good_moves_to_the_same_by_https_alone(source: str) -> None:
    assert moved(source, (301, NEW)) is None
    plain, secure = source.replace("https:", "http:"), source.replace("http:", "https:")
    assert moved(plain, (301, secure)) == secure
    assert moved(plain, (301, secure), (301, NEW)) == secure
    assert moved(plain, (301, f"{secure}?v=2")) is None
    assert moved(plain, (301, secure.replace("://", "://www."))) is None


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("https://old.example/papers/net", "https://old.example/en/papers/net"),
        ("https://old.example/papers/net", "https://old.example/papers/net/de"),
        ("https://old.example/en/papers/net", "https://old.example/zh-CN/papers/net"),
        ("https://old.example/en/papers/net", "https://old.example/en_US/papers/net"),
        ("https://old.example/en/papers/net", "https://old.example/papers/net"),
        ("https://www.old.example/papers/net", "https://en.old.example/papers/net"),
        ("https://fr.old.example/papers/net", "https://old.example/papers/net"),
        ("https://old.example/papers/net", "https://old.example/papers/net?lang=en"),
        ("https://old.example/papers/net?hl=de", "https://old.example/papers/net?hl=en"),
        ("https://old.example/papers/net", "https://old.example/papers/net?locale=fr_FR"),
        ("https://old.example/papers/net", "https://old.example/us/papers/net"),
        # The site of a country.
        ("https://www.amazon.com/dp/0262035618", "https://www.amazon.co.jp/dp/0262035618"),
        ("https://net.com/papers/1", "https://www.net.de/papers/1"),
        ("https://net.de/papers/1", "https://net.at/papers/2"),
        ("https://net.io/papers/1", "https://net.com.co/papers/1"),
        # Elsewhere, and in a language that nobody asked for.
        ("https://docs.old.example/net", "https://learn.old.example/en-us/net"),
        ("https://docs.old.example/net", "https://learn.old.example/net?hl=de"),
    ],
)
def test_a_choice_of_language_is_no_move(source: str, target: str) -> None:
    assert moved(source, (301, target)) is None


def test_a_move_that_keeps_the_language_is_one() -> None:
    target = "https://learn.old.example/en-us/net"
    assert moved("https://docs.old.example/en-us/net", (301, target)) == target
    assert moved("https://docs.old.example/en/net", (301, target)) == target


PLAIN, SECURE = "http://old.example/papers/net.html", "https://old.example/papers/net.html"


@pytest.mark.parametrize(
    ("hops", "address"),
    [
        *(([(status, SECURE)], SECURE) for status in (301, 302, 303, 307, 308)),
        ([(302, SECURE), (301, NEW)], NEW),
        # What comes after it is for now, and it itself is for good.
        ([(302, SECURE), (302, NEW)], SECURE),
        ([(302, SECURE), (302, "https://old.example/en/papers/net.html")], SECURE),
        # Both were seen to work, and led to nothing.
        ([(301, SECURE), (302, "https://old.example/")], None),
        ([(301, SECURE), (302, "https://old.example/login")], None),
        # Another address.
        ([(302, "https://old.example/papers/net2.html")], None),
        ([(302, "https://www.old.example/papers/net.html")], None),
        ([(302, "https://old.example:8443/papers/net.html")], None),
    ],
)
def test_https_counts_as_permanent_however_it_is_redirected_to(
    hops: list[tuple[int, str]], address: str | None
) -> None:
    assert moved(PLAIN, *hops) == address


def test_another_port_is_another_server() -> None:
    assert moved("http://old.example:8080/a/net", (302, "https://old.example:8080/a/net")) is None
    assert moved("http://old.example:8080/a/net", (302, "https://old.example/a/net")) is None


@pytest.mark.parametrize("warning", [LinkWarning.TLS_UNVERIFIED, LinkWarning.ALTERNATIVE_ADDRESS])
def test_whoever_else_answers_moves_no_link_to_https(warning: LinkWarning) -> None:
    checks = [look(PLAIN, (301, SECURE), at=START + DAY * day) for day in (0, 1)]
    assert permanent_address(checks) == SECURE
    warned = replace(checks[0], seen=replace(checks[0].seen, warnings=(warning,)))
    assert permanent_address([warned, checks[1]]) is None


def both(days: tuple[float, ...] = (0, 2), title: str = "A net", other: str = "A net") -> Move | None:
    plain = [look(PLAIN, at=START + DAY * day, title=title) for day in days]
    secure = [look(SECURE, at=START + DAY * day, title=other) for day in days]
    return secure_twin(plain, secure)


def test_two_links_that_show_one_page_on_two_days_are_one_by_https() -> None:
    assert both() == Move(SECURE, START, START + 2 * DAY)
    assert both(days=(0,)) is None
    assert both(days=(0, 0.1)) is None


def test_what_names_a_thing_for_good_is_the_same_by_https() -> None:
    urls = ("http://arxiv.org/pdf/1706.03762", "https://arxiv.org/pdf/1706.03762")
    plain, secure = ([look(url, at=START + DAY * day, title="Attention") for day in (0, 2)] for url in urls)
    assert secure_twin(plain, secure) == Move(urls[1], START, START + 2 * DAY)


@pytest.mark.parametrize(("title", "other"), [("A net", "Welcome to nginx!"), ("", ""), ("A net", "")])
def test_another_page_by_https_is_another_page(title: str, other: str) -> None:
    assert both(title=title, other=other) is None


def test_what_leads_elsewhere_is_not_shown_there() -> None:
    plain = [look(PLAIN, at=START + DAY * day, title="A net") for day in (0, 1)]
    secure = [look(SECURE, (302, NEW), at=START + DAY * day, title="A net") for day in (0, 1)]
    assert secure_twin(plain, secure) is None


def test_a_verdict_is_by_these_rules() -> None:
    checks = [look(PLAIN, (302, SECURE), at=START + DAY * day) for day in (0, 1)]
    assert judge(checks, VerdictSettings(), START + 9 * DAY).moved_to == SECURE


def failure(day: float) -> Check:
    check = look(PAGE, at=START + DAY * day)
    return replace(check, seen=replace(check.seen, outcome=Outcome.NOT_FOUND))


@pytest.mark.parametrize(
    ("successes", "since"),
    [
        ([2], None),
        ([2, 2.4], None),
        ([2, 3], (2, 3)),
        ([2, 2.96], (2, 2.96)),
        ([2, 3, 9], (2, 9)),
        ([], None),
    ],
)
def test_a_link_lives_again_when_it_has_answered_on_two_days(
    successes: list[float], since: tuple[float, float] | None
) -> None:
    checks = [look(PAGE, at=START), failure(1), *(look(PAGE, at=START + DAY * day) for day in successes)]
    expected = since and tuple(START + DAY * day for day in since)
    assert lives_again(checks, DAY) == expected
    assert lives_again([*checks, failure(10)], DAY) is None
