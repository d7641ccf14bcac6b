"""What others have of pages that the Wayback Machine does not have, one by one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from dlt_crawler.archive.fallbacks import Fallback, fallbacks_of
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveError, ArchiveRateLimited, ArchiveUnavailable
from dlt_crawler.model import Page, Resource, Snapshot, Wanted
from dlt_crawler.sites import Sites
from tests.archive_support import HandClock, answering, day
from tests.archives_beside import Beside, Capture, beside, page

PAPER = "http://gone.example/paper"
CITED, DIED = day("2016-03-01"), day("2018-06-01")
ERROR = page("404 Not Found")
PARKED = "<html><title>gone.example is for sale</title><h1>This domain is for sale</h1></html>"


@pytest.fixture
def services() -> Iterator[Beside]:
    with beside() as services:
        yield services


def wanted(url: str = PAPER, **more: object) -> Wanted:
    return Wanted(Resource(url), url, **{"at": CITED, "died": DIED, **more})  # type: ignore[arg-type]


def ask(
    services: Beside, name: str, question: Wanted, clock: HandClock | None = None, **more: object
) -> Snapshot | None:
    with closing(asked(services, name, clock, **more)) as fallback:
        assert fallback.claims(question)
        return fallback.find(question)


def asked(services: Beside, name: str, clock: HandClock | None = None, **more: object) -> Fallback:
    other = {"arquivo": "software_heritage", "software_heritage": "arquivo"}[name]
    settings = ArchiveSettings.model_validate({"fallbacks": services.settings(**{other: False, **more})})
    (fallback,) = fallbacks_of(settings, Sites(), clock=clock or HandClock())
    return fallback


# ── arquivo.pt ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("captures", "expected"),
    [
        ([], None),
        ([Capture(PAPER, "20150101000000")], "20150101000000"),
        # The nearest to the citation, before or after it.
        ([Capture(PAPER, "20150101000000"), Capture(PAPER, "20160501000000", page("Birds again"))], "20160501000000"),
        # The nearest that is good.
        ([Capture(PAPER, "20160302000000", ERROR), Capture(PAPER, "20140101000000")], "20140101000000"),
        ([Capture(PAPER, "20160302000000", PARKED)], None),
        ([Capture(PAPER, "20160302000000", "gone", status=404), Capture(PAPER, "20130101000000")], "20130101000000"),
        # The same content twice is looked at once: the fourth is still among those that are looked at.
        (
            [*(Capture(PAPER, f"201603{n:02}000000", ERROR) for n in range(2, 9)), Capture(PAPER, "20120101000000")],
            "20120101000000",
        ),
        # Before the link died, however near the others are …
        (
            [Capture(PAPER, "20180602000000", page("Poker online")), Capture(PAPER, "20110101000000", page("A paper"))],
            "20110101000000",
        ),
        (
            [Capture(PAPER, "20180602000000", page("Deep networks for birds")), Capture(PAPER, "20110101000000")],
            "20110101000000",
        ),
        # … and after it only what is the page beyond doubt.
        ([Capture(PAPER, "20180602000000", page("Poker online"))], None),
        ([Capture(PAPER, "20180602000000", page("Deep networks for birds"))], "20180602000000"),
        # A record of the same content as before has no status.
        ([Capture(PAPER, "20160301000000", revisit=True)], "20160301000000"),
        # Listed, and played back from another second: that is what readers see.
        ([Capture(PAPER, "20160301000000", listed_only=True), Capture(PAPER, "20160401000000", page("x y"))],
         "20160401000000"),
        ([Capture(PAPER, "20160301000000", listed_only=True)], None),
        # A redirect is judged by where it leads to.
        (
            [
                Capture(PAPER, "20160301000000", "", 301, "http://gone.example/papers/paper"),
                Capture("http://gone.example/papers/paper", "20160301000000"),
            ],
            "20160301000000",
        ),
        (
            [
                Capture(PAPER, "20160301000000", "", 301, "http://gone.example/"),
                Capture("http://gone.example/", "20160301000000", page("Welcome")),
            ],
            None,
        ),
    ],
)  # fmt: skip
def test_the_good_capture_nearest_to_the_citation_is_taken(
    services: Beside, captures: list[Capture], expected: str | None
) -> None:
    services.captures = captures
    found = ask(services, "arquivo", wanted(known=Page("Deep networks for birds")))
    assert (found and found.timestamp) == expected
    if found is not None:
        assert (found.original, found.url) == (PAPER, services.replayed(PAPER, found.timestamp))
        assert (found.source, found.validated, found.status in (200, 301)) == ("arquivo", "playback", True)


def test_the_evidence_says_how_near_it_is_and_what_was_passed_over(services: Beside) -> None:
    services.captures = [Capture(PAPER, "20160302000000", ERROR), Capture(PAPER, "20160221000000")]
    found = ask(services, "arquivo", wanted())
    assert found is not None
    assert found.evidence == (
        "Captured 9 days before the link came into the list (2016-03-01); "
        "passed over, and nearer to that date: error page"
    )


def test_a_link_into_the_archive_is_not_replaced_by_itself(services: Beside) -> None:
    services.captures = [Capture(PAPER, "20160302000000"), Capture(PAPER, "20160221000000", page("Another"))]
    link = services.replayed(PAPER, "20160302000000")
    found = ask(services, "arquivo", Wanted(Resource(link), PAPER, CITED, None))
    assert found is not None
    assert found.timestamp == "20160221000000"


def test_a_page_that_the_archive_does_not_have_costs_one_request_and_one_that_it_has_two(services: Beside) -> None:
    assert ask(services, "arquivo", wanted()) is None
    assert len(services.asked) == 1
    services.captures = [Capture(PAPER, "20150101000000")]
    assert ask(services, "arquivo", wanted()) is not None
    assert len(services.asked) == 3


def test_a_row_of_another_url_is_not_the_pages(services: Beside) -> None:
    row = Capture("http://gone.example/paper?id=2", "20160301000000").row
    services.captures = [Capture(PAPER, "20160301000000")]
    services.answers["/wayback/cdx"] = (200, {"Content-Type": "text/x-ndjson"}, f"{json.dumps(row)}\nno row\n")
    assert ask(services, "arquivo", wanted()) is None
    same = {**row, "url": "https://www.gone.example:443/Paper/"}
    services.answers["/wayback/cdx"] = (200, {"Content-Type": "text/x-ndjson"}, f"{json.dumps(same)}\n")
    assert ask(services, "arquivo", wanted()) is not None


def test_an_index_that_says_that_there_is_nothing_with_404_is_believed(services: Beside) -> None:
    said = {"message": f"No Captures found for: {PAPER}"}
    services.answers["/wayback/cdx"] = (404, {"Content-Type": "application/json"}, json.dumps(said))
    assert ask(services, "arquivo", wanted()) is None


@pytest.mark.parametrize(
    ("path", "status", "body", "error"),
    [
        ("/wayback/cdx", 404, "<html>Not Found</html>", ArchiveUnavailable),
        ("/wayback/cdx", 200, "<html>Under maintenance</html>", ArchiveUnavailable),
        ("/wayback/cdx", 403, "", ArchiveUnavailable),
        ("/wayback/cdx", 503, "", ArchiveUnavailable),
        ("/wayback/cdx", 429, "", ArchiveRateLimited),
        ("/wayback/2", 503, "", ArchiveUnavailable),
        ("/wayback/2", 200, "<html>Under maintenance</html>", ArchiveUnavailable),
    ],
)
def test_an_archive_that_does_not_answer_has_not_said_that_there_is_nothing(
    services: Beside, path: str, status: int, body: str, error: type[ArchiveError]
) -> None:
    services.captures = [Capture(PAPER, "20160301000000")]
    services.answers[path] = (status, {"Content-Type": "text/html"}, body)
    with pytest.raises(error):
        ask(services, "arquivo", wanted())
    # At most twice: it is off the main path.
    assert len([target for target in services.asked if target.startswith(path)]) <= 2


def test_an_index_that_is_cut_off_has_not_said_that_there_is_nothing(services: Beside) -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Type: text/x-ndjson\r\n\r\n") as url:
        settings = services.settings(software_heritage=False, arquivo_url=url)
        (fallback,) = fallbacks_of(ArchiveSettings.model_validate({"fallbacks": settings}), Sites(), clock=HandClock())
        with closing(fallback), pytest.raises(ArchiveUnavailable):
            fallback.find(wanted())


def test_index_and_playback_together_keep_to_the_rate(services: Beside) -> None:
    clock = HandClock()
    services.captures = [Capture(PAPER, f"201{n}0301000000", f"{ERROR}{n}") for n in range(5)]
    assert ask(services, "arquivo", wanted(), clock, arquivo_rate=30) is None
    assert len(services.asked) == 4
    assert sum(clock.slept) >= 3 * 2.0


# ── Software Heritage ───────────────────────────────────────────────────────────────────────────────────────────────

REPOSITORY = "https://github.com/Someone/tools"


@pytest.mark.parametrize(
    ("url", "origins"),
    [
        (REPOSITORY, ("https://github.com/Someone/tools", "https://github.com/Someone/tools.git")),
        ("http://www.github.com/Someone/tools.git/", ("https://github.com/Someone/tools",)),
        (f"{REPOSITORY}?tab=readme-ov-file", ("https://github.com/Someone/tools",)),
        (f"{REPOSITORY}/tree/master", ("https://github.com/Someone/tools",)),
        (f"{REPOSITORY}/blob/main/README.md", ("https://github.com/Someone/tools",)),
        ("https://gitlab.com/group/sub/tools", ("https://gitlab.com/group/sub/tools.git",)),
        ("https://gitlab.com/group/tools/-/tree/main", ("https://gitlab.com/group/tools.git",)),
        ("https://gitlab.com/group/tools/tree/master", ("https://gitlab.com/group/tools.git",)),
        ("https://bitbucket.org/someone/tools/src/master/", ("https://bitbucket.org/someone/tools.git",)),
        ("https://codeberg.org/someone/tools", ("https://codeberg.org/someone/tools.git",)),
    ],
)
def test_a_repository_is_asked_for_as_its_forge_calls_it(services: Beside, url: str, origins: tuple[str, ...]) -> None:
    services.visited(origins[-1], "2019-05-06T07:08:09.123456+00:00")
    found = ask(services, "software_heritage", wanted(url))
    assert found == Snapshot(
        original=origins[-1],
        timestamp="20190506070809",
        url=f"http://127.0.0.1:{services.port}/browse/origin/directory/?origin_url={origins[-1]}"
        "&timestamp=2019-05-06T07:08:09Z",
        status=200,
        validated="visit",
        source="software_heritage",
        evidence="The repository as Software Heritage saw it last, on 2019-05-06",
    )
    assert services.asked == [f"/api/1/origin/{origin}/visit/latest/?require_snapshot=true" for origin in origins]


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Someone",
        f"{REPOSITORY}/issues/12",
        f"{REPOSITORY}/tree/master/docs",
        f"{REPOSITORY}/blob/main/paper.pdf",
        f"{REPOSITORY}?page=2",
        "https://gitlab.com/group/tools/-/issues",
        "https://gist.github.com/Someone/1234",
        "https://someone.github.io/tools",
        "https://git.example/someone/tools",
        PAPER,
    ],
)
def test_what_is_no_repository_of_a_known_forge_is_not_asked_for(services: Beside, url: str) -> None:
    with closing(asked(services, "software_heritage")) as fallback:
        assert not fallback.claims(wanted(url))


@pytest.mark.parametrize(
    "visit",
    [
        None,
        # A repository that was empty: the hash of a snapshot with nothing in it.
        "1a8893e6a86f444e8be8e7bda6cb34fb1735a00e",
    ],
)
def test_a_repository_that_was_never_seen_with_code_is_none(services: Beside, visit: str | None) -> None:
    if visit is not None:
        services.visited(REPOSITORY, "2019-05-06T07:08:09+00:00", visit)
    assert ask(services, "software_heritage", wanted(REPOSITORY)) is None
    # Under both of its names.
    assert len(services.asked) == 2


def test_a_repository_that_is_withheld_is_none(services: Beside) -> None:
    said = {"exception": "MaskedObjectException", "reason": "…", "masked": {"x": "y"}}
    services.answers["/api"] = (403, {"Content-Type": "application/json"}, json.dumps(said))
    assert ask(services, "software_heritage", wanted(REPOSITORY)) is None


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, "<html>Not Found</html>", ArchiveUnavailable),
        # A wall that makes browsers count first.
        (200, "<html><title>Making sure you're not a bot!</title></html>", ArchiveUnavailable),
        (200, '{"date": "yesterday", "snapshot": "11"}', ArchiveUnavailable),
        (200, '{"date": "2019-05-06T07:08:09+00:00", "snapshot": null}', ArchiveUnavailable),
        (200, "[]", ArchiveUnavailable),
        (403, "{}", ArchiveUnavailable),
        (503, '{"exception": "StorageAPIError"}', ArchiveUnavailable),
        (429, '{"exception": "Throttled"}', ArchiveRateLimited),
    ],
)
def test_who_does_not_answer_has_not_said_that_there_is_no_repository(
    services: Beside, status: int, body: str, error: type[ArchiveError]
) -> None:
    services.answers["/api"] = (status, {"Content-Type": "text/html"}, body)
    with pytest.raises(error):
        ask(services, "software_heritage", wanted(REPOSITORY))


def test_after_the_last_request_of_the_hour_none_is_sent(services: Beside) -> None:
    reset = int(time.time()) + 1200
    services.limits = {"X-RateLimit-Limit": "120", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    services.visited(REPOSITORY, "2019-05-06T07:08:09+00:00")
    with closing(asked(services, "software_heritage")) as fallback:
        assert fallback.find(wanted(REPOSITORY)) is not None
        with pytest.raises(ArchiveRateLimited) as refused:
            fallback.find(wanted(REPOSITORY))
    assert refused.value.retry_after == pytest.approx(1200, abs=60)
    assert len(services.asked) == 1


def test_after_a_refusal_nothing_is_sent_any_more(services: Beside) -> None:
    clock = HandClock()
    services.answers["/api"] = (429, {"X-RateLimit-Reset": "4000000000"}, "{}")
    with closing(asked(services, "software_heritage", clock)) as fallback:
        for _ in range(3):
            with pytest.raises(ArchiveRateLimited):
                fallback.find(wanted(REPOSITORY))
    assert len(services.asked) == 1
    assert sum(clock.slept) < 1


def test_repositories_are_asked_for_at_the_rate_of_the_settings(services: Beside) -> None:
    clock = HandClock()
    with closing(asked(services, "software_heritage", clock, software_heritage_rate=1.6)) as fallback:
        assert fallback.find(wanted(REPOSITORY)) is None
        assert fallback.find(wanted(f"{REPOSITORY}2")) is None
    assert len(services.asked) == 4
    assert sum(clock.slept) >= 3 * 60 / 1.6


def test_who_is_switched_off_is_not_there() -> None:
    settings = ArchiveSettings.model_validate({"fallbacks": {"arquivo": False, "software_heritage": False}})
    assert fallbacks_of(settings, Sites()) == ()
