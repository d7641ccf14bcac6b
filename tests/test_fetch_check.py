"""The check of one link, step by step: what is asked, in which order, and within how many seconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.link.check import Checker
from dlt_crawler.fetch.link.reading import PageReading
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, Wish
from dlt_crawler.model import Due, Evidence, LinkWarning, Observation, Outcome, Page, Resource
from dlt_crawler.page import Content, Response
from dlt_crawler.page.reading import read_response
from dlt_crawler.sites import Sites

TIMEOUT = 20.0


class Eventless(selectors.SelectSelector):
    """Where time passes only while everybody waits, and then at once."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(None if timeout is None else 0)
        if not events and timeout:
            self.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = Eventless()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


@dataclass(frozen=True)
class Step:
    """What comes when a URL is asked for: an answer, or none, after so many seconds."""

    result: Answer | NoAnswer | Exception
    seconds: float = 0.1
    turn: float = 0.0
    """Seconds of waiting for the turn of the host, which are not counted."""


@dataclass(frozen=True)
class Asked:
    url: str
    at: float
    seconds: float
    verify: bool
    cookie: str
    robots: bool


@dataclass
class Script:
    """A web of steps, one after the other for each URL, the last one for ever."""

    steps: Mapping[str, Sequence[Step]]
    other: Step
    """What comes for every other URL."""
    asked: list[Asked] = field(default_factory=list)
    broken_off: list[str] = field(default_factory=list)

    async def visit(self, wish: Wish, on_silence: Callable[[], None] | None = None) -> Answer | NoAnswer:
        url, seconds = wish.url, wish.seconds
        loop = asyncio.get_running_loop()
        before = [each.url for each in self.asked].count(url)
        self.asked.append(Asked(url, loop.time(), seconds, wish.verify, wish.cookie, wish.robots))
        steps = self.steps.get(url, (self.other,))
        step = steps[min(before, len(steps) - 1)]
        if step.turn:
            await asyncio.sleep(step.turn)
        silence = loop.call_later(seconds / 2, on_silence) if on_silence else None
        try:
            await asyncio.sleep(min(step.seconds, seconds))
        except asyncio.CancelledError:
            self.broken_off.append(url)
            raise
        finally:
            if silence:
                silence.cancel()
        if step.seconds > seconds:
            late = Finding(Outcome.TIMEOUT, f"a.example did not answer within {seconds:.0f} s.")
            return NoAnswer(late, seconds, connected=True)
        if isinstance(step.result, Exception):
            raise step.result
        if isinstance(step.result, NoAnswer):
            return replace(step.result, elapsed=step.seconds) if step.result.elapsed else step.result
        return replace(step.result, url=url, elapsed=step.seconds)


def answers(
    status: int = 200, location: str | None = None, cookies: tuple[str, ...] = (), title: str | None = None
) -> Answer:
    where = location.encode() if location else None
    content = Content(Page(title), Evidence())
    return Answer("", status, where, "text/html", False, 0.1, cookies, content=content)


def fails(outcome: Outcome, detail: str = "a.example refuses connections.", **more: Any) -> NoAnswer:
    return NoAnswer(Finding(outcome, detail), 0.1, **more)


NO_SUCH_NAME = Step(NoAnswer(Finding(Outcome.DNS_ERROR, "There is no such name.", nxdomain=True), 0.1))


def shows(source: str, *fields: tuple[str, str]) -> Step:
    """An answer 200 with this page."""
    response = Response("https://a.example/x", 200, (("content-type", "text/html"), *fields), source.encode())
    return Step(replace(answers(), content=read_response(response)))


