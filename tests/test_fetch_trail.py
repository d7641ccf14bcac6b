"""Links that lead from site to site, where each worker asks the hosts of its own sites only: as if one asked all."""

from __future__ import annotations

import asyncio
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dlt_crawler import model
from dlt_crawler.fetch import Crawler, Stream
from dlt_crawler.fetch.link.check import Checker
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.trails import Asked, HandOn, Held, Hold, Step, held_now, read, written
from dlt_crawler.fetch.visit.visits import HeldVisits
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer
from dlt_crawler.model import Due, Observation, Outcome, Resource, Sibling, SlotLoad, Trail, Validators
from dlt_crawler.page import Content
from dlt_crawler.sites import Sites
from dlt_crawler.urls import host_of, site_of
from tests import test_fetch_check as answering
from tests.fetch_support import settings
from tests.stream_support import LOOK, Listed, Page, Web, web, work_off

A, B, C, D, E, F, G = (f"127.0.0.{number}" for number in (2, 3, 4, 5, 6, 7, 8))
SENTENCES = "This sentence about gradient descent is one of many that a living page has. " * 30
ODD = f"<title>Page not found</title><p>{SENTENCES}"
LIVES = f"<title>A page</title><p>{SENTENCES}"
SIBLING = re.compile("/[a-z]{25}$")
TIMEOUT = answering.TIMEOUT


def to(host: str, path: str, status: int = 302, **fields: str) -> Page:
    """A redirect; the port is put in when it is asked for."""
    return Page("", status, {"Location": f"http://{host}:PORT{path}", **fields})


def refresh(host: str, path: str) -> Page:
    return Page(f'<title>Moved</title><meta http-equiv=refresh content="0; url=http://{host}:PORT{path}">')


PAGES = {
    (A, "/ok"): Page(LIVES),
    (B, "/ok"): Page(LIVES),
    (C, "/ok"): Page(LIVES),
    (A, "/once"): to(B, "/ok", 301),
    (A, "/twice"): to(B, "/hop"),
    (B, "/hop"): to(C, "/ok", 308),
    (A, "/dead"): to(B, "/nothing-here"),
    (A, "/fails"): to(B, "/breaks-off"),
    (B, "/breaks-off"): Page(broken_off=True),
    (A, "/round"): to(B, "/round"),
    (B, "/round"): to(A, "/round"),
    (A, "/shown"): refresh(B, "/ok"),
    (A, "/shown-dead"): refresh(B, "/nothing-here"),
    # A cookie that comes back over another site.
    (B, "/bounce"): to(A, "/cookie"),
    # Nothing is there, and every address says so with the same page of another site.
    (A, "/soft/one"): to(C, "/odd"),
    (A, "/soft/two"): to(C, "/odd"),
    # The same, but what does not exist is said not to.
    (A, "/firm/one"): to(C, "/odd"),
    (C, "/odd"): Page(ODD),
    # robots.txt files that are elsewhere.
    (D, "/robots.txt"): to(E, "/robots.txt"),
    (E, "/robots.txt"): to(F, "/rules"),
    (F, "/rules"): Page("User-agent: *\nDisallow: /private", fields={"Content-Type": "text/plain"}),
    (G, "/robots.txt"): to(B, "/busy"),
    (B, "/busy"): Page("", 500),
    (D, "/ok"): Page(LIVES),
    (E, "/ok"): Page(LIVES),
    (A, "/to-d"): to(D, "/private/y"),
    (A, "/to-g"): to(G, "/ok"),
    # One that has not changed, and one whose server fails on the question.
    (A, "/kept"): to(B, "/kept"),
    (A, "/allergic"): to(B, "/allergic"),
}
LINKS = [(host, path) for host, path in PAGES if path not in {"/robots.txt", "/rules", "/busy"}]
LINKS += [(A, "/cookie"), (A, "/0"), (D, "/private/x"), (D, "/nothing-here"), (E, "/private/x"), (G, "/ok"), (G, "/2")]


