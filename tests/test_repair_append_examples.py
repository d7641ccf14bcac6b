"""The style "append" on every example of CommonMark and GFM, and on the seeds, judged by cmark-gfm."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_crawler.model import Repair, RepairStyle, SourceDocument
from dlt_crawler.repair import RepairedDocument, apply
from tests.extraction_support import READER, links_of
from tests.returns import returns_of
from tests.specifications.editing import REPLACEMENTS
from tests.specifications.examples import commonmark, distinct, gfm, required
from tests.specifications.forms import BYTE_FORMS, CONTAINERS, contained, text_of
from tests.specifications.oracles import canonical, cmark_html
from tests.specifications.reading import as_rendered

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("**/*.md"))
_SECOND = re.compile(r' \(<a href="(?P<url>[^"]*)">archived</a>\)')
_LINK = re.compile(r'<a [^<>]*href="?(?P<url>[^" >]*)')
_IMAGE = re.compile(r'<img src="(?P<url>[^"]*)"')


def appended(data: bytes, new: str) -> RepairedDocument:
    original = SourceDocument("list.md", data, "")
    links = [link for link in links_of(original) if "gone.example" not in link.raw]
    named = [Repair(link, new.format(number), "gone", style=RepairStyle.APPEND) for number, link in enumerate(links)]
    return apply(original, named, READER)


def rendered(data: bytes, encoding: str) -> str:
    return cmark_html(text_of(data, encoding))


def judge(data: bytes, result: RepairedDocument, encoding: str = "utf-8") -> None:
    """Behind each link, behind each use of a definition, stands its second link once, and nothing else is new."""
    made = Counter(canonical(repair.replacement) for repair, _ in result.rewrites)
    firsts = {canonical(repair.replacement): canonical(as_rendered(repair.occurrence)) for repair in result.applied}
    page = rendered(result.document.data, encoding)
    seconds = [second for second in _SECOND.finditer(page) if in_page(second) in made]
    assert Counter(map(in_page, seconds)) == made
    for second in seconds:
        pattern = _LINK if page.endswith("</a>", 0, second.start()) else _IMAGE
        *_, before = pattern.finditer(page, 0, second.start())
        assert in_page(before).removeprefix("mailto:") == firsts[in_page(second)].removeprefix("mailto:")
    for second in reversed(seconds):
        page = page[: second.start()] + page[second.end() :]
    assert page == rendered(data, encoding)


def in_page(found: re.Match[str]) -> str:
    return canonical(html.unescape(found["url"]))


def documents(form: str) -> Iterator[tuple[str, bytes, str]]:
    for name, markdown in distinct(commonmark(), gfm()).items():
        if form in BYTE_FORMS:
            encode, encoding = BYTE_FORMS[form]
            yield name, encode(markdown), encoding
        else:
            yield name, (contained(markdown, form) if form in CONTAINERS else markdown).encode(), "utf-8"


@pytest.mark.parametrize("form", ["plain", "quote, list, list, quote", "list with tabs", "footnote", *BYTE_FORMS])
def test_every_example_has_its_second_links_and_loses_them_again(form: str) -> None:
    required()
    wrong, made = {}, 0
    why: Counter[str] = Counter()
    for name, data, encoding in documents(form):
        result = appended(data, REPLACEMENTS["hostile"])
        made += len(result.applied)
        shown = [one for one in result.refused if one.repair.occurrence.renders and one.repair.occurrence.raw]
        why.update(refusal.why for refusal in shown)
        try:
            judge(data, result, encoding)
            assert appended(result.document.data, REPLACEMENTS["hostile"]).rewrites == ()
            assert apply(result.document, returns_of(result), READER).document.data == data
        except AssertionError as error:
            wrong[name] = error
    print(f"{form}: appended to {made}, refused {why.total()} ({why.total() / (made + why.total()):.1%}): {why}")  # noqa: T201
    assert wrong == {}
    assert made > 150
    # None by the proof alone: images and HTML that no link can follow, or whose URL has no place.
    assert not [reason for reason in why if reason.startswith("no way")]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_the_seeds_have_their_second_links_and_lose_them_again(path: Path) -> None:
    data = path.read_bytes()
    result = appended(data, REPLACEMENTS["snapshot"])
    judge(data, result)
    assert appended(result.document.data, REPLACEMENTS["snapshot"]).applied == ()
    assert apply(result.document, returns_of(result), READER).document.data == data
    # In HTML the pictures of one list, and in one heading.
    assert len(result.refused) <= 7
