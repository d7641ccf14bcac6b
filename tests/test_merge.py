"""Shards that are merged come to the same verdicts as one run: night after night, on a simulated web and a real one.

The clock of a night stands still, so that the times of both are equal, too.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import ArchiveSettings, FetchSettings, NetworkSettings, Settings
from dlt_crawler.errors import ConfigError, NetworkDown, ShardMissing
from dlt_crawler.model import Network, Run, RunId, Shard
from dlt_crawler.pipeline import Job
from dlt_crawler.pipeline.joining import Joined, join
from dlt_crawler.report import Format, View, render
from dlt_crawler.store import Store
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.postgres import Server
from tests.simulated import HandClock, SimulatedWeb
from tests.test_many_nights import Watch
from tests.years import CANARIES, Link, World, fate

FIRST_NIGHT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
SHARDS = tuple(Shard(number, 3) for number in (1, 2, 3))
SECTION = "http://sections.example/page"


class StandingClock(HandClock):
    """Asking takes no time: who is asked sooner and who later makes no difference."""

    def tick(self, seconds: float = 1) -> None:
        """Let no time pass."""


@dataclass
class Maintainer:
    """Somebody who keeps lists, and has them checked by one machine or by three."""

    directory: Path
    settings: Settings
    world: World
    clock: StandingClock = field(default_factory=lambda: StandingClock(FIRST_NIGHT))
    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        self.web = SimulatedWeb(self.clock, self.world.answer)

    def begin(self, night: float) -> None:
        self.world.begin(int(night))
        self.clock.now = FIRST_NIGHT + timedelta(days=night)

    @contextmanager
    def opened(self) -> Iterator[Job]:
        with pipeline.open_job(self.settings, "run", self.watch) as job:
            yield replace(job, clock=self.clock, web=self.web.open)

    def run(self) -> dict[str, Any]:
        with self.opened() as job:
            return shown(job, pipeline.run(job))

    def run_shard(self, shard: Shard) -> pipeline.Sharded:
        with pipeline.open_shard(self.settings, shard, "run", self.watch) as job:
            return pipeline.run_shard(replace(job, clock=self.clock, web=self.web.open), shard)

    def merge(self, *named: str, partial: bool = False) -> dict[str, Any]:
        with pipeline.open_merge(self.settings, named, self.watch, partial=partial) as (job, sources):
            ours = replace(job, clock=self.clock, web=self.web.open)
            return shown(ours, pipeline.merge(ours, sources, partial=partial).nightly)

    def run_shards(self) -> dict[str, Any]:
        for shard in SHARDS:
            self.run_shard(shard)
        return self.merge()

    def asked(self) -> list[str]:
        """What was asked for since the last time, but for canaries."""
        links = {link.url.partition("#")[0] for link in self.world.links}
        asked = sorted(due.resource.url for due in self.web.asked if due.resource.url in links)
        self.web.asked.clear()
        return asked

    def file(self, shard: Shard) -> Path:
        return self.directory / f"links.shard-{shard.number}-of-{shard.of}.db"

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """All that is stored in the merged database, but for what says when it was written."""
        left_out = {"search_pending", "sqlite_sequence"}
        with closing(sqlite3.connect(self.directory / "links.db")) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            tables = [name for (name,) in names if not name.startswith("search") and name not in left_out]
            return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}


def shown(job: Job, nightly: pipeline.Nightly) -> dict[str, Any]:
    """What a report of every link shows."""
    found: dict[str, Any] = json.loads(render(job.store.report(), Format.JSON, View(all_links=True)))
    assert len(found["links"]) == len(nightly.report.links)
    return found


@pytest.fixture
def maintainer(internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Maintainer]:
    monkeypatch.chdir(tmp_path)

    def begin(name: str, links: Sequence[Link]) -> Maintainer:
        lists = tmp_path / "lists"
        lists.mkdir(exist_ok=True)
        for number in range(2):
            lines = (f"- [{link.url}]({link.url}) 论文" for link in links[number::2])
            (lists / f"{number}.md").write_text("# A list\n\n" + "\n".join(lines) + "\n\n[mail](mailto:a@b.example)\n")
        for link in links:
            if link.archived:
                internet.archive_add(Capture(link.url, "20190601120000"))
        urls = internet.archive_urls()
        settings = Settings(
            sources=("lists/*.md",),
            database=f"sqlite:///{tmp_path}/{name}/links.db",
            storage=tmp_path / name,
            fetch=FetchSettings(second_look=0.001),
            network=NetworkSettings(canaries=CANARIES),
            archive=ArchiveSettings.model_validate(
                {key: urls[key] for key in ("timegate_url", "cdx_url", "save_url")}
                | {"cdx_rate": 60_000, "playback_rate": 60_000}
                | {"fallbacks": {"papers": False, "software_heritage": False, "arquivo": False}}
            ),
        )
        return Maintainer(tmp_path / name, settings, World(1, 100, links))

    return begin


LINKS = (
    Link("http://steady.example/paper", fate((0, "lives"))),
    Link("http://redirecting.example/old", fate((0, "elsewhere"))),
    # To a site of another shard, whichever that is.
    Link("http://moving.example/old", fate((4, "lives"), (0, "moved"))),
    Link("http://gone.example/paper", fate((5, "lives"), (0, "404"))),
    Link("http://always-gone.example/paper", fate((0, "410"))),
    Link("http://soft.example/paper", fate((3, "lives"), (8, "soft"), (0, "lives"))),
    Link("http://lapsed.example/", fate((2, "lives"), (0, "parked"))),
    Link("http://vanished.example/", fate((0, "nxdomain"))),
    Link("http://refusing.example/", fate((1, "lives"), (0, "refused"))),
    Link("http://walled.example/", fate((0, "403"))),
    Link("http://limiting.example/", fate((2, "lives"), (6, "429"), (0, "lives"))),
    Link("http://shaky.example/", fate((0, "shaky"))),
    Link(f"{SECTION}#section", fate((0, "lives"))),
    # A host with many links, which has bad nights: witnesses are asked.
    *(
        Link(f"http://large.example/paper/{number}", fate((6, "lives"), (9, "timeout"), (0, "lives")))
        for number in range(9)
    ),
    # More than may die in one night.
    *(Link(f"http://mass-{number}.example/", fate((7, "lives"), (0, "404"))) for number in range(25)),
)


def test_shards_come_to_the_verdicts_of_one_run_night_after_night(maintainer: Callable[..., Maintainer]) -> None:
    alone, apart = maintainer("alone", LINKS), maintainer("apart", LINKS)
    states, held = set(), 0
    for night in (0, 7, 8):
        alone.begin(night)
        of_one = alone.run()
        apart.begin(night)
        of_shards = apart.run_shards()
        by_url = {link["url"]: link for link in of_shards["links"]}
        for link in of_one["links"]:
            assert by_url[link["url"]] == link, f"night {night}"
        assert of_shards == of_one, f"night {night}"
        # Nobody was asked for more than by one machine; the canaries are.
        assert apart.asked() == alone.asked(), f"night {night}"
        states |= {link["state"] for link in of_one["links"]}
        held = max(held, sum("not called dead yet" in link["reason"] for link in of_one["links"]))
    assert {"alive", "dead", "failing", "blocked"} <= states
    assert held


@pytest.mark.at_length
def test_shards_that_live_by_themselves_do_so_too(maintainer: Callable[..., Maintainer], tmp_path: Path) -> None:
    links = [link for link in LINKS if "mass" not in link.url]
    alone, apart = maintainer("alone", links), maintainer("apart", links)
    machines = []
    for shard in SHARDS:
        machine = maintainer(f"machine-{shard.number}", links)
        machine.clock, machine.web, machine.world = apart.clock, apart.web, apart.world
        machines.append(machine)
    for night in (0, 9):
        alone.begin(night)
        of_one = alone.run()
        apart.begin(night)
        for shard, machine in zip(SHARDS, machines, strict=True):
            machine.run_shard(shard)
        assert apart.asked() == alone.asked(), f"night {night}"
    # That it was left out after the first night does not matter.
    of_shards = apart.merge(*(str(machine.file(shard)) for shard, machine in zip(SHARDS, machines, strict=True)))
    assert of_shards["links"] == of_one["links"]


@pytest.fixture(scope="module")
def first_night() -> dict[str, bytes]:
    """The databases of the shards after their first night, by name: `checked` fills it."""
    return {}


@pytest.fixture
def checked(maintainer: Callable[..., Maintainer], first_night: dict[str, bytes]) -> Callable[[str], Maintainer]:
    """Somebody whose three shards have been checked in one night, and were not merged yet."""

    def begin(name: str) -> Maintainer:
        apart = maintainer(name, LINKS[:12])
        apart.begin(0)
        apart.directory.mkdir()
        if not first_night:
            for shard in SHARDS:
                apart.run_shard(shard)
            first_night.update((file.name, file.read_bytes()) for file in apart.directory.glob("*.db"))
            apart.asked()
        for file, content in first_night.items():
            (apart.directory / file).write_bytes(content)
        return apart

    return begin


def test_a_merge_that_is_killed_is_completed_by_the_next_and_then_nothing_changes(
    checked: Callable[[str], Maintainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = checked("whole"), checked("cut")
    expected = whole.merge()
    stages: list[str] = []
    calls = iter(range(4))

    def dies(_: int = 1) -> None:
        if stages[-1] == "merge" and next(calls) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    if not (killed := os.fork()):
        try:
            monkeypatch.setattr("dlt_crawler.store.merging._AT_ONCE", 2)
            monkeypatch.setattr(cut.watch, "begin", lambda stage, _: stages.append(stage))
            monkeypatch.setattr(cut.watch, "advance", dies)
            cut.merge()
        finally:
            os._exit(1)
    assert os.waitpid(killed, 0)[1] == signal.SIGKILL
    with closing(Store.open(cut.settings.database)) as store:
        assert store.number_of_links() == 12
        assert store.distrusted_runs(), "half of a night proves something"
    with closing(sqlite3.connect(cut.directory / "links.db")) as connection:
        assert 0 < connection.execute("SELECT count(*) FROM checks").fetchone()[0] < len(whole.contents()["checks"])
    assert cut.merge() == expected
    assert len(cut.contents()["checks"]) == len(whole.contents()["checks"])
    before = cut.contents()
    assert cut.merge() == expected
    assert cut.contents() == before


def test_shards_are_merged_into_postgresql_alike(checked: Callable[[str], Maintainer], postgresql: Server) -> None:
    one, other = checked("one"), checked("other")
    other.settings = other.settings.model_copy(update={"database": postgresql.new()})
    files = [str(other.file(shard)) for shard in SHARDS]
    expected = one.merge()
    assert other.merge(*files) == expected
    assert other.merge(*files) == expected


def test_a_copy_of_a_shard_adds_nothing(checked: Callable[[str], Maintainer], tmp_path: Path) -> None:
    one, other = checked("one"), checked("other")
    copy, alias = tmp_path / "copy.db", tmp_path / "alias.db"
    files = [str(other.file(shard)) for shard in SHARDS]
    copy.write_bytes(Path(files[0]).read_bytes())
    alias.symlink_to(files[1])
    assert other.merge(files[0], *files, str(copy), str(alias), f"sqlite:///{files[0]}") == one.merge()
    assert len(other.contents()["checks"]) == len(one.contents()["checks"])


def test_a_shard_of_another_list_is_refused(
    checked: Callable[[str], Maintainer], maintainer: Callable[..., Maintainer]
) -> None:
    apart = checked("apart")
    other = maintainer("other", LINKS[12:14])
    with pytest.raises(ConfigError, match=r"links\.shard-1-of-3\.db is of another list"):
        other.merge(*(str(apart.file(shard)) for shard in SHARDS))
    assert not other.contents()["checks"]


def test_an_incomplete_night_is_refused_and_leaves_what_it_has_not_as_it_was(
    checked: Callable[[str], Maintainer],
) -> None:
    apart = checked("apart")
    late_one = apart.file(SHARDS[2])
    late_one.rename(apart.directory / "late")
    with pytest.raises(ShardMissing, match=r"3/3: no database"):
        apart.merge()
    assert not (apart.directory / "links.db").exists()
    partly = apart.merge(partial=True)
    own = {link["url"] for link in partly["links"] if link["state"] == "unchecked"}
    assert own
    assert all(link["checks"] == 0 and link["last_checked"] is None for link in partly["links"] if link["url"] in own)
    # It comes late, and the night is what it would have been.
    (apart.directory / "late").rename(late_one)
    late = apart.merge()
    assert late["run"]["id"] == partly["run"]["id"]
    assert all(link["checks"] for link in late["links"] if link["url"] in own)
    # The night after, a shard is not run.
    apart.begin(1)
    for shard in SHARDS[1:]:
        apart.run_shard(shard)
    with pytest.raises(ShardMissing, match=r"1/3: its latest run is of 2026-11-22"):
        apart.merge()


def test_a_shard_without_a_network_proves_nothing(checked: Callable[[str], Maintainer]) -> None:
    apart = checked("apart")
    apart.merge()
    apart.begin(1)
    for shard in SHARDS[:2]:
        apart.run_shard(shard)
    apart.world.trouble = "down"
    with pytest.raises(NetworkDown):
        apart.run_shard(SHARDS[2])
    found = apart.merge()
    assert found["run"]["network"] == "ok"
    with closing(Store.open(apart.settings.database)) as store:
        *_, night, down = sorted(store.parts.runs(), key=lambda run: run.shard or "")
        assert (night.shard, down.shard, down.network) == (None, "3/3", Network.DOWN)
        assert store.distrusted_runs() == {down.id}
    # And when none has one, nothing is judged.
    apart.begin(2)
    apart.world.trouble = "down"
    for shard in SHARDS:
        with pytest.raises(NetworkDown):
            apart.run_shard(shard)
    with pytest.raises(NetworkDown, match=r"no shard had a network"):
        apart.merge()


def test_a_run_of_a_shard_that_was_cut_off_is_gone_on_with_and_waited_for(
    checked: Callable[[str], Maintainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = checked("apart")
    apart.file(SHARDS[2]).unlink()
    with monkeypatch.context() as patch:
        patch.setattr("dlt_crawler.pipeline.checks.reread_crowds", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            apart.run_shard(SHARDS[2])
    with pytest.raises(ShardMissing, match=r"3/3: its run of 2026-11-22 02:30 UTC was cut off"):
        apart.merge()
    apart.asked()
    apart.run_shard(SHARDS[2])
    assert not apart.asked(), "what has its check was asked for again"
    assert apart.merge()["summary"].get("unchecked", 0) == 0


def run(number: int, shard: str | None, hour: float, **more: Any) -> Run:
    started = FIRST_NIGHT + timedelta(hours=hour)
    ended = {"finished": started + timedelta(hours=1), "network": Network.OK} | more
    return Run(RunId(number), started, shard=shard, **ended)


def nights_of(*runs: Run, known: Sequence[Joined] = ()) -> list[list[int]]:
    return [[run.id for run in night.new] for night in join(runs, known)]


def test_runs_of_one_night_are_those_of_different_shards_that_began_within_twenty_hours() -> None:
    assert nights_of(run(1, "1/2", 0), run(2, "2/2", 19.9)) == [[1, 2]]
    assert nights_of(run(1, "1/2", 0), run(2, "2/2", 20)) == [[1], [2]]
    # Started by hand once more.
    assert nights_of(run(1, "1/2", 0), run(2, "2/2", 1), run(3, "1/2", 2), run(4, "2/2", 3)) == [[1, 2], [3, 4]]
    # From now on there are three.
    assert nights_of(run(1, "1/2", 0), run(2, "2/3", 1)) == [[1], [2]]
    # One that comes a night late.
    known = [
        Joined(FIRST_NIGHT, RunId(7), {Shard(1, 2)}),
        Joined(FIRST_NIGHT + timedelta(days=1), RunId(8), {Shard(1, 2)}),
    ]
    late, tonight = join([run(1, "2/2", 0.5), run(2, "2/2", 24.5)], known)
    assert [(each.run, [run.id for run in each.new]) for each in (late, tonight)] == [(7, [1]), (8, [2])]
    # What proves nothing, and what is of no shard, stays by itself.
    down = run(2, "2/2", 1, network=Network.DOWN)
    assert nights_of(run(1, "1/2", 0), down, run(3, None, 2), run(4, "2/2", 3, finished=None)) == [[1], [2], [3], [4]]
