"""How URLs are spelled: whatever an archived address holds, it can nearly always be written, and stays what it is."""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from urllib.parse import unquote, urlsplit

import pytest

from dlt_crawler.errors import RepairError
from dlt_crawler.model import DocumentFormat, LinkKind, Repair, RepairStyle, SourceDocument, Span
from dlt_crawler.repair import apply
from dlt_crawler.repair.address import rfc3986
from dlt_crawler.repair.spelling import spellings
from tests.extraction_support import READER, links_of
from tests.fuzz.grammar import document
from tests.specifications.editing import judge_editing
from tests.specifications.reading import read

SNAPSHOT = "https://web.archive.org/web/20200102030405/"
AWKWARD = (
    *("a_(b)", "(b", "b)", "a)b(c", "((x)", "*a*_b_", "**x**", "__x__", "~~x~~", "a`b`c", "a|b", "a<b>c", '"q"'),
    *("'q'", "&copy;x", "x&amp;", "x&copy", "?a=1&b=2&lt;=3", "100%", "%zz", "%E4%B8%AD", "中文，x。", "a b", "a\\b"),
    *("x\\", "é", "#a#b", "#:~:text=a%20b", "[x](y)", "![x]", "a[0]=1&b[]=2", ";x;a=1", "x;", "x.", "x,", "x!", "x?"),
    *("x:", "x*", "x_", "_x", "x~", "x'", "x).", "&#40;", "{x}", "^x", "<!-- x -->", "u@h.com", "//x//", "a, b 2x"),
    "z" * 900,
)  # fmt: skip
"""How the address of an archived page may end."""

SEEDS = range(60)
MOST_UNWRITTEN = 0.005
"""Of the edits of links that are links to everybody, in documents that are mostly noise: for which no way is found. Of
8,629 edits in 364 real lists none was refused (November 2026)."""
MOST_REFUSED = 0.02
"""Of all edits there: of the links, too, that others read otherwise, or that hold the pipe of a table."""
NO_WAY = "no way to write the new URL leaves the rest as it is"


def test_whatever_the_archived_address_holds_it_can_be_written() -> None:
    """Generated documents, every link at once, each with an awkward address; cmark-gfm and markdown-it judge."""
    edited = 0
    refused: Counter[str] = Counter()
    for seed in SEEDS:
        random = Random(seed)
        generated = document(random)
        links = [link for link in read(generated.data, generated.encoding) if link.raw and link.span]
        new = f"{SNAPSHOT}http://gone.example/{{}}/{random.choice(AWKWARD)}".replace("{x}", "{{x}}")
        judged = judge_editing(generated.data, links, new, generated.encoding, generated.front_matter)
        edited += judged.edited
        refused.update(one.why.partition(":")[0] for one in judged.refused)
    asked = edited + refused.total()
    said = f"{asked} edits, {refused.total()} refused ({refused.total() / asked:.2%}): {refused}"
    sys.stdout.write(f"{said}\n")
    assert asked > 500
    assert refused[NO_WAY] <= MOST_UNWRITTEN * asked, said
    assert refused.total() <= MOST_REFUSED * asked, said


@pytest.mark.parametrize("tail", AWKWARD)
def test_an_address_is_percent_encoded_and_nothing_else_of_it_changes(tail: str) -> None:
    url = f"{SNAPSHOT}http://gone.example/{tail}"
    written = rfc3986(url)
    assert written.isascii()
    assert not set(written) & set(' "<>\\^`{|}[]')
    assert unquote(written) == unquote(url)
    assert rfc3986(written) == written


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://a.example?", "https://a.example?"),
        ("https://a.example/#", "https://a.example/#"),
        ("https://a.example/a\\b", "https://a.example/a%5Cb"),
        ("http://[::1]:8080/[x]", "http://[::1]:8080/%5Bx%5D"),
        (f"{SNAPSHOT}http://[2001:db8::1]/", f"{SNAPSHOT}http://%5B2001:db8::1%5D/"),
    ],
)
def test_what_is_empty_or_odd_in_an_address_stays(url: str, written: str) -> None:
    assert rfc3986(url) == written


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "http:///x", "http://a b/", "http://a<b/", "http://a.example\\x", "http://a/\ud800"]
)
def test_what_is_no_web_address_is_never_written(url: str) -> None:
    with pytest.raises(RepairError):
        rfc3986(url)


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        # Every parser ends these where they end: as they are.
        ("see @.", "http://n.example/a_(b)", "see http://n.example/a_(b)."),
        ("(@)", "http://n.example/~u/a_b", "(http://n.example/~u/a_b)"),
        # Marks that CommonMark reads as emphasis and GFM as a part of the URL: in brackets they are the same to both.
        ("see @", "http://n.example/*a*", "see <http://n.example/*a*>"),
        ("see @", "http://n.example/_a_", "see <http://n.example/_a_>"),
        ("_see @_", "http://n.example/a_(b)", "_see <http://n.example/a_(b)>_"),
        # Text that GFM would take into the URL.
        ("见@，中文", "http://n.example/a", "见<http://n.example/a>，中文"),
        # Where brackets would change emphasis: percent-encoded.
        ("a*@*", "http://n.example/a.", "a*http://n.example/a%2E*"),
        # GitHub links nothing behind an open bracket; in angle brackets it would.
        ("[a @ b", "http://n.example/a)", "[a http://n.example/a%29 b"),
        # Nothing may be encoded before the path: not everything reads "%40" there as "@".
        ("[a @ b", "http://u@n.example/a", "[a <http://u@n.example/a> b"),
        ("[a @ b", "http://_a.n.example/a@b.c", "[a <http://_a.n.example/a@b.c> b"),
        # Behind a backslash there are no angle brackets.
        ('\\@" b', "http://n.example/a", '\\http://n.example/a" b'),
        # A heading, and no table.
        ("@|y\n---", "http://n.example/a", "http://n.example/a\n---"),
        # The label of a link may hold a reference to a footnote.
        ("[[^1]](@)\n\n[^1]: a", "http://n.example/a)", "[[^1]](<http://n.example/a)>)\n\n[^1]: a"),
    ],
)
def test_a_bare_url_ends_where_it_ends_for_every_parser(before: str, new: str, after: str) -> None:
    data = before.replace("@", "http://old.example/x").encode()
    (link,) = read(data)
    result = apply(SourceDocument("list.md", data, ""), [Repair(link, new, "gone")], READER)
    assert (result.document.data.decode(), result.refused) == (after, ())


