"""Walls: every labelled one is found and named, and nothing that lives or is gone is taken for one."""

from __future__ import annotations

import re
import time
from itertools import chain

import pytest

from dlt_crawler.model import Evidence, SignalKind
from dlt_crawler.page import Response, Shown
from dlt_crawler.page.reading import read_response
from dlt_crawler.page.walls import FIELDS, MARKERS, known, markers_in, wall_of
from dlt_crawler.page.walls.look import Look, folded
from tests.walls_support import LabelledPage, labelled

WALLS = tuple(labelled("walls"))
BESIDE = tuple(labelled("beside_walls"))
URL = "https://host.example/a/deep/page.html"


def whose(shown: Shown) -> str | None:
    signal = wall_of(shown)
    assert signal is None or signal.kind is SignalKind.WALL
    return signal.what if signal else None


def page(title: str, body: str, status: int = 200, *fields: tuple[str, str], url: str = URL) -> Shown:
    source = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    content = read_response(Response(url, status, (("content-type", "text/html"), *fields), source.encode()))
    return Shown(url, url, status, page=content.page, evidence=content.evidence)


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
def test_wall_is_found_and_named(wall: LabelledPage) -> None:
    assert whose(wall.shown()) == wall.whose


@pytest.mark.parametrize("other", BESIDE, ids=lambda other: other.name)
def test_page_that_is_no_wall(other: LabelledPage) -> None:
    assert whose(other.shown()) is None


def test_there_are_labelled_pages_of_all_kinds() -> None:
    assert len(WALLS) >= 165
    assert len(BESIDE) >= 130
    assert {wall.whose for wall in WALLS} >= {"Cloudflare", "a captcha", "a login page", "a consent page"}
    assert all(wall.whose for wall in WALLS)
    assert not any(other.whose for other in BESIDE)


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
def test_not_found_is_believed_whatever_the_page_says(wall: LabelledPage) -> None:
    """Unless a header says that the wall answers, and not the server."""
    says_so = known.mitigator_of(known_look(wall)) is not None
    for status in (404, 410):
        gone = LabelledPage(wall.name, wall.url, wall.final_url, status, None, wall.fields, wall.body)
        assert (whose(gone.shown()) is not None) is says_so


def known_look(wall: LabelledPage) -> Look:
    return Look(wall.shown())


@pytest.mark.parametrize("status", [200, 202, 301, 403, 404, 410, 429, 503])
@pytest.mark.parametrize(
    ("name", "value", "name_of_wall"),
    [
        ("cf-mitigated", "challenge", "Cloudflare"),
        ("cf-mitigated", "Challenge", "Cloudflare"),
        ("x-amzn-waf-action", "challenge", "AWS WAF"),
        ("x-amzn-waf-action", "captcha", "AWS WAF"),
        ("x-vercel-mitigated", "challenge", "Vercel"),
        ("x-vercel-mitigated", "deny", "Vercel"),
        ("x-dd-b", "2", "DataDome"),
        ("x-sucuri-block", "BNP005", "Sucuri"),
        ("bxpunish", "1", "Alibaba Cloud"),
        ("sg-captcha", "challenge", "SiteGround"),
    ],
)
def test_header_that_names_a_mitigation_decides(status: int, name: str, value: str, name_of_wall: str) -> None:
    assert whose(page("A title", "<p>Some text.</p>", status, (name, value))) == name_of_wall


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cf-ray", "8f02-LHR"),
        ("cf-mitigated", ""),
        ("server", "cloudflare"),
        ("server", "ddos-guard"),
        ("server", "AkamaiGHost"),
        ("x-datadome", "protected"),
        ("x-dd-b", "0"),
        ("x-iinfo", "1-1"),
        ("x-cdn", "Imperva"),
        ("x-kpsdk-ct", "0a"),
        ("x-cache", "Error from cloudfront"),
        ("set-cookie", "datadome=1; path=/"),
        ("set-cookie", "__cf_bm=1; path=/"),
        ("set-cookie", "_abck=1; path=/"),
        ("set-cookie", "incap_ses_1_2=1; path=/"),
    ],
)
@pytest.mark.parametrize("status", [200, 404, 500, 502, 503])
def test_what_comes_with_every_page_of_a_service_decides_nothing(name: str, value: str, status: int) -> None:
    assert whose(page("Notes on entropy", "<p>It never falls.</p>", status, (name, value))) is None


