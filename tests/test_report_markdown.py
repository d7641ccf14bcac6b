"""The description of a pull request, as GitHub's own parser reads it: nothing that others wrote acts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import unquote

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from dlt_crawler.model import (
    Dispute,
    LinkOccurrence,
    LoggedRepair,
    NoSnapshot,
    NoSnapshotReason,
    Page,
    Repair,
    RepairKind,
    Report,
    Rewrite,
    State,
    Verdict,
)
from dlt_crawler.report import Format, commit_message, render
from tests.report_samples import DEAD, NIGHT, REPORT, RUN, occurrence

OLD = "https://gone.example/paper.pdf"
NEW = f"https://web.archive.org/web/20140506070809/{OLD}"

HOSTILE = [
    "@torvalds and @org/team",
    "closes #1, fixes GH-2, resolves owner/repo#3, ABC-4, !5, &6, %7, ~bug, $8, 4f2a91c0d3e5b6a7988f",
    "<img src=x onerror=alert(1)> <b>bold</b> <!-- x --> &lt;script&gt; &#64;you",
    "![x](https://evil.example/x.png) [y](https://evil.example/y) [z][1] ![z] [ ] [x]",
    "| a | b |\n|---|---|\n\\| \\\\| `|` ``|``",
    "`code` `` ``` unclosed ` \\` **bold** *it* _it_ __b__ ~~s~~ ~s~",
    "www.evil.example http:evil ftp://evil.example/ mailto:a@evil.example a@evil.example xmpp:a@b.example",
    "<https://evil.example/> javascript:alert(1) data:text/html,x",
    ":tada: $x^2$ $$y$$ [^1] # heading ``` ~~~ --- === > quote - item 1. one",
    "a\x00b\x1b[31m\u202e\u200b\u2028\r\n\n# x\n\n- y",
    "defaced (deadbeef). 20140506070809",
    "`" * 50,
    "",
    " ",
]


class Reading(HTMLParser):
    """What an HTML page shows and does: its tags, where they lead, and the text that is not code."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.prose = ""
        self.cells: list[int] = []
        self._in_code = False
        options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
        self.feed(cmarkgfm.markdown_to_html_with_extensions(
            markdown, options, ["table", "autolink", "strikethrough", "tasklist"]))  # fmt: skip

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]
        self._in_code = tag in ("code", "a")
        if tag == "tr":
            self.cells.append(0)
        if tag in ("td", "th"):
            self.cells[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False

    def handle_data(self, data: str) -> None:
        self.prose += "" if self._in_code else data


OURS = {"p", "h3", "table", "thead", "tbody", "tr", "th", "td", "code", "a"}


def logged(
    link: LinkOccurrence,
    new: str = NEW,
    evidence: str = "gone: 404 twice",
    written_to: str = "storage/repaired/list.md",
    kind: RepairKind = RepairKind.SNAPSHOT,
) -> LoggedRepair:
    return LoggedRepair(NIGHT, RUN.id, written_to, Repair(link, new, evidence, kind), Rewrite(b"old", b"new"), 1)


def rows(markdown: str) -> Iterator[list[str]]:
    for line in markdown.splitlines():
        if line.startswith("| `"):
            yield line.strip("| \n").split(" | ")


def shown(report: Report) -> str:
    return render(report, Format.MARKDOWN)


def test_what_was_repaired_and_why() -> None:
    link = occurrence(OLD, "lists/理论.md", 12)
    report = replace(REPORT, repairs=(logged(link), logged(replace(link, line=90), written_to="lists/理论.md")))
    assert shown(report) == (
        "2 links repaired in 1 document. Run 7 of 2026-11-21: 3 links, 1 of them dead. Found by dlt-crawl.\n"
        "\n"
        "### Repaired\n"
        "\n"
        "| where | old | new | why |\n"
        "|---|---|---|---|\n"
        f"| `lists/理论.md:12` | <{OLD}> | <{NEW}> | gone: 404 twice |\n"
        f"| `lists/理论.md:90` | <{OLD}> | <{NEW}> | gone: 404 twice |\n"
    )


def test_each_repair_is_told_once_and_of_a_commit_its_own() -> None:
    first, second = occurrence(OLD, "lists/a.md", 1), occurrence(OLD, "lists/a.md", 2)
    copies = (logged(first, written_to="storage/repaired/lists/a.md"), logged(second, written_to="out/lists/a.md"))
    assert len(list(rows(shown(replace(REPORT, repairs=(*copies, *copies)))))) == 2
    committed = logged(replace(first, line=7), written_to="dlt-crawl/repair-7:docs/lists/a.md")
    older = logged(replace(first, line=8), written_to="earlier:docs/lists/a.md")
    told = shown(replace(REPORT, repairs=(*copies, older, committed, *copies)))
    assert [row[0] for row in rows(told)] == ["`docs/lists/a.md:7`"]


@pytest.mark.parametrize("written_to", ["repaired/a:b.md", "a:b.md"])
def test_a_colon_in_a_path_makes_no_branch(written_to: str) -> None:
    odd, plain = logged(occurrence(OLD, "a:b.md"), written_to=written_to), logged(occurrence(OLD, "c.md"))
    assert len(list(rows(shown(replace(REPORT, repairs=(odd, plain)))))) == 2


def test_of_two_branches_of_one_name_the_newer_is_described() -> None:
    first = replace(logged(occurrence(OLD, "a.md"), written_to="fix:a.md"), at=NIGHT - timedelta(hours=1))
    second = logged(occurrence(OLD, "b.md"), written_to="fix:b.md")
    assert [row[0] for row in rows(shown(replace(REPORT, repairs=(first, second))))] == ["`b.md:17`"]


def test_where_nothing_was_written_it_says_what_could_be() -> None:
    told = shown(REPORT)
    assert "### Could be repaired" in told
    assert [row[0] for row in rows(told)] == ["`seeds/理论.md:17`", "`seeds/理论.md:90`"]
    assert f"<https://web.archive.org/web/20190304050607/{OLD}>" in told


def test_beside_what_was_repaired_it_says_what_was_not() -> None:
    told = shown(replace(REPORT, repairs=(logged(occurrence("https://other.example/")),)))
    assert told.index("### Repaired") < told.index("### Could be repaired")
    assert len(list(rows(told))) == 3


def test_what_stays_is_for_people_to_mend() -> None:
    lost = replace(DEAD, snapshot=NoSnapshot(DEAD.url, NoSnapshotReason.NEVER_ARCHIVED))
    taken_back = replace(DEAD, dispute=Dispute(NIGHT, "seeds/理论.md", NEW))
    told = shown(Report(RUN, (lost, replace(lost, snapshot=None), taken_back)))
    assert "Could be repaired" not in told
    assert [row[2] for row in rows(told)] == [
        "answered 404 in two looks; no snapshot: the archive never captured it",
        "answered 404 in two looks; no snapshot: the archive has not been asked, or did not answer",
        f"<{NEW}>, 2026-11-21",
    ]
    assert f"<{OLD}> On Depth" in told
    often = replace(lost, occurrences=tuple(occurrence(line=line) for line in range(1, 6)))
    assert "`seeds/理论.md:1`, `seeds/理论.md:2`, `seeds/理论.md:3` and 2 more |" in shown(Report(RUN, (often,)))


def test_with_nothing_to_tell_it_is_one_line() -> None:
    assert shown(Report(None, ())) == "0 links, 0 of them dead. Found by dlt-crawl.\n"


@pytest.mark.parametrize("evil", HOSTILE)
def test_what_others_say_does_not_act(evil: str) -> None:
    link = replace(occurrence(OLD, f"lists/{evil}.md"), text=evil)
    lost = replace(
        DEAD,
        page=Page(title=evil),
        verdict=Verdict(State.DEAD, evil),
        snapshot=None,
        occurrences=(link,) * 5,
    )
    report = Report(
        RUN,
        (lost, replace(lost, page=Page()), replace(lost, dispute=Dispute(NIGHT, evil, NEW))),
        repairs=(logged(link, evidence=evil), logged(link, evidence=f"moved to {OLD} ({evil})")),
    )
    seen = Reading(shown(report))
    assert seen.tags <= OURS
    assert set(seen.targets) == {OLD, NEW}
    assert not re.search(r"[@#!&%~$<>\[\]^*_`|]|:\w|\bGH-|\b[A-Z]+-\d|[0-9a-f]{7}|www\.|://", seen.prose), seen.prose
    assert set(seen.cells) <= {3, 4}


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/x|y",
        "https://a.example/`x`",
        "https://a.example/x>y<b>z",
        "https://a.example/&copy;&lt;b&gt;",
        "https://a.example/x y",
        "javascript:alert(1)",
        "https://user:password@a.example/",
        "https://a.example/?token=" + "ghp_" + "a" * 36,
        "https://github.com/o/r/issues/1",
        "https://web.archive.org/web/2014/https://github.com/o/r/pull/12#x",
        "https://gitlab.example/o/r/-/merge_requests/3",
        "https://a.example/\u202egpj.exe",
        "https://a.example/\n\n# x",
        "",
    ],
)
def test_urls_that_are_shown_and_not_linked(url: str) -> None:
    seen = Reading(shown(Report(RUN, (), repairs=(logged(occurrence(url), new=url, evidence=f"leads to {url}"),))))
    assert seen.tags <= OURS
    assert seen.targets == []
    assert "password" not in str(vars(seen))
    assert "ghp_" not in str(vars(seen))
    assert set(seen.cells) == {4}


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/x_(y)_*z*?a=b&c=d#e",
        "https://medium.com/@user/post",
        "https://a.example/[x]$y$~z~:tada:",
        "https://a.example/深度学习",
        "http://[::1]/%7C",
        "https://github.com/o/r",
    ],
)
def test_urls_that_are_linked_lead_where_they_say(url: str) -> None:
    seen = Reading(shown(Report(RUN, (), repairs=(logged(occurrence(url), new=url, evidence=f"leads to {url}."),))))
    assert [unquote(target) for target in seen.targets] == [unquote(url)] * 2


