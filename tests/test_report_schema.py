"""The JSON Schemas that come with the package: they are strict, and what the program writes is as they say."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dlt_crawler.model import (
    Change,
    Dispute,
    Ending,
    Ignore,
    IgnoreTrouble,
    LinkKind,
    LinkWarning,
    LintKind,
    LoggedRepair,
    Network,
    NoSpan,
    Outcome,
    Repair,
    RepairKind,
    Report,
    Rewrite,
    RunId,
    Signal,
    SignalKind,
    SkipReason,
    StaleIgnore,
    State,
    Story,
)
from dlt_crawler.report import Format, HistoryFormat, View, lint_json, occurrence_json, render, render_history
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.report_samples import (
    ALIVE,
    CHECKS,
    DEAD,
    GONE,
    LINTS,
    NIGHT,
    REPORT,
    RUN,
    change,
    occurrence,
    read_otherwise,
)

Schema = dict[str, Any]


def schema(name: str) -> Schema:
    found: Schema = json.loads((files("dlt_crawler.report") / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    return found


def judge(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)


REPORTS, HISTORIES, LINES = judge("report"), judge("history"), judge("extract")

IGNORE = Ignore("dlt-crawl.toml, ignore[2]", "gone.example", "back in spring", date(2027, 3, 1))
FULL = replace(
    REPORT,
    links=(
        replace(
            read_otherwise(DEAD, "https://other.example/", State.FAILING),
            ignored=IGNORE,
            written=NIGHT - timedelta(days=400),
            dispute=Dispute(NIGHT, "b.md", "https://a.example/1"),
            original=read_otherwise(DEAD, GONE, State.DEAD).alternatives[0],
            last=replace(CHECKS[1], seen=replace(CHECKS[1].seen, signals=(Signal(SignalKind.THIN, 0.5, "empty"),))),
        ),
        ALIVE,
    ),
    lints=LINTS,
    transitions=(change(ALIVE, State.DEAD, "https://new.example/"),),
    ignores=(StaleIgnore(IGNORE, IgnoreTrouble.EXPIRED, "It has expired."),),
    only="links changed since main",
)
"""With one of everything."""

LOGGED = LoggedRepair(
    NIGHT,
    RunId(7),
    "a.md",
    Repair(occurrence(), "https://archive.example/1", "gone"),
    Rewrite(b"a", b"b"),
    1,
    stood=NIGHT,
    ended=NIGHT,
    ending=Ending.REVERTED,
)
STORY = Story(FULL.links[0], CHECKS, FULL.transitions, (LOGGED, replace(LOGGED, stood=None, ended=None, ending=None)))


def instance(name: str) -> Any:
    match name:
        case "report":
            return json.loads(render(FULL, Format.JSON, View(all_links=True)))
        case "history":
            return json.loads(render_history(STORY, HistoryFormat.JSON))
        case "lint":
            return json.loads(lint_json(LINTS[1]))
        case _:
            return json.loads(occurrence_json(occurrence(), [LintKind.DUPLICATE_LINK]))


JUDGES = {"report": REPORTS, "history": HISTORIES, "lint": LINES, "occurrence": LINES}


@pytest.mark.parametrize("name", ["report", "history", "extract"])
def test_a_schema_is_one_and_says_of_everything_what_it_is(name: str) -> None:
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["$id"].endswith(f"/{name}.schema.json")
    for part in parts(found):
        assert part.get("description") or "$ref" in part or "const" in part or part == {"type": "null"}, part
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert set(part["required"]) == set(part["properties"])


def parts(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and all those in it that are properties, definitions or alternatives."""
    yield found
    for inner in (*found.get("$defs", {}).values(), *found.get("properties", {}).values(), *found.get("anyOf", ())):
        yield from parts(inner)


@pytest.mark.parametrize("name", JUDGES)
def test_what_is_written_is_valid(name: str) -> None:
    JUDGES[name].validate(instance(name))


@pytest.mark.parametrize("report", [Report(None, ()), REPORT, Report(replace(RUN, finished=None), ())], ids=repr)
def test_reports_with_little_in_them_are_valid(report: Report) -> None:
    for all_links in (True, False):
        REPORTS.validate(json.loads(render(report, Format.JSON, View(all_links=all_links))))


