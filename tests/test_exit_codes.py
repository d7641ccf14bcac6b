"""`--exit-code` and `--baseline` of `run` and `report`: when a job in CI fails, and what it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.program import program


@pytest.fixture
def maintainer(tmp_path: Path, internet: Internet) -> Maintainer:
    return Maintainer.begin(tmp_path, internet)


def both(maintainer: Maintainer, *arguments: str) -> tuple[int, str, str]:
    """Run the program, and return its exit status, stdout and stderr."""
    return program().run(arguments, maintainer.directory, os.environ, timeout=60)


def test_a_run_fails_on_what_is_broken_and_not_known(maintainer: Maintainer) -> None:
    gone = maintainer.internet.http_url("/status/404")
    path = maintainer.write("list.md", f"[gone]({gone})")
    out = maintainer.run("run", "--exit-code", status=1)
    assert out.startswith("Run 1: 1 link in 1 document")
    assert f"\n  dead       lists/list.md:1:8: {gone} (" in out
    # All of its work is done all the same.
    assert maintainer.reported()["summary"]["dead"] == 1
    maintainer.run("report", "--format", "json", "--output", "base.json")
    status, out, err = both(maintainer, "report", "--baseline", "base.json", "--exit-code")
    assert status == 0
    assert err == "1 broken link is left out, as base.json has it\n"
    assert gone not in out
    path.write_text(f"[alive]({maintainer.internet.http_url('/ok')})\n")
    _, _, err = both(maintainer, "report")
    assert err == "lists/list.md changed since the last run: `dlt-crawl run` checks what is new in it\n"
    status, out, err = both(maintainer, "run", "--baseline", "base.json", "--exit-code")
    assert status == 0
    command = "dlt-crawl report --format json --output base.json"
    told = f"1 link of the baseline base.json is fixed: write a new one with `{command}`"
    assert told in err.splitlines()
    # What is written under the storage knows no baseline.
    assert "only" not in maintainer.reported() or not maintainer.reported()["only"]
    # And what is printed does.
    assert ". Left out: 0 links that base.json has as broken. links " in " ".join(out.split())
    assert "dlt-crawl report --baseline base.json" in out


def test_what_is_ignored_fails_nothing(maintainer: Maintainer) -> None:
    maintainer.write("list.md", f"[gone]({maintainer.internet.http_url('/status/404')})")
    with (maintainer.directory / "dlt-crawl.toml").open("a") as settings:
        settings.write('\n[[ignore]]\nurl = "/status/404$"\nreason = "they know"\nuntil = 2999-12-31\n')
    out = maintainer.run("run", "--exit-code")
    assert "1 link that does not answer is not told of, as the configuration says" in " ".join(out.split())
    assert maintainer.run("report", "--exit-code")


def test_what_could_not_be_done_outranks_what_is_broken(maintainer: Maintainer) -> None:
    maintainer.write("list.md", f"[gone]({maintainer.internet.http_url('/status/404')})")
    maintainer.write("bad.md").write_bytes("[b](http://b.example/)".encode("utf-16"))
    maintainer.run("run", "--exit-code", status=3)
    (maintainer.directory / "base.json").write_text("{}")
    said = maintainer.run("run", "--baseline", "base.json", status=2)
    assert "base.json: the baseline is JSON, and no report" in said


def test_the_report_that_a_run_is_about_to_write_is_no_baseline(maintainer: Maintainer) -> None:
    maintainer.write("list.md", f"[gone]({maintainer.internet.http_url('/status/404')})")
    maintainer.run("run")
    said = maintainer.run("run", "--baseline", "storage/reports/report.json", status=2)
    assert "copy it to another place first" in said
