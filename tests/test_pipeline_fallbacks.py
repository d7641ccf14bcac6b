"""What others are asked for when the Wayback Machine has none, who comes first, and what happens when one is down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler import pipeline
from dlt_crawler.archive.fallbacks import Arquivo
from dlt_crawler.config import FallbackSettings, Settings
from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import NoSnapshot, NoSnapshotReason, Outcome, Page, Resource, Snapshot, Wanted
from dlt_crawler.pipeline import Job
from dlt_crawler.pipeline.fallbacks import fall_back
from dlt_crawler.pipeline.papers import landings_of
from dlt_crawler.sites.lookups import services_of
from dlt_crawler.terminal import Watch
from tests.archive_support import day
from tests.archives_beside import Capture, beside
from tests.fetch_support import crawler
from tests.internet.archive.captures import Capture as Archived
from tests.internet.client import Internet
from tests.internet.interfaces import UNKNOWN_PAPER
from tests.lookup_support import interfaces
from tests.nightly import Maintainer
from tests.resolve_support import Onlooker
from tests.simulated import Answer, Fails, HandClock, Shows, SimulatedWeb, page

PAGE, REPOSITORY = "http://gone.example/page", "https://github.com/Someone/tools"
MIRROR, ABS = "http://cn.arxiv.org/pdf/1706.03762v5.pdf", "https://arxiv.org/abs/1706.03762"
PUBLISHER, DOI = "https://dead.example/doi/pdf/10.1145/3292500.3330701", "https://doi.org/10.1145/3292500.3330701"
LIVING = page("Attention is all you need")
NOW = day("2026-11-22")


def wanted(url: str, *texts: str, **more: Any) -> Wanted:
    return Wanted(Resource(url), url, day("2016-03-01"), day("2018-06-01"), texts=texts, **more)


# ── Papers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "landing"),
    [
        (MIRROR, ABS),
        ("http://xxx.lanl.gov/abs/hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001"),
        ("http://xxx.itp.ac.cn/ps/hep-th/9901001v2", "https://arxiv.org/abs/hep-th/9901001"),
        ("https://www.arxiv-vanity.com/papers/1706.03762/", ABS),
        ("http://www.arxiv-sanity.com/1706.03762v3", ABS),
        ("https://reader.example/arxiv/1706.03762", ABS),
        ("http://lab.example/~me/1706.03762v1.pdf", ABS),
        # A version that is no more, and a file.
        ("https://arxiv.org/abs/1706.03762v9", ABS),
        ("https://arxiv.org/pdf/1706.03762.pdf", ABS),
        (PUBLISHER, DOI),
        ("https://dl.acm.org/doi/abs/10.1145/3292500.3330701?casa_token=a", DOI),
        ("https://link.springer.com/content/pdf/10.1007%2F978-3-319-24574-4_28.pdf",
         "https://doi.org/10.1007/978-3-319-24574-4_28"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf",
         "https://doi.org/10.1101/2020.01.01.123456"),
        ("https://journals.example/article?id=10.1371/journal.pone.0123456&type=printable",
         "https://doi.org/10.1371/journal.pone.0123456"),
        # The link itself, in other spellings.
        ("http://arxiv.org/abs/1706.03762", None),
        ("https://www.arxiv.org/abs/1706.03762/", None),
        ("http://dx.doi.org/10.1145/3292500.3330701", None),
        ("https://doi.org/10.1145%2F3292500.3330701", None),
        # Numbers that only look like it.
        ("https://shop.example/2012.12345/x", None),
        ("https://blog.example/10.1234", None),
        ("https://files.example/release-1706.03762.zip", None),
    ],
)  # fmt: skip
def test_an_address_names_a_paper(url: str, landing: str | None) -> None:
    found = landings_of(wanted(url), FallbackSettings())
    assert [each.url for each in found] == ([] if landing is None else [landing])


@pytest.mark.parametrize(
    ("texts", "landing"),
    [
        (("Attention is all you need, arXiv:1706.03762",), ABS),
        (("Attention is all you need", "arXiv preprint arXiv:1706.03762v2"), ABS),
        (("KDD 2019, doi:10.1145/3292500.3330701",), DOI),
        (("Attention is all you need",), None),
        (("Code of arXiv:1706.03762",), None),
        (("Slides (arXiv:1706.03762)",), None),
        # Which of them?
        (("arXiv:1706.03762 and arXiv:1810.04805",), None),
    ],
)
def test_a_label_names_a_paper(texts: Sequence[str], landing: str | None) -> None:
    found = landings_of(wanted("http://gone.example/~me/paper.pdf", *texts), FallbackSettings())
    assert [each.url for each in found] == ([] if landing is None else [landing])
    # Not of what is no page and no paper.
    for other in (REPOSITORY, "http://gone.example/slides.pptx", "http://gone.example/weights.tar.gz"):
        assert landings_of(wanted(other, *texts), FallbackSettings()) == ()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """A job whose database is not written to."""
    database = f"sqlite:///{tmp_path_factory.mktemp('database')}/links.db"
    with pipeline.open_job(Settings(database=database), "test", Watch(quiet=True)) as job:
        yield job


def a_job(opened: Job, answers: Callable[[str], Answer], **fallbacks: object) -> tuple[Job, SimulatedWeb]:
    clock = HandClock(NOW)
    web = SimulatedWeb(clock, answers)
    off = {"papers": True, "arquivo": False, "software_heritage": False}
    settings = Settings.model_validate({"archive": {"fallbacks": {**off, **fallbacks}}})
    return replace(opened, settings=settings, clock=clock, web=web.open), web


def found_for(
    opened: Job, questions: Sequence[Wanted], answers: Callable[[str], Answer], **fallbacks: object
) -> tuple[dict[str, Snapshot], list[str]]:
    """What was found, by the link's URL, and what was asked of the living web. All others are answered, too."""
    job, web = a_job(opened, answers, **fallbacks)
    answered = dict(fall_back(job, none_of(questions)))
    assert answered.keys() == {each.resource for each in questions}
    found = {resource.url: answer for resource, answer in answered.items() if isinstance(answer, Snapshot)}
    return found, [due.resource.url for due in web.asked]


