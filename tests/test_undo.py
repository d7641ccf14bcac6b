"""What was repaired can be taken back: by us when the link lives again, by `undo`, and by somebody who does not ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError
from dlt_crawler.model import (
    Due,
    Ending,
    LoggedRepair,
    Network,
    Observation,
    Outcome,
    RepairStyle,
    Resource,
    RunId,
    Snapshot,
    State,
    Verdict,
)
from dlt_crawler.pipeline import Choice, Job, diff, in_place_by_force, judge, mirror, repair, store_links, undo
from dlt_crawler.store import Store
from dlt_crawler.terminal import Watch
from tests.internet.client import Internet
from tests.nightly import Maintainer

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
GONE, OTHER = "https://gone.example/paper_(1)", "https://other.example/a"
WEB = "https://web.archive.org/web/20200102030405/"
LIST = f"# List\r\n\r\n- [论文](<{GONE}> 'a title')\r\n- <{OTHER}>".encode("gb18030")
CHOICE = Choice()


@dataclass
class Keeper:
    """A directory with a list in it whose links are dead, and the database that says so."""

    directory: Path
    store: Store
    now: datetime = NOW

    @property
    def job(self) -> Job:
        settings = Settings(sources=("list.md",), database="sqlite:///links.db", storage=self.directory / "storage")
        return Job(settings, self.store, Watch(quiet=True), lambda: self.now)

    @property
    def text(self) -> bytes:
        return Path("list.md").read_bytes()

    @text.setter
    def text(self, data: bytes) -> None:
        Path("list.md").write_bytes(data)

    def night(self, state: State = State.DEAD, *links: str) -> RunId:
        """A run that sees the links so, and judges them."""
        self.now += DAY
        run = self.store.begin_run(self.now).id
        outcome = Outcome.OK if state is State.ALIVE else Outcome.NOT_FOUND
        store_links(self.job, ())
        for link in map(Resource, links or (GONE, OTHER)):
            self.store.add_checks(run, 1, [Observation(link, self.now, 0.1, outcome, "seen", 200)])
            before = self.store.verdicts().get(link, Verdict(state, "seen"))
            last_ok = self.now if state is State.ALIVE else before.last_ok
            self.store.save_verdicts([(link, Verdict(state, "seen", last_ok=last_ok), None)], run=run, now=self.now)
            answer = Snapshot(link.url, "20200102030405", f"{WEB}{link.url}", 200, "playback")
            self.store.save_answer(link, answer, now=self.now)
        self.store.finish_run(run, now=self.now, network=Network.OK)
        self.store.complete_run(run, now=self.now)
        return run

    def repair(self, choice: Choice = CHOICE) -> None:
        list(repair(self.job, (), in_place_by_force, choice))

    def copy(self, directory: str = "storage/repaired") -> Path:
        list(repair(self.job, (), mirror(Path(directory)), CHOICE))
        return Path(directory) / "list.md"

    def due(self) -> set[str]:
        """Links that the next run is to check at once."""
        run = self.store.begin_run(self.now).id
        with self.store.frontier(run, 1, ["list.md"], due_by=NOW - 99 * DAY) as frontier:
            found = [due for load in frontier.loads() for due in frontier.claim(load.slot, 9)]
        assert found == [Due(each.resource) for each in found]
        return {each.resource.url for each in found}.intersection((GONE, OTHER))

    def not_due(self) -> None:
        self.store.save_due((Resource(link), self.now + 30 * DAY) for link in (GONE, OTHER))

    def log(self) -> tuple[LoggedRepair, ...]:
        return self.store.repairs.of("list.md")

    def endings(self) -> list[Ending | None]:
        return [each.ending for each in self.log()]

    def disputed(self) -> dict[str, bool]:
        return {link.url: link.dispute is not None for link in self.store.report().links}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database without a row: to make one takes as long as a test."""
    path = tmp_path_factory.mktemp("empty") / "links.db"
    Store.open(f"sqlite:///{path}").close()
    return path.read_bytes()


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty: bytes) -> Iterator[Keeper]:
    monkeypatch.chdir(tmp_path)
    Path("links.db").write_bytes(empty)
    Path("list.md").write_bytes(LIST)
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        yield Keeper(tmp_path, store)


