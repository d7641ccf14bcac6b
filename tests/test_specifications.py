"""Every example of CommonMark 0.31.2 and GFM 0.29 is read and edited as other parsers read it, in whatever form.

The forms: as it is, in thirteen containers, in six forms of bytes. What is judged: reading.py and editing.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.specifications.editing import REPLACEMENTS, judge_editing
from tests.specifications.examples import commonmark, distinct, fixtures, gfm, required
from tests.specifications.forms import BYTE_FORMS, CONTAINERS, contained
from tests.specifications.reading import Wrong, judge_bare_urls, judge_reading

PLAIN = "plain"
FORMS = [PLAIN, *CONTAINERS, *BYTE_FORMS]
LIKE_OTHERS = {
    *("quote with tabs", "quote in quote", "quote in list", "quote in footnote"),
    *("quote without spaces", "list with tabs", "list in list in list"),
}
"""Forms that only the nightly tests have the time for: each part of them is in another one, too."""

REFUSED = {
    "CommonMark 200": "an empty link has no URL to replace",
    "CommonMark 485": "an empty link has no URL to replace",
    "CommonMark 486": "an empty link has no URL to replace",
    "CommonMark 487": "an empty link has no URL to replace",
    "CommonMark 567": "an empty link has no URL to replace",
    # An attribute's value over two lines. On one, the tag would be a block; in a container, its mark is in the value.
    "CommonMark 642": "no way to write the new URL leaves the rest as it is",
    "CommonMark 643": "no way to write the new URL leaves the rest as it is",
}
"""The examples, as they are, with a link that cannot be edited."""

INTERRUPTED = {"CommonMark 642, GFM 663", "CommonMark 643, GFM 664"}
"""The examples whose URL has no span in containers: a mark of the container is in it."""

READ_OTHERWISE_BY_CMARK = {
    "commonmark_extras.md:115": "it decodes an entity behind an escaped backslash",
    "linkify.md:25": "a bare URL between <a> and </a>",
    "linkify.md:72": "a bare URL behind a backslash: no angle bracket can stand there",
    "punycode.md:24": "it keeps a host that is no valid IDNA",
    "punycode.md:32": "it keeps a host without a scheme",
    "xss.md:27": "it decodes an entity behind an escaped backslash",
}


@pytest.fixture(autouse=True)
def _examples() -> None:
    required()


def documents(form: str, examples: Mapping[str, str]) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, bytes and encoding of each example in one form."""
    for name, markdown in examples.items():
        if form in CONTAINERS:
            yield name, contained(markdown, form).encode(), "utf-8"
        elif form in BYTE_FORMS:
            encode, encoding = BYTE_FORMS[form]
            yield name, encode(markdown), encoding
        else:
            yield name, markdown.encode(), "utf-8"


def examples_in(form: str) -> Mapping[str, str]:
    """The examples of both specifications, those that are equal once; as they are, markdown-it's own tests, too."""
    return distinct(commonmark(), gfm(), *([fixtures()] if form == PLAIN else []))


def test_all_examples_are_here() -> None:
    assert (len(commonmark()), len(gfm())) == (652, 673)
    assert all(gfm().values())


@pytest.mark.parametrize(
    "form", [pytest.param(form, marks=pytest.mark.at_length) if form in LIKE_OTHERS else form for form in FORMS]
)
def test_every_url_is_found_and_an_edit_changes_those_it_names_alone(form: str) -> None:
    wrong, judged = {}, {}
    without_span: set[str] = set()
    for name, data, encoding in documents(form, examples_in(form)):
        try:
            links = judge_reading(data, encoding)
            judge_bare_urls(data, links, encoding)
            without_span |= {name for link in links if link.span is None}
            for replacement, new in REPLACEMENTS.items():
                judged[name, replacement] = judge_editing(data, links, new, encoding)
        except Wrong as why:
            wrong[name] = why.args
    assert wrong == {}
    assert without_span <= INTERRUPTED
    assert sum(one.edited for one in judged.values()) > 350
    assert {name for (name, _), one in judged.items() if not one.compared_with_cmark} <= READ_OTHERWISE_BY_CMARK.keys()


def test_each_url_can_be_edited_alone() -> None:
    wrong, refused = {}, {}
    for name, data, encoding in documents(PLAIN, distinct(commonmark(), gfm())):
        for link in judge_reading(data, encoding):
            for new in REPLACEMENTS.values():
                try:
                    judged = judge_editing(data, [link], new, encoding)
                except Wrong as why:
                    wrong[name] = why.args
                    continue
                refused.update({name.partition(",")[0]: one.why.partition(":")[0] for one in judged.refused})
    assert wrong == {}
    assert refused == REFUSED
