"""A real web archive, pywb, that replays WARC files: links are resolved against it from end to end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from dlt_crawler.archive import Archive
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveUnavailable
from dlt_crawler.model import ArchiveAnswer, NoSnapshot, NoSnapshotReason, Resource, Snapshot, Wanted
from tests.archive_support import HandClock, day
from tests.internet.client import Internet
from tests.internet.pages import PDF, document
from tests.nightly import Maintainer
from tests.pywb.archive import PywbArchive, archive_of, why_not
from tests.pywb.warc import Recorded
from tests.resolve_support import Resolver

SITE = "http://library.example"


def page(title: str) -> bytes:
    return document(title).encode()


FIRST = Recorded(f"{SITE}/unchanged", "20150101000000", page("The unchanged page"))
RECORDS = (
    # Good captures, under several spellings.
    Recorded(f"{SITE}/good", "20150310120000", page("The first edition")),
    Recorded("http://www.library.example:80/good", "20180601080000", page("The second edition")),
    Recorded("https://library.example/good/", "20210915235959", page("The third edition")),
    # The nearest ones are bad.
    Recorded(f"{SITE}/lost", "20140101000000", page("While it lived")),
    Recorded(f"{SITE}/lost", "20170101000000", page("404 Not Found"), status=404),
    Recorded(f"{SITE}/lost", "20180101000000", document("Page not found", "<p>Sorry.</p>").encode()),
    Recorded(f"{SITE}/lost", "20190101000000", page("Service unavailable"), status=503),
    # Redirects: to a page that is there, to the front page of the site.
    Recorded(f"{SITE}/old-essay", "20170101000000", status=301, headers=(("Location", f"{SITE}/new/old-essay"),)),
    Recorded(f"{SITE}/new/old-essay", "20170101000100", page("An essay that moved")),
    Recorded(f"{SITE}/deep/page", "20170101000000", status=302, headers=(("Location", f"{SITE}/"),)),
    Recorded(f"{SITE}/", "20170101000100", page("Welcome to the library")),
    # A revisit record: the body is that of another capture.
    FIRST,
    Recorded(f"{SITE}/unchanged", "20190101000000", same_as=FIRST),
    # Files, one of which is a page by now.
    Recorded(f"{SITE}/paper.pdf", "20160101000000", PDF, kind="application/pdf"),
    Recorded(f"{SITE}/paper.pdf", "20190101000000", page("Our new site")),
    # Archived under the other of two URLs that most servers take for one.
    Recorded(f"{SITE}/notes/", "20180101000000", page("Notes of a lecture")),
    Recorded(f"{SITE}/gone", "20180101000000", page("410 Gone"), status=410),
)  # fmt: skip


@pytest.fixture(scope="module")
def pywb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PywbArchive]:
    if reason := why_not():
        if os.environ.get("CI"):
            pytest.fail(f"in CI the tests with pywb must run: {reason}")
        pytest.skip(reason)
    with archive_of(tmp_path_factory.mktemp("pywb"), RECORDS) as archive:
        yield archive


@pytest.fixture(autouse=True)
def _forget(pywb: PywbArchive) -> None:
    pywb.orders.asked.clear()
    pywb.orders.failing.clear()


def resolve(pywb: PywbArchive, path: str, at: str | None, died: str | None = None, **more: float) -> ArchiveAnswer:
    url = f"{SITE}{path}"
    wanted = Wanted(Resource(url), url, _day(at), _day(died))
    with Archive(ArchiveSettings.model_validate({**pywb.settings(), **more}), clock=HandClock()) as archive:
        return archive.resolve(wanted)


def _day(date: str | None) -> datetime | None:
    return None if date is None else day(date)


@pytest.mark.parametrize(
    ("path", "at", "died", "timestamp"),
    [
        pytest.param("/good", "2016-01-01", "2024-01-01", "20150310120000", id="nearest is before"),
        pytest.param("/good", "2018-01-01", "2024-01-01", "20180601080000", id="nearest is after"),
        pytest.param("/good", "2020-12-01", "2021-01-01", "20180601080000", id="not after it died"),
        pytest.param("/good", None, "2024-01-01", "20210915235959", id="the last before it died"),
        pytest.param("/lost", "2018-02-01", "2024-01-01", "20140101000000", id="the nearest three are bad"),
        pytest.param("/old-essay", "2018-01-01", "2024-01-01", "20170101000000", id="a redirect to a page"),
        pytest.param("/unchanged", "2018-12-01", "2024-01-01", "20190101000000", id="a revisit record"),
        pytest.param("/paper.pdf", "2018-12-01", "2024-01-01", "20160101000000", id="a PDF that became a page"),
    ],
)
def test_the_good_capture_nearest_to_the_date_is_found(
    pywb: PywbArchive, path: str, at: str | None, died: str, timestamp: str
) -> None:
    found = resolve(pywb, path, at, died)
    assert isinstance(found, Snapshot)
    assert (found.timestamp, found.url) == (timestamp, f"{pywb.url}/web/{timestamp}/{SITE}{path}")


def test_a_page_is_found_under_another_url_that_the_index_does_not_fold(pywb: PywbArchive) -> None:
    found = resolve(pywb, "/notes/index.html", "2018-01-01")
    assert isinstance(found, Snapshot)
    assert found.url == f"{pywb.url}/web/20180101000000/{SITE}/notes/"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/never-archived", NoSnapshotReason.NEVER_ARCHIVED),
        ("/gone", NoSnapshotReason.ONLY_BAD_CAPTURES),
        ("/deep/page", NoSnapshotReason.ONLY_BAD_CAPTURES),
    ],
)
def test_what_is_not_there_is_known_not_to_be(pywb: PywbArchive, path: str, reason: NoSnapshotReason) -> None:
    assert resolve(pywb, path, "2018-01-01") == NoSnapshot(f"{SITE}{path}", reason)


def test_an_answer_takes_two_calls(pywb: PywbArchive) -> None:
    resolve(pywb, "/good", "2018-01-01", "2024-01-01")
    assert [asked.partition("/web/")[2] for asked in pywb.orders.asked] == [
        f"20180101000000id_/{SITE}/good",
        "20180601080000id_/http://www.library.example:80/good",
    ]


def test_the_index_is_asked_once_where_the_captures_around_the_date_are_bad(pywb: PywbArchive) -> None:
    assert isinstance(resolve(pywb, "/lost", "2018-02-01", "2024-01-01"), Snapshot)
    assert ["/cdx/search/cdx" in asked for asked in pywb.orders.asked].count(True) == 1


@pytest.mark.parametrize("trouble", ["offline", "gateway-timeout", "rate-limited"])
def test_a_trouble_in_between_is_waited_out(pywb: PywbArchive, trouble: str) -> None:
    undisturbed = resolve(pywb, "/lost", "2018-02-01", "2024-01-01")
    pywb.orders.failing[trouble] = 2
    assert resolve(pywb, "/lost", "2018-02-01", "2024-01-01") == undisturbed


def test_an_archive_that_is_down_has_said_nothing(pywb: PywbArchive) -> None:
    pywb.orders.failing["offline"] = 1000
    with pytest.raises(ArchiveUnavailable):
        resolve(pywb, "/never-archived", "2018-01-01", patience=10)


def test_the_program_finds_snapshots_of_dead_links_and_repairs_them(
    pywb: PywbArchive, internet: Internet, tmp_path: Path
) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    paths = ("/good", "/lost", "/unchanged", "/never-archived")
    Resolver(tmp_path / "lists", internet).write(f"{SITE}{path}" for path in paths)
    (tmp_path / "lists/storage").rename(tmp_path / "storage")
    environment = {f"DLT_CRAWL_ARCHIVE__{name.upper()}": value for name, value in pywb.settings().items()}
    pywb.orders.failing["offline"] = 1

    said = maintainer.run("resolve", **environment)

    assert "3 snapshots found, 1 asked and there is none" in said
    patch = maintainer.run("repair", "--diff", **environment)
    found = {"/good": "20210915235959", "/lost": "20140101000000", "/unchanged": "20190101000000"}
    assert [line for line in patch.splitlines() if line.startswith("+-")] == [
        f"+- [page]({pywb.url}/web/{timestamp}/{SITE}{path})" for path, timestamp in found.items()
    ]
