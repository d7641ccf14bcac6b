"""Credentials and token-like values in links: they stay in the documents, and get nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.model import NoSnapshot, NoSnapshotReason
from tests.archive_support import settings_of, wanted
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.program import program


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/?token=T0PS3CRET",
        "https://me:T0PS3CRET@a.example/",
        "https://drive.google.com/file/d/1-FF/view",
    ],
)
def test_the_archive_is_never_asked_for_a_private_address(internet: Internet, url: str) -> None:
    with Archive(settings_of(internet)) as archive:
        assert archive.resolve(wanted(url)) == NoSnapshot(url, NoSnapshotReason.PRIVATE)
        assert archive.calls == Calls(cdx=0, playback=0, save=0)
    assert internet.requests() == []


def test_logs_and_tracebacks_hold_no_secret() -> None:
    script = """
import logging
from types import SimpleNamespace
from dlt_crawler.cli.app import options
options(SimpleNamespace(), config_file=None, database=None, verbose=True)
logging.getLogger("dlt_crawler.x").info("%s: asked", "https://a.example/?x=1&token=T0PS3CRET")
try:
    raise ValueError("https://me:T0PS3CRET@a.example/")
except ValueError:
    logging.getLogger("scrapy").exception("broken")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "INFO https://a.example/?x=1&token=***: asked\n" in done.stderr
    assert "ValueError: https://***@a.example/\n" in done.stderr


def test_a_secret_stays_in_the_document(internet: Internet, tmp_path: Path) -> None:
    origin = internet.http_url("")
    host = origin.removeprefix("http://").rstrip("/")
    links = {
        "dead": f"http://{host}/status/404?token=T0PS3CRET&page=2",
        "moved": f"http://{host}/redirect-to/301?http://{host}/ok?sig=T0PS3CRET",
        "named": f"http://me:T0PS3CRET@{host}/ok",
        "fragment": f"http://{host}/ok#access_token=T0PS3CRET",
        "plain": f"http://{host}/status/410",
    }
    internet.archive_add(Capture(links["dead"], "20180601080000", page="/titled/As-it-was"))
    internet.archive_add(Capture(links["plain"], "20180601080000", page="/titled/As-it-was"))
    maintainer = Maintainer.begin(tmp_path, internet)
    document = maintainer.write("a.md", *(f"* [{url}]({url})" for url in links.values()))
    with maintainer.start("--verbose", "run") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    report = maintainer.report()
    said = [out, err, json.dumps(report), maintainer.run("report", "--all"), maintainer.run("repair")]
    said += [maintainer.run("history", links["dead"]), maintainer.run("history", links["moved"], "--format", "json")]
    said += [maintainer.run("history", "http://me:T0PS3CRET@b.example/", status=2)]
    said += [path.read_text() for path in sorted((tmp_path / "storage" / "reports").rglob("*.*")) if path.is_file()]
    assert [text for text in said if "T0PS3CRET" in text] == []
    by_url = {link["url"]: link for link in report["links"]}
    assert f"http://{host}/status/404?token=***&page=2" in by_url
    assert by_url[f"http://{host}/status/410"]["snapshot"]["url"].endswith("/status/410")
    assert "the archive is not asked, the address looks private" in maintainer.run("report", "--all")
    asked = [entry.url for entry in internet.requests() if "/web/" in entry.url or "cdx" in entry.url]
    assert asked
    assert [url for url in asked if "T0PS3CRET" in url] == []
    repaired = (tmp_path / "storage" / "repaired" / "lists" / "a.md").read_text()
    assert (
        repaired.replace(by_url[f"http://{host}/status/410"]["snapshot"]["url"], links["plain"]) == document.read_text()
    )
    raws = [json.loads(line)["raw"] for line in maintainer.run("extract", "--format", "jsonl").splitlines()]
    assert raws == list(links.values())


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://me:T0PS3CRET@127.0.0.1:9/links",
        "postgresql+psycopg://127.0.0.1:9/links?user=me&password=T0PS3CRET",
        "postgresql+psycopg://me:T0PS3CRET@127.0.0.1:9/links?nosuch=1",
        "postgresql+psycopg://me:T0PS3CRET@127.0.0.1:port/links",
        "postgresql+psycopg://me:one@T0PS3CRET@127.0.0.1:9/links",
        "postgresql+psycopg:/me:T0PS3CRET@127.0.0.1:9/links",
        "postgresql://me:T0PS3CRET@127.0.0.1/links",
        "host=127.0.0.1 password=T0PS3CRET",
    ],
)
def test_the_password_of_a_database_that_is_not_reached_is_in_no_message(url: str, tmp_path: Path) -> None:
    for command in (["metrics"], ["worker", "--status"], ["fetch"]):
        environment = {**os.environ, "DLT_CRAWL_DATABASE": url}
        status, out, err = program().run(["--verbose", *command], tmp_path, environment, timeout=60)
        assert status in (2, 3)
        assert "dlt-crawl: " in err
        assert "Traceback" not in err
        assert "T0PS3CRET" not in out + err
