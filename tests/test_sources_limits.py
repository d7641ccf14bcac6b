"""Hostile documents: each costs no more than its limits, keeps its link, and harms no other document."""

from __future__ import annotations

import time
from pathlib import PurePath

import pytest
from pydantic import ValidationError

from dlt_crawler.config import ExtractSettings
from dlt_crawler.model import Extraction, LintKind, NoSpan, SourceDocument
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
    assert set(reasons.values()) == {f"it takes longer than {TIMEOUT} s to parse"}


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
            MANY_DEFINITIONS,
            Options(),
            Limits(memory=150_000_000),
            1,
            "it takes more memory than 150 MB to parse: split it, or raise `extract.max_memory`",
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
    assert (lint.kind, lint.line, lint.column, lint.span) == (LintKind.NOT_PARSED, line, 1, None)
    assert lint.message.startswith(
        "this document is not parsed: its links are found by a plain scan, checked, and never"
    )
    assert lint.message.endswith(f"; {message}")
    assert [link.url for link in extraction.links][-3:] == [URL, f"{URL}?b=(1)", "http://www.c.example"]
    assert {(link.span, link.no_span) for link in extraction.links} == {(None, NoSpan.SCANNED)}


def test_a_line_as_long_as_allowed_is_parsed_and_so_is_a_notebook_with_a_picture() -> None:
    options = Options(max_line=2_000)
    documents = [_document("a.md", "\r".join(["c" * 2_000] * 3)), _document("a.ipynb", f'{{"cells": []}}{" " * 2_001}')]
    assert [found for _document, found in extract_all(documents, options, Limits())] == [Extraction(())] * 2


def test_a_memory_limit_that_the_program_itself_exceeds_is_refused() -> None:
    with pytest.raises(ValidationError, match="max_memory"):
        ExtractSettings(max_memory="100 MB")


def test_a_scan_lists_no_more_links_than_allowed() -> None:
    document = _document("a.md", "https://a.example/\n" * 5 + "c" * 2_001)
    ((_document_again, extraction),) = extract_all([document], Options(max_line=2_000, max_links=3), Limits())
    assert isinstance(extraction, Extraction)
    assert len(extraction.links) == 3
    assert [(lint.kind, lint.line) for lint in extraction.lints] == [("too_many_links", 4), ("not_parsed", 6)]


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
