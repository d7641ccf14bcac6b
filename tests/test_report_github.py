"""Workflow commands, read as GitHub's runner reads them: nothing that others say becomes a command."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from dlt_crawler.model import (
    Dispute,
    Ignore,
    IgnoreTrouble,
    LinkStatus,
    LintKind,
    Network,
    Page,
    Report,
    StaleIgnore,
    State,
    Verdict,
)
from dlt_crawler.report import Format, View, render
from tests.report_samples import ALIVE, BLOCKED, DEAD, GONE, LINTS, NIGHT, REPORT, RUN, occurrence

ALL = View(all_links=True)
BROKEN = View()

REGISTERED = {
    "error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "add-matcher", "remove-matcher", "echo",
    "set-env", "set-output", "save-state", "add-path", "stop-commands", "internal-set-repo-path",
}  # fmt: skip


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def read(line: str) -> Command | None:
    """Read a line of a step's output as actions/runner does (`ActionCommand.TryParseV2`, then `TryParse`)."""
    if (shown := line.lstrip()).startswith("::") and (end := shown.find("::", 2)) > 0:
        name, _, written = shown[2:end].partition(" ")
        if name in REGISTERED:
            pairs = (pair.split("=", 1) for pair in written.strip().split(",") if "=" in pair)
            return Command(
                name, {key: unescaped(value) for key, value in pairs}, unescaped(shown[end + 2 :], data=True)
            )
    if found := re.search(r"##\[([^\] ]*)[^\]]*\]", line):
        return Command(found[1], {}, "") if found[1] in REGISTERED else None
    return None


def unescaped(value: str, *, data: bool = False) -> str:
    tokens = {"%0D": "\r", "%0A": "\n", **({} if data else {"%3A": ":", "%2C": ","}), "%25": "%"}
    for written, meant in tokens.items():
        value = value.replace(written, meant)
    return value


def commands_of(report: Report, view: View = BROKEN) -> list[Command]:
    text = render(report, Format.GITHUB, view)
    assert text.endswith("\n")
    # .NET ends a line at these (StreamReader.ReadLine).
    commands = [read(line) for line in re.split(r"\r\n|\r|\n", text[:-1])]
    assert all(command is not None and command.name in {"error", "warning", "notice"} for command in commands)
    return [command for command in commands if command is not None]


def test_a_summary_comes_first_and_each_place_is_an_error() -> None:
    summary, first, second = commands_of(REPORT)
    assert summary == Command("notice", {"title": "dlt-crawl"}, "3 links\nBroken links in 2 places")
    assert first == Command(
        "error",
        {"file": "seeds/理论.md", "line": "17", "col": "23", "endColumn": "53", "title": "Dead link"},
        f"{GONE}\nanswered 404 in two looks\nfailing since 2026-11-20, last seen working 2026-11-12\n"
        f"snapshot of 2019-03-04 (played back): https://web.archive.org/web/20190304050607/{GONE}",
    )
    assert second.properties["line"] == "90"


def test_without_broken_links_that_is_said() -> None:
    (summary,) = commands_of(Report(RUN, (ALIVE,)))
    assert summary.data == "1 link\nNo broken links."


def test_what_is_good_to_know_comes_last_and_is_no_error() -> None:
    failing = replace(DEAD, verdict=Verdict(State.FAILING, "timed out"))
    names = [command.name for command in commands_of(Report(RUN, (BLOCKED, failing, DEAD), LINTS), ALL)]
    assert names == ["notice", *["error"] * 2, *["warning"] * 2, *["notice"] * 4]


def test_an_ignored_link_is_no_error() -> None:
    link = replace(DEAD, ignored=Ignore("dlt-crawl.toml", "gone", "back in spring"))
    assert len(commands_of(Report(RUN, (link,)))) == 1
    _, first, _ = commands_of(Report(RUN, (link,)), View(ignored=True))
    assert (first.name, first.data.splitlines()[-1]) == ("notice", "ignored: back in spring")