LIVES = Step(answers(title="A page"))
SOFT_404 = shows("<title>404 Not Found</title><h1>Page not found</h1>The page you are looking for does not exist.")
PARKED = shows(
    "<title>a.example is for sale</title><h1>This domain is for sale</h1>"
    "The domain a.example may be for sale by its owner. <a href='https://sedo.com/'>Buy this domain</a>"
)
WALL = shows("<title>Just a moment...</title>Checking your browser", ("cf-mitigated", "challenge"))
SILENT = Step(answers(), seconds=1e9)
REFUSED = Step(fails(Outcome.CONNECTION_ERROR))
EXPIRED = Step(
    fails(Outcome.TLS_ERROR, "No secure connection to a.example: its certificate has expired.", certificate=True)
)


def check(
    steps: Mapping[str, Step | Sequence[Step]],
    url: str | None = None,
    *,
    robots: bool = True,
    other: Step = NO_SUCH_NAME,
    **more: Any,
) -> tuple[Observation, Script, float]:
    """Check the first URL of the script. Returns the observation, the script, and how long it took in all."""
    script = Script({key: (step,) if isinstance(step, Step) else step for key, step in steps.items()}, other)
    settings = {"max_redirects": 10, "timeout": TIMEOUT, "max_body": 5_000_000, **more}

    async def observe() -> tuple[Observation, float]:
        checker = Checker(script, Sites(), robots=robots, **settings)
        seen = await checker.observe(Due(Resource(next(iter(steps)) if url is None else url)))
        assert len(asyncio.all_tasks()) == 1, "nothing goes on after the outcome"
        return seen, asyncio.get_running_loop().time()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        seen, took = runner.run(observe())
    return seen, script, took


def moves(url: str, seconds: float = 0.1, cookies: tuple[str, ...] = ()) -> Step:
    return Step(answers(302, url, cookies), seconds)


# One time budget for everything.


def test_all_redirects_share_the_time_of_the_link() -> None:
    chain = {f"http://a.example/{n}": moves(f"/{n + 1}", seconds=7) for n in range(9)}

    seen, script, took = check(chain)

    assert [round(each.seconds) for each in script.asked] == [20, 13, 6]
    assert (seen.outcome, seen.detail) == (
        Outcome.TIMEOUT,
        "a.example did not answer within 20 s, redirects included.",
    )
    assert (len(seen.redirects), seen.elapsed, took) == (2, pytest.approx(TIMEOUT), pytest.approx(TIMEOUT))


def test_time_that_is_over_asks_for_nothing_more() -> None:
    seen, script, _ = check({"http://a.example/1": moves("/2", seconds=TIMEOUT), "http://a.example/2": LIVES})

    assert "http://a.example/2" not in [each.url for each in script.asked]
    assert (seen.outcome, len(seen.redirects)) == (Outcome.TIMEOUT, 1)


def test_waiting_for_the_turn_of_the_host_is_not_counted() -> None:
    seen, script, took = check({"http://a.example/1": replace(moves("/2"), turn=100), "http://a.example/2": LIVES})

    assert (seen.outcome, seen.elapsed, took) == (Outcome.REDIRECTED, pytest.approx(0.2), pytest.approx(100.2))
    assert script.asked[1].seconds == pytest.approx(TIMEOUT - 0.1)


def test_what_the_host_was_given_up_for_is_shared_as_it_is() -> None:
    shared = Finding(Outcome.TIMEOUT, "a.example has not answered three times in this run.", asked=False)
    moved = moves("https://b.example/", seconds=3)

    seen, _, _ = check({"http://a.example/": moved, "https://b.example/": Step(NoAnswer(shared, 0.0))})

    assert (seen.outcome, seen.asked, seen.detail) == (Outcome.TIMEOUT, False, shared.detail)


@pytest.mark.parametrize("robots", [True, False])
def test_robots_txt_is_obeyed_everywhere_or_nowhere(robots: bool) -> None:
    steps = {"http://a.example/": REFUSED, "https://a.example/": moves("/x"), "https://a.example/x": LIVES}

    _, script, _ = check(steps, robots=robots)

    assert [each.robots for each in script.asked] == [robots] * 3


