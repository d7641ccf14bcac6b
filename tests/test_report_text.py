"""What a person reads at a terminal, and that nothing in it acts on one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.cells import cell_len

from dlt_crawler.model import (
    Alternative,
    Dispute,
    Ending,
    LinkOccurrence,
    LinkWarning,
    Lint,
    LintKind,
    LoggedRepair,
    Network,
    NoSnapshot,
    NoSnapshotReason,
    Page,
    Redirect,
    Repair,
    Report,
    Resource,
    Rewrite,
    SkipReason,
    Snapshot,
    State,
    Story,
    Transition,
    Verdict,
)
from dlt_crawler.report import (
    Format,
    View,
    inert,
    lint_aside,
    lint_json,
    lint_text,
    occurrence_json,
    occurrence_text,
    render,
    render_history,
)
from tests.report_samples import ALIVE, DEAD, GONE, NIGHT, REPORT, RUN, UNCHECKED, check, occurrence

HEAD = """\
3 links, written 4 times; run 7, 2026-11-21 02:30 to 02:41 UTC.
Nothing changed since the run before.

1 link is broken.
1 can be repaired: `dlt-crawl repair --diff` shows the edit,
`dlt-crawl repair --in-place` makes it.

"""
BROKEN = """\
seeds/理论.md:17:23: dead
seeds/理论.md:90:23: dead
    https://gone.example/paper.pdf
    “深度学习 Theory”
    title: “On Depth”
    answered 404 in two looks
    failing since 2026-11-20, last seen working 2026-11-12
    snapshot of 2019-03-04 (played back):
    https://web.archive.org/web/20190304050607/https://gone.example/paper.pdf
"""
TEXT = f"""\
{HEAD}\
── seeds/理论.md: 1 broken link ────────────────────────────────────────────────

`dlt-crawl repair --in-place` mends this one:

{BROKEN}
── In all ──────────────────────────────────────────────────────────────────────

  dead       1  gone: proven
  warnings   1  of those alive: there is something to know  --list warnings
  unchecked  1  not checked yet                             --list unchecked
  alive      1  a person can open it                        --list alive

`dlt-crawl report` with such an option lists them; with --all every link; with
--explain it says why.
"""


def body(text: str) -> list[str]:
    """The lines of the report that tell of links, without their indents."""
    return [line.strip() for line in text.partition("\n── In all ")[0].splitlines()]


def test_text_shows_the_counts_and_for_each_broken_link_where_why_since_when_and_what_replaces_it() -> None:
    assert render(REPORT, Format.TEXT) == TEXT


@pytest.mark.parametrize(
    ("snapshot", "lines"),
    [
        (Snapshot(GONE, "20160102030405", "https://w.example/1", 200, "playback", evidence="a day before"),
         ["snapshot of 2016-01-02 (played back):", "https://w.example/1", "the snapshot: a day before"]),
        (Snapshot(GONE, "20160102030405", "https://s.example/1", 200, "visit", "software_heritage"),
         ["snapshot of 2016-01-02 in software heritage (seen by the archive):", "https://s.example/1"]),
        (Snapshot(GONE, "20261121023000", "https://x.example/1", 200, "live", "arxiv"),
         ["its page at arxiv, alive on 2026-11-21:", "https://x.example/1"]),
    ],
)  # fmt: skip
def test_text_says_what_replaces_a_link_where_it_is_from_and_why_it_is_this_one(
    snapshot: Snapshot, lines: list[str]
) -> None:
    text = render(Report(RUN, (replace(DEAD, snapshot=snapshot),)), Format.TEXT, View(explain=True))
    assert body(text)[-len(lines) :] == lines


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (State.ALIVE, "it is an archive's copy of a page that works:"),
        (State.DEAD, "it is an archive's copy of a page that is dead:"),
        (State.UNCHECKED, None),
    ],
)
def test_text_says_what_became_of_the_page_that_a_link_into_an_archive_shows(
    state: State, sentence: str | None
) -> None:
    link = replace(DEAD, snapshot=None, original=Alternative("https://a.example/\x1b[2J", Verdict(state, "seen")))
    lines = [line.strip() for line in render(Report(RUN, (link,)), Format.TEXT).splitlines()]
    if sentence is None:
        assert not any("archive's copy" in line for line in lines)
    else:
        assert lines[lines.index(sentence) + 1] == "https://a.example/\\x1b[2J"


def test_text_of_every_link_shows_where_a_living_link_moved_to() -> None:
    text = render(REPORT, Format.TEXT, View.of((), all_links=True))
    assert (
        text
        == f"""\
{HEAD}\
── seeds/b.md: 2 links, 0 broken ───────────────────────────────────────────────

