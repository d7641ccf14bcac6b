"""What a search has found, as text for people and JSON for programs."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain, pairwise

from dlt_crawler.language import _, ngettext
from dlt_crawler.model import Excerpt, Findings, Found, LinkOccurrence, Snapshot, State, Where
from dlt_crawler.report.json import Json, discreet_object, dump, moment
from dlt_crawler.report.paper import Paper
from dlt_crawler.report.place import place
from dlt_crawler.report.wording import links, reason, snapshot_words, state_word
from dlt_crawler.urls import masked

SCHEMA = 1

_INDENT = 4
_PLACES = 5
"""Places that are listed of one link; the first ones of a link that stands everywhere are enough to know it."""
_ECHO = 100
"""Characters that are said again of what was asked for."""


class SearchFormat(StrEnum):
    """What the findings of a search can be rendered as."""

    TEXT = "text"
    JSON = "json"


def render_found(asked: str, findings: Findings, search_format: SearchFormat) -> str:
    """Return what was found for what was asked, the best first, ending in a line feed.

    As `report.render`: text acts on no terminal, JSON is ASCII, secrets of URLs are masked in both.
    """
    return _json(asked, findings) if search_format is SearchFormat.JSON else _text(asked, findings)


def _text(asked: str, findings: Findings) -> str:
    paper = Paper()
    if findings.behind:
        paper.prose(_("The database cannot be written now: what has changed lately may be missing here."))
        paper.blank()
    if not findings.best:
        paper.prose(_("No link was found for {words}.").format(words=_echo(asked)))
        return paper.text
    for found in findings.best:
        _write(paper, found)
        paper.blank()
    if len(findings.best) < findings.total:
        sentence = _("The best {number} of {links}; `--limit {total}` lists all.")
        paper.prose(
            sentence.format(number=len(findings.best), links=links(findings.total), total=findings.total),
        )
    else:
        paper.prose(_("{links} found.").format(links=links(findings.total)))
    return paper.text


def _echo(asked: str) -> str:
    # Masked before it is cut: nobody recognises half a secret.
    whole = masked(asked)
    return whole if len(whole) <= _ECHO else f"{whole[: _ECHO - 1]}…"


def _write(paper: Paper, found: Found) -> None:
    link, excerpts = found.link, {excerpt.where: _marked(excerpt) for excerpt in found.excerpts}
    label = excerpts.get(Where.LABEL, next((each.text for each in link.occurrences if each.text.strip()), ""))
    title = excerpts.get(Where.TITLE, link.page.title)
    if heading := title or label:
        paper.prose(heading)
    paper.line(link.url, _INDENT)
    state = state_word(link.verdict.state)
    if link.verdict.state is State.ALIVE:
        paper.prose(state, _INDENT)
    else:
        sentence = _("{state}: {reason}").format(state=state, reason=reason(link.verdict))
        paper.prose(sentence, _INDENT)
    if link.verdict.state is State.DEAD and isinstance(link.snapshot, Snapshot):
        paper.prose(snapshot_words(link.snapshot), _INDENT)
        paper.line(link.snapshot.url, _INDENT)
    if title and Where.LABEL in excerpts:
        paper.prose(_("label: {text}").format(text=label), _INDENT)
    if Where.ABSTRACT in excerpts:
        paper.prose(excerpts[Where.ABSTRACT], _INDENT)
    for written in link.occurrences[:_PLACES]:
        paper.line(place(written), _INDENT)
    if (more := len(link.occurrences) - _PLACES) > 0:
        sentence = ngettext("and in {number} more place", "and in {number} more places", more)
        paper.prose(sentence.format(number=f"{more:,}"), _INDENT)


def _marked(excerpt: Excerpt) -> str:
    """Return the text with what was found in brackets, which also a pipe and a colour-blind reader show."""
    edges = [0, *chain.from_iterable(excerpt.hits), len(excerpt.text)]
    parts = (excerpt.text[start:end] for start, end in pairwise(edges))
    return "".join(f"[{part}]" if number % 2 else part for number, part in enumerate(parts))


def _json(asked: str, findings: Findings) -> str:
    document: Json = {
        "schema": SCHEMA,
        "words": asked,
        "total": findings.total,
        "behind": findings.behind,
        "links": [_found(found) for found in findings.best],
    }
    return dump(discreet_object(document), indent=2) + "\n"


def _found(found: Found) -> Json:
    link = found.link
    return {
        "url": link.url,
        "state": link.verdict.state.value,
        "reason": link.verdict.reason,
        "title": link.page.title,
        "abstract": link.page.abstract,
        "first_seen": moment(link.first_seen),
        "last_checked": moment(link.verdict.last_checked),
        "last_ok": moment(link.verdict.last_ok),
        "snapshot": link.snapshot.url if isinstance(link.snapshot, Snapshot) else None,
        "excerpts": [
            {"in": excerpt.where.value, "text": excerpt.text, "hits": [list(hit) for hit in excerpt.hits]}
            for excerpt in found.excerpts
        ],
        "occurrences": [_occurrence(each) for each in link.occurrences],
    }


def _occurrence(written: LinkOccurrence) -> Json:
    return {"file": written.file, "line": written.line, "column": written.column, "text": written.text}
