"""`dlt-crawl archive`: copies of living pages, over several nights."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from dlt_crawler.config import ArchiveSettings, Settings
from dlt_crawler.errors import ConfigError
from dlt_crawler.model import Keeping, KeepState, Network, NoSnapshot, NoSnapshotReason, Resource, State, Verdict
from dlt_crawler.pipeline import Archived, Job, archive
from dlt_crawler.store import Keepings, Store
from dlt_crawler.store.database import Database
from dlt_crawler.terminal import Watch
from tests.archive_support import settings_of
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.test_archive_save import SECRETS
from tests.test_store import document, observation, occurrence, save

PAGE, OTHER, THIRD = (Resource(f"https://{name}.example/page") for name in ("one", "two", "three"))
NOBODY_LEFT = Archived(saved=0, confirmed=0, waiting=0, refused=0, failed=0, left=0, why="")
WAIT = 1.5
"""Seconds between two polls at the rate of these tests."""
MOMENT = "%Y%m%d%H%M%S"


class Killed(BaseException):
    """The process ends here."""


class Clock:
    """A clock that moves when somebody sleeps, and may be set ahead. With an event that happens at the n-th sleep."""

    def __init__(self, event: Callable[[], None] | None = None, at: int = 1) -> None:
        self._ahead = 0.0
        self._start = datetime.now(UTC).timestamp()
        self._left = at
        self._event = event

    def monotonic(self) -> float:
        return self._ahead

    def time(self) -> float:
        return self._start + self._ahead

    def sleep(self, seconds: float, /) -> None:
        self._ahead += seconds
        # Not for the turns of a pool, of which there is one a second at most.
        if seconds >= WAIT:
            self._left -= 1
            if self._left == 0 and self._event is not None:
                self._event()

    def pass_(self, span: timedelta) -> None:
        self._ahead += span.total_seconds()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)


class Maintained:
    """A database with links, and the archive of the test internet."""

    def __init__(self, store: Store, internet: Internet) -> None:
        self.store = store
        self.internet = internet
        self.clock = Clock()
        self.watch = Watch(quiet=True)
        self.others: dict[str, Any] = {}
        self.addresses: dict[str, tuple[str, ...]] = {}
        self.settings: dict[str, Any] = {
            "access_key": "key", "secret_key": "secret", "save_rate": 60, "playback_rate": 60_000,
        }  # fmt: skip

    def write(
        self, *links: Resource, states: Mapping[Resource, State] | None = None, content_type: str | None = None
    ) -> None:
        """Links that stand in a document and were checked once; they live unless `states` says otherwise."""
        now = self.clock.now()
        save(self.store, document("a.md"), [occurrence("a.md", link) for link in links], now=now)
        run = self.store.begin_run(now).id
        self.store.add_checks(run, 1, [replace(observation(link, now), content_type=content_type) for link in links])
        self.store.finish_run(run, now=now, network=Network.OK)
        verdicts = [(link, Verdict((states or {}).get(link, State.ALIVE), "…"), None) for link in links]
        self.store.save_verdicts(verdicts, run=run, now=now)
        self.store.complete_run(run, now=now)

    def archive(self) -> Archived:
        archived = ArchiveSettings.model_validate({**settings_of(self.internet).model_dump(), **self.settings})
        settings = Settings.model_validate({"archive": archived, **self.others})
        job = Job(settings, self.store, self.watch, self.clock.now)
        return archive(job, clock=self.clock, resolver=lambda host: self.addresses.get(host, ()))

    def kept(self) -> Mapping[Resource, Keeping]:
        return self.store.keepings.all()

    def states(self) -> dict[Resource, KeepState | None]:
        return {resource: known.state for resource, known in self.kept().items()}

    def submitted(self) -> list[str]:
        """URLs that were sent to Save Page Now, in their order."""
        posts = [each for each in self.internet.requests() if each.method == "POST" and each.target == "/save"]
        return [parse_qs(each.body)["url"][0] for each in posts]

    def asked(self) -> list[str]:
        """What was asked, one word a request."""
        words = {"/save": "submit", "/save/status": "poll"}
        return [
            "account" if "/status/user" in each.target else words.get(each.target, "look")
            for each in self.internet.requests()
        ]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without links: to make its tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "links.db"
    with Store.open(f"sqlite:///{path}"):
        return path


@pytest.fixture
def maintained(tmp_path: Path, internet: Internet, empty: Path) -> Iterator[Maintained]:
    shutil.copy(empty, tmp_path)
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        yield Maintained(store, internet)


def test_living_pages_without_a_copy_are_captured_and_confirmed(maintained: Maintained) -> None:
    maintained.write(PAGE, OTHER)
    assert maintained.archive() == replace(NOBODY_LEFT, saved=2, confirmed=2)
    assert set(maintained.submitted()) == {PAGE.url, OTHER.url}
    # The account once, what copies there are (asked twice where there is none), all jobs in one poll, and at the end
    # one look for each capture.
    asked = maintained.asked()
    assert asked[0] == "account"
    assert set(asked[1:5]) == {"look"}
    assert asked[5:] == ["submit", "submit", "poll", "poll", "look", "look"]
    known = maintained.kept()[PAGE]
    assert (known.state, known.job, known.failures) == (KeepState.CONFIRMED, None, 0)
    assert known.newest is not None
    assert f"{known.newest:{MOMENT}}" == known.timestamp
    # The next night nothing is asked at all.
    maintained.clock.pass_(timedelta(days=1))
    before = len(maintained.internet.requests())
    assert maintained.archive() == NOBODY_LEFT
    assert len(maintained.internet.requests()) == before


def test_only_living_pages_that_anybody_may_know_of_are_captured(maintained: Maintained) -> None:
    states = [State.DEAD, State.FAILING, State.BLOCKED, State.UNSAFE, State.UNCHECKED]
    others = {Resource(f"https://{state}.example/page"): state for state in states}
    private = [Resource(url) for url in SECRETS]
    copies = [
        Resource("https://web.archive.org/web/2015/http://a.example/"),
        Resource("https://archive.ph/2015/http://a.example/"),
    ]
    maintained.write(PAGE, *others, *private, *copies, states=others)
    assert maintained.archive().saved == 1
    assert maintained.submitted() == [PAGE.url]
    told = "".join(f"{each.target} {each.body}" for each in maintained.internet.requests())
    assert not [url for url in SECRETS if url in told]


def test_a_page_on_this_machine_is_only_shown_to_an_archive_on_this_machine(maintained: Maintained) -> None:
    maintained.write(Resource("http://127.0.0.1:8000/page"))
    maintained.settings["save_url"] = "http://archive.invalid/save"
    assert maintained.archive() == NOBODY_LEFT
    assert not maintained.internet.requests()
    del maintained.settings["save_url"]
    assert maintained.archive().saved == 1


def test_a_page_with_a_young_copy_is_looked_for_once_until_that_is_old(maintained: Maintained) -> None:
    half_a_year_old = f"{datetime.now(UTC) - timedelta(days=180):{MOMENT}}"
    maintained.internet.archive_add(Capture(PAGE.url, half_a_year_old))
    maintained.write(PAGE)
    assert maintained.archive() == NOBODY_LEFT
    assert maintained.asked() == ["account", "look"]
    assert maintained.archive() == NOBODY_LEFT
    assert maintained.asked() == ["account", "look"]
    maintained.settings["max_age"] = 100
    assert maintained.archive().saved == 1
    assert maintained.submitted() == [PAGE.url]


def test_without_keys_nothing_is_asked_and_nothing_is_written(maintained: Maintained) -> None:
    maintained.write(PAGE)
    maintained.settings["secret_key"] = ""
    with pytest.raises(ConfigError, match="set DLT_CRAWL_ARCHIVE__SECRET_KEY in the environment"):
        maintained.archive()
    assert maintained.internet.requests() == []
    assert maintained.kept() == {}


def test_keys_that_are_not_accepted_leave_everything_and_are_said_aloud(
    maintained: Maintained, caplog: pytest.LogCaptureFixture
) -> None:
    maintained.write(PAGE)
    maintained.settings["access_key"] = "unknown"
    assert maintained.archive().left == 1
    assert maintained.watch.failures
    assert "archive.access_key" in caplog.text
    assert maintained.submitted() == []


def test_the_riskiest_come_first_and_max_saves_leaves_the_rest(maintained: Maintained) -> None:
    lost, beside = Resource("https://losing.example/gone"), Resource("https://losing.example/alive")
    http, personal = Resource("http://old.example/page"), Resource("https://uni.example/~somebody/page")
    maintained.write(PAGE, personal, http, beside, lost, states={lost: State.DEAD})
    maintained.settings["max_saves"] = 3
    assert maintained.archive() == replace(NOBODY_LEFT, saved=3, confirmed=3, left=1, why="archive.max_saves is 3")
    assert maintained.submitted() == [beside.url, http.url, personal.url]
    assert maintained.archive().saved == 1
    assert maintained.submitted()[3:] == [PAGE.url]


def test_a_page_that_failed_lately_comes_before_others(maintained: Maintained) -> None:
    maintained.write(PAGE, OTHER, THIRD, states={THIRD: State.FAILING})
    maintained.write(PAGE, OTHER, THIRD)
    maintained.archive()
    assert maintained.submitted()[0] == THIRD.url


def test_files_are_captured_without_a_browser(maintained: Maintained) -> None:
    maintained.write(PAGE, content_type="application/pdf; charset=binary")
    maintained.archive()
    (post,) = [each for each in maintained.internet.requests() if each.target == "/save"]
    assert parse_qs(post.body)["force_get"] == ["1"]


# ── The account ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_never_more_captures_at_once_than_the_account_has_free(maintained: Maintained) -> None:
    maintained.internet.archive_desk(sessions=2, pending=2)
    maintained.write(*(Resource(f"https://site-{number}.example/page") for number in range(5)))
    assert maintained.archive() == replace(NOBODY_LEFT, saved=5, confirmed=5)
    assert len(maintained.submitted()) == 5  # A sixth would be one that was refused.
    assert [word for word in maintained.asked() if word in ("account", "submit")][:3] == ["account", "submit", "submit"]


def test_the_days_captures_are_what_the_service_says_and_no_more(maintained: Maintained) -> None:
    maintained.internet.archive_desk(sessions=9, captured=98, limit=100)
    maintained.write(PAGE, OTHER, THIRD)
    assert maintained.archive() == replace(
        NOBODY_LEFT, saved=2, confirmed=2, left=1, why="the account has made its 100 captures for today"
    )
    assert len(maintained.submitted()) == 2
    maintained.internet.archive_desk(captured=0)
    assert maintained.archive().saved == 1


def test_an_account_without_a_free_capture_is_waited_for_two_minutes(maintained: Maintained) -> None:
    maintained.internet.archive_desk(sessions=0)
    maintained.write(PAGE)
    assert maintained.archive() == replace(NOBODY_LEFT, left=1, why="the account has no capture free")
    assert maintained.clock.monotonic() == pytest.approx(120, abs=1)
    assert maintained.submitted() == []


@pytest.mark.parametrize(
    ("refusal", "left", "why"),
    [
        ("error:max-daily-bandwidth 5 GB", 3, "the account's bandwidth for today is used up"),
        ("error:too-many-requests 429", 2, "their hosts refuse the archive today"),
    ],
)
def test_a_refusal_that_concerns_more_than_one_page_is_not_asked_for_again(
    maintained: Maintained, refusal: str, left: int, why: str
) -> None:
    same_host = Resource("https://one.example/another")
    maintained.write(PAGE, same_host, OTHER)
    for link in (PAGE, same_host):
        maintained.internet.archive_trouble(link.url, f"save-refused {refusal}")
    assert maintained.archive() == replace(NOBODY_LEFT, saved=3 - left, confirmed=3 - left, left=left, why=why)
    assert len(set(maintained.submitted()) & {PAGE.url, same_host.url}) == 1
    assert maintained.states()[PAGE] is None


@pytest.mark.parametrize("trouble", ["save-refused", "save-fails"])
@pytest.mark.parametrize(
    ("error", "state", "nights"),
    [("error:job-failed …", KeepState.FAILED, 1), ("error:no-access …", KeepState.REFUSED, 90)],
)
def test_what_concerns_one_page_is_noted_and_tried_again_later(
    maintained: Maintained, trouble: str, error: str, state: KeepState, nights: int
) -> None:
    maintained.internet.archive_trouble(PAGE.url, f"{trouble} {error}")
    maintained.write(PAGE, OTHER)
    done = maintained.archive()
    assert (done.saved, done.failed + done.refused, done.left) == (1, 1, 0)
    known = maintained.kept()[PAGE]
    assert (known.state, known.failures, bool(known.detail)) == (state, 1, True)
    maintained.internet.archive_trouble(PAGE.url, None)
    maintained.clock.pass_(timedelta(days=nights) - timedelta(hours=6))
    maintained.archive()
    assert maintained.submitted().count(PAGE.url) == 1
    maintained.clock.pass_(timedelta(hours=6))
    maintained.archive()
    assert maintained.states()[PAGE] is KeepState.CONFIRMED


def test_a_page_that_fails_every_night_is_tried_less_and_less(maintained: Maintained) -> None:
    maintained.internet.archive_trouble(PAGE.url, "save-fails error:job-failed …")
    maintained.write(PAGE)
    nights = []
    for night in range(20):
        maintained.archive()
        nights += [night] * (len(maintained.submitted()) - len(nights))
        maintained.clock.pass_(timedelta(days=1))
    assert nights == [0, 1, 3, 7, 14]


def pages(number: int, host: str = "") -> list[Resource]:
    return [Resource(f"https://{host or f'site-{each}.example'}/page/{each}") for each in range(number)]


@pytest.mark.parametrize(
    ("code", "host", "why"),
    [
        ("max-daily-bandwidth", "", "the account's bandwidth for today is used up"),
        ("max-daily-bandwidth-host", "one.example", "their hosts refuse the archive today"),
        ("no-browsers-available", "", "all the archive's browsers are busy"),
    ],
)
def test_what_a_job_ends_in_that_concerns_more_than_its_page_stops_the_others_and_is_no_failure(
    maintained: Maintained, code: str, host: str, why: str
) -> None:
    links = pages(15, host)
    maintained.write(*links)
    for link in links:
        maintained.internet.archive_trouble(link.url, f"save-fails error:{code} …")
    assert maintained.archive() == replace(NOBODY_LEFT, left=15, why=why)
    assert len(maintained.submitted()) <= 10
    assert {known.failures for known in maintained.kept().values()} == {0}
    # The next night they are asked for again.
    maintained.internet.reset()
    maintained.clock.pass_(timedelta(days=1))
    assert maintained.archive() == replace(NOBODY_LEFT, saved=15, confirmed=15)


def test_an_overloaded_service_is_left_alone_and_no_page_is_blamed(maintained: Maintained) -> None:
    links = pages(15)
    maintained.write(*links)
    for link in links:
        maintained.internet.archive_trouble(link.url, "save-refused error:celery …")
    assert maintained.archive() == replace(NOBODY_LEFT, left=15, why="the archive cannot start captures")
    assert len(maintained.submitted()) == 5
    assert {(known.state, known.failures) for known in maintained.kept().values()} == {(None, 0)}


def test_a_service_that_is_overloaded_now_and_then_is_asked_on(maintained: Maintained) -> None:
    maintained.internet.archive_desk(sessions=1)
    links = pages(12)
    maintained.write(*links)
    for link in links[::2]:
        maintained.internet.archive_trouble(link.url, "save-refused error:proxy-error …")
    assert maintained.archive() == replace(NOBODY_LEFT, saved=6, confirmed=6, left=6, why="the archive's proxy fails")


def test_the_reason_for_most_links_is_the_one_that_is_given(maintained: Maintained) -> None:
    same_host = pages(3, "one.example")
    maintained.write(*same_host, OTHER, THIRD)
    maintained.internet.archive_trouble(same_host[0].url, "save-refused error:too-many-requests …")
    maintained.settings["max_saves"] = 1
    done = maintained.archive()
    assert (done.left, done.why) == (4, "their hosts refuse the archive today")


def test_young_copies_are_looked_for_up_to_a_bound_and_the_next_run_goes_on(maintained: Maintained) -> None:
    links = pages(30)
    maintained.write(*links)
    for link in links:
        maintained.internet.archive_add(Capture(link.url, f"{datetime.now(UTC) - timedelta(days=30):{MOMENT}}"))
    maintained.settings |= {"max_saves": 1, "workers": 5}
    assert maintained.archive() == replace(NOBODY_LEFT, left=10, why="copies of 20 pages are looked for in one run")
    assert maintained.asked().count("look") == 20
    assert maintained.archive() == NOBODY_LEFT
    assert maintained.asked().count("look") == 30


@pytest.mark.parametrize(
    ("addresses", "sent"),
    [
        (("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"), True),
        (("64:ff9b::5db8:d70e",), True),
        (("127.0.0.1",), True),  # To an archive on this machine, as that of these tests.
        ((), True),
        (("10.1.2.3",), False),
        (("93.184.215.14", "192.168.1.1"), False),
        (("64:ff9b::a01:203",), False),
        (("fd00::1",), False),
    ],
)
def test_a_page_whose_host_has_a_private_address_is_told_to_nobody(
    maintained: Maintained, addresses: tuple[str, ...], sent: bool
) -> None:
    maintained.write(PAGE)
    maintained.addresses["one.example"] = addresses
    assert maintained.archive().saved == sent
    assert ("look" in maintained.asked(), maintained.submitted() == [PAGE.url]) == (sent, sent)


def test_a_page_that_only_we_can_see_by_our_headers_is_told_to_nobody(maintained: Maintained) -> None:
    maintained.write(PAGE, OTHER)
    maintained.others["fetch"] = {"headers": {"One.example": {"Authorization": "Bearer x"}}}
    assert maintained.archive() == replace(NOBODY_LEFT, saved=1, confirmed=1)
    assert maintained.submitted() == [OTHER.url]


# ── Kills, outages, and what shows late ─────────────────────────────────────────────────────────────────────────────


def killed(maintained: Maintained, at: int) -> None:
    """Run until the n-th wait, and end there."""

    def kill() -> None:
        raise Killed

    before = maintained.clock
    maintained.clock = Clock(kill, at)
    with pytest.raises(Killed):
        maintained.archive()
    maintained.clock = before


@pytest.mark.parametrize("at", [1, 2])
def test_a_run_that_was_killed_is_gone_on_with_and_asks_for_nothing_twice(maintained: Maintained, at: int) -> None:
    maintained.internet.archive_desk(pending=2)
    maintained.write(PAGE, OTHER)
    killed(maintained, at)
    assert set(maintained.states().values()) == {KeepState.SUBMITTED}
    assert maintained.archive() == replace(NOBODY_LEFT, saved=2, confirmed=2)
    assert len(maintained.submitted()) == 2


def test_captures_that_the_account_does_not_count_yet_take_up_what_it_has_free(maintained: Maintained) -> None:
    maintained.internet.archive_desk(sessions=2, pending=1_000_000, shown=False)
    maintained.write(PAGE, OTHER)
    killed(maintained, 1)
    maintained.internet.archive_forgets()
    maintained.write(PAGE, OTHER, THIRD)
    maintained.clock = Clock(at=3, event=lambda: submitted.extend(maintained.submitted()))
    submitted: list[str] = []
    maintained.archive()
    assert sorted(submitted) == [PAGE.url, OTHER.url]
    assert maintained.submitted()[2:] == [THIRD.url]


def test_what_was_asked_for_just_before_a_kill_is_not_asked_for_again_and_found_in_playback(
    maintained: Maintained,
) -> None:
    maintained.write(PAGE, OTHER)
    # Killed between the request and its answer, or before the request: nobody knows.
    asked = Keeping(PAGE, looked=maintained.clock.now(), state=KeepState.SUBMITTED, submitted=maintained.clock.now())
    for link in (PAGE, OTHER):
        maintained.store.keepings.save(replace(asked, resource=link))
    assert maintained.archive() == replace(NOBODY_LEFT, waiting=2)
    assert maintained.submitted() == []
    maintained.internet.archive_add(Capture(PAGE.url, f"{maintained.clock.now():{MOMENT}}"))
    assert maintained.archive() == replace(NOBODY_LEFT, confirmed=1, waiting=1)
    # The other was never asked for. Half a day later that is clear, and the next night it is.
    maintained.clock.pass_(timedelta(hours=13))
    assert maintained.archive() == replace(NOBODY_LEFT, failed=1)
    maintained.clock.pass_(timedelta(hours=11))
    assert maintained.archive().saved == 1
    assert maintained.submitted() == [OTHER.url]


def test_what_the_archive_has_forgotten_is_looked_for_in_playback(maintained: Maintained) -> None:
    maintained.internet.archive_desk(shown=False)
    maintained.write(PAGE)
    killed(maintained, 1)
    maintained.internet.archive_forgets()
    maintained.clock.pass_(timedelta(hours=2))
    assert maintained.archive() == replace(NOBODY_LEFT, waiting=1)
    maintained.internet.archive_desk(shown=True)
    assert maintained.archive() == replace(NOBODY_LEFT, confirmed=1)
    assert maintained.submitted() == [PAGE.url]
    assert "poll" not in maintained.asked()[2:]


def test_a_capture_that_playback_shows_later_is_confirmed_later(maintained: Maintained) -> None:
    maintained.internet.archive_desk(shown=False)
    maintained.write(PAGE)
    assert maintained.archive() == replace(NOBODY_LEFT, saved=1, waiting=1)
    maintained.clock.pass_(timedelta(days=1))
    assert maintained.archive() == replace(NOBODY_LEFT, waiting=1)
    maintained.internet.archive_desk(shown=True)
    assert maintained.archive() == replace(NOBODY_LEFT, confirmed=1)
    assert maintained.submitted() == [PAGE.url]


def test_a_capture_that_playback_never_shows_is_made_again(maintained: Maintained) -> None:
    maintained.internet.archive_desk(shown=False)
    maintained.write(PAGE)
    maintained.archive()
    maintained.clock.pass_(timedelta(days=4))
    assert maintained.archive() == replace(NOBODY_LEFT, failed=1)
    assert maintained.kept()[PAGE].detail == "playback never showed the capture"


def test_a_capture_whose_playback_never_answers_is_given_up_at_last(maintained: Maintained) -> None:
    maintained.write(PAGE)
    maintained.internet.archive_desk(shown=False)
    maintained.archive()
    maintained.settings |= {"attempts": 1, "patience": 10**9, "breaker": 10**6}
    maintained.internet.archive_fails("html", "playback")
    maintained.clock.pass_(timedelta(days=20))
    assert maintained.archive() == replace(NOBODY_LEFT, waiting=1)
    maintained.clock.pass_(timedelta(days=11))
    assert maintained.archive() == replace(NOBODY_LEFT, failed=1)


def test_a_stored_time_of_a_capture_that_is_no_date_ends_no_night(maintained: Maintained) -> None:
    now = maintained.clock.now()
    maintained.write(PAGE)
    maintained.internet.archive_add(Capture(PAGE.url, f"{now:{MOMENT}}"))
    maintained.store.keepings.save(Keeping(PAGE, state=KeepState.CAPTURED, submitted=now, timestamp="20261131000000"))
    assert maintained.archive() == replace(NOBODY_LEFT, confirmed=1)


def test_a_job_of_a_night_whose_clock_was_ahead_is_not_waited_for(maintained: Maintained) -> None:
    maintained.internet.archive_desk(pending=1_000_000)
    maintained.write(PAGE)
    ahead = maintained.clock.now() + timedelta(days=30)
    maintained.store.keepings.save(
        Keeping(PAGE, looked=ahead, state=KeepState.SUBMITTED, job="spn2-1", submitted=ahead)
    )
    assert maintained.archive() == replace(NOBODY_LEFT, waiting=1)
    assert maintained.clock.monotonic() < 60
    # From now on time passes for it, as for any that nobody knows of.
    maintained.clock.pass_(timedelta(hours=13))
    assert maintained.archive() == replace(NOBODY_LEFT, failed=1)
    maintained.clock.pass_(timedelta(days=1))
    maintained.internet.archive_desk(pending=0)
    assert maintained.archive() == replace(NOBODY_LEFT, saved=1, confirmed=1)


@pytest.mark.parametrize("state", [None, KeepState.FAILED, KeepState.REFUSED])
def test_what_was_noted_while_the_clock_was_ahead_is_asked_anew(
    maintained: Maintained, state: KeepState | None
) -> None:
    ahead = maintained.clock.now() + timedelta(days=300)
    old = maintained.clock.now() - timedelta(days=700)
    maintained.write(PAGE)
    maintained.internet.archive_add(Capture(PAGE.url, f"{datetime.now(UTC) - timedelta(days=3):{MOMENT}}"))
    maintained.store.keepings.save(Keeping(PAGE, newest=old, looked=ahead, state=state, submitted=ahead, failures=1))
    assert maintained.archive() == NOBODY_LEFT
    assert maintained.asked() == ["account", "look"]


def test_a_clock_that_is_set_back_does_not_make_a_run_wait_for_ever(maintained: Maintained) -> None:
    class SetBack(Clock):
        def time(self) -> float:
            # From the first wait for captures on, a year.
            return super().time() - (365 * 86_400 if self.monotonic() > WAIT else 0)

        def sleep(self, seconds: float, /) -> None:
            assert self.monotonic() < 1000, "it waits for ever"
            super().sleep(seconds)

    maintained.internet.archive_desk(pending=1_000_000)
    maintained.write(PAGE)
    maintained.clock = SetBack()
    assert maintained.archive() == replace(NOBODY_LEFT, waiting=1)
    assert 600 <= maintained.clock.monotonic() <= 610


def test_a_job_that_does_not_end_is_left_for_the_next_run(maintained: Maintained) -> None:
    maintained.internet.archive_desk(pending=1_000_000)
    maintained.write(PAGE)
    assert maintained.archive() == replace(NOBODY_LEFT, waiting=1)
    assert 600 <= maintained.clock.monotonic() <= 610
    maintained.internet.archive_desk(pending=0)
    assert maintained.archive() == replace(NOBODY_LEFT, saved=1, confirmed=1)
    assert len(maintained.submitted()) == 1


def test_an_error_after_which_it_may_have_been_captured_is_looked_into_before_asking_again(
    maintained: Maintained,
) -> None:
    maintained.internet.archive_trouble(PAGE.url, "save-523")
    maintained.write(PAGE)
    # The same night already: the look at the end finds it.
    assert maintained.archive() == replace(NOBODY_LEFT, confirmed=1)
    assert maintained.submitted() == [PAGE.url]


def test_a_capture_that_is_young_enough_by_the_archives_word_is_confirmed_and_not_made(maintained: Maintained) -> None:
    maintained.internet.archive_trouble(PAGE.url, "save-recent")
    maintained.write(PAGE)
    assert maintained.archive() == replace(NOBODY_LEFT, waiting=1)
    maintained.internet.archive_add(Capture(PAGE.url, f"{datetime.now(UTC) - timedelta(days=3):{MOMENT}}"))
    assert maintained.archive() == replace(NOBODY_LEFT, confirmed=1)
    assert maintained.submitted() == [PAGE.url]


def test_a_site_that_asked_to_be_left_out_is_not_asked_for(maintained: Maintained) -> None:
    maintained.internet.archive_trouble(PAGE.url, "excluded-403")
    maintained.write(PAGE)
    assert maintained.archive() == replace(NOBODY_LEFT, refused=1)
    assert maintained.submitted() == []
    maintained.internet.archive_trouble(PAGE.url, None)
    maintained.clock.pass_(timedelta(days=91))
    assert maintained.archive().saved == 1


@pytest.mark.parametrize(
    ("trouble", "service"),
    [("offline", None), ("rate-limited-retry-after", None), ("reset", "save"), ("html", "save"), ("html", "playback")],
)
def test_an_outage_loses_and_proves_nothing(maintained: Maintained, trouble: str, service: str | None) -> None:
    maintained.settings |= {"attempts": 1, "patience": 0}
    maintained.write(PAGE, OTHER)
    maintained.internet.archive_fails(trouble, service)
    done = maintained.archive()
    assert (done.saved, done.confirmed, done.refused, done.failed) == (0, 0, 0, 0)
    assert not maintained.watch.failures
    maintained.internet.reset()
    maintained.clock.pass_(timedelta(days=1))
    again = maintained.archive()
    # After a look that failed: the next night; nothing was asked for.
    assert (again.saved, again.confirmed) == (2, 2)


def test_trouble_while_captures_are_under_way_does_not_lose_them(maintained: Maintained) -> None:
    maintained.settings["attempts"] = 1
    maintained.write(PAGE)
    maintained.clock = Clock(lambda: maintained.internet.archive_fails("offline", "save", times=2))
    assert maintained.archive() == replace(NOBODY_LEFT, saved=1, confirmed=1)


def test_a_copy_that_playback_shows_ends_an_older_answer_that_there_is_none(maintained: Maintained) -> None:
    maintained.write(PAGE)
    none = NoSnapshot(PAGE.url, NoSnapshotReason.NEVER_ARCHIVED)
    maintained.store.save_answer(PAGE, none, now=maintained.clock.now())
    maintained.archive()
    assert maintained.store.answers() == {}


class DyingKeepings(Keepings):
    """The process ends before or behind the n-th thing that is written down."""

    def __init__(self, database: Database, left: Counter[str]) -> None:
        super().__init__(database)
        self._left = left

    def save(self, known: Keeping) -> None:
        self._left["before"] -= 1
        if self._left["before"] == 0:
            raise Killed
        super().save(known)
        self._left["behind"] -= 1
        if self._left["behind"] == 0:
            raise Killed


class DyingStore(Store):
    left: Counter[str]

    @property
    def keepings(self) -> Keepings:
        return DyingKeepings(self._database, self.left)


@pytest.mark.parametrize("place", [pytest.param("before", marks=pytest.mark.at_length), "behind"])
def test_wherever_a_run_is_killed_every_page_is_captured_once(
    maintained: Maintained, empty: Path, tmp_path: Path, place: str
) -> None:
    for number in range(1, 11):
        maintained.internet.reset()
        maintained.clock = Clock()
        file = shutil.copy(empty, tmp_path / f"{number}.db")
        with DyingStore.open(f"sqlite:///{file}") as store:
            maintained.store = store
            store.left = Counter({place: number})
            maintained.write(PAGE, OTHER)
            with suppress(Killed):
                maintained.archive()
            assert store.left[place] <= 0, "not reached"
            maintained.archive()
            assert len(set(maintained.submitted())) == len(maintained.submitted())
            # What nobody knows of either was asked for, and shows, or is asked for the night after next.
            maintained.internet.archive_forgets()
            for _ in range(3):
                maintained.archive()
                maintained.clock.pass_(timedelta(hours=22))
            assert set(maintained.states().values()) == {KeepState.CONFIRMED}, number
            assert sorted(maintained.submitted()) == [PAGE.url, OTHER.url], number


def test_a_process_that_is_killed_asks_for_nothing_twice(tmp_path: Path, internet: Internet, empty: Path) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    maintainer.database.parent.mkdir()
    shutil.copy(empty, maintainer.database)
    with Store.open(f"sqlite:///{maintainer.database}") as store:
        Maintained(store, internet).write(PAGE, OTHER)
    keys = {"DLT_CRAWL_ARCHIVE__ACCESS_KEY": "key", "DLT_CRAWL_ARCHIVE__SECRET_KEY": "secret"}
    internet.archive_desk(pending=1_000_000)
    with maintainer.start("archive", **keys) as process:
        maintainer.wait_for_requests("/save/status")
        process.kill()
    internet.archive_desk(pending=0)
    assert maintainer.run("archive", **keys) == "2 links saved, 2 copies confirmed\n"
    submitted = [parse_qs(each.body)["url"][0] for each in internet.requests() if each.target == "/save"]
    assert sorted(submitted) == [PAGE.url, OTHER.url]