@pytest.mark.parametrize("style", RepairStyle)
@pytest.mark.parametrize(
    "text",
    [
        # cmark-gfm reads the bare URL on over the bracket, or over the backslash.
        "http://p.example/:![](@)",
        "http://p.example[foo bar](@)",
        "http://p.example/\\<!--@-->",
        "http://p.example/\\<a title='[b](@)'>",
        # Without its box the item is a definition.
        "- [ ] [2]:@",
        "- [x] [2]: @ 'title'",
    ],
)
def test_what_is_no_link_to_github_is_not_edited(text: str, style: RepairStyle) -> None:
    document = SourceDocument("list.md", text.replace("@", "http://old.example/x").encode(), "")
    (link,) = (link for link in READER.links(document) if link.raw.startswith("http://old"))
    result = apply(document, [Repair(link, "http://n.example?", "gone", style=style)], READER)
    assert (result.document, len(result.refused)) == (document, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("http://p.example [b](@)", "[a](http://p.example)[b](@)", "- [ ] [2]: @ text"),
        # No link to GitHub before or after, and the same to it but for the URL.
        *("http://p.example[foo bar](@)", "http://p.example（[b](@)）", "http://p.example[b](<@>)", "- [ ] [2]: <@>"),
    ],
)
def test_what_is_one_is(text: str) -> None:
    document = SourceDocument("list.md", text.replace("@", "http://old.example/x").encode(), "")
    (link,) = (link for link in READER.links(document) if link.raw.startswith("http://old"))
    for new in ("http://n.example/a", "http://n.example/a_", "http://n.example/(a"):
        assert apply(document, [Repair(link, new, "gone")], READER).applied
    if "<" in text:
        assert apply(document, [Repair(link, "http://n.example/&copy;.)", "gone")], READER).applied


@pytest.mark.parametrize("document_format", DocumentFormat)
@pytest.mark.parametrize(
    "url", ["http://u'(@n.example/_x_", "http://a_._b.n.example.?*x*", "http://&lt;:,*@n.example/)"]
)
def test_scheme_user_and_host_stay_as_they_are(url: str, document_format: DocumentFormat) -> None:
    old = b"http://old.example/x"
    for before, after in ((b"", b""), (b"[a ", b" b"), (b"_a_", b"_"), (b"'", b"'"), (b'"', b'"'), (b"<", b">")):
        document = SourceDocument("list", before + old + after, "", document_format)
        for kind in LinkKind:
            try:
                ways = spellings(document, Span(len(before), len(before) + len(old)), kind, url)
            except RepairError:
                continue
            assert all(urlsplit(way.reads)[:2] == urlsplit(url)[:2] for way in ways)


def test_a_value_of_front_matter_that_holds_a_link_can_be_repaired() -> None:
    data = b'---\ntext: "[t](http://old.example/x)"\n---\n'
    (link,) = read(data)
    result = apply(SourceDocument("list.md", data, ""), [Repair(link, "http://n.example/(b", "gone")], READER)
    assert (result.document.data, result.refused) == (data.replace(b"old.example/x", b"n.example/%28b"), ())


@pytest.mark.parametrize(
    "text",
    [
        '{{< ref "http://old.example/page" >}}\n',
        "'http://old.example/page'\n",
        "|http://old.example/page|x|\n|-|-|\n|http://old.example/other|y|\n",
        "http://old.example/x_y_(z)_w\n",
        "*http://old.example/a*b_c*d* e\n",
        "| [p](http://old.example/p#\\|) | x |\n|---|---|\n",
    ],
)
def test_a_snapshot_stands_as_plainly_as_the_url_that_it_holds(text: str) -> None:
    original = SourceDocument("list.md", text.encode(), "")
    named = [Repair(link, f"{SNAPSHOT}{link.url}", "gone") for link in links_of(original)]
    result = apply(original, named, READER)
    assert (len(result.applied), result.refused) == (len(named), ())
    expected = text.replace("http://old", f"{SNAPSHOT}http://old").replace("\\|", "%7C")
    assert result.document.data.decode() == expected
