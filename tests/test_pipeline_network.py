"""Our own outages, met by the real crawler: before a crawl, in the middle of one, and in networks that lie."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dlt_crawler.config import NetworkSettings, Settings
from dlt_crawler.errors import NetworkDown
from dlt_crawler.model import Network, Observation, Resource, Run
from dlt_crawler.pipeline import Crawling, Job
from dlt_crawler.pipeline.network import require_network, watched
from dlt_crawler.store import Store
from tests.fetch_support import settings
from tests.internet.client import Internet
from tests.internet.namespace import Namespace
from tests.internet.world import CANARIES
from tests.internet.worlds import ORIGINS

LIVING = [f"127.0.0.{last}" for last in (*range(1, 16), *range(30, 42))]
DEAD = [f"127.0.1.{last}" for last in range(1, 61)]
"""Where nobody listens."""


class Listener:
    """Who watches a job in these tests."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def begin(self, stage: str, total: int) -> None:
        pass

    def advance(self, steps: int = 1) -> None:
        pass

    def crawling(self, now: Crawling) -> None:
        """Hear where a crawl stands."""

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    fail = say


@pytest.fixture
def job(tmp_path: Path, internet: Internet) -> Iterator[Job]:
    canaries = NetworkSettings(canaries=(internet.http_url("/switchable/canary"),))
    database = f"sqlite:///{tmp_path}/links.db"
    with Store.open(database) as store:
        yield Job(Settings(database=database, fetch=settings(), network=canaries), store, Listener())


def with_canaries(job: Job, *canaries: str) -> Job:
    network = NetworkSettings(canaries=canaries)
    return replace(job, settings=job.settings.model_copy(update={"network": network}))


def ask(job: Job) -> Run:
    """Begin a run and ask the canaries."""
    run = job.store.begin_run(job.now)
    with job.web(job.settings, job.store, job.clock) as web:
        require_network(job, run, web)
    return run


def crawl(job: Job, urls: Sequence[str], wait: Callable[[float], None]) -> None:
    """Check these links in the run that has begun last."""
    run = job.store.last_run()
    assert run is not None

    def record(batch: Sequence[Observation]) -> None:
        job.store.add_checks(run.id, 1, batch)

    with job.web(job.settings, job.store, job.clock) as web:
        web.check(list(map(Resource, urls)), watched(job, run, record, wait=wait), robots=False)


def never(_seconds: float) -> None:
    raise AssertionError("nothing is to be waited for")


def asked(internet: Internet) -> Counter[str]:
    return Counter(request.target for request in internet.requests())


def checked(job: Job) -> int:
    return sum(len(checks) for _, checks in job.store.histories())


def test_a_good_night_costs_a_request_to_each_canary(job: Job, internet: Internet) -> None:
    empty = internet.http_url("/generate_204", "127.0.0.2")
    internet.page(empty, "/status/204")
    job = with_canaries(job, *job.settings.network.canaries, empty, empty)
    ask(job)
    crawl(job, [internet.http_url("/page/x", host) for host in LIVING if host in ORIGINS], never)
    assert asked(internet) == {"/switchable/canary": 1, "/generate_204": 1, "/page/x": len(LIVING)}


def test_without_canaries_nothing_is_asked_and_nothing_doubted(job: Job, internet: Internet) -> None:
    job = with_canaries(job)
    ask(job)
    crawl(job, [internet.http_url("/x", host) for host in DEAD], never)
    assert checked(job) == len(DEAD)
    assert internet.requests() == []


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        ("/reset", "The network is down (0 of 1 canaries answered): try again with a network, or see it all work"),
        ("/redirect-to-host/127.0.0.30/ok", "A captive portal answers in the place of the web (127.0.0.1 led to 127."),
        ("/status/511", "A captive portal answers in the place of the web (127.0.0.1 answered 511): log in"),
        ("/dated/-400/200", "The clock of this machine is wrong (it says 20"),
        ("/dated/400/200", "The clock of this machine is wrong (it says 20"),
    ],
)
def test_a_run_ends_before_its_first_check(job: Job, internet: Internet, row: str, trouble: str) -> None:
    internet.switch("canary", row)
    with pytest.raises(NetworkDown, match="the links are stored and nothing was judged"):
        ask(job)
    run = job.store.last_run()
    assert run is not None
    assert run.trouble is not None
    assert (run.network, run.trouble[: len(trouble)]) == (Network.DOWN, trouble)
    assert checked(job) == 0
    assert job.store.distrusted_runs() == {run.id}