@pytest.mark.parametrize(("seconds", "warnings"), [(5, ()), (0, (LinkWarning.TLS_UNVERIFIED,))])
def test_certificate_of_what_a_page_leads_to_is_not_its_own(seconds: int, warnings: tuple[LinkWarning, ...]) -> None:
    text = "A sentence about mathematics. " * 80
    page = shows(f"<title>A</title><p>{text}", ("refresh", f"{seconds};url=https://b.example/"))
    lost = Step(answers(404)) if seconds else LIVES

    seen, _, _ = check({"http://a.example:81/": page, "https://b.example/": [EXPIRED, lost]})

    assert (seen.final_url, seen.warnings) == ("https://b.example/" if warnings else "http://a.example:81/", warnings)
    assert ("certificate" in seen.detail) is bool(warnings)


# Alternatives.


def test_alternatives_are_asked_one_after_the_other_while_they_fail_soon() -> None:
    seen, script, took = check({"https://a.example/x": REFUSED, "http://a.example/x": REFUSED})

    assert [(each.url, round(each.at, 1)) for each in script.asked] == [
        ("https://a.example/x", 0.0),
        ("http://a.example/x", 0.1),
        ("https://www.a.example/x", 0.2),
        ("http://www.a.example/x", 0.3),
    ]
    assert seen.outcome is Outcome.CONNECTION_ERROR
    assert seen.detail == "a.example refuses connections; http and www.a.example were tried in vain."
    assert (seen.warnings, seen.final_url) == ((), None)
    assert seen.elapsed == pytest.approx(took)


def test_alternative_that_lives_is_the_outcome_and_no_other_is_asked() -> None:
    seen, script, _ = check({"https://a.example/x": REFUSED, "http://a.example/x": LIVES})

    assert len(script.asked) == 2
    assert (seen.outcome, seen.status, seen.final_url) == (Outcome.OK, 200, "http://a.example/x")
    assert (seen.warnings, seen.page) == ((LinkWarning.ALTERNATIVE_ADDRESS,), Page("A page"))
    assert seen.detail == "a.example refuses connections; http://a.example answered 200 OK."
    assert seen.resource.url == "https://a.example/x"


def test_redirects_of_an_alternative_are_told_and_are_no_move_of_the_link() -> None:
    steps = {
        "http://a.example/x": REFUSED,
        "https://a.example/x": Step(answers(301, "https://www.a.example/x/")),
        "https://www.a.example/x/": LIVES,
    }

    seen, _, _ = check(steps)

    assert (seen.outcome, seen.final_url) == (Outcome.REDIRECTED, "https://www.a.example/x/")
    assert seen.detail == "a.example refuses connections; https://a.example answered 200 OK, after a redirect."
    assert len(seen.redirects) == 1
    assert not seen.permanent


def test_silent_link_is_over_within_its_time_and_so_are_its_alternatives() -> None:
    steps = {f"{scheme}://{host}/": SILENT for scheme in ("https", "http") for host in ("a.example", "www.a.example")}

    seen, script, took = check(steps)

    assert [(each.url, each.at, each.seconds) for each in script.asked] == [
        ("https://a.example/", 0, 20),
        ("http://a.example/", 10, 10),
        ("https://www.a.example/", 11, 9),
        ("http://www.a.example/", 12, 8),
    ]
    assert (seen.outcome, took, seen.elapsed) == (Outcome.TIMEOUT, TIMEOUT, TIMEOUT)
    assert seen.detail == "a.example did not answer within 20 s; http and www.a.example were tried in vain."


def test_alternative_of_a_silent_link_counts_once_the_link_has_had_its_time() -> None:
    seen, script, took = check({"https://a.example/": SILENT, "http://a.example/": LIVES})

    assert (seen.outcome, seen.final_url, took) == (Outcome.OK, "http://a.example/", TIMEOUT)
    assert [each.at for each in script.asked] == [0, 10]


