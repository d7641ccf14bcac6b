"""How an archive addresses its mementos, and what it says of those beside one."""

from __future__ import annotations

import pytest
from requests.structures import CaseInsensitiveDict

from dlt_crawler.archive.memento import Collection, Links, Memento
from dlt_crawler.archive.transport import Answer

BASE = "https://web.example/web/"
URL = "http://a.example/p;x=1,2?q=a;b"
WEB = Collection(BASE)


def answer(status: int = 200, **headers: str) -> Answer:
    return Answer(f"{BASE}2017id_/{URL}", status, CaseInsensitiveDict(headers), b"", True)


@pytest.mark.parametrize(
    ("location", "memento"),
    [
        (f"{BASE}20170101000000id_/{URL}", Memento("20170101000000", URL)),
        (f"{BASE}20170101000000/{URL}", Memento("20170101000000", URL)),
        (f"/web/20170101000000id_/{URL}", Memento("20170101000000", URL)),
        (f"http://web.example/web/20170101000000id_/{URL}", Memento("20170101000000", URL)),
        (f"{BASE}20170101000000id_/a.example/x", Memento("20170101000000", "http://a.example/x")),
        (f"{BASE}20170101000000id_/http://a..example/x", Memento("20170101000000", URL)),
        (f"{BASE}2017/{URL}", None),
        ("https://web.example/429.html", None),
        ("https://elsewhere.example/web/20170101000000id_/http://a.example/", None),
        ("http://[half", None),
    ],
)
def test_a_redirect_leads_to_a_memento_or_out_of_the_archive(location: str, memento: Memento | None) -> None:
    assert WEB.target(answer(302, Location=location), URL) == memento


def test_what_is_no_redirect_leads_nowhere() -> None:
    assert WEB.target(answer(201, Location=f"{BASE}20170101000000id_/{URL}"), URL) is None
    assert WEB.target(answer(302), URL) is None


def test_the_link_header_names_the_captures_beside_one() -> None:
    # As web.archive.org writes it: the URL has commas and semicolons, and so have the dates.
    date = 'datetime="Sun, 01 Jan 2012 00:00:00 GMT"'
    link = (
        f'<{URL}>; rel="original", <{BASE}timemap/link/{URL}>; rel="timemap"; type="application/link-format", '
        f'<{BASE}{URL}>; rel="timegate", <{BASE}20120101000000/{URL}>; rel="first memento"; {date}, '
        f'<{BASE}20160101000000/{URL}>; rel="prev memento"; {date}, '
        f'<{BASE}20170101000000/{URL}>; rel="memento"; {date}, '
        f'<http://web.example/web/20180101000000/{URL}>; rel="next memento"; {date}, '
        f'<{BASE}20190101000000/{URL}>; rel=\'broken, <{BASE}20190101000000/{URL}>; {date}; rel="last memento"'
    )
    first, previous, own, following, last = (Memento(f"20{year}0101000000", URL) for year in (12, 16, 17, 18, 19))
    every = frozenset({first, previous, own, following, last})
    assert WEB.links(answer(Link=link), URL) == Links(first, previous, following, last, every)


def test_one_capture_may_have_several_relations() -> None:
    only = Memento("20120101000000", URL)
    link = f'<{BASE}20120101000000/{URL}>; rel="first prev next last memento"'
    assert WEB.links(answer(Link=link), URL) == Links(only, only, only, only, frozenset({only}))


@pytest.mark.parametrize(
    "link", ["", "nonsense", "<>", f'<{BASE}20000800241623/{URL}>; rel="first memento"', "<" * 9999]
)
def test_a_link_header_without_mementos_says_nothing(link: str) -> None:
    assert WEB.links(answer(Link=link), URL) == Links()


def test_a_memento_without_a_possible_date_has_none() -> None:
    assert Memento("20000800241623", URL).at is None
    assert str(Memento("20170101123456", URL).at) == "2017-01-01 12:34:56+00:00"
