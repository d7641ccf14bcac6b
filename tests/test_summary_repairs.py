"""What `repair`, `undo` and a night say of edits: everything that somebody needs to trust them, or not to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from dlt_crawler import summary
from dlt_crawler.model import LoggedRepair, Repair, RepairKind, RepairStyle, Rewrite, RunId, SourceDocument
from dlt_crawler.pipeline import Committed, Edited, Kept, Left, LeftBecause, Repaired, Undone
from dlt_crawler.repair import Refusal, RepairedDocument
from dlt_crawler.summary.repairs import of_edits
from tests.report_samples import DEAD, GONE, NIGHT, occurrence

COPY = f"https://web.archive.org/web/20190304050607/{GONE}?longer=than-a-line-of-eighty-columns"
WHY = (
    "Answered 404 in two looks; failing since 2026-11-20, last seen working 2026-11-12. Copy of 2019-03-04, "
    "论文存档之理论与实践, played back: its title is “On Depth”."
)
SNAPSHOT = Repair(occurrence(), COPY, WHY)


def repaired(
    *applied: Repair, to: str | None = "copies/a.md", refused: tuple[Refusal, ...] = (), left: tuple[Left, ...] = ()
) -> Repaired:
    document = SourceDocument("seeds/理论.md", b"", "")
    return Repaired(document, RepairedDocument(document, applied, refused), Path(to) if to else None, left)


def edited(
    *applied: Repair, to: str | None = "copies/a.md", refused: tuple[Refusal, ...] = (), left: tuple[Left, ...] = ()
) -> Edited:
    return repaired(*applied, to=to, refused=refused, left=left).edited


def test_an_edit_has_its_places_both_urls_whole_and_the_evidence() -> None:
    again = replace(SNAPSHOT, occurrence=occurrence(line=90))
    said = summary.of_repair([edited(SNAPSHOT, again)], undo=RunId(7)).splitlines()
    assert said[:5] == [
        "seeds/理论.md:17:23: snapshot",
        "seeds/理论.md:90:23: snapshot",
        "    “深度学习 Theory”",
        f"  - {GONE}",
        f"  + {COPY}",
    ]
    blank = said.index("")
    assert "".join(line.strip() for line in said[5:blank]).replace(" ", "") == WHY.replace(" ", "")
    assert all(cell_len(line) <= 80 for line in said[5:])
    assert said[blank + 1 :] == [
        "repaired  2  2 snapshots; in 1 of 1 document",
        "",
        "Written to:",
        "  copies/a.md",
        "To take it back: dlt-crawl undo 7",
    ]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (replace(SNAPSHOT, style=RepairStyle.APPEND), ["snapshot, appended", f"    {GONE}", f"  + {COPY}"]),
        (replace(SNAPSHOT, kind=RepairKind.REDIRECT), ["new address", f"  - {GONE}", f"  + {COPY}"]),
        (
            Repair(occurrence(COPY), GONE, "", RepairKind.RETURN, RepairStyle.APPEND, undoes=Rewrite(b"", b"x")),
            ["return", f"  - {COPY}", f"  + {GONE}"],
        ),
    ],
)
def test_each_kind_of_edit_is_told_from_the_others(edit: Repair, said: list[str]) -> None:
    place, _label, old, new, *_ = summary.of_repair([edited(edit)]).splitlines()
    assert [place.removeprefix("seeds/理论.md:17:23: "), old, new] == said


def test_what_was_not_done_is_listed_with_the_reason_and_counted() -> None:
    refused = Refusal(SNAPSHOT, "this URL counts for the columns of a table")
    left = tuple(Left(occurrence(line=line), because, f"why {because}") for line, because in enumerate(LeftBecause, 30))
    said = summary.of_repair([edited(refused=(refused,), left=left, to="copies/a.md")], declined=2)
    head, _, rest = said.partition("Refused, and left as they are:\n\nseeds/理论.md:17:23: snapshot\n")
    assert head == ""
    # Why it was not made, and not why it was to be.
    assert "    this URL counts for the columns of a table\n" in rest
    assert "Answered 404" not in rest
    for each in left:
        assert f"seeds/理论.md:{each.occurrence.line}:23\n    “深度学习 Theory”\n    {GONE}\n    {each.why}\n" in rest
    totals = [line.split()[:3] for line in rest.splitlines()[-3 - len(left) :]]
    assert totals[:3] == [["repaired", "0", "in"], ["declined", "2", "not"], ["refused", "1", "edits"]]
    assert all("1" in line for line in totals[3:])
    assert "Written" not in said
    assert "undo" not in said


def test_a_patch_is_not_said_to_be_written() -> None:
    assert summary.of_repair([edited(SNAPSHOT, to=None)]).endswith("\nNothing was written.\n")


def test_nothing_to_do_is_one_line() -> None:
    assert summary.of_repair([edited(), edited()]) == "repaired  0  in 2 documents\n"


def test_documents_that_could_not_be_done_are_no_secret() -> None:
    failures = ["lists/b.md: is read-only", "lists/c.md: has changes that are in no commit"]
    for said in (
        summary.of_repair([edited()], failures),
        summary.of_commit(Committed("x", None, existing=False, repaired=(repaired(),)), failures),
        summary.of_undo(Undone(RunId(7)), failures),
    ):
        assert said.startswith("Not done:\n\n" + "".join(f"{failure}\n" for failure in failures) + "\n")
        assert "not done 2 other documents; hence exit status 3" in " ".join(said.split())


HOSTILE = "a\x1b[31mb\x9b2J\u202e\nc\r\u200b https://me:secret@x.example/"


@pytest.mark.parametrize(
    "said",
    [
        summary.of_repair(
            [
                edited(
                    replace(
                        SNAPSHOT,
                        occurrence=replace(occurrence(), file=HOSTILE, raw=HOSTILE, text=HOSTILE),
                        replacement=HOSTILE,
                        evidence=HOSTILE,
                    ),
                    to=HOSTILE,
                    refused=(Refusal(replace(SNAPSHOT, occurrence=occurrence(HOSTILE, HOSTILE)), HOSTILE),),
                    left=tuple(Left(occurrence(HOSTILE, HOSTILE), because, HOSTILE) for because in LeftBecause),
                )
            ]
        ),
        summary.of_question(
            replace(SNAPSHOT, evidence=HOSTILE), replace(DEAD, page=replace(DEAD.page, title=HOSTILE)), 1, 1
        ),
        summary.of_commit(Committed(HOSTILE, "ab12", existing=False, repaired=())),
    ],
)
def test_nothing_that_is_said_acts_on_a_terminal_or_tells_a_secret(said: str) -> None:
    assert "a\\x1b[31mb\\x9b2J\\u202e\\x0ac\\x0d\\u200b" in said
    assert all(character.isprintable() for character in said.replace("\n", ""))
    assert "secret" not in said


def test_somebody_who_is_asked_sees_what_is_known_of_the_link() -> None:
    assert summary.of_question(replace(SNAPSHOT, evidence="404 twice"), DEAD, 2, 5).splitlines() == [
        "",
        "seeds/理论.md:17:23: snapshot (2 of 5 in this document)",
        "    “深度学习 Theory”",
        "    its page: “On Depth”",
        "    dead, failing since 2026-11-20, last seen working 2026-11-12",
        f"  - {GONE}",
        f"  + {COPY}",
        "    404 twice",
    ]


@pytest.mark.parametrize(
    ("commit", "existing", "said"),
    [
        ("ab12", False, "Committed on the new branch dlt-crawl/repair-7: ab12\n"),
        ("ab12", True, "The branch dlt-crawl/repair-7 holds these edits already: commit ab12\n"),
        (None, False, "There is nothing to commit.\n"),
    ],
)
def test_a_commit_is_named(commit: str | None, existing: bool, said: str) -> None:
    shown = summary.of_commit(Committed("dlt-crawl/repair-7", commit, existing, (repaired(to=None),)))
    assert shown.startswith(f"repaired  0  in 1 document\n\n{said}")
    assert ("git branch -D dlt-crawl/repair-7" in shown) == (commit is not None and not existing)


def test_what_was_taken_back_is_told_from_what_was_not() -> None:
    back = Repair(occurrence(COPY), GONE, "", RepairKind.RETURN, undoes=Rewrite(b"a", b"b"))
    logged = LoggedRepair(NIGHT, RunId(7), "copies/b.md", SNAPSHOT, Rewrite(b"a", b"b"), 1)
    undone = Undone(RunId(7), (repaired(back),), (Kept(logged, "copies/b.md", "somebody has written there"),))
    said = summary.of_undo(undone)
    assert said.startswith(f"seeds/理论.md:17:23: return\n    “深度学习 Theory”\n  - {COPY}\n  + {GONE}\n")
    assert f"copies/b.md: snapshot of 2026-11-21 02:30 UTC\n    {COPY}\n    somebody has written there\n" in said
    assert "taken back  1  of run 7, in 1 file\nkept        1  edits that " in said
    assert said.endswith("Written to:\n  copies/a.md\n")


@pytest.mark.parametrize(("run", "of"), [(None, ""), (RunId(7), " of run 7")])
def test_nothing_to_take_back_is_said(run: RunId | None, of: str) -> None:
    assert summary.of_undo(Undone(run)) == f"There is nothing to take back: no repair{of} still stands.\n"


def test_a_night_counts_repairs_returns_disputes_and_refusals() -> None:
    back = Repair(occurrence(COPY), GONE, "", RepairKind.RETURN, undoes=Rewrite(b"a", b"b"))
    done = [
        edited(
            SNAPSHOT,
            back,
            refused=(Refusal(SNAPSHOT, "odd"),),
            left=(Left(occurrence(), LeftBecause.DISPUTED, ""), Left(occurrence(), LeftBecause.NO_SNAPSHOT, "")),
        ),
        edited(),
    ]
    lines = of_edits(done, Path("storage/repaired"))
    assert [(label, text.split(":")[0]) for label, text in lines] == [
        ("repaired", "1 URL in 1 document"),
        ("returned", "1 URL"),
        ("disputed", "1 link"),
        ("refused", "1 edit"),
        ("", "seeds/理论.md"),
    ]
    assert lines[-1][1] == f"seeds/理论.md:17:23: {GONE}: odd"
    assert of_edits([edited()], Path("x")) == [("repaired", "0 URLs in 0 documents: x/")]
