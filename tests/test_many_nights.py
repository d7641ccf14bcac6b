"""Hundreds of nights over a small world whose links die, flap, return, move and are walled off: never a false death.

The whole job runs, on a real database and real documents, but for the web and the time, which the test makes
(`tests.years`, `tests.simulated`); the archive is the test internet's. After each night every verdict is compared with
the truth. NIGHTS=4000 is longer (`.ci/nightly` has them), SEED=7 another world.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import ArchiveSettings, FetchSettings, NetworkSettings, Settings
from dlt_crawler.errors import NetworkDown
from dlt_crawler.model import Change, Resource, Snapshot, State, Verdict
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.simulated import Answer, HandClock, SimulatedWeb
from tests.years import CANARIES, OURS, PATIENCE, WALLED, Link, World

NIGHTS = int(os.environ.get("NIGHTS", "50"))
SEED = int(os.environ.get("SEED", "6"))

FIRST_NIGHT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)

LONGEST_ALIVE = 36
LONGEST_DEAD = 108
"""Days until a link is looked at again: 30 and 90, and a jitter of 20 %."""
OF_A_HOST = 14
"""Days after which the death of a whole host is believed."""

UNTRUSTED = frozenset(OURS) - {"off", "cut", "killed"}
"""What has to be found out before anything is asked."""


class Watch:
    """Nobody watches; what could not be done is kept."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def begin(self, stage: str, total: int) -> None:
        """Hear that a stage begins."""

    def advance(self, steps: int = 1) -> None:
        """Hear of a step."""

    def crawling(self, now: pipeline.Crawling) -> None:
        """Hear where a crawl stands."""

    def say(self, sentence: str) -> None:
        """Hear something."""

    def fail(self, sentence: str) -> None:
        self.failed.append(sentence)


