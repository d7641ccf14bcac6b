"""What of a report a person may ask for, the evidence behind it, and what a terminal gets that a pipe does not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import PurePosixPath

import pytest
from rich.cells import cell_len

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import (
    Check,
    Explanation,
    Ignore,
    IgnoreTrouble,
    LinkStatus,
    LinkWarning,
    Outcome,
    Redirect,
    Report,
    RunId,
    Signal,
    SignalKind,
    StaleIgnore,
    State,
    Strength,
    Verdict,
)
from dlt_crawler.report import Format, Listed, Screen, View, render
from dlt_crawler.verdict import standings
from tests.report_samples import ALIVE, BLOCKED, CHECKS, DEAD, GONE, LINTS, NIGHT, RUN, UNCHECKED, check, occurrence

assert ALIVE.last is not None


def named(name: str, link: LinkStatus, state: State) -> LinkStatus:
    """The link under another name and in another state."""
    url = f"https://{name}.example/"
    return replace(
        link, url=url, verdict=replace(link.verdict, state=state), occurrences=(occurrence(url, "a.md", 1, name),)
    )


PLAIN = replace(ALIVE, last=replace(ALIVE.last, seen=replace(ALIVE.last.seen, warnings=(), redirects=())))
LINKS = (
    named("dead", DEAD, State.DEAD),
    named("invalid", DEAD, State.INVALID),
    *(named(state.value, DEAD, state) for state in (State.FAILING, State.BLOCKED, State.UNSAFE, State.SKIPPED)),
    named("unchecked", UNCHECKED, State.UNCHECKED),
    named("alive", PLAIN, State.ALIVE),
    named("warnings", ALIVE, State.ALIVE),
    replace(
        named("moved", PLAIN, State.ALIVE), verdict=Verdict(State.ALIVE, "ok", moved_to="https://elsewhere.example/")
    ),
    replace(named("ignored", DEAD, State.DEAD), ignored=Ignore("dlt-crawl.toml, ignore[1]", "x", "a\x1bjoke")),
)
ALL = Report(RUN, LINKS, LINTS)


def told(report: Report, view: View) -> str:
    """The names of the links that the text tells of."""
    return " ".join(re.findall(r"^    https://(\w+)\.example/$", render(report, Format.TEXT, view), re.MULTILINE))


@pytest.mark.parametrize(
    ("listed", "more"),
    [
        ((), ""),
        ((Listed.BROKEN,), ""),
        *((each,) * 2 for each in ("failing", "blocked", "unsafe", "skipped", "unchecked", "warnings", "moved")),
        ("ignored", "ignored"),
        ("alive", "alive warnings moved"),
        ("lints", ""),
        (("failing", "ignored"), "failing ignored"),
    ],
)
def test_each_word_lists_its_links_beside_the_broken_ones(listed: str | tuple[str, ...], more: str) -> None:
    words = [Listed(word) for word in ((listed,) if isinstance(listed, str) else listed)]
    shown = told(ALL, View.of(words)).split()
    # Where a link has moved to is no link of the report.
    found = [name for name in shown if name not in ("new", "elsewhere")]
    assert sorted(found) == sorted(["dead", "invalid", *more.split()])


def test_every_number_has_the_option_that_lists_its_links() -> None:
    text = render(ALL, Format.TEXT)
    rows = re.findall(r"^  (\w+) +(\d+)  \S.*?(?:  +--list (\w+))?$", text, re.MULTILINE)
    assert [row for row in rows if row[0] not in ("mojibake", "duplicate_link")] == [
        ("dead", "1", ""),
        ("invalid", "1", ""),
        *((word, "1", word) for word in ("failing", "blocked", "unsafe", "warnings", "moved", "ignored", "skipped")),
        ("unchecked", "1", "unchecked"),
        ("alive", "3", "alive"),
    ]
    for word, number, option in rows:
        if option:
            now = set(told(ALL, View.of([Listed(option)])).split()) - {"new", "elsewhere"}
            assert len(now) == 2 + int(number), word
    assert "--list" not in render(ALL, Format.TEXT, View.of((), all_links=True))
    assert max(map(cell_len, text.splitlines())) <= 80


def test_an_ignored_link_is_broken_nowhere_and_says_by_whom_where_it_is_listed() -> None:
    only = Report(RUN, LINKS[-1:])
    assert "No broken links.\n" in render(only, Format.TEXT)
    text = render(only, Format.TEXT, View.of([Listed.IGNORED]))
    assert "    ignored by dlt-crawl.toml, ignore[1]: a\\x1bjoke\n" in text
    commented = replace(named("off", DEAD, State.SKIPPED), ignored=Ignore("a.md:3:1", "disable", "moving"))
    for word in (Listed.IGNORED, Listed.SKIPPED):
        text = render(Report(RUN, (commented,)), Format.TEXT, View.of([word]))
        assert "    ignored by a.md:3:1: moving\n" in text
    totals = render(Report(RUN, (commented,)), Format.TEXT)
    assert re.findall(r"^  (\w+) +(\d+)", totals, re.MULTILINE) == [("ignored", "1")]
    until = replace(LINKS[-1], ignored=Ignore("a.md:3:1", "x", "", date(2026, 12, 31)))
    text = render(Report(RUN, (until,)), Format.TEXT, View.of((), all_links=True))
    assert "    ignored until 2026-12-31 by a.md:3:1: no reason given\n" in text


def test_ignores_that_should_be_looked_at_are_listed() -> None:
    stale = StaleIgnore(Ignore("b.toml, ignore[2]", "x"), IgnoreTrouble.EXPIRED, "it held until 2026-01-01: remove it")
    text = render(replace(ALL, ignores=(stale,)), Format.TEXT)
    assert "── Ignores to look at: 1 " in text
    assert "\n  b.toml, ignore[2]\n    it held until 2026-01-01: remove it\n" in text


def test_a_report_that_was_narrowed_down_says_to_what() -> None:
    text = render(replace(ALL, only="Only links that were added or changed since main."), Format.TEXT)
    assert text.splitlines()[1] == "Only links that were added or changed since main."
    none = render(Report(RUN, (), only="Only links that were added or changed since main."), Format.TEXT)
    assert none == "No links. Only links that were added or changed since main.\n"


def many(number: int) -> Report:
    links = (
        replace(DEAD, url=f"https://a.example/{line}", occurrences=(occurrence(line=line),))
        for line in range(1, number + 1)
    )
    return Report(RUN, tuple(links))


@pytest.mark.parametrize(("number", "said"), [(100, ""), (101, "1 more broken link "), (5_100, "5,000 more broken ")])
def test_of_very_many_broken_links_in_a_document_the_first_are_told_and_how_to_see_the_rest(
    number: int, said: str
) -> None:
    report = many(number)
    text = render(report, Format.TEXT)
    assert text.count("    https://a.example/") == 100
    assert f"── seeds/理论.md: {number:,} broken links ─" in text
    assert (f"and {said}" in text) == ("--list broken" in text) == bool(said)
    everything = render(report, Format.TEXT, View.of([Listed.BROKEN]))
    assert everything.count("    https://a.example/") == number
    assert "--list broken" not in everything


def test_a_link_written_very_often_has_its_first_places_told_and_how_many_more() -> None:
    link = replace(DEAD, occurrences=tuple(occurrence(line=line) for line in range(1, 51)))
    text = render(Report(RUN, (link,)), Format.TEXT)
    assert text.count(": dead\n") == 20
    assert "\n    and 30 more places in this document\n" in text
    assert render(Report(RUN, (link,)), Format.TEXT, View.of([Listed.BROKEN])).count(": dead\n") == 50


def test_links_of_a_document_stand_in_its_order() -> None:
    first = replace(BLOCKED, occurrences=(occurrence(file="a.md", line=1), occurrence(file="b.md", line=9)))
    second = replace(DEAD, occurrences=(occurrence(file="b.md", line=2),))
    text = render(Report(RUN, (first, second)), Format.TEXT, View.of([Listed.BLOCKED]))
    places = [line for line in text.splitlines() if re.match(r"\w\.md:\d+:\d+: ", line)]
    assert places == ["a.md:1:23: blocked", "b.md:9:23: blocked", "b.md:2:23: dead"]


def test_documents_stand_in_the_order_of_their_names_whatever_the_first_link_in_them() -> None:
    everywhere = replace(DEAD, occurrences=tuple(occurrence(file=file) for file in ("a.md", "z.md")))
    report = Report(RUN, (everywhere, replace(DEAD, url="https://m.example/", occurrences=(occurrence(file="m.md"),))))
    assert re.findall(r"^── (\w)\.md", render(report, Format.TEXT), re.MULTILINE) == ["a", "m", "z"]
    assert re.findall(r"^#### `(\w)\.md", render(report, Format.MARKDOWN), re.MULTILINE) == ["a", "m", "z"]


def test_what_needs_a_person_comes_before_what_is_repaired_by_a_command() -> None:
    def at(line: int, *, by_hand: bool, span: bool = True) -> LinkStatus:
        written = occurrence(file="a.md", line=line)
        written = written if span else replace(written, span=None)
        snapshot = None if by_hand else DEAD.snapshot
        return replace(DEAD, url=f"https://a.example/{line}", snapshot=snapshot, occurrences=(written,))

    links = (at(1, by_hand=False), at(2, by_hand=True), at(3, by_hand=False), at(4, by_hand=False, span=False))
    text = render(Report(RUN, links), Format.TEXT)
    told = re.findall(r"^a\.md:(\d)|^(`dlt-crawl repair --in-place` mends these 2):$", text, re.MULTILINE)
    assert ["".join(each) for each in told] == ["2", "4", "`dlt-crawl repair --in-place` mends these 2", "1", "3"]
    assert "mends" not in render(Report(RUN, (links[1], links[3])), Format.TEXT)


def test_work_is_told_apart_by_who_can_do_it() -> None:
    by_hand = replace(DEAD, occurrences=(replace(occurrence(), span=None),))
    text = render(Report(RUN, (DEAD, by_hand, replace(DEAD, snapshot=None))), Format.TEXT)
    assert "3 links are broken.\n1 can be repaired: " in text
    assert "2 need a person: " in text
    assert text.count("`dlt-crawl repair` cannot edit it here: that is for you to do") == 1


# ── The evidence ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_text_explains_a_verdict_by_its_rule_its_checks_its_signals_and_its_redirects() -> None:
    seen = replace(
        check(Outcome.SOFT_404, 200).seen,
        detail="answered 200 OK: its title says “Not found”",
        redirects=(Redirect(GONE, 301, "https://gone.example/404"),),
        signals=(Signal(SignalKind.ERROR_WORDS, 1.5, "Not \x1bfound"), Signal(SignalKind.THIN, 0.5, "14 characters")),
    )
    last = Check(RUN.id, 1, seen, times=3)
    link = replace(DEAD, last=last, verdict=replace(DEAD.verdict, reason=f"{seen.detail}; seen 4 times", checks=9))
    found = standings((CHECKS[1], last), VerdictSettings(), NIGHT + timedelta(days=1))
    report = Report(RUN, (link,), explanations={GONE: Explanation((CHECKS[1], last), found)})
    text = render(report, Format.TEXT, View.of((), explain=True)).partition("\n── In all")[0]
    assert (
        text.partition("/20190304050607/https://gone.example/paper.pdf\n")[2]
        == """\
    the last checks (UTC):
      2026-11-21 02:30, run 7: not found 404, gone.example, 0.4 s
        answered 404 Not Found
      2026-11-21 02:30, run 7: error page 200, gone.example, 0.4 s (the last of
      3 that saw the same)
      and 5 before; all of them by:
      dlt-crawl history https://gone.example/paper.pdf
    what speaks against the page:
      title or heading of an error page (a strong sign): Not \\x1bfound
      hardly any text (a weak sign): 14 characters
    the redirects:
      301 https://gone.example/404
