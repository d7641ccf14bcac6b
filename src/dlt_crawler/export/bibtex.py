"""BibTeX, for bibtex and biber alike: UTF-8, a field a line.

Fields and types are those of btxdoc (O. Patashnik, 1988), with `doi`, `url`, `urldate`, `isbn`, `issn`, `langid`,
`abstract` and `keywords` as biblatex and the newer styles read them; preprints as arXiv exports them
(info.arxiv.org/help/hypertex/bibstyles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlt_crawler.export.citations import Citation
from dlt_crawler.export.latex import address, braced, linked, text, title
from dlt_crawler.model import Name, Work

_TYPES = {
    # By the kind of a work: its type, and the field for what it is in or who has made it, without which it is no more
    # than `misc`.
    "article-journal": ("article", "journal"),
    "article-magazine": ("article", "journal"),
    "article-newspaper": ("article", "journal"),
    "paper-conference": ("inproceedings", "booktitle"),
    "chapter": ("incollection", "booktitle"),
    "thesis": ("phdthesis", "school"),
    "report": ("techreport", "institution"),
}
_MAKERS = frozenset({"school", "institution"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LANGUAGES = {
    # Of babel, which biblatex hyphenates by.
    "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "ja": "japanese", "ko": "korean", "nl": "dutch", "pl": "polish",
    "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip
_AND = re.compile(r"\b(?:and|others)\b", re.IGNORECASE)
"""What separates names, and stands for more of them."""
_NO_INITIAL = re.compile(r"^(?:(?!['’ʻ]\w)[\W_])+")
"""What a word in a name begins with that is no letter: biber makes initials of it, on which LaTeX may act."""


def bibtex(citations: Sequence[Citation]) -> str:
    """Return an entry for each work, an empty line between them."""
    return "\n".join(map(_entry, citations))


def _entry(citation: Citation) -> str:
    kind, fields = _kind(citation)
    lines = "".join(f"  {name} = {value},\n" for name, value in fields)
    return f"@{kind}{{{citation.key},\n{lines}}}\n"


def _kind(citation: Citation) -> tuple[str, Iterator[tuple[str, str]]]:
    work = citation.work
    kind, place = _TYPES.get(work.kind, ("book" if work.kind == "book" else "misc", ""))
    within = (work.publisher or work.container) if place in _MAKERS else work.container
    if place and not within:
        kind, place = "misc", ""
    if kind == "misc" and work.container:
        place, within = "howpublished", work.container
    return kind, _fields(citation, kind, place, within)


def _fields(citation: Citation, kind: str, place: str, within: str) -> Iterator[tuple[str, str]]:
    work = citation.work
    if authors := [*filter(None, map(_name, work.authors))]:
        yield "author", f"{{{' and '.join(authors)}}}"
    else:
        # What it is sorted by, then (btxdoc, 3.2).
        yield "key", braced(citation.title)
    yield "title", f"{{{title(citation.title, citation.language)}}}"
    if place:
        yield place, braced(within)
    year, month, *_ = (*work.issued.split("-"), "", "")
    if year:
        yield "year", braced(year)
    if month:
        yield "month", _MONTHS[int(month) - 1]
    pages = re.sub(r"\s*[-‐‑–—]+\s*", "--", work.pages)
    publisher = work.publisher if place not in _MAKERS else ""
    if kind != "misc":
        numbers = (("volume", work.volume), ("number", work.issue), ("pages", pages), ("publisher", publisher))
        yield from ((name, braced(said)) for name, said in numbers if said)
    yield from _identifiers(work)
    yield "url", braced(citation.url, address)
    yield from _of_page(citation)


def _identifiers(work: Work) -> Iterator[tuple[str, str]]:
    if work.arxiv:
        yield "eprint", braced(work.arxiv, address)
        yield "archivePrefix", "{arXiv}"
        if work.category:
            yield "primaryClass", braced(work.category)
    for name, number in (("doi", work.doi), ("isbn", work.isbn), ("issn", work.issn)):
        if number:
            yield name, braced(number, address)


def _of_page(citation: Citation) -> Iterator[tuple[str, str]]:
    if citation.accessed is not None:
        yield "urldate", braced(citation.accessed.isoformat())
    if language := _LANGUAGES.get(citation.language):
        yield "langid", braced(language)
    notes = [f"Published as: {text(citation.work.reference)}"] if citation.work.reference else []
    notes += [f"Archived at {linked(citation.snapshot.url)}"] if citation.snapshot else []
    if notes:
        yield "note", f"{{{'; '.join(notes)}}}"
    if citation.abstract:
        yield "abstract", braced(citation.abstract)
    if citation.headings:
        yield "keywords", braced(", ".join(heading.replace(",", " ") for heading in citation.headings))


def _name(name: Name) -> str:
    """Return a name in BibTeX's long form: "von Last, Jr, First"; what is one, or would be taken apart, in braces."""
    family, suffix, given = (_words(part) for part in (name.family, name.suffix, name.given))
    if name.literal or not family or not given:
        whole = _words(name.literal) or family or given
        return f"{{{text(whole.strip(' ,'))}}}" if whole else ""
    return ", ".join(map(_part, filter(None, (family, suffix, given))))


def _words(part: str) -> str:
    """Return a part of a name, each word from its first letter or digit on."""
    return " ".join(filter(None, (_NO_INITIAL.sub("", word) for word in part.split())))


def _part(part: str) -> str:
    # biber takes a comma for one that separates the parts, even in braces.
    plain = " ".join(part.replace(",", " ").split())
    return braced(plain) if _AND.search(plain) else text(plain)
