"""The style "append": a link stays as it is, and a second one that leads to the copy comes behind it, once."""

from __future__ import annotations

import hashlib
import json
import re

import docutils.core
import pytest
from docutils import nodes

from dlt_crawler.model import DocumentFormat, Repair, RepairStyle, Rewrite, SourceDocument
from dlt_crawler.repair import RepairedDocument, apply
from tests.extraction_support import READER, links_of

OLD = "http://old.example/"
COPY = "https://web.archive.org/web/20200102030405/http://old.example/"
LATER = COPY.replace("2020", "2023")
SECOND = f" ([archived]({COPY}))"
ELEMENT = f' (<a href="{COPY}">archived</a>)'
HEADING = "a second link in a heading would change the heading's anchor"
IN_LINK = "a link cannot hold a second one: this URL stands in another link"
NO_ANCHOR = "a second link has its place only behind an <a href> that is closed and in no other link"


def document(data: bytes, document_format: DocumentFormat = DocumentFormat.MARKDOWN) -> SourceDocument:
    return SourceDocument("list", data, hashlib.sha256(data).hexdigest(), document_format)


def appended(original: SourceDocument, copy: str = COPY, label: str = "archived") -> RepairedDocument:
    """A second link for each link that leads to the old page."""
    named = [
        Repair(link, copy, "gone", style=RepairStyle.APPEND, label=label)
        for link in links_of(original)
        if (link.url or "").startswith(OLD)
    ]
    return apply(original, named, READER)


def with_marks(marked: str) -> str:
    """NUL in place of each circumflex that does not begin the name of a footnote."""
    return re.sub(r"(?<!\[)\^", "\0", marked)


MARKDOWN = [
    "x [t](http://old.example/)^ y",
    "[t](http://old.example/)^(2019)，几",
    "[t](<http://old.example/> 'T')^[^1] [t](http://old.example/){:target=\"_blank\"}^\n\n[^1]: n",
    "![i](http://old.example/)^, [a ![i](http://a.example) b](http://old.example/)^.",
    "[a\nb]( http://old.example/ )^\n* * *",
    "see <http://old.example/>^, http://old.example/^.",
    "（http://old.example/^）见http://old.example/x^中文",
    "*[t](http://old.example/)^* **http://old.example/^** _<http://old.example/>^_ ~~http://old.example/^~~",
    "[a][r]^ [r][]^ [r]^: ![i][R]^ [![r]](http://a.example) `[r]`\n\n> [r]^\n\n[r]: http://old.example/\n[r]: http://b.example",
    "|a|b|\n|-|-|\n|[t](http://old.example/)^|x|\n| http://old.example/^ | [a][r]^ |\n\n[r]: <http://old.example/>",
    "> - [t\n>   ](http://old.example/)^  \n> lazy http://old.example/^\n",
    "- [ ] [t](http://old.example/)^\n\n      code\n- b",
    "text[^n]\n\n[^n]: see [t](http://old.example/)^\n    and http://old.example/^",
    "<p>\n  <a href='http://old.example/'>a <b>c</b></a>@ <a href=http://old.example/>x</a>@</p>\n",
    'a <a class="x" href="http://old.example/">*b* [c][d]</a>@ d\n\n[d]: http://a.example',
    "---\ntitle: a\n---\n[t](http://old.example/)^",
    "[a](http://old.example/)^ [archived](http://a.example) ([archived](http://a.example)) [b](http://old.example/)^\r\n",
]  # fmt: skip


@pytest.mark.parametrize("marked", MARKDOWN)
def test_a_second_link_comes_behind_each_construct(marked: str) -> None:
    data = with_marks(marked)
    result = appended(document(data.replace("\0", "").replace("@", "").encode()))
    assert result.document.data.decode() == data.replace("\0", SECOND).replace("@", ELEMENT)
    assert result.refused == ()
    assert [rewrite for _, rewrite in result.rewrites] == [
        Rewrite(b"", (SECOND if mark == "\0" else ELEMENT).encode()) for mark in data if mark in "\0@"
    ]


@pytest.mark.parametrize("marked", MARKDOWN)
def test_a_second_repair_adds_nothing_whichever_copy_it_has(marked: str) -> None:
    data = with_marks(marked).replace("\0", SECOND).replace("@", ELEMENT)
    assert appended(document(data.encode()), LATER) == RepairedDocument(document(data.encode()), (), ())


