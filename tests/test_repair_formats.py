"""Repairs in HTML, plain text and BibTeX: every URL of a rich file can be replaced, and nothing else changes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

import pytest

from dlt_crawler.model import DocumentFormat, LinkKind, LinkOccurrence, Repair, SourceDocument
from dlt_crawler.repair import RepairedDocument, apply
from dlt_crawler.repair.address import rfc3986
from tests.extraction_support import READER, links_of

SNAPSHOT = "https://web.archive.org/web/20200102030405/http://gone.example/a_(b)"
HOSTILE = 'https://gone.example/(a*_b]?x=1&copy=2"深`|~,.'

HTML = """<!DOCTYPE html>
<html><head><base href="http://old.example/"><link rel=stylesheet href='http://old.example/s.css'>
<script src=http://old.example/a.js>x = "<a href='http://old.example/'>"</script></head>
<body background="http://old.example/bg.png"><!-- http://old.example/ -->
<h1>深度 <a href="http://old.example/h">http://old.example/h</a></h1>\r
<a href=http://old.example/1>One</a> <A HREF = 'http://old.example/2?x=1&amp;y' title="http://old.example/">Two</A>
<img src="\thttp://old.example/3 " srcset="http://old.example/4 1x, http://old.example/5 2x" alt=pic />
<meta http-equiv=refresh content="0; url=http://old.example/8"><iframe src=http://old.example/9></iframe>
<template><a href="http://old.example/6">x</a></template><img src=http://old.example/7/>
<a href="http://other.example/">other</a> <a href="">empty</a> <a href="#top">top</a>
</body></html>"""

TEXT = """Reading list
See http://old.example/1, (http://old.example/2) and "http://old.example/3".
Also <http://old.example/4>, <URL:http://old.example/5.>; www.old.example/6!\r
参考：http://old.example/7，中文 http://old.example/8中文 http://old.example/9
http://old.example/10?a=1&amp;b=2 http://old.example/11_(x)_y http://other.example/ [http://old.example/12](x)
http://old.example/13"""

BIBTEX = r"""% http://old.example/comment
@string{base = "http://other.example/"}
@article{a, title = {On {T}hings, see http://old.example/0 there}, url = {http://old.example/1},
  doi = "http://old.example/2", ee = {{http://old.example/3}}, URL={ <http://old.example/4> },
  howpublished = {\url{http://old.example/5}}, year = 2020,
  note = "See \href{http://old.example/6}{the {\bf site}}, \url{ http://old.example/7 }, or http://old.example/8.",
  annote = {Escaped: http://old.example/x\_9\%20z\&b, \url{http://old.example/x\_10}, and raw http://old.example/x_11},
  abstract = {(http://old.example/12) http://old.example/13，中文 {http://old.example/14}},
  url = {http://old.example/\~{}15}, note = base # "a" # { http://old.example/16 }, OPTurl = {www.old.example/17}
}
@misc(b, url = "http://old.example/18", doi = {10.1000/182}, eprint = {1706.03762})
"""

SAMPLES = {DocumentFormat.HTML: HTML, DocumentFormat.TEXT: TEXT, DocumentFormat.BIBTEX: BIBTEX}
COUNTS = {DocumentFormat.HTML: 14, DocumentFormat.TEXT: 13, DocumentFormat.BIBTEX: 19}


def document(text: str, document_format: DocumentFormat) -> SourceDocument:
    data = text.encode()
    return SourceDocument(f"list.{document_format}", data, hashlib.sha256(data).hexdigest(), document_format)


def old_links(original: SourceDocument) -> list[LinkOccurrence]:
    return [link for link in links_of(original) if "old.example" in link.raw]


def repaired(text: str, document_format: DocumentFormat, replacement: str) -> RepairedDocument:
    original = document(text, document_format)
    return apply(original, [Repair(link, replacement, "gone") for link in old_links(original)], READER)


def outside(original: SourceDocument, links: list[LinkOccurrence]) -> bytes:
    data = original.data
    for link in sorted(links, key=lambda link: link.span.start if link.span else 0, reverse=True):
        assert link.span is not None
        data = data[: link.span.start] + b"@" + data[link.span.end :]
    # What may be put around a URL: brackets, quotes, a command.
    return data.replace(b"<@>", b"@").replace(b"\\url{@}", b"@").replace(b'="@"', b"=@")


