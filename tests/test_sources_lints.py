"""What is odd about links, whatever their format: each oddity once, where it is, in words that say what to do."""

from __future__ import annotations

import pytest

from dlt_crawler.model import LinkOccurrence, Lint, LintKind, Resource, SourceDocument
from tests.extraction_support import extraction_of, links_of

U = "https://example.org/a"
W = "https://example.org"


def lints(text: str, *kinds: LintKind, **options: object) -> list[Lint]:
    """The lints of these kinds; of all kinds if none is given."""
    found = extraction_of(SourceDocument("x.md", text.encode(), ""), **options).lints
    return [lint for lint in found if not kinds or lint.kind in kinds]


def links(text: str) -> tuple[LinkOccurrence, ...]:
    return links_of(SourceDocument("x.md", text.encode(), ""))


@pytest.mark.parametrize(
    "text", ["[t]()", "[]()", "[t](<>)", "![t]()", '<a href="">t</a>', '<img src=" ">', "[r]\n\n[r]: <>"]
)
def test_an_empty_destination(text: str) -> None:
    (lint,) = lints(text)
    assert (lint.kind, "address is empty" in lint.message) == (LintKind.EMPTY_LINK, True)


@pytest.mark.parametrize(
    "written",
    [
        f"({U})",
        f"(({U}))",
        f'"{U}"',
        f"'{U}'",
        f"`{U}`",
        f"**{U}**",
        f"[{U}]",
        f"{{{U}}}",
        f"“{U}”",
        f"（{U}）",
        f"《{U}》",
        f"[{U}]({U})",
        f"[label]({U})",
        f'("{U}")',
        f"<({U})>",
        f'<"{U}">',
        f"(<{U}>)",
    ],
)
def test_a_wrapped_destination_is_checked_without_what_is_around_it(written: str) -> None:
    for text in (f"[t]({written})", f"![t]({written})"):
        (link,) = links(text)
        (lint,) = lints(text)
        assert (link.url, link.target, link.alternative) == (U, Resource(U), None)
        assert link.raw in (written, written[1:-1])
        assert (lint.kind, lint.span) == (LintKind.WRAPPED_DESTINATION, link.span)
        assert lint.message.endswith(f"write {U} alone")


@pytest.mark.parametrize(
    "written",
    [
        U,
        f"{U}_(b)",
        f"({U})/(b)",
        f"((a))({U})",
        "(a)",
        '"a"',
        "()",
        "[a](b)",
        f"*{U}",
        f"(see{U})",
        "(ftp://example.org)",
    ],
)
def test_what_is_no_wrapped_destination_stays_as_it_is(written: str) -> None:
    assert lints(f"[t]({written})", LintKind.WRAPPED_DESTINATION) == []


ZERO_WIDTH = [LintKind.ZERO_WIDTH_IN_URL]


@pytest.mark.parametrize(
    ("written", "cleaned", "name"),
    [
        (f"{W}/a%E2%80%8B.pdf", f"{W}/a.pdf", "ZERO WIDTH SPACE, U+200B"),
        (f"{W}/a%e2%80%8b.pdf", f"{W}/a.pdf", "ZERO WIDTH SPACE, U+200B"),
        (f"{W}/a\u200b", f"{W}/a", "ZERO WIDTH SPACE, U+200B"),
        (f"{W}/\u200e%E2%80%8Fa", f"{W}/a", "LEFT-TO-RIGHT MARK, U+200E"),
        (f"{W}/a\u00adb?c=%C2%AD", f"{W}/ab?c=", "SOFT HYPHEN, U+00AD"),
        (f"{W}/%EF%BB%BFa", f"{W}/a", "ZERO WIDTH NO-BREAK SPACE, U+FEFF"),
        (f"{W}/a\u2060b", f"{W}/ab", "WORD JOINER, U+2060"),
        (f"{W}/a\u200db", f"{W}/ab", "ZERO WIDTH JOINER, U+200D"),
        (f"{W}/\u202aa\u202c", f"{W}/a", "LEFT-TO-RIGHT EMBEDDING, U+202A"),
        # Browsers drop it from a host themselves.
        ("https://exam\u200bple.org/a", None, "ZERO WIDTH SPACE, U+200B"),
    ],
)
def test_an_invisible_character_in_a_url(written: str, cleaned: str | None, name: str) -> None:
    text = f"[t]({written})"
    (link,) = links(text)
    (lint,) = lints(text)
    assert link.raw == written
    assert link.alternative == (Resource(cleaned) if cleaned else None)
    if cleaned is None:
        assert link.target == Resource(U)
    assert (lint.kind, lint.span, name in lint.message) == (LintKind.ZERO_WIDTH_IN_URL, link.span, True)


@pytest.mark.parametrize(
    "url",
    [
        f"{W}/می\u200cروم",
        f"{W}/%D9%85%DB%8C%E2%80%8C%D8%B1",
        f"{W}/👨\u200d👩",
        f"{W}/%E2%80%93",
        f"{W}/a%20b",
        f"{W}/é",
    ],
)
def test_a_joiner_between_two_letters_that_need_it_is_nothing_odd(url: str) -> None:
    assert lints(f"[t]({url})") == []
    assert links(f"[t]({url})")[0].alternative is None


