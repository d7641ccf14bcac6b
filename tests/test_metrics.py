"""What who watches the machines is told: from the database, over HTTP, and in a file while a job is at work."""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse
from sqlalchemy import delete

from dlt_crawler import __version__
from dlt_crawler.archive import Blocks
from dlt_crawler.cli.metrics import _Scraped
from dlt_crawler.config import Settings
from dlt_crawler.config.machines import MetricsSettings
from dlt_crawler.model import Network, Outcome, Resource, Run, State
from dlt_crawler.pipeline import Crawling
from dlt_crawler.pipeline.archives import StoredMemory
from dlt_crawler.pipeline.measuring import INTERVAL, Meter, Metered
from dlt_crawler.store import Store
from dlt_crawler.store.tables import checks
from dlt_crawler.terminal import Watch
from tests import postgres
from tests.archive_support import HandClock
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.program import program
from tests.test_store import document, observation, occurrence, save

Values = dict[str, float]

NOW = datetime.now(UTC).replace(microsecond=0)
LINKS = [Resource(f"http://example.com/{number}") for number in range(5)]


def values(families: Iterable[Metric]) -> Values:
    """Return every sample by its name, with its labels as they are written."""
    found: Values = {}
    for family in families:
        assert family.documentation
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    assert all(name.startswith("dlt_crawl_") for name in found)
    return found


def said(url: str, directory: Path, *options: str, **environment: str) -> Values:
    """Return what the command prints."""
    arguments = ["--database", url, "metrics", *options]
    status, out, err = program().run(arguments, directory, {**os.environ, **environment}, timeout=60)
    assert (status, err) == (0, "")
    return values(parse(out))


def look(store: Store, run: Run, number: int, *outcomes: Outcome) -> None:
    """Let a run see these outcomes, one of each link."""
    seen = [
        replace(observation(link, run.started), outcome=outcome) for link, outcome in zip(LINKS, outcomes, strict=False)
    ]
    store.add_checks(run.id, number, seen)


def night(store: Store, *outcomes: Outcome, network: Network = Network.OK, ago: timedelta = timedelta(hours=1)) -> Run:
    """Let a run see these, and come to its end."""
    run = store.begin_run(NOW - ago)
    look(store, run, 1, *outcomes)
    store.finish_run(run.id, now=NOW - ago + timedelta(minutes=8), network=network)
    return store.complete_run(run.id, now=NOW - ago + timedelta(minutes=10))


def written(store: Store) -> None:
    links = [occurrence("a.md", link, line=line) for line, link in enumerate(LINKS, 1)]
    save(store, document("a.md"), links, now=NOW - timedelta(days=1))


def test_the_latest_run_is_told_with_what_it_saw_and_when(store: Store, database_url: str, tmp_path: Path) -> None:
    written(store)
    run = night(store, Outcome.OK, Outcome.OK, Outcome.NOT_FOUND)
    store.trends.keep_tally(run.id, {State.ALIVE: 2, State.FAILING: 1}, {})
    found = said(database_url, tmp_path)
    began = (NOW - timedelta(hours=1)).timestamp()
    assert found["dlt_crawl_checks_total{outcome=ok}"] == 2
    assert found["dlt_crawl_checks_total{outcome=not_found}"] == 1
    assert found["dlt_crawl_checks_total{outcome=timeout}"] == 0
    assert found["dlt_crawl_links{state=alive}"] == 2
    assert found["dlt_crawl_links{state=dead}"] == 0
    assert found["dlt_crawl_run_start_timestamp_seconds"] == began
    assert found["dlt_crawl_run_checked_timestamp_seconds"] == began + 480
    assert found["dlt_crawl_run_end_timestamp_seconds"] == found["dlt_crawl_last_success_timestamp_seconds"]
    assert found["dlt_crawl_run_duration_seconds"] == 600
    assert found["dlt_crawl_run_network_up"] == 1
    assert found["dlt_crawl_database_size_bytes"] > 50_000
    assert found[f"dlt_crawl_build_info{{version={__version__}}}"] == 1
    engine = database_url.partition("+")[0].partition(":")[0]
    assert any(name.startswith(f"dlt_crawl_database_info{{engine={engine},schema=0") for name in found)
    assert found["dlt_crawl_archive_limit_requests_per_second{pool=playback}"] == 8