@pytest.mark.parametrize(
    "standing",
    [
        f"[t]({OLD}) ([Kopie]({LATER}))",
        f"[t]({OLD})([archived](<{COPY}> 'T'))",
        f"[t]({OLD})\n([archived]({COPY}))",
        f"> [t]({OLD})\n> ([archived]({COPY}))",
        f"[t]({OLD}) ([archived](https://web.archive.org/web/2019/https://www.old.example))",
        f"<a href='{OLD}'>t</a> (<A class=x HREF='{LATER}'>y</a>)",
        f"[a][r] and [b][r]{SECOND}\n\n[r]: {OLD}",
    ],
)
def test_what_somebody_wrote_there_is_a_copy_too(standing: str) -> None:
    assert appended(document(standing.encode())) == RepairedDocument(document(standing.encode()), (), ())


@pytest.mark.parametrize(
    "beside",
    ["([archived](https://web.archive.org/web/2019/http://other.example/))", f"[archived]({COPY})", f"(see {COPY})"],
)
def test_other_links_behind_are_no_copies(beside: str) -> None:
    result = appended(document(f"[t]({OLD}) {beside}\n".encode()))
    assert result.document.data.decode() == f"[t]({OLD}){SECOND} {beside}\n"


def test_an_equal_link_further_on_has_a_second_one_already() -> None:
    data = f"[a]({OLD}) x [b]({OLD}){SECOND} y [c]({OLD}) z\n"
    expected = f"[a]({OLD}){SECOND} x [b]({OLD}){SECOND} y [c]({OLD}){SECOND} z\n"
    assert appended(document(data.encode())).document.data.decode() == expected


def test_a_second_link_gets_none_itself() -> None:
    original = document(f"[t]({OLD}){SECOND} [u]({OLD}) ([mirror](http://b.example/))\n".encode())
    _, copy, _, mirror = links_of(original)
    named = [Repair(link, LATER.replace("old", "b"), "gone", style=RepairStyle.APPEND) for link in (copy, mirror)]
    result = apply(original, named, READER)
    assert [refusal.why for refusal in result.refused] == ["it is itself the copy of the link before it"]
    assert result.applied == (named[1],)


REFUSED = [
    ("# [t](http://old.example/)\n\nx", HEADING),
    ("[t](http://old.example/)\n===\n", HEADING),
    ("# [t][r]\n\n[r]: http://old.example/", HEADING),
    ("<h1><a href='http://old.example/'>x</a></h1>", HEADING),
    ("[![i](http://old.example/)](http://a.example)", IN_LINK),
    ("<a href='http://a.example'>![i](http://old.example/)</a>", IN_LINK),
    ("<a href='http://a.example'>\n\n![i](http://old.example/)\n\n</a>", IN_LINK),
    ("[![i][r]](http://a.example)\n\n[r]: http://old.example/", "every use of this definition stands in another link"),
    ("[r]: http://old.example/", "no reader sees this link: a second one would be seen by none"),
    ("![a [t](http://old.example/)](http://a.example)", "no reader sees this link: a second one would be seen by none"),
    ("---\nlink: http://old.example/\n---\n", "a value of front matter has no place for a second link"),
    ("<img src='http://old.example/'>", NO_ANCHOR),
    ("<img srcset='http://old.example/ 2x'>", NO_ANCHOR),
    ("<a href='http://old.example/'>never closed", NO_ANCHOR),
    ("[x <a href='http://old.example/'>y</a>](http://a.example)", NO_ANCHOR),
    ("<svg><a href='http://old.example/'>y</a></svg>", NO_ANCHOR),
]  # fmt: skip


@pytest.mark.parametrize(("data", "why"), REFUSED)
def test_where_no_second_link_can_be_it_is_refused(data: str, why: str) -> None:
    result = appended(document(data.encode()))
    assert (result.document.data.decode(), result.applied) == (data, ())
    assert [refusal.why for refusal in result.refused] == [why]


def test_what_would_break_the_emphasis_is_refused_alone() -> None:
    # A closing mark that a letter follows must not stand behind punctuation.
    data = "*x http://old.example/a*中 and [t](http://old.example/)"
    result = appended(document(data.encode()))
    assert result.document.data.decode() == data + SECOND
    assert "leaves the rest as it is" in result.refused[0].why


def test_a_definition_that_another_one_comes_before_has_no_end() -> None:
    original = document(b"[r]\n\n[r]: http://a.example/\n[r]: http://old.example/\n")
    first, second = (link.span for link in links_of(original))
    assert READER.ends(original) == {first: (3,)}
    assert second is not None


