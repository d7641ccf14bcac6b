"""Hostile documents: each costs no more than its limits, keeps its link, and harms no other document."""

from __future__ import annotations

import time
from pathlib import PurePath

import pytest
from pydantic import ValidationError

from dlt_crawler.config import ExtractSettings
from dlt_crawler.model import DocumentFormat, Extraction, LintKind, NoSpan, Resource, SourceDocument
from dlt_crawler.sources import Limits, Options, extract_all
from dlt_crawler.sources.formats import format_of
from tests.hostile_documents import DOCUMENTS, URL

TIMEOUT = 0.5
HARMLESS = SourceDocument("harmless.md", b"- [a](https://harmless.example/)\n", "")


def _document(name: str, text: str) -> SourceDocument:
    return SourceDocument(name, text.encode(), "", format_of(PurePath(name), {}))


@pytest.fixture(scope="module")
def extractions() -> dict[str, Extraction]:
    """Of all hostile documents in one run, with a harmless one between each two."""
    documents = [document for name, text in DOCUMENTS.items() for document in (_document(name, text), HARMLESS)]
    found: dict[str, Extraction] = {}
    harmless = []
    started = time.monotonic()
    for document, extraction in extract_all(documents, Options(), Limits(TIMEOUT, 600_000_000, 2)):
        assert isinstance(extraction, Extraction)
        if document is HARMLESS:
            harmless.append(extraction)
        else:
            found[document.path] = extraction
    assert time.monotonic() - started < 2 * TIMEOUT * len(DOCUMENTS)
    assert list(found) == list(DOCUMENTS)
    assert len(harmless) == len(DOCUMENTS)
    assert {(len(extraction.links), extraction.links[0].span is None, extraction.lints) for extraction in harmless} == {
        (1, False, ())
    }
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_keeps_its_link(extractions: dict[str, Extraction], name: str) -> None:
    extraction = extractions[name]
    (link,) = (link for link in extraction.links if link.url == URL)
    data = DOCUMENTS[name].encode()
    assert data.splitlines()[link.line - 1].decode()[link.column - 1 :].startswith(URL)
    if any(lint.kind is LintKind.NOT_PARSED for lint in extraction.lints):
        assert {(link.span, link.no_span) for link in extraction.links} == {(None, NoSpan.SCANNED)}
    elif link.span is not None:
        assert data[link.span.start : link.span.end].decode() == URL


def test_a_hostile_document_that_is_not_parsed_says_why(extractions: dict[str, Extraction]) -> None:
    reasons = {
        name: lint.message.split("; ")[1].split(":")[0]
        for name, found in extractions.items()
        for lint in found.lints
        if lint.kind is LintKind.NOT_PARSED
    }
    assert reasons.pop("long_line.md") == "line 3 is longer than 1 MB"
    assert "brackets_and_letters.md" in reasons
    # Where there is time enough, brackets a hundred thousand deep are found to be no notebook.
    in_time = {reason for name, reason in reasons.items() if name.endswith(".ipynb")} - {"it is no notebook"}
    late = {reason for name, reason in reasons.items() if not name.endswith(".ipynb")}
    assert in_time | late == {f"it takes longer than {TIMEOUT} s to parse"}


MANY_DEFINITIONS = "[a]: b\n" * 60_000


@pytest.mark.parametrize(
    ("text", "options", "limits", "line", "message"),
    [
        (
            "[a" * 65_000,
            Options(),
            Limits(timeout=0.2),
            1,
            "it takes longer than 0.2 s to parse: split it, or raise `extract.timeout`",
        ),
        (
            MANY_DEFINITIONS * 4,
            Options(),
            Limits(memory=256_000_000),
            1,
            "it takes more memory than 256 MB to parse: split it, or raise `extract.max_memory`",
        ),
        (
            MANY_DEFINITIONS,
            Options(),
            Limits(memory=50_000_000),
            1,
            "the processes that parse end at once: look at the limits of this machine",
        ),
        (
            "a\r\n\rb\n" + "c" * 2_001,
            Options(max_line=2_000),
            Limits(),
            4,
            "line 4 is longer than 0.002 MB: break it up, or raise `extract.max_line`",
        ),
    ],
)
def test_what_is_not_parsed_is_scanned_and_says_why_and_what_to_do(
    text: str, options: Options, limits: Limits, line: int, message: str
) -> None:
    document = _document("a.md", f"{text}\n\n[a]({URL}), ![b]({URL}?b=(1)) and www.c.example.\n")
    ((_document_again, extraction),) = extract_all([document], options, limits)
    assert isinstance(extraction, Extraction)
    (lint,) = extraction.lints
    assert (lint.kind, lint.line, lint.column) == (LintKind.NOT_PARSED, line, 1)
    assert lint.message.startswith(
        "this document is not parsed: its links are found by a plain scan, checked, and never"
    )
    # Where memory ends inside of C, CPython itself may crash before it can raise MemoryError (seen once).
    crashed = "; the process that parsed it crashed (Segmentation fault): please report this"
    assert lint.message.endswith((f"; {message}", crashed) if "more memory" in message else f"; {message}")
    assert [link.url for link in extraction.links][-3:] == [URL, f"{URL}?b=(1)", "http://www.c.example"]
    assert {(link.span, link.no_span) for link in extraction.links} == {(None, NoSpan.SCANNED)}


def test_a_line_as_long_as_allowed_is_parsed_and_so_is_a_notebook_with_a_picture() -> None:
    options = Options(max_line=2_000)
    documents = [_document("a.md", "\r".join(["c" * 2_000] * 3)), _document("a.ipynb", f'{{"cells": []}}{" " * 2_001}')]
    assert [found for _document, found in extract_all(documents, options, Limits())] == [Extraction(())] * 2