def many(number: int, length: int = 0) -> Report:
    links = [occurrence(f"https://gone.example/{n}/{'长' * length}", f"lists/{n % 7}.md", n) for n in range(number)]
    lost = [replace(DEAD, url=str(link.url), snapshot=None, occurrences=(link,)) for link in links]
    return Report(RUN, tuple(lost), repairs=tuple(map(logged, links)))


@pytest.mark.parametrize("length", [0, 300, 30_000])
def test_it_is_never_too_long(length: int) -> None:
    told = shown(many(10_000 if length < 1000 else 5, length))
    assert len(told.encode()) < 65_536
    found = [int(number.replace(",", "")) for number in re.findall(r"^and ([\d,]+) more", told, re.MULTILINE)]
    assert len(list(rows(told))) + sum(found) == (20_000 if length < 1000 else 10)
    assert length or len(told) > 60_000
    assert Reading(told).tags <= OURS


def test_a_short_table_is_whole_beside_a_long_one() -> None:
    report = many(2_000)
    told = shown(replace(report, links=report.links[:20]))
    lost = told[told.index("### Dead") :]
    assert len(list(rows(lost))) == 20
    assert " more\n" not in lost


# ── The message of a commit ─────────────────────────────────────────────────────────────────────────────────────────


def repair(evil: str = "", kind: RepairKind = RepairKind.SNAPSHOT, file: str = "list.md") -> Repair:
    return Repair(occurrence(OLD, file), NEW, f"gone {evil}", kind)


