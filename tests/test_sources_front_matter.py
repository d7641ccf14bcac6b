"""URLs in YAML and TOML front matter: found in every kind of string, and edited only where they are written as read."""

from __future__ import annotations

import time

import pytest

from dlt_crawler.model import LinkKind, NoSpan, SourceDocument
from tests.extraction_support import links_of

U = "https://example.org/a"

Found = list[tuple[str, str | None, NoSpan | None]]
"""What is written at the place, or was read near it; the URL; why it has no span."""


def found(text: str) -> Found:
    data = text.encode("utf-8", "surrogateescape")
    rows: Found = []
    for link in links_of(SourceDocument("post.md", data, "")):
        assert not link.renders or link.kind is not LinkKind.FRONT_MATTER
        if link.kind is LinkKind.FRONT_MATTER:
            if link.span is not None:
                assert data[link.span.start : link.span.end].decode() == link.raw
            rows.append((link.raw, link.url, link.no_span))
    return rows


def exact(*urls: str) -> Found:
    return [(url, url, None) for url in urls]


def rewritten(*urls: str) -> Found:
    return [(url, url, NoSpan.REWRITTEN) for url in urls]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        (f"source: {U}", exact(U)),
        (f"source: '{U}'", exact(U)),
        (f'source: "{U}"', exact(U)),
        (f"source: {U} # see {U}2", exact(U)),
        (f"a: [{U}1, '{U}2', {{b: \"{U}3\"}}]", exact(f"{U}1", f"{U}2", f"{U}3")),
        (f"a:\n- {U}1\n- - {U}2\n  - b: {U}3", exact(f"{U}1", f"{U}2", f"{U}3")),
        (f"{U}1: x\n? {U}2\n: y", exact(f"{U}1", f"{U}2")),
        (f"a: &anchor {U}\nb: *anchor", exact(U)),
        (f"a: !tag &anchor\n  '{U}'", exact(U)),
        (f"a: >\n  {U}", exact(U)),
        (f"a: | # {U}2\n  {U}", exact(U)),
        (f"a: |\n  one {U}1\n  two\n  {U}2 three\nb: {U}3", exact(f"{U}1", f"{U}2", f"{U}3")),
        (f"d: see {U}1 for more, and {U}2.", exact(f"{U}1", f"{U}2")),
        (f"d: see {U}1，and\n  ({U}2)", exact(f"{U}1", f"{U}2")),
        (f"d: 'it''s at {U}'", exact(U)),
        (f'd: "a\\tb {U}1 \\"{U}2\\""', exact(f"{U}1", f"{U}2")),
        (f"d: '[x]({U})'", exact(U)),
        ("link: https://例え.jp/道", [("https://例え.jp/道", "https://xn--r8jz45g.jp/%E9%81%93", None)]),
        (f"title: {U}，中文", exact(U)),
        # Not written as it is read: an escape, a fold, a doubled quote.
        (f'a: "{U}\\u0032"', rewritten(f"{U}2")),
        ('a: "https:\\/\\/example.org/a"', rewritten(U)),
        ('a: "https://example.org/\\\n  a"', rewritten(U)),
        ("a: 'https://example.org/it''s'", rewritten("https://example.org/it's")),
        (f'd: "see https:\\/\\/example.org/b and {U}"', rewritten("https://example.org/b", U)),
        # Half a surrogate pair is no character.
        (
            f'a: "{U}\\uD800b"',
            [("https://example.org/a\ufffdb", "https://example.org/a%EF%BF%BDb", NoSpan.REWRITTEN)],
        ),
        (f'a: "\\uDFFF \\uDC80"\nb: {U}', exact(U)),
        # Addresses of any kind under keys that hold them; nothing else.
        ("header-img: img/a.jpg\ncoverImage: b.png\nURL: ../c", exact("img/a.jpg", "b.png", "../c")),
        ("links:\n- a/b\n- name: c/d\n  href: e/f", exact("a/b", "e/f")),
        ("title: a/b\nimage: 3.5\nicon: x\nlink: yes\nurl:\nlogo: a b/c", []),
        # What no parser would take, and what YAML may not hold.
        (f"t: \x01\x7f\ud7ff\nurl: {U}", exact(U)),
        (f"t: \udcff\nurl: {U}", exact(U)),
        (f"t: \0\nurl: {U}", exact(U)),
        (f"# {U}", []),
    ],
)
def test_urls_in_yaml(yaml: str, expected: Found) -> None:
    assert found(f"---\n{yaml}\n---\ntext\n") == expected
    assert found(f"\ufeff---  \r\n{yaml}\n...\n".replace("\n", "\r\n").replace("\r\r", "\r")) == expected


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (f'url = "{U}"', exact(U)),
        (f"source = '{U}' # '{U}2'", exact(U)),
        (f'a = ["{U}1", \'{U}2\', {{ b = "{U}3" }}]', exact(f"{U}1", f"{U}2", f"{U}3")),
        (f'[x]\n"a.b" = """\nsee "{U}1" and\n{U}2"""', exact(f"{U}1", f"{U}2")),
        (f"a = '''{U}'''", exact(U)),
        (f'd = "see {U}1, \\"{U}2\\""', exact(f"{U}1", f"{U}2")),
        ("[params]\nlogo = 'a/b'\n'cover image' = \"c/d\"\ntitle = 'e/f'", exact("a/b", "c/d")),
        ("images = ['a.png', 'b.png']", exact("a.png", "b.png")),
        (f'a = "{U}\\u0032"', rewritten(f"{U}2")),
        ('a = "https:\\u002f\\u002fexample.org/a"', rewritten(U)),
        ("a = 1\nb = 2020-01-01", []),
    ],
)
def test_urls_in_toml(toml: str, expected: Found) -> None:
    assert found(f"+++\n{toml}\n+++\ntext\n") == expected


@pytest.mark.parametrize(
    "text",
    [
        f"---\na: b: c\nurl: {U}\n---\n",
        f"---\n- {U}\n---\n",
        f"---\n{U}\n---\n",
        f"---\nurl: {U}\n",
        f"--- x\nurl: {U}\n---\n",
        f"text\n---\nurl: {U}\n---\n",
        f"---\n\n---\n{U}",
        f"+++\nurl: {U}\n+++\n",
        f'---\nurl = "{U}"\n+++\n',
    ],
)
def test_what_is_no_front_matter_is_markdown(text: str) -> None:
    links = links_of(SourceDocument("post.md", text.encode(), ""))
    assert [(link.kind, link.raw) for link in links] == [(LinkKind.BARE, U)]


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))


@pytest.mark.parametrize(
    ("front", "urls"),
    [
        (f"{LAUGHS}url: {U}", 1),  # two to the power of sixty values
        ("a: &a [*a]", 0),
        ("a: " + "[" * 5_000, 0),
        ("a: " + "{b: " * 5_000, 0),
        ("\n".join(" " * depth + "a:" for depth in range(600)), 0),
        ("? " * 50_000, 0),
        ("a: " + f"{U} " * 2_500, 2_500),
        ("a: b\n" * 200_000, 0),
        ('a: "' + "\\u0041" * 20_000 + '"', 0),
    ],
)
def test_no_front_matter_takes_for_ever(front: str, urls: int) -> None:
    started = time.process_time()
    assert len(found(f"---\n{front}\n---\n")) == urls
    found(f"+++\n{front}\n+++\n")
    assert time.process_time() - started < 20
