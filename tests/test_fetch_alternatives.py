"""The other addresses of a page: which are tried, what they prove, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlt_crawler.fetch.link.alternatives import alternatives, is_same_page
from dlt_crawler.model import Outcome
from tests.fetch_support import observe_in
from tests.internet.hosts import ADDRESSES
from tests.internet.namespace import Namespace
from tests.internet.tls import TLS
from tests.internet.world import Host

REFUSED = Outcome.CONNECTION_ERROR


@pytest.mark.parametrize(
    ("url", "outcome", "tried"),
    [
        (
            "https://a.example/x?y=1",
            REFUSED,
            ("http://a.example/x?y=1", "https://www.a.example/x?y=1", "http://www.a.example/x?y=1"),
        ),
        ("http://www.a.co.uk/", REFUSED, ("https://www.a.co.uk/", "http://a.co.uk/", "https://a.co.uk/")),
        # A name that does not resolve does so for both schemes.
        ("https://a.example/", Outcome.DNS_ERROR, ("https://www.a.example/", "http://www.a.example/")),
        # Hosts below a domain have no www. of their own.
        ("https://docs.a.example/", REFUSED, ("http://docs.a.example/",)),
        ("https://docs.a.example/", Outcome.DNS_ERROR, ()),
        ("https://www.docs.a.example/", REFUSED, ("http://www.docs.a.example/",)),
        ("https://alice.github.io/", REFUSED, ("http://alice.github.io/",)),
        ("http://localhost/", REFUSED, ("https://localhost/",)),
        ("http://192.0.2.1/", REFUSED, ("https://192.0.2.1/",)),
        ("http://[2001:db8::1]/", REFUSED, ("https://[2001:db8::1]/",)),
        # No port stands for another.
        ("http://a.example:8080/", REFUSED, ("http://www.a.example:8080/",)),
        ("http://192.0.2.1:8080/", REFUSED, ()),
        ("https://xn--bcher-kva.example/", Outcome.DNS_ERROR, (
            "https://www.xn--bcher-kva.example/", "http://www.xn--bcher-kva.example/")),
    ],
)  # fmt: skip
def test_addresses_that_are_tried_when_nothing_answers(url: str, outcome: Outcome, tried: tuple[str, ...]) -> None:
    assert alternatives(url, outcome, answered=False) == tried


@pytest.mark.parametrize(
    ("url", "final_url", "same"),
    [
        ("http://a.example/x", "https://a.example/x", True),
        ("http://a.example/x", "https://www.a.example/x", True),
        ("http://a.example/x/", "https://a.example/x", True),
        ("http://a.example/x", "https://a.example/x/", True),
        ("http://a.example/%C3%BC", "https://a.example/%c3%bc", True),
        ("http://a.example/x?y", "https://docs.a.example/x?y", True),
        ("http://a.example/", "https://a.example/", True),
        ("http://a.example/", "https://a.example/en/index.html", True),
        ("http://a.example/x", "https://a.example/", False),
        ("http://a.example/x", "https://a.example/X", False),
        ("http://a.example/x", "https://a.example/404", False),
        ("http://a.example/x?y=1", "https://a.example/x", False),
        ("http://a.example/x", "https://a.example/x?y=1", False),
        ("http://a.example/?p=1", "https://a.example/", False),
        ("http://a.example/", "https://b.example/", False),
        ("http://a.example/x", "https://b.example/x", False),
        ("http://a.co.uk/x", "https://b.co.uk/x", False),
        # On shared hosting every host is somebody else's.
        ("http://alice.github.io/", "https://bob.github.io/anything", False),
        ("http://a.github.io/x", "https://github.io/x", False),
        ("http://dead.wordpress.com/", "https://wordpress.com/typo/?subdomain=dead", False),
        ("http://alice.github.io/x", "https://www.alice.github.io/x", True),
        ("http://wordpress.com/x", "https://www.wordpress.com/x", True),
        # Where pages are sent to that are not there for us.
        ("http://x.tumblr.com/", "https://x.tumblr.com/login", False),
        ("http://a.example/", "https://a.example/de/login?next=/", False),
        ("http://a.example/", "https://a.example/errors/404.html", False),
        ("http://a.example/", "https://a.example/authors", True),
    ],
)
def test_only_the_same_place_on_the_same_site_is_the_same_page(url: str, final_url: str, same: bool) -> None:
    assert is_same_page(url, final_url) is same


HOSTS = {
    # Only http answers.
    "no-tls.example": Host(tls="handshake-reset"),
    "www.no-tls.example": Host(dns="nxdomain"),
    "hangs.example": Host(tls="handshake-silent"),
    "www.hangs.example": Host(connect="silent"),
    # Nothing does.
    "lost.example": Host(dns="nxdomain"),
    "www.lost.example": Host(dns="nxdomain"),
    "mute.example": Host(connect="silent"),
    "www.mute.example": Host(connect="silent"),
    "gone.example": Host(connect="refused"),
    "www.gone.example": Host(always="/bot-wall/403"),
    "forbidden.example": Host(connect="refused"),
    "www.forbidden.example": Host(robots="/robots-txt/disallow-all"),
    "home.example": Host(connect="refused"),
    "www.home.example": Host(always="/redirect-to/302?/"),
    "sold.example": Host(connect="refused"),
    "www.sold.example": Host(always="/redirect-to/301?https://alive.example/"),
    # The one and the other, with certificates.
    "expired.example": Host(tls="expired"),
    "both.example": Host(dns="nxdomain"),
    "www.both.example": Host(tls="wrong-name"),
}
PAGES = {
    "http://upgraded.example/ok": "/status/404",
    "https://upgraded.example/ok": "/ok",
    "http://upgraded.example/broken": "/status/500",
    "http://upgraded.example/nowhere": "/status/404",
    "https://upgraded.example/nowhere": "/status/404",
    "https://alive.example/page": "/status/404",
}
UNVERIFIED, ALTERNATIVE = "tls_unverified", "alternative_address"
NO_NAME = "cannot be connected to: the name does not exist, or has no address"

SEEN = {
    # URL → outcome, final URL, warnings, sentence.
    "https://no-tls.example/ok": ("ok", "http://no-tls.example/ok", [ALTERNATIVE],
        "no-tls.example broke the connection off without an answer; http://no-tls.example answered 200 OK."),
    "https://hangs.example/ok": ("ok", "http://hangs.example/ok", [ALTERNATIVE],
        "hangs.example did not answer within 2 s; http://hangs.example answered 200 OK."),
    "http://upgraded.example/ok": ("ok", "https://upgraded.example/ok", [ALTERNATIVE],
        "upgraded.example answered 404 Not Found; https://upgraded.example answered 200 OK."),
    "http://upgraded.example/broken": ("server_error", "http://upgraded.example/broken", [],
        "upgraded.example answered 500 Internal Server Error; https was tried in vain."),
    "http://upgraded.example/nowhere": ("not_found", "http://upgraded.example/nowhere", [],
        "upgraded.example answered 404 Not Found; https was tried in vain."),
    "http://lost.example/ok": ("dns_error", None, [],
        f"lost.example {NO_NAME}; www.lost.example was tried in vain."),
    "http://mute.example/ok": ("timeout", None, [],
        "mute.example did not answer within 2 s; https and www.mute.example were tried in vain."),
    "https://gone.example/ok": ("connection_error", None, [],
        "gone.example refuses connections; http and www.gone.example were tried in vain."),
    "https://forbidden.example/ok": ("connection_error", None, [],
        "forbidden.example refuses connections; http and www.forbidden.example were tried in vain."),
    "https://home.example/ok": ("connection_error", None, [],
        "home.example refuses connections; http and www.home.example were tried in vain."),
    "https://sold.example/ok": ("connection_error", None, [],
        "sold.example refuses connections; http and www.sold.example were tried in vain."),
    "https://expired.example/ok": ("ok", "https://expired.example/ok", [UNVERIFIED],
        "expired.example answered 200 OK; its certificate has expired."),
    "https://both.example/ok": ("ok", "https://www.both.example/ok", [ALTERNATIVE, UNVERIFIED],
        f"both.example {NO_NAME}; https://www.both.example answered 200 OK; its certificate is for another name."),
    "https://alive.example/page": ("not_found", "https://alive.example/page", [],
        "alive.example answered 404 Not Found."),
}  # fmt: skip


def test_page_that_has_another_address_is_alive_and_what_has_none_says_that_they_were_tried(
    namespace: Namespace, tmp_path: Path
) -> None:
    for name, host in HOSTS.items():
        namespace.host(name, host)
    for url, row in PAGES.items():
        namespace.page(url, row)

    seen = observe_in(namespace, tmp_path, SEEN)

    told = {url: (found.outcome, found.final_url, found.warnings, found.detail) for url, found in seen.items()}
    assert told == SEEN


ELSEWHERE = {
    # Of the world "hosts", with both schemes: where they are alive, if not as they are written.
    "https-only.example": "https://https-only.example",
    "https-only-silent.example": "https://https-only-silent.example",
    "http-only.example": "http://http-only.example",
    "http-only-silent.example": "http://http-only-silent.example",
    "http-only-plain.example": "http://http-only-plain.example",
    "www-only.example": "{scheme}://www.www-only.example",
    "www-only-refused.example": "{scheme}://www.www-only-refused.example",
    "www-only-silent.example": "{scheme}://www.www-only-silent.example",
    "www.bare-only.example": "{scheme}://bare-only.example",
    "www.bare-only-refused.example": "{scheme}://bare-only-refused.example",
    "both.example": "https://www.both.example",
    "www.both.example": "https://www.both.example",
    "no-address.example": "{scheme}://www.no-address.example",
    **{name: f"{{scheme}}://{name}" for name in ADDRESSES if name != "no-address.example"},
    **{f"{row}.tls.example": f"http://{row}.tls.example" for row in TLS if TLS[row].instead},
    **dict.fromkeys(("no-way.example", "www.no-way.example", "no-name.example", "www.no-name.example")),
}
BAD_CERTIFICATES = ("expired", "not-yet-valid", "wrong-name", "untrusted", "self-signed", "incomplete")


def test_every_host_that_can_be_reached_in_some_way_is_alive(namespaces: type[Namespace], tmp_path: Path) -> None:
    urls = {
        f"{scheme}://{name}/ok": end and end.format(scheme=scheme) + "/ok"
        for name, end in ELSEWHERE.items()
        for scheme in ("http", "https")
    }
    unverified = {f"https://{row}.tls.example/ok" for row in BAD_CERTIFICATES}

    with namespaces("hosts") as internet:
        allowed = ["127.0.0.0/8", "fd7f::/16"]
        seen = observe_in(internet, tmp_path, [*urls, *unverified], allow_networks=allowed, timeout=4)

    for url, end in urls.items():
        found = seen[url]
        assert (found.final_url, found.outcome == "ok") == (end, end is not None), url
        assert found.warnings == ([ALTERNATIVE] if end not in (None, url) else []), url
        assert ("in vain" in found.detail) is (end is None), url
    assert {url: (seen[url].outcome, seen[url].warnings) for url in unverified} == dict.fromkeys(
        unverified, ("ok", [UNVERIFIED])
    )


@pytest.mark.at_length
def test_an_alternative_that_wins_too_soon_does_not_keep_another_from_being_asked(
    namespace: Namespace, tmp_path: Path
) -> None:
    # While http is silent, https is asked, and then www., which is there at once. But then http answers, and against
    # an answer only https counts.
    pages = {"http://torn.example/ok": "/late/4/404", "https://torn.example/ok": "/late/1.5/200"}
    for url, row in pages.items():
        namespace.page(url, row)

    seen = observe_in(namespace, tmp_path, ["http://torn.example/ok"], timeout=6)["http://torn.example/ok"]

    assert (seen.outcome, seen.final_url, seen.warnings) == ("ok", "https://torn.example/ok", [ALTERNATIVE])
    asked = [request.url for request in namespace.requests() if request.target == "/ok"]
    assert "http://www.torn.example/ok" in asked, "the race was another one"


IPV6 = ("2606:4700::1111",)
NO_IPV6 = "cannot be connected to: it has only IPv6 addresses, and this machine has no IPv6"
WITHOUT_IPV6 = {
    "six.example": Host(dns="astray", astray=IPV6),
    "www.six.example": Host(dns="astray", astray=IPV6),
    "new.example": Host(dns="astray", astray=IPV6),
    "dual.example": Host(dns="both", astray=IPV6),
    "refused.example": Host(dns="both", astray=IPV6, connect="refused"),
    "www.refused.example": Host(dns="nxdomain"),
}


def test_that_this_machine_has_no_ipv6_is_held_against_nobody(namespace: Namespace, tmp_path: Path) -> None:
    for name, host in WITHOUT_IPV6.items():
        namespace.host(name, host)

    urls = {name: f"http://{name}/ok" for name in ("six.example", "new.example", "dual.example", "refused.example")}
    seen = observe_in(namespace, tmp_path, [*urls.values(), f"http://[{IPV6[0]}]/ok"])

    literal, six, new, dual, refused = (seen[url] for url in (f"http://[{IPV6[0]}]/ok", *urls.values()))
    assert (literal.outcome, literal.asked) == ("connection_error", False)
    assert literal.detail == f"{IPV6[0]} {NO_IPV6}; https was tried in vain."
    assert (six.outcome, six.asked) == ("connection_error", False)
    assert six.detail == f"six.example {NO_IPV6}; https and www.six.example were tried in vain."
    assert (new.outcome, new.final_url) == ("ok", "http://www.new.example/ok")
    assert new.detail == f"new.example {NO_IPV6}; http://www.new.example answered 200 OK."
    assert (dual.outcome, dual.warnings) == ("ok", [])
    assert (refused.outcome, refused.asked) == ("connection_error", True)


def test_alternatives_are_asked_only_where_they_may_tell_something(namespace: Namespace, tmp_path: Path) -> None:
    namespace.host("no-tls.example", Host(tls="handshake-reset"))
    urls = (
        "https://alive.example/",
        "https://dead.example/page",
        "http://moved.example/old",
        "https://walled.example/",
    )

    seen = observe_in(namespace, tmp_path, [*urls, "https://no-tls.example/ok"])

    asked = sorted(request.url for request in namespace.requests() if not request.target.startswith("/robots.txt"))
    assert asked == sorted([*urls, "https://alive.example/article", "http://no-tls.example/ok"])
    assert seen["https://no-tls.example/ok"].warnings == [ALTERNATIVE]
