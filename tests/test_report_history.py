"""The story of a link."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.cells import cell_len

from dlt_crawler.model import (
    Dispute,
    Ending,
    LoggedRepair,
    Outcome,
    Repair,
    Rewrite,
    RunId,
    Snapshot,
    State,
    Story,
    Verdict,
)
from dlt_crawler.report import Format, render_history
from tests.report_samples import ALIVE, CHECKS, DEAD, GONE, NIGHT, RUN, UNCHECKED, change, check, occurrence

assert isinstance(DEAD.snapshot, Snapshot)
REPAIR = Repair(occurrence(), DEAD.snapshot.url, "answered 404 in two looks; a snapshot of 2019 shows it")


def entry_of(repair: Repair, written_to: str) -> LoggedRepair:
    rewrite = Rewrite(repair.occurrence.raw.encode(), repair.replacement.encode())
    return LoggedRepair(NIGHT + timedelta(minutes=9), RUN.id, written_to, repair, rewrite, 1)


STORY = Story(
    DEAD,
    CHECKS,
    (replace(change(DEAD, State.FAILING), at=NIGHT + timedelta(minutes=9)),),
    (entry_of(REPAIR, "storage/repaired/seeds/理论.md"),),
)


def test_text_is_a_verdict_and_what_happened_oldest_first() -> None:
    assert (
        render_history(STORY, Format.TEXT)
        == """\
https://gone.example/paper.pdf
dead: answered 404 in two looks
in the documents since 2026-10-22

at (UTC)          run        event    what happened
2026-11-20 02:30  7          check    ok 200 in 0.4 s: ok
2026-11-21 02:30  7          check    not found 404 in 0.4 s: answered 404 Not
                                      Found
2026-11-21 02:30  7          check    timeout in 20.0 s: no answer in 20 s no
                                      answer in 20 s no answer in 20 s
2026-11-21 02:39  7, look 2  check    not found 404 in 0.4 s: answered 404 Not
                                      Found
2026-11-21 02:39  7          verdict  failing → dead: answered 404 in two looks
2026-11-21 02:39  7          repair   seeds/理论.md:17:23 in
                                      storage/repaired/seeds/理论.md: answered
                                      404 in two looks; a snapshot of 2019 shows
                                      it
    https://web.archive.org/web/20190304050607/https://gone.example/paper.pdf