def test_link_that_answers_late_wins_and_its_alternatives_are_broken_off() -> None:
    late = replace(LIVES, seconds=15)

    seen, script, took = check({"https://a.example/": late, "http://a.example/": SILENT})

    assert (seen.outcome, seen.final_url, seen.warnings) == (Outcome.OK, "https://a.example/", ())
    assert (took, script.broken_off) == (15, ["http://a.example/"])


def test_link_that_answers_late_wins_over_an_alternative_that_lives() -> None:
    late = Step(answers(403), seconds=15)

    seen, _, _ = check({"https://a.example/": late, "http://a.example/": LIVES})

    assert (seen.outcome, seen.warnings) == (Outcome.BLOCKED, ())


@pytest.mark.parametrize("seconds", [0.1, 19.9])
@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_http_page_that_is_missing_is_looked_for_on_https_only(status: int, seconds: float) -> None:
    missing = Step(answers(status), seconds)
    www = {"http://www.a.example/x": LIVES, "https://www.a.example/x": LIVES}

    found, script, _ = check({"http://a.example/x": missing, "https://a.example/x": LIVES, **www})
    lost, _, took = check({"http://a.example/x": missing, "https://a.example/x": Step(answers(404)), **www})

    assert (found.outcome, found.final_url) == (Outcome.OK, "https://a.example/x")
    assert found.detail.startswith(f"a.example answered {status} ")
    assert found.detail.endswith("; https://a.example answered 200 OK.")
    assert [each.url for each in script.asked] == ["http://a.example/x", "https://a.example/x"]
    assert (lost.status, lost.warnings) == (status, ())
    assert lost.detail.endswith("; https was tried in vain.")
    assert took <= TIMEOUT


@pytest.mark.parametrize(
    ("url", "step"),
    [
        ("https://a.example/x", Step(answers(404))),
        ("https://a.example/x", Step(answers(500))),
        ("http://a.example/x", Step(answers(403))),
        ("http://a.example/x", Step(answers(429))),
        ("http://a.example/x", Step(answers(400))),
        ("http://a.example/x", Step(fails(Outcome.ROBOTS_DENIED))),
        ("http://a.example/x", Step(fails(Outcome.RATE_LIMITED))),
        ("http://a.example/x", Step(fails(Outcome.UNSAFE))),
        ("http://a.example/x", Step(fails(Outcome.INVALID_URL))),
        ("http://a.example/x", moves("http://a.example/x")),
        ("http://a.example/x", SOFT_404),
        ("http://a.example/x", WALL),
        ("http://a.example/x", Step(NoAnswer(Finding(Outcome.TIMEOUT, "No robots.txt.", asked=False), 0.0))),
    ],
)
def test_what_is_no_sign_of_death_or_is_the_page_itself_has_no_alternatives(url: str, step: Step) -> None:
    _, script, _ = check({url: step})

    assert {each.url for each in script.asked} == {url}


@pytest.mark.parametrize(
    ("end", "outcome"), [(REFUSED, Outcome.CONNECTION_ERROR), (Step(answers(404)), Outcome.NOT_FOUND)]
)
def test_what_a_redirect_leads_to_has_no_alternatives(end: Step, outcome: Outcome) -> None:
    steps = {"http://a.example/x": moves("https://b.example/y"), "https://b.example/y": end}

    seen, script, _ = check(steps)

    assert [each.url for each in script.asked] == list(steps)
    assert seen.outcome is outcome
    assert "in vain" not in seen.detail


@pytest.mark.parametrize(
    "step",
    [
        moves("https://a.example/"),
        moves("https://b.example/x"),
        moves("https://a.example/x?from=http"),
        Step(answers(404)),
        Step(answers(403)),
        Step(fails(Outcome.ROBOTS_DENIED)),
        SOFT_404,
        PARKED,
        WALL,
    ],
    ids=["home", "elsewhere", "query", "missing", "blocked", "robots", "soft-404", "parked", "wall"],
)
def test_alternative_that_does_not_show_the_page_proves_nothing(step: Step) -> None:
    living = ("https://a.example/", "https://b.example/x", "https://a.example/x?from=http")

    seen, _, _ = check({"http://a.example/x": REFUSED, "https://a.example/x": step, **dict.fromkeys(living, LIVES)})

    assert seen.detail.endswith("; https and www.a.example were tried in vain.")
    assert (seen.outcome, seen.status, seen.warnings) == (Outcome.CONNECTION_ERROR, None, ())