def none_of(questions: Sequence[Wanted]) -> list[tuple[Wanted, NoSnapshot]]:
    return [(each, NoSnapshot(each.url, NoSnapshotReason.NEVER_ARCHIVED)) for each in questions]


def test_the_living_page_of_a_paper_is_offered(opened: Job) -> None:
    found, asked = found_for(opened, [wanted(MIRROR), wanted(PUBLISHER), wanted(PAGE)], lambda _url: LIVING)
    assert sorted(asked) == [ABS, DOI]
    assert found[MIRROR] == Snapshot(
        original=MIRROR,
        timestamp=found[MIRROR].timestamp,
        url=ABS,
        status=200,
        validated="live",
        source="arxiv",
        evidence="The link's address names this paper, whose page at arXiv lived on 2026-11-22",
    )
    assert found[MIRROR].timestamp.startswith("20261122")
    assert (found[PUBLISHER].url, found[PUBLISHER].source) == (DOI, "doi")
    assert PAGE not in found


@pytest.mark.parametrize(
    "answer",
    [
        Shows(404, "gone"),
        Shows(200, "<html><title>404 Not Found</title><h1>404 Not Found</h1>Nothing here</html>"),
        Fails(Outcome.TIMEOUT, "no answer"),
        Shows(403, "Forbidden"),
        # The very page that is dead, and what is left of a journal.
        page("Attention", hops=((302, "http://www.dead.example/doi/pdf/10.1145/3292500.3330701"),)),
        page("Attention", hops=((302, "https://dead.example/doi/pdf/10.1145/3292500.3330701"), (302, "https://x.example/y"))),
        page("Welcome", hops=((302, "https://dead.example/"),)),
        page("Sign in", hops=((302, "https://dead.example/login?next=10.1145"),)),
        page("What others have read", hops=((302, "https://dead.example/search/"),)),
    ],
)  # fmt: skip
def test_what_is_not_seen_to_live_is_not_offered(opened: Job, answer: Answer) -> None:
    found, asked = found_for(opened, [wanted(PUBLISHER)], lambda _url: answer)
    assert (found, asked) == ({}, [DOI])


def test_the_label_of_another_page_is_not_believed(opened: Job) -> None:
    question = wanted(PAGE, "arXiv:1706.03762", known=Page("Cooking with cast iron pans"))
    assert found_for(opened, [question], lambda _url: LIVING)[0] == {}
    question = wanted(PAGE, "arXiv:1706.03762", known=Page("Attention: our paper"))
    assert found_for(opened, [question], lambda _url: LIVING)[0].keys() == {PAGE}