@pytest.mark.parametrize(
    ("kinds", "files", "subject"),
    [
        ("s", ["a"], "Repair 1 dead link in 1 document"),
        ("sss", ["a", "b"], "Repair 3 dead links in 2 documents"),
        ("srvs", ["a"], "Repair 2 dead, 1 moved and 1 revived links in 1 document"),
        ("r" * 1000, ["a"], "Repair 1,000 moved links in 1 document"),
    ],
)
def test_the_subject_says_what_it_comes_to(kinds: str, files: list[str], subject: str) -> None:
    of = {"s": RepairKind.SNAPSHOT, "r": RepairKind.REDIRECT, "v": RepairKind.RETURN}
    edits = [repair("", of[kind], files[number % len(files)]) for number, kind in enumerate(kinds)]
    assert commit_message(edits, RUN.id).splitlines()[0] == subject


@pytest.mark.parametrize(
    "evil",
    [
        "\nSigned-off-by: You <you@evil.example>",
        "\n\nCo-authored-by: You <you@evil.example>",
        "x" * 200 + " Fixes #12, closes GH-3 @torvalds !4",
        "[skip ci] @bob #3.md GH-7",
        "[ci-skip] [CI SKIP] [no ci] [skip actions] [actions skip] [skip azp] [CF-Pages-Skip] ***NO_CI***",
        "Fixes https://github.com/o/r/issues/1, closes: HTTPS://git.example/g/p/-/merge_requests/2 @bob",
        "https://gone.example/[ci_skip]/***NO_CI***",
        "\n---\ndiff --git a/x b/x\n",
        "\n# comment\n>8",
        "\x00\x1b[31m\r\u202e",
        *(f"{'word ' * number}Signed-off-by: x" for number in range(10, 16)),
    ],
)
def test_nothing_in_a_message_acts(evil: str) -> None:
    link = Repair(occurrence(f"{OLD}#{evil}", evil.replace("//", "/")), f"{NEW}#{evil}", "gone")
    message = commit_message([repair(evil), repair(file=evil.replace("//", "/")), link], RUN.id)
    paragraphs = message.rstrip("\n").split("\n\n")
    assert [paragraphs[0], paragraphs[-1]] == ["Repair 3 dead links in 2 documents", "Found by dlt-crawl, run 7."]
    for line in "\n".join(paragraphs[1:-1]).splitlines():
        assert line.startswith(("* ", "  "))
        assert line.isprintable()
        if line.startswith(("  old: ", "  new: ")):
            assert " " not in line[7:], "more than a URL"
        else:
            assert not re.search(r"(?:^|\W)[@#!]\w|GH-\d", line), line
    # As those look for it who build on each commit, and GitHub and GitLab close what is named so.
    orders = r"\[(?:ci|no|skip|actions|CF)[ _-](?:\w+-)?(?:ci|skip|actions|azp)\]|\*NO_CI"
    assert not re.search(orders, message, re.IGNORECASE)
    closing = r"(?:close|fixe|resolve)[sd]?:?\s+https?://\S+/(?:issues|merge_requests)/"
    assert not re.search(closing, message, re.IGNORECASE)
    evidence = [line for line in message.splitlines() if line.startswith(("  why: ", "   "))]
    assert max(len(line) for line in evidence if " " in line[9:] or len(line) < 9) <= 72


def test_secrets_are_no_part_of_a_message() -> None:
    secret = Repair(occurrence("https://u:hidden@a.example/"), "https://a.example/?token=ghp_" + "a" * 36, "x")
    message = commit_message([secret], None)
    assert "hidden" not in message
    assert "ghp_" not in message
    assert message.endswith("\n\nFound by dlt-crawl.\n")
