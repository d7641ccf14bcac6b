"""The message of the commit of repaired documents.

What documents, pages and archives say is in it, and nothing of that acts: every line of theirs begins with words or
marks of ours, so that none is a trailer (`Signed-off-by:`), the end of a message in a mail (`---`, `diff`) or, in an
editor, a comment; and nobody is mentioned (`@name`), no issue is closed (`Fixes #1`) and no check skipped (`[skip ci]`)
where a forge reads it.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dlt_crawler.model import Repair, RepairKind, RunId
from dlt_crawler.report.escapes import is_of_a_forge
from dlt_crawler.report.inert import discreet, inert

_WIDTH = 72
"""Columns: what `git log` shows in a terminal of 80 with its indent (SubmittingPatches in git's own Documentation)."""
_WHAT = {RepairKind.SNAPSHOT: "dead", RepairKind.REDIRECT: "moved", RepairKind.RETURN: "revived"}
_URL = re.compile(r"(https?://\S+)", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<=[@#!])(?=\w)|(?<=\bGH)-(?=\d)", re.IGNORECASE)
"""Before what GitHub and GitLab take for the name of somebody, or the number of an issue or a merge request."""
_ORDER = re.compile(
    r"\[(?=[^][]{0,40}(?<![^\W_])(?:ci|skip|actions)(?![^\W_])[^][]{0,40}\])|\*(?=NO_CI)", re.IGNORECASE
)
"""Where what builds on each commit is told not to: `[skip ci]`, `[ci-skip]`, `[no ci]`, `[actions skip]` (GitHub Docs,
"Skipping workflow runs"; GitLab, "CI/CD pipelines"), `[skip netlify]` and others, `***NO_CI***` (Azure Pipelines). They
are looked for anywhere in a message, in URLs, too."""


def commit_message(repairs: Sequence[Repair], run: RunId | None) -> str:
    """Return the message of a commit with these edits, in their order: a subject, each edit with its evidence.

    `run` is the latest run, on which they rest.
    """
    body = ("\n".join(_edit(repair)) for repair in repairs)
    # The last paragraph is where git looks for trailers.
    origin = "Found by dlt-crawl" + (f", run {run}." if run is not None else ".")
    return "\n\n".join([subject(repairs), *body, origin]) + "\n"


def subject(repairs: Sequence[Repair]) -> str:
    """Return what the edits come to: "Repair 3 dead and 1 moved links in 2 documents"."""
    kinds = Counter(repair.kind for repair in repairs)
    what = _listed(f"{kinds[kind]:,} {word}" for kind, word in _WHAT.items() if kinds[kind])
    documents = len({repair.occurrence.file for repair in repairs})
    links = "link" if len(repairs) == 1 else "links"
    return f"Repair {what} {links} in {documents:,} document{'s' if documents > 1 else ''}"


def _edit(repair: Repair) -> Iterator[str]:
    link = repair.occurrence
    yield f"* {_words(inert(link.file))}:{link.line}"
    yield f"  old: {_url(discreet(link.url or link.raw))}"
    yield f"  new: {_url(discreet(repair.replacement))}"
    yield textwrap.fill(
        _evidence(discreet(repair.evidence)),
        _WIDTH,
        initial_indent="  why: ",
        subsequent_indent="       ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _evidence(text: str) -> str:
    """Return the evidence without what would act; a page may be called "Fixes https://…/issues/1"."""
    return "".join(map(_piece, _URL.split(_ORDER.sub(r"\g<0> ", text))))


def _piece(text: str) -> str:
    if _URL.match(text) is None:
        return _REFERENCE.sub(" ", text)
    return _REFERENCE.sub(" ", text.partition("://")[2]) if is_of_a_forge(text) else text


def _words(text: str) -> str:
    return _REFERENCE.sub(" ", _ORDER.sub(r"\g<0> ", text))


def _url(text: str) -> str:
    """Return a URL, in which spaces may be written, as one word and without such orders."""
    return _ORDER.sub(lambda found: f"%{ord(found[0]):02X}", text.replace(" ", "%20"))


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