def test_arxiv_is_asked_by_its_interface_for_all_papers_at_once(internet: Internet, opened: Job) -> None:
    papers = [f"http://cn.arxiv.org/pdf/2401.0000{number}.pdf" for number in range(5)]
    unknown = f"http://cn.arxiv.org/pdf/{UNKNOWN_PAPER}.pdf"
    none = none_of([wanted(url) for url in (*papers, unknown)])

    @contextmanager
    def web(*_ignored: object) -> Iterator[Crawler]:
        with crawler(internet, services=services_of(interfaces(internet)), timeout=20) as running:
            yield running

    job, _ = a_job(opened, lambda _url: LIVING)
    found = dict(fall_back(replace(job, web=web), none))
    assert {resource.url: each.url for resource, each in found.items() if isinstance(each, Snapshot)} == {
        f"http://cn.arxiv.org/pdf/2401.0000{number}.pdf": f"https://arxiv.org/abs/2401.0000{number}"
        for number in range(5)
    }
    assert [request.target.partition("?")[0] for request in internet.requests()] == ["/api/query"]


def test_a_crawl_that_breaks_off_changes_nothing(opened: Job) -> None:
    def breaks(_url: str) -> Answer:
        raise CrawlError("the crawl broke off")

    with beside() as services:
        services.captures = [Capture(MIRROR, "20150101000000", "%PDF-1.5 …")]
        found, _ = found_for(opened, [wanted(MIRROR)], breaks, **services.settings(papers=True))
    assert [each.source for each in found.values()] == ["arquivo"]


# ── All of them ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_is_asked_for_what_those_before_have_not_got(opened: Job) -> None:
    with beside() as services:
        services.captures = [Capture(url, "20150101000000") for url in (PAGE, REPOSITORY, MIRROR)]
        services.visited(REPOSITORY, "2019-05-06T07:08:09+00:00")
        links = [wanted(PAGE), wanted(REPOSITORY), wanted(MIRROR), wanted("http://gone.example/never")]
        found, _ = found_for(opened, links, lambda _url: LIVING, **services.settings(papers=True))
        assert {url: each.source for url, each in found.items()} == {
            MIRROR: "arxiv",
            REPOSITORY: "software_heritage",
            PAGE: "arquivo",
        }
        assert not any("arxiv" in target for target in services.asked)
        assert [target for target in services.asked if "cdx" in target and "github" in target] == []


def test_nobody_is_told_of_private_links(opened: Job) -> None:
    secret = "http://gone.example/paper?access_token=4f5e6a7b8c9d0e1f"
    shared = "https://docs.google.com/document/d/abcdefghijkl/edit"
    none = [
        (wanted(secret), NoSnapshot(secret, NoSnapshotReason.PRIVATE)),
        (wanted(shared, "arXiv:1706.03762"), NoSnapshot(shared, NoSnapshotReason.NEVER_ARCHIVED)),
    ]
    with beside() as services:
        job, web = a_job(opened, lambda _url: LIVING, **services.settings(papers=True))
        assert list(fall_back(job, none)) == [(each.resource, answer) for each, answer in none]
        assert (services.asked, web.asked) == ([], [])


def test_a_fallback_that_fails_twice_in_a_row_is_left_alone_and_the_next_is_asked(opened: Job) -> None:
    repositories = [f"https://github.com/Someone/tools{number}" for number in range(5)]
    with beside() as services:
        services.answers["/api"] = (403, {}, "")
        services.captures = [Capture(url, "20150101000000") for url in repositories]
        links = [wanted(url) for url in repositories]
        found, _ = found_for(opened, links, lambda _url: LIVING, **services.settings())
        assert {each.source for each in found.values()} == {"arquivo"}
        assert len(found) == 5
        assert len({target for target in services.asked if target.startswith("/api")}) == 2


def test_one_failure_between_answers_is_forgotten(opened: Job) -> None:
    pages = [f"http://gone.example/{number}" for number in range(6)]
    with beside() as services:
        services.captures = [Capture(url, "20150101000000") for url in pages]
        for number in (1, 3):
            services.answers[f"/wayback/20150101000000id_/{pages[number]}"] = (403, {}, "")
        found, _ = found_for(opened, [wanted(url) for url in pages], lambda _url: LIVING, **services.settings())
        assert found.keys() == {pages[number] for number in (0, 2, 4, 5)}


