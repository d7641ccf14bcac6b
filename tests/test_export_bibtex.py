"""BibTeX: what other programs read back is what was written, whatever pages said."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import Entry, parse_string

from dlt_crawler.export import Citation, ExportFormat, render_citations
from dlt_crawler.export.latex import title as titled
from dlt_crawler.model import Name, Snapshot, State, Work
from tests.citation_samples import ATTENTION, JOURNAL, citation, citations, dead

_COMMANDS = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~", "textasciicircum": "^",
    "textless": "<", "textgreater": ">", "textbar": "|",
}  # fmt: skip
_LATEX = re.compile(r"\\(?P<command>[a-z]+)\{\}|\\(?P<sign>[$&%#_])|[{}]")

HOSTILE = (
    "\\write18{rm -rf /}", "} @book{evil, title={x}}", "\\input{/etc/passwd}", "{{{", "}}}", "100% of $x_1^2$ & #1 ~",
    "@comment{", "\\", '"quoted" and others', "\\end{document}", "%", "<b>|</b>", "--- -- `a' ``b''", "深度学习 😀",
    "and", ",", "=cmd()",
)  # fmt: skip
COMMON = frozenset({"key", "title", "url", "urldate", "keywords"})
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
    ),
    min_size=1,
    max_size=4,
).map(" ".join)  # fmt: skip


def plain(latex: str) -> str:
    """What LaTeX prints; fails for what it would act upon."""
    said = _LATEX.sub(lambda found: _COMMANDS[found["command"]] if found["command"] else found["sign"] or "", latex)
    left = _LATEX.sub("", latex)
    assert not set("\\$&%#_~^{}<>|") & set(left), latex
    return said


def bibtex(*works: Citation) -> str:
    return render_citations(works, ExportFormat.BIBTEX)


def read(text: str) -> dict[str, Entry]:
    return dict(parse_string(text, "bibtex").entries)


def entry(made: Citation) -> Entry:
    (found,) = read(bibtex(made)).values()
    return found


def test_a_preprint_is_written_as_arxiv_writes_it() -> None:
    found = entry(citation("Attention Is All You Need", ATTENTION, "https://arxiv.org/abs/1706.03762"))

    assert found.type == "misc"
    assert dict(found.fields) == {
        "title": "Attention Is All You Need",
        "year": "2017",
        "month": "June",
        "eprint": "1706.03762",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.CL",
        "url": "https://arxiv.org/abs/1706.03762",
        "urldate": "2026-11-20",
        "keywords": "Papers",
    }
    first, second, third = found.persons["author"]
    assert (first.last_names, first.first_names) == (["Vaswani"], ["Ashish"])
    assert (second.prelast_names, second.last_names, second.lineage_names) == (["van", "der"], ["Berg"], ["Jr."])
    assert str(third) == "{周志华}"


def test_an_article_has_its_journal() -> None:
    found = entry(citation("On L", JOURNAL, "https://doi.org/10.1000/l_7"))

    assert found.type == "article"
    wanted = {"journal": r"Annals of L \& M", "volume": "7", "number": "2", "pages": "1--9", "publisher": "Springer"}
    wanted |= {"doi": "10.1000/l_7", "issn": "0028-0836", "month": "July"}
    assert wanted.items() <= dict(found.fields).items()
    assert [str(each) for each in found.persons["author"]] == ["Noether, Emmy", "{The L Collaboration}"]


@pytest.mark.parametrize(
    ("work", "kind", "fields"),
    [
        (Work("paper-conference", container="NIPS"), "inproceedings", {"booktitle": "NIPS"}),
        (Work("chapter", container="A Book"), "incollection", {"booktitle": "A Book"}),
        (Work("book", publisher="Springer", isbn="9780262035613"), "book", {"publisher": "Springer"}),
        (Work("thesis", publisher="Erlangen"), "phdthesis", {"school": "Erlangen"}),
        (Work("report", publisher="NIST"), "techreport", {"institution": "NIST"}),
        (Work("post-weblog", container="A Blog"), "misc", {"howpublished": "A Blog"}),
        (Work("article-journal"), "misc", {}),
        (Work("thesis"), "misc", {}),
        (Work("software", volume="1", pages="3"), "misc", {}),
        (Work(reference="Nature 518 (2015)"), "misc", {"note": "Published as: Nature 518 (2015)"}),
    ],
)
def test_type_of_an_entry(work: Work, kind: str, fields: dict[str, str]) -> None:
    found = entry(citation("T", work))
    own = {name: value for name, value in found.fields.items() if name not in COMMON}

    assert found.type == kind
    assert own == fields | ({"isbn": work.isbn} if work.isbn else {})


def test_a_dead_page_has_its_own_address_and_that_of_its_copy() -> None:
    simple, escaped = read(
        bibtex(*citations(dead("https://old.example/a_b"), dead("https://old.example/a%20b")))
    ).values()
    archive = "https://web.archive.org/web/20200102030405/https://old.example/"

    assert (simple.fields["url"], simple.fields["note"]) == (
        "https://old.example/a_b",
        rf"Archived at \url{{{archive}a_b}}",
    )
    # A percent sign would begin a comment in there.
    assert escaped.fields["note"] == rf"Archived at \texttt{{{archive}a\%20b}}"


def test_what_is_in_no_url_is_percent_encoded() -> None:
    url = citation(url='https://a.example/{x}\\y "z"?a=%20~#b_c').url

    assert entry(citation(url=url)).fields["url"] == "https://a.example/%7Bx%7D%5Cy%20%22z%22?a=%20~#b_c"


@pytest.mark.parametrize(
    ("title", "language", "written"),
    [
        ("Attention Is All You Need", "en", "Attention Is All You Need"),
        ("BERT: Pre-training for ImageNet with GPT-3", "en", "{BERT}: Pre-training for {ImageNet} with {GPT-3}"),
        ("The rings of Emmy Noether are rings", "en", "The rings of {Emmy} {Noether} are rings"),
        ("A view: Deep learning is deep", "", "A view: Deep learning is deep"),
        ("Die Ringe der Mathematik", "de", "{Die Ringe der Mathematik}"),
        ("深度学习", "zh", "深度学习"),
        ("C++ & C#: 100% {safe}", "", r"C++ \& {C}\#: 100\% \textbraceleft{}safe\textbraceright{}"),
    ],
)
def test_capitals_that_a_style_must_not_take_away(title: str, language: str, written: str) -> None:
    assert titled(title, language) == written


@settings(max_examples=40, deadline=None)
@given(
    TEXTS, TEXTS, TEXTS, st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(("", "Jr."))), max_size=3),
    st.sampled_from(("article-journal", "paper-conference", "book", "thesis", "")),
)  # fmt: skip
def test_whatever_is_said_comes_back_from_its_own_field(
    title: str, container: str, abstract: str, people: list[tuple[str, str, str]], kind: str
) -> None:
    names = tuple(Name(*each) if each[2] else Name(literal=each[0]) for each in people)
    work = Work(kind, names, "2019-05", container, container, "7", doi="10.1000/x", reference=abstract)
    copy = Snapshot("u", "2020", "https://web.archive.org/web/2020/https://a.example/%20", 200, "playback")
    hostile = citation(title, work, headings=(container,), abstract=abstract, snapshot=copy)
    calm = citation("Calm", ATTENTION)
    text = bibtex(hostile, calm)

    entries = read(text)

    assert list(entries) == [hostile.key, calm.key]
    found, after = entries.values()
    assert after.fields["title"] == "Calm"
    expected = {"title", "year", "month", "doi", "url", "urldate", "note", "abstract", "keywords"}
    assert ("key" in found.fields) is not bool(found.persons.get("author"))
    assert expected <= set(found.fields) <= expected | {
        "key", "journal", "booktitle", "publisher", "school", "howpublished", "volume",
    }  # fmt: skip
    assert plain(found.fields["title"]) == title
    assert plain(found.fields["abstract"]) == abstract
    assert plain(found.fields["keywords"]).split() == container.replace(",", " ").split()
    for name in {"journal", "booktitle", "publisher", "school", "howpublished"} & set(found.fields):
        assert plain(found.fields[name]) == container
    assert len(found.persons.get("author", ())) <= len(names)
    for person in found.persons.get("author", ()):
        plain(str(person))


def test_nothing_cited_is_an_empty_bibliography() -> None:
    assert bibtex() == ""


def test_optional_facts_are_left_out() -> None:
    bare = replace(citation("T"), accessed=None, headings=(), state=State.UNCHECKED)

    assert (
        bibtex(bare) == f"@misc{{{bare.key},\n  key = {{T}},\n  title = {{T}},\n  url = {{https://a.example/x}},\n}}\n"
    )
    assert entry(replace(bare, accessed=date(2020, 1, 2), language="zh")).fields["langid"] == "chinese"
