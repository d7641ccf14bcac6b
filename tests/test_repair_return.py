"""Returns: what stood in a document before it was repaired comes back, to the byte, where our text still stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_crawler.model import DocumentFormat, LinkKind, Repair, RepairKind, RepairStyle, Rewrite, SourceDocument
from dlt_crawler.repair import RepairedDocument, apply
from tests.extraction_support import READER, links_of
from tests.returns import returns_of
from tests.specifications.editing import REPLACEMENTS
from tests.specifications.examples import commonmark, distinct, gfm, required
from tests.specifications.forms import BYTE_FORMS

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("**/*.md"))
COPY = "https://web.archive.org/web/20200102030405/http://old.example/{}"
HOSTILE = "https://old.example/{}/a_(b]*c*_d_|e?x=<y>,2x&copy;=1 \"z' 中\\`q`~.)"
CHANGED = "what was written here has been changed since: it is left as it is"
STYLES = [RepairStyle.REPLACE, RepairStyle.APPEND]


def document(data: bytes, form: DocumentFormat = DocumentFormat.MARKDOWN) -> SourceDocument:
    return SourceDocument("list", data, hashlib.sha256(data).hexdigest(), form)


def repaired(original: SourceDocument, style: RepairStyle, new: str = COPY) -> RepairedDocument:
    links = [link for link in links_of(original) if link.url]
    named = [Repair(link, new.format(number), "gone", style=style) for number, link in enumerate(links)]
    return apply(original, named, READER)


def returned(result: RepairedDocument) -> RepairedDocument:
    return apply(result.document, returns_of(result), READER)


MARKDOWN = """\
---
link: http://a.example/
image: 'http://a.example/i.png'
---
[t](http://a.example/a&amp;b\\_c) [t](<http://a.example/> 'T') [t]((http://a.example/)) ![i](http://a.example/(x) "T")
<http://a.example/é> 见http://a.example/x中文 http://a.example/x、http://b.example/，www.a.example/x.

> - [r] [x][r]
>   [a
>   b](http://a.example/%20)
>
> [r]: <http://a.example/>

| a | b |
|---|---|
| [t](http://a.example/\\|x) | http://a.example/ |

a <a href=http://a.example/>x</a> <img srcset='http://a.example/ 1x, http://b.example/ 2x'>

<p>
<a href='http://例子.测试/?a=1&amp;b=2'>x</a>
</p>
"""
OTHERS = {
    DocumentFormat.HTML: "<a href=http://a.example/>x</a> <img src='http://a.example/'> <a href='http://a.example/?a&b'>y</a>",
    DocumentFormat.TEXT: "见http://a.example/x中文 <URL:http://a.example/> http://a.example/.",
    DocumentFormat.BIBTEX: "@misc{a, url = {http://a.example/~b_c}, note = {see http://a.example/\\%20.}}\n",
    DocumentFormat.RST: "See http://a.example/x. `a <http://a.example/y_>`__ and b_ http://a.example/é\n\n.. _b: http://a.example/z\\_\n",
    DocumentFormat.NOTEBOOK: json.dumps(
        {"cells": [{"cell_type": "markdown", "source": ["[t](http://a.example/)\n", '<a href="http://a.example/é">x</a>']}]}
    ).replace("/)", "\\/)"),
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("new", [COPY, HOSTILE], ids=["snapshot", "hostile"])
@pytest.mark.parametrize("form", DocumentFormat)
def test_repaired_and_returned_a_document_is_what_it_was(form: DocumentFormat, new: str, style: RepairStyle) -> None:
    text = MARKDOWN if form is DocumentFormat.MARKDOWN else OTHERS[form]
    original = document(text.encode(), form)
    result = repaired(original, style, new)
    assert bool(result.applied) == (form is not DocumentFormat.BIBTEX or style is RepairStyle.REPLACE)
    back = returned(result)
    assert (back.document, back.refused) == (original, ())
    assert len(back.applied) == len(result.rewrites)
    assert [(one.old, one.new) for _, one in back.rewrites] == [(one.new, one.old) for _, one in result.rewrites]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("form", BYTE_FORMS)
def test_in_every_encoding(form: str, style: RepairStyle) -> None:
    encode, _ = BYTE_FORMS[form]
    original = document(encode(MARKDOWN.partition("---\n[")[2].join(["[", "[é](http://a.example/深)"])))
    result = repaired(original, style)
    assert len(result.applied) > 12
    assert returned(result).document == original


@pytest.mark.parametrize("style", STYLES)
def test_every_example_of_the_specifications(style: RepairStyle) -> None:
    required()
    wrong = {}
    for name, markdown in distinct(commonmark(), gfm()).items():
        result = repaired(document(markdown.encode()), style, REPLACEMENTS["hostile"])
        back = returned(result)
        if back.document.data != markdown.encode() or back.refused:
            wrong[name] = back
    assert wrong == {}


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_seed(path: Path) -> None:
    original = document(path.read_bytes())
    result = repaired(original, RepairStyle.REPLACE)
    assert result.document != original
    assert returned(result).document == original


def each_alone(result: RepairedDocument) -> Iterator[tuple[Repair, RepairedDocument]]:
    for one in returns_of(result):
        yield one, apply(result.document, [one], READER)


@pytest.mark.parametrize("style", STYLES)
def test_each_can_be_returned_alone(style: RepairStyle) -> None:
    result = repaired(document(MARKDOWN.encode()), style)
    for one, back in each_alone(result):
        assert back.applied == (one,)
        assert one.undoes is not None
        (_, rewrite), size = back.rewrites[0], len(result.document.data)
        assert rewrite == Rewrite(one.undoes.new, one.undoes.old)
        assert len(back.document.data) == size - len(rewrite.old) + len(rewrite.new)


def test_a_return_needs_the_rewrite_and_the_link_that_stands_there_and_nothing_else() -> None:
    result = repaired(document(b"x http://a.example/y\n"), RepairStyle.REPLACE, "https://n.example/.")
    ((_, rewrite),) = result.rewrites
    assert rewrite == Rewrite(b"http://a.example/y", b"<https://n.example/.>")
    # Since then the document has grown, and the same copy stands in another place, too.
    later = document(b"# new\n\n[z](https://n.example/.)\n\nx <https://n.example/.>!\n")
    link, there = links_of(later)
    assert there.kind is LinkKind.AUTOLINK
    back = Repair(there, "http://a.example/y", "lives again", RepairKind.RETURN, undoes=rewrite)
    assert apply(later, [back], READER).document.data == b"# new\n\n[z](https://n.example/.)\n\nx http://a.example/y!\n"
    elsewhere = Repair(link, "http://a.example/y", "lives again", RepairKind.RETURN, undoes=rewrite)
    assert [refusal.why for refusal in apply(later, [elsewhere], READER).refused] == [CHANGED]


@pytest.mark.parametrize(
    "later",
    [
        f"[t](http://a.example/) ([copy]({COPY}))".format(0),
        f"[t](http://a.example/) [archived]({COPY})".format(0),
        f"[t](http://a.example/)([archived]({COPY}))".format(0),
    ],
)
def test_a_second_link_that_somebody_has_changed_stays(later: str) -> None:
    ((repair, rewrite),) = repaired(document(b"[t](http://a.example/)"), RepairStyle.APPEND).rewrites
    there = document(later.encode())
    back = Repair(links_of(there)[1], "http://a.example/", "", RepairKind.RETURN, repair.style, undoes=rewrite)
    result = apply(there, [back], READER)
    assert (result.document, [refusal.why for refusal in result.refused]) == (there, [CHANGED])


def test_some_second_links_of_a_definition_are_gone_already() -> None:
    original = document(b"[a][r] [b][r] [c][r]\n\n[r]: http://a.example/\n")
    result = repaired(original, RepairStyle.APPEND)
    (_, first), (_, second), (_, third) = result.rewrites
    assert first == second == third
    later = document(result.document.data.replace(first.new, b"", 1))
    returns = [
        Repair(link, "http://a.example/", "", RepairKind.RETURN, undoes=first)
        for link in links_of(later)
        if "archive.org" in link.raw
    ]
    assert len(returns) == 2
    assert apply(later, returns, READER).document == original


def test_what_reads_otherwise_now_is_not_put_back() -> None:
    # The old text leads elsewhere in the code that somebody has put around the new one.
    rewrite = Rewrite(b"http://a.example/`x", b"https://n.example/")
    later = document(b"[t](https://n.example/) `y`")
    back = Repair(links_of(later)[0], "http://a.example/`x", "", RepairKind.RETURN, undoes=rewrite)
    result = apply(later, [back], READER)
    assert (result.document, len(result.refused)) == (later, 1)


def test_two_edits_of_the_same_bytes_are_not_both_made() -> None:
    original = document(b"[t](https://n.example/) [u](https://m.example/)")
    links = links_of(original)
    rewrite = Rewrite(b"http://a.example/", b"https://n.example/) [u](https://m.example/")
    named = [
        Repair(links[0], "http://a.example/", "lives again", RepairKind.RETURN, undoes=rewrite),
        Repair(links[1], "https://o.example/", "gone"),
    ]
    result = apply(original, named, READER)
    assert [refusal.repair for refusal in result.refused] == named
    assert result.refused[1].why == "another repair writes something else there"


def test_without_what_was_written_nothing_can_come_back() -> None:
    there = document(b"[t](https://n.example/)")
    (why,) = apply(there, [Repair(links_of(there)[0], "http://a.example/", "", RepairKind.RETURN)], READER).refused
    assert why.why == "nothing is known of what stood here before"


def test_a_return_and_a_repair_of_one_document_are_made_together() -> None:
    first = repaired(document(b"[t](http://a.example/)"), RepairStyle.APPEND)
    later = document(first.document.data + b" [u](http://b.example/) [v](http://c.example/)\n")
    _, _, u, v = links_of(later)
    named = [*returns_of(first), Repair(u, COPY, ""), Repair(v, COPY.format("v"), "", style=RepairStyle.APPEND)]
    result = apply(later, named, READER)
    assert result.refused == ()
    copy = COPY.format("v")
    expected = f"[t](http://a.example/) [u]({COPY}) [v](http://c.example/) ([archived]({copy}))\n"
    assert result.document.data.decode() == expected.replace("{}", "%7B%7D")
