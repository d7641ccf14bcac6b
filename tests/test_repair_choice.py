"""Which links are repaired, by what, which are not, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import ArchiveSettings, RepairSettings
from dlt_crawler.model import (
    Ending,
    NoSnapshot,
    NoSnapshotReason,
    Repair,
    RepairStyle,
    Resource,
    Snapshot,
    State,
    Verdict,
)
from dlt_crawler.pipeline import Choice, LeftBecause, Repaired
from dlt_crawler.pipeline.repairs.exact import why_not_exact
from tests.repairs_support import TIMESTAMP, Owner, snapshot_of

GONE = "http://gone.example/papers/net.html"
COPY = f"https://web.archive.org/web/{TIMESTAMP}/{GONE}"
DEAD = Verdict(State.DEAD, "404 Not Found; seen 2 times since 2026-02-27")


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    monkeypatch.chdir(tmp_path)
    owner = Owner(tmp_path)
    owner.write("lists/a.md", f"- [net]({GONE})\n")
    return owner


def proposed(owner: Owner, **choice: object) -> Repaired:
    (one,) = owner.repair(pipeline.nowhere, **choice)
    return one


def edits(one: Repaired) -> list[tuple[str, str, str]]:
    return [(edit.kind.value, edit.replacement, edit.evidence) for edit in one.result.applied]


def left(one: Repaired) -> list[tuple[str, str]]:
    return [(each.because.value, each.why) for each in one.left]


def test_the_command_line_says_more_than_the_settings() -> None:
    settings = RepairSettings(style=RepairStyle.APPEND, text="copy", redirects=True)
    assert Choice.of(settings) == Choice(False, True, RepairStyle.APPEND, "copy", False)
    chosen = Choice.of(settings, include_failing=True, style=RepairStyle.REPLACE, disputed=True)
    assert chosen == Choice(True, True, RepairStyle.REPLACE, "copy", True)


def test_a_dead_link_becomes_its_snapshot_and_the_evidence_says_why_and_which(owner: Owner) -> None:
    owner.knows(GONE, DEAD, snapshot_of(GONE, evidence="Captured 2 days after the link came into the list"))
    evidence = (
        "404 Not Found; seen 2 times since 2026-02-27. The snapshot of 2019-03-04 was played back. "
        "Captured 2 days after the link came into the list"
    )
    assert edits(proposed(owner)) == [("snapshot", COPY, evidence)]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "no archive has answered yet (dlt-crawl resolve asks them)"),
        *(
            (NoSnapshot(GONE, reason), why)
            for reason, why in {
                NoSnapshotReason.NEVER_ARCHIVED: "no archive has a copy of it",
                NoSnapshotReason.EXCLUDED: "the archive withholds what it may have of it",
                NoSnapshotReason.ONLY_BAD_CAPTURES: "no copy of it is any good",
                NoSnapshotReason.PRIVATE: "no archive was asked, because its address looks private",
            }.items()
        ),
        (
            snapshot_of(GONE, url="https://evil.example/"),
            "the address of the stored snapshot is not in the form of its archive",
        ),
    ],
)
def test_a_dead_link_without_a_snapshot_stays_and_is_listed(
    owner: Owner, answer: NoSnapshot | Snapshot | None, why: str
) -> None:
    owner.knows(GONE, DEAD, answer)
    one = proposed(owner)
    assert (edits(one), left(one)) == ([], [(LeftBecause.NO_SNAPSHOT, why)])


def test_a_failing_link_is_repaired_when_that_is_asked_for(owner: Owner) -> None:
    owner.knows(GONE, Verdict(State.FAILING, "timeout"), snapshot_of(GONE))
    assert (edits(proposed(owner)), left(proposed(owner))) == ([], [])
    assert [edit[1] for edit in edits(proposed(owner, include_failing=True))] == [COPY]


def test_a_link_that_answered_tonight_keeps_its_repair_in_a_copy_and_gets_none(owner: Owner) -> None:
    recovering = Verdict(State.ALIVE, "answered 200", recovering=True)
    copies, others = pipeline.mirror(Path("out")), pipeline.mirror(Path("others"))

    def replacements(destination: pipeline.Destination) -> list[str]:
        (one,) = owner.repair(destination)
        return [edit[1] for edit in edits(one)]

    owner.knows(GONE, recovering, snapshot_of(GONE))
    assert [replacements(to) for to in (pipeline.nowhere, copies, pipeline.in_place)] == [[], [], []]
    owner.dies(GONE)
    assert replacements(copies) == [COPY]
    owner.knows(GONE, recovering)
    owner.write("lists/a.md", f"- new\n- [net]({GONE})\n- [again]({GONE})\n")
    assert [replacements(to) for to in (copies, others, pipeline.nowhere, pipeline.in_place)] == [[COPY], [], [], []]
    assert f"- new\n- [net]({COPY})\n" in (owner.directory / "out/lists/a.md").read_text()


def test_the_section_of_a_link_is_that_of_its_copy(owner: Owner) -> None:
    owner.write("lists/a.md", f"- [net]({GONE}#results)\n")
    owner.dies(GONE)
    assert [edit[1] for edit in edits(proposed(owner))] == [f"{COPY}#results"]


# ── Exact forms ─────────────────────────────────────────────────────────────────────────────────────────────────────

SETTINGS = ArchiveSettings()
WEB = f"https://web.archive.org/web/{TIMESTAMP}/"
REPOSITORY = "https://github.com/somebody/net"
VISIT = (
    f"https://archive.softwareheritage.org/browse/origin/directory/?origin_url={REPOSITORY}"
    "&timestamp=2019-03-04T05:06:07Z"
)
NOT_EXACT = "the address of the stored snapshot is not in the form of its archive"
OF_ANOTHER = "the stored snapshot is of another address"


@pytest.mark.parametrize(
    ("url", "snapshot"),
    [
        (GONE, snapshot_of(GONE)),
        # Variants under which it is asked for.
        ("http://gone.example/a).", snapshot_of("http://gone.example/a")),
        ("http://gone.example/a?utm_source=x", snapshot_of("http://gone.example/a")),
        # Of a link into an archive, the page.
        (f"https://web.archive.org/web/2012/{GONE}", snapshot_of(GONE)),
        (GONE, snapshot_of(GONE, url=f"https://arquivo.pt/wayback/{TIMESTAMP}/{GONE}", source="arquivo")),
        (REPOSITORY, snapshot_of(REPOSITORY, url=VISIT, source="software_heritage", validated="visit")),
        (
            "http://gone.example/1706.03762.pdf",
            snapshot_of(
                "http://gone.example/1706.03762.pdf",
                url="https://arxiv.org/abs/1706.03762",
                source="arxiv",
                validated="live",
            ),
        ),
        (
            "http://gone.example/doi/10.1016/S0004-3702(97)00043-X/pdf",
            snapshot_of(
                "http://gone.example/doi/10.1016/S0004-3702(97)00043-X/pdf",
                url="https://doi.org/10.1016/S0004-3702(97)00043-X",
                source="doi",
                validated="live",
            ),
        ),
    ],
)
def test_what_the_archives_answer_is_exact(url: str, snapshot: Snapshot) -> None:
    assert why_not_exact(Resource(url), snapshot, SETTINGS) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        # Another host, as plainly or as well hidden as can be.
        ({"url": f"https://evil.example/web/{TIMESTAMP}/{GONE}"}, NOT_EXACT),
        ({"url": f"https://web.archive.org@evil.example/web/{TIMESTAMP}/{GONE}"}, NOT_EXACT),
        ({"url": f"https://user:secret@web.archive.org/web/{TIMESTAMP}/{GONE}"}, NOT_EXACT),
        ({"url": f"https://web.archive.org.evil.example/web/{TIMESTAMP}/{GONE}"}, NOT_EXACT),
        ({"url": f"https://web.archive.org:8443/web/{TIMESTAMP}/{GONE}"}, NOT_EXACT),
        ({"url": f"http://web.archive.org/web/{TIMESTAMP}/{GONE}"}, NOT_EXACT),
        ({"url": f"//web.archive.org/web/{TIMESTAMP}/{GONE}"}, NOT_EXACT),
        ({"url": f"javascript:alert(1)//web.archive.org/web/{TIMESTAMP}/{GONE}"}, NOT_EXACT),
        ({"url": "javascript:alert(1)"}, NOT_EXACT),
        # Another original, capture or form of it.
        ({"original": "http://evil.example/", "url": f"{WEB}http://evil.example/"}, OF_ANOTHER),
        ({"url": f"{WEB}http://evil.example/"}, NOT_EXACT),
        ({"original": f"{GONE}/../x", "url": f"{WEB}{GONE}/../x"}, OF_ANOTHER),
        ({"url": f"https://web.archive.org/web/20190304050608/{GONE}"}, NOT_EXACT),
        ({"url": f"https://web.archive.org/web/{TIMESTAMP}id_/{GONE}"}, NOT_EXACT),
        ({"url": f"https://web.archive.org/web/2019/{GONE}"}, NOT_EXACT),
        ({"url": f"https://web.archive.org/web/*/{GONE}"}, NOT_EXACT),
        ({"timestamp": "2019", "url": f"https://web.archive.org/web/2019/{GONE}"}, "14 digits"),
        ({"timestamp": "٢٠١٩٠٣٠٤٠٥٠٦٠٧"}, "14 digits"),
        ({"timestamp": f"{TIMESTAMP}\n"}, "14 digits"),
        # What would break out of the markdown around it, or act on a terminal.
        ({"url": f"{COPY}) [free money](https://evil.example/"}, NOT_EXACT),
        ({"url": f"{COPY}\n\n# Owned"}, NOT_EXACT),
        ({"url": f"{COPY}\x1b]0;owned\x07"}, NOT_EXACT),
        ({"url": f"{COPY}\u202e"}, NOT_EXACT),
        ({"url": f" {COPY}"}, NOT_EXACT),
        ({"original": f"{GONE}) [x](http://e.example/", "url": f"{COPY}) [x](http://e.example/"}, OF_ANOTHER),
        # Of an archive that is not asked, or not in its form.
        ({"source": "evil"}, OF_ANOTHER),
        ({"source": "arquivo"}, NOT_EXACT),
        ({"source": "software_heritage"}, OF_ANOTHER),
        ({"source": "arxiv"}, NOT_EXACT),
        ({"source": "arxiv", "url": "https://arxiv.org/abs/1706.03762/../../evil"}, NOT_EXACT),
        ({"source": "arxiv", "url": "https://arxiv.org/abs/1706.03762?x=)"}, NOT_EXACT),
        ({"source": "arxiv", "url": "https://arxiv.org.evil.example/abs/1706.03762"}, NOT_EXACT),
        ({"source": "doi", "url": "https://doi.org/"}, NOT_EXACT),
        ({"source": "doi", "url": "https://doi.org/10.1000/x y"}, NOT_EXACT),
        ({"source": "arxiv", "original": REPOSITORY, "url": "https://arxiv.org/abs/1706.03762"}, OF_ANOTHER),
        # Nobody has looked at it.
        ({"validated": "save_page_now"}, "nobody has looked at the snapshot yet"),
        ({"validated": ""}, "nobody has looked at the snapshot yet"),
    ],
)
def test_what_is_not_exact_is_refused(changed: dict[str, str], why: str) -> None:
    said = why_not_exact(Resource(GONE), snapshot_of(GONE, **changed), SETTINGS)
    assert said is not None
    assert why in said


@pytest.mark.parametrize(
    "changed",
    [
        {"original": "https://github.com/evil/net"},
        {"url": f"{VISIT}&x=y"},
        {"url": VISIT.replace("05:06", "05:07")},
        {"url": VISIT.replace(REPOSITORY, "https://github.com/evil/net")},
        {"timestamp": "20191304050607"},
    ],
)
def test_a_visit_of_another_repository_is_refused(changed: dict[str, str]) -> None:
    visit = snapshot_of(REPOSITORY, url=VISIT, source="software_heritage", validated="visit")
    assert why_not_exact(Resource(REPOSITORY), replace(visit, **changed), SETTINGS) is not None


# ── Redirects ───────────────────────────────────────────────────────────────────────────────────────────────────────

NEW = "https://new.example/papers/net.html"


def test_a_moved_link_gets_its_new_address_when_that_is_asked_for_with_its_fragment_and_both_dates(
    owner: Owner,
) -> None:
    owner.write("lists/a.md", f"- [net]({GONE}#results)\n")
    for day in (0, 3):
        owner.sees(day, (GONE, [(301, NEW)]))
    assert edits(proposed(owner)) == []
    evidence = "Moved for good, as seen on 2026-03-01 and on 2026-03-04"
    assert edits(proposed(owner, redirects=True)) == [("redirect", f"{NEW}#results", evidence)]


def test_one_look_moves_nothing(owner: Owner) -> None:
    owner.sees(0, (GONE, [(301, NEW)]))
    assert edits(proposed(owner, redirects=True)) == []


def test_two_written_links_that_show_one_page_by_http_and_https_become_one(owner: Owner) -> None:
    secure = GONE.replace("http:", "https:")
    owner.write("lists/a.md", f"- [net]({GONE})\n- [net]({secure})\n")
    for day in (0, 1):
        owner.sees(day, (GONE, ()), (secure, ()))
    evidence = "Moved for good, as seen on 2026-03-01 and on 2026-03-02"
    assert edits(proposed(owner, redirects=True)) == [("redirect", secure, evidence)]


# ── Returns and disputes ────────────────────────────────────────────────────────────────────────────────────────────


def repaired_in_place(owner: Owner, **choice: object) -> str:
    owner.dies(GONE)
    owner.repair(pipeline.in_place, **choice)
    return (owner.directory / "lists/a.md").read_text()


@pytest.mark.parametrize("style", RepairStyle)
def test_a_link_that_lives_again_on_two_days_comes_back_as_it_was_written(owner: Owner, style: RepairStyle) -> None:
    text = f"- [net](<{GONE}> 'its title')\n"
    owner.write("lists/a.md", text)
    assert COPY in repaired_in_place(owner, style=style)
    owner.sees(1, (GONE, ()))
    owner.repair(pipeline.in_place, style=style)
    assert COPY in (owner.directory / "lists/a.md").read_text()

    owner.sees(2.5, (GONE, ()))
    (one,) = owner.repair(pipeline.in_place, style=style)

    assert edits(one) == [("return", GONE, "Lives again: it answered on 2026-03-02 and on 2026-03-03")]
    assert (owner.directory / "lists/a.md").read_text() == text
    with owner.job() as job:
        (logged,) = job.store.repairs.of("lists/a.md")
    assert logged.ending is Ending.RETURNED
    (again,) = owner.repair(pipeline.in_place, style=style)
    assert edits(again) == []


def test_a_link_that_is_appended_to_stays_so_whatever_the_style_is_now(owner: Owner) -> None:
    text = repaired_in_place(owner, style=RepairStyle.APPEND)
    assert text == f"- [net]({GONE}) ([archived]({COPY}))\n"
    (one,) = owner.repair(pipeline.in_place)
    assert (edits(one), left(one)) == ([], [])


def test_a_new_link_in_front_of_what_was_appended_to_a_reference_is_repaired(owner: Owner) -> None:
    owner.write("lists/a.md", f"[net][]\n\n[net]: {GONE}\n")
    text = repaired_in_place(owner, style=RepairStyle.APPEND)
    assert text == f"[net][] ([archived]({COPY}))\n\n[net]: {GONE}\n"
    owner.write("lists/a.md", f"[x]({GONE}) {text}")
    owner.repair(pipeline.in_place)
    assert (owner.directory / "lists/a.md").read_text() == f"[x]({COPY}) {text}"


def test_a_new_link_between_a_link_and_what_was_appended_to_it_is_repaired(owner: Owner) -> None:
    other = f"{GONE}?2"
    text = repaired_in_place(owner, style=RepairStyle.APPEND)
    owner.dies(other)
    owner.write("lists/a.md", text.replace(" ([", f" [x]({other}) (["))
    assert [edit.occurrence.url for edit in proposed(owner).result.applied if edit.occurrence.url == other] == [other]


def test_a_link_that_was_never_repaired_is_no_revert_of_one_that_is_removed(owner: Owner) -> None:
    owner.write("lists/a.md", f"- [a]({GONE})\n- [b]({GONE})\n")
    owner.dies(GONE)
    owner.repair(pipeline.in_place, accept=lambda _document, repairs: repairs[:1])
    assert (owner.directory / "lists/a.md").read_text() == f"- [a]({COPY})\n- [b]({GONE})\n"
    owner.write("lists/a.md", f"- [b]({GONE})\n")
    (one,) = owner.repair(pipeline.in_place)
    assert ([edit[1] for edit in edits(one)], left(one)) == ([COPY], [])


def test_what_somebody_took_back_is_not_proposed_again_in_any_document_but_listed(owner: Owner) -> None:
    repaired_in_place(owner)
    owner.write("lists/a.md", f"- [net]({GONE})\n")
    owner.write("lists/b.md", f"[the same]({GONE})\n")
    disputed = [(LeftBecause.DISPUTED, "the old URL stands again in lists/a.md since 2026-03-01")]

    assert [(edits(one), left(one)) for one in owner.repair(pipeline.in_place, "lists/a.md")] == [([], disputed)]
    assert [(edits(one), left(one)) for one in owner.repair(pipeline.in_place)] == [([], disputed)] * 2
    assert [edits(one)[0][0] for one in owner.repair(pipeline.nowhere, disputed=True)] == ["snapshot"] * 2


def test_repairs_are_accepted_one_by_one(owner: Owner) -> None:
    other = f"{GONE}?2"
    owner.write("lists/a.md", f"- [net]({GONE})\n- [other]({other})\n")
    owner.dies(GONE, other)

    def second(_document: object, repairs: Sequence[Repair]) -> Sequence[Repair]:
        return repairs[1:]

    (one,) = owner.repair(pipeline.nowhere, accept=second)
    assert [edit.occurrence.url for edit in one.result.applied] == [other]
