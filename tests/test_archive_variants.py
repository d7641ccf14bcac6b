"""Under which other URLs an archive may have the page of a link."""

from __future__ import annotations

from time import process_time

import pytest

from dlt_crawler.archive.variants import MOST, variants

A = "http://a.example"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(f"{A}/p)", (f"{A}/p",), id="a bracket"),
        pytest.param(f"{A}/p).", (f"{A}/p",), id="a bracket and a full stop"),
        pytest.param(f"{A}/p%22", (f"{A}/p",), id="a quote"),
        pytest.param(f"{A}/p%20", (f"{A}/p",), id="a blank"),
        pytest.param(f"{A}/p%60,", (f"{A}/p",), id="code"),
        pytest.param(f"{A}/p&gt;", (f"{A}/p",), id="an entity"),
        pytest.param(f"{A}/wiki/P_(language))", (f"{A}/wiki/P_(language)",), id="one bracket too many"),
        pytest.param(f"{A}/x%E3%80%82", (f"{A}/x",), id="a Chinese full stop"),
        pytest.param(f"{A}/x%EF%BC%8C%E5%8F%82%E8%A7%81", (f"{A}/x",), id="a Chinese comma and text"),
        pytest.param(f"{A}/x](http://a.example/x", (f"{A}/x",), id="markdown"),
        pytest.param(f"{A}/a%5C_b", (f"{A}/a_b",), id="an escape of markdown"),
        pytest.param(f"{A}/p?a=1&amp;b=2", (f"{A}/p?a=1&b=2",), id="an entity within"),
        pytest.param(f"{A}/a%2520b", (f"{A}/a%20b",), id="encoded twice"),
        pytest.param(f"{A}/p?utm_source=x&id=3&fbclid=abc", (f"{A}/p?id=3",), id="trackers"),
        pytest.param(f"{A}/p?utm_source=x", (f"{A}/p",), id="nothing but a tracker"),
        pytest.param(f"{A}/p?from=timeline&isappinstalled=0", (f"{A}/p",), id="WeChat"),
        pytest.param(f"{A}/p?utm_source=x).", (f"{A}/p?utm_source=x", f"{A}/p"), id="wrong in two ways"),
        pytest.param(
            "https://arxiv.org/pdf/1706.03762v2.pdf",
            ("https://arxiv.org/abs/1706.03762v2", "https://arxiv.org/pdf/1706.03762v2"),
            id="arXiv, PDF",
        ),
        pytest.param(
            "https://arxiv.org/abs/math/0309136",
            ("https://arxiv.org/pdf/math/0309136", "https://arxiv.org/pdf/math/0309136.pdf"),
            id="arXiv, abstract",
        ),
        pytest.param(f"{A}/d/index.html", (f"{A}/d/",), id="the name of an index"),
        pytest.param(f"{A}/Default.aspx", (f"{A}/",), id="another one"),
        pytest.param(f"{A}/d/", (f"{A}/d/index.html",), id="an index without a name"),
        pytest.param("https://git.example/u/r.git", ("https://git.example/u/r",), id="a repository"),
        pytest.param("https://en.m.wikipedia.org/wiki/X", ("https://en.wikipedia.org/wiki/X",), id="for telephones"),
        pytest.param("https://m.a.example/x", ("https://a.example/x",), id="a host for telephones"),
    ],
)
def test_what_the_index_does_not_fold_is_tried_the_surest_first(url: str, expected: tuple[str, ...]) -> None:
    assert variants(url) == expected


@pytest.mark.parametrize(
    ("url", "other"),
    [
        (f"{A}/%7Esmith/x%2Dy", f"{A}/~smith/x-y"),
        (f"{A}/~smith/x", f"{A}/%7Esmith/x"),
        (f"{A}/%41%28b%29", f"{A}/A(b)"),
    ],
)
def test_the_other_spelling_of_a_path_is_tried(url: str, other: str) -> None:
    assert variants(url) == (other,)


@pytest.mark.parametrize(
    "url",
    [
        f"{A}/",
        f"{A}/paper",
        f"{A}/wiki/Python_(language)",
        f"{A}/find?b=2&a=1",
        f"{A}/p?from=3&ref=4&source=5",
        f"{A}/abs/1706.03762",
        "https://m.example/x",
        "http://[::1]/x",
    ],
)
def test_what_would_be_the_same_or_another_page_is_not_tried(url: str) -> None:
    assert variants(url) == ()


def test_no_url_has_more_variants_than_are_worth_their_calls() -> None:
    found = variants("http://m.a.example/d/index.html?utm_source=x&amp;a=1).")
    assert len(found) == MOST
    assert found[0] == "http://m.a.example/d/index.html?utm_source=x&a=1"


@pytest.mark.parametrize("end", [")", "%29", "%5C", "&amp;", "&nbsp;", "%C2%A0"])
def test_a_long_tail_of_damage_takes_no_longer_than_it_is_long(end: str) -> None:
    url = "http://a.example/page" + end * (16_000 // len(end))
    started = process_time()
    assert variants(url)
    # Seconds; it was two when each mark was looked for from the beginning of the URL.
    assert process_time() - started < 0.5