@pytest.mark.parametrize("replacement", [SNAPSHOT, HOSTILE], ids=["snapshot", "hostile"])
@pytest.mark.parametrize("document_format", SAMPLES)
def test_all_urls_can_be_replaced_at_once(document_format: DocumentFormat, replacement: str) -> None:
    original = document(SAMPLES[document_format], document_format)
    old = old_links(original)
    assert len(old) == COUNTS[document_format]
    result = repaired(SAMPLES[document_format], document_format, replacement)
    assert (len(result.applied), result.refused) == (len(old), ())
    new = [link for link in links_of(result.document) if "gone.example" in link.raw]
    assert outside(result.document, new) == outside(original, old)
    assert {link.url for link in new} <= {rfc3986(replacement), rfc3986(replacement).replace(",", "%2C")}


@pytest.mark.parametrize("replacement", [SNAPSHOT, HOSTILE], ids=["snapshot", "hostile"])
@pytest.mark.parametrize(
    ("document_format", "number"), [(chosen, number) for chosen, count in COUNTS.items() for number in range(count)]
)
def test_each_url_can_be_replaced_alone(document_format: DocumentFormat, number: int, replacement: str) -> None:
    original = document(SAMPLES[document_format], document_format)
    before = links_of(original)
    link = old_links(original)[number]
    result = apply(original, [Repair(link, replacement, "gone")], READER)
    assert (len(result.applied), result.refused) == (1, ())
    after = links_of(result.document)
    index = before.index(link)
    assert link.span is not None
    assert outside(result.document, [after[index]]) == outside(original, [link])
    others = [(there.raw, there.url) for there in (*after[:index], *after[index + 1 :])]
    assert others == [(there.raw, there.url) for there in (*before[:index], *before[index + 1 :])]


