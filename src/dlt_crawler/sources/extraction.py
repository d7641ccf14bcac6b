"""From a document to its link occurrences: what its format's finder yields, in order, each with its bytes."""

from __future__ import annotations

from collections.abc import Iterable

from dlt_crawler.errors import SourceError
from dlt_crawler.model import Extraction, Ignore, LinkOccurrence, Lint, NoSpan, Resource, SkipReason, SourceDocument
from dlt_crawler.sources.formats import finder
from dlt_crawler.sources.found import Found, FoundDirective, FoundLink, FoundLint, Reading
from dlt_crawler.sources.ignoring import Ignored
from dlt_crawler.sources.invisible import without_invisible
from dlt_crawler.sources.lints import Written, lints_of, too_many_links
from dlt_crawler.sources.options import Options
from dlt_crawler.sources.terms import ignore_of
from dlt_crawler.sources.text import DecodedText, decode, on_one_line
from dlt_crawler.urls import memento_of, target_of

_DEFAULT_OPTIONS = Options()


def extract(document: SourceDocument, options: Options = _DEFAULT_OPTIONS) -> Extraction:
    """Return the links of a document and what is odd about them, in document order; no two spans overlap.

    A span is given only if its bytes decode to exactly what the parser read as the destination. Raises SourceError,
    which names the document, if it is not text or the parser fails on it. What is beyond `options.max_links` is left
    out, which a lint says.
    """
    decoded = decode(document)
    reading = Reading(decoded.text, decoded.double_encoded, options.code, options.implied)
    try:
        return assembled(document, decoded, finder(document.format)(reading), options)
    except SourceError as error:
        raise SourceError(f"{document.path}: {error}") from error
    except RecursionError as error:
        raise SourceError(f"{document.path}: brackets are nested too deeply to be read") from error
    except Exception as error:
        raise SourceError(f"{document.path}: the {document.format} parser failed: {error!r}; please report this") from (
            error
        )


def assembled(document: SourceDocument, decoded: DecodedText, found: Iterable[Found], options: Options) -> Extraction:
    """Return what was found in a document as it is listed: in order, with bytes, and with the lints of all formats."""
    links: list[FoundLink] = []
    lints: list[FoundLint] = []
    directives: list[FoundDirective] = []
    for item in found:
        if isinstance(item, FoundLink):
            links.append(item)
        elif isinstance(item, FoundLint):
            lints.append(item)
        else:
            directives.append(item)
    links.sort(key=lambda link: (link.start, link.end))
    ignored = Ignored(directives, options.today)
    listed = [
        Written(link, _occurrence(document, decoded, link, options, ignored)) for link in links[: options.max_links]
    ]
    places = (link.start for link in links)
    odd = [_lint(document, decoded, lint) for lint in ignored.lints(places, lints)]
    odd.extend(lints_of(document.path, decoded, listed))
    if len(links) > len(listed):
        first_left_out = _occurrence(document, decoded, links[len(listed)], options, ignored)
        odd.append(too_many_links(first_left_out, len(listed)))
    odd.sort(key=lambda lint: (lint.line, lint.column))
    return Extraction(tuple(written.link for written in listed), tuple(odd), ignored.until)


def _occurrence(
    document: SourceDocument, decoded: DecodedText, link: FoundLink, options: Options, ignored: Ignored
) -> LinkOccurrence:
    span = decoded.span(link.start, link.end) if link.no_span is None else None
    written = decoded.text[link.start : link.end] if link.written is None else link.written
    raw = decoded.written(span) if span else on_one_line(written)
    line, column = decoded.line_and_column(link.start)
    url = link.url or None
    directive = ignored.at(link.start)
    target = _target(url, raw, options) if directive is None else SkipReason.IGNORED
    other = (link.other or without_invisible(link.url)) if directive is None else None
    alternative = target_of(other, options.exclude) if other else None
    return LinkOccurrence(
        file=document.path,
        span=span,
        line=line,
        column=column,
        kind=link.kind,
        raw=raw,
        url=url if raw.strip() else None,
        text=on_one_line(link.label) or on_one_line(raw),
        target=target,
        alternative=alternative if isinstance(alternative, Resource) and alternative != target else None,
        renders=link.renders,
        headings=link.headings,
        no_span=None if span else link.no_span or NoSpan.REWRITTEN,
        original=_original(target, options),
        ambiguous=link.ambiguous,
        ignored=None if directive is None else _ignore(document, decoded, directive),
    )


def _ignore(document: SourceDocument, decoded: DecodedText, directive: FoundDirective) -> Ignore:
    line, column = decoded.line_and_column(directive.comment)
    return ignore_of(f"{document.path}:{line}:{column}", directive.word, directive.terms)


def _target(url: str | None, raw: str, options: Options) -> Resource | SkipReason:
    return target_of(url, options.exclude) if raw.strip() else SkipReason.EMPTY


def _original(target: Resource | SkipReason, options: Options) -> Resource | None:
    """Return the page that the target is an archive's capture of, if that is to be checked."""
    memento = memento_of(target.url, *options.archives) if isinstance(target, Resource) else None
    original = target_of(memento.original, options.exclude) if memento else None
    return original if isinstance(original, Resource) else None


def _lint(document: SourceDocument, decoded: DecodedText, lint: FoundLint) -> Lint:
    line, column = decoded.line_and_column(lint.start)
    span = decoded.span(lint.start, lint.end) if lint.start < lint.end else None
    return Lint(document.path, line, column, span, lint.kind, lint.message)