# ── Undo ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("style", RepairStyle)
def test_undo_brings_back_every_byte_in_documents_and_copies(keeper: Keeper, style: RepairStyle) -> None:
    run = keeper.night()
    copy, elsewhere = keeper.copy(), keeper.copy("elsewhere")
    keeper.repair(replace(CHOICE, style=style))
    repaired = keeper.text
    assert repaired.count(WEB.encode()) == copy.read_bytes().count(WEB.encode()) == 2

    shown = undo(keeper.job, run, write=False)
    assert [each.result.applied for each in shown.documents if each.written_to] == []
    assert sum(len(each.result.applied) for each in shown.documents) == 6
    assert b"".join(map(diff, shown.documents)).count(WEB.encode()) == 6
    assert (keeper.text, keeper.endings()) == (repaired, 6 * [None])

    keeper.now += DAY
    undone = undo(keeper.job, None, write=True)
    assert (undone.run, [each.written_to for each in undone.documents], undone.kept) == (
        run,
        [Path("list.md"), elsewhere, copy],
        (),
    )
    assert keeper.text == copy.read_bytes() == elsewhere.read_bytes() == LIST
    assert keeper.endings() == 6 * [Ending.UNDONE]
    assert [entry.stood is not None for entry in keeper.log()] == [*4 * [False], True, True]
    # Once is enough.
    for number in (None, run):
        again = undo(keeper.job, number, write=True)
        assert (again.documents, again.kept) == ((), ())
    assert undo(keeper.job, None, write=True).run is None
    assert keeper.text == LIST
    assert {each.ended for each in keeper.log()} == {keeper.now}


def test_what_was_undone_is_checked_anew_and_not_repaired_again_until_it_lived(keeper: Keeper) -> None:
    keeper.night()
    keeper.repair()
    keeper.not_due()
    assert keeper.due() == set()
    undo(keeper.job, None, write=True)
    assert keeper.due() == {GONE, OTHER}
    keeper.night(State.DEAD, OTHER)
    keeper.repair()
    assert keeper.text == keeper.copy().read_bytes() == LIST
    assert keeper.disputed() == {GONE: True, OTHER: True}
    keeper.repair(replace(CHOICE, disputed=True))
    assert keeper.text.count(WEB.encode()) == 2
    store_links(keeper.job, ())
    assert keeper.disputed() == {f"{WEB}{link}": False for link in (GONE, OTHER)}
    undo(keeper.job, None, write=True)
    keeper.night(State.ALIVE)
    assert keeper.disputed() == {GONE: False, OTHER: False}
    keeper.night(State.DEAD)
    keeper.repair()
    assert keeper.text.count(WEB.encode()) == 2


def test_only_the_edits_of_that_run_are_taken_back(keeper: Keeper) -> None:
    first = keeper.night(State.DEAD, GONE)
    keeper.repair()
    one = keeper.text
    second = keeper.night(State.DEAD, OTHER)
    keeper.repair()
    assert keeper.text.count(WEB.encode()) == 2
    undo(keeper.job, second, write=True)
    assert keeper.text == one
    assert undo(keeper.job, None, write=True).run == first
    assert keeper.text == LIST


def test_a_run_that_repaired_nothing_has_nothing_to_take_back_and_one_that_never_was_is_an_error(
    keeper: Keeper,
) -> None:
    run = keeper.night(State.ALIVE)
    assert undo(keeper.job, None, write=True).run is None
    undone = undo(keeper.job, run, write=True)
    assert (undone.run, undone.documents, undone.kept) == (run, (), ())
    with pytest.raises(ConfigError, match="there is no run 99"):
        undo(keeper.job, RunId(99), write=True)


CHANGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another URL": (
        lambda text: text.replace(f"{WEB}{OTHER}".encode(), b"https://new.example/"),
        "does not stand there",
    ),
    "brackets of one's own": (
        lambda text: text.replace(f"<{WEB}{OTHER}>".encode(), f"[x]({WEB}{OTHER} 'y')".encode()),
        "",
    ),
    "removed": (lambda text: text.partition(b"\r\n- <")[0], "does not stand there"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_since_stays_and_the_others_are_taken_back(keeper: Keeper, change: str) -> None:
    run = keeper.night()
    keeper.repair()
    rewrite, why = CHANGES[change]
    keeper.text = rewrite(keeper.text)
    undone = undo(keeper.job, run, write=True)
    assert [each.why for each in undone.kept if why not in each.why] == []
    assert f"<{GONE}> 'a title'".encode() in keeper.text
    assert keeper.text == rewrite(LIST.replace(OTHER.encode(), f"{WEB}{OTHER}".encode())) or not why


def test_lines_that_were_added_since_are_no_hindrance(keeper: Keeper) -> None:
    keeper.night()
    keeper.repair()
    keeper.text = b"before\n\n" + keeper.text.replace(b"\r\n- <", b"\r\n\r\nbetween\r\n\r\n- <") + b"\nbehind"
    undo(keeper.job, None, write=True)
    assert keeper.text == b"before\n\n" + LIST.replace(b"\r\n- <", b"\r\n\r\nbetween\r\n\r\n- <") + b"\nbehind"


def test_a_document_that_is_gone_and_a_commit_are_left(keeper: Keeper) -> None:
    run = keeper.night()
    keeper.repair()
    log = keeper.log()
    done = [(each.repair, each.rewrite) for each in log]
    keeper.store.repairs.add(run, "dlt-crawl/repair-1:list.md", done, now=keeper.now)
    Path("list.md").unlink()
    undone = undo(keeper.job, run, write=True)
    assert undone.documents == ()
    assert [(each.file, each.why) for each in undone.kept] == [
        *2 * [("list.md", "list.md: cannot be read: No such file or directory")],
        *2 * [("dlt-crawl/repair-1:list.md", "it is in a commit: git takes that back")],
    ]
    assert keeper.endings() == 4 * [None]


def test_a_merged_commit_is_taken_back_in_the_document(keeper: Keeper) -> None:
    run = keeper.night()
    copy = keeper.copy("merged")
    # As git does it.
    keeper.text = copy.read_bytes()
    copy.unlink()
    undo(keeper.job, run, write=True)
    assert keeper.text == LIST


@pytest.mark.parametrize("failure", ["another URL", "a directory"])
def test_no_older_run_is_gone_on_to_while_something_of_the_latest_stands(keeper: Keeper, failure: str) -> None:
    first = keeper.night(State.DEAD, GONE)
    keeper.repair()
    Path("more").mkdir()
    Path("more/b.md").write_text(f"[b]({OTHER})")
    latest = keeper.night(State.DEAD, OTHER)
    list(repair(keeper.job, ["more"], in_place_by_force, CHOICE))
    repaired = keeper.text
    Path("more/b.md").unlink()
    if failure == "a directory":
        Path("more/b.md").mkdir()
    else:
        Path("more/b.md").write_text("[b](https://new.example/)")

    undone = undo(keeper.job, None, write=True)

    assert (undone.run, undone.documents, [each.file for each in undone.kept]) == (latest, (), ["more/b.md"])
    assert keeper.text == repaired
    # What somebody has rewritten is known from then on to be gone.
    again = undo(keeper.job, None, write=True)
    assert again.run == (latest if failure == "a directory" else first)


@pytest.mark.parametrize("what", ["document", "copy", "read-only"])
def test_undo_writes_only_where_repair_does(
    keeper: Keeper, what: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    Path("lists").mkdir()
    document = Path("lists/a.md")
    document.write_text(f"[a]({GONE})")
    run = keeper.night()
    to = mirror(Path("storage/repaired")) if what == "copy" else in_place_by_force
    list(repair(keeper.job, ["lists"], to, CHOICE))
    written = Path("storage/repaired", document) if what == "copy" else document
    repaired = written.read_text()
    if what == "read-only":
        written.chmod(0o444)
    else:
        written.parent.rename(outside / "lists")
        written.parent.symlink_to(outside / "lists")

    undone = undo(keeper.job, run, write=True)

    why = "is read-only" if what == "read-only" else "symbolic link"
    assert (undone.documents, [why in each.why for each in undone.kept]) == ((), [True])
    assert written.read_text() == repaired
    assert keeper.store.repairs.of(document.as_posix())[0].ending is None


def test_what_somebody_writes_while_it_is_undone_is_kept(keeper: Keeper) -> None:
    keeper.night()
    keeper.repair()
    asked: list[None] = []

    def clock() -> datetime:
        # Asked once about what stands there, and then when the file has been read for the last time.
        asked.append(None)
        if len(asked) == 2:
            keeper.text += b"\nadded"
        return keeper.now

    undone = undo(replace(keeper.job, clock=clock), None, write=True)
    assert (keeper.text, len(undone.documents), undone.kept) == (LIST + b"\nadded", 1, ())


def test_that_a_copy_is_taken_back_once_more_makes_no_newer_dispute(keeper: Keeper) -> None:
    run = keeper.night()
    copy = keeper.copy()
    repaired = copy.read_bytes()
    undo(keeper.job, run, write=True)
    first = [each.ended for each in keeper.log()]
    keeper.night(State.ALIVE)
    # Out of a backup.
    copy.write_bytes(repaired)
    undo(keeper.job, run, write=True)
    assert copy.read_bytes() == LIST
    assert [each.ended for each in keeper.log()] == first
    assert not any(keeper.disputed().values())


def test_a_document_is_itself_by_whatever_name_it_is_given(keeper: Keeper) -> None:
    run = keeper.night()
    Path("sub").mkdir()
    list(repair(keeper.job, ["sub/../list.md"], in_place_by_force, CHOICE))
    assert {each.written_to for each in keeper.log()} == {"list.md"}
    undone = undo(keeper.job, run, write=True)
    assert (keeper.text, undone.kept) == (LIST, ())


# ── Documents get other names ───────────────────────────────────────────────────────────────────────────────────────


def test_what_is_known_of_a_document_goes_with_it_to_its_new_name(keeper: Keeper) -> None:
    run = keeper.night()
    keeper.copy()
    keeper.repair()
    Path("list.md").rename("new.md")
    Path("another.md").write_text(f"[x]({WEB}https://x.example/) [y]({OTHER})")
    store_links(keeper.job, ["."])
    assert [each.written_to for each in keeper.store.repairs.of("new.md")] == 2 * ["new.md"]
    # What was known of the copy was of the copy of that name.
    assert [each.stood for each in keeper.log()] == [None, None]
    undone = undo(keeper.job, run, write=True)
    assert [each.written_to for each in undone.documents] == [Path("storage/repaired/list.md"), Path("new.md")]
    assert Path("new.md").read_bytes() == LIST
    assert {each.ending for each in keeper.store.repairs.of("new.md")} == {Ending.UNDONE}


@pytest.mark.parametrize("known_before", [True, False])
def test_another_document_with_the_same_links_is_not_the_one_that_is_gone(keeper: Keeper, known_before: bool) -> None:
    keeper.night()
    keeper.repair()
    # All that stood there, but it was there before; or new, with none of that.
    text = keeper.text if known_before else b"none"
    Path("other.md").write_bytes(text)
    if known_before:
        store_links(keeper.job, ["."])
    Path("other.md").write_bytes(text + b"\nmore")
    Path("list.md").unlink()
    store_links(keeper.job, ["."])
    assert keeper.store.repairs.of("other.md") == ()
    assert keeper.endings() == [None, None]


# ── Somebody takes it back ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("style", RepairStyle)
def test_a_revert_is_noticed_by_the_next_run_before_anything_is_fetched(keeper: Keeper, style: RepairStyle) -> None:
    choice = replace(CHOICE, style=style)
    keeper.night()
    keeper.repair(choice)
    keeper.not_due()
    keeper.now += DAY
    store_links(keeper.job, ())
    assert keeper.due() == set()
    keeper.text = LIST
    store_links(keeper.job, ())
    assert keeper.due() == {GONE, OTHER}
    assert keeper.disputed() == {GONE: True, OTHER: True}
    assert keeper.endings() == 2 * [Ending.REVERTED]
    keeper.repair(choice)
    assert keeper.text == LIST
    # However often it is judged before that.
    judge(keeper.job, everything=True)
    assert keeper.due() == {GONE, OTHER}
    keeper.night()
    judge(keeper.job, everything=True)
    assert keeper.due() == set()


def test_a_revert_holds_while_the_link_is_not_yet_known_to_live(keeper: Keeper) -> None:
    keeper.night()
    keeper.repair()
    keeper.text = LIST
    store_links(keeper.job, ())
    lives = Verdict(State.ALIVE, "seen", last_ok=keeper.now + DAY)
    for verdict in (replace(lives, recovering=True), lives):
        keeper.now += DAY
        keeper.store.save_verdicts([(Resource(link), verdict, None) for link in (GONE, OTHER)], run=None, now=NOW)
        keeper.repair()
        assert keeper.text == keeper.copy().read_bytes() == LIST
        assert keeper.disputed() == dict.fromkeys((GONE, OTHER), verdict.recovering)


@pytest.mark.parametrize("noticed_by_a_run", [True, False])
def test_that_somebody_takes_over_what_lives_again_is_no_revert(keeper: Keeper, noticed_by_a_run: bool) -> None:
    keeper.night()
    keeper.repair()
    repaired = keeper.text
    for _ in range(2):
        keeper.night(State.ALIVE)
    keeper.text = keeper.copy().read_bytes()
    assert keeper.text == LIST
    if noticed_by_a_run:
        store_links(keeper.job, ())
    keeper.copy()
    assert keeper.endings() == 2 * [Ending.RETURNED]
    # It dies at once, and is repaired once more.
    for link in (GONE, OTHER):
        died = Verdict(State.DEAD, "seen", last_ok=keeper.now - DAY)
        keeper.store.save_verdicts([(Resource(link), died, None)], run=None, now=keeper.now)
    keeper.repair()
    assert keeper.text == repaired


def test_a_revert_is_noticed_by_repair_itself(keeper: Keeper) -> None:
    keeper.night()
    keeper.repair()
    keeper.not_due()
    keeper.text = keeper.text.replace(f"{WEB}{GONE}".encode(), GONE.encode())
    one = keeper.text
    keeper.repair()
    assert keeper.text == one
    assert keeper.due() == {GONE}
    assert keeper.endings() == [Ending.REVERTED, None]


def test_a_revert_holds_in_other_documents_too_and_ends_when_the_repair_is_back(keeper: Keeper) -> None:
    keeper.night()
    keeper.repair()
    repaired = keeper.text
    keeper.text = LIST
    Path("more").mkdir()
    Path("more/b.md").write_text(f"[b]({GONE})")
    store_links(keeper.job, ["."])
    (found,) = repair(keeper.job, ["more"], in_place_by_force, CHOICE)
    assert (found.result.applied, len(found.left)) == ((), 1)
    keeper.text = repaired
    store_links(keeper.job, ["."])
    (found,) = repair(keeper.job, ["more"], in_place_by_force, CHOICE)
    assert len(found.result.applied) == 1


# ── Killed in between ───────────────────────────────────────────────────────────────────────────────────────────────


def killed(keeper: Keeper, log: Callable[[LoggedRepair], LoggedRepair] | None, text: bytes) -> None:
    """Leave the log and the document as a process does that is killed: each of them as it was before a step, or after.

    What the database and a rename have done stays done, whenever that is: there is nothing in between (`test_kills`).
    """
    keeper.store.repairs.keep(map(log, keeper.log()) if log else ())
    keeper.text = text


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("run_in_between", [False, True])
def test_killed_while_it_repairs(keeper: Keeper, written: bool, run_in_between: bool) -> None:
    keeper.night()
    keeper.repair()
    repaired = keeper.text
    killed(keeper, lambda entry: replace(entry, stood=None), repaired if written else LIST)
    if run_in_between:
        keeper.night()
        assert not any(keeper.disputed().values())
    keeper.repair()
    assert keeper.text == repaired
    assert keeper.endings() == [None, None]
    assert all(entry.stood for entry in keeper.log())
    assert keeper.store.repairs.refused() == ()
    keeper.text = LIST
    store_links(keeper.job, ())
    assert keeper.endings() == 2 * [Ending.REVERTED]


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("run_in_between", [False, True])
def test_killed_while_what_lives_again_is_put_back(keeper: Keeper, written: bool, run_in_between: bool) -> None:
    keeper.night()
    keeper.repair()
    repaired = keeper.text
    for _ in range(2):
        keeper.night(State.ALIVE)
    keeper.repair()
    assert keeper.text == LIST
    assert keeper.endings() == 2 * [Ending.RETURNED]
    killed(keeper, None, LIST if written else repaired)
    if run_in_between:
        keeper.night(State.ALIVE)
        assert not any(keeper.disputed().values())
        assert keeper.endings() == 2 * [Ending.RETURNED if written else None]
    keeper.repair()
    assert (keeper.text, keeper.endings()) == (LIST, 2 * [Ending.RETURNED])
    assert keeper.store.repairs.refused() == ()
    # It dies once more, and is repaired once more.
    keeper.night()
    keeper.repair()
    assert (keeper.text, keeper.endings()) == (repaired, [*2 * [Ending.RETURNED], None, None])


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("run_in_between", [False, True])
def test_killed_while_it_is_undone(keeper: Keeper, written: bool, run_in_between: bool) -> None:
    run = keeper.night()
    copy = keeper.copy()
    keeper.repair()
    repaired = keeper.text
    undo(keeper.job, run, write=True)
    killed(keeper, None, LIST if written else repaired)
    if not written:
        copy.write_bytes(repaired)
    if run_in_between:
        keeper.night()
        assert any(keeper.disputed().values()) is written
        assert keeper.endings()[2:] == 2 * [Ending.UNDONE if written else None]
    undone = undo(keeper.job, None, write=True)
    assert (len(undone.documents), undone.kept) == (0 if written else 2, ())
    assert keeper.text == copy.read_bytes() == LIST
    assert keeper.endings() == 4 * [Ending.UNDONE]


def test_killed_while_a_revert_is_noticed(keeper: Keeper) -> None:
    keeper.night()
    keeper.repair()
    before = {entry.id: entry for entry in keeper.log()}
    keeper.text = LIST
    store_links(keeper.job, ())
    killed(keeper, lambda entry: before[entry.id], LIST)
    keeper.not_due()
    store_links(keeper.job, ())
    assert keeper.due() == {GONE, OTHER}
    assert keeper.endings() == 2 * [Ending.REVERTED]


# ── The whole program ───────────────────────────────────────────────────────────────────────────────────────────────


def shown(maintainer: Maintainer, url: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(maintainer.run("history", url, "--format", "json"))
    return told


def test_a_maintainer_reverts_a_repair(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    gone, path = internet.http_url("/status/404"), "/status/404"
    document = maintainer.write("a.md", f"- [gone]({gone})")
    original = document.read_bytes()
    maintainer.archive(gone, "20200102030405")
    maintainer.run("run")
    maintainer.run("repair", "--in-place")
    snapshot = f"{internet.http_url('/web/')}20200102030405/{gone}"
    assert document.read_text() == f"- [gone]({snapshot})\n"

    maintainer.nights_pass(1)
    document.write_bytes(original)
    before = len([request for request in internet.requests() if request.target == path])
    maintainer.run("run")
    # A dead link is not due for a month.
    assert len([request for request in internet.requests() if request.target == path]) > before
    link = maintainer.links()[path]
    assert (link["state"], link["disputed"]["file"], link["disputed"]["replacement"]) == (
        "dead",
        "lists/a.md",
        snapshot,
    )
    assert "disputed: the old URL stands again in lists/a.md" in maintainer.run("report")
    told = shown(maintainer, gone)
    assert [(each["written_to"], each["ending"]) for each in told["repairs"]] == [
        ("storage/repaired/lists/a.md", None),
        ("lists/a.md", "reverted"),
    ]
    assert told["disputed"] == link["disputed"]
    assert "revert   lists/a.md: the old URL stands" in maintainer.run("history", gone)
    assert "Disputed, and left as they are" in maintainer.run("repair", "--in-place")
    assert document.read_bytes() == (tmp_path / "storage/repaired/lists/a.md").read_bytes() == original


def test_a_dead_link_that_lives_again_comes_back_as_it_was_written(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    internet.switch("x(y", "/status/404")
    gone = internet.http_url("/switchable/x(y")
    written = gone.replace("(", "\\(").replace("/switchable", "/./switchable")
    document = maintainer.write("a.md", f"- [gone]({written} 'title') &amp; more")
    original = document.read_bytes()
    maintainer.archive(gone, "20200102030405")
    maintainer.run("run")
    maintainer.run("repair", "--in-place")
    assert b"/web/20200102030405/" in document.read_bytes()
    internet.switch("x(y", "/ok")
    # A dead link is looked at after 30 days, give or take a fifth.
    for days in (37, 1.1):
        assert original not in document.read_bytes()
        maintainer.nights_pass(days)
        maintainer.run("run")
        maintainer.run("repair", "--in-place")
    assert document.read_bytes() == original
    assert (tmp_path / "storage/repaired/lists/a.md").read_bytes() == original
    told = shown(maintainer, gone)
    ended = [each for each in told["repairs"] if each["ending"]]
    assert [(each["written_to"], each["ending"]) for each in ended] == [("lists/a.md", "returned")]
    assert (told["state"], told["disputed"]) == ("alive", None)
    assert "return   lists/a.md: the link lives again" in maintainer.run("history", gone)