seeds/b.md:3:23: alive
    https://alive.example/
    “alive”
    title: “New”
    its certificate could not be verified
    moved for good to:
    https://new.example/

seeds/b.md:4:23: unchecked
    https://later.example/
    “later”
    not checked yet

── seeds/理论.md: 1 broken link ────────────────────────────────────────────────

`dlt-crawl repair --in-place` mends this one:

{BROKEN}
── In all ──────────────────────────────────────────────────────────────────────

  dead       1  gone: proven
  warnings   1  of those alive: there is something to know
  unchecked  1  not checked yet
  alive      1  a person can open it
"""
    )


def test_text_says_which_address_answers_when_the_written_one_does_not() -> None:
    assert ALIVE.last is not None
    for warned in ((LinkWarning.ALTERNATIVE_ADDRESS,), (LinkWarning.ALTERNATIVE_ADDRESS, LinkWarning.TLS_UNVERIFIED)):
        seen = replace(ALIVE.last.seen, warnings=warned)
        text = render(
            Report(RUN, (replace(ALIVE, last=replace(ALIVE.last, seen=seen)),)), Format.TEXT, View(all_links=True)
        )

        assert "    does not answer as it is written; https://new.example/ does\n" in text
        assert "moved" not in text
        assert ("its certificate could not be verified" in text) is (len(warned) > 1)


def test_text_claims_nothing_of_the_links_when_our_own_network_was_down() -> None:
    assert "No broken links" not in render(Report(replace(RUN, network=Network.DOWN), (ALIVE,)), Format.TEXT)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (
            Report(None, ()),
            "No links are known yet. `dlt-crawl run` finds the links of your documents and\nchecks them.\n",
        ),
        (
            Report(None, (UNCHECKED,)),
            "1 link, written 1 time. None has been checked yet: `dlt-crawl run` does it.\n",
        ),
        (Report(RUN, (ALIVE,)), "\nNo broken links.\n"),
        (
            Report(replace(RUN, network=Network.DOWN), ()),
            "Our own network was down in that run.\nWhat failed in that run is not counted against any link.\n",
        ),
        (Report(replace(RUN, finished=None), (ALIVE,)), "run 7 began 2026-11-21 02:30 UTC and has not finished.\n"),
    ],
)
def test_text_says_in_a_sentence_when_there_is_nothing_to_list(report: Report, sentence: str) -> None:
    assert sentence in render(report, Format.TEXT)
    assert ("No broken links" in render(report, Format.TEXT)) == (bool(report.links) and report.run is not None)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (NoSnapshotReason.NEVER_ARCHIVED, "no snapshot: the archive never captured it"),
        (NoSnapshotReason.EXCLUDED, "no snapshot: the archive excludes this site"),
        (NoSnapshotReason.ONLY_BAD_CAPTURES, "no snapshot: the archive holds error pages only"),
        (None, "no snapshot: no archive has answered yet (dlt-crawl resolve asks them)"),
    ],
)
def test_text_says_why_there_is_no_snapshot(reason: NoSnapshotReason | None, sentence: str) -> None:
    link = replace(DEAD, snapshot=NoSnapshot(GONE, reason) if reason else None)
    assert f"    {sentence}\n" in render(Report(RUN, (link,)), Format.TEXT)


def test_text_counts_disputed_links_and_says_what_was_taken_back() -> None:
    link = replace(DEAD, dispute=Dispute(NIGHT, "seeds/b.md", "https://archive.example/1"))
    text = render(Report(RUN, (link, DEAD)), Format.TEXT)
    assert "\n1 link is disputed: the old URL stands there again." in text
    assert text.count("    https://archive.example/1\n") == 1
    assert "disputed: the old URL stands again in seeds/b.md since 2026-11-21" in text
    assert "disputed" not in render(Report(RUN, (DEAD,)), Format.TEXT)


def test_text_lists_a_link_under_each_document_that_holds_it_and_tells_all_of_it_once() -> None:
    link = replace(
        DEAD, occurrences=(occurrence(file="a.md"), occurrence(file="b.md"), occurrence(file="a.md", line=99))
    )
    lines = body(render(Report(RUN, (link,)), Format.TEXT))
    assert [line for line in lines if ".md" in line and not line.startswith("──")] == [
        "a.md:17:23: dead",
        "a.md:99:23: dead",
        "b.md:17:23",
        "b.md:17:23: dead",
        "all about it at a.md:17:23",
    ]
    assert lines.count("also written in:") == lines.count("answered 404 in two looks") == 1
    # What is to be written there is wanted in each.
    assert lines.count(DEAD.snapshot.url if isinstance(DEAD.snapshot, Snapshot) else "") == 2


class Counted(tuple[LinkOccurrence, ...]):
    """Occurrences that count how often they are looked through."""

    times = 0

    def __iter__(self) -> Iterator[LinkOccurrence]:
        type(self).times += 1
        return super().__iter__()


def test_text_of_many_documents_looks_through_each_link_once_or_twice() -> None:
    links = tuple(replace(DEAD, occurrences=Counted([occurrence(file=f"{number:02}.md")])) for number in range(100))
    text = render(Report(RUN, links), Format.TEXT)
    headings = [line.partition(":")[0] for line in text.splitlines() if line.startswith("── ") and ".md" in line]
    assert headings == [f"── {number:02}.md" for number in range(100)]
    assert Counted.times <= 300


@pytest.mark.parametrize("text", ["a" * 75 + ".", "深" * 38, "word " * 15 + ".", "x", ""])
def test_a_sentence_or_title_that_just_fits_stays_whole_on_its_line(text: str) -> None:
    link = replace(DEAD, page=Page(), verdict=Verdict(State.DEAD, text), occurrences=(occurrence(text=text[:-2]),))
    lines = render(Report(RUN, (link,)), Format.TEXT).splitlines()
    assert "    " + text in lines or not text
    assert f"    “{text[:-2]}”" in lines or not text[:-2]


@pytest.mark.parametrize("text", ["深" * 38 + ".", "word " * 15 + "12"])
def test_a_sentence_or_title_that_is_one_cell_too_long_is_wrapped_or_cut(text: str) -> None:
    link = replace(DEAD, page=Page(), verdict=Verdict(State.DEAD, text), occurrences=(occurrence(text=text[:-2]),))
    lines = render(Report(RUN, (link,)), Format.TEXT).splitlines()
    assert "    " + text not in lines
    assert max(map(cell_len, lines)) <= 80
    assert text in "".join(line.strip() + " " * line.isascii() for line in lines)


def test_text_wraps_chinese_at_80_cells_and_never_breaks_a_url() -> None:
    url = "https://long.example/" + "a" * 200
    reason = "深度学习理论" * 30
    link = replace(DEAD, url=url, verdict=Verdict(State.DEAD, reason), snapshot=None)
    lines = render(Report(RUN, (link,)), Format.TEXT).splitlines()
    assert "    " + url in lines
    assert max(cell_len(line) for line in lines if url not in line) == 80
    assert reason in "".join(line.strip() for line in lines)


HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202egnp\u202c\u200b\u2066\ufeff\x9b31m\x08\x7f\r\n[bold red]x[/] \U000e0041\udc80"


def test_nothing_from_a_page_or_a_document_acts_on_a_terminal() -> None:
    link = replace(
        DEAD,
        url=GONE + HOSTILE,
        page=Page(HOSTILE, HOSTILE),
        verdict=Verdict(State.DEAD, HOSTILE, NIGHT, NIGHT, NIGHT, 1),
        last=replace(
            check(),
            seen=replace(check().seen, detail=HOSTILE, final_url=HOSTILE, redirects=(Redirect(GONE, 301, "/"),)),
        ),
        snapshot=Snapshot(HOSTILE, HOSTILE, HOSTILE, 200, HOSTILE),
        occurrences=(
            replace(
                occurrence(text=HOSTILE, file="seeds/" + HOSTILE),
                raw=HOSTILE,
                headings=(HOSTILE,),
                alternative=Resource(HOSTILE),
            ),
        ),
        alternatives=(Alternative(HOSTILE, Verdict(State.FAILING, HOSTILE)),),
        dispute=Dispute(NIGHT, HOSTILE, HOSTILE),
    )
    lint = Lint(HOSTILE, 1, 1, None, LintKind.DANGLING_REFERENCE, HOSTILE)
    alive = replace(link, verdict=Verdict(State.ALIVE, HOSTILE))
    change = Transition(link.url, RUN.id, NIGHT, State.ALIVE, State.DEAD, HOSTILE, HOSTILE)
    report = Report(replace(RUN, trouble=HOSTILE), (link, alive), (lint,), (change,))
    assert link.last is not None
    story = Story(
        link,
        (link.last,),
        (change,),
        (
            LoggedRepair(
                NIGHT,
                RUN.id,
                HOSTILE,
                Repair(link.occurrences[0], *2 * [HOSTILE]),
                Rewrite(b"", b""),
                1,
                NIGHT,
                NIGHT,
                Ending.GONE,
            ),
        ),
    )
    shown = (
        render(report, Format.TEXT, View(all_links=True))
        + render(report, Format.JSON, View(all_links=True))
        + render_history(story, Format.TEXT)
        + render_history(story, Format.JSON)
        + occurrence_text(link.occurrences[0])
        + occurrence_json(link.occurrences[0])
        + lint_text(lint)
        + lint_json(lint)
        + lint_aside(lint)
    )
    acting = {c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert acting == {"\n"}
    assert "[bold red]x[/]" in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("深度学习 – café 🔥 é", "深度学习 – café 🔥 é"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\tb\nc", "a\\x09b\\x0ac"),
        ("\x85\x9b", "\\x85\\x9b"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("pay\u200bpal", "pay\\u200bpal"),
        ("\u2028", "\\u2028"),
        ("\udc80", "\\udc80"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_characters_that_act_are_shown_as_their_escapes(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_an_occurrence_as_text_stands_in_columns_also_after_a_chinese_file_name() -> None:
    lines = [
        occurrence_text(occurrence()),
        occurrence_text(occurrence(file="seeds/theory.md")),
        occurrence_text(replace(occurrence("", file="a.md"), target=SkipReason.EMPTY)),
        occurrence_text(replace(occurrence("http://[", file="a.md"), url=None, target=SkipReason.INVALID)),
        occurrence_text(replace(occurrence(file="a.md"), renders=False)),
        occurrence_text(
            replace(occurrence("", file="a.md"), target=SkipReason.EMPTY, renders=False),
            [LintKind.EMPTY_LINK, LintKind.DUPLICATE_LINK],
        ),
    ]
    assert lines == [
        "seeds/理论.md:17:23                       inline        https://gone.example/paper.pdf",
        "seeds/theory.md:17:23                     inline        https://gone.example/paper.pdf",
        "a.md:17:23                                inline          (not checked: empty)",
        "a.md:17:23                                inline        http://[  (not checked: invalid)",
        "a.md:17:23                                inline        https://gone.example/paper.pdf  (does not render)",
        (
            "a.md:17:23                                inline          (not checked: empty)  (does not render)"
            "  (lint: empty_link, duplicate_link)"
        ),
    ]
