"""`--exit-code` and `--baseline` of `run` and `report`: when a job in CI fails, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.internet.client import Internet
from tests.nightly import Maintainer


@pytest.fixture
def maintainer(tmp_path: Path, internet: Internet) -> Maintainer:
    return Maintainer.begin(tmp_path, internet)


def test_a_run_fails_on_what_is_broken_and_not_known(maintainer: Maintainer) -> None:
    gone = maintainer.internet.http_url("/status/404")
    path = maintainer.write("list.md", f"[gone]({gone})")
    assert maintainer.run("run", "--exit-code", status=1).startswith("Run 1: 1 link in 1 document")
    # All of its work is done all the same.
    assert maintainer.reported()["summary"]["dead"] == 1
    maintainer.run("report", "--format", "json", "--output", "base.json")
    with maintainer.start("report", "--baseline", "base.json", "--exit-code") as report:
        out, err = report.communicate(timeout=60)
    assert report.returncode == 0
    assert err == "1 broken link is left out, as base.json has it\n"
    assert gone not in out
    path.write_text(f"[alive]({maintainer.internet.http_url('/ok')})\n")
    with maintainer.start("run", "--baseline", "base.json", "--exit-code") as run:
        out, err = run.communicate(timeout=60)
    assert run.returncode == 0
    command = "dlt-crawl report --format json --output base.json"
    told = f"1 link of the baseline base.json is fixed: write a new one with `{command}`"
    assert told in err.splitlines()
    # What is written under the storage knows no baseline.
    assert "only" not in maintainer.reported() or not maintainer.reported()["only"]


def test_what_is_ignored_fails_nothing(maintainer: Maintainer) -> None:
    maintainer.write("list.md", f"[gone]({maintainer.internet.http_url('/status/404')})")
    with (maintainer.directory / "dlt-crawl.toml").open("a") as settings:
        settings.write('\n[[ignore]]\nurl = "/status/404$"\nreason = "they know"\nuntil = 2999-12-31\n')
    out = maintainer.run("run", "--exit-code")
    assert "1 link that does not answer is not told of, as the configuration says" in out
    assert maintainer.run("report", "--exit-code")


def test_what_could_not_be_done_outranks_what_is_broken(maintainer: Maintainer) -> None:
    maintainer.write("list.md", f"[gone]({maintainer.internet.http_url('/status/404')})")
    maintainer.write("bad.md").write_bytes("[b](http://b.example/)".encode("utf-16"))
    maintainer.run("run", "--exit-code", status=3)
    (maintainer.directory / "base.json").write_text("{}")
    said = maintainer.run("run", "--baseline", "base.json", status=2)
    assert "base.json: the baseline is JSON, and no report" in said
