"""What interfaces say of works beside title and abstract."""

from __future__ import annotations

import pytest

from dlt_crawler.model import Name, Work
from dlt_crawler.page.record import work_of_csl, work_of_record
from tests.internet.client import Internet
from tests.lookup_support import look_up

PAPER = "https://arxiv.org/abs/2109.05237v2"
ARTICLE = "https://doi.org/10.1000/Noether"
REPOSITORY = "https://github.com/pytorch/vision"
VIDEO = "https://www.youtube.com/watch?v=wXZKoHEzASg"


def test_what_each_service_says_of_works(internet: Internet) -> None:
    known = look_up(internet, [PAPER, ARTICLE, REPOSITORY, VIDEO]).found

    assert {url: seen.work for url, seen in known.items()} == {
        PAPER: Work(
            "article",
            (Name("van der Berg", "Ada"), Name(literal="周志华")),
            "2017-06-12",
            arxiv="2109.05237",
            category="cs.LG",
        ),
        ARTICLE: Work(
            "article-journal",
            (Name("Noether", "Emmy"), Name(literal="The L Collaboration")),
            "2018-07",
            "Annals of L",
            volume="7",
            pages="1-9",
            doi="10.1000/noether",
        ),
        REPOSITORY: Work("software", (Name(literal="pytorch"),), container="GitHub"),
        VIDEO: Work("motion_picture", (Name(literal="Someone"),), container="YouTube"),
    }


@pytest.mark.parametrize(
    ("item", "work"),
    [
        ({}, Work()),
        ({"type": 7, "author": "x", "issued": "2019", "container-title": {}, "ISBN": [None]}, Work()),
        ({"author": [None, {"family": None}, {"literal": "WHO"}]}, Work(authors=(Name(literal="WHO"),))),
        ({"author": [{"family": "Berg", "given": "Jan", "non-dropping-particle": "van der", "suffix": "Jr."}]},
         Work(authors=(Name("van der Berg", "Jan", "Jr."),))),
        ({"type": "dataset", "DOI": "10.48550/ARXIV.1706.03762", "issued": {"date-parts": [["2017"]]}},
         Work("dataset", issued="2017", arxiv="1706.03762")),
        ({"type": "proceedings-article", "issued": {"date-parts": [[None]]}, "published-print": {"raw": "2017-6-12"},
          "ISBN": ["978-0-262-03561-3"], "ISSN": ["0028-0836", "x"]},
         Work("paper-conference", issued="2017-06-12", isbn="9780262035613", issn="0028-0836")),
    ],
)  # fmt: skip
def test_description_by_an_agency(item: dict[str, object], work: Work) -> None:
    assert work_of_csl(item) == work


def test_what_is_no_text_is_left_out() -> None:
    assert work_of_record(kind="software", bodies=(None, 7, "admin"), issued=7, container=["x"]) == Work(
        "software", container="x"
    )