def test_a_run_under_way_is_told_of_before_it_ends_and_a_bad_night_is_no_success(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    written(store)
    good = night(store, Outcome.OK, ago=timedelta(days=2))
    night(store, Outcome.TIMEOUT, network=Network.DOWN, ago=timedelta(days=1))
    run = store.begin_run(NOW)
    look(store, run, 1, *[Outcome.OK] * 4)
    found = said(database_url, tmp_path)
    assert found["dlt_crawl_run_id"] == run.id
    assert "dlt_crawl_run_end_timestamp_seconds" not in found
    assert store.measuring(stalled=30).now(NOW + timedelta(seconds=30)).per_second == pytest.approx(4 / 60)
    assert store.measuring(stalled=30).now(NOW + timedelta(seconds=90)).per_second == 0
    assert good.done is not None
    assert found["dlt_crawl_last_success_timestamp_seconds"] == good.done.timestamp()
    assert "dlt_crawl_links{state=alive}" not in found


def test_a_new_database_has_no_run_and_what_never_was_is_not_zero(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    found = said(database_url, tmp_path)
    assert not [name for name in found if "run" in name or "success" in name or "checks" in name]
    assert found["dlt_crawl_snapshots"] == found["dlt_crawl_repairs"] == 0


def test_who_measures_again_and_again_counts_what_who_measures_once_counts(store: Store) -> None:
    written(store)
    watching = store.measuring(stalled=30)
    assert sum(watching.now(NOW).checks.values()) == 0
    for _ in range(2):
        run = store.begin_run(NOW)
        for number, outcomes in ((1, [Outcome.OK, Outcome.TIMEOUT]), (2, [Outcome.SKIPPED]), (3, [Outcome.OK])):
            look(store, run, number, *outcomes)
            assert watching.now(NOW).checks == store.measuring(stalled=30).now(NOW).checks
            assert sum(watching.now(NOW).checks.values()) == number + 1
        store.complete_run(run.id, now=NOW)


def test_checks_are_counted_again_when_their_numbers_are_given_again_or_very_many_are_new(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(store)
    watching = store.measuring(stalled=30)
    run = store.begin_run(NOW)
    look(store, run, 1, Outcome.OK, Outcome.REDIRECTED, Outcome.TIMEOUT)
    assert sum(watching.now(NOW).checks.values()) == 3
    monkeypatch.setattr("dlt_crawler.store.measuring.MOST_NEW", 2)
    look(store, run, 2, Outcome.OK, Outcome.OK, Outcome.NOT_FOUND)
    for number, outcomes in ((2, 6), (1, 3)):
        measured = watching.now(NOW).checks
        assert measured == store.measuring(stalled=30).now(NOW).checks
        assert sum(measured.values()) == outcomes, number
        with store._database.writing() as connection:
            connection.execute(delete(checks).where(checks.c.look == number))


def test_the_archives_limits_are_told_on_either_engine(store: Store, database_url: str, tmp_path: Path) -> None:
    began = datetime.now(UTC)
    if store.turns is None:
        StoredMemory(store).keep(Blocks(began + timedelta(seconds=50), 2, {"cdx": began}))
    else:
        store.turns.reserve("cdx", 2.5, 100)
        store.turns.keep_silence(50, 2, 100)
    found = said(database_url, tmp_path)
    assert found["dlt_crawl_archive_refusals"] == 2
    now = began.timestamp()
    assert found["dlt_crawl_archive_silenced_until_timestamp_seconds"] == pytest.approx(now + 50, abs=120)
    assert found["dlt_crawl_archive_last_turn_timestamp_seconds{pool=cdx}"] == pytest.approx(now, abs=120)


def test_the_queue_of_several_machines_is_told_and_their_names_do_no_harm(
    postgresql: postgres.Server, tmp_path: Path
) -> None:
    url = postgresql.new()
    with Store.open(url) as store:
        written(store)
        run = store.begin_run(NOW)
    assert not [name for name in said(url, tmp_path) if "jobs" in name or "worker" in name or "queue" in name]
    name = 'one"\n} 1 2\\'
    with postgres.connected(url, autocommit=True) as connection:
        connection.execute(SchemaManager.get_schema().encode())
        connection.execute("ALTER TABLE procrastinate_workers ADD COLUMN IF NOT EXISTS dlt_crawl text")
        connection.execute("INSERT INTO procrastinate_workers (dlt_crawl) VALUES (%s), ('two')", [name])
        connection.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour' WHERE dlt_crawl = 'two'"
        )
        for status, number in (("todo", 3), ("doing", 2), ("succeeded", 9)):
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status) "
                "SELECT 'dlt-crawl', 'site', %s || n, %s FROM generate_series(1, %s) n",
                [status, status, number],
            )
        connection.execute(
            "INSERT INTO waiting (run_id, look, resource_id, site, slot, asked_in, hops) "
            "SELECT %s, 1, id, 'example.com', 'example.com', 0, 0 FROM resources",
            [run.id],
        )
    # A request may last 120 s: so long a worker that is silent may still be at one.
    with postgres.connected(url, autocommit=True) as connection:
        connection.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '60 s')")
    assert said(url, tmp_path)["dlt_crawl_workers"] == 1
    found = said(url, tmp_path, DLT_CRAWL_FETCH__TIMEOUT="120")
    assert found["dlt_crawl_workers"] == 2
    assert found["dlt_crawl_queue_links{frontier=shared}"] == len(LINKS)
    assert (found["dlt_crawl_jobs{status=todo}"], found["dlt_crawl_jobs{status=doing}"]) == (3, 2)
    assert found[f"dlt_crawl_worker_last_heartbeat_timestamp_seconds{{worker={name}}}"] > NOW.timestamp() - 600