"""
    )


def test_text_tells_the_return_and_where_a_link_has_moved() -> None:
    moved = "https://new.example/" + "long/" * 30
    verdict = replace(ALIVE.verdict, moved_to=moved)
    back = replace(change(ALIVE, State.DEAD), at=NIGHT + timedelta(days=1))
    gone = replace(change(DEAD, State.ALIVE), run=None)
    on = replace(change(ALIVE, State.ALIVE, moved), at=NIGHT + timedelta(days=2))
    lines = render_history(Story(replace(ALIVE, verdict=verdict), (), (gone, back, on), ()), Format.TEXT).splitlines()
    assert lines[:5] == [
        "https://alive.example/",
        "alive: answered 200",
        "moved for good to:",
        moved,
        "in the documents since 2026-11-21",
    ]
    assert lines[-4:] == [
        "2026-11-21 02:30       verdict  alive → dead: answered 404 in two looks",
        "2026-11-22 02:30  7    verdict  dead → alive again: answered 200",
        "2026-11-23 02:30  7    verdict  still alive, and moved for good: answered 200",
        "    " + moved,
    ]


def test_text_tells_for_how_many_checks_one_stands_and_which_prove_nothing() -> None:
    many = replace(check(), times=1_090)
    text = render_history(Story(DEAD, (many,), (), ()), Format.TEXT)
    assert "answered 404 Not Found (the last of 1,090 checks that saw the same)" in " ".join(text.split())
    for outcome, told in ((Outcome.TIMEOUT, True), (Outcome.OK, False)):
        story = Story(DEAD, (check(outcome),), (), ())
        assert ("proves nothing" in render_history(story, Format.TEXT, distrusted={RUN.id})) is told
        assert "proves nothing" not in render_history(story, Format.TEXT, distrusted={RunId(6)})
        (shown,) = json.loads(render_history(story, Format.JSON, distrusted={RUN.id}))["checks"]
        assert shown["distrusted"] is told


def test_text_without_checks_says_so_and_that_nobody_writes_the_link_any_more() -> None:
    assert render_history(Story(UNCHECKED, (), (), ()), Format.TEXT) == (
        "https://later.example/\nunchecked: not checked yet\nin the documents since 2026-11-21\n\n"
        "No check has been made yet.\n"
    )
    story = Story(replace(DEAD, occurrences=()), (), (), ())
    assert "\nin no document any more\n" in render_history(story, Format.TEXT)


def test_text_is_80_columns_wide_but_for_what_people_copy() -> None:
    verdict = Verdict(State.DEAD, "深度学习理论" * 30)
    link = replace(DEAD, verdict=verdict)
    text = render_history(Story(link, CHECKS, (change(link, State.ALIVE),), STORY.repairs), Format.TEXT)
    assert max(cell_len(line) for line in text.splitlines() if "http" not in line) == 80
    assert "深度学习理论" * 3 in text


def test_json_has_every_key_of_the_contract() -> None:
    shown = json.loads(render_history(STORY, Format.JSON))
    assert {key: value for key, value in shown.items() if key != "checks"} == {
        "url": GONE,
        "state": "dead",
        "reason": "answered 404 in two looks",
        "first_seen": "2026-10-22T02:30:00Z",
        "moved_to": None,
        "disputed": None,
        "changes": [
            {
                "at": "2026-11-21T02:39:00Z",
                "run": 7,
                "from": "failing",
                "to": "dead",
                "reason": "answered 404 in two looks",
                "moved_to": None,
            }
        ],
        "repairs": [
            {
                "at": "2026-11-21T02:39:00Z",
                "run": 7,
                "file": "seeds/理论.md",
                "line": 17,
                "column": 23,
                "written_to": "storage/repaired/seeds/理论.md",
                "kind": "snapshot",
                "replacement": REPAIR.replacement,
                "evidence": REPAIR.evidence,
                "stood": None,
                "ended": None,
                "ending": None,
            }
        ],
    }
    assert [check["look"] for check in shown["checks"]] == [1, 1, 2, 1]
    assert shown["checks"][1] == {
        "at": "2026-11-21T02:30:00Z",
        "run": 7,
        "look": 1,
        "times": 1,
        "outcome": "not_found",
        "status": 404,
        "final_url": GONE,
        "elapsed": 0.414,
        "detail": "answered 404 Not Found",
        "warnings": [],
        "signals": [],
        "distrusted": False,
    }
    assert (shown["checks"][3]["status"], shown["checks"][3]["final_url"]) == (None, None)


def test_no_secret_of_a_link_is_told_and_names_of_files_stay() -> None:
    secret = "https://a.example/?token=T0PS3CRET"
    file = "notes/?token=draft.md"
    link = replace(DEAD, url=secret, verdict=Verdict(State.DEAD, f"{secret} is gone", moved_to=f"{secret}1"))
    repair = Repair(replace(occurrence(secret), file=file), f"{secret}2", f"{secret} is gone")
    story = Story(link, (), (change(link, State.ALIVE, f"{secret}3"),), (entry_of(repair, file),))
    text, shown = render_history(story, Format.TEXT), render_history(story, Format.JSON)
    assert "T0PS3CRET" not in text + shown
    (logged,) = json.loads(shown)["repairs"]
    assert (logged["file"], logged["written_to"]) == (file, file)


@pytest.mark.parametrize(
    ("ending", "event", "words"),
    [
        (Ending.RETURNED, "return", "lives again"),
        (Ending.UNDONE, "undo", "taken back on request"),
        (Ending.REVERTED, "revert", "the old URL stands there again"),
        (Ending.GONE, "gone", "removed or rewritten"),
    ],
)
def test_how_a_repair_ended_is_an_event_of_its_own(ending: Ending, event: str, words: str) -> None:
    file = "seeds/理论.md"
    ended = replace(entry_of(REPAIR, file), stood=NIGHT, ended=NIGHT + timedelta(days=9), ending=ending)
    link = replace(DEAD, dispute=Dispute(NIGHT + timedelta(days=9), file, REPAIR.replacement))
    text = render_history(Story(link, (), (), (ended,)), Format.TEXT)
    rows = [line.split(maxsplit=3) for line in text.splitlines() if line.startswith("2026-11-")]
    assert [row[:2] for row in rows] == [["2026-11-21", "02:39"], ["2026-11-30", "02:30"]]
    assert rows[1][2:] == [event, rows[1][3]]
    assert rows[1][3].startswith(file)
    assert words in " ".join(text.split())
    assert "disputed: the old URL stands again in seeds/理论.md since 2026-11-30" in " ".join(text.split())
    shown = json.loads(render_history(Story(link, (), (), (ended,)), Format.JSON))
    assert (shown["repairs"][0]["stood"], shown["repairs"][0]["ended"]) == (
        "2026-11-21T02:30:00Z",
        "2026-11-30T02:30:00Z",
    )
    assert (shown["repairs"][0]["ending"], shown["disputed"]["file"]) == (ending.value, file)
