"""Links into archives, end to end: their originals are checked with them, and one that broke gets another snapshot."""

from __future__ import annotations

from pathlib import Path

from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.nightly import Maintainer


def test_a_snapshot_that_broke_is_replaced_by_another_one_of_its_own_time(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    web = internet.http_url("/web/")
    alive, gone = internet.http_url("/ok?archived"), internet.http_url("/status/404?archived")
    # One capture is an error page itself: who follows the link gets its 404. Beside it there are good ones.
    internet.archive_add(Capture(gone, "20160102030405", status=404, page="/status/404"))
    for timestamp in ("20120101000000", "20160109000000", "20260101000000"):
        maintainer.archive(gone, timestamp)
    maintainer.archive(alive, "20190101000000")
    broken, works = f"{web}20160102030405/{gone}", f"{web}20190101000000/{alive}"
    excluded = f"{web}20150101000000/{internet.http_url('/status/410?excluded')}"
    document = maintainer.write("list.md", f"[broken]({broken}#here) [works]({works}) [other]({excluded})")
    text = document.read_text()
    config = tmp_path / "dlt-crawl.toml"
    config.write_text(config.read_text().replace("exclude = []", 'exclude = ["^[^/]*//[^/]*/status/410"]'))

    maintainer.run("run")

    links = {link["url"]: link for link in maintainer.reported()["links"]}
    assert set(links) == {broken, works, excluded}
    assert {url: link["state"] for url, link in links.items()} == {broken: "dead", works: "alive", excluded: "dead"}
    assert {url: link["original"] and link["original"]["state"] for url, link in links.items()} == {
        broken: "dead",
        works: "alive",
        excluded: None,
    }
    assert links[works]["original"]["url"] == alive
    snapshot = links[broken]["snapshot"]
    assert (snapshot["timestamp"], snapshot["original"], snapshot["source"]) == ("20160109000000", gone, "wayback")
    assert snapshot["evidence"]
    assert links[excluded]["snapshot"] is None
    assert not any(request.target.startswith("/status/410") for request in internet.requests())
    repaired = (tmp_path / "storage" / "repaired" / "lists" / "list.md").read_text()
    assert repaired == text.replace(f"{broken}#here", f"{web}20160109000000/{gone}#here")
    # It says so to people, too.
    assert "it is an archive's copy of a page that is dead:" in (tmp_path / "storage/reports/report.txt").read_text()
