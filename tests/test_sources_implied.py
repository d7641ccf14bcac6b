"""Identifiers of papers: found where they are written as such, and nowhere inside of other addresses."""

from __future__ import annotations

import time

import pytest

from dlt_crawler.model import LinkKind, Resource, SourceDocument
from tests.extraction_support import links_of

ARXIV = "https://arxiv.org/abs/"
DOI = "https://doi.org/"


def implied(text: str) -> list[tuple[str, str | None]]:
    data = text.encode()
    found = [link for link in links_of(SourceDocument("x.md", data, ""), implied=True) if link.kind is LinkKind.IMPLIED]
    for link in found:
        assert link.span is not None
        assert data[link.span.start : link.span.end].decode() == link.raw
        assert isinstance(link.target, Resource)
        assert not link.renders
    return [(link.raw, link.url) for link in found]


@pytest.mark.parametrize(
    ("before", "identifier", "behind"),
    [
        ("see arXiv:", "1706.03762", "."),
        ("see arXiv:", "1706.03762v12", ","),
        ("*arXiv preprint arXiv:", "1901.08987", "*, 2019"),
        ("ArXiv e-prints, ", "0704.0001", " (2007)"),
        ("（arXiv：", "2310.19360", "）中文"),
        ("arXiv: ", "hep-th/9901001", ""),
        ("arXiv:", "math.GT/0309136v1", " [math]"),
        ("arXiv:", "cs/0112017", ""),
        ("arXiv:", "1706.03762", " [cs.CL]"),
        ("arxiv.org/abs/", "1706.03762", ""),
        ("arxiv.org/pdf/", "1706.03762", ".pdf"),
        ("CoRR abs/", "1706.03762", " (2017)"),
        ("```bibtex\njournal={CoRR, abs/", "1211.5063", "},\n```"),
        ("```bibtex\nvolume = {abs/", "1211.5063", "},\n```"),
        ("```bibtex\njournal={arXiv preprint arXiv:", "2310.19360", "},\n```"),
        ("```bibtex\neprint={", "1907.04840", "},\narchivePrefix={arXiv},\n```"),
        ('```bibtex\neprint = "', "hep-ph/0703999", '",\n```'),
        ("```bibtex\neprint = {{", "1907.04840", "}},\n```"),
        ("```bibtex\nurl={http://a.bc/d},eprint={arXiv:", "1907.04840", "}\n```"),
    ],
)
def test_an_arxiv_identifier(before: str, identifier: str, behind: str) -> None:
    assert implied(f"{before}{identifier}{behind}") == [(identifier, f"{ARXIV}{identifier}")]


@pytest.mark.parametrize(
    ("before", "identifier", "behind"),
    [
        ("doi:", "10.1000/182", "."),
        ("(DOI: ", "10.1000/x(1)-2", ")."),
        ("", "10.48550/arXiv.1706.03762", ", 2017"),
        ("doi.org/", "10.1016/j.eng.2019.09.010", ""),
        ("dx.doi.org/", "10.5281/zenodo.1234567", " "),
        ("见", "10.1000/182", "。"),
        ("```bibtex\ndoi = {", "10.1145/3446776", "},\n```"),
        ('```bibtex\nDOI="', "10.1007/978-3-642-15561-1_11", '"\n```'),
    ],
)
def test_a_doi(before: str, identifier: str, behind: str) -> None:
    assert implied(f"{before}{identifier}{behind}") == [(identifier, f"{DOI}{identifier}")]


def test_a_doi_as_latex_writes_it() -> None:
    assert implied("```\ndoi = {10.1007/978-1\\_11},\n```") == [("10.1007/978-1\\_11", f"{DOI}10.1007/978-1_11")]


@pytest.mark.parametrize(
    "text",
    [
        f"{ARXIV}1706.03762",
        f"`{ARXIV}1706.03762` <!-- {DOI}10.1000/182 -->",
        "`https://a.bc/?q=arXiv:1706.03762&doi=10.1000/182`",
        f"[text]({DOI}10.1000/182)",
        "[text](/doi/10.1000/182)",
        f"[arXiv:1706.03762]({ARXIV}1706.03762) [*10.1000/182*, 2020][a]\n\n[a]: {DOI}10.1000/182",
        f'<a href="{ARXIV}1706.03762">arXiv:1706.03762</a>',
        "www.arxiv.org/abs/1706.03762",
        "arXiv:1713.03762 arXiv:1700.03762",  # there is no such month
        "arXiv:17060.3762 arXiv:1706.037621 arXiv:1706.037 abs/12 1706.03762",
        "arXiv:hep-th/99010012 arXiv:hep-th/9913001",
        "version 10.2/3, 10.1000/ 10.1000/. v10.1000/182 1.10.1000/182",
    ],
)
def test_what_is_no_identifier_of_its_own(text: str) -> None:
    assert implied(text) == []


def test_an_identifier_beside_the_link_to_it() -> None:
    text = f"arXiv:1706.03762, [paper]({ARXIV}1706.03762), doi:10.1000/182 (10.1000/183)"
    assert [raw for raw, _ in implied(text)] == ["1706.03762", "10.1000/182", "10.1000/183"]


def test_without_asking_there_is_none() -> None:
    assert links_of(SourceDocument("x.md", b"arXiv:1706.03762", "")) == ()


@pytest.mark.parametrize(
    "unit", ["arxiv ", "arxiv:a-", "abs/a-", "10.1234/", "eprint = {", "http://", ")", "10.1234/a "]
)
def test_a_line_of_very_many_marks_takes_time_in_proportion(unit: str) -> None:
    started = time.process_time()
    implied("10.1234/" + unit * (200_000 // len(unit)))
    assert time.process_time() - started < 10
