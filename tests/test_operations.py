"""docs/operations.md and packaging/compose: what they say is done here, with real servers."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema.validators import validator_for
from prometheus_client.parser import text_string_to_metric_families

from dlt_crawler.cli import app
from dlt_crawler.config import load
from dlt_crawler.metrics import Known, exposition
from dlt_crawler.model import Jobs, Measures, Network, Outcome, Run, RunId, Stage, State, Turns
from dlt_crawler.store import schema
from tests import postgres
from tests.internet.client import Internet
from tests.nightly import PAUSE, Maintainer
from tests.program import ROOT

GUIDE = (ROOT / "docs" / "operations.md").read_text()
COMPOSE = ROOT / "packaging" / "compose"
SERVICES: dict[str, Any] = yaml.safe_load((COMPOSE / "compose.yaml").read_text())["services"]
OURS = {name: service for name, service in SERVICES.items() if name != "database"}
WORKER = ROOT / "packaging" / "systemd" / "dlt-crawl-worker.service"


def commands(name: str) -> list[str]:
    """The commands of the block of the guide that is marked with this name."""
    found = re.search(rf"<!-- try: {name} -->\n```console\n(.+?)```", GUIDE, re.DOTALL)
    assert found
    return [line.removeprefix("$ ") for line in found[1].splitlines()]


def executed(command: str, directory: Path, **environment: str) -> str:
    """Run a command as somebody would in a shell; return what it said on stderr."""
    path = os.pathsep.join([str(Path(sys.executable).parent), str(postgres.binaries() or ""), os.environ["PATH"]])
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=directory,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    return done.stderr


def understood(arguments: Sequence[str]) -> None:
    """Have the command line read these arguments, without doing what they say."""
    group = typer.main.get_group(app)
    command, *rest = arguments
    group.commands[command].make_context(command, list(rest), obj=None)


# ── Back-up and restore ─────────────────────────────────────────────────────────────────────────────────────────────


class Backed:
    """A run that is backed up in the middle, lost, and gone on with from the back-up."""

    def __init__(self, directory: Path, internet: Internet, **environment: str) -> None:
        self.maintainer = Maintainer.begin(directory, internet)
        self.maintainer.write("a.md", *(f"- <{internet.http_url(path)}>" for path in ("/ok", "/status/404", "/hang")))
        self.environment = environment
        self._internet = internet

    def back_up(self, block: str, **environment: str) -> Any:
        """Do what the guide says while a link is waited for, kill the run, and return its report of then."""
        with self.maintainer.start("run", **self.environment, DLT_CRAWL_FETCH__TIMEOUT="60") as process:
            try:
                self._wait(lambda: any(request.target == "/hang" for request in self._internet.requests()))
                self._wait(lambda: self.checks() == 2)
                for command in commands(block):
                    executed(command, self.maintainer.directory, **environment)
                return self.report()
            finally:
                process.kill()
                process.communicate()

    def report(self, **environment: str) -> Any:
        arguments = ("report", "--format", "json", "--all")
        return json.loads(self.maintainer.run(*arguments, **{**self.environment, **environment}))

    def checks(self, **environment: str) -> float:
        """How many there are: a report shows them when they are judged."""
        text = self.maintainer.run("metrics", **{**self.environment, **environment})
        samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
        return sum(sample.value for sample in samples if sample.name == "dlt_crawl_checks_total")

    @staticmethod
    def _wait(come: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not come():
            assert time.monotonic() < deadline
            time.sleep(PAUSE)


@pytest.mark.at_length
def test_a_sqlite_database_is_backed_up_during_a_run_and_the_run_goes_on_from_the_back_up(
    internet: Internet, tmp_path: Path
) -> None:
    backed = Backed(tmp_path, internet)
    before = backed.back_up("sqlite back-up")
    # All is lost, and what is left of the file is another one's.
    backed.maintainer.database.write_bytes(b"SQLite format 3\0 and nothing more")
    *restore, goes_on = commands("sqlite restore")
    for command in restore:
        executed(command, tmp_path)
    assert (backed.report(), backed.checks()) == (before, 2)
    assert "was cut off: going on with it" in executed(goes_on, tmp_path)
    after = backed.maintainer.reported()
    assert after["run"]["id"] == before["run"]["id"]
    assert backed.maintainer.states() == {"/ok": "alive", "/status/404": "dead", "/hang": "failing"}


@pytest.mark.at_length
def test_a_postgresql_database_is_backed_up_during_a_run_and_the_run_goes_on_from_the_back_up(
    internet: Internet, postgresql: postgres.Server, tmp_path: Path
) -> None:
    url = postgresql.new()
    name = re.search(r"/(\w+)\?", url)
    assert name
    restored = url.replace(f"/{name[1]}?", "/restored?")
    environment = {
        "DATABASE": url.replace("+psycopg", ""),
        "RESTORED": restored.replace("+psycopg", ""),
        "RESTORED_URL": restored,
    }
    backed = Backed(tmp_path, internet, DLT_CRAWL_DATABASE=url)
    before = backed.back_up("postgresql back-up", **environment)
    *restore, goes_on = commands("postgresql restore")
    for command in restore:
        executed(command, tmp_path, **environment)
    assert (backed.report(DLT_CRAWL_DATABASE=restored), backed.checks(DLT_CRAWL_DATABASE=restored)) == (before, 2)
    assert "was cut off: going on with it" in executed(goes_on, tmp_path, **environment)
    after = backed.report(DLT_CRAWL_DATABASE=restored)
    assert after["run"]["id"] == before["run"]["id"]
    assert sorted(link["state"] for link in after["links"]) == ["alive", "dead", "failing"]


# ── The compose file, and the unit ──────────────────────────────────────────────────────────────────────────────────


def test_the_compose_file_is_what_docker_reads() -> None:
    rules = get_builtin_schema("vendor.compose-spec")
    found = yaml.safe_load((COMPOSE / "compose.yaml").read_text())
    assert [error.message for error in validator_for(rules)(rules).iter_errors(found)] == []
    for service in found["services"].values():
        named = {str(volume).partition(":")[0] for volume in service.get("volumes", ())}
        assert {name for name in named if name.isidentifier()} <= set(found["volumes"])
        assert set(service["networks"]) <= set(found["networks"])
        assert set(service["secrets"]) <= set(found["secrets"])
        assert set(service.get("depends_on", ())) <= set(found["services"])
    variables = {name for name, _ in re.findall(r"(?<!\$)\$\{(\w+)(.*?)\}", (COMPOSE / "compose.yaml").read_text())}
    example = set(re.findall(r"^(\w+)=", (COMPOSE / ".env.example").read_text(), re.MULTILINE))
    assert variables - example == {"DLT_CRAWL_IMAGE"}
    assert example <= variables


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_can_do_no_more_than_it_needs(name: str) -> None:
    service = OURS[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["user"].partition(":")[0] != "0"
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert all(volume.endswith(":ro") for volume in service["volumes"] if "storage" not in volume)
    assert "PASSWORD" not in json.dumps(service["environment"])


@pytest.mark.parametrize("name", OURS)
def test_the_command_line_knows_what_a_container_is_told(name: str) -> None:
    understood(OURS[name]["command"])
    program, *check = OURS[name]["healthcheck"]["test"][1:]
    if program == "dlt-crawl":
        understood(check)


def test_the_configuration_of_the_containers_is_one() -> None:
    assert load(COMPOSE / "dlt-crawl.toml").schedule.cron


@pytest.mark.at_length
def test_a_container_takes_its_password_from_the_secret_and_needs_only_to_read_to_measure(
    postgresql: postgres.Server, tmp_path: Path
) -> None:
    url = postgresql.new()
    guarded = postgres.GUARDED
    postgresql.execute(
        f"DROP ROLE IF EXISTS {guarded}",
        f"CREATE ROLE {guarded} LOGIN PASSWORD 'secret'",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {guarded}",
        url=url,
    )
    try:
        took_its_password(postgresql.tcp(url, user=guarded), tmp_path)
    finally:
        # Others make it, too.
        postgresql.execute(f"DROP OWNED BY {guarded}", f"DROP ROLE {guarded}", url=url)


def took_its_password(url: str, tmp_path: Path) -> None:
    secret, passfile = tmp_path / "database-password", tmp_path / "pgpass"
    secret.write_text("secret\n")
    shell, option, script, zero = OURS["metrics"]["entrypoint"]
    assert script.count("/run/secrets/database-password") == 1
    script = script.replace("/run/secrets/database-password", str(secret)).replace("$$", "$")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PGPASSFILE": str(passfile),
        "DLT_CRAWL_DATABASE": url,
    }
    done = subprocess.run(
        [shell, option, script, zero, "metrics"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "dlt_crawl_build_info" in done.stdout
    assert stat.S_IMODE(passfile.stat().st_mode) == 0o600


def test_systemd_reads_the_unit_of_a_worker_and_the_command_line_what_it_says(tmp_path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(WORKER)
    _, *arguments = shlex.split(unit["Service"]["ExecStart"])
    understood(arguments[arguments.index("worker") :])
    if shutil.which("systemd-analyze") is None:
        return
    # Where the program is installed is for the reader to say.
    tried = tmp_path / WORKER.name
    tried.write_text(WORKER.read_text().replace("/opt/dlt-crawl/bin/dlt-crawl", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tried)], capture_output=True, text=True, timeout=60, check=False
    )
    assert WORKER.name not in done.stderr, done.stderr


# ── What the guide says of the metrics ──────────────────────────────────────────────────────────────────────────────


def test_the_guide_names_every_metric_and_no_other() -> None:
    now = datetime.now(UTC)
    measures = Measures(
        engine="postgresql",
        schema=schema.HEAD,
        bytes=1,
        run=Run(RunId(1), now, now, Network.OK, done=now),
        checks=dict.fromkeys(Outcome, 1),
        per_second=1.0,
        last_success=now,
        links=dict.fromkeys(State, 1),
        snapshots=1,
        repairs=1,
        turns=Turns({"cdx": now}, now, 1),
        jobs=Jobs(1, {"todo": 1}, {"1": now}, 1),
    )
    text, _ = exposition(Known(measures, {"cdx": 24.0}, Stage("fetch", 2, 1, crawls=True)))
    there = {sample.name for family in text_string_to_metric_families(text.decode()) for sample in family.samples}
    assert set(re.findall(r"dlt_crawl_\w+", GUIDE)) == there