class Tags(HTMLParser):
    """What another parser makes of a page: its tags with their attributes, text, comments."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, str | None]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, "", None))
        self.seen.extend((tag, name, value) for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.seen.append(("", "text", data))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("", "comment", data))


@pytest.mark.parametrize("replacement", [SNAPSHOT, HOSTILE], ids=["snapshot", "hostile"])
def test_another_parser_sees_one_attribute_changed(replacement: str) -> None:
    original = document(HTML, DocumentFormat.HTML)
    before = Tags(HTML).seen
    for link in old_links(original):
        result = apply(original, [Repair(link, replacement, "gone")], READER)
        after = Tags(result.document.data.decode()).seen
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        ((old, new),) = changed
        assert old[:2] == new[:2]
        assert new[2] in [
            (old[2] or "").replace(str(link.url), url)
            for url in (rfc3986(replacement), rfc3986(replacement).replace(",", "%2C"))
        ]


@pytest.mark.parametrize("replacement", [SNAPSHOT, HOSTILE], ids=["snapshot", "hostile"])
@pytest.mark.parametrize("document_format", SAMPLES)
def test_a_second_repair_changes_nothing(document_format: DocumentFormat, replacement: str) -> None:
    once = repaired(SAMPLES[document_format], document_format, replacement).document
    named = [Repair(link, replacement, "gone") for link in links_of(once) if "gone.example" in link.raw]
    assert apply(once, named, READER).document == once


@pytest.mark.parametrize(
    ("before", "replacement", "after"),
    [
        ('<a href="http://old.example/">', 'https://n.example/?a&b"', '<a href="https://n.example/?a&amp;b%22">'),
        ("<a href='http://old.example/'>", "https://n.example/'", "<a href='https://n.example/%27'>"),
        ("<a href=http://old.example/>", "https://n.example/?a=b", '<a href="https://n.example/?a=b">'),
        ("<a href=http://old.example/?a=b>", "https://n.example/", "<a href=https://n.example/>"),
        (
            '<meta http-equiv=refresh content="0;url=http://old.example/">',
            "https://n.example/?a=b",
            '<meta http-equiv=refresh content="0;url=https://n.example/?a=b">',
        ),
        ('<img srcset="http://old.example/ 2x">', "https://n.example/,", '<img srcset="https://n.example/%2C 2x">'),
        ('<img srcset="http://old.example/, b">', "https://n.example/a,b", '<img srcset="https://n.example/a,b, b">'),
    ],
)
def test_a_url_is_written_as_its_attribute_needs_it(before: str, replacement: str, after: str) -> None:
    assert repaired(before, DocumentFormat.HTML, replacement).document.data.decode() == after


def test_a_base_that_other_links_need_is_not_replaced() -> None:
    text = '<base href="http://old.example/"><a href="x"></a>'
    result = repaired(text, DocumentFormat.HTML, SNAPSHOT)
    assert result.document.data.decode() == text
    assert "would lead to" in result.refused[0].why


@pytest.mark.parametrize(
    ("before", "replacement", "after"),
    [
        # Plain text: brackets where the end would be read differently.
        ("see http://old.example/.", "https://n.example/a", "see https://n.example/a."),
        ("see http://old.example/", "https://n.example/a.", "see <https://n.example/a.>"),
        ("(http://old.example/)", "https://n.example/a)", "(<https://n.example/a)>)"),
        ("http://old.example/，中文", "https://n.example/a", "<https://n.example/a>，中文"),
        ("<http://old.example/>", "https://n.example/a.", "<https://n.example/a.>"),
        ("<URL:http://old.example/>", "https://n.example/a.", "<URL:https://n.example/a.>"),
        ("www.old.example", "https://n.example/a", "https://n.example/a"),
    ],
)
def test_a_url_is_written_as_plain_text_needs_it(before: str, replacement: str, after: str) -> None:
    assert repaired(before, DocumentFormat.TEXT, replacement).document.data.decode() == after


@pytest.mark.parametrize(
    ("before", "replacement", "after"),
    [
        # A URL field and a command take it as it is.
        ("url = {http://old.example/}", "https://n.example/a_b%20c&d#e~f.", "url = {https://n.example/a_b%20c&d#e~f.}"),
        ('url = "http://old.example/"', 'https://n.example/{"}', 'url = "https://n.example/%7B%22%7D"'),
        (r"note = {\url{http://old.example/}}", "https://n.example/a_b", r"note = {\url{https://n.example/a_b}}"),
        # An author who escaped goes on to do so.
        (r"url = {http://old.example/\_}", "https://n.example/a_b~c", r"url = {https://n.example/a\_b\~{}c}"),
        (r"note = {\href{http://old.example/\%20}{x}}", "https://n.example/a#b", r"note = {\href{https://n.example/a\#b}{x}}"),
        # Prose: TeX would stop at an underscore; an author who did not escape has a reason.
        ("note = {See http://old.example/.}", "https://n.example/a", "note = {See https://n.example/a.}"),
        ("note = {See http://old.example/}", "https://n.example/a_b", r"note = {See https://n.example/a\_b}"),
        ("note = {See http://old.example/_x}", "https://n.example/a_b", "note = {See https://n.example/a_b}"),
        ("note = {See http://old.example/}", "https://n.example/a.", r"note = {See \url{https://n.example/a.}}"),
    ],
)  # fmt: skip
def test_a_url_is_written_as_its_field_needs_it(before: str, replacement: str, after: str) -> None:
    result = repaired(f"@misc{{k, {before}}}", DocumentFormat.BIBTEX, replacement)
    assert result.document.data.decode() == f"@misc{{k, {after}}}"


@pytest.mark.parametrize("replacement", [SNAPSHOT, HOSTILE, "https://n.example/%E4%B8%AD"])
def test_a_url_that_a_heading_or_a_longer_reading_shows_can_be_replaced(replacement: str) -> None:
    text = (
        "# On http://old.example/x_1 and <http://old.example/%E4%B8%AD>\n\n## Sub\n\n[a](http://b.example)\n\n"
        "https://a.example/x，http://old.example/y z\n"
    )
    original = document(text, DocumentFormat.MARKDOWN)
    for link in old_links(original):
        assert len(apply(original, [Repair(link, replacement, "gone")], READER).applied) == 1
    result = repaired(text, DocumentFormat.MARKDOWN, replacement)
    assert (len(result.applied), result.refused) == (3, ())


def test_what_is_put_together_and_identifiers_are_never_written() -> None:
    text = '@string{b = "http://old.example/"}\n@misc{k, url = b # "x", doi = {10.1000/182}}\n'
    original = document(text, DocumentFormat.BIBTEX)
    links = links_of(original, implied=True)
    assert [link.kind for link in links] == [LinkKind.BARE, LinkKind.IMPLIED]
    reader = replace(READER, links=partial(links_of, implied=True))
    result = apply(original, [Repair(link, SNAPSHOT, "gone") for link in links], reader)
    assert (result.document, result.applied) == (original, ())
    assert [refusal.why for refusal in result.refused] == [
        "the exact place of this URL in the file is not known",
        "a link of kind implied is never edited",
    ]