@pytest.mark.parametrize("reason", [*SkipReason, *NoSpan])
def test_each_reason_of_a_line_is_valid(reason: SkipReason | NoSpan) -> None:
    link = occurrence()
    odd = replace(link, target=reason) if isinstance(reason, SkipReason) else replace(link, no_span=reason, span=None)
    LINES.validate(json.loads(occurrence_json(odd)))


def objects(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path to each object in a value."""
    if isinstance(value, Mapping):
        yield path
        for key, item in value.items():
            yield from objects(item, (*path, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, item in enumerate(value):
            yield from objects(item, (*path, number))


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@pytest.mark.parametrize("name", JUDGES)
def test_no_key_may_be_missing_and_none_may_come(name: str) -> None:
    whole = instance(name)
    paths = list(objects(whole))
    assert len(paths) == {"report": 21, "history": 9, "lint": 1, "occurrence": 1}[name]
    for path in paths:
        for key in at(whole, path):
            without = copy.deepcopy(whole)
            del at(without, path)[key]
            assert not JUDGES[name].is_valid(without), (path, key)
        more = copy.deepcopy(whole)
        at(more, path)["else"] = 1
        assert not JUDGES[name].is_valid(more), path


@pytest.mark.parametrize(
    ("name", "path", "enum"),
    [
        ("report", "$defs.state", State),
        ("report", "$defs.outcome", Outcome),
        ("report", "$defs.warning", LinkWarning),
        ("report", "$defs.kind", LinkKind),
        ("report", "$defs.lint_kind", LintKind),
        ("report", "$defs.signal.properties.kind", SignalKind),
        ("report", "$defs.run.properties.network", Network),
        ("report", "$defs.stale_ignore.properties.trouble", IgnoreTrouble),
        ("history", "$defs.state", State),
        ("history", "$defs.outcome", Outcome),
        ("history", "$defs.warning", LinkWarning),
        ("history", "$defs.signal.properties.kind", SignalKind),
        ("history", "$defs.repair.properties.kind", RepairKind),
        ("history", "$defs.repair.properties.ending", Ending),
        ("extract", "$defs.kind", LinkKind),
        ("extract", "$defs.lint_kind", LintKind),
        ("extract", "$defs.link.properties.skip", SkipReason),
        ("extract", "$defs.link.properties.no_span", NoSpan),
    ],
)
def test_words_are_those_of_the_model(name: str, path: str, enum: type[StrEnum]) -> None:
    found = at(schema(name), tuple(path.split(".")))
    nothing = [None] if "null" in found["type"] else []
    assert found["enum"] == [*(member.value for member in enum), *nothing]


def test_counts_and_changes_have_the_model_s_words() -> None:
    properties = schema("report")["properties"]
    assert [*properties["summary"]["properties"]] == ["links", "occurrences", *State, "ignored"]
    assert [*properties["changes"]["properties"]] == [*Change]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("links", 0, "first_seen"), "2026-11-21 02:30"),
        (("links", 0, "status"), 1000),
        (("links", 0, "checks"), -1),
        (("links", 0, "occurrences"), []),
        (("links", 0, "occurrences", 0, "line"), 0),
        (("links", 0, "snapshot", "timestamp"), "2019"),
        (("links", 0, "ignored", "until"), "2027-3-1"),
        (("links", 0, "state"), "broken"),
        (("schema",), 2),
    ],
)
def test_wrong_values_are_not_valid(path: tuple[str | int, ...], wrong: object) -> None:
    report = instance("report")
    at(report, path[:-1])[path[-1]] = wrong
    assert not REPORTS.is_valid(report)


def test_what_the_program_writes_after_a_night_is_valid(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    dead, moved = internet.http_url("/status/404"), internet.http_url("/redirect-to/301?/ok")
    maintainer.write("a.md", f"[深度]({dead}) [moved]({moved}) <mailto:a@b.example> [empty]() {dead}")
    maintainer.archive(dead, "20200102030405")
    maintainer.run("run")

    REPORTS.validate(maintainer.report())
    REPORTS.validate(maintainer.reported())
    HISTORIES.validate(json.loads(maintainer.run("history", dead, "--format", "json")))
    lines = [
        *maintainer.run("extract", "--format", "jsonl").splitlines(),
        *maintainer.run("extract", "--lints", "--format", "jsonl").splitlines(),
    ]
    assert len(lines) > 5
    for line in lines:
        LINES.validate(json.loads(line))