def serve(host: str, target: str, fields: Mapping[str, str]) -> Page:
    conditional = "if-none-match" in fields
    match host, target:
        case _ if target[1:].isdecimal():
            # To and fro without end.
            return to({A: B, B: A}.get(host, A), f"/{int(target[1:]) + 1}")
        case _, "/cookie":
            return Page(LIVES) if "seen=1" in fields.get("cookie", "") else to(B, "/bounce", **{"Set-Cookie": "seen=1"})
        case _, "/kept" if host == B:
            return Page("" if conditional else LIVES, 304 if conditional else 200, {"ETag": '"1"'})
        case _, "/allergic" if host == B:
            return Page("" if conditional else LIVES, 500 if conditional else 200)
        case _ if target.startswith("/soft/") and SIBLING.search(target):
            return to(C, "/odd")
    return PAGES.get((host, target)) or Page("Nothing here.", 404)


@pytest.fixture(scope="module")
def there() -> Iterator[Web]:
    def with_port(host: str, target: str, fields: Mapping[str, str]) -> Page:
        page = serve(host, target, fields)
        filled = {name: value.replace("PORT", port) for name, value in page.fields.items()}
        return replace(page, fields=filled, body=page.body.replace("PORT", port))

    with web(with_port) as running:
        port = str(running.server_port)
        yield running


def dues(there: Web) -> list[Due]:
    kept = {path: Validators(there.url(B, path), '"1"') for path in ("/kept", "/allergic")}
    found = [Due(Resource(there.url(*link)), validators=kept.get(link[1])) for link in LINKS]
    # Nobody is at home where that leads to.
    return [*found, Due(Resource(there.url(A, "/fails#section")), fragments=("section",))]


def same(seen: Sequence[Observation]) -> dict[str, Observation]:
    """By URL, without their times and what is random."""
    assert len({each.resource for each in seen}) == len(seen)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return {each.resource.url: replace(each, at=at, elapsed=0.0, server_time=None) for each in seen}


class Frontier:
    """All links of a list."""

    def __init__(self, due: Sequence[Due]) -> None:
        self._listed = Listed(due)

    def loads(self) -> Iterator[SlotLoad]:
        return self._listed.loads()

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        return self._listed.claim(slot, count)


