"""When an origin is given up, and what its other links are told."""

from __future__ import annotations

import pytest

from dlt_crawler.fetch.manners.breaker import Breaker
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.model import Outcome

ORIGIN = "http://a.example"
REFUSED = Finding(Outcome.CONNECTION_ERROR, "a.example refuses connections.")
TIMEOUT = Finding(Outcome.TIMEOUT, "a.example did not answer within 20 s.")
BROKEN_OFF = Finding(Outcome.CONNECTION_ERROR, "a.example closed the connection without an answer.")
GARBAGE = Finding(Outcome.PROTOCOL_ERROR, "a.example answered something that is not HTTP.")
NO_NAME = Finding(Outcome.DNS_ERROR, "a.example cannot be connected to: there is no such name.", nxdomain=True)
BUSY = Finding(Outcome.SERVER_ERROR, "a.example answered 503 Service Unavailable.")
EXPIRED = Finding(Outcome.TLS_ERROR, "No secure connection to a.example: its certificate has expired.")

# Each letter is the end of one request.
ENDS = {
    "r": (REFUSED, False),
    "c": (TIMEOUT, False),
    "t": (TIMEOUT, True),
    "b": (BROKEN_OFF, True),
    "g": (GARBAGE, True),
    "n": (NO_NAME, False),
    "e": (EXPIRED, False),
}


def after(ends: str) -> Breaker:
    """A breaker that has seen these ends: `a` is an answer, `w` one that it is busy, `|` a new look."""
    breaker = Breaker()
    for end in ends:
        match end:
            case "a":
                breaker.answered(ORIGIN)
            case "|":
                breaker.new_look()
            case "w":
                breaker.turned_away(ORIGIN, BUSY)
            case _:
                finding, connected = ENDS[end]
                breaker.failed(ORIGIN, finding, connected=connected)
    return breaker


@pytest.mark.parametrize(
    ("ends", "given_up"),
    [
        ("", False),
        ("rr", False),
        ("rrr", True),
        ("ccc", True),
        ("ttt", True),
        ("rct", True),
        # In a row.
        ("rrarr", False),
        ("rrbrr", False),
        ("rrgrr", False),
        # What was asked before it was given up may come after.
        ("rrrr", True),
        ("rrra", False),
        # Of an origin that has answered, pages may be slow.
        ("attt", False),
        ("a" + "t" * 9, False),
        ("a" + "t" * 10, True),
        ("bttt", False),
        ("arrr", True),
        ("arrrt", True),
        # What says nothing of other links, or costs nothing to ask again.
        ("nnnnnnnnnnn", False),
        ("eeeeeeeeeee", False),
        ("bbbbbbbbbbb", False),
        ("rrnr", True),
        # Who is busy all the time, however long the pauses.
        ("wwww", False),
        ("wwwww", True),
        ("wwwaww", False),
        ("rrwr", False),
        ("wwwwrw", False),
        ("wwwww|w", True),
        # Once more at the end of the run.
        ("rrr|", False),
        ("rrr|r", True),
        ("rrr|ar", False),
        ("r|r", False),
    ],
)
def test_given_up(ends: str, given_up: bool) -> None:
    assert (after(ends).given_up(ORIGIN) is not None) == given_up


def test_what_no_connection_was_possible_for_was_asked_in_effect() -> None:
    assert after("rrr").given_up(ORIGIN) == Finding(
        Outcome.CONNECTION_ERROR,
        "3 connections to a.example failed in a row in this run, so this page was not asked for: "
        "a.example refuses connections.",
    )


@pytest.mark.parametrize("ends", ["ttt", "ttr", "rtc"])
def test_what_might_answer_itself_was_not_asked(ends: str) -> None:
    found = after(ends).given_up(ORIGIN)

    assert found is not None
    assert found.outcome is ENDS[ends[-1]][0].outcome
    assert not found.asked
    assert found.detail == (
        "3 requests to a.example went unanswered in a row in this run, so this page was not asked for: "
        f"{ENDS[ends[-1]][0].detail}"
    )


def test_what_a_busy_origin_would_say_itself_is_not_known() -> None:
    assert after("wwwww").given_up(ORIGIN) == Finding(
        Outcome.SERVER_ERROR,
        "5 requests to a.example were turned away in a row in this run, so this page was not asked for: "
        "a.example answered 503 Service Unavailable.",
        asked=False,
    )


@pytest.mark.parametrize("other", ["https://a.example", "http://a.example:8080", "http://www.a.example"])
def test_one_port_says_nothing_of_another(other: str) -> None:
    assert after("rrr").given_up(other) is None


def test_what_is_remembered_is_bounded() -> None:
    breaker = after("rrr")

    for number in range(40_000):
        breaker.failed(f"http://{number}.example", REFUSED, connected=False)
        breaker.answered(f"http://x{number}.example")

    assert breaker.given_up(ORIGIN) is None
    for _ in range(3):
        breaker.failed(ORIGIN, REFUSED, connected=False)
    assert breaker.given_up(ORIGIN) is not None
    assert len(breaker._rows) + len(breaker._answered) < 40_000