@dataclass
class Years:
    """One maintainer for years: the job of each night, and what was seen of it."""

    world: World
    settings: Settings
    chance: random.Random
    clock: HandClock = field(default_factory=lambda: HandClock(FIRST_NIGHT))
    watch: Watch = field(default_factory=Watch)
    states: dict[str, State] = field(default_factory=dict)
    """Of the night before."""
    untrusted: list[int] = field(default_factory=list)
    """Nights on which no verdict could be had."""
    asked: Counter[str] = field(default_factory=Counter)
    quiet: int = 0
    """Nights on which nobody was asked but the canaries."""
    opened: pipeline.Job = field(init=False)
    cut: int = 0
    """After so many answers the network or the job ends tonight; 0: never."""

    def __post_init__(self) -> None:
        self.web = SimulatedWeb(self.clock, self._answer)

    def _answer(self, url: str) -> Answer:
        answer = self.world.answer(url)
        self.cut -= 1
        if self.cut == 0:
            if self.world.ours.get(self.world.night) == "killed":
                raise KeyboardInterrupt
            self.world.trouble = "cut"
        return answer

    def pass_night(self, night: int) -> None:
        """Do the job of one night, and object to whatever is wrong with its end."""
        world, ours = self.world, self.world.ours.get(night)
        world.begin(night)
        self.clock.now = FIRST_NIGHT + timedelta(days=night, minutes=self.chance.randint(0, 120))
        self.clock.wrong = timedelta(days={"ahead": 400, "behind": -30}.get(ours or "", 0))
        self.cut = self.chance.randint(4, 40) if ours in ("cut", "killed") else 0
        world.trouble = ours if ours in ("down", "portal", "hijack") else ""
        if ours == "off":
            self.untrusted.append(night)
            return
        try:
            self._run()
        except KeyboardInterrupt:
            self.clock.tick(600)
            self._run()
        except NetworkDown:
            assert ours in UNTRUSTED | {"cut"}, self._where(None)
            self.untrusted.append(night)
        else:
            assert ours not in UNTRUSTED, f"{self._where(None)}: nobody saw that the network was {ours}"
        links = {link.url for link in world.links}
        self.asked.update({url: 1 for url in world.asked_tonight if url in links})
        self.quiet += not links & world.asked_tonight.keys()

    def _run(self) -> None:
        job = replace(self.opened, clock=self.clock, web=self.web.open)
        try:
            nightly = pipeline.run(job)
        finally:
            self._compare_deaths(job.store.verdicts())
        assert self.watch.failed == []
        self._compare_answers()
        self._compare_documents(job, job.store.verdicts())
        self._compare_transitions(nightly.report.transitions)
        self.states = {url: self.verdicts[url].state for url in self.verdicts}

    def _compare_deaths(self, verdicts: Mapping[Resource, Verdict]) -> None:
        """Object to every death of what lives, also when the job was cut off."""
        self.verdicts = {resource.url: verdict for resource, verdict in verdicts.items()}
        for link in self.world.links:
            verdict = self.verdicts.get(link.url)
            if verdict and verdict.state is State.DEAD and self.states.get(link.url) is not State.DEAD:
                assert link.is_dead(self.world.night), f"called dead, and is not: {self._where(link, verdict)}"

    def _compare_answers(self) -> None:
        """Object to whatever has answered and is not alive."""
        night = self.world.night
        if self.world.trouble:
            return
        for link in self.world.links:
            if link.lives(night) and self.world.asked_tonight[link.url]:
                verdict = self.verdicts[link.url]
                where = self._where(link, verdict)
                assert verdict.state is State.ALIVE, f"has answered, and is not called alive: {where}"

    def compare_with_time(self) -> None:
        """Object to whatever should have been known by now."""
        night = self.world.night
        if night in self.untrusted:
            return
        for link in self.world.links:
            verdict, where = self.verdicts[link.url], self._where(link, self.verdicts[link.url])
            since = link.dead_since(night)
            if since is not None:
                kind = link.phase(night).kind
                patience = OF_A_HOST if urlsplit(link.url).hostname == "closed.example" else PATIENCE[kind]
                if self._nights_since(since) > LONGEST_ALIVE + patience + 2:
                    assert verdict.state is State.DEAD, f"is dead, and nobody has found out: {where}"
            since = link.living_since(night)
            if since is not None and self._nights_since(since) > LONGEST_DEAD + 2:
                assert verdict.state is State.ALIVE, f"has come back, and nobody has found out: {where}"
                assert not verdict.recovering, f"has come back, and is still repaired: {where}"
            if link.phase(night).kind in WALLED:
                assert verdict.state is not State.UNCHECKED, where

    def _nights_since(self, first: int) -> int:
        """Return how many nights there were since then on which something could be found out."""
        return self.world.night - first - sum(night >= first for night in self.untrusted)

    def _compare_documents(self, job: pipeline.Job, verdicts: Mapping[Resource, Verdict]) -> None:
        answers = job.store.answers()
        repaired = {
            resource.url: answers[resource][0]
            for resource, verdict in verdicts.items()
            if (verdict.state is State.DEAD or verdict.recovering) and resource in answers
        }
        for path in Path("lists").glob("*.md"):
            expected = path.read_text()
            for url, answer in repaired.items():
                if isinstance(answer, Snapshot):
                    expected = expected.replace(f"]({url})", f"]({answer.url})")
            assert Path("storage/repaired", path).read_text() == expected, self._where(None)

    def _compare_transitions(self, transitions: tuple[object, ...]) -> None:
        told = {(each.url, each.change) for each in transitions}  # type: ignore[attr-defined]
        for url, verdict in self.verdicts.items():
            before = self.states.get(url, State.UNCHECKED)
            died = verdict.state is State.DEAD and before is not State.DEAD
            recovered = verdict.state is State.ALIVE and before is State.DEAD
            assert ((url, Change.DEAD) in told) is died, f"{url}: {self._where(None)}"
            assert ((url, Change.RECOVERED) in told) is recovered, f"{url}: {self._where(None)}"

    def _where(self, link: Link | None, verdict: Verdict | None = None) -> str:
        night, ours = self.world.night, self.world.ours.get(self.world.night)
        where = f"night {night} of seed {self.world.seed}, our trouble: {ours}"
        if link is None or verdict is None:
            return where
        return f"{link.url}, {link.phase(night)}: {verdict.state}, {verdict.reason}; {where}"