def test_moves_warnings_and_disputes_say_what_they_are() -> None:
    link = replace(
        ALIVE,
        verdict=replace(ALIVE.verdict, moved_to="https://n.example/"),
        dispute=Dispute(NIGHT, "b.md", "https://a.example/1"),
    )
    _, *told = commands_of(Report(RUN, (link,)), ALL)
    assert [(command.properties["title"], command.data.splitlines()[1]) for command in told] == [
        ("Certificate not verified", "its certificate could not be verified"),
        ("Moved link", "moved for good to: https://n.example/"),
        ("Disputed repair", "the old URL stands again; not repaired so again: https://a.example/1"),
    ]


def test_a_url_over_several_lines_has_no_columns() -> None:
    place = replace(occurrence(), raw="https://gone.example/\na")
    _, told = commands_of(Report(RUN, (replace(DEAD, occurrences=(place,)),)))
    assert {key: told.properties.get(key) for key in ("line", "endLine", "col")} == {
        "line": "17",
        "endLine": "18",
        "col": None,
    }


def test_stale_ignores_are_warnings_at_their_place() -> None:
    stale = [
        StaleIgnore(Ignore(where, "x"), IgnoreTrouble.NEEDLESS, "No such link is written.")
        for where in ("list.md:12:1", "dlt-crawl.toml, ignore[2]")
    ]
    _, first, second = commands_of(Report(RUN, (), ignores=tuple(stale)))
    assert first == Command(
        "warning",
        {"file": "list.md", "line": "12", "col": "1", "title": "Stale ignore"},
        "No such link is written.",
    )
    assert (second.name, second.data) == ("warning", "dlt-crawl.toml, ignore[2]: No such link is written.")


def test_the_summary_says_what_github_does_not_show_and_what_the_run_is_worth() -> None:
    report = Report(replace(RUN, network=Network.DOWN), (DEAD,) * 6, only="Only links changed since main.")
    assert commands_of(report)[0].data.splitlines() == [
        "6 links",
        "Broken links in 12 places",
        "Our own network was down in that run",
        "Only links changed since main.",
        "GitHub shows the first ten annotations of a kind; the log of this step has all of them.",
    ]


EVIL = "x\n::set-env name=A::b\r::stop-commands::c%0A::add-path::d ##[set-output name=e]f,title=g:\x1b[31m"


@pytest.mark.parametrize(
    "link",
    [
        replace(DEAD, url=f"https://gone.example/{EVIL}"),
        replace(DEAD, verdict=Verdict(State.DEAD, EVIL)),
        replace(DEAD, note=EVIL, page=Page(EVIL)),
        replace(DEAD, occurrences=(occurrence(file=f"{EVIL}.md", text=EVIL),)),
        replace(DEAD, ignored=Ignore(EVIL, EVIL, EVIL)),
    ],
)
def test_nothing_that_others_say_is_a_command(link: LinkStatus) -> None:
    report = Report(RUN, (link,), (replace(LINTS[0], message=EVIL, file=EVIL),), only=EVIL)
    stale = StaleIgnore(Ignore(EVIL, EVIL), IgnoreTrouble.EXPIRED, EVIL)
    commands = commands_of(replace(report, ignores=(stale,)), ALL)
    for command in commands:
        assert set(command.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert "\x1b" not in "".join([command.data, *command.properties.values()])
    assert len(commands) == 2 + len(link.occurrences) + 1


def test_names_of_files_and_percent_signs_arrive_as_they_are() -> None:
    file = "a,b: 100%0A.md"
    link = replace(DEAD, verdict=Verdict(State.DEAD, "100%25, a: b"), occurrences=(occurrence(file=file),))
    _, told = commands_of(Report(RUN, (link,)))
    assert told.properties["file"] == file
    assert told.data.splitlines()[1] == "100%25, a: b"


def test_secrets_are_masked() -> None:
    link = replace(DEAD, url="https://gone.example/?token=T0PS3CRET")
    assert "T0PS3CRET" not in render(Report(RUN, (link,)), Format.GITHUB)


@pytest.mark.parametrize("kind", LintKind)
def test_each_kind_of_lint_has_words(kind: LintKind) -> None:
    _, told = commands_of(Report(RUN, (), (replace(LINTS[0], kind=kind),)), View(lints=True))
    assert told.properties["title"]
