"""Save Page Now: what is sent, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from dlt_crawler.archive.limits import Limiter
from dlt_crawler.archive.saving import Accepted, Account, Captured, Concern, Recent, Refused, SavePageNow, Unanswered
from dlt_crawler.archive.saving.account import account_of
from dlt_crawler.archive.saving.refusals import refusal
from dlt_crawler.archive.transport import Transport
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveError, ArchiveRateLimited, ArchiveUnavailable, ConfigError
from tests.archive_support import HandClock, answering, settings_of
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet

URL = "http://living.example/page?chapter=1&part=2"
YEAR = timedelta(days=365)
NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)


def with_keys(internet: Internet, **more: str | float) -> ArchiveSettings:
    return settings_of(internet, **{"access_key": "abc", "secret_key": "xyz", **more})


@contextmanager
def desk(settings: ArchiveSettings) -> Iterator[SavePageNow]:
    transport = Transport(Limiter({}, HandClock(), settings), timeout=settings.timeout, contact="")
    try:
        yield SavePageNow(transport, settings)
    finally:
        transport.close()


def test_a_capture_is_asked_for_once_and_all_are_asked_after_in_one_request(internet: Internet) -> None:
    other = "http://living.example/paper.pdf"
    with desk(with_keys(internet)) as saving:
        first = saving.submit(URL, max_age=YEAR, plain=False)
        second = saving.submit(other, max_age=timedelta(hours=12), plain=True)
        assert isinstance(first, Accepted)
        assert isinstance(second, Accepted)
        assert saving.poll([first.job, second.job]) == {}
        ended = saving.poll([first.job, second.job])
    assert ended.keys() == {first.job, second.job}
    assert all(isinstance(each, Captured) and len(each.timestamp or "") == 14 for each in ended.values())
    page, paper, *polls = internet.requests()
    assert [(each.method, each.target) for each in (page, paper)] == [("POST", "/save")] * 2
    assert (page.headers["authorization"], page.headers["accept"]) == ("LOW abc:xyz", "application/json")
    options = {"skip_first_archive": ["1"], "js_behavior_timeout": ["0"]}
    assert parse_qs(page.body) == {"url": [URL], **options, "if_not_archived_within": ["31536000"]}
    assert parse_qs(paper.body) == {
        "url": [other], **options, "if_not_archived_within": ["43200"], "force_get": ["1"],
    }  # fmt: skip
    assert [(each.method, each.target, parse_qs(each.body)) for each in polls] == [
        ("POST", "/save/status", {"job_ids": [f"{first.job},{second.job}"]})
    ] * 2


def test_a_page_with_a_young_capture_is_not_captured_again(internet: Internet) -> None:
    internet.archive_add(Capture(URL, f"{datetime.now(UTC):%Y%m%d%H%M%S}"))
    with desk(with_keys(internet)) as saving:
        assert isinstance(saving.submit(URL, max_age=YEAR, plain=False), Recent)


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
    with desk(with_keys(internet, **keys)) as saving:
        for call in (
            lambda: saving.submit(URL, max_age=YEAR, plain=False),
            lambda: saving.account(NOW),
            lambda: saving.poll(["spn2-1"]),
        ):
            with pytest.raises(ConfigError, match=named):
                call()
    assert internet.requests() == []


def test_keys_that_are_not_accepted_are_named(internet: Internet) -> None:
    with (
        desk(with_keys(internet, access_key="unknown")) as saving,
        pytest.raises(ArchiveError, match=r"archive\.access_key"),
    ):
        saving.submit(URL, max_age=YEAR, plain=False)


def test_what_the_account_may_ask_for_is_what_the_service_says(internet: Internet) -> None:
    internet.archive_desk(sessions=5, captured=7, limit=9)
    with desk(with_keys(internet)) as saving:
        assert saving.account(NOW) == Account(available=5, processing=0, captures=7, limit=9)
        saving.submit(URL, max_age=YEAR, plain=False)
        assert saving.account(NOW).available == 4
    # With something that changes: the answer is not to come from a cache.
    assert internet.requests()[0].target == "/save/status/user?_t=1795314600000"


@pytest.mark.parametrize(
    ("reply", "account", "today"),
    [
        ({"available": 12, "processing": 3}, Account(12, 3, 0, None), None),
        ({"available": 0, "daily_captures": 30, "daily_captures_limit": 20}, Account(0, 0, 30, 20), 0),
        ({"available": 1, "daily_captures": 3, "daily_captures_limit": 20}, Account(1, 0, 3, 20), 17),
        ({"status": "Save Page Now servers are temporarily overloaded."}, None, None),
        ({"available": "many"}, None, None),
        ({"available": True}, None, None),
    ],
)
def test_an_account_is_read_from_old_and_new_replies(
    reply: dict[str, object], account: Account | None, today: int | None
) -> None:
    found = account_of(reply)
    assert found == account
    assert (found.today if found else None) == today


@pytest.mark.parametrize("trouble", ["offline", "bad-gateway", "html", "truncated", "reset"])
def test_after_a_failure_nobody_knows_whether_it_is_captured_and_it_is_not_sent_again(
    internet: Internet, trouble: str
) -> None:
    internet.archive_fails(trouble, service="save")
    with desk(with_keys(internet, attempts=1)) as saving:
        assert isinstance(saving.submit(URL, max_age=YEAR, plain=False), Unanswered)
        assert len(internet.requests()) == 1
        with pytest.raises(ArchiveUnavailable):
            saving.account(NOW)
        with pytest.raises(ArchiveUnavailable):
            saving.poll(["spn2-1"])


def test_a_523_may_have_captured_it(internet: Internet) -> None:
    internet.archive_trouble(URL, "save-523")
    with desk(with_keys(internet)) as saving:
        assert isinstance(saving.submit(URL, max_age=YEAR, plain=False), Unanswered)


def test_too_many_requests_are_no_answer_of_whether_it_is_captured(internet: Internet) -> None:
    internet.archive_fails("rate-limited", service="save")
    with desk(with_keys(internet)) as saving, pytest.raises(ArchiveRateLimited):
        saving.submit(URL, max_age=YEAR, plain=False)


def test_a_job_that_is_forgotten_looks_like_one_that_is_pending(internet: Internet) -> None:
    with desk(with_keys(internet)) as saving:
        asked = saving.submit(URL, max_age=YEAR, plain=False)
        assert isinstance(asked, Accepted)
        internet.archive_forgets()
        assert [saving.poll([asked.job]) for _ in range(3)] == [{}] * 3


SECRETS = (
    "https://example.com/?token=1",
    "https://example.com/?a=1&access_token=1",
    "https://example.com/?accessToken=1",
    "https://example.com/?key=1",
    "https://example.com/?api_key=1",
    "https://example.com/?sig=1",
    "https://example.com/?Signature=1",
    "https://example.com/?password=",
    "https://example.com/?auth=1",
    "https://example.com/?client_secret=1",
    "https://example.com/?PHPSESSID=1",
    "https://bucket.example.com/x?X-Amz-Credential=1&X-Amz-Date=2",
    "https://bucket.example.com/x?X-Goog-Date=2",
    "https://example.com/;jsessionid=1",
    "https://me:secret@example.com/",
    "https://me@example.com/",
    "https://hooks.slack.com/services/T0/B0/x",
    "https://drive.google.com/file/d/1AbC/view",
    "https://www.dropbox.com/s/abc/paper.pdf",
    "http://192.168.1.10/manual",
    "http://10.0.0.1/",
    "http://[fd00::1]/",
    "http://wiki/page",
    "https://wiki.intranet/page",
    "https://printer.local/",
    "https://build.corp/",
)


@pytest.mark.parametrize("url", SECRETS)
def test_what_is_nobody_elses_business_is_never_sent(internet: Internet, url: str) -> None:
    with desk(with_keys(internet)) as saving, pytest.raises(ArchiveError, match="not sent to a public archive"):
        saving.submit(url, max_age=YEAR, plain=False)
    assert internet.requests() == []


@pytest.mark.parametrize(
    "url", ["http://a.example/?keyword=x", "http://a.example/?author=x&design=1", "http://a.example/?id=token"]
)
def test_a_url_with_ordinary_parameters_is_sent(internet: Internet, url: str) -> None:
    with desk(with_keys(internet)) as saving:
        assert isinstance(saving.submit(url, max_age=YEAR, plain=False), Accepted)


@pytest.mark.parametrize(
    ("reply", "meant"),
    [
        ({"status": "success"}, None),
        ({"status": "pending"}, None),
        ({"url": "x", "job_id": "spn2-1"}, None),
        (
            {"status": "error", "status_ext": "error:user-session-limit"},
            Refused(Concern.SESSIONS, "the account has as many captures under way as it may"),
        ),
        (
            {"message": "You have already reached the limit of active Save Page Now sessions."},
            Refused(Concern.SESSIONS, "You have already reached the limit of active Save Page Now sessions."),
        ),
        (
            {"message": "You have reached your daily captures limit of (200,) webpages."},
            Refused(Concern.ACCOUNT, "You have reached your daily captures limit of (200,) webpages."),
        ),
        (
            {"status": "error", "status_ext": "error:max-daily-bandwidth"},
            Refused(Concern.ACCOUNT, "the account's bandwidth for today is used up"),
        ),
        (
            {"status": "error", "status_ext": "error:no-browsers-available", "message": "…"},
            Refused(Concern.SERVICE, "all the archive's browsers are busy"),
        ),
        (
            {"status": "error", "status_ext": "error:too-many-requests"},
            Refused(Concern.HOST, "the page's server answered 429 to the archive"),
        ),
        (
            {"status": "error", "status_ext": "error:not-found"},
            Refused(Concern.URL, "the page's server answered 404"),
        ),
        # Some refusals have a code and no "status".
        ({"status_ext": "error:blocked-url"}, Refused(Concern.URL, "the archive does not capture this URL")),
        (
            {"status": "error", "status_ext": "error:something-new", "message": "Never\nseen\tbefore."},
            Refused(Concern.NOW, "Never seen before."),
        ),
        ({"status": "error", "status_ext": "error:something-new"}, Refused(Concern.NOW, "something-new")),
        ({"status": "error", "message": 7}, Refused(Concern.NOW, "the archive gave no reason")),
    ],
)
def test_a_refusal_says_whom_it_concerns(reply: dict[str, object], meant: Refused | None) -> None:
    assert refusal(reply) == meant


JOB = "spn2-" + "0" * 40
PENDING = {"status": "pending", "job_id": JOB}
SUCCESS = {"status": "success", "job_id": JOB, "timestamp": "20261122023000"}


@pytest.mark.parametrize(
    ("reply", "ended"),
    [
        ([PENDING], {}),
        ([SUCCESS, PENDING], {JOB: Captured("20261122023000")}),
        (SUCCESS, {JOB: Captured("20261122023000")}),
        ([{**SUCCESS, "timestamp": "20261322"}], {JOB: Captured(None)}),
        ([{**SUCCESS, "timestamp": "20261131000000"}], {JOB: Captured(None)}),
        ([{**SUCCESS, "job_id": "spn2-another"}, None, 7, {}], {}),
        (
            [{"status": "error", "status_ext": "error:no-access", "job_id": JOB}],
            {JOB: Refused(Concern.URL, "the page's server answered 403")},
        ),
    ],
)
def test_what_became_of_jobs_is_read_whatever_else_stands_there(reply: object, ended: object) -> None:
    body = json.dumps(reply).encode()
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)) as url:
        settings = ArchiveSettings(save_url=url, access_key="abc", secret_key="xyz")
        with desk(settings) as saving:
            assert saving.poll([JOB]) == ended