@pytest.mark.parametrize(
    ("field", "name_of_wall"),
    [
        (("server", "AkamaiGHost"), "Akamai"),
        (("x-datadome", "protected"), "DataDome"),
        (("set-cookie", "datadome=1"), "DataDome"),
        (("set-cookie", "incap_ses_1_2=1"), "Imperva"),
        (("server", "QRATOR"), "Qrator"),
        (("server", "nginx"), None),
    ],
)
def test_refusal_is_named_after_who_sends_it(field: tuple[str, str], name_of_wall: str | None) -> None:
    assert whose(page("403 Forbidden", "<h1>Forbidden</h1>", 403, field)) == name_of_wall


PROSE = "<p>The weights that it ends with are usually better than those of methods that look at every example.</p>" * 30


@pytest.mark.parametrize(
    "title", ["Just a moment...", "Access Denied", "Verify you are human", "安全验证", "Request Rejected", "Sign in"]
)
def test_title_is_not_enough_in_a_page_with_a_text(title: str) -> None:
    assert whose(page(title, f"<h1>{title}</h1>{PROSE}")) is None


def test_source_of_a_password_field_that_is_shown_is_none() -> None:
    shown = '<h1>Sign in</h1><pre>&lt;input type="password"&gt;</pre><p>Name and password go to the session.</p>'
    assert whose(page("The chapter on forms", shown)) is None


def test_challenge_with_its_arithmetic_in_the_text() -> None:
    arithmetic = "<div>" + "+((!+[]+(!![])+!![]+!![]+[])" * 250 + "</div>"
    told = "<h1>Checking your browser before accessing salt.example.</h1><p>This process is automatic.</p>"
    assert whose(page("Just a moment...", told + arithmetic)) == "Cloudflare"
    assert whose(page("Just a moment...", "<h1>A poem</h1>" + PROSE)) is None


def test_markers_are_not_enough_in_a_page_with_a_text() -> None:
    quoted = " ".join(MARKERS.values()).replace("<", "&lt;")
    assert whose(page("What walls look like", f"<h1>What walls look like</h1>{PROSE}<pre>{quoted}</pre>")) is None


LOGINS = (
    # Link, where it ends, title, and whether it is a wall.
    ("https://a.example/x", "https://sso.uni.example/login?service=https%3A%2F%2Fa.example%2Fx", "Web Login", True),
    ("https://a.example/x", "https://a.example/users/sign_in", "Sign in · GitLab", True),
    ("https://a.example/x", "https://a.example/wp-login.php?redirect_to=x", "Log In ‹ A Blog — WordPress", True),
    ("https://a.example/x", "https://tenant.b2clogin.com/t/oauth2/v2.0/authorize?client_id=1", "", True),
    ("https://a.example/x", "https://a.example/#/login?redirect=%2Fx", "应用", True),
    ("https://a.example/", "https://a.example/login", "Log in", True),
    ("https://a.example/login", "https://a.example/login", "Log in", False),
    ("https://a.example/login", "https://sso.a.example/login?next=1", "Log in", False),
    ("https://sso.a.example/", "https://sso.a.example/login", "Log in", False),
    ("https://a.example/auth", "https://a.example/login", "Log in", False),
    ("https://a.example/", "https://a.example/", "Log in", False),
    ("https://doi.example/10.1", "https://www.stsci.edu/hst", "Hubble", False),
    ("https://a.example/x", "https://id.wikipedia.org/wiki/X", "X - Wikipedia", False),
    ("https://a.example/x", "https://casa.example.org/x", "Casa", False),
    ("https://a.example/identity", "https://docs.a.example/identity/overview", "Overview", False),
    # Names that hosts have for other reasons, too: a parameter that leads back, or a password, has to go with them.
    ("https://a.example/x", "https://cas.a.example/departments", "Arts and Sciences", False),
    ("https://a.example/x", "https://cas.a.example/x?service=y", "Log in", True),
    ("https://a.example/x", "https://iam.a.example/ag?page=2", "Arbeitsgruppen", False),
    ("https://a.example/x", "https://sts.a.example/about", "", False),
)


