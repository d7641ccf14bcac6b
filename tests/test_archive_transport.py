"""What is concluded when the archive does not answer, and how it is asked by several threads: over real sockets."""

from __future__ import annotations

import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from dlt_crawler import __version__
from dlt_crawler.archive.limits import Clock, Limiter, Pool
from dlt_crawler.archive.transport import Answer, Transport
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveRateLimited, ArchiveUnavailable, ConfigError
from tests.archive_support import HandClock, answering
from tests.internet.client import Internet


def transport(
    clock: Clock | None = None, *, rate: float | None = None, contact: str = "", **settings: float
) -> Transport:
    """A transport that sends each request once, unless it is told otherwise."""
    asked = ArchiveSettings.model_validate({"timeout": 5, "attempts": 1, **settings})
    rates = {} if rate is None else dict.fromkeys(Pool, rate)
    return Transport(Limiter(rates, clock or HandClock(), asked), timeout=asked.timeout, contact=contact)


def ask(url: str, **settings: float) -> Answer:
    return transport(**settings).get(Pool.PLAYBACK, url)


# ── No answer ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/status/500",
        "/status/502",
        "/status/503",
        "/status/504",
        "/retry-after/503/120",
        "/short-body",
        "/reset",
        "/reset-after-head",
        "/empty-reply",
        "/garbage",
        "/ssh",
        "/http-0.9",
        "/endless-headers",
        "/bad-chunk",
    ],
)
def test_what_is_no_answer_is_unavailable(internet: Internet, path: str) -> None:
    with pytest.raises(ArchiveUnavailable):
        ask(internet.http_url(path))


def test_an_archive_that_refuses_connections_is_unavailable(internet: Internet) -> None:
    with pytest.raises(ArchiveUnavailable):
        ask(internet.http_url("/ok", host="127.0.0.200"))