def test_what_there_was_no_time_for_is_left_for_the_next_run(opened: Job) -> None:
    pages, repositories = ([f"{start}{number}" for number in range(4)] for start in (PAGE, REPOSITORY))
    moments = iter(range(0, 10_000, 300))
    onlooker = Onlooker()
    with beside() as services:
        job, _ = a_job(opened, lambda _url: LIVING, **services.settings(time_limit=600))
        none = none_of([wanted(url) for url in (*repositories, *pages)])
        job = replace(job, progress=onlooker)
        answered = dict(fall_back(job, none, clock=lambda: next(moments)))
        asked = {target for target in services.asked if target.startswith("/wayback/cdx")}
    # The repositories come last, and another has no time for them any more: nobody is asked for them.
    assert [resource.url for resource in answered] == pages[:2]
    assert len(asked) == len(services.asked) == 2
    assert onlooker.said == ["arquivo.pt has taken its 600 s: 6 links are left for the next run"]


def test_papers_that_are_too_many_for_a_run_are_left_for_the_next(opened: Job) -> None:
    papers = [wanted(f"https://dead.example/doi/pdf/10.1145/{number}") for number in range(203)]
    job, web = a_job(opened, lambda _url: Shows(404, "gone"))
    answered = dict(fall_back(job, none_of(papers)))
    assert list(answered) == [each.resource for each in papers[:200]]
    assert len(web.asked) == 200


def test_a_mistake_of_ours_is_told_once_and_costs_others_nothing(
    opened: Job, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [f"http://gone.example/{number}" for number in range(5)]
    find = Arquivo.find

    def stumble(self: Arquivo, question: Wanted) -> Snapshot | None:
        return find(self, question) if question.url in (pages[0], pages[2], pages[4]) else None / 1  # type: ignore[operator]

    monkeypatch.setattr(Arquivo, "find", stumble)
    onlooker = Onlooker()
    with beside() as services:
        services.captures = [Capture(url, "20150101000000") for url in pages]
        job, _ = a_job(opened, lambda _url: LIVING, **services.settings())
        answered = dict(fall_back(replace(job, progress=onlooker), none_of([wanted(url) for url in pages])))
    assert [isinstance(answer, Snapshot) for answer in answered.values()] == [True, False, True, False, True]
    (said,) = onlooker.said
    assert said.startswith(f"arquivo.pt could not be asked for {pages[1]}, by a mistake in dlt-crawl (TypeError: ")
    assert [record.exc_info is not None for record in caplog.records if record.levelname == "ERROR"] == [True, True]


def test_who_is_switched_off_is_not_asked(opened: Job) -> None:
    with beside() as services:
        off = services.settings(arquivo=False, software_heritage=False)
        links = [wanted(PAGE), wanted(REPOSITORY), wanted(MIRROR)]
        assert found_for(opened, links, lambda _url: LIVING, **off) == ({}, [])
        assert services.asked == []


def test_a_night_reports_and_repairs_by_what_others_have(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    lost, paper, elsewhere, kept = (
        internet.http_url(path) for path in ("/status/404", "/status/410?10.1000/xyz", "/status/410", "/status/404?a")
    )
    maintainer.write("a.md", f"- [a]({lost}#s)", f"- [b]({paper}#p)", f"- [c]({elsewhere}#s)", f"- [d]({kept}#s)")
    internet.archive_add(Archived(kept, "20190601120000"))
    configuration = tmp_path / "dlt-crawl.toml"
    with beside() as services:
        services.captures = [Capture(elsewhere, "20150101000000")]
        changed = "\n".join(
            f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
            for key, value in services.settings(papers=True, doi_url=internet.http_url("/", "127.0.0.30")).items()
        )
        before, head, _ = configuration.read_text().partition("[archive.fallbacks]\n")
        configuration.write_text(f"{before}{head}{changed}\n")
        maintainer.run("run")
    links = maintainer.links()
    assert links["/status/404"]["snapshot"] is None
    # A fragment of the page that was means nothing on another one: there it is left out.
    landing = internet.http_url("/10.1000/xyz", "127.0.0.30")
    replayed = services.replayed(elsewhere, "20150101000000")
    assert (tmp_path / "storage/repaired/lists/a.md").read_text() == (
        f"- [a]({lost}#s)\n- [b]({landing})\n- [c]({replayed}#s)\n"
        f"- [d]({internet.http_url(f'/web/20190601120000/{kept}')}#s)\n"
    )
    paper_path = "/status/410?10.1000/xyz"
    assert (links[paper_path]["snapshot"]["source"], links[paper_path]["snapshot"]["validated"]) == ("doi", "live")
    assert links["/status/410"]["snapshot"]["url"] == replayed
    report = " ".join((tmp_path / "storage/reports/report.txt").read_text().split())
    assert "snapshot of 2015-01-01 in arquivo" in report
    assert "its page at doi, alive on" in report
    assert links[paper_path]["snapshot"]["evidence"] in " ".join(maintainer.run("report", "--explain").split())
