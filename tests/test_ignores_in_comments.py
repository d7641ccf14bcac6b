"""Ignore comments that end on a day, say why, or are about nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dlt_crawler.model import DocumentFormat, Ignore, IgnoreTrouble, LintKind, Resource, SkipReason, SourceDocument
from dlt_crawler.sources import Options, extract, stale_ignore
from dlt_crawler.sources.terms import Terms, terms_of
from dlt_crawler.store import Store

DAY = date(2027, 3, 1)
AFTER = date(2027, 3, 2)

TERMS = {
    "": Terms(),
    " until 2027-03-01": Terms(DAY),
    " until 2027-03-01: site blocks robots": Terms(DAY, "site blocks robots"),
    " until=2027-03-01": Terms(DAY),
    " UNTIL = 2027-03-01 -- they are\n  moving": Terms(DAY, "they are moving"),
    ", until 2027-03-01, since it is slow": Terms(DAY, "since it is slow"),
    ": until 2027-03-01": Terms(DAY),
    " until: 2027-03-01 (moving)": Terms(DAY, "(moving)"),
    " until 2027-03-01（搬家中）": Terms(DAY, "（搬家中）"),
    " until 2027-03-01，因为慢": Terms(DAY, "因为慢"),
    " until 2027-03-01因为慢": Terms(DAY, "因为慢"),
    ": site blocks robots": Terms(None, "site blocks robots"),
    "，因为": Terms(None, "因为"),
    " because -- as they say -- it sleeps": Terms(None, "because -- as they say -- it sleeps"),
    ": was up until 2024-01-01": Terms(None, "was up until 2024-01-01"),
    ": until they are back": Terms(None, "until they are back"),
    " untilled land": Terms(None, "untilled land"),
    " until 1.3.2027: slow": Terms(None, "slow", "1.3.2027"),
    " until 2027-02-30": Terms(None, "", "2027-02-30"),
    " until 20270301": Terms(None, "", "20270301"),
    " until 2027-W09-1": Terms(None, "", "2027-W09-1"),
    " until 2027-03-011": Terms(None, "", "2027-03-011"),
    " until ２０２７-03-01": Terms(None, "", "２０２７-03-01"),
    ": until 2027-13-01": Terms(None, "", "2027-13-01"),
    " until spring": Terms(None, "", "spring"),
    " until": Terms(None, "", ""),
    " until 2027-03-01}": Terms(DAY),
    ": " + "x" * 300: Terms(None, "x" * 199 + "…"),
}


@pytest.mark.parametrize("said", TERMS)
def test_day_and_reason(said: str) -> None:
    if said.endswith("}"):
        assert terms_of(said.replace("01}", "01 }")) == TERMS[said]
    else:
        assert terms_of(said) == TERMS[said]


DOCUMENTS = {
    DocumentFormat.MARKDOWN: """\
<https://off.example/1> <!-- dlt-crawl: ignore until 2027-03-01: it is slow -->

<!-- dlt-crawl: ignore-next-line until=2027-03-01 -->
<https://off.example/2>

<!-- dlt-crawl: disable until 2027-03-01 -->
<https://off.example/3>
<!-- dlt-crawl: enable -->
""",
    DocumentFormat.HTML: """\
<a href="https://off.example/1"> <!-- dlt-crawl: ignore until 2027-03-01: it is slow -->
<!-- dlt-crawl: ignore-next-line until 2027-03-01 -->
<a href="https://off.example/2">
<!-- dlt-crawl: disable until 2027-03-01 -->
<a href="https://off.example/3">
""",
    DocumentFormat.TEXT: """\
https://off.example/1 # dlt-crawl: ignore until 2027-03-01: it is slow
# dlt-crawl: ignore-next-line until 2027-03-01
https://off.example/2
# dlt-crawl: disable until 2027-03-01
https://off.example/3
""",
    DocumentFormat.RST: """\
.. dlt-crawl: ignore until 2027-03-01:
   it is slow

https://off.example/1

.. dlt-crawl: ignore-next-line until 2027-03-01

https://off.example/2

.. dlt-crawl: disable until 2027-03-01

https://off.example/3
""",
    DocumentFormat.BIBTEX: """\