def test_mojibake_is_told_once_at_its_first_line() -> None:
    text = "plain\n\n" + "".join(
        f"- 中文：[深度学习]({W}/{line})\n".encode().decode("cp1252", "ignore") for line in range(4)
    )
    (lint,) = lints(text)
    assert (lint.kind, lint.line, lint.column) == (LintKind.MOJIBAKE, 3, 3)
    assert "wrong encoding" in lint.message


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (f"[a]({U})\n[b]({U})\n\n<{U}>\n\n{U}", [(2, 5, 1), (4, 2, 1), (6, 1, 1)]),
        (f"[a]({U})\n[b](HTTPS://EXAMPLE.org:443/b/../a)", [(2, 5, 1)]),
        (f"[a]({U}#b)\n[b]({U}#b)\n[c]({U})\n[d]({U}#)", [(2, 5, 1), (4, 5, 3)]),
        (f"[a]({W})\n[b]({W}/)", [(2, 5, 1)]),
        (f"[a]({U})\n[b]\n\n[b]: {U}", [(4, 6, 1)]),
        (f'[a]({U})\n<a href="{U}">b</a>', [(2, 10, 1)]),
        # Not a reader's second way to the same page.
        (f"[a]\n[a]\n[b][a]\n\n[a]: {U}", []),
        (f"![a]({U})\n![b]({U})\n[c]({U})", []),
        (f"[![a]({U})]({U})", []),
        (f'<img src="{U}">\n<img src="{U}">\n<a href="{U}">c</a>', []),
        (f"`{U}` <!-- {U} -->\n[c]({U})", []),
        (f"---\nurl: {U}\n---\n[c]({U})", []),
        (f"![see [a]({U})](b)\n[c]({U})", []),
        (f"[a]({U})\n\n[a]: {U}", []),
        ("[a](#b) [b](#b) [c](c.md) [d](c.md) [e](mailto:a@b.cd) [f](mailto:a@b.cd) []() []()", []),
        (f"[a]({U}?b) [b]({U}?c) [c]({U}/) [d](http://example.org/a)", []),
    ],
)
def test_a_second_link_to_the_same_address(text: str, places: list[tuple[int, int, int]]) -> None:
    found = lints(text, LintKind.DUPLICATE_LINK, code=True, implied=True)
    assert [(lint.line, lint.column) for lint in found] == [(line, column) for line, column, _ in places]
    for lint, (_, _, first) in zip(found, places, strict=True):
        assert f"line {first} links" in lint.message


@pytest.mark.parametrize(
    ("label", "destination"),
    [
        (f"{W}/b", f"{W}/a"),
        (W, "https://example.com/a"),
        ("www.example.org", "https://example.com/"),
        ("http://example.org/a/b", f"{W}/a"),
        (f"{W}/a...", f"{W}/b/c"),
        (f"{W}/a…z", f"{W}/ab/y"),
        ("https://ample.org", W),
        (f"*{W}/b*", f"{W}/a"),
    ],
)
def test_a_label_that_shows_another_url(label: str, destination: str) -> None:
    for text in (f"[{label}]({destination})", f'<a href="{destination}">{label.strip("*")}</a>'):
        (lint,) = lints(text)
        (link,) = links(text)
        assert (lint.kind, lint.span) == (LintKind.LABEL_SHOWS_OTHER_URL, link.span)
        assert label.strip("*") in lint.message
        assert destination in lint.message


@pytest.mark.parametrize(
    ("label", "destination"),
    [
        (U, U),
        ("http://www.EXAMPLE.org/a/", U),
        ("www.example.org/a", U),
        (f"{U}.", U),
        (f"{W}/a#b", f"{W}/a#c"),
        (f"{W}/pap...", f"{W}/papers/1"),
        (f"{W}/pap…/1", f"{W}/papers/1"),
        (f"{W}/深度", f"{W}/%E6%B7%B1%E5%BA%A6"),
        (U, f"{U}?utm_source=b"),
        (W, U),
        ("www.example.org", U),
        ("https://example.org", "https://blog.example.org/a"),
        (U, f"https://web.archive.org/web/20200101000000/{U}"),
        (U, "https://l.example.net/?u=https%3A%2F%2Fexample.org%2Fa"),
        (U, "https://l.example.net/?u=example.org/a"),
        (f"see {W}/b", U),
        ("On Theory@http://www.example.com ", U),
        ("httpx", U),
        ("http://", U),
        ("title", U),
    ],
)
def test_a_label_that_shows_the_same_page_or_no_url(label: str, destination: str) -> None:
    assert lints(f"[{label}]({destination})") == []


def test_what_is_beyond_the_limit_is_left_out_and_said() -> None:
    text = "".join(f"- {W}/{number}\n" for number in range(7))
    document = SourceDocument("x.md", text.encode(), "")
    found = extraction_of(document, max_links=5)
    assert [link.raw for link in found.links] == [f"{W}/{number}" for number in range(5)]
    (lint,) = found.lints
    assert (lint.kind, lint.line, lint.column) == (LintKind.TOO_MANY_LINKS, 6, 3)
    assert "more than 5 links" in lint.message
    assert extraction_of(document, max_links=7).lints == ()


def test_lints_come_in_document_order() -> None:
    text = f"[t]()\n\n[r]: ({U})\n[s]: {U}\n\n{U}，中 [t]() [x][y]\n[{W}/b]({W}/c%E2%80%8B)"
    found = lints(text)
    assert len({lint.kind for lint in found}) >= 6
    assert [(lint.line, lint.column) for lint in found] == sorted((lint.line, lint.column) for lint in found)
    assert all(lint.file == "x.md" for lint in found)
