"""The table of DESIGN.md, section 2: sequences of outcomes, and what a link is called after them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import Check, LinkWarning, Observation, Outcome, Redirect, Resource, RunId, State
from dlt_crawler.verdict import FAILURES, judge, permanent_address

LINK = Resource("https://example.org/paper.html")
START = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)


def night(
    number: float, outcome: str, *, look: int = 1, run: int | None = None, permanent_to: str | None = None
) -> Check:
    """One check, `number` days after the start. "nxdomain" is a dns_error whose name was denied.

    "robots timeout" is a timeout of the robots.txt: the page was not asked for.
    """
    nxdomain = outcome == "nxdomain"
    what = outcome.removeprefix("robots ")
    seen = Observation(
        LINK,
        START + timedelta(days=number, seconds=look),
        elapsed=0.1,
        outcome=Outcome.DNS_ERROR if nxdomain else Outcome(what),
        detail=f"saw {outcome}",
        final_url=permanent_to,
        redirects=(Redirect(LINK.url, 301, permanent_to),) if permanent_to else (),
        nxdomain=nxdomain,
        asked=what == outcome,
    )
    return Check(RunId(run if run is not None else int(number)), look, seen)


def nights(*outcomes: str) -> list[Check]:
    """One check a night; "a+b" is a first and a second look, "" a night without a check."""
    return [
        night(number, outcome, look=look)
        for number, both in enumerate(outcomes)
        for look, outcome in enumerate(both.split("+"), start=1)
        if outcome
    ]


def state_of(checks: list[Check], **policy: float) -> State:
    return judge(checks, VerdictSettings(**policy), START + timedelta(days=365)).state


@pytest.mark.parametrize(
    ("history", "state"),
    [
        # nothing known
        ([], "unchecked"),
        # successes
        (["ok"], "alive"),
        (["redirected"], "alive"),
        # not_found: two looks, the second look of the same run counts
        (["not_found"], "failing"),
        (["not_found+not_found"], "dead"),
        (["not_found", "not_found"], "dead"),
        (["not_found+ok"], "alive"),
        (["not_found", "ok", "not_found"], "failing"),
        (["not_found+timeout"], "failing"),
        (["not_found+timeout", "not_found"], "dead"),
        # soft 404 and parked: two looks at least a day apart, the second look of a run does not count
        (["soft_404+soft_404"], "failing"),
        (["soft_404", "soft_404"], "dead"),
        (["parked", "soft_404"], "dead"),
        # NXDOMAIN: three checks over at least three days
        (["nxdomain", "nxdomain", "nxdomain"], "failing"),
        (["nxdomain", "nxdomain", "", "nxdomain"], "dead"),
        (["nxdomain", "", "", "nxdomain"], "failing"),
        (["nxdomain+nxdomain", "", "", "nxdomain+nxdomain"], "failing"),
        # everything else: four checks over at least seven days
        (["timeout"] * 7, "failing"),
        (["timeout"] * 8, "dead"),
        (["timeout", "", "", "connection_error", "server_error", "", "", "tls_error"], "dead"),
        (["dns_error"] * 4, "failing"),
        (["dns_error"] * 8, "dead"),
        (["redirect_loop", "protocol_error", "", "", "", "", "", "timeout"], "failing"),
        (["timeout"] * 7 + ["ok"], "alive"),
        (["timeout"] * 7 + ["ok", "timeout"], "failing"),
        # mixed evidence is judged by the slowest rule that it needs
        (["nxdomain", "timeout", "", "nxdomain"], "failing"),
        (["nxdomain", "not_found", "", "nxdomain"], "dead"),
        # what a robot cannot verify neither adds nor resets, and is never dead
        (["blocked"] * 100, "blocked"),
        (["rate_limited"] * 100, "blocked"),
        (["robots_denied"] * 100, "blocked"),
        (["unsafe"] * 100, "unsafe"),
        (["ok", "blocked"], "blocked"),
        (["not_found", "blocked"], "failing"),
        (["not_found", "blocked", "not_found"], "dead"),
        (["not_found+not_found", "blocked"], "dead"),
        (["blocked", "ok"], "alive"),
        # other client errors often mean "not to a robot"
        (["client_error"] * 100, "failing"),
        # a robots.txt that cannot be had says nothing of a page that was not asked for
        (["robots timeout"] * 100, "failing"),
        (["robots connection_error", "robots protocol_error"] * 50, "failing"),
        (["timeout"] * 3 + ["robots timeout"] * 100, "failing"),
        (["timeout"] * 3 + ["robots timeout"] * 100 + ["timeout"], "dead"),
        (["robots timeout", "ok"], "alive"),
        # back from the dead
        (["not_found+not_found", "ok"], "alive"),
        (["not_found+not_found", "ok", "not_found"], "failing"),
    ],
)
def test_a_history_gives_its_state(history: list[str], state: str) -> None:
    assert state_of(nights(*history)) == state


def test_looks_of_one_utc_day_count_once() -> None:
    morning_and_evening = [night(0, "not_found", run=1), night(0.5, "not_found", run=2)]
    assert state_of(morning_and_evening) == "failing"
    many_in_a_day = [night(part / 10, "timeout", run=part) for part in range(9)]
    assert state_of([*many_in_a_day, night(8, "timeout")]) == "failing"


def test_a_day_apart_means_24_hours() -> None:
    assert state_of([night(0, "soft_404"), night(0.99, "soft_404")]) == "failing"
    assert state_of([night(0, "soft_404"), night(1, "soft_404")]) == "dead"


@pytest.mark.parametrize("outcome", sorted(FAILURES))
def test_one_failed_check_is_never_death(outcome: str) -> None:
    assert state_of([night(0, outcome)]) == "failing"


def test_a_run_without_a_network_judges_nothing() -> None:
    checks = [night(0, "ok"), *(night(day, "timeout", run=7) for day in range(1, 30))]
    verdict = judge(checks, VerdictSettings(), START + timedelta(days=30), distrusted=frozenset({RunId(7)}))
    assert (verdict.state, verdict.failing_since) == ("alive", None)


def test_what_answered_during_an_outage_did_answer() -> None:
    verdict = judge([night(0, "ok", run=7)], VerdictSettings(), START, distrusted=frozenset({RunId(7)}))
    assert verdict.state == "alive"


def test_a_check_from_the_future_proves_nothing() -> None:
    checks = [night(0, "not_found"), night(400, "not_found")]
    assert judge(checks, VerdictSettings(), START + timedelta(days=1)).state == "failing"


def test_the_numbers_are_settings() -> None:
    assert state_of(nights("timeout", "timeout"), trouble_checks=2, trouble_days=1) == "dead"
    assert state_of(nights("not_found+not_found"), not_found_looks=3) == "failing"


def test_a_repair_stays_until_the_link_answered_on_two_days() -> None:
    recovering = [
        judge(nights(*history), VerdictSettings(), START + timedelta(days=99)).recovering
        for history in (
            ["not_found+not_found"],
            ["not_found+not_found", "ok"],
            ["not_found+not_found", "ok", "timeout"],
            ["not_found+not_found", "ok", "timeout", "ok"],
            ["not_found+not_found", "ok", "ok"],
            ["not_found+not_found", "ok", "ok", "not_found"],
        )
    ]
    assert recovering == [False, True, True, True, False, False]


def test_a_verdict_says_what_it_rests_on() -> None:
    verdict = judge(nights("ok", "timeout", "not_found+not_found"), VerdictSettings(), START + timedelta(days=9))
    assert verdict.reason == "saw not_found; seen 3 times since 2026-03-02"
    assert verdict.last_ok == START + timedelta(seconds=1)
    assert verdict.failing_since == START + timedelta(days=1, seconds=1)
    assert verdict.last_checked == START + timedelta(days=2, seconds=2)
    assert verdict.checks == 4


NEW = "https://example.net/paper.html"


@pytest.mark.parametrize(
    ("checks", "address"),
    [
        ([night(0, "redirected", permanent_to=NEW), night(1, "redirected", permanent_to=NEW)], NEW),
        ([night(0, "redirected", permanent_to=NEW), night(0.1, "redirected", permanent_to=NEW)], None),
        ([night(0, "redirected", permanent_to=NEW), night(1, "redirected", permanent_to=NEW + "?2")], None),
        ([night(0, "redirected", permanent_to=NEW), night(1, "ok")], None),
        ([night(day, "redirected", permanent_to="https://example.net/") for day in (0, 1)], None),
        ([night(day, "redirected", permanent_to="https://example.net/login?next=/") for day in (0, 1)], None),
        ([night(day, "redirected", permanent_to="https://example.net/errors/gone") for day in (0, 1)], None),
    ],
)
def test_a_link_has_moved_for_good_when_two_days_say_so(checks: list[Check], address: str | None) -> None:
    assert permanent_address(checks) == address


@pytest.mark.parametrize("warning", [LinkWarning.TLS_UNVERIFIED, LinkWarning.ALTERNATIVE_ADDRESS])
def test_a_move_is_not_proven_by_whoever_answers_or_by_another_address(warning: LinkWarning) -> None:
    checks = [night(day, "redirected", permanent_to=NEW) for day in (0, 1)]
    warned = [replace(check, seen=replace(check.seen, warnings=(warning,))) for check in checks]

    assert permanent_address([checks[0], warned[1]]) is None
    assert permanent_address(warned) is None
    assert judge(warned, VerdictSettings(), START + timedelta(days=2)).state is State.ALIVE