@pytest.mark.parametrize(
    "target",
    [
        "/web/2015id_/http://a.example/%7Ebob/x_y%2Dz%41.html?q=a%2Bb&c=%28d%29",
        "/web/2015id_/http://a.example/~bob/(x)'!*",
    ],
)
def test_a_url_is_asked_for_as_it_is_written(internet: Internet, target: str) -> None:
    ask(internet.http_url(target))
    assert [request.target for request in internet.requests()] == [target]


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"gzip", b"chunked, chunked"])
def test_an_answer_in_a_transfer_coding_that_nobody_asked_for_is_unavailable(coding: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: " + coding + b"\r\n\r\n"
    with answering(head + b"2\r\nab\r\n0\r\n\r\n") as url:
        with pytest.raises(ArchiveUnavailable, match="transfer coding"):
            ask(url)
        assert transport().head(Pool.CDX, url).status == 200


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_head_that_does_not_end_in_time_is_no_answer(method: str) -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", drip=b"X-Patience: please\r\n") as url:
        asking = transport(timeout=0.5)
        with pytest.raises(ArchiveUnavailable):
            asking.get(Pool.CDX, url) if method == "get" else asking.head(Pool.CDX, url)


@pytest.mark.parametrize("path", ["/hang", "/dribble/0.3", "/slow-headers/0.3"])
def test_an_archive_that_hangs_or_drips_is_given_up_after_the_timeout(internet: Internet, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(ArchiveUnavailable):
        ask(internet.http_url(path), timeout=1)
    # None of them ever ends.
    assert time.monotonic() - started < 20


def test_an_archive_that_drips_over_tls_is_given_up_after_the_timeout(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(internet.ca_file))
    started = time.monotonic()
    with pytest.raises(ArchiveUnavailable):
        ask(internet.https_url("/slow-headers/0.3"), timeout=1)
    # None of them ever ends.
    assert time.monotonic() - started < 20


def test_only_the_beginning_of_an_endless_body_is_read(internet: Internet) -> None:
    answer = ask(internet.http_url("/endless-body"))
    assert (len(answer.body), answer.whole) == (262_144, False)


@pytest.mark.parametrize("location", [b"http://[bad/", b"/next", b"\xff\xfe", b"http://a.example:99999/"])
def test_a_redirect_is_an_answer_wherever_it_leads_and_however_long_its_body_is(location: bytes) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n\r\n"
    with answering(head + b"x" * 300_000) as url:
        answer = ask(url)
    assert (answer.status, answer.headers["Location"]) == (302, location.decode("latin-1"))
    assert (len(answer.body), answer.whole) == (262_144, False)


def test_a_status_of_the_archived_site_is_an_answer(internet: Internet) -> None:
    memento = b"Memento-Datetime: Thu, 29 Jan 2015 03:49:04 GMT\r\nContent-Length: 0\r\n\r\n"
    for status in (b"429 Too Many Requests", b"503 Service Unavailable"):
        with answering(b"HTTP/1.1 " + status + b"\r\n" + memento) as url:
            assert ask(url).status == int(status[:3])


# ── Asked again ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("trouble", "waits"), [("offline", [1, 2]), ("rate-limited-briefly", [1, 1])])
def test_what_fails_or_is_refused_is_asked_again(internet: Internet, trouble: str, waits: list[float]) -> None:
    internet.archive_fails(trouble, times=2)
    clock = HandClock()
    asking = transport(clock, attempts=3)
    assert asking.get(Pool.PLAYBACK, internet.http_url("/web/2015id_/http://archived.example/paper")).status == 302
    assert clock.slept == waits
    assert asking.sent[Pool.PLAYBACK] == 3


@pytest.mark.parametrize(("path", "waits"), [("/retry-after/503/20", [20, 20]), ("/retry-after/503/31", [])])
def test_an_archive_that_says_when_it_will_work_again_is_asked_then_or_when_all_else_is_done(
    internet: Internet, path: str, waits: list[float]
) -> None:
    clock = HandClock()
    with pytest.raises(ArchiveUnavailable):
        transport(clock, attempts=3).get(Pool.CDX, internet.http_url(path))
    assert clock.slept == waits


def test_rests_that_the_archive_asks_for_use_up_patience_and_our_own_do_not(internet: Internet) -> None:
    clock = HandClock()
    asking = transport(clock, attempts=3, patience=50, breaker=99)
    for _ in range(20):
        with pytest.raises(ArchiveUnavailable):
            asking.get(Pool.PLAYBACK, internet.http_url("/status/503"))
    assert clock.slept == [1, 2] * 20
    with pytest.raises(ArchiveUnavailable):
        asking.get(Pool.PLAYBACK, internet.http_url("/retry-after/503/20"))
    for _ in range(2):
        with pytest.raises(ArchiveRateLimited):
            asking.get(Pool.PLAYBACK, internet.http_url("/retry-after/503/20"))
    assert clock.slept[40:] == [20, 20]
    assert asking.sent[Pool.PLAYBACK] == 20 * 3 + 3 + 1


def test_a_rest_is_charged_by_the_share_of_the_threads_that_it_holds_up(internet: Internet) -> None:
    resting, go_on = threading.Event(), threading.Event()
    main = threading.get_ident()

    class Clock(HandClock):
        def sleep(self, seconds: float, /) -> None:
            super().sleep(seconds)
            if threading.get_ident() != main:
                resting.set()
                assert go_on.wait(10)

    def ask_for(path: str) -> None:
        with pytest.raises(ArchiveUnavailable):
            asking.get(Pool.PLAYBACK, internet.http_url(path))

    asking = transport(Clock(), attempts=2, patience=10, breaker=99)
    other = threading.Thread(target=ask_for, args=["/status/503"])
    other.start()
    assert resting.wait(10)
    ask_for("/retry-after/503/20")
    go_on.set()
    other.join(10)
    with pytest.raises(ArchiveRateLimited):
        asking.get(Pool.PLAYBACK, internet.http_url("/retry-after/503/20"))


@pytest.mark.parametrize(
    "location",
    [
        "https://web.archive.org/web/20150101000000id_/http://x.example.com/errors/429.html",
        "/web/20150101000000id_/http://x.example.com/429.html",
        "http://x.example.com/429.html",
    ],
)
def test_a_redirect_to_a_capture_of_a_page_of_refusals_is_no_refusal(internet: Internet, location: str) -> None:
    assert ask(internet.http_url(f"/redirect-to/302?{location}")).headers["Location"] == location


@pytest.mark.parametrize(("path", "times"), [("/status/503", 1), ("/retry-after/429/1", 3)])
def test_a_capture_that_may_have_been_made_is_not_asked_for_again(internet: Internet, path: str, times: int) -> None:
    with pytest.raises((ArchiveUnavailable, ArchiveRateLimited)):
        transport(attempts=3).post(Pool.SAVE, internet.http_url(path), {"url": "http://new.example/"}, {})
    assert len(internet.requests()) == times


@pytest.mark.parametrize(
    ("path", "pause"),
    [
        ("/status/429", 60),
        ("/retry-after/429/120", 120),
        ("/retry-after/429/99999999999999999999", 3600),
        ("/retry-after/429/soon", 60),
        ("/retry-after/429/-1", 60),
        ("/redirect-to/302?https://web.archive.org/429.html", 60),
        ("/redirect-to/302?/429.html?from=here", 60),
    ],
)
def test_a_refusal_is_waited_out_and_then_raised(internet: Internet, path: str, pause: float) -> None:
    clock = HandClock()
    with pytest.raises(ArchiveRateLimited) as caught:
        transport(clock, attempts=2, pause=60, breaker=99, patience=1e6).get(Pool.CDX, internet.http_url(path))
    assert clock.slept == [pause]
    assert caught.value.retry_after in (pause, 2 * pause)


@pytest.mark.parametrize(("ahead", "pause"), [(600, 600), (-600, 1)])
def test_a_refusal_until_a_date_silences_until_that_date(internet: Internet, ahead: float, pause: float) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True).replace(" ", "%20")
    with pytest.raises(ArchiveRateLimited) as caught:
        ask(internet.http_url(f"/retry-after/429/{date}"))
    assert caught.value.retry_after == pytest.approx(pause, abs=5)


def test_a_date_is_read_by_the_clock_of_the_archive() -> None:
    head = (
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n"
        b"Date: Thu, 05 Nov 2009 02:00:00 GMT\r\nRetry-After: Thu, 05 Nov 2009 02:02:00 GMT\r\n\r\n"
    )
    with answering(head) as url, pytest.raises(ArchiveRateLimited) as caught:
        ask(url)
    assert caught.value.retry_after == 120


def test_when_patience_is_used_up_nothing_is_sent_any_more(internet: Internet) -> None:
    clock = HandClock()
    asking = transport(clock, patience=100)
    for _ in range(6):
        with pytest.raises(ArchiveRateLimited):
            asking.get(Pool.CDX, internet.http_url("/retry-after/429/70"))
    assert clock.slept == [70]
    assert len(internet.requests()) == 2


def test_after_the_end_of_a_stage_nothing_is_sent_any_more(internet: Internet) -> None:
    asking = transport()
    asking.close()
    with pytest.raises(ArchiveUnavailable, match="stage has ended"):
        asking.get(Pool.CDX, internet.http_url("/ok"))
    assert internet.requests() == []


@pytest.mark.parametrize("path", ["/ok", "/status/403", "/status/451"])
def test_pages_in_the_place_of_captures_are_an_outage_when_they_come_in_a_row(internet: Internet, path: str) -> None:
    clock = HandClock()
    asking = transport(clock, breaker=5)
    for _ in range(5):
        assert asking.get(Pool.PLAYBACK, internet.http_url(path)).status in (200, 403, 451)
        # Which says nothing: there is no page to be seen.
        asking.head(Pool.PLAYBACK, internet.http_url("/ok"))
    assert sum(clock.slept) >= 5
    before = sum(clock.slept)
    asking.get(Pool.PLAYBACK, internet.http_url("/text"))
    for _ in range(4):
        asking.get(Pool.PLAYBACK, internet.http_url(path))
    assert sum(clock.slept) == before


# ── Several threads ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_archive_sees_no_two_requests_of_a_pool_closer_than_its_rate(internet: Internet) -> None:
    """While other threads compute, and connections are opened and closed: what counts is what arrives there."""
    apart = 0.4
    asking = transport(time, rate=60 / apart)
    computing = threading.Event()

    def compute() -> None:
        while not computing.wait(0.001):
            sum(range(30_000))

    def ask_one(number: int) -> int:
        pool = Pool.CDX if number % 2 else Pool.PLAYBACK
        return asking.get(pool, internet.http_url(f"/text?{pool}{number}", host=f"127.0.0.{1 + number % 5}")).status

    busy = [threading.Thread(target=compute, daemon=True) for _ in range(2)]
    for thread in busy:
        thread.start()
    with ThreadPoolExecutor(8) as workers:
        assert set(workers.map(ask_one, range(14))) == {200}
    computing.set()
    log = internet.requests()
    assert len(log) == 14
    for pool in (Pool.CDX, Pool.PLAYBACK):
        times = [request.at for request in log if f"?{pool}" in request.target]
        gaps = sorted(after - before for before, after in pairwise(times))
        # The server's own process may get the processor a moment late.
        assert gaps[0] >= apart / 2, gaps
        assert times[-1] - times[0] >= apart * 5.5


# ── Who asks ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("contact", "comment"),
    [
        ("", ""),
        ("mailto:me@example.com", "mailto:me@example.com"),
        ("Jürgen 王\r\nCookie: x", "Jrgen Cookie: x"),
    ],
)
def test_the_archive_is_told_who_asks_and_gets_no_cookies_back(internet: Internet, contact: str, comment: str) -> None:
    asking = transport(contact=contact)
    for _ in range(2):
        asking.get(Pool.CDX, internet.http_url("/cookie-wall"))
    sent = [request.headers for request in internet.requests()]
    agents = {headers["user-agent"] for headers in sent}
    assert len(agents) == 1
    assert re.fullmatch(rf"dlt-crawl/{re.escape(__version__)}(?: \(.*{re.escape(comment)}\))?", agents.pop())
    assert [headers.get("cookie") for headers in sent] == [None] * 2
    assert {headers["accept-encoding"] for headers in sent} == {"identity"}


def test_passwords_of_netrc_are_not_sent(internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    ask(internet.http_url("/text"))
    assert [request.headers.get("authorization") for request in internet.requests()] == [None]


def test_the_certificate_authorities_of_ssl_cert_file_are_trusted(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ours wins over what requests itself would take from the environment.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", os.devnull)
    monkeypatch.setenv("SSL_CERT_FILE", str(internet.ca_file))
    assert ask(internet.https_url("/status/403")).status == 403


@pytest.mark.parametrize("row", ["untrusted", "expired", "wrong-name", "handshake-reset", "plain-http"])
def test_an_archive_that_cannot_prove_its_name_is_unavailable(
    internet: Internet, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(internet.ca_file))
    with pytest.raises(ArchiveUnavailable, match="no answer"):
        ask(internet.https_url("/status/403", tls=row))


def test_a_trust_store_that_does_not_exist_is_a_wrong_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        transport()
