"""What is concluded when the archive does not answer as an archive: never that there is no snapshot."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from dlt_crawler import __version__
from dlt_crawler.archive import Archive, Calls
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveRateLimited, ArchiveUnavailable, ConfigError
from tests.archive_support import HandClock, answering, index_of
from tests.internet.client import Internet

URL = "https://example.com/gone"


def asking(internet: Internet, path: str, timeout: float = 5) -> ArchiveSettings:
    """Settings whose index is a row of the test internet."""
    return ArchiveSettings(cdx_url=internet.http_url(path), timeout=timeout)


@pytest.mark.parametrize(
    "path",
    [
        "/status/500",
        "/status/502",
        "/status/503",
        "/status/504",
        "/retry-after/503/120",
        "/status/400",
        "/status/403",
        "/status/404",
        "/status/204",
        "/redirect/302/1",
        "/redirect-nowhere/302",
        "/ok",
        "/text",
        "/pdf",
        "/endless-body",
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
def test_an_index_that_does_not_answer_as_one_is_unavailable(internet: Internet, path: str) -> None:
    with Archive(asking(internet, path)) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(URL, None)


def test_an_empty_page_is_not_an_empty_index(internet: Internet) -> None:
    with Archive(asking(internet, "/empty")) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(URL, None)


def test_an_index_that_refuses_connections_is_unavailable(internet: Internet) -> None:
    settings = ArchiveSettings(cdx_url=internet.http_url("/ok", host="127.0.0.200"))
    with Archive(settings) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(URL, None)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_off_before_its_body_is_not_an_empty_index(head: bytes) -> None:
    with answering(head) as url, Archive(ArchiveSettings(cdx_url=url)) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(URL, None)


def test_a_head_that_does_not_end_in_time_is_not_an_empty_index() -> None:
    with (
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", drip=b"X-Patience: please\r\n") as url,
        Archive(ArchiveSettings(cdx_url=url, timeout=0.5)) as archive,
        pytest.raises(ArchiveUnavailable),
    ):
        archive.resolve(URL, None)


def test_an_index_of_more_rows_than_were_asked_for_in_megabytes_is_unavailable() -> None:
    row = "com,example)/gone 20170101000000 http://example.com/gone text/html 200 MGIGF4GRGGF5GKV6VNCBAXOE3OR5BTZC 1811"
    with (
        answering(index_of(*[row] * 30_000)) as url,
        Archive(ArchiveSettings(cdx_url=url, timegate_url=url)) as archive,
        pytest.raises(ArchiveUnavailable, match="answered 200, 262144 bytes"),
    ):
        archive.resolve(URL, None)


@pytest.mark.parametrize("path", ["/hang", "/dribble/0.3", "/slow-headers/0.3"])
def test_an_archive_that_hangs_or_drips_is_given_up_after_the_timeout(internet: Internet, path: str) -> None:
    started = time.monotonic()
    with Archive(asking(internet, path, timeout=1)) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(URL, None)
    assert time.monotonic() - started < 3


def test_an_archive_that_drips_over_tls_is_given_up_after_the_timeout(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(internet.ca_file))
    started = time.monotonic()
    settings = ArchiveSettings(cdx_url=internet.https_url("/slow-headers/0.3"), timeout=1)
    with Archive(settings) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(URL, None)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("path", "retry_after"),
    [
        ("/status/429", 60),
        ("/retry-after/429/120", 120),
        ("/retry-after/429/soon", 60),
        ("/redirect-to/302?https://web.archive.org/429.html", 60),
    ],
)
def test_a_refusal_for_long_raises_at_once_and_silences_every_further_call(
    internet: Internet, path: str, retry_after: float | None
) -> None:
    clock = HandClock()
    with Archive(asking(internet, path), clock=clock) as archive:
        with pytest.raises(ArchiveRateLimited) as caught:
            archive.resolve(URL, None)
        assert caught.value.retry_after == retry_after
        with pytest.raises(ArchiveRateLimited) as silenced:
            archive.resolve("https://example.org/other", None)
        assert silenced.value.retry_after == (retry_after or 60)
        assert archive.calls == Calls(cdx=1, playback=0, save=0)
    assert clock.slept == []
    assert len(internet.requests()) == 1


def test_a_refusal_until_a_date_silences_until_that_date(internet: Internet) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True).replace(" ", "%20")
    with Archive(asking(internet, f"/retry-after/429/{date}")) as archive, pytest.raises(ArchiveRateLimited) as caught:
        archive.resolve(URL, None)
    assert caught.value.retry_after == pytest.approx(600, abs=5)


def test_a_refusal_for_short_is_waited_out_twice_and_then_raised(internet: Internet) -> None:
    clock = HandClock()
    with Archive(asking(internet, "/retry-after/429/7"), clock=clock) as archive:
        with pytest.raises(ArchiveRateLimited):
            archive.resolve(URL, None)
        assert archive.calls == Calls(cdx=3, playback=0, save=0)
    assert clock.slept == [7, 7]


def test_after_five_failures_in_a_row_nothing_is_sent_any_more(internet: Internet) -> None:
    with Archive(asking(internet, "/status/503"), clock=HandClock()) as archive:
        for _ in range(5):
            with pytest.raises(ArchiveUnavailable):
                archive.resolve(URL, None)
        with pytest.raises(ArchiveRateLimited, match="5 requests in a row"):
            archive.resolve(URL, None)
        assert archive.calls == Calls(cdx=5, playback=0, save=0)
    assert len(internet.requests()) == 5


@pytest.mark.parametrize(
    ("contact", "comment"),
    [
        ("", ""),
        ("mailto:me@example.com", "mailto:me@example.com"),
        ("Jürgen 王\r\nCookie: x", "Jrgen Cookie: x"),
    ],
)
def test_the_archive_is_told_who_asks_and_gets_no_cookies_back(internet: Internet, contact: str, comment: str) -> None:
    with Archive(asking(internet, "/cookie-wall"), contact=contact) as archive:
        for _ in range(2):
            with pytest.raises(ArchiveUnavailable):
                archive.resolve(URL, None)
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
    with Archive(asking(internet, "/text")) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(URL, None)
    assert [request.headers.get("authorization") for request in internet.requests()] == [None]


def test_the_certificate_authorities_of_ssl_cert_file_are_trusted(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ArchiveSettings(cdx_url=internet.https_url("/status/403"))
    # Ours wins over what requests itself would take from the environment.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", os.devnull)
    monkeypatch.setenv("SSL_CERT_FILE", str(internet.ca_file))
    with Archive(settings) as archive, pytest.raises(ArchiveUnavailable, match="answered 403"):
        archive.resolve(URL, None)


@pytest.mark.parametrize("row", ["untrusted", "expired", "wrong-name", "handshake-reset", "plain-http"])
def test_an_archive_that_cannot_prove_its_name_is_unavailable(
    internet: Internet, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(internet.ca_file))
    settings = ArchiveSettings(cdx_url=internet.https_url("/status/403", tls=row))
    with Archive(settings) as archive, pytest.raises(ArchiveUnavailable, match="no answer"):
        archive.resolve(URL, None)


def test_a_trust_store_that_does_not_exist_is_a_wrong_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        Archive(ArchiveSettings())