@misc{a, url = {https://off.example/1}} % dlt-crawl: ignore until 2027-03-01: it is slow
% dlt-crawl: ignore-next-line until 2027-03-01
@misc{b, url = {https://off.example/2}}
@comment{dlt-crawl: disable until 2027-03-01}
@misc{c, url = {https://off.example/3}}
""",
}
DOCUMENTS[DocumentFormat.NOTEBOOK] = json.dumps(
    {
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": DOCUMENTS[DocumentFormat.MARKDOWN]}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)


@pytest.mark.parametrize("document_format", DOCUMENTS)
def test_links_are_left_alone_up_to_the_day_and_on_it(document_format: DocumentFormat) -> None:
    document = SourceDocument("list", DOCUMENTS[document_format].encode(), "", document_format)
    on_it = extract(document, Options(today=DAY))
    assert [link.target for link in on_it.links] == 3 * [SkipReason.IGNORED]
    assert (on_it.lints, on_it.until) == ((), datetime(2027, 3, 2, tzinfo=UTC))
    said = [(link.ignored.until, link.ignored.reason) for link in on_it.links if link.ignored]
    assert said == [(DAY, "it is slow"), (DAY, ""), (DAY, "")]
    after = extract(document, Options(today=AFTER))
    assert [link.target for link in after.links] == [Resource(f"https://off.example/{n}") for n in (1, 2, 3)]
    assert ([lint.kind for lint in after.lints], after.until) == (3 * [LintKind.EXPIRED_IGNORE], None)
    first, second, third = map(stale_ignore, after.lints)
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.ignore.until, first.ignore.reason, first.trouble) == (DAY, "it is slow", IgnoreTrouble.EXPIRED)
    assert first.ignore.what == "ignore until 2027-03-01: it is slow"
    assert first.ignore.where.startswith("list:1:")
    assert first.sentence.startswith("“ignore until 2027-03-01: it is slow” has expired: ")
    assert (second.ignore.what, third.ignore.what) == (
        "ignore-next-line until 2027-03-01",
        "disable until 2027-03-01",
    )


def test_what_stays_of_several_when_one_expires() -> None:
    text = """\
<!-- dlt-crawl: disable until 2027-03-01 -->
<https://a.example> <!-- dlt-crawl: ignore -->
<!-- dlt-crawl: disable until 2027-06-01: other -->
<https://b.example>
<!-- dlt-crawl: enable -->
<https://c.example>
"""
    found = extract(SourceDocument("list.md", text.encode(), ""), Options(today=DAY))
    ignored = SkipReason.IGNORED
    assert [link.target for link in found.links] == [ignored, ignored, Resource("https://c.example/")]
    assert found.until == datetime(2027, 3, 2, tzinfo=UTC)
    found = extract(SourceDocument("list.md", text.encode(), ""), Options(today=AFTER))
    assert [link.target for link in found.links] == [ignored, ignored, Resource("https://c.example/")]
    assert found.until == datetime(2027, 6, 2, tzinfo=UTC)
    later = extract(SourceDocument("list.md", text.encode(), ""), Options(today=date(2028, 1, 1)))
    assert later.links[0].target is ignored
    # What it ends was disabled once.
    assert [lint.kind for lint in later.lints] == 2 * [LintKind.EXPIRED_IGNORE]


@pytest.mark.parametrize(
    ("text", "needless"),
    [
        ("a <!-- dlt-crawl: ignore: slow -->", ["ignore: slow"]),
        ("<https://a.example>\n\n<!-- dlt-crawl: ignore-next-line until 2099-01-01 -->\n\ntext", None),
        ("<!-- dlt-crawl: disable -->\ntext\n<!-- dlt-crawl: enable -->\n<https://a.example>", ["disable"]),
        ("[a] <!-- dlt-crawl: ignore -->\n\n[a]: https://a.example", ["ignore"]),
        ("<https://a.example> <!-- dlt-crawl: ignore -->", []),
        # Nobody is told of the label that nothing defines.
        ("text [text][nowhere] <!-- dlt-crawl: ignore -->", []),
        ("<!-- dlt-crawl: disable -->\n<https://a.example>\n<!-- dlt-crawl: disable -->\n<https://b.example>", []),
        # What has expired is not needless, too.
        ("text <!-- dlt-crawl: ignore until 2020-01-01 -->", []),
        ("x <!-- dlt-crawl: ignore: “see” has expired: x -->", ["ignore: “see” has expired: x"]),
    ],
)
def test_comments_that_are_about_no_link(text: str, needless: list[str] | None) -> None:
    expected = ["ignore-next-line until 2099-01-01"] if needless is None else needless
    found = extract(SourceDocument("list.md", text.encode(), ""), Options(today=DAY))
    stale = [each for lint in found.lints if (each := stale_ignore(lint)) and each.trouble is IgnoreTrouble.NEEDLESS]
    assert [each.ignore.what for each in stale] == expected
    assert all(each.sentence.startswith(f"“{each.ignore.what}” is about no link") for each in stale)


def test_a_day_that_is_none_is_said_and_the_comment_holds() -> None:
    text = "<https://a.example> <!-- dlt-crawl: ignore until 1.3.2027: slow -->"
    found = extract(SourceDocument("list.md", text.encode(), ""), Options(today=date(2099, 1, 1)))
    assert [link.target for link in found.links] == [SkipReason.IGNORED]
    (lint,) = found.lints
    assert lint.kind is LintKind.UNKNOWN_DIRECTIVE
    assert lint.message.startswith("“1.3.2027” is no day behind “until”: write it like 2027-03-01")
    stale = stale_ignore(lint)
    assert stale is not None
    assert (stale.trouble, stale.ignore.what, stale.ignore.until) == (IgnoreTrouble.BAD_DATE, "until 1.3.2027", None)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("until 2026-13-01", "until 2026-13-01"),
        ("until tomorrow", "until tomorrow"),
        ("until", "until"),
        (": slow until 2026-11-21", "until 2026-11-21"),
        (": until they are back", None),
        ("until 2027-03-01: was up until 2026-01-01", None),
        (": slow", None),
    ],
)
def test_a_comment_that_seems_to_end_and_does_not_is_looked_at(said: str, what: str | None) -> None:
    text = f"<https://a.example> <!-- dlt-crawl: ignore {said} -->"
    found = extract(SourceDocument("list.md", text.encode(), ""), Options(today=DAY))
    stale = [(each.ignore.what, each.trouble) for lint in found.lints if (each := stale_ignore(lint))]
    assert stale == ([] if what is None else [(what, IgnoreTrouble.BAD_DATE)])


@pytest.mark.parametrize(
    ("text", "outlasted"),
    [
        ("<https://a.example> {expired} <!-- dlt-crawl: ignore -->", True),
        ("<!-- dlt-crawl: disable -->\n<https://a.example> {expired}", True),
        ("{expired_disable}\n<https://a.example> <!-- dlt-crawl: ignore -->\n<!-- dlt-crawl: enable -->", True),
        ("{expired_disable}\n<https://a.example> <!-- dlt-crawl: ignore -->\n<https://b.example>", False),
        ("<https://a.example> {expired}\n<https://b.example> <!-- dlt-crawl: ignore -->", False),
        ("text {expired}", False),
    ],
)
def test_what_another_comment_still_leaves_alone_is_not_checked_again(text: str, outlasted: bool) -> None:
    written = text.format(
        expired="<!-- dlt-crawl: ignore until 2020-01-01 -->",
        expired_disable="<!-- dlt-crawl: disable until 2020-01-01 -->",
    )
    found = extract(SourceDocument("list.md", written.encode(), ""), Options(today=DAY))
    (message,) = [lint.message for lint in found.lints if lint.kind is LintKind.EXPIRED_IGNORE]
    assert ("another comment still leaves the links alone" in message) == outlasted
    assert ("checked and reported again" in message) != outlasted


def test_a_document_is_read_again_when_the_first_of_its_days_has_passed(tmp_path: Path) -> None:
    text = "<https://a.example> <!-- dlt-crawl: ignore until 2027-03-01 -->"
    document = SourceDocument("list.md", text.encode(), "a" * 64)
    options = Options(today=DAY)
    # The day is no part of what is asked for: or all documents would be read every day.
    assert options.fingerprint == replace(options, today=AFTER).fingerprint == Options().fingerprint
    found = extract(document, options)
    with Store.open(f"sqlite:///{tmp_path / 'a.db'}") as store:
        evening, morning = datetime(2027, 3, 1, 23, 59, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC)
        store.save_extraction(document, options.fingerprint, found, now=evening)
        assert store.extraction_of(document, options.fingerprint, now=evening) == found
        assert store.is_current(document, options.fingerprint, now=evening)
        assert not store.is_current(document, options.fingerprint, now=morning)
        assert store.extraction_of(document, options.fingerprint, now=morning) is None
        again = extract(document, Options(today=AFTER))
        store.save_extraction(document, options.fingerprint, again, now=morning)
        assert store.extraction_of(document, options.fingerprint, now=morning) == again
        assert [link.target for link in store.links_of("list.md")] == [Resource("https://a.example/")]
        assert store.report().lints == again.lints


def test_the_report_says_which_comment_a_link_is_left_alone_by_why_and_until_when(tmp_path: Path) -> None:
    text = """\
<!-- dlt-crawl: disable: they are moving -->
<https://off.example/1> <!-- dlt-crawl: ignore until 2027-03-01: it is slow -->
<https://off.example/3> <!--dlt-crawl:enable--> <https://off.example/2> <!-- dlt-crawl: ignore until 2027-03-01: 理 -->
<https://on.example/>
"""
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        for digit, shown in enumerate((text, text.replace("moving", "gone"))):
            document = SourceDocument("list.md", shown.encode(), 64 * str(digit))
            found = extract(document, Options(today=DAY))
            store.save_extraction(document, "f" * 64, found, now=datetime(2026, 11, 21, tzinfo=UTC))
        links = store.report().links
    assert [link.ignored for link in links] == [
        *2 * [Ignore("list.md:1:1", "disable: they are gone", "they are gone")],
        Ignore("list.md:3:73", "ignore until 2027-03-01: 理", "理", DAY),
        None,
    ]