@pytest.mark.parametrize(("url", "final_url", "title", "is_wall"), LOGINS)
def test_login_page_in_place_of_another_page(url: str, final_url: str, title: str, is_wall: bool) -> None:
    evidence = Evidence(title=title, text="Welcome", length=7, prose=7)
    assert whose(Shown(url, final_url, 200, evidence=evidence)) == ("a login page" if is_wall else None)


CONSENTS = (
    ("https://a.example/x", "https://consent.google.com/m?continue=x", True),
    ("https://a.example/x", "https://guce.yahoo.com/consent?brandType=eu", True),
    ("https://a.example/x", "https://www.a.example/privacy-gate?callbackUrl=x", True),
    ("https://a.example/x", "https://a.example/consent?target=x", True),
    ("https://a.example/consent", "https://www.a.example/consent", False),
    ("https://consent.google.com/", "https://consent.google.com/m", False),
    ("https://a.example/x", "https://a.example/research/consent-forms", False),
)


@pytest.mark.parametrize(("url", "final_url", "is_wall"), CONSENTS)
def test_consent_page_in_place_of_another_page(url: str, final_url: str, is_wall: bool) -> None:
    evidence = Evidence(title="Welcome", text="Welcome", length=7, prose=7)
    assert whose(Shown(url, final_url, 200, evidence=evidence)) == ("a consent page" if is_wall else None)


def test_tables_are_written_as_they_are_compared() -> None:
    markers = list(known.markers())
    names = [name for name, _ in markers]
    assert len(set(names)) == len(names)
    assert all(written == written.lower() for written in MARKERS.values())
    assert all(name == name.lower() for name in FIELDS)
    for signature in known.SIGNATURES:
        phrases = (*signature.titles, *signature.texts, *signature.brands)
        assert [phrase for phrase in phrases if phrase != folded(phrase)] == []
        assert re.search(r"20\d\d", signature.source), f"{signature.whose}: known since when?"


HOSTILE = (
    *(f"{unit} " * 1_000_000 for unit in ("a", " ", "<", "-", "|", "您的请求", "your ip", "request ")),
    "a" * 1_000_000,
    "_" * 1_000_000,
    "your ip " + "x" * 1_000_000,
    "https://" + "a." * 500_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12].strip() or "blanks")
def test_hostile_input_takes_no_time(text: str) -> None:
    evidence = Evidence(
        title=text,
        headings=(text,) * 5,
        text=text,
        length=10,
        prose=10,
        fields=(("server", text), ("set-cookie", text)),
    )
    url = f"https://a.example/{text}?{text}"
    for shown in chain(
        (Shown(URL, URL, status, evidence=evidence) for status in (200, 403, 503)),
        (Shown(URL, url, 200, evidence=evidence), Shown(url, URL, 200, evidence=evidence)),
    ):
        begin = time.process_time()
        wall_of(shown)
        assert time.process_time() - begin < 0.05


def test_markers_are_found_as_if_each_were_looked_for() -> None:
    sources = ["", *MARKERS.values(), " ".join(MARKERS.values()), *(wall.body.decode().lower() for wall in WALLS)]
    for source in sources:
        assert set(markers_in(source)) == {name for name, written in MARKERS.items() if written in source}