"""
    )
    assert "the last checks" not in render(report, Format.TEXT)


def looks(*seen: tuple[float, Outcome]) -> tuple[Check, ...]:
    """Checks so many days after a night."""
    return tuple(
        replace(check(outcome, None), run=RunId(n), seen=replace(check(outcome, None).seen, at=NIGHT + timedelta(days)))
        for n, (days, outcome) in enumerate(seen, 1)
    )


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        (looks((0, Outcome.OK)), "one look that shows the page is proof that it lives"),
        (looks((0, Outcome.NOT_FOUND)), "404 and 410 are proof after 2 looks; 1 counted"),
        (looks((0, Outcome.NOT_FOUND), (1, Outcome.NOT_FOUND)), "404 and 410 are proof after 2 looks; 2 counted"),
        (looks((0, Outcome.PARKED)), "are proof after 2 looks over 1 day; 1 counted, over 0 days"),
        (
            looks((0, Outcome.TIMEOUT), (2, Outcome.TIMEOUT), (6.99, Outcome.TIMEOUT)),
            "on different days over 7 days; 3 counted, over 6.9 days",
        ),
        (
            looks((0, Outcome.NOT_FOUND), (2, Outcome.TIMEOUT)),
            "the rules: 404 and 410 are proof after 2 looks; 1 counted time-outs, refused",
        ),
        (looks((0, Outcome.CLIENT_ERROR)), "what was seen is no proof of death, however often it is seen"),
        (looks((0, Outcome.BLOCKED)), "what keeps robots out is no proof of anything"),
    ],
)
def test_text_says_by_which_rule_a_link_is_judged_and_how_much_of_it_is_met(
    checks: tuple[Check, ...], said: str
) -> None:
    now = NIGHT + timedelta(days=8)
    states = {Outcome.OK: State.ALIVE, Outcome.BLOCKED: State.BLOCKED}
    found = standings(checks, VerdictSettings(), now)
    dead = any(each.is_met for each in found)
    state = State.DEAD if dead else states.get(checks[-1].seen.outcome, State.FAILING)
    link = replace(DEAD, verdict=Verdict(state, "so", checks=len(checks)), last=checks[-1])
    report = Report(RUN, (link,), explanations={GONE: Explanation(checks, found)})
    text = render(report, Format.TEXT, View.of((), all_links=True, explain=True))
    assert said in " ".join(text.split())


def test_rules_that_nothing_more_counts_for_are_not_told() -> None:
    now = NIGHT + timedelta(days=8)
    only_gone = standings(looks((0, Outcome.NOT_FOUND)), VerdictSettings(), now)
    assert [(each.strength, each.looks, each.is_met) for each in only_gone] == [(Strength.GONE, 1, False)]
    revived = looks((0, Outcome.NOT_FOUND), (1, Outcome.OK), (2, Outcome.TIMEOUT))
    assert [each.strength for each in standings(revived, VerdictSettings(), now)] == [Strength.TROUBLE]
    assert standings(revived[:2], VerdictSettings(), now) == standings((), VerdictSettings(), now) == ()
    assert standings(revived, VerdictSettings(), NIGHT.astimezone(UTC), distrusted=frozenset({RunId(1)})) == ()


# ── Terminals ───────────────────────────────────────────────────────────────────────────────────────────────────────

TERMINAL = Screen(80, colour=True, directory=PurePosixPath("/home/我/a b"))
ESCAPES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\")


@pytest.mark.parametrize("listed", [[], list(Listed)])
def test_a_terminal_gets_the_same_text_with_states_and_headings_in_colour_and_places_as_links(
    listed: list[Listed],
) -> None:
    report = replace(ALL, links=(*LINKS, DEAD))
    plain, shown = (
        render(report, Format.TEXT, View.of(listed, explain=True, screen=screen)) for screen in (Screen(), TERMINAL)
    )
    assert "\x1b" not in plain
    assert ESCAPES.sub("", shown) == plain
    assert (
        "\x1b]8;;file:///home/%E6%88%91/a%20b/seeds/%E7%90%86%E8%AE%BA.md#17\x1b\\seeds/理论.md:17:23\x1b]8;;\x1b\\: "
        "\x1b[1;31mdead\x1b[0m\n" in shown
    )
    assert "\x1b[1m── In all ─" in shown


def test_without_a_directory_nothing_is_a_hyperlink_and_a_wide_terminal_has_longer_lines() -> None:
    link = replace(DEAD, verdict=Verdict(State.DEAD, "深度 " + "word " * 40))
    text = render(Report(RUN, (link,)), Format.TEXT, View.of((), screen=Screen(100, colour=True)))
    assert "\x1b]8" not in text
    assert max(cell_len(line) for line in ESCAPES.sub("", text).splitlines()) == 100


@pytest.mark.parametrize("file", ["\x1b]8;;http://evil.example\x1b\\x.md", "a\x07b\n.md", "\ud800.md", "\udc80#?;.md"])
def test_no_name_of_a_document_ends_its_hyperlink_or_acts_otherwise(file: str) -> None:
    link = replace(DEAD, occurrences=(occurrence(file=file),))
    report = Report(RUN, (link,), transitions=())
    text = ESCAPES.sub("", render(report, Format.TEXT, View.of((), explain=True, screen=TERMINAL)))
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    targets = re.findall(r"\x1b\]8;;([^\x1b]+)\x1b", render(report, Format.TEXT, View.of((), screen=TERMINAL)))
    assert all(re.fullmatch(r"file:///[\w%./-]+#17", target, re.ASCII) for target in targets)


@pytest.mark.parametrize("text", ["报告说：“链接已经失效。”" * 9, "（见 https://a.example/" + "x" * 90 + "）。" * 40])
def test_chinese_is_broken_as_it_is_printed_and_a_url_in_it_never(text: str) -> None:
    link = replace(DEAD, verdict=Verdict(State.DEAD, text))
    lines = [line[4:] for line in render(Report(RUN, (link,)), Format.TEXT).splitlines() if line.startswith("    ")]
    start = next(number for number, line in enumerate(lines) if line[0] == text[0] and "深" not in line)
    found = [line for line in lines[start:] if not line.startswith(("snapshot", "https://web", "never"))]
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "。，：”）" for line in found)
    assert not any(line[-1] in "“（" for line in found)


def test_a_warning_counts_for_living_links_only() -> None:
    assert DEAD.last is not None
    warned = replace(DEAD.last, seen=replace(DEAD.last.seen, warnings=(LinkWarning.TLS_UNVERIFIED,)))
    text = render(Report(RUN, (replace(DEAD, last=warned),)), Format.TEXT)
    assert "warnings" not in text
    assert "certificate" not in text
