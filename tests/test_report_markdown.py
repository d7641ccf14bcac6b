"""The description of a pull request, as GitHub's own parser reads it: nothing that others wrote acts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import unquote

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from dlt_crawler.model import (
    Dispute,
    Ignore,
    IgnoreTrouble,
    LinkOccurrence,
    Lint,
    LintKind,
    LoggedRepair,
    NoSnapshot,
    NoSnapshotReason,
    Page,
    Repair,
    RepairKind,
    Report,
    Rewrite,
    RunId,
    StaleIgnore,
    State,
    Verdict,
)
from dlt_crawler.report import Format, View, commit_message, render
from tests.report_samples import ALIVE, BLOCKED, DEAD, LINTS, NIGHT, REPORT, RUN, change, occurrence

LOST = "https://lost.example/"
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


OURS = {"p", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "code", "a", "details", "summary"}


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


def part(markdown: str, heading: str) -> str:
    """A part of a description: from its heading, open or folded, to the next one."""
    found = re.search(rf"^(?:### |<summary>){re.escape(heading)}: .*?(?=^### |^<details>\n<summary>[^<]|\Z)", markdown,
                      re.MULTILINE | re.DOTALL)  # fmt: skip
    assert found is not None, f"no part {heading!r} in:\n{markdown}"
    return found[0]


def test_what_was_repaired_and_why() -> None:
    link = occurrence(OLD, "lists/理论.md", 12)
    report = replace(REPORT, repairs=(logged(link), logged(replace(link, line=90), written_to="lists/理论.md")))
    assert shown(report) == (
        "<!-- dlt-crawl:report -->\n"
        "2 links repaired in 1 document. Run 7 of 2026-11-21: 3 links, 1 of them is broken. Found by dlt-crawl.\n"
        "\n"
        "| links | state | meaning |\n"
        "|--:|---|---|\n"
        "| 1 | alive | a person can open it |\n"
        "| 1 | dead | gone: proven |\n"
        "| 1 | unchecked | not checked yet |\n"
        "| 1 | with warnings | alive, but something is to be said of them |\n"
        "\n"
        "### Repaired: 2\n"
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


def test_what_is_broken_stands_document_by_document_with_what_could_replace_it() -> None:
    elsewhere = replace(DEAD, occurrences=(*DEAD.occurrences, occurrence(file="b.md", line=4)))
    told = part(shown(replace(REPORT, links=(elsewhere, ALIVE))), "Broken links")
    assert re.findall(r"^#+ .*", told, re.MULTILINE) == [
        "### Broken links: 1",
        "#### `b.md`: 1",
        "#### `seeds/理论.md`: 1",
    ]
    second, first = rows(told)
    assert [first[0], second[0]] == ["`17`, `90`", "`4`"]
    assert first[1:3] == [
        f"<{OLD}> On Depth",
        "answered 404 in two looks; failing since 2026-11-20, last seen working 2026-11-12",
    ]
    assert first[3] == f"<https://web.archive.org/web/20190304050607/{OLD}> snapshot of 2019-03-04 (played back)"


def test_a_place_is_a_link_to_its_line_where_it_is_known_where_documents_can_be_read() -> None:
    odd = replace(DEAD, occurrences=(occurrence(file="a b/理#1>)?.md", line=4), occurrence(file="../up.md", line=9)))
    repairs = (logged(occurrence("https://other.example/", "a b/理#1>)?.md", 7)),)
    told = render(
        Report(RUN, (odd,), repairs=repairs), Format.MARKDOWN, View(base="https://git.example/o/r/blob/4f2a/")
    )
    path = "https://git.example/o/r/blob/4f2a/a%20b/%E7%90%86%231%3E%29%3F.md?plain=1"
    assert [url for url in Reading(told).targets if "blob" in url] == [f"{path}#L7", f"{path}#L4"]
    assert "| `9` |" in told


def test_beside_what_was_repaired_it_says_what_was_not() -> None:
    told = shown(replace(REPORT, repairs=(logged(occurrence("https://other.example/")),)))
    assert told.index("### Repaired") < told.index("### Broken links")
    assert len(list(rows(told))) == 2


def test_what_was_repaired_is_not_told_again() -> None:
    assert "Broken links" not in shown(replace(REPORT, repairs=(logged(occurrence(OLD)),)))


def test_what_was_taken_over_on_an_earlier_night_is_over() -> None:
    merged = replace(logged(occurrence("https://other.example/")), stood=NIGHT)
    assert "### Repaired: 1" in shown(replace(REPORT, repairs=(merged,)))
    assert "Repaired" not in shown(replace(REPORT, repairs=(replace(merged, run=RunId(RUN.id - 1)),)))


def test_what_stays_is_for_people_to_mend() -> None:
    lost = replace(DEAD, snapshot=NoSnapshot(DEAD.url, NoSnapshotReason.NEVER_ARCHIVED))
    unwritable = replace(lost, url="http://[", verdict=Verdict(State.INVALID, "no address"), snapshot=None)
    taken_back = replace(DEAD, dispute=Dispute(NIGHT, "seeds/理论.md", NEW))
    told = shown(Report(RUN, (lost, replace(lost, snapshot=None), unwritable, taken_back)))
    assert [row[3] for row in rows(part(told, "Broken links"))] == [
        "no snapshot: the archive never captured it",
        "no snapshot: no archive has answered yet (dlt-crawl resolve asks them)",
        "–",
    ]
    (dispute,) = rows(part(told, "Disputed: somebody took the repair back"))
    assert dispute == ["`seeds/理论.md:17`, `seeds/理论.md:90`", f"<{OLD}>", f"<{NEW}>, 2026-11-21"]
    often = replace(lost, occurrences=tuple(occurrence(line=line) for line in range(1, 6)))
    assert "| `1`, `2`, `3` and 2 more |" in shown(Report(RUN, (often,)))


def test_what_was_asked_not_to_be_told_is_counted_alone() -> None:
    ignored = replace(DEAD, ignored=Ignore("dlt-crawl.toml, ignore[1]", OLD, "we know", date(2027, 1, 31)))
    told = shown(Report(RUN, (ignored,)))
    assert "1 link, 0 of them are broken." in told
    assert re.findall(r"^\| *(\d+) \| (\w+)", told, re.MULTILINE) == [("1", "ignored")]
    assert not list(rows(told))
    told = render(Report(RUN, (ignored,)), Format.MARKDOWN, View(all_links=True))
    assert [row[2] for row in rows(part(told, "Ignored"))] == ["we know; until 2027-01-31; dead"]


def test_the_news_are_counted_at_the_top_and_told_folded_away() -> None:
    moved = replace(ALIVE, verdict=replace(ALIVE.verdict, moved_to="https://new.example/"))
    news = (change(DEAD, State.FAILING), change(moved, State.ALIVE, "https://new.example/"))
    told = shown(replace(REPORT, links=(DEAD, moved), transitions=news))
    assert "Changed since the run before: 1 newly dead, 1 newly moved." in told
    assert part(told, "Changed since the run before").splitlines()[4:6] == [
        f"| dead | `seeds/理论.md:17`, `seeds/理论.md:90` | <{OLD}> | answered 404 in two looks |",
        "| alive | `seeds/b.md:3` | <https://alive.example/> | answered 200 <https://new.example/> |",
    ]


def test_more_is_listed_on_request_each_kind_folded_away() -> None:
    moved = replace(ALIVE, url=NEW, last=None, verdict=replace(ALIVE.verdict, moved_to="https://new.example/"))
    plain = replace(moved, url="https://plain.example/", verdict=Verdict(State.ALIVE, "answered 200"))
    everything = Report(RUN, (plain, ALIVE, BLOCKED, moved, DEAD))
    assert re.findall("<summary>.*", shown(everything)) == []
    some = View(states=frozenset({State.BLOCKED}), moved=True)
    assert re.findall("<summary>.*", render(everything, Format.MARKDOWN, some)) == [
        "<summary>Blocked: 1</summary>",
        "<summary>Moved for good: 1</summary>",
    ]
    told = render(everything, Format.MARKDOWN, View(all_links=True))
    folded = re.findall("<summary>(.*): 1</summary>", told)
    assert folded == ["With warnings", "Blocked", "Moved for good", "Alive"]
    assert Reading(told).tags <= OURS
    said = [next(rows(part(told, heading)))[2] for heading in folded]
    assert said == [
        "its certificate could not be verified", "asks whether we are human", "<https://new.example/>", "answered 200",
    ]  # fmt: skip


def test_ignores_that_should_be_looked_at_are_told() -> None:
    stale = StaleIgnore(Ignore("list.md:12:1", "https://a.example/"), IgnoreTrouble.NEEDLESS, "its links are alive")
    (row,) = rows(part(shown(Report(RUN, (), ignores=(stale,))), "Ignores to look at"))
    assert row == ["`list.md:12:1`", "`https://a.example/`", "its links are alive"]


def test_lints_are_listed_on_request() -> None:
    report = Report(RUN, (), lints=LINTS)
    assert "Oddly written" not in shown(report)
    listed = part(render(report, Format.MARKDOWN, View(lints=True)), "Oddly written")
    assert [row[0] for row in rows(listed)] == ["`seeds/理论.md:1`", "`seeds/理论.md:90`", "`seeds/b.md:3`"]
    assert "links that stand in their document already: stands in line 17 already" in listed


def test_to_what_it_was_narrowed_down_is_said() -> None:
    narrowed = replace(REPORT, only="Only links added since @{u}.")
    assert "1 of them is broken. Only links added since `@{u}.` Found by" in shown(narrowed)


def test_with_nothing_to_tell_it_is_one_line() -> None:
    line = "0 links, 0 of them are broken. Found by dlt-crawl."
    assert shown(Report(None, ())) == f"<!-- dlt-crawl:report -->\n{line}\n"


@pytest.mark.parametrize("evil", HOSTILE)
def test_what_others_say_does_not_act(evil: str) -> None:
    link = replace(occurrence(OLD, f"lists/{evil}.md"), text=evil)
    lost = replace(
        DEAD,
        url=LOST,
        page=Page(title=evil),
        verdict=Verdict(State.DEAD, evil),
        note=evil,
        snapshot=None,
        occurrences=(link,) * 5,
    )
    ignored = replace(lost, ignored=Ignore(evil, evil, evil))
    report = Report(
        RUN,
        (
            *[lost] * 30,
            replace(lost, page=Page()),
            replace(lost, dispute=Dispute(NIGHT, evil, NEW)),
            replace(lost, verdict=Verdict(State.FAILING, evil)),
            ignored,
        ),
        transitions=(change(lost, State.ALIVE),),
        repairs=(logged(link, evidence=evil), logged(link, evidence=f"moved to {OLD} ({evil})")),
        ignores=(StaleIgnore(Ignore(evil, evil, evil), IgnoreTrouble.EXPIRED, evil),),
        lints=(Lint(f"lists/{evil}.md", 1, 1, None, LintKind.MOJIBAKE, evil),),
        only=evil,
    )
    for base in ("", "https://git.example/o/r/blob/main"):
        seen = Reading(render(report, Format.MARKDOWN, View(all_links=True, explain=True, lints=True, base=base)))
        assert seen.tags <= OURS
        assert {target for target in seen.targets if not base or not target.startswith(base)} == {OLD, NEW, LOST}
        assert not re.search(r"[@#!&%~$<>\[\]^*_`|]|:\w|\bGH-|\b[A-Z]+-\d|[0-9a-f]{7}|www\.|://", seen.prose), (
            seen.prose
        )
        assert set(seen.cells) <= {2, 3, 4}


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


def many(number: int, length: int = 0, documents: int = 7) -> Report:
    """A report of so many broken links and as many repairs of others."""

    def written(host: str) -> list[LinkOccurrence]:
        return [
            occurrence(f"https://{host}.example/{n}/{'长' * length}", f"lists/{n % documents}.md", n)
            for n in range(number)
        ]

    lost = [replace(DEAD, url=str(link.url), snapshot=None, occurrences=(link,)) for link in written("lost")]
    return Report(RUN, tuple(lost), repairs=tuple(map(logged, written("gone"))))


@pytest.mark.parametrize(
    ("number", "length", "documents"),
    [(10_000, 0, 7), (2_000, 300, 400), (2_000, 0, 200), (8_000, 0, 40), (5, 30_000, 5), (60, 2_000, 1)],
)
def test_it_is_never_too_long(number: int, length: int, documents: int) -> None:
    told = shown(many(number, length, documents))
    assert len(told.encode()) <= 65_000
    found = [int(left.replace(",", "")) for left in re.findall(r"^and ([\d,]+) more", told, re.MULTILINE)]
    assert len(list(rows(told))) + sum(found) == 2 * number, "each is shown or counted"
    assert length > 1_000 or len(told.encode()) > 62_000, "and as many as have room are shown"
    assert Reading(told).tags <= OURS


def test_a_short_table_is_whole_beside_a_long_one() -> None:
    report = many(2_000)
    told = shown(replace(report, links=report.links[:20]))
    lost = part(told, "Broken links")
    assert len(list(rows(lost))) == 20
    assert " more\n" not in lost


def test_each_document_has_its_share_when_not_all_has_room() -> None:
    long, short = many(5_000, 0, 1).links, many(30, 0, 10).links
    short = tuple(
        replace(each, occurrences=tuple(replace(at, file=f"zz/{at.file}") for at in each.occurrences)) for each in short
    )
    told = shown(Report(RUN, (*long, *short)))
    documents = [block.count("\n| `") for block in told.split("<summary>")[1:]]
    assert documents[1:] == [3] * 10
    assert documents[0] > 200


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