def test_alternative_that_leads_back_to_the_link_is_not_followed() -> None:
    _, script, _ = check({"https://a.example/x": REFUSED, "http://a.example/x": moves("https://a.example/x")})

    assert [each.url for each in script.asked].count("https://a.example/x") == 1


@pytest.mark.parametrize("first", [REFUSED, SILENT, replace(LIVES, seconds=15)])
def test_fault_of_our_own_over_an_alternative_is_raised(first: Step) -> None:
    broken = Step(CrawlError("no sockets are left"))

    with pytest.raises(CrawlError, match="no sockets are left"):
        check({"https://a.example/x": first, "http://a.example/x": broken})


# Certificates.


def test_page_behind_a_bad_certificate_lives_with_a_warning() -> None:
    seen, script, _ = check({"https://a.example/x": (EXPIRED, LIVES)})

    assert [(each.url, each.verify) for each in script.asked] == [
        ("https://a.example/x", True),
        ("https://a.example/x", False),
    ]
    assert (seen.outcome, seen.status, seen.page) == (Outcome.OK, 200, Page("A page"))
    assert seen.warnings == (LinkWarning.TLS_UNVERIFIED,)
    assert seen.detail == "a.example answered 200 OK; its certificate has expired."
    assert script.asked[1].seconds == pytest.approx(TIMEOUT - 0.1)


def test_page_that_is_missing_behind_a_bad_certificate_is_missing() -> None:
    seen, script, _ = check({"https://a.example/x": (EXPIRED, Step(answers(404)))})

    assert (seen.outcome, seen.status, seen.warnings) == (Outcome.NOT_FOUND, 404, ())
    assert seen.detail == "a.example answered 404 Not Found; its certificate has expired."
    assert len(script.asked) == 2


def test_only_the_origin_with_the_bad_certificate_is_trusted_without_one() -> None:
    steps = {
        "https://a.example/1": (EXPIRED, moves("/2")),
        "https://a.example/2": moves("https://b.example/3"),
        "https://b.example/3": moves("https://a.example:8443/4"),
        "https://a.example:8443/4": LIVES,
    }

    seen, script, _ = check(steps)

    assert [each.verify for each in script.asked] == [True, False, False, True, True]
    assert seen.warnings == (LinkWarning.TLS_UNVERIFIED,)
    assert seen.detail == "a.example answered 200 OK, after 3 redirects; the certificate of a.example has expired."


def test_cookies_do_not_cross_between_good_and_bad_certificates() -> None:
    cookies = ("good=1; Path=/; Domain=a.example",)
    steps = {
        "https://www.a.example/": moves("https://a.example/", cookies=cookies),
        "https://a.example/": (EXPIRED, moves("/", cookies=("bad=1; Path=/; Domain=a.example",)), moves("/x")),
        "https://a.example/x": moves("https://www.a.example/y"),
        "https://www.a.example/y": LIVES,
    }

    seen, script, _ = check(steps)

    assert [(each.url, each.verify, each.cookie) for each in script.asked] == [
        ("https://www.a.example/", True, ""),
        ("https://a.example/", True, "good=1"),
        ("https://a.example/", False, ""),
        ("https://a.example/", False, "bad=1"),
        ("https://a.example/x", False, "bad=1"),
        ("https://www.a.example/y", True, "good=1"),
    ]
    assert seen.outcome is Outcome.REDIRECTED