@pytest.fixture
def years(internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Years:
    monkeypatch.chdir(tmp_path)
    world = World.of(SEED, NIGHTS)
    lists = Path("lists")
    lists.mkdir()
    for number in range(2):
        lines = (f"- [{link.url}]({link.url}) 论文" for link in world.links[number::2])
        (lists / f"{number}.md").write_text("# A list\n\n" + "\n".join(lines) + "\n")
    for link in world.links:
        if link.archived:
            internet.archive_add(Capture(link.url, "20190601120000"))
    urls = internet.archive_urls()
    settings = Settings(
        sources=("lists/*.md",),
        fetch=FetchSettings(second_look=0.001),
        network=NetworkSettings(canaries=CANARIES),
        archive=ArchiveSettings.model_validate(
            {key: urls[key] for key in ("timegate_url", "cdx_url", "save_url")}
            | {"cdx_rate": 60_000, "playback_rate": 60_000}
            | {"fallbacks": {"papers": False, "software_heritage": False, "arquivo": False}}
        ),
    )
    return Years(world, settings, random.Random(SEED))


def test_night_after_night_no_living_link_is_called_dead_and_every_dead_one_is(years: Years) -> None:
    for first in range(0, NIGHTS, 25):
        # Opened each night, it would take half of the time.
        with pipeline.open_job(years.settings, "run", years.watch) as years.opened:
            for night in range(first, min(first + 25, NIGHTS)):
                years.pass_night(night)
                years.compare_with_time()
    asked = {link.url: years.asked[link.url] for link in years.world.links}
    lived = [asked["http://steady.example/paper"], asked["http://redirecting.example/old"]]
    # 1, 2, 4, 8, 16 and then 30 days, each up to 20 % less.
    assert all(NIGHTS / 36 <= times <= 5 + NIGHTS / 24 for times in lived), lived
    # 14 days, likewise.
    assert asked["http://walled.example/"] <= 1 + NIGHTS / 11
    # A month after its death, then every three months.
    assert asked["http://gone.example/another"] <= 3 + NIGHTS / 72
    assert years.quiet > NIGHTS / 100
    assert years.web.unchanged > sum(lived) / 2


FATES = {
    # Where it is, and what it answers from which day on.
    "steady": {0: "/titled/A-steady-page"},
    "gone": {0: "/ok", 3: "/status/404"},
    "soft": {0: "/ok", 3: "/soft-404"},
    "broken": {0: "/ok", 3: "/status/500"},
    "flaps": {0: "/ok", 3: "/status/500", 5: "/ok"},
    "returns": {0: "/ok", 3: "/status/410", 30: "/ok"},
    "walled": {0: "/ok", 3: "/bot-wall/403"},
}
NIGHTS_OF_THE_PROGRAM = (
    # Day → what is not alive then.
    (0, {}),
    (1, {}),
    (4, {"gone": "dead", "returns": "dead", "soft": "failing", "broken": "failing", "flaps": "failing",
         "walled": "blocked"}),
    (5, {"gone": "dead", "returns": "dead", "soft": "dead", "broken": "failing", "walled": "blocked"}),
    (7, {"gone": "dead", "returns": "dead", "soft": "dead", "broken": "failing", "walled": "blocked"}),
    (9, {"gone": "dead", "returns": "dead", "soft": "dead", "broken": "failing", "walled": "blocked"}),
    (12, {"gone": "dead", "returns": "dead", "soft": "dead", "broken": "dead", "walled": "blocked"}),
    (42, {"gone": "dead", "soft": "dead", "broken": "dead", "walled": "blocked"}),
    (43, {"gone": "dead", "soft": "dead", "broken": "dead", "walled": "blocked"}),
)  # fmt: skip


@pytest.mark.at_length
def test_the_real_program_sees_forty_days_as_they_are(internet: Internet, tmp_path: Path) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    urls = {name: internet.http_url(f"/switchable/{name}", f"127.0.0.{30 + n}") for n, name in enumerate(FATES)}
    original = maintainer.write("list.md", *(f"- [{name}]({url})" for name, url in urls.items())).read_bytes()
    for name in ("gone", "returns"):
        maintainer.archive(urls[name], "20190601120000")
    copy = tmp_path / "storage/repaired/lists/list.md"
    today = 0
    for day, troubled in NIGHTS_OF_THE_PROGRAM:
        if day:
            maintainer.nights_pass(day - today)
        for passed in range(today, day + 1):
            for name, rows in FATES.items():
                if passed in rows:
                    internet.switch(name, rows[passed])
        today = day
        maintainer.run("run")
        states = maintainer.states()
        assert {name: states[url] for name, url in urls.items()} == {**dict.fromkeys(FATES, "alive"), **troubled}, day
        repaired = copy.read_bytes()
        # A repair is undone when a link has answered on two days.
        assert (b"20190601120000/" + urls["returns"].encode() in repaired) == (4 <= day <= 42), day
        assert (b"20190601120000/" + urls["gone"].encode() in repaired) == (day >= 4), day
        assert repaired.replace(internet.http_url("/web/20190601120000/").encode(), b"") == original
    internet.reset()
    maintainer.run("run")
    assert {request.target for request in internet.requests()} == {"/ok"}, "more than the canary was asked for"