def test_a_definition_is_appended_to_where_it_can_be() -> None:
    result = appended(document(b"# [t][r]\n\n[a][r] [![i][r]](http://a.example) [b][r]\n\n[r]: http://old.example/\n"))
    assert result.document.data.count(SECOND.encode()) == 2
    assert len(result.applied) == 1
    assert [rewrite.new.decode() for _, rewrite in result.rewrites] == [SECOND, SECOND]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_label_is_written_in_the_encoding_of_the_document(encoding: str) -> None:
    data = "深度学习 [理论](http://old.example/)，\r\n".encode(encoding)
    result = appended(document(data), label="存档")
    assert result.document.data == f"深度学习 [理论](http://old.example/) ([存档]({COPY}))，\r\n".encode(encoding)


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://n.example/a(b", "<https://n.example/a(b>"),
        ("https://n.example/a_(b)", "https://n.example/a_(b)"),
        ("https://n.example/?a&copy;|", "https://n.example/?a&amp;copy;%7C"),
    ],
)
def test_the_url_of_a_second_link_is_written_as_its_construct_needs_it(url: str, written: str) -> None:
    result = appended(document(b"|a|\n|-|\n|[t](http://old.example/)|\n"), url)
    assert result.document.data.decode() == f"|a|\n|-|\n|[t](http://old.example/) ([archived]({written}))|\n"


def test_html_files() -> None:
    data = "<h2>x</h2><p><a href='http://old.example/'>t<!-- </a> --></a>@, <a name=x></a><A HREF=http://old.example/>u</A>@"
    original = document(data.replace("@", "").encode(), DocumentFormat.HTML)
    result = appended(original, COPY + "?a=1&b=2")
    expected = data.replace("@", ELEMENT.replace(COPY, COPY + "?a=1&amp;b=2"))
    assert (result.document.data.decode(), result.refused) == (expected, ())
    assert appended(result.document, COPY + "?a=1&b=2").applied == ()


def test_plain_text() -> None:
    original = document(b"See http://old.example/. And <URL:http://old.example/>!", DocumentFormat.TEXT)
    result = appended(original)
    second = f" (archived: {COPY})"
    assert result.document.data.decode() == f"See http://old.example/{second}. And <URL:http://old.example/>{second}!"
    assert appended(result.document, LATER).applied == ()


def test_notebooks() -> None:
    cell = ["[t](http://old.example/)\n", '<a href="http://old.example/">u</a> http:\\/\\/old.example/']
    original = document(
        json.dumps({"cells": [{"cell_type": "markdown", "source": cell}]}).encode(), DocumentFormat.NOTEBOOK
    )
    result = appended(original, label="存 档")
    (written,) = json.loads(result.document.data)["cells"]
    element = ELEMENT.replace('"', "'")
    assert "".join(written["source"]).replace("存 档", "archived") == (
        f'[t](http://old.example/){SECOND}\n<a href="http://old.example/">u</a>{element} http:\\/\\/old.example/'
    )
    assert appended(result.document, LATER).applied == ()


RST = """\
See http://old.example/1 and <http://old.example/2>, `a <http://old.example/3>`__.

Named_, |s|_ and `an anonymous one`__; `Named <Named_>`_.

.. _Named: http://old.example/4
.. _s: http://old.example/5
.. |s| replace:: text
__ http://old.example/6
"""


def test_restructured_text() -> None:
    def links(text: bytes) -> list[str]:
        tree = docutils.core.publish_doctree(text.decode(), settings_overrides={"report_level": 2, "halt_level": 2})
        return [reference["refuri"] for reference in tree.findall(nodes.reference)]

    original = document(RST.encode(), DocumentFormat.RST)
    named = [Repair(link, f"{COPY}{link.raw[-1]}", "gone", style=RepairStyle.APPEND) for link in links_of(original)]
    result = apply(original, named, READER)
    assert result.refused == ()
    before = links(original.data)
    assert links(result.document.data) == [url for old in before for url in (old, f"{COPY}{old[-1]}")]
    assert len(before) == 7
    assert b"<http://old.example/2> (`archived <" in result.document.data
    assert appended(result.document, LATER + "1").document == result.document


GRID = """\
+-----------------------+
| http://old.example/   |
+-----------------------+
"""


@pytest.mark.parametrize(
    ("data", "form", "why"),
    [
        ("T http://old.example/\n=====================\n", DocumentFormat.RST, HEADING),
        (".. image:: http://old.example/\n", DocumentFormat.RST, "a second link has no place in a directive"),
        (GRID, DocumentFormat.RST, "no way to write the new URL leaves the rest as it is"),
        ("@misc{a, url = {http://old.example/}}", DocumentFormat.BIBTEX, "a second link is never appended"),
        ("<h1><a href='http://old.example/'>x</a></h1>", DocumentFormat.HTML, HEADING),
    ],
)
def test_other_formats_refuse_it_with_a_reason(data: str, form: DocumentFormat, why: str) -> None:
    result = appended(document(data.encode(), form))
    assert (result.document.data.decode(), len(result.refused)) == (data, 1)
    assert result.refused[0].why.startswith(why)