def test_a_file_is_replaced_as_a_whole_or_the_command_says_why_not(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    assert said(database_url, tmp_path, "--output", "dlt.prom") == {}
    assert values(parse((tmp_path / "dlt.prom").read_text()))["dlt_crawl_repairs"] == 0
    assert [path.name for path in tmp_path.glob("*dlt.prom*")] == ["dlt.prom"]
    assert [path.name for path in tmp_path.glob(".dlt.prom*")] == []
    arguments = ["--database", database_url, "metrics", "--output", "dlt.prom/under"]
    status, _, err = program().run(arguments, tmp_path, os.environ, timeout=60)
    assert (status, "dlt.prom/under: cannot be written" in err) == (3, True)


def test_a_job_keeps_a_file_up_to_date_and_goes_on_when_it_cannot(internet: Internet, tmp_path: Path) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    maintainer.write("a.md", f"- <{internet.http_url('/ok')}>", f"- <{internet.http_url('/status/404')}>")
    maintainer.run("fetch", DLT_CRAWL_METRICS__FILE="metrics/dlt.prom")
    found = values(parse((tmp_path / "metrics/dlt.prom").read_text()))
    assert found["dlt_crawl_checks_total{outcome=ok}"] == 1
    assert found["dlt_crawl_checks_total{outcome=not_found}"] == 2
    assert "dlt_crawl_run_end_timestamp_seconds" in found
    environment = {**os.environ, "DLT_CRAWL_METRICS__FILE": "lists/a.md/dlt.prom"}
    status, _, err = program().run(["judge", "--yes"], tmp_path, environment, timeout=60)
    assert status == 0
    assert err.count("metrics: lists/a.md/dlt.prom: cannot be written") == 1


def test_while_a_crawl_goes_on_the_file_says_now_and_then_how_many_links_wait(store: Store, tmp_path: Path) -> None:
    file, clock = tmp_path / "dlt.prom", HandClock()

    def now() -> Values:
        return values(parse(file.read_text()))

    meter = Meter(Settings(metrics=MetricsSettings(file=file)), store, clock.monotonic)
    progress = Metered(Watch(quiet=True), meter)
    progress.begin("fetch", 1000)
    progress.crawling(Crawling({}, {}, 0))
    clock.now += INTERVAL - 1
    progress.advance(300)
    assert "dlt_crawl_queue_links{frontier=local}" not in now()
    clock.now += 1
    progress.advance(100)
    assert now()["dlt_crawl_queue_links{frontier=local}"] == 600
    assert now()["dlt_crawl_stage_steps_done{stage=fetch}"] == 400
    clock.now += INTERVAL
    progress.begin("judge", 1000)
    assert now()["dlt_crawl_stage_steps{stage=judge}"] == 1000
    assert "dlt_crawl_queue_links{frontier=local}" not in now()
    meter.close()
    assert not [name for name in now() if "stage" in name]


# ── Over HTTP ───────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(url: str, accept: str = "") -> tuple[int, str, str]:
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def test_a_server_tells_the_metrics_and_whether_a_night_was_missed_until_it_is_ended(
    internet: Internet, tmp_path: Path
) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    with maintainer.start("metrics", "--listen", "127.0.0.1:0") as process, ExitStack() as end:
        # Or a test that fails would wait for it.
        end.callback(process.kill)
        assert process.stderr is not None
        url = process.stderr.readline().removeprefix("metrics at ").strip()
        health = url.replace("/metrics", "/healthz")
        assert ask(url)[0] == 503
        assert ask(health) == (
            503,
            "text/plain; charset=utf-8",
            "storage/dlt-crawl.db does not exist: start with dlt-crawl run\n",
        )
        with Store.open(f"sqlite:///{maintainer.database}") as store:
            written(store)
            night(store, Outcome.OK)
            status, kind, text = ask(url)
            assert (status, kind.partition(";")[0]) == (200, "text/plain")
            plain = values(parse(text))
            status, kind, text = ask(url, "application/openmetrics-text; version=1.0.0")
            assert (status, kind.partition(";")[0]) == (200, "application/openmetrics-text")
            assert values(parse_openmetrics(text)) == plain
            assert ask(health) == (200, "text/plain; charset=utf-8", "ok\n")
            assert ask(url.replace("/metrics", "/"))[0] == 404
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 130


@pytest.mark.parametrize(("days", "status"), [(0.9, 200), (2.1, 503)])
def test_health_is_bad_when_the_night_after_the_last_success_has_passed_for_a_whole_day(
    days: float, status: int, database_url: str
) -> None:
    with Store.open(database_url) as store:
        written(store)
        night(store, Outcome.OK, ago=timedelta(days=days))
    with _Scraped(Settings(database=database_url)) as scraped:
        answer = scraped.health()
    assert answer.status == status
    assert (b"was missed" in answer.body) is (status == 503)


def test_when_the_database_was_away_the_next_scrape_asks_it_again(postgresql: postgres.Server) -> None:
    with _Scraped(Settings(database=postgresql.new())) as scraped:
        assert scraped.metrics("").status == 200
        postgresql.restart()
        scraped.forget()
        assert scraped.metrics("").status == 503
        assert scraped.metrics("").status == 200