def test_bad_certificate_and_nothing_behind_it() -> None:
    seen, script, _ = check({"https://a.example/x": (EXPIRED, REFUSED)})

    assert seen.outcome is Outcome.CONNECTION_ERROR
    assert seen.detail == (
        "a.example refuses connections; the certificate of a.example has expired; "
        "http and www.a.example were tried in vain."
    )
    assert len(script.asked) == 5


def test_alternative_with_a_bad_certificate_proves_life_where_nothing_answers_and_nothing_against_an_answer() -> None:
    bad = {"https://a.example/x": (EXPIRED, LIVES)}

    silent, _, _ = check({"http://a.example/x": REFUSED, **bad})
    missing, _, _ = check({"http://a.example/x": Step(answers(404)), **bad})

    assert silent.warnings == (LinkWarning.ALTERNATIVE_ADDRESS, LinkWarning.TLS_UNVERIFIED)
    assert silent.detail == (
        "a.example refuses connections; https://a.example answered 200 OK; its certificate has expired."
    )
    assert (missing.outcome, missing.warnings) == (Outcome.NOT_FOUND, ())


# The page.


@pytest.mark.parametrize(
    ("status", "content_type", "wanted"),
    [
        (200, "text/html; charset=utf-8", 1_000_000),
        (206, "application/xhtml+xml", 1_000_000),
        (300, None, 1_000_000),
        (200, "application/pdf", 5_000_000),
        # What wall it is.
        (403, "text/html", 65_536),
        (503, None, 65_536),
        (999, "application/json", 65_536),
        (403, "image/png", 0),
        # Their status says all.
        (404, "text/html", 0),
        (410, "text/html", 0),
        (302, "text/html", 0),
        (304, None, 0),
    ],
)
def test_so_much_is_read_at_most(status: int, content_type: str | None, wanted: int) -> None:
    assert PageReading(5_000_000)(status, content_type) == wanted


def page_reading(**more: Any) -> PageReading:
    """The reading of a page that has just begun to come."""
    reading = PageReading(5_000_000, **more)
    reading(200, "text/html")
    return reading


@pytest.mark.parametrize("end", [b"</head>", b"</HEAD >", b"</Head\n>", b"</header>", b"<BODY>", b"<body\n"])
@pytest.mark.parametrize("piece", [1, 3, 1_448, 16_384, 1_000_000])
def test_reading_stops_64_kib_after_the_head(end: bytes, piece: int) -> None:
    page = b"<title>T</title>" + b" " * 1_000 + end + b"x" * 70_000
    reading, body = page_reading(), bytearray()
    for at in range(0, len(page), piece):
        body += page[at : at + piece]
        if reading.enough(body):
            break

    enough = page.index(end) + 65_536
    assert enough <= len(body) < enough + piece


@pytest.mark.parametrize(
    ("beginning", "end"),
    [
        # A page that never says where its head ends, and one that says so late, as long scripts make them do.
        (b"<p>", None),
        (b"<title>T</title>", 262_144),
        (b"<style>" + b" " * 500_000 + b"<title>T</title>", 500_007 + 65_536),
        (b"<title>T</title>" + b" " * 250_000 + b"</head>", 250_016 + 65_536),
    ],
)
def test_page_without_a_head_is_read_while_it_has_no_title(beginning: bytes, end: int | None) -> None:
    page = beginning + b"<p>more</p>" * 90_000
    reading, body = page_reading(), bytearray()
    stop = next((at for at in range(0, 900_000, 1_000) if reading.enough(_grow(body, page[at : at + 1_000]))), None)

    assert stop is None if end is None else end - 1_000 <= (stop or 0) <= end


def _grow(body: bytearray, piece: bytes) -> bytearray:
    body += piece
    return body


@pytest.mark.parametrize("url", ["http://[bad/", "http://a.example:99999/", "http:///x", "http://a.example/ x"])
def test_what_is_no_url_is_asked_of_nobody(url: str) -> None:
    seen, script, _ = check({}, url)

    assert (seen.outcome, script.asked) == (Outcome.INVALID_URL, [])
