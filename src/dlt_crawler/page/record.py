"""What a catalogue says of a thing, as a `Page` and a `Work`: cleaned like what pages say of themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from dlt_crawler.model import Name, Page, Work
from dlt_crawler.page.cleaning import one_line
from dlt_crawler.page.dates import date_of, date_of_parts
from dlt_crawler.page.identifiers import arxiv_of, arxiv_of_doi, doi_of, isbn_of, issn_of
from dlt_crawler.page.names import MOST, body, names_of, person

_TITLE_LENGTH = 300
_ABSTRACT_LENGTH = 2_000
"""Both as `Page` says."""
_ISSUED = ("issued", "published-print", "published-online", "published", "created")
_KINDS = {
    kind: kind
    for kind in (
        "article", "article-journal", "article-magazine", "article-newspaper", "book", "chapter", "dataset", "entry",
        "entry-encyclopedia", "motion_picture", "paper-conference", "patent", "post", "post-weblog", "report",
        "review", "review-book", "software", "speech", "standard", "thesis", "webpage",
    )
} | {
    "journal-article": "article-journal", "proceedings-article": "paper-conference", "book-chapter": "chapter",
    "book-section": "chapter", "book-part": "chapter", "reference-entry": "entry", "monograph": "book",
    "edited-book": "book", "reference-book": "book", "proceedings": "book", "posted-content": "article",
    "peer-review": "review", "dissertation": "thesis", "report-component": "report",
}  # fmt: skip
"""Types of CSL 1.0.2, and those of Crossref that mean one of them."""


def page_of(title: object, abstract: object = None, *, markup: bool = False) -> Page:
    """Return the page for a title and an abstract as they came; what is no text, or empty, is left out.

    `markup`: both may hold elements (JATS, HTML, MathML), whose tags are taken out.
    """
    return Page(
        title=one_line(title, _TITLE_LENGTH, markup=markup) if isinstance(title, str) else None,
        abstract=one_line(abstract, _ABSTRACT_LENGTH, markup=markup) if isinstance(abstract, str) else None,
    )


def work_of_record(
    *,
    kind: str,
    authors: Iterable[object] = (),
    bodies: Iterable[object] = (),
    issued: object = "",
    container: object = "",
    doi: object = "",
    arxiv: str = "",
    category: object = "",
    reference: object = "",
) -> Work:
    """Return the work for facts as they came; what is no text, or not of its kind, is left out.

    `authors`: names of persons, in their order. `bodies`: those that are not taken apart.
    """
    named = (body(name) for name in islice(bodies, MOST) if isinstance(name, str))
    return Work(
        kind=kind,
        authors=(*names_of(name for name in authors if isinstance(name, str)), *filter(None, named)),
        issued=date_of(_text(issued)),
        container=_line(container),
        doi=doi_of(_text(doi)),
        arxiv=arxiv_of(arxiv),
        category=_line(category),
        reference=_line(reference),
    )


def work_of_csl(item: Mapping[str, object]) -> Work:
    """Return the work for an item of CSL JSON, as agencies of DOIs describe one (citeproc-js, "CSL JSON").

    Crossref writes lists for single texts, and its own words for types (api.crossref.org/types).
    """
    number = _text(item.get("DOI"))
    return Work(
        kind=_KINDS.get(_text(item.get("type")), ""),
        authors=tuple(_csl_names(item.get("author"))),
        issued=next((day for name in _ISSUED if (day := _csl_date(item.get(name)))), ""),
        container=_line(item.get("container-title")),
        publisher=_line(item.get("publisher")),
        volume=_line(item.get("volume")),
        issue=_line(item.get("issue")),
        pages=_line(item.get("page")),
        doi=doi_of(number),
        arxiv=arxiv_of_doi(number),
        isbn=isbn_of(_text(item.get("ISBN"))),
        issn=issn_of(_text(item.get("ISSN"))),
    )


def _csl_names(value: object) -> Iterator[Name]:
    for each in (value if isinstance(value, list) else [])[:MOST]:
        if not isinstance(each, dict):
            continue
        family, given, suffix = (_text(each.get(part)) for part in ("family", "given", "suffix"))
        particle = _text(each.get("non-dropping-particle")) or _text(each.get("dropping-particle"))
        whole = _text(each.get("literal")) or _text(each.get("name"))
        family = f"{particle} {family}".strip()
        name = person(family, given, suffix) if family and given else body(whole or family or given)
        if name is not None:
            yield name


def _csl_date(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return date_of_parts(*parts[0])
    return date_of(_text(value.get("raw")) or _text(value.get("literal")))


def _line(value: object) -> str:
    return one_line(_text(value), _TITLE_LENGTH, markup=True) or ""


def _text(value: object) -> str:
    """Return a text, a number, or the first of a list of these; empty for all else."""
    if isinstance(value, list):
        value = next((each for each in value if each), "")
    return str(value) if isinstance(value, str | int) else ""
