"""Links into archives: a table of the forms in which people write them, and of what only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dlt_crawler.urls import leads_to_capture, memento_of, normalise

WAYBACK = "https://web.archive.org/web/"
LOOPBACK = "http://127.0.0.1:4711/web/"
MOMENT = "20160102030405"


def read(written: str, *prefixes: str) -> tuple[str, str] | None:
    """Timestamp and original of a link as it is written in a document."""
    url = normalise(written)
    assert url is not None
    found = memento_of(url, *prefixes)
    return found and (found.timestamp, found.original)


@pytest.mark.parametrize(
    ("behind", "timestamp", "original"),
    [
        (f"{MOMENT}/http://a.example/b", MOMENT, "http://a.example/b"),
        (f"{MOMENT}/https://a.example/b?c=d&e", MOMENT, "https://a.example/b?c=d&e"),
        (f"{MOMENT}/http://a.example", MOMENT, "http://a.example/"),
        (f"{MOMENT}/http://A.Example:80/B", MOMENT, "http://a.example/B"),
        (f"{MOMENT}/https://a.example:8443/b", MOMENT, "https://a.example:8443/b"),
        (f"{MOMENT}/http://a.example/b#c", MOMENT, "http://a.example/b"),
        (f"{MOMENT}/HTTP://a.example/b", MOMENT, "http://a.example/b"),
        (f"{MOMENT}/http://a.example/论文.pdf", MOMENT, "http://a.example/%E8%AE%BA%E6%96%87.pdf"),
        (f"{MOMENT}/http://深度.example/", MOMENT, "http://xn--wxt635a.example/"),
        (f"{MOMENT}/http://a.example//b//", MOMENT, "http://a.example//b//"),
        (f"{MOMENT}/http://a.example/2016/http/b", MOMENT, "http://a.example/2016/http/b"),
        # Flags say in which form a capture is shown.
        *((f"{MOMENT}{flag}/http://a.example/b", MOMENT, "http://a.example/b")
          for flag in ("id_", "if_", "im_", "js_", "cs_", "oe_", "fw_", "mp_", "wkrf_")),
        # Fewer digits than 14, and none.
        *((f"{cut}/http://a.example/b", cut, "http://a.example/b") for cut in ("2", "2016", "20160102", MOMENT[:12])),
        ("2016id_/http://a.example/b", "2016", "http://a.example/b"),
        ("http://a.example/b", "", "http://a.example/b"),
        # What is left of a scheme.
        (f"{MOMENT}/http:/a.example/b", MOMENT, "http://a.example/b"),
        (f"{MOMENT}/https:/a.example/b", MOMENT, "https://a.example/b"),
        (f"{MOMENT}/https:a.example/b", MOMENT, "https://a.example/b"),
        (f"{MOMENT}/a.example/b?c", MOMENT, "http://a.example/b?c"),
        (f"{MOMENT}/www.a.example", MOMENT, "http://www.a.example/"),
        (f"{MOMENT}/a.example:8080/b", MOMENT, "http://a.example:8080/b"),
        (f"{MOMENT}///a.example/b", MOMENT, "http://a.example/b"),
        # Encoded as a whole, once or twice.
        (f"{MOMENT}/http%3A%2F%2Fa.example%2Fb%3Fc%3Dd%26e", MOMENT, "http://a.example/b?c=d&e"),
        (f"{MOMENT}/https%3a//a.example/b%20c", MOMENT, "https://a.example/b%20c"),
        (f"{MOMENT}/http:%2F%2Fa.example%2F%E8%AE%BA", MOMENT, "http://a.example/%E8%AE%BA"),
        (f"{MOMENT}/http%253A%252F%252Fa.example%252Fb%2520c", MOMENT, "http://a.example/b%20c"),
        (f"{MOMENT}/a.example%2Fb", MOMENT, "http://a.example/b"),
        # What is encoded within stays so.
        (f"{MOMENT}/http://a.example/b%2Fc?u=http%3A%2F%2Fd.example", MOMENT, "http://a.example/b%2Fc?u=http%3A%2F%2Fd.example"),
        # A capture of a capture is one of the innermost page.
        (f"2019/{WAYBACK}{MOMENT}/http://a.example/b", MOMENT, "http://a.example/b"),
        (f"2019/https:/web.archive.org/web/2018/http:/web.archive.org/web/{MOMENT}id_/a.example/b", MOMENT, "http://a.example/b"),
        (f"2019/https%3A%2F%2Farquivo.pt%2Fwayback%2F{MOMENT}%2Fhttp%3A%2F%2Fa.example%2Fb", MOMENT, "http://a.example/b"),
        (f"{WAYBACK}{MOMENT}/http://a.example/b", MOMENT, "http://a.example/b"),
    ],
)  # fmt: skip
def test_a_capture_at_the_wayback_machine_is_one_of_its_original(behind: str, timestamp: str, original: str) -> None:
    assert read(WAYBACK + behind) == (timestamp, original)
    # As at a loopback or a mirror, which are known by the configuration only.
    assert read(LOOPBACK + behind, "https://arquivo.example/wayback/", LOOPBACK) == (timestamp, original)
    assert read(LOOPBACK + behind) is None


@pytest.mark.parametrize(
    "before",
    [
        "https://web.archive.org/web/",
        "http://web.archive.org/web/",
        "https://web.archive.org/",
        "http://wayback.archive.org/web/",
        "http://wayback.archive.org/",
        "https://web-beta.archive.org/web/",
        "http://classic-web.archive.org/web/",
        "http://replay.web.archive.org/",
        "https://archive.org/web/",
        "http://www.archive.org/web/",
        "http://waybackmachine.org/",
        "http://replay.waybackmachine.org/",
        "http://web.archive.bibalex.org/web/",
        "https://wayback.archive-it.org/1234/",
        "https://wayback.archive-it.org/all/",
        "https://arquivo.pt/wayback/",
        "https://arquivo.pt/noFrame/replay/",
        "https://www.webarchive.org.uk/wayback/archive/",
        "https://www.webarchive.org.uk/wayback/en/archive/",
        "https://webarchive.nationalarchives.gov.uk/ukgwa/",
        "http://webarchive.nationalarchives.gov.uk/",
        "http://webarchive.loc.gov/all/",
        "https://wayback.vefsafn.is/wayback/",
        "https://archive.ph/",
    ],
)
def test_archives_are_known_by_name(before: str) -> None:
    assert read(f"{before}{MOMENT}/http://a.example/b") == (MOMENT, "http://a.example/b")
    found = memento_of(f"{before}{MOMENT}/http://a.example/b")
    assert found is not None
    assert found.prefix == before


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/2016/http://b.example/",
        "https://archive.example/web/2016/http://b.example/",
        "https://web.archive.org.a.example/web/2016/http://b.example/",
        "https://web.archive.org/",
        "https://web.archive.org/web/",
        "https://web.archive.org/web/2016/",
        # Calendars and lists of captures.
        "https://web.archive.org/web/*/http://a.example/",
        "https://web.archive.org/web/2016*/http://a.example/",
        "https://web.archive.org/web/20160102030405*/http://a.example/",
        "https://web.archive.org/web/20160101-20161231*/http://a.example/",
        "https://web.archive.org/web/*/a.example/*",
        "https://wayback.archive-it.org/1234/*/http://a.example/",
        # Other pages of the archive.
        "https://web.archive.org/save/http://a.example/",
        "https://web.archive.org/web/timemap/link/http://a.example/",
        "https://web.archive.org/web/diff/20160101000000/20170101000000/http://a.example/",
        "https://web.archive.org/web/changes/http://a.example/",
        "https://web.archive.org/web/collections/2016",
        "https://web.archive.org/cdx/search/cdx?url=http://a.example/",
        "https://archive.org/details/2016/http://a.example/",
        "https://archive.org/wayback/available?url=http://a.example/",
        "https://archive.ph/AbCdE",
        # No web page.
        "https://web.archive.org/web/2016/ftp://a.example/b",
        "https://web.archive.org/web/2016/mailto:somebody@a.example",
        "https://web.archive.org/web/2016/http://",
        "https://web.archive.org/web/2016/http://a..example/",
        "https://web.archive.org/web/2016/readme",
        # Relative links of captured pages.
        "https://web.archive.org/web/2016/index.html",
        "https://web.archive.org/web/2016//style.css?v=2",
        "https://web.archive.org/web/2016/paper.v2.PDF",
        # More digits than a timestamp has.
        "https://web.archive.org/web/201601020304055/http://a.example/",
    ],
)
def test_what_is_no_capture_of_one_page(url: str) -> None:
    assert memento_of(url, LOOPBACK) is None


def test_a_star_in_the_captured_url_is_a_character_of_it() -> None:
    assert read(f"{WAYBACK}2016/http://a.example/*") == ("2016", "http://a.example/*")


@pytest.mark.parametrize(
    ("timestamp", "captured"),
    [
        (MOMENT, datetime(2016, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2016", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("201602", datetime(2016, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("2016021", datetime(2016, 2, 19, 23, 59, 59, tzinfo=UTC)),
        ("20", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2", datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("0", datetime(1996, 1, 1, tzinfo=UTC)),
        ("19", datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("19950101", datetime(1996, 1, 1, tzinfo=UTC)),
        # Seen in the archive's index.
        ("20000800241623", datetime(2000, 8, 1, 23, 16, 23, tzinfo=UTC)),
        ("20160231000000", datetime(2016, 2, 29, tzinfo=UTC)),
        ("99999999999999", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_timestamp_names_the_nearest_time_that_there_is(timestamp: str, captured: datetime) -> None:
    found = memento_of(f"{WAYBACK}{timestamp}/http://a.example/")
    assert found is not None
    assert found.captured == captured


def test_a_link_to_the_latest_capture_names_no_time() -> None:
    found = memento_of(f"{WAYBACK}http://a.example/")
    assert found is not None
    assert found.captured is None


@pytest.mark.parametrize("host", ["html.example", "www.pdf.example/index.html", "a.zip"])
def test_a_host_may_have_the_name_of_a_kind_of_file(host: str) -> None:
    assert read(f"{WAYBACK}2016/{host}/") == ("2016", f"http://{host}/")


@pytest.mark.parametrize("prefix", ["http://a.example/web", "http://A.example/web/", "http://a.example:80/web//"])
def test_a_configured_archive_may_be_written_in_any_way(prefix: str) -> None:
    for scheme in ("http", "https"):
        found = memento_of(f"{scheme}://a.example/web/{MOMENT}/http://b.example/", prefix)
        assert found is not None
        assert (found.prefix, found.original) == (f"{scheme}://a.example/web/", "http://b.example/")
    assert memento_of(f"http://a.example/webs/{MOMENT}/http://b.example/", prefix) is None
    assert memento_of(f"http://a.example:8080/web/{MOMENT}/http://b.example/", prefix) is None


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        (f"{WAYBACK}{MOMENT}/https://a.example/b?c", True),
        # Under what archives take for one URL, and in whichever form it is shown.
        (f"{WAYBACK}{MOMENT}id_/http://www.a.example:80/b/?c", True),
        (f"http://web.archive.org/web/{MOMENT}/a.example/b?c", True),
        (f"{WAYBACK}{MOMENT}/https://a.example/b?d", False),
        (f"{WAYBACK}20160102030406/https://a.example/b?c", False),
        (f"{WAYBACK}2016/https://a.example/b?c", False),
        (f"{WAYBACK}https://a.example/b?c", False),
        # The same second at another archive, or at a gate that has been closed: this one may have it.
        *((f"{other}{MOMENT}/https://a.example/b?c", False)
          for other in ("http://replay.waybackmachine.org/", "https://web-beta.archive.org/web/", "https://archive.is/",
                        "http://wayback.archive.org/web/", "https://arquivo.pt/wayback/")),
        # A capture of a capture is another one than that.
        (f"{WAYBACK}20200101000000/{WAYBACK}{MOMENT}/https://a.example/b?c", False),
        (f"{WAYBACK}{MOMENT}/{WAYBACK}{MOMENT}/https://a.example/b?c", False),
        ("https://a.example/b?c", False),
    ],
)  # fmt: skip
def test_whether_a_link_leads_to_this_very_capture(link: str, leads: bool) -> None:
    assert leads_to_capture(link, WAYBACK, MOMENT, "https://a.example/b?c") is leads
    at_a_mirror = link.replace(WAYBACK, LOOPBACK)
    assert leads_to_capture(at_a_mirror, LOOPBACK.rstrip("/"), MOMENT, "https://a.example/b?c") is (
        leads and at_a_mirror != link
    )


def test_hostile_urls_take_no_time() -> None:
    for url in (
        WAYBACK + "1" * 16_000,
        WAYBACK + "2016/" + "a." * 8_000,
        WAYBACK + "2016/" + WAYBACK * 500,
        WAYBACK + "2016" + "id_" * 5_000,
    ):
        memento_of(url)
