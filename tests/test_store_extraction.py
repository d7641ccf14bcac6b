"""What was found in a document comes back whole, and stands for the document only while nothing changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlt_crawler.model import (
    DocumentFormat,
    Extraction,
    Lint,
    LintKind,
    NoSpan,
    Resource,
    SkipReason,
    SourceDocument,
    Span,
)
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW, OTHER, PAPER, document, occurrence

FINGERPRINT = "f" * 64
LINT = Lint("a.md", 4, 17, Span(80, 91), LintKind.DUPLICATE_LINK, "stands in line 2 already")


def stored(store: Store, found: Extraction, saved: SourceDocument | None = None) -> Extraction | None:
    """What comes back when `found` was saved."""
    saved = saved or document("a.md")
    store.save_extraction(saved, FINGERPRINT, found, now=NOW)
    return store.extraction_of(saved, FINGERPRINT)


@pytest.mark.parametrize("target", [PAPER, *SkipReason])
@pytest.mark.parametrize("no_span", NoSpan)
def test_every_field_of_an_extraction_comes_back(store: Store, target: Resource | SkipReason, no_span: NoSpan) -> None:
    plain = occurrence("a.md", target)
    links = (
        plain,
        replace(plain, span=None, no_span=no_span, url=None, renders=False),
        replace(plain, headings=("深度学习", "", 'A "quoted" \\ \x00\x10 one\n\udcff'), alternative=OTHER),
        replace(plain, headings=("深度学习",), alternative=PAPER),
    )
    found = Extraction(links, (LINT, replace(LINT, span=None), replace(LINT, message="\udc80 与 \x00")))
    assert stored(store, found) == found
    assert store.report().lints == found.lints


@pytest.mark.parametrize("kind", [kind for kind in LintKind if kind is not LintKind.NOT_PARSED])
def test_every_kind_of_lint_comes_back(store: Store, kind: LintKind) -> None:
    found = Extraction((), (replace(LINT, kind=kind),))
    assert stored(store, found) == found


@pytest.mark.parametrize("document_format", DocumentFormat)
def test_a_document_in_which_nothing_is_written_is_known_too(store: Store, document_format: DocumentFormat) -> None:
    assert stored(store, Extraction(()), replace(document("a.md"), format=document_format)) == Extraction(())


def test_what_is_stored_stands_for_the_document_only_if_nothing_that_decides_it_changed(store: Store) -> None:
    saved, found = document("a.md"), Extraction((occurrence("a.md"),), (LINT,))
    assert stored(store, found, saved) == found
    changed = [
        (document("b.md"), FINGERPRINT),
        (document("a.md", "1" * 64), FINGERPRINT),
        (replace(saved, format=DocumentFormat.TEXT), FINGERPRINT),
        (saved, "0" * 64),
    ]
    assert [store.extraction_of(*case) for case in changed] == [None] * len(changed)
    for case in changed[1:]:
        store.save_extraction(*case, found, now=NOW)
        assert store.extraction_of(*case) == found
        assert store.extraction_of(saved, FINGERPRINT) is None
        store.save_extraction(saved, FINGERPRINT, found, now=NOW)
    store.forget_documents(["a.md"])
    assert store.extraction_of(saved, FINGERPRINT) is None
    assert store.report().lints == ()


def test_a_document_that_could_not_be_parsed_is_tried_again(store: Store) -> None:
    scanned = Extraction((occurrence("a.md"),), (replace(LINT, kind=LintKind.NOT_PARSED),))
    assert stored(store, scanned) is None
    # But not by who only wants to edit it.
    assert store.extraction_of(document("a.md"), FINGERPRINT, not_parsed=True) == scanned
    assert store.report().lints == scanned.lints
    parsed = Extraction((occurrence("a.md"), occurrence("a.md", OTHER)))
    assert stored(store, parsed) == parsed


def test_lints_that_changed_are_replaced_and_those_of_other_documents_stay(store: Store) -> None:
    link, other = occurrence("a.md"), replace(LINT, file="b.md", message="of the other")
    store.save_extraction(document("b.md"), FINGERPRINT, Extraction((), (other,)), now=NOW)
    store.save_extraction(document("a.md"), FINGERPRINT, Extraction((link,), (LINT, LINT)), now=NOW)
    again = Extraction((link,), (replace(LINT, line=9),))
    store.save_extraction(document("a.md", "1" * 64), FINGERPRINT, again, now=NOW + DAY)
    assert store.report().lints == (*again.lints, other)
    assert [found.first_seen for found in store.report().links] == [NOW]


def test_links_under_one_heading_share_its_text_in_memory(store: Store) -> None:
    links = tuple(replace(occurrence("a.md", line=line), headings=("A heading",)) for line in (1, 2))
    first, second = (stored(store, Extraction(links)) or Extraction(())).links
    assert first.headings is second.headings