@pytest.mark.parametrize(("row", "is_confirmed"), [("/ok", True), ("/http-1.0", False)])
def test_checks_of_the_future_mean_a_wrong_clock_unless_canaries_say_otherwise(
    job: Job, internet: Internet, row: str, *, is_confirmed: bool
) -> None:
    before = job.store.begin_run(job.now)
    seen: list[Observation] = []
    with job.web(job.settings, job.store, job.clock) as web:
        web.check([Resource(internet.http_url("/ok"))], seen.extend)
    job.store.add_checks(before.id, 1, [replace(seen[0], at=seen[0].at + timedelta(days=90))])
    job.store.finish_run(before.id, now=job.now, network=Network.OK)

    internet.switch("canary", row)
    if is_confirmed:
        ask(job)
    else:
        with pytest.raises(NetworkDown, match="wrong, or was"):
            ask(job)


def test_a_network_that_is_lost_in_the_middle_is_waited_for_and_then_given_up(job: Job, internet: Internet) -> None:
    waited: list[float] = []
    run = ask(job)
    internet.switch("canary", "/reset")
    with pytest.raises(NetworkDown, match="The network is down"):
        crawl(job, [internet.http_url("/x", host) for host in DEAD], waited.append)
    ended = job.store.last_run()
    assert ended is not None
    assert (ended.id, ended.network) == (run.id, Network.DOWN)
    assert ended.finished is not None
    # What was seen is kept, and is no evidence.
    assert checked(job) >= 20
    assert job.store.distrusted_runs() == {run.id}
    assert waited == sorted(waited)
    assert 0 < sum(waited) <= 30
    assert asked(internet) == {"/switchable/canary": 1 + 1 + len(waited)}


def test_a_network_that_comes_back_is_gone_on_with(job: Job, internet: Internet) -> None:
    ask(job)
    internet.switch("canary", "/reset")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            internet.switch("canary", "/ok")

    crawl(job, [internet.http_url("/x", host) for host in DEAD], wait)
    assert len(waited) == 2
    assert checked(job) == len(DEAD)
    assert job.store.distrusted_runs() == {1}, "only the canaries at its end vouch for a run"
    assert isinstance(job.progress, Listener)
    assert job.progress.said == [
        f"The network is down (0 of 1 canaries answered): asking again in {seconds:g} s" for seconds in waited
    ]


def test_a_list_of_dead_hosts_is_checked_to_its_end(job: Job, internet: Internet) -> None:
    ask(job)
    crawl(job, [internet.http_url("/x", host) for host in DEAD], never)
    assert checked(job) == len(DEAD)
    # Before the crawl, and of 60 hosts after 20 and 40 at most.
    assert asked(internet)["/switchable/canary"] in (2, 3)


ASK = """
import sys
from dlt_crawler.config import FetchSettings, Settings
from dlt_crawler.errors import NetworkDown
from dlt_crawler.pipeline import Job
from dlt_crawler.pipeline.network import require_network
from dlt_crawler.store import Store

if __name__ == "__main__":
    fetch = FetchSettings(timeout=20, allow_networks=["127.0.0.0/8"])
    settings = Settings(database="sqlite:///links.db", fetch=fetch)
    with Store.open(settings.database) as store:
        job = Job(settings, store, None)
        run = store.begin_run(job.now)
        try:
            with job.web(settings, store, job.clock) as web:
                require_network(job, run, web)
        except NetworkDown as down:
            print(down)
        print(store.last_run().trouble)
"""


@pytest.mark.parametrize(
    ("world", "trouble"),
    [
        ("small", None),
        ("offline", "The network is down (0 of 5 canaries answered)"),
        ("portal", "A captive portal answers in the place of the web (connectivitycheck.gstatic.com answered 200 in"),
        pytest.param(
            "portal-over-tls",
            "A captive portal answers in the place of the web (connectivitycheck.gstatic.com ans",
            marks=pytest.mark.at_length,
        ),
        pytest.param(
            "lying-names",
            "The name server answers for names that do not exist (such as ",
            marks=pytest.mark.at_length,
        ),
        pytest.param(
            "search-page",
            "The name server answers for names that do not exist (such as ",
            marks=pytest.mark.at_length,
        ),
        pytest.param("other-time", "The clock of this machine is wrong (it says 20", marks=pytest.mark.at_length),
    ],
)
def test_networks_under_real_names(
    namespaces: type[Namespace], tmp_path: Path, world: str, trouble: str | None
) -> None:
    (tmp_path / "ask.py").write_text(ASK)
    with namespaces(world) as internet:
        done = internet.run([sys.executable, "ask.py"], directory=tmp_path)
        urls = Counter(request.url for request in internet.requests())
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    if trouble is None:
        assert said == ["None"]
        assert urls == dict.fromkeys(CANARIES, 1)
    else:
        assert [line.startswith(trouble) for line in said] == [True, True]