def test_a_memory_limit_that_the_program_itself_exceeds_is_refused() -> None:
    with pytest.raises(ValidationError, match="max_memory"):
        ExtractSettings(max_memory="100 MB")


def _scanned(text: str, **options: int) -> Extraction:
    """What is found in `text`, one line before another that is too long."""
    document = _document("a.md", text + "\n" * (not text.endswith("\n")) + "c" * 2_001)
    ((_document_again, extraction),) = extract_all([document], Options(max_line=2_000, **options), Limits())
    assert isinstance(extraction, Extraction)
    return extraction


def test_a_scan_lists_no_more_links_than_allowed() -> None:
    addresses = "".join(f"https://a.example/{number}\n" for number in range(5))
    found = _scanned(addresses, max_links=3)
    assert len(found.links) == 3
    assert [(lint.kind, lint.line) for lint in found.lints] == [("too_many_links", 4), ("not_parsed", 6)]
    assert "more than 3 links" in found.lints[0].message
    assert [lint.kind for lint in _scanned(addresses, max_links=5).lints] == ["not_parsed"]


@pytest.mark.parametrize(
    ("text", "written", "url"),
    [
        (
            "[x](https://zh.wikipedia.org/wiki/Foo（bar）)",
            "https://zh.wikipedia.org/wiki/Foo（bar）",
            "https://zh.wikipedia.org/wiki/Foo%EF%BC%88bar%EF%BC%89",
        ),
        (
            "[x](https://a.com/x,中文.pdf)",
            "https://a.com/x,中文.pdf",
            "https://a.com/x,%E4%B8%AD%E6%96%87.pdf",
        ),
        ("[x](https://a.com/a\\(b\\))", "https://a.com/a\\(b\\)", "https://a.com/a(b)"),
        ("[x](https://a.com/x.)", "https://a.com/x.", "https://a.com/x."),
        ("[x](https://a.com/?q=a;b;)", "https://a.com/?q=a;b;", "https://a.com/?q=a;b;"),
        ("[x](https://a.com/a(b(c)).)。", "https://a.com/a(b(c)).", "https://a.com/a(b(c))."),
        ("<https://a.com/x，中>", "https://a.com/x，中", "https://a.com/x%EF%BC%8C%E4%B8%AD"),
        ('<a href="https://a.com/x，y">', "https://a.com/x，y", "https://a.com/x%EF%BC%8Cy"),
        ("<a href='https://a.com/x?a&amp;b.'>", "https://a.com/x?a&amp;b.", "https://a.com/x?a&b."),
        # A mark that nothing closes, and one that is closed elsewhere.
        ("[a](https://a.com/x 'title')", "https://a.com/x", "https://a.com/x"),
        ('[a](https://a.com/x "title")', "https://a.com/x", "https://a.com/x"),
        ("[a](https://a.com/x_(y)) 见", "https://a.com/x_(y)", "https://a.com/x_(y)"),
        ("[![a](https://a.com/x)](b)", "https://a.com/x", "https://a.com/x"),
        ("<https://a.com/x，中", "https://a.com/x", "https://a.com/x"),
        ('"https://a.com/x，见 y"', "https://a.com/x", "https://a.com/x"),
        ("https://a.com/x，中", "https://a.com/x", "https://a.com/x"),
    ],
)
def test_a_scan_takes_an_address_whole_that_marks_around_it_delimit(text: str, written: str, url: str) -> None:
    found = _scanned(text)
    assert [(link.raw, link.url, link.span, link.no_span) for link in found.links] == [
        (written, url, None, NoSpan.SCANNED)
    ]


def test_a_scan_of_a_notebook_ends_an_address_before_an_escaped_quote() -> None:
    """A quote in a JSON string is escaped: the backslash belongs to it."""
    document = SourceDocument(
        "a.ipynb", b'{"cells": ["<a href=\\"https://a.com/x\\">x</a>"', "", DocumentFormat.NOTEBOOK
    )
    ((_document_again, extraction),) = extract_all([document], Options(), Limits())
    assert isinstance(extraction, Extraction)
    assert [(link.url, link.no_span) for link in extraction.links] == [("https://a.com/x", NoSpan.SCANNED)]


def test_a_scan_says_what_is_odd_about_links_and_text_and_keeps_other_readings() -> None:
    double_encoded = "- 深度学习 https://a.com/y\n".encode().decode("latin-1")
    found = _scanned("https://a.com/o%E2%80%8Bk\n" * 2 + double_encoded * 3)
    assert {link.url: link.alternative for link in found.links} == {
        "https://a.com/o%E2%80%8Bk": Resource("https://a.com/ok"),
        "https://a.com/y": None,
    }
    assert [(lint.line, lint.kind) for lint in found.lints] == [
        (1, "zero_width_in_url"),
        (2, "zero_width_in_url"),
        (2, "duplicate_link"),
        (3, "mojibake"),
        (4, "duplicate_link"),
        (5, "duplicate_link"),
        (6, "not_parsed"),
    ]


@pytest.mark.parametrize(
    "bomb",
    [
        "http://",
        "http://a](",
        "http://[::1](",
        "www.a_",
        "http://a;",
        "http://a.com中",
        "http://a.com，",
        "](http://a.com/(",
        "<http://a.com，",
        '"http://a.com，',
        "](http://a.com/\\\\(",
        "http://@",
        "(",
        "a",
    ],
)
def test_a_scan_is_linear(bomb: str) -> None:
    def seconds(size: int) -> float:
        document = _document("a.md", bomb * (size // len(bomb)))
        started = time.process_time()
        list(extract_all([document], Options(max_line=1_000), Limits()))
        return time.process_time() - started

    # Quadratic would be a hundred times.
    assert seconds(200_000) < 40 * (seconds(20_000) + 0.005)