def test_two_workers_that_hand_links_on_see_what_one_process_sees(there: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    due, seen, held = dues(there), [], set[str]()
    astray: list[str] = []
    with Crawler(settings(timeout=10)) as crawler:
        crawler.check(Frontier(due), seen.extend)
    ordinary = [*there.asked]
    there.asked.clear()

    def watched(host: str, target: str, fields: Mapping[str, str]) -> Page:
        if host not in held:
            astray.append(host)
        return serve_it(host, target, fields)

    def holds(site: str, taken: bool) -> None:
        (held.add if taken else held.discard)(site)

    serve_it = there.serve
    monkeypatch.setattr(there, "serve", watched)
    with Stream(settings(timeout=10)) as one, Stream(settings(timeout=10)) as other:
        one.renew(math.inf)
        other.renew(math.inf)
        by_workers = work_off([one, other], due, holds)

    assert same(by_workers) == same(seen)
    # No host is asked but by the one worker that holds its site.
    assert astray == []
    told = {each.resource.url: each for each in by_workers}
    # The world is what it is meant to be.
    assert told[there.url(A, "/cookie")].outcome is Outcome.REDIRECTED
    assert told[there.url(D, "/private/x")].outcome is Outcome.ROBOTS_DENIED
    assert told[there.url(A, "/to-d")].outcome is Outcome.ROBOTS_DENIED
    assert not told[there.url(G, "/ok")].asked
    assert told[there.url(A, "/round")].outcome is Outcome.REDIRECT_LOOP
    assert told[there.url(A, "/kept")].status == 304
    odd = [told[there.url(A, path)].evidence for path in ("/soft/one", "/soft/two", "/firm/one")]
    assert [each and each.sibling for each in odd] == [Sibling.SAME, Sibling.SAME, Sibling.NOT_FOUND]
    # Nothing is asked for more often than by one process, but for the rules that two workers learn each for itself.
    again = Counter(map(_general, there.asked)) - Counter(map(_general, ordinary))
    # A request over a kept connection that is broken off is libcurl's to repeat: how many are kept, there and here, is
    # a matter of chance.
    del again[B, "/breaks-off"]
    assert set(again.values()) == {1}
    assert {target for _, target in again} <= {"/robots.txt", "/rules", "/busy"}


def _general(asked: tuple[str, str]) -> tuple[str, str]:
    return asked[0], SIBLING.sub("/*", asked[1])


def test_link_that_was_handed_on_too_often_is_no_evidence(there: Web) -> None:
    link = Due(Resource(there.url(A, "/once")), trail=Trail("[]", 1_000))
    batch = Listed([link])
    with Stream(settings()) as stream:
        stream.renew(math.inf)
        ended = stream.add(A, batch, look=LOOK).result(30)

    assert (ended.observed, ended.handed_on) == (1, 0)
    assert not batch.seen[0].asked
    assert "to and fro" in batch.seen[0].detail


def test_trail_that_nobody_understands_is_walked_anew(there: Web) -> None:
    batch = Listed([Due(Resource(there.url(A, "/once")), trail=Trail('{"of": "another version"}', 1))])
    with Stream(settings()) as stream:
        stream.renew(math.inf)
        stream.add(A, batch, look=LOOK).result(30)

    assert [(each.site, each.slot, each.trail.hops) for each in batch.handed] == [(B, B, 2)]


def test_what_the_settings_have_for_a_host_is_in_no_trail(there: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str | None] = []
    serve_it = there.serve

    def listens(host: str, target: str, fields: Mapping[str, str]) -> Page:
        heard.append(fields.get("authorization"))
        return serve_it(host, target, fields)

    monkeypatch.setattr(there, "serve", listens)
    batch = Listed([Due(Resource(there.url(A, "/twice")), validators=Validators(there.url(A, "/twice"), '"tag"'))])
    with Stream(settings(headers={A: {"Authorization": "Bearer hush-hush"}})) as stream:
        stream.renew(math.inf)
        stream.add(A, batch, look=LOOK).result(30)

    assert set(heard) == {"Bearer hush-hush"}
    (handed,) = batch.handed
    assert "tag" in handed.trail.text
    assert "hush" not in handed.trail.text


def test_trail_that_is_too_long_is_not_handed_on() -> None:
    asked = Asked("http://a.example/")

    def steps(size: int) -> tuple[Step, ...]:
        return (Step("", asked, Answer("http://a.example/", 302, b"x" * size, None, False, 0.1, ())),)

    assert written(steps(100_000)) is not None
    assert written(steps(300_000)) is None


def test_trail_of_what_is_no_text_is_not_handed_on() -> None:
    """JSON in a page can spell half of a surrogate pair: one page may not end the crawl of all others."""
    answer = Answer(
        "http://a.example/", 200, None, None, False, 0.1, (), content=Content(page=model.Page(title="\ud800"))
    )

    assert written((Step("", Asked("http://a.example/"), answer),)) is None


def test_trail_that_swells_is_not_understood() -> None:
    answer = Answer("http://a.example/robots.txt", 200, None, None, False, 0.1, (), body=b"#" * 50_000_000)
    text = written((Step("robots.txt", Asked("http://a.example/robots.txt"), answer),))

    assert text is not None
    assert read(text) == ()


texts = st.text(max_size=20)
pairs = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
asked = st.builds(Asked, url=texts, cookie=texts, verify=st.booleans(), headers=pairs, fragments=st.none() | pairs.map(
    lambda found: tuple(name for name, _ in found)
))  # fmt: skip
answers = st.builds(
    Answer,
    body=st.none() | st.binary(max_size=50),
    location=st.none() | st.binary(max_size=20),
    content=st.none() | st.from_type(Content),
    elapsed=st.floats(0, 100),
    cookies=st.lists(texts, max_size=2).map(tuple),
    fields=pairs,
)
missed = st.builds(NoAnswer, finding=st.from_type(Finding), elapsed=st.floats(0, 100))
steps = st.lists(st.builds(Step, question=texts, asked=st.none() | asked, answer=st.none() | answers | missed,
                           silent=st.booleans()), max_size=3).map(tuple)  # fmt: skip


@given(steps)
@hypothesis_settings(max_examples=60, deadline=None)
def test_trail_is_read_as_it_was_written(trail: tuple[Step, ...]) -> None:
    text = written(trail)

    assert text is not None
    assert "\0" not in text
    assert read(text) == trail


def handed_around(steps: Mapping[str, answering.Step], url: str) -> tuple[Observation, list[str]]:
    """Check a URL, held by one site after the other, in a web of steps. Returns the sites, too."""
    script = answering.Script({key: (step,) for key, step in steps.items()}, answering.NO_SUCH_NAME)
    checker = Checker(HeldVisits(script), Sites(), max_redirects=10, timeout=TIMEOUT, max_body=5_000_000, robots=True)
    sites, trail = ["a.example"], ()

    async def observe() -> Observation | tuple[str, tuple[Step, ...]]:
        held = Held(Hold(sites[-1]), trail)
        held_now.set(held)
        try:
            return await checker.observe(Due(Resource(url)))
        except HandOn as leaving:
            text = written(held.steps)
            assert text is not None
            return leaving.site, read(text)
        finally:
            assert len(asyncio.all_tasks()) == 1, "nothing goes on after the outcome"

    while len(sites) < 20:
        before = len(script.asked)
        with asyncio.Runner(loop_factory=answering.VirtualLoop) as runner:
            seen = runner.run(observe())
        assert {site_of(host_of(asked.url)) for asked in script.asked[before:]} <= {sites[-1]}
        if isinstance(seen, Observation):
            return seen, sites
        sites.append(seen[0])
        trail = seen[1]
    raise AssertionError(f"it is handed on for ever: {sites}")


@pytest.mark.parametrize(
    ("steps", "sites"),
    [
        pytest.param(
            {
                "http://a.example/x": answering.REFUSED,
                "https://a.example/x": answering.moves("https://login.example/?back"),
                "https://login.example/?back": answering.moves("https://www.a.example/x"),
                "https://www.a.example/x": answering.LIVES,
            },
            ["a.example", "login.example", "a.example"],
            id="an alternative leads to another one over another site",
        ),
        pytest.param(
            {
                "http://a.example/x": answering.REFUSED,
                "https://a.example/x": answering.moves("https://login.example/?back"),
                "https://login.example/?back": answering.moves("https://a.example/x/"),
                "https://a.example/x/": answering.LIVES,
            },
            ["a.example", "login.example", "a.example"],
            id="an alternative comes back from elsewhere",
        ),
        pytest.param(
            {
                "http://a.example/x": answering.SILENT,
                "https://a.example/x": answering.moves("https://b.example/page"),
                "https://b.example/page": answering.LIVES,
            },
            ["a.example", "b.example", "a.example"],
            id="an alternative of a silent link leads to another page",
        ),
        pytest.param(
            {
                "http://a.example/x": answering.moves("https://c.example/page", seconds=15),
                "https://a.example/x": answering.moves("https://b.example/page"),
                "https://b.example/page": answering.LIVES,
                "https://c.example/page": answering.LIVES,
            },
            ["a.example", "c.example"],
            id="a link that answers late does not care for its alternatives",
        ),
        pytest.param(
            {
                "http://a.example/x": answering.Step(answering.answers(404)),
                "https://a.example/x": answering.moves("https://b.example/page"),
                "https://b.example/page": answering.moves("https://c.example/page"),
                "https://c.example/page": answering.REFUSED,
            },
            ["a.example", "b.example", "c.example"],
            id="an alternative fails far away",
        ),
        pytest.param(
            {
                "http://a.example/x": answering.moves("https://b.example/page"),
                "https://b.example/page": answering.EXPIRED,
            },
            ["a.example", "b.example"],
            id="a certificate that is wrong for good",
        ),
    ],
)
def test_alternatives_that_lead_elsewhere_say_what_they_would_say_to_one_process(
    steps: Mapping[str, answering.Step], sites: list[str]
) -> None:
    seen, held = handed_around(steps, "http://a.example/x")
    ordinary, _, _ = answering.check(steps)

    assert same([seen]) == same([ordinary])
    assert held == sites
