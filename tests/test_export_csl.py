"""CSL-JSON, by its official schema, and the table: the same works as in BibTeX."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlt_crawler.export import Citation, ExportFormat, render_citations
from dlt_crawler.model import Name, Work
from tests.citation_samples import ATTENTION, JOURNAL, citation, citations, dead, link
from tests.specifications import schemas

KINDS = ("article", "article-journal", "book", "software", "standard", "thesis", "webpage", "no-such-kind", "")


def csl(*works: Citation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render_citations(works, ExportFormat.CSL))
    return found


def table(*works: Citation) -> list[dict[str, str]]:
    text = render_citations(works, ExportFormat.CSV)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_items_are_what_the_schema_says() -> None:
    paper, article = "https://arxiv.org/abs/1706.03762", "https://doi.org/10.1000/l_7"
    works = citations(
        link(paper, "Attention"), link(article, "On L"), dead("https://old.example/"), *map(_of_kind, KINDS),
        works={paper: ATTENTION, article: JOURNAL} | {f"https://k.example/{kind}": Work(kind) for kind in KINDS},
    )  # fmt: skip
    items = csl(*works)

    schemas.csl().validate(items)
    assert [item["id"] for item in items] == [work.key for work in works]
    assert items[0] == {
        "id": works[0].key,
        "type": "article",
        "title": "Attention",
        "author": [
            {"family": "Vaswani", "given": "Ashish"},
            {"family": "van der Berg", "given": "Jan", "suffix": "Jr."},
            {"literal": "周志华"},
        ],
        "issued": {"date-parts": [[2017, 6, 12]]},
        "accessed": {"date-parts": [[2026, 11, 20]]},
        "publisher": "arXiv",
        "number": "arXiv:1706.03762",
        "URL": paper,
        "keyword": "Papers",
    }
    assert items[1]["container-title"] == "Annals of L & M"
    assert items[1]["issued"] == {"date-parts": [[2018, 7]]}
    assert items[2]["archive"] == "Internet Archive"
    assert items[2]["archive_location"].endswith("/https://old.example/")
    assert [item["type"] for item in items[3:]] == [*KINDS[:6], "webpage", "webpage", "webpage"]


def test_what_has_a_doi_is_more_than_a_page() -> None:
    made = citation("T", Work(doi="10.1000/1"))

    assert (csl(made)[0]["type"], table(made)[0]["type"]) == ("article", "article")


def test_table_tells_nothing_of_what_is_ignored() -> None:
    assert table(citation(state=None))[0]["state"] == "ignored"


def _of_kind(kind: str) -> Any:
    return link(f"https://k.example/{kind}")


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_whatever_is_said_is_an_item(said: str, name: str) -> None:
    authors = (Name("F", name), Name(literal=said)) if name else ()
    items = csl(citation(said.strip() or "T", Work("book", authors, "2019", said, name)))

    schemas.csl().validate(items)


def test_nothing_cited_is_an_empty_array() -> None:
    assert csl() == []
    assert table() == []


def test_table_has_a_row_a_work() -> None:
    row, copied = table(
        citation("On L", JOURNAL, "https://doi.org/10.1000/l_7"), *citations(dead("https://old.example/"))
    )

    assert row | {"key": "", "line": ""} == {
        "key": "", "type": "article-journal", "title": "On L", "authors": "Noether, Emmy; The L Collaboration",
        "issued": "2018-07", "container": "Annals of L & M", "doi": "10.1000/l_7", "arxiv": "",
        "url": "https://doi.org/10.1000/l_7", "state": "alive", "snapshot": "", "file": "list.md", "line": "",
    }  # fmt: skip
    assert (copied["type"], copied["state"]) == ("webpage", "dead")
    assert copied["snapshot"].endswith("/https://old.example/")


@pytest.mark.parametrize("said", ["=cmd()", "+1", "-1", "@x", " =1", "\uff1d1"])
def test_no_cell_is_a_formula(said: str) -> None:
    (row,) = table(replace(citation(work=Work(authors=(Name(literal=said),), container=said)), title=said))

    assert {row["title"], row["authors"], row["container"]} == {f"'{said}"}


def test_secrets_are_shown_nowhere() -> None:
    secret = "ghp_012345678901234567890123456789abcdef"
    made = citations(link(f"https://a.example/?token={secret}", None), dead(f"https://b.example/?key={secret}"))

    for export_format in ExportFormat:
        assert secret not in render_citations(made, export_format)
