"""Atom feeds (RFC 4287), as arXiv's export API sends them. Pure, and safe on any bytes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from lxml import etree  # type: ignore[import-untyped] # its stubs are a package of their own

_ATOM = "{http://www.w3.org/2005/Atom}"
_MOST = 100
_ARXIV = "{http://arxiv.org/schemas/atom}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: texts as they stand there; empty where there is none."""

    id: str
    title: str
    summary: str
    comment: str
    """What the authors say of the paper, an extension of arXiv's."""
    authors: tuple[str, ...]
    """At most 100."""
    published: str
    """When its first version was (RFC 3339)."""
    doi: str
    reference: str
    """Where it has appeared, in the authors' words. Extensions of arXiv's: arxiv:doi, arxiv:journal_ref."""
    category: str
    """The primary one, by arxiv:primary_category."""


def entries_of(body: bytes) -> tuple[Entry, ...] | None:
    """Return the entries of a feed, in its order; None for what is no whole Atom feed.

    A document type is none either: no feed has one, and it is what entities are declared in that grow, or are read from
    files (science.md, E3).
    """
    # An XMLParser is for one document, and cheap.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        feed = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return None
    if feed is None or feed.tag != f"{_ATOM}feed" or feed.getroottree().docinfo.doctype:
        return None
    return tuple(
        Entry(
            id=_text(entry, f"{_ATOM}id"),
            title=_text(entry, f"{_ATOM}title"),
            summary=_text(entry, f"{_ATOM}summary"),
            comment=_text(entry, f"{_ARXIV}comment"),
            authors=tuple(_text(each, f"{_ATOM}name") for each in islice(entry.iterchildren(f"{_ATOM}author"), _MOST)),
            published=_text(entry, f"{_ATOM}published"),
            doi=_text(entry, f"{_ARXIV}doi"),
            reference=_text(entry, f"{_ARXIV}journal_ref"),
            category=_category(entry),
        )
        for entry in feed.iterchildren(f"{_ATOM}entry")
    )


def _category(entry: etree._Element) -> str:
    found = entry.find(f"{_ARXIV}primary_category")
    return "" if found is None else str(found.get("term", ""))


def _text(entry: etree._Element, tag: str) -> str:
    found = entry.find(tag)
    return "" if found is None else "".join(found.itertext()).strip()
