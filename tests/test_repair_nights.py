"""Repairs over several nights, by the whole program: moved links, and snapshots that somebody has tampered with."""

from __future__ import annotations

from pathlib import Path

from tests.databases import execute
from tests.internet.client import Internet
from tests.nightly import Maintainer


def test_links_that_moved_for_good_get_their_new_address_after_two_days(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    moved, for_now, home = (
        internet.http_url(path)
        for path in ("/redirect-to/301?/page/x", "/redirect-to/302?/page/x", "/redirect-to/301?/")
    )
    lines = (f"- [moved]({moved}#part)", f"- [for now]({for_now})", f"- [home]({home})")
    document = maintainer.write("a.md", *lines)

    maintainer.run("run")
    assert maintainer.run("repair", "--redirects", "--diff") == ""
    maintainer.nights_pass(1.5)
    maintainer.run("run", "--full")
    assert maintainer.run("repair", "--diff") == ""
    said = maintainer.run("repair", "--redirects", "--in-place")

    assert "Moved for good" in said
    new = f"- [moved]({internet.http_url('/page/x')}#part)"
    assert document.read_text().splitlines() == [new, *lines[1:]]
    assert maintainer.run("repair", "--redirects", "--diff") == ""


def test_a_snapshot_that_somebody_has_written_into_the_database_is_not_written_into_a_document(
    tmp_path: Path, internet: Internet
) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    gone = internet.http_url("/status/404")
    document = maintainer.write("a.md", f"[gone]({gone})")
    maintainer.archive(gone, "20190304050607")
    maintainer.run("run")
    copy = tmp_path / "storage/repaired/lists/a.md"
    exact = f"[gone]({internet.http_url('/web/20190304050607/')}{gone})\n"
    assert copy.read_text() == exact

    changed = "UPDATE snapshots SET url = replace(url, '20190304050607', '20190304050607id_')"
    execute(maintainer.database_url, changed)
    said = maintainer.run("repair", "--in-place")

    assert "the address of the stored snapshot is not in the form of its archive" in " ".join(said.split())
    assert document.read_text() == f"[gone]({gone})\n"


def test_what_earlier_nights_repaired_in_the_copies_is_told_beside_what_the_last_one_did(
    tmp_path: Path, internet: Internet
) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    gone, goes = internet.http_url("/status/404"), internet.http_url("/switchable/page")
    internet.switch("page", "/ok")
    maintainer.write("a.md", f"[gone]({gone})")
    maintainer.write("b.md", f"[goes]({goes})")
    for url in (gone, goes):
        maintainer.archive(url, "20190304050607")
    maintainer.run("run")
    maintainer.nights_pass(2)
    internet.switch("page", "/status/404")
    maintainer.run("run")
    told = maintainer.run("report", "--format", "markdown")
    assert "2 links repaired in 2 documents." in told
    assert "### Repaired: 2" in told

    maintainer.write("a.md", "taken out")
    maintainer.run("run")
    assert "### Repaired: 1" in maintainer.run("report", "--format", "markdown")
