"""The work that a page presents, from its metadata: authors, date, journal, identifiers.

The order in which the sources are believed is that of titles (`metadata`): citation_*, bepress, EPrints and PRISM
(Google Scholar's inclusion guideline), JSON-LD, Dublin Core, then what pages have for social media and for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from dlt_crawler.model import Name, Work
from dlt_crawler.page.cleaning import key, one_line
from dlt_crawler.page.dates import date_of
from dlt_crawler.page.head import Head
from dlt_crawler.page.identifiers import arxiv_of, arxiv_of_doi, doi_of, isbn_of, issn_of
from dlt_crawler.page.names import MOST, body, names_of, person

_LENGTH = 300
_SHORT = 30
"""Characters of a number of a volume, of an issue, of pages."""

_AUTHORS = ("citation_author", "bepress_citation_author", "eprints.creators_name", "eprints.creators", "prism.author")
_AUTHORS_IN_ONE = ("citation_authors",)
_AUTHORS_AFTER_JSON = (
    "dc.creator", "dcterms.creator", "dc:creator", "dcterms:creator", "dc.creator.personalname", "book:author",
    "article:author", "parsely-author", "sailthru.author", "author", "byl",
)  # fmt: skip
_DATES = (
    "citation_publication_date", "citation_date", "citation_cover_date", "citation_online_date", "citation_year",
    "bepress_citation_date", "bepress_citation_online_date", "eprints.date", "prism.publicationdate",
)  # fmt: skip
_DATES_AFTER_JSON = (
    "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dc:date", "dcterms.created",
    "article:published_time", "article:published", "book:release_date", "video:release_date", "og:published_time",
    "datepublished", "uploaddate", "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publish_date",
    "publication_date", "date",
)  # fmt: skip
_KINDS = (
    # A name that stands there for one kind of works only, and its value: where that has appeared.
    ("citation_conference_title", "paper-conference"),
    ("citation_conference", "paper-conference"),
    ("citation_journal_title", "article-journal"),
    ("bepress_citation_journal_title", "article-journal"),
    ("prism.publicationname", "article-journal"),
    ("eprints.publication", "article-journal"),
    ("citation_inbook_title", "chapter"),
    ("citation_book_title", "chapter"),
)
_PROCEEDINGS = re.compile(
    r"Advances in Neural Information Processing|Findings of the Association"
    r"|(?:Proceedings|Proc\.) (?:of|on)\b.*(?:Conference|Symposium|Workshop|Meeting)",
    re.IGNORECASE,
)
"""Names of proceedings that NeurIPS and the ACL, among others, give as those of journals."""
_MADE_BY = (
    ("citation_dissertation_institution", "thesis"),
    ("bepress_citation_dissertation_institution", "thesis"),
    ("citation_technical_report_institution", "report"),
)
_PUBLISHERS = (
    "citation_publisher", "bepress_citation_publisher", "eprints.publisher", "dc.publisher", "dcterms.publisher",
)  # fmt: skip
_NUMBERS: Mapping[str, Sequence[str]] = {
    "volume": ("citation_volume", "bepress_citation_volume", "eprints.volume", "prism.volume", "dc.source.volume"),
    "issue": ("citation_issue", "bepress_citation_issue", "eprints.number", "prism.number", "dc.source.issue"),
}
_PAGES = (
    ("citation_firstpage", "citation_lastpage"),
    ("bepress_citation_firstpage", "bepress_citation_lastpage"),
    ("prism.startingpage", "prism.endingpage"),
)
_DOIS = (
    "citation_doi", "bepress_citation_doi", "prism.doi", "eprints.id_number", "dc.identifier.doi", "dc.identifier",
    "dcterms.identifier", "dc:identifier", "doi",
)  # fmt: skip
_ISBNS = ("citation_isbn", "prism.isbn", "eprints.isbn", "book:isbn")
_ISSNS = ("citation_issn", "prism.issn", "eprints.issn", "dc.source.issn")

_OF_WORKS = frozenset({
    *_AUTHORS, *_AUTHORS_IN_ONE, *_DATES, *_DOIS, *_ISBNS, *_ISSNS, *_PUBLISHERS[:3], "citation_arxiv_id",
    "eprints.pagerange", *(name for names in _PAGES for name in names), *(name for name, _ in (*_KINDS, *_MADE_BY)),
    *(name for names in _NUMBERS.values() for name in names),
})  # fmt: skip

_OF_JSON = (
    # What types of schema.org are in CSL, the first that fits.
    (re.compile("ScholarlyArticle"), "article"),
    (re.compile("Chapter"), "chapter"),
    (re.compile(r"\bBook\b"), "book"),
    (re.compile("Thesis"), "thesis"),
    (re.compile("Report(?!age)"), "report"),
    (re.compile("NewsArticle"), "article-newspaper"),
    (re.compile("BlogPosting"), "post-weblog"),
    # What follows may stand in an article.
    (re.compile("Article|Posting"), "webpage"),
    (re.compile("Dataset"), "dataset"),
    (re.compile("Software"), "software"),
    (re.compile("Video|Movie|TVEpisode"), "motion_picture"),
    (re.compile("Podcast|Audio|Episode"), "broadcast"),
    (re.compile("Course|CreativeWork|Presentation|LearningResource|HowTo"), "webpage"),
    (re.compile("Page"), "webpage"),
)
_OF_THE_WEB = frozenset({
    "", "article-newspaper", "broadcast", "dataset", "motion_picture", "post-weblog", "software", "webpage",
})  # fmt: skip
"""What is on a site, and not in a journal or a book."""
_KEPT = frozenset({"book", "chapter", "dataset", "motion_picture", "report", "software", "thesis"})
"""What archives keep beside articles."""
_JSON_DATES = ("datePublished", "uploadDate", "dateCreated")


def work_of(head: Head) -> Work | None:
    """Return what a page says of the work that it presents, beside title and abstract; None when it says nothing."""
    # Most pages present no work.
    found = Work() if _OF_WORKS.isdisjoint(head.metas) else _by_metas(head)
    nobodies = _sites(head)
    described = _described(head, nobodies)
    if described is not None:
        # Archives of data call everything an article there, for Google Scholar's sake.
        kind = described.kind if found.kind == "article" and described.kind in _KEPT else found.kind
        found = replace(found, kind=kind).over(described)
    found = found.over(_by_other_metas(head, nobodies, web=found.kind in _OF_THE_WEB))
    return None if found == Work() else found


def _by_metas(head: Head) -> Work:
    """Return what names say that are used for works alone, but for `doi`."""
    metas, lists = head.metas, head.lists
    kind, container = next(((kind, metas[name]) for name, kind in _KINDS if name in metas), ("", ""))
    kind = "paper-conference" if kind == "article-journal" and _PROCEEDINGS.match(container[:_LENGTH].strip()) else kind
    maker, made_by = next(((kind, metas[name]) for name, kind in _MADE_BY if name in metas), ("", ""))
    authors = next((names for name in _AUTHORS if (names := names_of(lists.get(name, ())))), ())
    authors = authors or names_of(metas[name] for name in _AUTHORS_IN_ONE if name in metas)
    isbn = _first(metas, _ISBNS, isbn_of)
    return Work(
        kind=kind or maker or ("book" if isbn else "article" if authors and "citation_title" in metas else ""),
        authors=authors,
        issued=_first(metas, _DATES, date_of),
        container=_line(container),
        publisher=_line(made_by) or _first(metas, _PUBLISHERS[:3], _line),
        volume=_first(metas, _NUMBERS["volume"], _number),
        issue=_first(metas, _NUMBERS["issue"], _number),
        pages=_pages(metas),
        doi=_first(metas, _DOIS, doi_of),
        arxiv=_first(metas, ("citation_arxiv_id",), arxiv_of) or _first(metas, _DOIS, arxiv_of_doi),
        isbn=isbn,
        issn=_first(metas, _ISSNS, issn_of),
    )


def _by_other_metas(head: Head, nobodies: Collection[str], *, web: bool) -> Work:
    """Return what is said for librarians, for social media and for people. `web`: it is no more than a page."""
    metas = head.metas
    authors = (names_of(head.lists.get(name, ()), nobodies) for name in _AUTHORS_AFTER_JSON)
    kind = {"video": "motion_picture", "book": "book"}.get(metas.get("og:type", "").strip().lower().partition(".")[0])
    site = metas.get("og:site_name") or next(iter(head.described.sites), "") if web else ""
    return Work(
        kind=kind or "",
        authors=next(filter(None, authors), ()),
        issued=_of_the_web(_first(metas, _DATES_AFTER_JSON, date_of)),
        container="" if "//" in site else _line(site),
        publisher=_first(metas, _PUBLISHERS[3:], _line),
    )


def _described(head: Head, nobodies: Collection[str]) -> Work | None:
    """Return what JSON-LD says of the work; None where it describes none, or several, as lists of posts do."""
    described = [(thing, _types(thing)) for thing in head.described.pages]
    for pattern, kind in _OF_JSON if described else ():
        things = [thing for thing, types in described if pattern.search(types)]
        if not things:
            continue
        if len({str(thing.get("headline") or thing.get("name"))[:_LENGTH] for thing in things}) > 1:
            return None
        return _of_thing(head, things[0], kind, nobodies)
    return None


def _of_thing(head: Head, thing: Mapping[str, object], kind: str, nobodies: Collection[str]) -> Work:
    part_of = head.described.resolved(thing.get("isPartOf"))
    journal = _journal(part_of) if kind in ("article", "chapter") else ""
    identifiers = [text for name in ("identifier", "sameAs", "@id") for text in _texts(thing.get(name))]
    issued = next((day for name in _JSON_DATES for text in _texts(thing.get(name)) if (day := date_of(text))), "")
    return Work(
        kind="article-journal" if journal and kind == "article" else kind,
        authors=_people(head, thing.get("author") or thing.get("creator"), nobodies),
        issued=issued if kind in ("article", "book", "chapter") else _of_the_web(issued),
        container=journal,
        publisher=next((_line(text) for text in _texts(head.described.resolved(thing.get("publisher")))), ""),
        doi=next(filter(None, map(doi_of, identifiers)), "") if kind == "article" else "",
        isbn=next(filter(None, map(isbn_of, _texts(thing.get("isbn")))), ""),
    )


def _people(head: Head, value: object, nobodies: Collection[str]) -> tuple[Name, ...]:
    found: list[Name] = []
    for each in (value if isinstance(value, list) else [value])[:MOST]:
        named = head.described.resolved(each)
        if isinstance(named, str):
            found += names_of([named], nobodies)
        elif isinstance(named, dict):
            family, given, name = (_text(named.get(part)) for part in ("familyName", "givenName", "name"))
            kind = _types(named) if "@type" in named else _types(head.described.named.get(str(named.get("@id")), {}))
            # A person may be what the site is called: many write one alone.
            nobody = () if "Person" in kind and "Organization" not in kind else nobodies
            is_body = "Organization" in kind and "Person" not in kind
            one = body(name, nobodies) if is_body else person(family, given) if family and given else None
            found += [one] if one else names_of([name], nobody) if not is_body else []
    return tuple(dict.fromkeys(found))[:MOST]


def _sites(head: Head) -> frozenset[str]:
    """Return the keys of what the site is called, which many templates give as the author of each of its pages."""
    names = [head.metas[name] for name in ("og:site_name", "application-name") if name in head.metas]
    # WordPress has Person and Organization in one for somebody whose site it is.
    owners = {key(_text(thing.get("name"))) for thing in head.described.named.values() if "Person" in _types(thing)}
    names += [name for name in head.described.sites if key(name[:_LENGTH]) not in owners]
    for host in head.hosts:
        names += [host, host.removeprefix("www."), *host.split(".")[:-1]]
    return frozenset(key(name[:_LENGTH]) for name in names)


def _journal(part_of: object) -> str:
    """Return the name of the periodical or book that something is a part of, or that its part is a part of."""
    for _ in range(3):
        if isinstance(part_of, list):
            things = [each for each in part_of[:MOST] if isinstance(each, dict)]
            part_of = next((each for each in things if "Periodical" in _types(each)), next(iter(things), None))
        if not isinstance(part_of, dict):
            break
        kind = _types(part_of)
        if ("Periodical" in kind or "Book" in kind) and (name := _line(_text(part_of.get("name")))):
            return name
        part_of = part_of.get("isPartOf")
    return ""


def _of_the_web(day: str) -> str:
    """Return a date but for one before there was a web: nothing that is only a page has it."""
    return day if day >= "1991" else ""


def _pages(metas: Mapping[str, str]) -> str:
    for first, last in _PAGES:
        ends = [number for name in (first, last) if (number := _number(metas.get(name, "")))]
        if ends:
            return "-".join(dict.fromkeys(ends))
    return _number(metas.get("eprints.pagerange", ""))


def _first(metas: Mapping[str, str], names: Sequence[str], read: Callable[[str], str]) -> str:
    return next((found for name in names if name in metas and (found := read(metas[name]))), "")


def _line(text: str) -> str:
    return one_line(text, _LENGTH) or "" if text else ""


def _number(text: str) -> str:
    line = _line(text)
    return line if len(line) <= _SHORT else ""


def _texts(value: object) -> Iterator[str]:
    """Yield the texts that a value of JSON-LD says, as a text, or a thing's name or value, or some of these."""
    for each in (value if isinstance(value, list) else [value])[:MOST]:
        texts = [each.get(name) for name in ("@value", "value", "name")] if isinstance(each, dict) else [each]
        yield from (str(text) for text in texts if isinstance(text, str | int) and text)


def _types(thing: Mapping[str, object]) -> str:
    return str(thing.get("@type"))[:_LENGTH]


def _text(value: object) -> str:
    return next(_texts(value), "")
