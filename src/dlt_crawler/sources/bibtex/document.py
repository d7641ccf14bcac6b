"""From a BibTeX file to its links: what the fields of its entries say, identifiers included."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from dlt_crawler.model import DocumentFormat, LinkKind, NoSpan
from dlt_crawler.sources import bare
from dlt_crawler.sources.bibtex.syntax import Comment, Entry, Field, Piece, read
from dlt_crawler.sources.bibtex.tex import Command, Decoded, commands, plain_text
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.directives import Comments
from dlt_crawler.sources.found import Found, FoundLink, Reading
from dlt_crawler.sources.implied import implied_links, outside
from dlt_crawler.sources.scan import links_in_code, scan

_URL_FIELD = re.compile(
    r"(?:opt|alt)?(?:url|doi|eprint|link|ee|pdf|html|adsurl|biburl|web(?:site|page)|homepage|bdsk-url-\d+)"
)
"""Fields with one URL and nothing else: biblatex's, dblp's, NASA ADS's, BibDesk's, those of homepages."""
_IGNORED = re.compile(r"(?:opt|alt)[a-z]")
"""So Emacs names the fields that are to be ignored ("OPTurl")."""

_MAY_HOLD_URL = re.compile(r"://|www\.|\\(?:url|href|nolinkurl)", re.IGNORECASE)
# TeX's "url" drops the white space in its argument: people break long ones.
_ALONE = re.compile(
    r"\s*(?P<bracket><)?(?P<url>(?:(?:https?|ftp)://|www\.)\S+?(?:[ \t]*\n\s*\S+?)*?)(?(bracket)>)\s*", re.IGNORECASE
)
_SCHEMELESS = re.compile(r"\s*(?P<url>[\w-]+(?:\.[\w-]+)+(?:/\S*)?)\s*")
_SEVERAL = re.compile(r"[\s,;|](?:https?|ftp)://", re.IGNORECASE)

# Crossref, "DOIs and matching regular expressions"; old ones hold nearly any character.
_DOI = re.compile(r"\s*(?:doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(?P<id>10\.\d{4,9}/\S+)\s*", re.IGNORECASE)
_DOI_CHARACTERS = "/:;()._-,@!$&'*+=~"
_MAX_MACRO = 512
"""Characters of a macro: bounds what "@string{a = a # a}", line by line, makes of a small file."""

_EPRINT = re.compile(r"\s*(?:arxiv:)?(?P<id>\S+)", re.IGNORECASE)


def find(reading: Reading) -> Iterator[Found]:
    """Yield the links of a BibTeX file.

    All are of kind bare, for nothing around them makes them links: a `url` field is a link because of its name. The
    label is the text of a `href` command, else the title of the entry. A URL that "#" or a macro puts together has
    no span. With `code`, also what is written between entries and in comments; with `implied`, the identifiers of
    `doi` and `eprint` fields, and those in other text.
    """
    comments = Comments(reading.text)
    file = _File(reading.text, double_encoded=reading.double_encoded)
    links: list[FoundLink] = []
    identifiers: list[FoundLink] = []
    for item in read(reading.text):
        if isinstance(item, Comment):
            yield from comments.in_plain_text(item.start, item.end, DocumentFormat.BIBTEX)
            if reading.code:
                links.extend(links_in_code(reading.text, item.start, item.end))
        elif item.type == "string":
            file.define(item.fields)
        else:
            links.extend(file.links(item))
            if reading.implied:
                identifiers.extend(file.identifiers(item))
    yield from links
    if reading.implied:
        elsewhere = outside(identifiers, implied_links(reading.text))
        yield from outside(links, [*(known for known in identifiers if known.url), *elsewhere])


class _File:
    """A BibTeX file while it is read: a macro of `@string` holds from where it is defined."""

    def __init__(self, text: str, *, double_encoded: bool) -> None:
        self._text = text
        self._double_encoded = double_encoded
        self._macros: dict[str, str] = {}

    def define(self, macros: Sequence[Field]) -> None:
        """Remember the macros of one `@string`."""
        for macro in macros:
            self._macros[macro.name] = self._written(macro)[:_MAX_MACRO]

    def links(self, entry: Entry) -> Iterator[FoundLink]:
        """Yield the links of all fields of an entry."""
        label = self._value(entry, "title")
        for field in entry.fields:
            if field.name == "url" or _MAY_HOLD_URL.search(self._written(field)):
                renders = _IGNORED.match(field.name) is None
                for link in self._of_field(field):
                    yield replace(link, label=link.label or label, renders=renders)

    def identifiers(self, entry: Entry) -> Iterator[FoundLink]:
        """Yield the DOI and the eprint identifier of an entry, without a URL that of another archive than arXiv."""
        label = self._value(entry, "title")
        for field in entry.fields:
            if field.name not in ("doi", "eprint"):
                continue
            value = self._decoded(field, brace="")
            if field.name == "eprint":
                archive = self._value(entry, "archiveprefix") or self._value(entry, "eprinttype")
                if eprint := _EPRINT.match(value.text):
                    # The marks of an identifier are read in one place. Here its field is the mark.
                    known = list(implied_links(f"arXiv:{eprint['id']}")) if archive.lower() in ("", "arxiv") else []
                    end = eprint.start("id") + known[0].end - known[0].start if known else eprint.end("id")
                    url = known[0].url if known else ""
                    yield replace(_link(value, eprint.start("id"), end), kind=LinkKind.IMPLIED, url=url, label=label)
            elif doi := _DOI.fullmatch(value.text):
                url = resolve(f"https://doi.org/{quote(doi['id'], safe=_DOI_CHARACTERS)}")
                yield replace(_link(value, *doi.span("id")), kind=LinkKind.IMPLIED, url=url, label=label)

    def _of_field(self, field: Field) -> Iterator[FoundLink]:
        if (found := self._commands(field)) or not _URL_FIELD.fullmatch(field.name):
            for command in found:
                yield self._of_command(command)
        else:
            value = self._decoded(field, brace="")
            if alone := _alone(value.text) or (field.name == "url" and _SCHEMELESS.fullmatch(value.text)):
                yield _link(value, *alone.span("url"))
                return
        prose = self._decoded(field, brace=" ", without=found)
        for link in scan(prose.text, 0, len(prose.text), double_encoded=self._double_encoded):
            yield _link(prose, link.start, link.start + len(link.written or ""))

    def _commands(self, field: Field) -> list[Command]:
        texts = [piece for piece in field.pieces if not piece.macro]
        return [command for piece in texts for command in commands(self._text, piece.start, piece.end)]

    def _of_command(self, command: Command) -> FoundLink:
        value = Decoded(self._text)
        value.add_tex(*command.url, brace="")
        label = plain_text(self._text[slice(*command.text)]) if command.text else ""
        start = len(value.text) - len(value.text.lstrip())
        end = len(value.text.rstrip())
        if start >= end:
            return FoundLink(LinkKind.BARE, command.url[0], command.url[0], "", label)
        return replace(_link(value, start, end), label=label)

    def _value(self, entry: Entry, name: str) -> str:
        """Return what a reader sees of a field; "" if there is none."""
        return next((plain_text(self._written(field)).strip() for field in entry.fields if field.name == name), "")

    def _written(self, field: Field) -> str:
        return "".join(map(self._macro, field.pieces))

    def _macro(self, piece: Piece) -> str:
        """Return the TeX that a piece stands for; nothing for a macro that is not defined."""
        written = self._text[piece.start : piece.end]
        return self._macros.get(written.lower(), "") if piece.macro and not written.isdigit() else written

    def _decoded(self, field: Field, brace: str, without: Sequence[Command] = ()) -> Decoded:
        """Return a field with its escapes read, and a space in place of some commands."""
        value = Decoded(self._text)
        waiting = deque(without)
        for piece in field.pieces:
            if piece.macro:
                value.add_foreign(self._macro(piece), piece.start, brace)
                continue
            position = piece.start
            while waiting and waiting[0].start < piece.end:
                command = waiting.popleft()
                value.add_tex(position, command.start, brace)
                value.add(" ", command.start, command.end)
                position = command.end
            value.add_tex(position, piece.end, brace)
        return value


def _alone(text: str) -> re.Match[str] | None:
    """Match a URL with nothing else in `text`; several with separators between are prose."""
    found = _ALONE.fullmatch(text)
    return None if found is None or _SEVERAL.search(found["url"]) else found


def _link(value: Decoded, start: int, end: int) -> FoundLink:
    """Return the link to a stretch of a value that is not empty."""
    written = value.text[start:end]
    address = "".join(written.split())
    url = resolve(bare.with_scheme(address))
    span = value.span(start, end)
    if span is None or address != written:
        no_span = NoSpan.INTERRUPTED if "\n" in written else NoSpan.REWRITTEN
        near = value.near(start)
        return FoundLink(LinkKind.BARE, near, near, url, "", address, no_span)
    return FoundLink(LinkKind.BARE, *span, url, "")
