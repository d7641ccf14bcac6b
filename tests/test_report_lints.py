"""What is oddly written, and what becomes of a link that can be read otherwise, for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlt_crawler.model import (
    Extraction,
    Ignore,
    IgnoreTrouble,
    LinkKind,
    LinkStatus,
    Lint,
    LintKind,
    Report,
    Resource,
    StaleIgnore,
    State,
    Verdict,
)
from dlt_crawler.report import Format, Listed, View, lint_aside, lint_json, lint_text, lints_at_links, render
from tests.report_samples import ALIVE, DEAD, GONE, LINTS, RUN, occurrence, read_otherwise

COUNTS = """
── Lints: 3, listed by `dlt-crawl report --list lints` ─────────────────────────

  mojibake        1  documents decoded with a wrong encoding once
  duplicate_link  2  links that stand in their document already
"""
EACH = """
seeds/理论.md:1:1: mojibake
    was decoded with a wrong encoding once
seeds/理论.md:90:23: duplicate_link
    stands in line 17 already
seeds/b.md:3:9: duplicate_link
    stands in line 2 already
"""


def test_text_ends_with_the_number_of_lints_of_each_kind() -> None:
    plain = render(Report(RUN, (DEAD,)), Format.TEXT)
    assert render(Report(RUN, (DEAD,), LINTS), Format.TEXT) == plain + COUNTS
    assert "Lints" not in plain


@pytest.mark.parametrize("view", [View.of((), all_links=True), View.of([Listed.LINTS])])
def test_text_lists_each_lint_where_that_is_asked_for(view: View) -> None:
    plain = render(Report(RUN, (DEAD, ALIVE)), Format.TEXT, view)
    counts, heading = COUNTS.partition("\n\n")[2], "── Lints: 3 ".ljust(80, "─")
    text = render(Report(RUN, (DEAD, ALIVE), LINTS), Format.TEXT, view)
    assert text == f"{plain}\n{heading}\n\n{counts}{EACH}"


def test_a_comment_that_is_told_of_among_the_ignores_is_not_told_of_again() -> None:
    lint = Lint("a.md", 3, 7, None, LintKind.EXPIRED_IGNORE, "it has expired: remove it")
    stale = StaleIgnore(Ignore("a.md:3:7", "ignore"), IgnoreTrouble.EXPIRED, lint.message)
    other = replace(lint, line=4)
    text = render(Report(None, (), (lint, other, *LINTS), ignores=(stale,)), Format.TEXT, View(lints=True))
    assert text.count("a.md:3:7\n") == 1
    assert "── Lints: 4 " in text
    assert "\na.md:4:7: expired_ignore\n    it has expired: remove it\n" in text


def test_text_of_documents_without_links_shows_their_lints() -> None:
    assert render(Report(None, (), LINTS), Format.TEXT).endswith(COUNTS)


@pytest.mark.parametrize("kind", LintKind)
def test_every_kind_of_lint_has_its_line(kind: LintKind) -> None:
    many = 100_000 * (replace(LINTS[0], kind=kind),)
    *_, line = render(Report(RUN, (), many), Format.TEXT).splitlines()
    name, count, meaning = line.split(maxsplit=2)
    assert (name, count) == (kind.value, "100,000")
    assert meaning


def test_lints_are_listed_in_columns_or_as_compilers_put_them() -> None:
    assert [lint_text(lint) for lint in LINTS] == [
        "seeds/理论.md:1:1                         mojibake                was decoded with a wrong encoding once",
        "seeds/理论.md:90:23                       duplicate_link          stands in line 17 already",
        "seeds/b.md:3:9                            duplicate_link          stands in line 2 already",
    ]
    assert lint_aside(LINTS[0]) == "seeds/理论.md:1:1: was decoded with a wrong encoding once [mojibake]"
    assert lint_json(LINTS[2]) == (
        '{"file": "seeds/b.md", "line": 3, "column": 9, "start": 20, "end": 20, "lint": "duplicate_link", '
        '"message": "stands in line 2 already"}'
    )


def test_lints_are_told_apart_by_whether_a_link_stands_there() -> None:
    link = occurrence(line=90)
    second = replace(LINTS[1], kind=LintKind.LABEL_SHOWS_OTHER_URL)
    at_links, others = lints_at_links(Extraction((link, occurrence()), (*LINTS[:2], second)))
    assert at_links == {
        (90, 23): [LintKind.DUPLICATE_LINK, LintKind.LABEL_SHOWS_OTHER_URL],
        (17, 23): [],
    }
    assert others == [LINTS[0]]


@pytest.mark.parametrize("kind", LintKind)
def test_what_is_odd_about_a_document_is_not_said_beside_a_link(kind: LintKind) -> None:
    lint = replace(LINTS[1], kind=kind)
    at_links, others = lints_at_links(Extraction((occurrence(line=90),), (lint,)))
    is_of_document = kind in (
        LintKind.MOJIBAKE,
        LintKind.NOT_PARSED,
        LintKind.NESTING_LIMIT,
        LintKind.TOO_MANY_LINKS,
    )
    assert (at_links, others) == ({(90, 23): [] if is_of_document else [kind]}, [lint] if is_of_document else [])


# ── Links that can be read otherwise ────────────────────────────────────────────────────────────────────────────────


def bare(link: LinkStatus) -> LinkStatus:
    return replace(link, occurrences=tuple(replace(found, kind=LinkKind.BARE) for found in link.occurrences))


def judged(state: State, url: str = GONE) -> LinkStatus:
    return replace(DEAD, url=url, verdict=Verdict(state, "because"), snapshot=None, occurrences=(occurrence(url),))


READ_ON = GONE + "%EF%BC%8C"
HIDDEN = GONE.replace("paper", "paper%E2%80%8B")


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (
            read_otherwise(judged(State.DEAD, HIDDEN), GONE, State.ALIVE),
            f"    without the invisible character it works:\n    {GONE}\n",
        ),
        (
            read_otherwise(judged(State.DEAD, HIDDEN), GONE, State.FAILING),
            f"    without the invisible character it is failing:\n    {GONE}\n",
        ),
        (
            bare(read_otherwise(judged(State.DEAD, HIDDEN), GONE, State.ALIVE)),
            f"    without the invisible character it works:\n    {GONE}\n",
        ),
        (
            bare(read_otherwise(judged(State.ALIVE), READ_ON, State.DEAD)),
            f"    as GitHub reads it, it is dead:\n    {READ_ON}\n",
        ),
        (
            read_otherwise(judged(State.ALIVE), "https://other.example/", State.DEAD),
            "    read otherwise it is dead:\n    https://other.example/\n",
        ),
        (read_otherwise(judged(State.DEAD, HIDDEN), GONE, State.DEAD), None),
        (judged(State.DEAD), None),
    ],
)
def test_text_offers_another_reading_that_does_better_or_worse(link: LinkStatus, said: str | None) -> None:
    text = render(Report(RUN, (link,)), Format.TEXT, View(all_links=True)).partition("\n── In all")[0]
    assert text.endswith(said) if said else len([line for line in text.splitlines() if "https://" in line]) == 1


def test_text_says_what_a_link_is_for_those_who_do_not_read_it_as_github_does() -> None:
    link = read_otherwise(judged(State.ALIVE, READ_ON), GONE, State.DEAD)
    written = replace(occurrence(), kind=LinkKind.BARE, alternative=Resource(READ_ON))
    text = render(Report(RUN, (replace(link, occurrences=(written,)),)), Format.TEXT, View(all_links=True))
    assert text.partition("\n── In all")[0].endswith(f"    as others than GitHub read it, it is dead:\n    {GONE}\n")
