"""What each service says of links, as its interface answers: liveness, title and abstract together."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote

import pytest

from dlt_crawler.config import LookupSettings
from dlt_crawler.model import LinkWarning, Outcome, Redirect, Resource
from dlt_crawler.sites.lookups import services_of
from tests.fetch_support import crawler
from tests.internet.client import Internet
from tests.internet.interfaces import REFUSED_PAPER, SENT_ELSEWHERE, UNKNOWN_PAPER, title_of_paper
from tests.lookup_support import AGENCY, DOI, PAPERS, VIDEOS, ask, interfaces, look_up

CLAIMED = {
    "arXiv": (
        "https://arxiv.org/abs/2109.05237", "https://arxiv.org/abs/2109.05237v2", "http://arxiv.org/pdf/2109.05237.pdf",
        "https://arxiv.org/pdf/2109.05237v1", "https://www.arxiv.org/html/2109.05237v1/", "https://arxiv.org/format/0704.0001",
        "https://export.arxiv.org/abs/hep-th/9901001", "http://xxx.lanl.gov/abs/quant-ph/0112019v3",
        "https://arxiv.org/abs/math.GT/0309136", "https://arxiv.org/ps/cond-mat/0703001", "https://arxiv.org/src/1412.6980",
        "https://arxiv.org/abs/2109.05237?context=cs.LG", "https://arxiv.org/pdf/math/0112019.pdf",
    ),
    "doi.org": (
        "https://doi.org/10.1145/3517745.3561451", "http://dx.doi.org/10.1000/ABC%2Fdef", "https://www.doi.org/10.1000/182",
        "https://doi.org/doi:10.1000/182", "https://doi.org/10.1002/(SICI)1097-0258(19980815)17:15%3C1661::AID%3E3.0.CO;2-2",
    ),
    "GitHub": (
        "https://github.com/owner/repo", "http://www.github.com/Owner/re.po-1/", "https://github.com/owner/repo.git",
        "https://github.com/owner/repo?tab=readme-ov-file",
    ),
    "YouTube": (
        "https://www.youtube.com/watch?v=wXZKoHEzASg", "https://youtu.be/wXZKoHEzASg?t=30",
        "http://m.youtube.com/watch?t=1&v=wXZKoHEzASg&list=PL1", "https://www.youtube.com/shorts/wXZKoHEzASg",
        "https://www.youtube-nocookie.com/embed/wXZKoHEzASg?rel=0", "https://youtube.com/live/wXZKoHEzASg/",
    ),
}  # fmt: skip

CLAIMED_BY_NOBODY = (
    # Listings, helps, and ids that arXiv's interface would refuse, together with all others of the request.
    "https://arxiv.org/", "https://arxiv.org/list/cs.LG/recent", "https://arxiv.org/abs/2109.5237", "https://arxiv.org/abs/1412.69800",
    "https://arxiv.org/abs/2113.05237", "https://arxiv.org/abs/foo/0112019", "https://arxiv.org/abs/0112019",
    "https://arxiv.org/abs/2109.05237v0", "https://arxiv.org/abs/2109.05237,2109.05238", "https://arxiv.org/abs/math/0813001",
    "https://arxiv.org/abs/２１０９.05237", "https://arxiv.org/pdf/2109.05237.pdf.pdf", "https://arxiv.org/abs/2109.05237/x",
    "https://arxiv.org/abs/2109.05237?format=old", "https://blog.arxiv.org/abs/2109.05237", "https://arxiv.org.example/abs/2109.05237",
    "https://doi.org/", "https://doi.org/10.1000", "https://doi.org/10.1000/", "https://doi.org/10.10/short", "https://doi.org/hdl/1",
    "https://doi.org/10.1000/a%20b", "https://doi.org/10.1000/a?x=1", "https://doi.org/10.1000/caf%E9", "https://www.doi.org/the-identifier/what-is-a-doi",
    "https://doi.org.example/10.1000/182", "https://dl.acm.org/doi/10.1145/3517745.3561451",
    "https://github.com/owner", "https://github.com/owner/repo/tree/main", "https://github.com/topics/link-rot", "https://github.com/",
    "https://github.com/owner/..", "https://github.com/owner/repo?page=2", "https://gist.github.com/owner/repo",
    "https://github.com.example/owner/repo", "https://github.com/ow%20ner/repo",
    "https://www.youtube.com/", "https://www.youtube.com/playlist?list=PL1", "https://www.youtube.com/@channel",
    "https://www.youtube.com/watch?v=short", "https://www.youtube.com/watch", "https://www.youtube.com/embed/videoseries?list=PL1",
    "https://www.youtube.com/embed/live_stream?channel=UC1", "https://www.youtube.com/watch?v=wXZKoHEzASg%26x",
    "https://youtube.com.example/watch?v=wXZKoHEzASg",
)  # fmt: skip


def claiming(url: str) -> list[str]:
    every = services_of(LookupSettings(github_token="a-token"))
    return [service.name for service in every if service.claims(Resource(url))]


@pytest.mark.parametrize(("name", "url"), [(name, url) for name, urls in CLAIMED.items() for url in urls])
def test_a_service_claims_the_links_to_what_it_knows(name: str, url: str) -> None:
    assert claiming(url) == [name]


@pytest.mark.parametrize("url", CLAIMED_BY_NOBODY)
def test_nobody_claims_a_link_to_anything_else(url: str) -> None:
    assert claiming(url) == []


def test_no_pattern_takes_long_over_a_hostile_url() -> None:
    # Patterns that back-track would take minutes, and the test would be ended.
    for start in ("https://arxiv.org/abs/", "https://doi.org/10.1000", "https://github.com/", "https://youtu.be/"):
        for filling in ("a", "1", "/", "%", "-", "v=", "10."):
            claiming(start + filling * 100_000)


def test_services_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    assert [service.name for service in services_of(LookupSettings())] == ["arXiv", "doi.org", "YouTube"]
    monkeypatch.setenv("GITHUB_TOKEN", "a-token")
    assert [service.name for service in services_of(LookupSettings(arxiv=False, doi=False))] == ["GitHub", "YouTube"]
    assert services_of(LookupSettings(arxiv=False, doi=False, github=False, youtube=False)) == ()


class Said(NamedTuple):
    """What is said of one link."""

    url: str
    outcome: Outcome
    detail: str
    title: str | None = None
    abstract: str | None = None
    warnings: tuple[LinkWarning, ...] = ()
    status: int | None = 200
    moved_to: str | None = None


OK, GONE = Outcome.OK, Outcome.NOT_FOUND
KNOWN_PAPER = "arXiv's interface knows this paper."
WITHDRAWN_PAPER = "arXiv's interface knows this paper, and says that it was withdrawn."
SUMMARY = "We show that $a < b$ & more."
KNOWN_DOI, NO_DOI = "doi.org knows this DOI.", "doi.org answered 404 Not Found: there is no such DOI."
KNOWN_REPOSITORY = "GitHub's interface knows this repository"
KNOWN_VIDEO = "YouTube's oEmbed interface knows this video"

SAID = (
    Said("https://arxiv.org/abs/2401.00001", OK, KNOWN_PAPER, title_of_paper("2401.00001"), SUMMARY),
    Said("https://arxiv.org/pdf/2401.00001v3.pdf", OK, KNOWN_PAPER, title_of_paper("2401.00001"), SUMMARY),
    Said("http://arxiv.org/abs/math.GT/0112019", OK, KNOWN_PAPER, title_of_paper("math/0112019"), SUMMARY),
    Said("https://arxiv.org/abs/2401.00410", OK, WITHDRAWN_PAPER, title_of_paper("2401.00410"), "We study networks.",
         (LinkWarning.WITHDRAWN,)),
    Said("https://arxiv.org/abs/2401.00411", OK, WITHDRAWN_PAPER, title_of_paper("2401.00411"),
         "This paper has been withdrawn.", (LinkWarning.WITHDRAWN,)),
    # Crossref: the title is a list, both have markup.
    Said("https://doi.org/10.1000/Ab", OK, KNOWN_DOI, "The L Theory of 10.1000/Ab", "What 10.1000/Ab says & proves."),
    Said("http://dx.doi.org/10.1000/(a)%3A1;2-%23", OK, KNOWN_DOI, "The L Theory of 10.1000/(a):1;2-#",
         "What 10.1000/(a):1;2-# says & proves."),
    Said("https://doi.org/10.1001/data", OK, KNOWN_DOI, "Data of 10.1001/data", "What 10.1001/data says & proves."),
    # It exists, though nobody has a title: the publisher is not asked, a broken agency is no proof of anything.
    Said("https://doi.org/10.1002/publisher", OK, KNOWN_DOI, status=None),
    Said("https://doi.org/10.1000/broken", OK, KNOWN_DOI, status=None),
    Said("https://doi.org/10.1000/leads-on", OK, KNOWN_DOI, status=None),
    Said("https://doi.org/10.1000/gone", GONE, NO_DOI, status=404),
    Said("https://github.com/Owner/repo", OK, f"{KNOWN_REPOSITORY}.", "owner/repo: All about owner/repo",
         "All about owner/repo"),
    Said("https://github.com/owner/archived-one/", OK, f"{KNOWN_REPOSITORY}, and says that it is archived.",
         "owner/archived-one: All about owner/archived-one", "All about owner/archived-one", (LinkWarning.ARCHIVED,)),
    Said("https://github.com/someone/renamed", Outcome.REDIRECTED,
         f"{KNOWN_REPOSITORY} as someone-else/renamed-since.", "someone-else/renamed-since: All about "
         "someone-else/renamed-since", "All about someone-else/renamed-since",
         moved_to="https://github.com/someone-else/renamed-since"),
    Said("https://www.youtube.com/watch?v=living-abcd", OK, f"{KNOWN_VIDEO}.", "The video living-abcd"),
    Said("https://youtu.be/no-embed-ab", OK, f"{KNOWN_VIDEO}, which may not be embedded.", status=401),
    Said("https://youtu.be/private-abc", Outcome.BLOCKED,
         "YouTube's oEmbed interface answered 403 Forbidden: the video is private.", status=403),
    Said("https://youtu.be/gone-abcdef", GONE, "YouTube's oEmbed interface answered 404: there is no such video.",
         status=404),
    Said("https://youtu.be/bad-id-abcd", GONE, "YouTube's oEmbed interface answered 400: there is no such video.",
         status=400),
)  # fmt: skip

FETCHED = (
    # What the interfaces do not know, or do not say clearly, is asked for as any page.
    f"https://arxiv.org/abs/{UNKNOWN_PAPER}",
    f"https://arxiv.org/abs/{REFUSED_PAPER}",
    "https://github.com/owner/gone",
    "https://github.com/owner/private-plans",
    f"https://github.com/{SENT_ELSEWHERE}",
    "https://example.org/",
)


def test_every_service_says_what_its_interface_knows(internet: Internet) -> None:
    found, answered = look_up(internet, [*(said.url for said in SAID), *FETCHED])
    assert found.keys() == {said.url for said in SAID}
    for said in SAID:
        seen = found[said.url]
        told = (seen.outcome, seen.detail, seen.page.title, seen.page.abstract, seen.warnings, seen.status)
        assert told == said[1:-1], said.url
        assert seen.final_url == (said.moved_to or said.url)
        assert seen.redirects == ((Redirect(said.url, 301, said.moved_to),) if said.moved_to else ())
        assert seen.permanent is bool(said.moved_to)
        assert seen.elapsed > 0
    assert {name: (each.asked, each.known) for name, each in answered.items()} == {
        "arXiv": (7, 5), "doi.org": (7, 7), "GitHub": (6, 3), "YouTube": (5, 5),
    }  # fmt: skip


def test_a_section_of_a_readme_is_looked_for_in_the_page(internet: Internet) -> None:
    with crawler(internet, services=services_of(interfaces(internet))) as running:
        assert ask(running, ["https://github.com/owner/repo"], fragments=["installation"]).found == {}
    assert internet.requests() == []


def test_63_papers_are_one_request(internet: Internet) -> None:
    papers = [f"2401.{number:05}" for number in range(1000, 1060)]
    urls = [f"https://arxiv.org/abs/{paper}" for paper in papers]
    urls += [
        f"https://arxiv.org/pdf/{papers[0]}.pdf",
        f"https://arxiv.org/html/{papers[0]}",
        f"http://arxiv.org/pdf/{papers[1]}",
    ]
    assert len(urls) == 63
    found, answered = look_up(internet, urls)
    (request,) = internet.requests()
    assert request.host == PAPERS
    assert request.target.count("2401.01000") == 1
    # By id, whatever the order of the answers.
    assert {url: seen.page.title for url, seen in found.items()} == {
        url: title_of_paper(url.rpartition("/")[2].removesuffix(".pdf")) for url in urls
    }
    assert (answered["arXiv"].asked, answered["arXiv"].known) == (63, 63)


def test_an_id_that_arxiv_refuses_spoils_no_other(internet: Internet) -> None:
    papers = [f"2401.{number:05}" for number in range(350, 450)]
    assert {REFUSED_PAPER, UNKNOWN_PAPER} < set(papers)
    found, _ = look_up(internet, [f"https://arxiv.org/abs/{paper}" for paper in papers])
    assert {url.rpartition("/")[2] for url in found} == set(papers) - {REFUSED_PAPER, UNKNOWN_PAPER}
    # Halved until it is found.
    assert len(internet.requests()) == 13


def test_a_doi_is_never_asked_for_at_its_publisher(internet: Internet) -> None:
    dois = ("10.1000/a", "10.1000/A", "10.1000/leads-on", "10.1002/a", "10.1003/a")
    look_up(internet, [*(f"https://doi.org/{doi}" for doi in dois), "http://dx.doi.org/10.1000/a"])
    requests = internet.requests()
    assert sorted(request.target for request in requests if request.host == DOI) == [
        "/10.1000/A", "/10.1000/a", "/10.1000/leads-on", "/10.1002/a", "/10.1003/a",
    ]  # fmt: skip
    assert {request.host for request in requests} == {DOI, AGENCY}
    assert {request.headers["accept"] for request in requests} == {"application/vnd.citationstyles.csl+json"}


@pytest.mark.parametrize(
    "url", ["https://doi.org/10.1000/gone", "https://youtu.be/gone-abcdef", "https://youtu.be/bad-id-abcd"]
)
def test_an_interface_that_knows_nothing_proves_nothing(internet: Internet, url: str) -> None:
    # As when it was moved, or shut down: its 404 is for everything then.
    assert look_up(internet, [url]).found == {}


@pytest.mark.parametrize("doi", ["%C3%84rzte-2020", "st%C4%B0", "%C7%85ungla", "MiXed", "a%2Fb", "a%23b"])
def test_a_doi_is_asked_for_as_the_link_spells_it(internet: Internet, doi: str) -> None:
    # The case of ASCII letters only does not matter: folded as Unicode, these would be others, and unknown.
    for other in {unquote(doi).lower(), unquote(doi).casefold()} - {unquote(doi)}:
        internet.page(internet.http_url(f"/10.1000/{quote(other)}", DOI), "/status/404")
    look_up(internet, [f"https://doi.org/10.1000/{doi}", "https://doi.org/10.1000/last"])
    asked = [request.target for request in internet.requests() if request.host == DOI]
    assert asked[0] == f"/10.1000/{doi}"


def test_what_speaks_against_a_thing_is_believed_of_an_interface_that_works_afterwards(internet: Internet) -> None:
    links = [f"https://youtu.be/{video}" for video in ("living-abcd", "gone-abcdef", "private-abc")]
    with crawler(internet, services=services_of(interfaces(internet))) as running:
        # Its answers prove nothing before it has known something …
        assert ask(running, links[1:]).found == {}
        # … it is asked once more for what it has known …
        assert len(ask(running, links).found) == 3
        assert len(internet.requests()) == 2 + 4
        # … and that at the second look, too, where there are such links only.
        assert {seen.outcome for seen in ask(running, links[1:]).found.values()} == {GONE, Outcome.BLOCKED}
        assert len(internet.requests()) == 6 + 3
        # What it has known after them is proof enough.
        assert len(ask(running, links[::-1]).found) == 3
        assert len(internet.requests()) == 9 + 3


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_an_interface_that_stops_working_is_not_believed_any_more(internet: Internet, status: int) -> None:
    links = [f"https://youtu.be/video-{number:05}" for number in range(40)]
    with crawler(internet, services=services_of(interfaces(internet))) as running:
        assert len(ask(running, links).found) == 40
        log = internet.requests()
        before = len(log)
        for request in log:
            internet.page(request.url, f"/status/{status}")
        assert ask(running, links).found == {}
        # A batch, and what it has known; nothing at the second look.
        assert len(internet.requests()) == before + 20 + 1
        assert ask(running, links).found == {}
        assert len(internet.requests()) == before + 20 + 1


@pytest.mark.parametrize(
    ("answer", "requests"),
    [("/status/403", 20), ("/status/404", 20), ("/status/401", 20), ("/redirect-to/302", 3)],
)
def test_an_interface_that_answers_nobody_here_is_given_up(internet: Internet, answer: str, requests: int) -> None:
    settings = interfaces(internet, youtube_url=internet.http_url(answer, VIDEOS))
    assert look_up(internet, [f"https://youtu.be/video-{number:05}" for number in range(60)], settings).found == {}
    assert len(internet.requests()) == requests


def test_robots_txt_is_not_for_interfaces(internet: Internet) -> None:
    forbidden = "127.0.0.4"
    settings = interfaces(internet, arxiv_url=internet.http_url("/api/query", forbidden))
    assert look_up(internet, ["https://arxiv.org/abs/2401.00001"], settings).found
    assert [request.target.partition("?")[0] for request in internet.requests()] == ["/api/query"]
