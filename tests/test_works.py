"""What pages say of the works that they present: who wrote them, when, where they appeared, by what they are known."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_crawler.model import Name, Work
from dlt_crawler.page import Response
from dlt_crawler.page.dates import date_of
from dlt_crawler.page.identifiers import arxiv_of, doi_of, isbn_of, issn_of
from dlt_crawler.page.names import names_of
from dlt_crawler.page.pdf import said_by_pdf
from dlt_crawler.page.reading import read_response
from tests.pdf_files import BODY, article, line, paper, text

NOETHER = Name("Noether", "Emmy")


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def prop(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def work(head: str, body: str = "<p>Text.</p>") -> Work:
    source = f"<!DOCTYPE html><html><head><title>T</title>{head}</head><body>{body}</body></html>"
    fields = (("content-type", "text/html; charset=utf-8"),)
    return read_response(Response("https://site.example/x", 200, fields, source.encode())).work or Work()


JOURNAL = (
    meta("citation_title", "T") + meta("citation_author", "Noether, Emmy") + meta("citation_author", "David Hilbert")
    + meta("citation_journal_title", "Annals") + meta("citation_publication_date", "2018/07/02")
    + meta("citation_volume", "7") + meta("citation_issue", "2") + meta("citation_firstpage", "1")
    + meta("citation_lastpage", "9") + meta("citation_doi", "doi:10.1000/ABC") + meta("citation_issn", "0028-0836")
    + meta("citation_publisher", "Springer")
)  # fmt: skip
HEADS = {
    "Highwire": (
        JOURNAL,
        Work(
            "article-journal", (NOETHER, Name("Hilbert", "David")), "2018-07-02", "Annals", "Springer", "7", "2", "1-9",
            "10.1000/abc", issn="0028-0836",
        ),
    ),
    "a conference": (
        meta("citation_conference_title", "NIPS") + meta("citation_author", "Emmy Noether")
        + meta("citation_year", "2017"),
        Work("paper-conference", (NOETHER,), "2017", "NIPS"),
    ),
    "proceedings that are given as a journal": (
        meta("citation_author", "Emmy Noether")
        + meta("citation_journal_title", "Proceedings of the 2019 Conference on Rings"),
        Work("paper-conference", (NOETHER,), container="Proceedings of the 2019 Conference on Rings"),
    ),
    "a journal that is called proceedings": (
        meta("citation_journal_title", "Proceedings of the IEEE"),
        Work("article-journal", container="Proceedings of the IEEE"),
    ),
    "a dataset that is an article for Google Scholar": (
        meta("citation_title", "T") + meta("citation_author", "Noether, Emmy") + ld({"@type": "Dataset", "name": "T"}),
        Work("dataset", (NOETHER,)),
    ),
    "a preprint": (
        meta("citation_title", "T") + meta("citation_author", "Noether, Emmy")
        + meta("citation_arxiv_id", "1706.03762"),
        Work("article", (NOETHER,), arxiv="1706.03762"),
    ),
    "a thesis": (
        meta("citation_author", "Emmy Noether") + meta("citation_dissertation_institution", "Erlangen"),
        Work("thesis", (NOETHER,), publisher="Erlangen"),
    ),
    "a book": (
        meta("citation_isbn", "978-0-262-03561-3") + meta("citation_author", "Emmy Noether"),
        Work("book", (NOETHER,), isbn="9780262035613"),
    ),
    "bepress": (
        meta("bepress_citation_author", "Noether, Emmy") + meta("bepress_citation_date", "2001"),
        Work("", (NOETHER,), "2001"),
    ),
    "EPrints": (
        meta("eprints.creators_name", "Noether, Emmy") + meta("eprints.date", "2001-02")
        + meta("eprints.publication", "Annals"),
        Work("article-journal", (NOETHER,), "2001-02", "Annals"),
    ),
    "PRISM": (
        meta("prism.publicationName", "Annals") + meta("prism.startingPage", "3") + meta("prism.doi", "10.1000/1"),
        Work("article-journal", container="Annals", pages="3", doi="10.1000/1"),
    ),
    "Dublin Core": (
        meta("DC.creator", "Noether, Emmy") + meta("DC.creator", "Hilbert, David") + meta("DC.date", "2001-02-03")
        + meta("DC.identifier", "doi:10.1000/2"),
        Work("", (NOETHER, Name("Hilbert", "David")), "2001-02-03", doi="10.1000/2"),
    ),
    "a scholarly article in JSON-LD": (
        ld({
            "@type": "ScholarlyArticle", "headline": "T", "datePublished": "2019-05-24T00:00:00Z",
            "author": [{"@type": "Person", "givenName": "Emmy", "familyName": "Noether"}, "David Hilbert"],
            "isPartOf": {"@type": "PublicationIssue", "isPartOf": {"@type": "Periodical", "name": "Annals"}},
            "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "https://doi.org/10.1000/3"},
        }),
        Work(
            "article-journal", (NOETHER, Name("Hilbert", "David")), "2019-05-24", "Annals", doi="10.1000/3",
        ),
    ),
    "a post whose author is named elsewhere": (
        ld({"@graph": [
            {"@type": "BlogPosting", "headline": "T", "datePublished": "2020-02-03", "author": {"@id": "#emmy"}},
            {"@type": "Person", "@id": "#emmy", "name": "Emmy Noether"},
        ]}) + prop("og:site_name", "A Blog"),
        Work("post-weblog", (NOETHER,), "2020-02-03", "A Blog"),
    ),
    "the owner of a site in WordPress": (
        ld({"@graph": [
            {"@type": "Article", "headline": "T", "author": {"name": "Emmy Noether", "@id": "#emmy"}},
            {"@type": ["Person", "Organization"], "@id": "#emmy", "name": "Emmy Noether"},
        ]}) + prop("og:site_name", "A Blog"),
        Work("webpage", (NOETHER,), container="A Blog"),
    ),
    "an article in parts of a journal": (
        ld({"@type": "ScholarlyArticle", "headline": "T", "isPartOf": [
            {"@type": "PublicationVolume", "volumeNumber": "3"}, {"@type": "Periodical", "name": "Annals"},
        ]}),
        Work("article-journal", container="Annals"),
    ),
    "a video": (
        ld({"@type": "VideoObject", "name": "T", "uploadDate": "2020-02-03", "author": "Emmy Noether"}),
        Work("motion_picture", (NOETHER,), "2020-02-03"),
    ),
    "software": (
        ld({"@type": "SoftwareSourceCode", "name": "T", "author": {"@type": "Organization", "name": "Rings Inc."}}),
        Work("software", (Name(literal="Rings Inc."),)),
    ),
    "an article that has a video in it": (
        ld([
            {"@type": "VideoObject", "name": "V", "author": "Somebody Else"},
            {"@type": "NewsArticle", "headline": "T", "author": "Emmy Noether"},
        ]),
        Work("article-newspaper", (NOETHER,)),
    ),
    "a list of posts, which has no author of its own": (
        ld([{"@type": "BlogPosting", "headline": one, "author": f"{one} Noether"} for one in ("Emmy", "Fritz")]),
        Work(),
    ),
    "a page for people": (
        meta("author", "By Emmy Noether") + prop("article:published_time", "2021-01-02T10:00:00+08:00"),
        Work("", (NOETHER,), "2021-01-02"),
    ),
    "several authors in one": (meta("author", "Emmy Noether, David Hilbert and 周志华"),
        Work("", (NOETHER, Name("Hilbert", "David"), Name(literal="周志华"))),
    ),
    "the better source before the worse": (
        meta("author", "Worse Name") + meta("DC.creator", "Better Name")
        + ld({"@type": "Article", "author": "Good Name"}) + meta("citation_author", "Best Name"),
        Work("webpage", (Name("Name", "Best"),)),
    ),
    "addresses and accounts, which are no names": (
        prop("article:author", "https://facebook.example/emmy") + meta("author", "@emmy"), Work(),
    ),
    "an administrator": (meta("author", "admin") + meta("date", "0001-01-01"), Work()),
    "the site as its own author": (
        meta("author", "The Site") + prop("og:site_name", "The Site"), Work(container="The Site"),
    ),
    "a person whose site has that name": (
        ld({"@type": "Article", "author": {"@type": "Person", "name": "Emmy Noether"}})
        + prop("og:site_name", "Emmy Noether"),
        Work("webpage", (NOETHER,), container="Emmy Noether"),
    ),
    "a page from before there was a web": (meta("date", "1970-01-01") + prop("og:type", "article"), Work()),
    "nothing": ("", Work()),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_work_that_a_page_presents(name: str) -> None:
    head, expected = HEADS[name]
    assert work(head) == expected


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Vaswani, Ashish", [Name("Vaswani", "Ashish")]),
        ("Ludwig van Beethoven", [Name("van Beethoven", "Ludwig")]),
        ("Jong, Michiel de", [Name("de Jong", "Michiel")]),
        ("Mark Di Stefano", [Name("Di Stefano", "Mark")]),
        ("Martin Luther King Jr.", [Name("King", "Martin Luther", "Jr.")]),
        ("King, Jr., Martin Luther", [Name("King", "Martin Luther", "Jr.")]),
        ("Dr. Max Planck, PhD", [Name("Planck", "Max")]),
        ("Smith, J., Doe, A. and Roe, B.", [Name("Smith", "J."), Name("Doe", "A."), Name("Roe", "B.")]),
        ("Vaswani, Ashish; Shazeer, Noam", [Name("Vaswani", "Ashish"), Name("Shazeer", "Noam")]),
        ("OpenAI", [Name(literal="OpenAI")]),
        ("Google, Inc.", [Name(literal="Google, Inc.")]),
        ("The LIGO Scientific Collaboration", [Name(literal="The LIGO Scientific Collaboration")]),
        ("周志华", [Name(literal="周志华")]),
        ("周, 志华", [Name("周", "志华")]),
        ("张三、李四", [Name(literal="张三"), Name(literal="李四")]),
        ("Smith, John (MIT) john@mit.example", [Name("Smith", "John")]),
        ("LeCun Y, Bengio Y", [Name("LeCun", "Y"), Name("Bengio", "Y")]),
        ("Иванов И.И.", [Name("Иванов", "И.И.")]),
        ("Wei LI", [Name(literal="Wei LI")]),
        ("J. K. Rowling", [Name("Rowling", "J. K.")]),
        ("Emmy Noether et al.", [NOETHER]),
        ("Emmy Noether and others", [NOETHER]),
        ("周志华 等", [Name(literal="周志华")]),
        ("Emmy Noether, Jane Roe, & David Hilbert", [NOETHER, Name("Roe", "Jane"), Name("Hilbert", "David")]),
        ("Emmy Noether & David Hilbert", [NOETHER, Name("Hilbert", "David")]),
        ("Johnson & Johnson", [Name(literal="Johnson & Johnson")]),
        ("Emmy Noether · David Hilbert<br>Jane Roe", [NOETHER, Name("Hilbert", "David"), Name("Roe", "Jane")]),
        ("Emmy Noether - Medium", [NOETHER]),
        ("Emmy Noether Ph.D.", [NOETHER]),
        ("佚名", []),
        ("", []),
        ("a" * 200, []),
    ],
)
def test_names_in_a_text(written: str, names: list[Name]) -> None:
    assert list(names_of([written])) == names


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019/12/30", "2019-12-30"), ("2019-06", "2019-06"), ("2019", "2019"), ("20190601", "2019-06-01"),
        ("2019-06-01T23:00:00-08:00", "2019-06-01"), ("June 1, 2019", "2019-06-01"), ("1 Jun 2019", "2019-06-01"),
        ("Thu, 06 Jun 2019 10:00:00 GMT", "2019-06-06"), ("2019年6月1日", "2019-06-01"), ("1. Mai 2019", "2019-05-01"),
        ("27-30 June 2016", "2016-06"), ("2019 Jun 1", "2019-06-01"), ("Spring 2019", "2019"),
        ("13/04/2019", "2019-04-13"), ("03/04/2019", "2019"), ("2019-02-30", "2019-02"), ("1970-01-01", ""),
        ("0001-01-01", ""), ("soon", ""), ("", ""),
    ],
)  # fmt: skip
def test_dates_as_pages_write_them(written: str, day: str) -> None:
    assert date_of(written) == day


def test_identifiers_in_one_spelling() -> None:
    assert doi_of("https://doi.org/10.1145/ABC.1.") == doi_of("DOI: 10.1145/abc.1") == "10.1145/abc.1"
    assert doi_of("10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O").endswith("2-o")
    assert doi_of("10.48550/arXiv.1706.03762") == ""
    spelt = ("https://dx.doi.org/10.1%2Fx", "(10.1/x)", "https://doi.org/10.1/x?y#z", "10.1/x; 10.1/y", "10.1/x</a>")
    assert {doi_of(each.replace("10.1", "10.1000")) for each in (*spelt, "10.1/x\u200b")} == {"10.1000/x"}
    assert doi_of("10.1000/x(y)") == "10.1000/x(y)"
    assert {arxiv_of(each) for each in ("arXiv:1706.03762v5", "10.48550/arXiv.1706.03762")} == {"1706.03762"}
    assert arxiv_of("hep-th/9901001v2") == "hep-th/9901001"
    assert (isbn_of("978-0-262-03561-3"), isbn_of("0-262-03561-8"), isbn_of("978-0-262-03561-4")) == (
        "9780262035613", "0262035618", "",
    )  # fmt: skip
    assert (issn_of("00280836"), issn_of("0028-0837")) == ("0028-0836", "")


def test_no_more_is_kept_than_there_is_room_for() -> None:
    many = "".join(meta("citation_author", f"Person{number}, A{'b' * 500}" * 3) for number in range(300))
    few = "".join(meta("citation_author", f"Family{number}, Given") for number in range(300))
    said = work(many + meta("citation_journal_title", "J" * 5_000) + meta("citation_volume", "1" * 500))

    assert (said.authors, len(said.container), said.volume) == ((), 300, "")
    assert len(work(few).authors) == 100


def test_a_date_that_has_not_come_is_none() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    assert Work(issued="2026-11-23").as_of(now).issued == "2026-11-23"
    assert Work(issued="2026-12").as_of(now).issued == ""
    assert Work("article-journal", issued="2027-03").as_of(now).issued == "2027-03"
    assert Work("article-journal", issued="2099").as_of(now).issued == ""


def test_authors_of_a_pdf_are_those_that_its_first_page_names() -> None:
    page = line("A Paper about Everything There Is", 18, 700) + line("Emmy Noether and David Hilbert", 12, 660)
    named = paper(
        page + text(BODY), title=b"(A Paper about Everything There Is)", author=b"(Emmy Noether; David Hilbert)"
    )
    other = paper(page + text(BODY), title=b"(A Paper about Everything There Is)", author=b"(jsmith)")

    assert said_by_pdf(named).authors == "Emmy Noether; David Hilbert"
    assert said_by_pdf(other).authors == said_by_pdf(article()).authors == ""


@given(st.text(max_size=200))
def test_no_text_is_too_odd_to_be_a_name_a_date_or_an_identifier(odd: str) -> None:
    for name in names_of([odd]):
        parts = (name.family, name.given, name.suffix, name.literal)
        assert any(parts)
        assert all(part.isprintable() and len(part) <= 300 for part in parts)
    assert date_of(odd)[:4].isdecimal() or not date_of(odd)
    assert all(len(read(odd)) <= 300 for read in (doi_of, arxiv_of, isbn_of, issn_of))
