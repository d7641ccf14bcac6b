"""Captures of living pages by Save Page Now."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.archive.save import refusal
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveError, ArchiveRateLimited, ArchiveUnavailable, ConfigError
from dlt_crawler.model import Snapshot
from tests.archive_support import HandClock, settings_of
from tests.internet.client import Internet

URL = "http://living.example/page?chapter=1&part=2"


class EventfulClock(HandClock):
    """A clock that lets something happen while somebody sleeps for the first time."""

    def __init__(self, event: Callable[[], None]) -> None:
        super().__init__()
        self._event = event

    def sleep(self, seconds: float, /) -> None:
        if not self.slept:
            self._event()
        super().sleep(seconds)


def with_keys(internet: Internet, **more: str | float) -> ArchiveSettings:
    return settings_of(internet, **{"access_key": "abc", "secret_key": "xyz", **more})


def test_a_living_page_is_captured_waited_for_and_found_afterwards(internet: Internet) -> None:
    clock = HandClock()
    with Archive(with_keys(internet), clock=clock) as archive:
        saved = archive.save(URL)
        assert saved == Snapshot(
            original=URL,
            timestamp=saved.timestamp,
            url=internet.http_url(f"/web/{saved.timestamp}/{URL}"),
            status=200,
            validated="save_page_now",
        )
        assert re.fullmatch(r"\d{14}", saved.timestamp)
        found = archive.resolve(URL, None)
        assert archive.calls == Calls(cdx=1, playback=1, save=1)
    assert isinstance(found, Snapshot)
    assert found.url == saved.url
    assert clock.slept == [5, 5]
    post, *polls = [request for request in internet.requests() if request.target.startswith("/save")]
    assert (post.method, post.target, post.headers["authorization"], post.headers["accept"]) == (
        "POST",
        "/save",
        "LOW abc:xyz",
        "application/json",
    )
    assert parse_qs(post.body) == {"url": [URL], "skip_first_archive": ["1"], "js_behavior_timeout": ["0"]}
    assert [poll.method for poll in polls] == ["GET", "GET"]
    assert {re.sub(r"[0-9a-f]{40}$", "", poll.target) for poll in polls} == {"/save/status/spn2-"}


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"access_key": "", "secret_key": ""}, "DLT_CRAWL_ARCHIVE__ACCESS_KEY and DLT_CRAWL_ARCHIVE__SECRET_KEY"),
        ({"access_key": "abc", "secret_key": ""}, "set DLT_CRAWL_ARCHIVE__SECRET_KEY"),
    ],
)
def test_without_keys_nothing_is_sent_and_the_settings_are_named(
    internet: Internet, keys: dict[str, str], named: str
) -> None:
    with Archive(with_keys(internet, **keys)) as archive, pytest.raises(ConfigError, match=named):
        archive.save(URL)
    assert internet.requests() == []


def test_keys_that_are_not_accepted_are_named(internet: Internet) -> None:
    settings = with_keys(internet, access_key="a b")
    with Archive(settings) as archive, pytest.raises(ArchiveError, match=r"archive\.access_key"):
        archive.save(URL)


def test_keys_that_fit_no_header_are_an_error(internet: Internet) -> None:
    with Archive(with_keys(internet, access_key="王")) as archive, pytest.raises(ArchiveError):
        archive.save(URL)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://refused.example/page", "captured as often today as it may be"),
        ("http://fails.example/page", "the host name does not resolve"),
        ("http://recent.example/page", "had been made 3 minutes ago"),
        ("http://excluded.example/page", "does not capture this URL"),
    ],
)
def test_a_page_that_is_not_captured_is_an_error_that_says_why(internet: Internet, url: str, sentence: str) -> None:
    with Archive(with_keys(internet), clock=HandClock()) as archive, pytest.raises(ArchiveError, match=sentence):
        archive.save(url)


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("offline", ArchiveUnavailable),
        ("html", ArchiveUnavailable),
        ("truncated", ArchiveUnavailable),
        ("reset", ArchiveUnavailable),
        ("rate-limited", ArchiveRateLimited),
        ("rate-limited-retry-after", ArchiveRateLimited),
    ],
)
def test_save_page_now_in_trouble_is_an_error(internet: Internet, trouble: str, error: type[ArchiveError]) -> None:
    internet.archive_fails(trouble, service="save")
    with Archive(with_keys(internet), clock=HandClock()) as archive, pytest.raises(error):
        archive.save(URL)


def test_trouble_while_waiting_does_not_lose_the_capture(internet: Internet) -> None:
    clock = EventfulClock(lambda: internet.archive_fails("offline", service="save", times=2))
    with Archive(with_keys(internet), clock=clock) as archive:
        assert archive.save(URL).original == URL
    assert clock.slept == [5, 5, 5, 5]


def test_a_capture_that_does_not_end_is_given_up_after_two_minutes(internet: Internet) -> None:
    clock = EventfulClock(lambda: internet.archive_fails("html", service="save"))
    with (
        Archive(with_keys(internet), clock=clock) as archive,
        pytest.raises(ArchiveUnavailable, match="still being captured after 120 s"),
    ):
        archive.save(URL)
    assert sum(clock.slept) == 120


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/?token=1",
        "https://example.com/?a=1&access_token=1",
        "https://example.com/?accessToken=1",
        "https://example.com/?key=1",
        "https://example.com/?api_key=1",
        "https://example.com/?apikey=1",
        "https://example.com/?sig=1",
        "https://example.com/?Signature=1",
        "https://example.com/?password=",
        "https://example.com/?passwd=1",
        "https://example.com/?auth=1",
        "https://example.com/?client_secret=1",
        "https://example.com/?PHPSESSID=1",
        "https://example.com/?jsessionid=1",
        "https://bucket.example.com/x?X-Amz-Credential=1&X-Amz-Date=2",
        "https://bucket.example.com/x?X-Amz-Date=2",
        "https://bucket.example.com/x?X-Goog-Date=2",
        "https://example.com/#access_token=1",
        "https://me:secret@example.com/",
    ],
)
def test_a_url_with_a_secret_is_never_sent(internet: Internet, url: str) -> None:
    with Archive(with_keys(internet)) as archive, pytest.raises(ArchiveError, match="looks like a secret"):
        archive.save(url)
    assert internet.requests() == []


@pytest.mark.parametrize(
    "url", ["http://a.example/?keyword=x", "http://a.example/?author=x&design=1", "http://a.example/?id=token"]
)
def test_a_url_with_ordinary_parameters_is_sent(internet: Internet, url: str) -> None:
    with Archive(with_keys(internet), clock=HandClock()) as archive:
        assert archive.save(url).original == url


@pytest.mark.parametrize(
    ("reply", "error", "sentence"),
    [
        ({"status": "success"}, None, ""),
        ({"status": "pending"}, None, ""),
        ({"url": "x", "job_id": "spn2-1"}, None, ""),
        (
            {"status": "error", "status_ext": "error:user-session-limit"},
            ArchiveRateLimited,
            "x was not captured: this account has as many captures under way as it may",
        ),
        (
            {"status": "error", "status_ext": "error:max-daily-bandwidth-from-ip"},
            ArchiveRateLimited,
            "x was not captured: the bandwidth of this address for today is used up",
        ),
        (
            {"status": "error", "status_ext": "error:no-browsers-available", "message": "…"},
            ArchiveUnavailable,
            "x was not captured this time: all the archive's browsers are busy",
        ),
        (
            {"status": "error", "status_ext": "error:too-many-requests"},
            ArchiveUnavailable,
            "x was not captured this time: the page's server answered 429",
        ),
        (
            {"status": "error", "status_ext": "error:not-found"},
            ArchiveError,
            "x was not captured: the page's server answered 404",
        ),
        (
            {"status": "error", "status_ext": "error:something-new", "message": "Never\nseen\tbefore."},
            ArchiveError,
            "x was not captured: Never seen before.",
        ),
        ({"status": "error", "status_ext": "error:something-new"}, ArchiveError, "x was not captured: something-new"),
        ({"status": "error", "message": 7}, ArchiveError, "x was not captured: the archive gave no reason"),
    ],
)
def test_a_refusal_is_put_into_words_and_says_whether_to_try_again(
    reply: dict[str, object], error: type[ArchiveError] | None, sentence: str
) -> None:
    found = refusal("x", reply)
    assert (None if found is None else type(found), str(found or "")) == (error, sentence)
