"""What is odd about the links of a document, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from dlt_crawler.model import LinkKind, LinkOccurrence, Lint, LintKind, Resource, SkipReason
from dlt_crawler.sources.bare import trimmed
from dlt_crawler.sources.found import FoundLink
from dlt_crawler.sources.invisible import invisible_in, name_of
from dlt_crawler.sources.text import DOUBLE_ENCODED, DecodedText
from dlt_crawler.urls import normalise

_FOLLOWED = frozenset({LinkKind.INLINE, LinkKind.REFERENCE, LinkKind.AUTOLINK, LinkKind.BARE, LinkKind.HTML})
"""Kinds that a reader may click on; of HTML's elements only <a> and <area>."""

_LABELLED = frozenset({LinkKind.INLINE, LinkKind.HTML})
_URL_LABEL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ELLIPSIS = re.compile(r"…|\.\.\.")
_ANCHOR = re.compile(r"<(?:a|area)\s", re.IGNORECASE)
_LONGEST_TAG = 2000
"""Characters before a URL in which its tag is looked for."""

_SHOWN = 80
"""Characters of a URL in a message."""


@dataclass(frozen=True, slots=True)
class Written:
    """A link as its format's finder yields it, and as it is listed."""

    found: FoundLink
    link: LinkOccurrence


def lints_of(file: str, decoded: DecodedText, links: Iterable[Written]) -> Iterator[Lint]:
    """Yield what is odd about the links of one document, which come in document order."""
    if decoded.double_encoded and (place := DOUBLE_ENCODED.search(decoded.text)):
        yield _mojibake(file, decoded, place)
    first_with: dict[tuple[str, str], LinkOccurrence] = {}
    for written in links:
        for kind, message in _oddities(decoded.text, written, first_with):
            link = written.link
            yield Lint(file, link.line, link.column, link.span, kind, message)


def too_many_links(first_left_out: LinkOccurrence, listed: int) -> Lint:
    """Return the lint for a document of which only some links are listed."""
    message = (
        f"this document has more than {listed} links: those from here on are not listed and not checked; split the "
        "document, or raise `extract.max_links`"
    )
    place = first_left_out
    return Lint(place.file, place.line, place.column, place.span, LintKind.TOO_MANY_LINKS, message)


def _mojibake(file: str, decoded: DecodedText, first: re.Match[str]) -> Lint:
    message = (
        f"this document was once decoded with a wrong encoding (“{first.group()}” is a part of one character); restore "
        "it from an intact copy: what was lost on the way cannot be repaired"
    )
    line, column = decoded.line_and_column(first.start())
    return Lint(file, line, column, decoded.span(*first.span()), LintKind.MOJIBAKE, message)


def _oddities(
    text: str, written: Written, first_with: dict[tuple[str, str], LinkOccurrence]
) -> Iterator[tuple[LintKind, str]]:
    found, link = written.found, written.link
    if link.target is SkipReason.IGNORED:
        return
    if link.target is SkipReason.EMPTY:
        # A definition that nothing refers to is a comment: `[comment]: <> (…)`.
        if link.renders or link.kind is not LinkKind.REFERENCE:
            yield LintKind.EMPTY_LINK, "the address is empty; write one, or remove the link"
        return
    for kind in found.lints:
        yield kind, _of_construct(kind, link)
    if character := invisible_in(found.url, link.raw):
        yield LintKind.ZERO_WIDTH_IN_URL, _zero_width(character)
    if found.label and link.kind in _LABELLED and (shown := _other_url_shown(found.label.strip(), found.url)):
        message = f"the label shows {_short(shown)}, but the link leads to {_short(found.url)}; make them agree"
        yield LintKind.LABEL_SHOWS_OTHER_URL, message
    if isinstance(link.target, Resource) and _is_followed(text, written):
        first = first_with.setdefault((link.target.url, found.url.partition("#")[2]), link)
        if first is not link:
            message = f"line {first.line} links to this address already; remove one of the two"
            yield LintKind.DUPLICATE_LINK, message


def _is_followed(text: str, written: Written) -> bool:
    """Tell whether a click of a reader leads there."""
    link, start = written.link, written.found.start
    if not link.renders or link.kind not in _FOLLOWED:
        return False
    if link.kind is not LinkKind.HTML:
        return True
    tag = text.rfind("<", max(0, start - _LONGEST_TAG), start)
    return tag >= 0 and _ANCHOR.match(text, tag) is not None


def _of_construct(kind: LintKind, link: LinkOccurrence) -> str:
    """Return the message for what the construct alone tells."""
    match kind:
        case LintKind.URL_RUNS_INTO_TEXT:
            return f"GitHub reads this address on into the text behind it; write it as <{_short(link.raw)}>"
        case LintKind.WRAPPED_DESTINATION:
            return f"renderers take what is around the address as a part of it; write {_short(link.url or '')} alone"
        case _:
            raise AssertionError(f"{kind} is no lint of a construct")


def _zero_width(character: str) -> str:
    return (
        f"an invisible character ({name_of(character)}) is in this address; remove it, unless the page is found only "
        "with it: the address without it is checked, too"
    )


def _other_url_shown(label: str, url: str) -> str | None:
    """Return the URL that a label shows, if it is one, and of another page than `url`.

    The same page are: the other scheme, "www.", a slash at the end; a label that is cut off, that leaves out the query,
    or that names the host only; and a URL that leads to the label's by way of an archive or a redirect.
    """
    if label[:4].lower() not in ("http", "www.") or not _URL_LABEL.fullmatch(label):
        return None
    before, *after = _ELLIPSIS.split(label, maxsplit=1)
    shown, meant = _core(before if after else trimmed(label)), _core(url)
    if not shown or not meant:
        return None
    meant = unquote(meant)
    shown = unquote(shown)
    if after:
        is_same = meant.startswith(shown) and meant.endswith(after[0].rstrip("/"))
    elif "/" in shown or "?" in shown:
        is_same = meant == shown or meant.startswith(f"{shown}?") or _leads_to(shown, meant)
    else:
        host = re.split(r"[/?]", meant, maxsplit=1)[0]
        is_same = host == shown or host.endswith(f".{shown}") or _leads_to(shown, meant)
    return None if is_same else label


def _core(url: str) -> str:
    """Return what names the page in a URL, normalised; an empty string if it is none."""
    normalised = normalise(url if "://" in url else f"http://{url}") or ""
    return normalised.partition("://")[2].removeprefix("www.").rstrip("/")


def _leads_to(shown: str, meant: str) -> bool:
    place = meant.find(shown)
    return place > 0 and meant[place - 1] in "/=."


def _short(url: str) -> str:
    return url if len(url) <= _SHOWN else url[: _SHOWN - 1] + "…"
