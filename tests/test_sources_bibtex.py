r"""BibTeX: what the fields of entries say, at its exact bytes, with TeX's escapes read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_crawler.model import DocumentFormat, LinkKind, LinkOccurrence, NoSpan, SkipReason, SourceDocument
from tests.extraction_support import links_of

X = "http://a.example/x"


def bib(text: str, **options: bool) -> list[LinkOccurrence]:
    document = SourceDocument("papers.bib", text.encode(), "", DocumentFormat.BIBTEX)
    links = list(links_of(document, **options))
    for link in links:
        assert link.span is None or document.data[link.span.start : link.span.end].decode() == link.raw
    return links


def found(text: str) -> list[tuple[str, str | None]]:
    return [(link.raw, link.url) for link in bib(text)]


@pytest.mark.parametrize(
    "value",
    [
        f"url = {{{X}}}",
        f'url = "{X}"',
        f"URL={{{X}}}",
        f"url = {{{{{X}}}}}",
        f"url = {{ {X}\n }}",
        f"url = {{<{X}>}}",
        f"url = {{\\url{{{X}}}}}",
        f"url = {{{X} (accessed 2020)}}",
        f"ee = {{{X}}}",
        f"bdsk-url-1 = {{{X}}}",
        f"doi = {{{X}}}",
        f"howpublished = {{\\url{{{X}}}}}",
        f'howpublished = "\\url{{{X}}}"',
        f"howpublished = {{\\nolinkurl{{ {X} }}}}",
        f"note = {{See {X}.}}",
        f"note = {{See {{{X}}}, \\emph{{really}}}}",
        f'note = "({X})"',
        f"annote = {{\\href{{{X}}}{{{X}/other}}}}",
        f"abstract = {{{X}，中文}}",
        f'note = {{"}} # "x" # {{ {X}}}',
        f"year = 2020, url = {{{X}}}, month = jan",
        f'url = {{}}, title = {{A {{\\"o}} B}}, note = {{{X}}}, isbn = 1',
    ],
)
def test_a_url_in_a_field_is_found_at_its_place(value: str) -> None:
    assert found(f"@article{{key:1,\n  {value}\n}}\n") == [(X, X)]
    assert found(f"@Misc ( key, {value} )") == [(X, X)]


@pytest.mark.parametrize(
    ("value", "raw", "url"),
    [
        (r"url = {http://a.example/x\_y\%20z\&b\#c}", r"http://a.example/x\_y\%20z\&b\#c", "http://a.example/x_y%20z&b#c"),
        (r"url = {http://a.example/x_y%20z&b#c~d}", "http://a.example/x_y%20z&b#c~d", "http://a.example/x_y%20z&b#c~d"),
        (r"url = {http://a.example/\~{}b}", r"http://a.example/\~{}b", "http://a.example/~b"),
        (r"url = {http://a.example/{\~{}}b}", r"http://a.example/{\~{}}b", "http://a.example/~b"),
        (r"note = {\url{http://a.example/\~b}}", r"http://a.example/\~b", "http://a.example/~b"),
        (r"note = {at http://a.example/$\sim$b.}", r"http://a.example/$\sim$b", "http://a.example/~b"),
        (r"note = {http://a.example/{\textasciitilde}b}", r"http://a.example/{\textasciitilde}b", "http://a.example/~b"),
        (r"note = {http://a.example/\textasciitilde b}", r"http://a.example/\textasciitilde b", "http://a.example/~b"),
        (r"note = {http://a.example/b{\_}c}", r"http://a.example/b{\_}c", "http://a.example/b_c"),
        ("url = {http://a.example/深度}", "http://a.example/深度", "http://a.example/%E6%B7%B1%E5%BA%A6"),
        ("url = {http://a.example/(b,c).}", "http://a.example/(b,c).", "http://a.example/(b,c)."),
        ("url = {www.a.example/b}", "www.a.example/b", "http://www.a.example/b"),
    ],
)  # fmt: skip
def test_what_tex_reads_otherwise_is_read_as_tex_does(value: str, raw: str, url: str) -> None:
    assert found(f"@misc{{k, {value}}}") == [(raw, url)]


@pytest.mark.parametrize("separator", [" ", "\n  ", ",", "; ", ";"])
def test_two_urls_in_a_url_field_are_two(separator: str) -> None:
    assert found(f"@misc{{k, url = {{{X}{separator}{X}}}}}") == [(X, X), (X, X)]


def test_several_urls_in_one_field() -> None:
    text = "@misc{k, url = {http://a.example http://b.example;http://c.example}, note = {\\url{d.example/x} http://e.example}}"
    assert [raw for raw, _ in found(text)] == [
        "http://a.example",
        "http://b.example",
        "http://c.example",
        "d.example/x",
        "http://e.example",
    ]
    assert bib(text)[3].target is SkipReason.RELATIVE


@pytest.mark.parametrize(
    ("value", "url", "no_span"),
    [
        ('url = base # "x.pdf"', "https://b.example/x.pdf", NoSpan.REWRITTEN),
        ('url = "http://a.example/" # 12', "http://a.example/12", NoSpan.REWRITTEN),
        ("url = BASE", "https://b.example/", NoSpan.REWRITTEN),
        ('note = "see " # base # " there"', "https://b.example/", NoSpan.REWRITTEN),
        ("url = {http://a.example/{B}}", "http://a.example/B", NoSpan.REWRITTEN),
        ("url = {http://a.example/long-\n    path}", "http://a.example/long-path", NoSpan.INTERRUPTED),
        ("note = {\\url{http://a.example/long-\n    path}}", "http://a.example/long-path", NoSpan.INTERRUPTED),
    ],
)
def test_a_url_that_is_put_together_has_no_span(value: str, url: str, no_span: NoSpan) -> None:
    (link,) = bib(f'@string{{base = "https://b.example/"}}\n@misc{{k,\n {value}}}')
    assert (link.url, link.raw, link.span, link.no_span, link.line) == (url, url, None, no_span, 3)


def test_the_label_is_the_title_or_the_text_of_the_command() -> None:
    text = r"""@article{k, url = {http://a.example},
      title = {{The {\"O}pen   \emph{Book} of {BibTeX}: R\&D}}, OPTurl = {http://c.example},
      note = {\href{http://b.example}{the {\bf site}}}}
    @misc{l, url = {http://d.example}}"""
    title = "The Öpen Book of BibTeX: R&D"
    assert [(link.raw, link.text, link.renders) for link in bib(text)] == [
        ("http://a.example", title, True),
        ("http://c.example", title, False),
        ("http://b.example", "the site", True),
        ("http://d.example", "http://d.example", True),
    ]
    assert {(link.kind, link.headings) for link in bib(text)} == {(LinkKind.BARE, ())}


def test_an_empty_command_is_an_empty_link() -> None:
    (link,) = bib(r"@misc{k, note = {\href{}{x}}}")
    assert (link.raw, link.url, link.target, link.text) == ("", None, SkipReason.EMPTY, "x")


COMMENTS = """http://outside.example/
% @misc{k, url = {http://percent.example/}}
@comment{ @misc{k, url = {http://comment.example/}} }
@preamble{ "\\url{http://preamble.example/}" }
@misc{k, % http://inside.example/
  url = {http://a.example/}, % url = {http://field.example/}
}
"""


def test_comments_are_no_entries() -> None:
    assert [link.raw for link in bib(COMMENTS)] == ["http://a.example/"]
    assert [
        (link.raw, link.kind, link.renders) for link in bib(COMMENTS, code=True) if "a.example" not in link.raw
    ] == [
        (f"http://{name}.example/", LinkKind.CODE, False)
        for name in ("outside", "percent", "comment", "preamble", "inside", "field")
    ]


def test_identifiers_are_found_on_request() -> None:
    text = r"""@article{k, title = {T}, doi = {10.1000/a\_(b)<c>}, eprint = {1706.03762v2}, archivePrefix = {arXiv},
      note = {arXiv:1412.6980, doi:10.1000/182}, url = {https://doi.org/10.1000/183}}
    @misc{l, doi = {https://doi.org/10.1000/184}, eprint = {hep-th/9901001}}
    @misc{m, eprint = {1234.56789}, eprinttype = {hal}, doi = {doi:10.1000/185},
      journal = {CoRR}, volume = {abs/1211.5063}}"""
    assert [link.url for link in bib(text)] == ["https://doi.org/10.1000/183", "https://doi.org/10.1000/184"]
    implied = [link for link in bib(text, implied=True) if link.kind is LinkKind.IMPLIED]
    assert [(link.raw, link.url) for link in implied] == [
        (r"10.1000/a\_(b)<c>", "https://doi.org/10.1000/a_(b)%3Cc%3E"),
        ("1706.03762v2", "https://arxiv.org/abs/1706.03762v2"),
        ("1412.6980", "https://arxiv.org/abs/1412.6980"),
        ("10.1000/182", "https://doi.org/10.1000/182"),
        ("hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001"),
        ("10.1000/185", "https://doi.org/10.1000/185"),
        ("1211.5063", "https://arxiv.org/abs/1211.5063"),
    ]
    assert implied[0].text == "T"


@pytest.mark.parametrize(
    "broken",
    [
        "@misc{k, title = {never closed,\n  year = 2020\n}\n",
        '@misc{k, title = "never closed,\n  year = 2020\n}\n',
        "@misc{k, title = {a}\n  year 2020\n",
        "@misc{k, title = {a}}}}}\n",
        "@misc{k, = {a}, {b}, #, title =, 'x\n}\n",
        "@misc{\n",
        "@misc\n",
        "@\n",
        "@comment{ not closed\n",
        "@comment not in braces\n",
        "@string{a = a # b # {c}\n",
        "@string(a = {b)\n",
    ],
)
def test_a_broken_entry_costs_nothing_behind_it(broken: str) -> None:
    assert found(f"{broken}@misc{{good, url = {{{X}}}}}\n") == [(X, X)]


PIECE = st.sampled_from(
    ["@misc{k,", "@string{", "@comment{", "a", "=", "{", "}", '"', ",", "#", "(", ")", "%", "\n", "\\", "$"]
)
URLS = st.sampled_from(
    ["url={", "http://a.example/", "\\url{", "\\href{", "\\_", "{\\~{}}", "www.b.example", "深", "doi=", "10.1000/1"]
)


@given(st.lists(st.one_of(PIECE, URLS), max_size=25).map("".join))
def test_whatever_is_written_spans_are_apart_and_hold_what_they_say(text: str) -> None:
    spans = [link.span for link in bib(text, code=True, implied=True) if link.span]
    assert all(before.end <= behind.start for before, behind in pairwise(spans))


@pytest.mark.parametrize(
    "piece",
    ["@a{", "@a{x={", "@comment{", "\\url{", "\\href{a}", "{", "}{", '"', "\\_", ",url=a", "@string{a=a#a}\n"],
)  # fmt: skip
def test_hostile_files_are_read_in_linear_time(piece: str) -> None:
    # Quadratic behaviour takes minutes at this length.
    bib(f"@misc{{k, url = {{{X}{piece * 20_000}")
