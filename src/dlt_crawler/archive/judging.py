"""Whether what an archive plays back is the page that is looked for. Pure; for whatever archive that speaks Memento."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from dlt_crawler.archive.codings import undone
from dlt_crawler.archive.moves import is_known_move, leads_away
from dlt_crawler.archive.placeholders import is_refusal, placeholder
from dlt_crawler.archive.titles import fits, is_error_title, is_spam, names_nothing_on
from dlt_crawler.archive.transport import Answer
from dlt_crawler.model import Outcome, Redirect, Wanted
from dlt_crawler.page import Response, Shown, interpret
from dlt_crawler.page.landing import is_about_error
from dlt_crawler.page.markers import SHELL
from dlt_crawler.page.reading import begins_as_page, is_page, is_plain, read_response
from dlt_crawler.page.reasons import reason_of
from dlt_crawler.page.signatures import is_pdf
from dlt_crawler.sites import Sites


class Rejection(StrEnum):
    """Why a capture is not offered to readers: what it is, as a noun."""

    NOT_PLAYABLE = "record that cannot be played back"
    WITHHELD = "capture that is withheld"
    UNANSWERED = "capture that could not be asked for"
    DATE = "record with an impossible date"
    STATUS = "error answer"
    REDIRECT = "redirect to something else"
    KIND = "page in the place of a file"
    EMPTY = "empty answer"
    ERROR_PAGE = "error page"
    PARKED = "parked page"
    WALL = "page of a wall"
    PLACEHOLDER = "page that stands in for one"
    SPAM = "page of somebody who took the address over"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be thought of one capture."""

    rejection: Rejection | None = None
    """Why it is not the page; None: it may be."""
    why: str = ""
    """What speaks against it, for people; empty where nothing does."""
    fits: bool = False
    """Whether it certainly is the page: nothing speaks against it, and what it calls itself, or what kind of file it
    is, fits what is known. Asked of captures that were made when the link was dead."""
    title: str | None = None
    """What the capture calls itself."""

    @property
    def doubtful(self) -> bool:
        """Whether something speaks against a capture that may be the page: others are to be looked at first."""
        return self.rejection is None and bool(self.why)


_PDF_TYPES = frozenset({"application/pdf", "application/x-pdf"})
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_FILES = frozenset({
    "7z", "avi", "bin", "bz2", "djvu", "dmg", "doc", "docx", "eps", "epub", "exe", "flac", "gif", "gz", "h5", "iso",
    "jar", "jpeg", "jpg", "m4a", "m4v", "mkv", "mobi", "mov", "mp3", "mp4", "mpeg", "mpg", "npy", "npz", "odp", "odt",
    "ogg", "pkl", "png", "ppt", "pptx", "ps", "rar", "tar", "tbz2", "tgz", "tif", "tiff", "wav", "webm", "webp", "whl",
    "wmv", "xls", "xlsx", "xz", "zip",
})  # fmt: skip
"""Suffixes of what is never HTML …"""
_TEXTS = frozenset({"bib", "csv", "tex", "tsv", "txt"})
"""… of what has no tags, whatever it is served as …"""
_SHOWN_AS_PAGE = re.compile(
    r"/(?:blob|blame|tree|wiki|src|browse|viewer?)/|/(?:file|image|datei|fichier):", re.IGNORECASE
)
"""… but for pages about such files, of wikis and hosts of code."""
_FILE_TYPES = re.compile(r"(?:image|audio|video|font)/(?!svg).+|application/(?!.*(?:html|xml|json|script)).+")
"""What is never HTML, by its media type."""
_SOMETHING = re.compile(
    rb"<(?:i?frame|img|script|svg|object|embed|canvas|video|audio|input|applet)[\s>/]", re.IGNORECASE
)
"""Elements by which a page without text shows something."""
_HEAD = 1_024
_PREFIX = "x-archive-orig-"
"""Before the names of the archived site's own header fields, in lower case (wayback.md, section 2.3)."""
_REASONS = {Outcome.SOFT_404: Rejection.ERROR_PAGE, Outcome.PARKED: Rejection.PARKED, Outcome.BLOCKED: Rejection.WALL}


def judge(wanted: Wanted, asked: str, answer: Answer, redirects: Sequence[Redirect], sites: Sites) -> Judgement:
    """Return what is to be thought of an answer of the archived site (`answer.archived`) that is no redirect.

    `asked`: the URL whose capture was asked for, that of the link or a variant of it. `redirects`: the archived ones
    that were followed from there, by their original URLs.
    """
    final = redirects[-1].location if redirects else asked
    if leads_away(asked, final):
        return Judgement(Rejection.REDIRECT, f"it leads to {final}")
    if answer.status != 200:
        return Judgement(Rejection.STATUS, f"its status is {answer.status}")
    body = undone(answer.body, answer.headers.get("Content-Encoding"))
    if not body.strip():
        return Judgement(Rejection.EMPTY, "it has no content")
    if is_refusal(body):
        return Judgement(Rejection.PLACEHOLDER, "it is an error of an object store")
    content_type = answer.headers.get("Content-Type") or answer.headers.get(f"{_PREFIX}Content-Type")
    is_html = _is_html(body, content_type)
    kind = _expected_kind(wanted, asked)
    is_page_instead = is_html if kind == "file" else kind == "text" and begins_as_page(body)
    if is_page_instead or (kind == "pdf" and not is_pdf(body)):
        return Judgement(Rejection.KIND, f"it is no {'PDF' if kind == 'pdf' else 'file'}")
    if is_html or is_plain(content_type):
        shown = Shown(asked, final, answer.status, tuple(redirects), known=wanted.known)
        return _of_page(wanted, shown, _response(final, answer, body, content_type), sites)
    if final != asked and not is_known_move(asked, final):
        return _unrelated(final)
    # Who takes a domain over has no such files.
    return Judgement(fits=kind in ("pdf", "file"))


def _of_page(wanted: Wanted, shown: Shown, response: Response, sites: Sites) -> Judgement:
    asked, final = shown.url, shown.final_url
    content = read_response(response, rule=sites.rule_for(final))
    page, evidence = content.page, content.evidence
    shown = replace(shown, page=page, evidence=evidence)
    title = page.title or evidence.title
    rules = tuple(dict.fromkeys(rule for url in (asked, final) if (rule := sites.rule_for(url)) is not None))
    found = interpret(shown, rules)
    if found.outcome is not None:
        return Judgement(_REASONS[found.outcome], found.why, title=title)
    is_it = any(fits(called, wanted) for called in dict.fromkeys((page.title, evidence.title)) if called)
    if not is_it and (wrong := _wrong(wanted, shown, response.body)) is not None:
        return replace(wrong, title=title)
    if final != asked and not is_it and not is_known_move(asked, final):
        return _unrelated(final, title)
    why = ""
    if found.signals:
        why = reason_of(found.signals, shown)
    elif evidence.refresh is not None:
        why = f"it sends readers on to {evidence.refresh}"
    elif not is_it and _is_strange(wanted, shown):
        why = "it seems to be about something else"
    return Judgement(why=why, fits=is_it and not why, title=title)


def _wrong(wanted: Wanted, shown: Shown, body: bytes) -> Judgement | None:
    """Return what a page plainly is that is not the one looked for, though nothing would call a living link dead."""
    evidence, asked = shown.evidence, shown.url
    title = shown.page.title or evidence.title
    if evidence.title and is_error_title(evidence.title) and not _is_about_errors(wanted, asked, evidence.title):
        return Judgement(Rejection.ERROR_PAGE, f"its title is “{evidence.title}”")
    if (called := placeholder(title, evidence, body)) is not None:
        return Judgement(Rejection.PLACEHOLDER, f"it is {called}")
    if title and is_spam(title, wanted):
        return Judgement(Rejection.SPAM, f"its title is “{title}”")
    if not title and not evidence.length and not evidence.refresh and not _SOMETHING.search(body):
        return Judgement(Rejection.EMPTY, "it shows nothing")
    if evidence.refresh is not None and leads_away(asked, evidence.refresh):
        return Judgement(Rejection.REDIRECT, f"it sends readers to {evidence.refresh}")
    return None


def _is_strange(wanted: Wanted, shown: Shown) -> bool:
    """Return whether what is known of the link names nothing on the page, if all that it shows was read."""
    evidence = shown.evidence
    if SHELL in evidence.markers:
        return False
    title = shown.page.title or ""
    return names_nothing_on(
        " ".join((title, evidence.title or "", *evidence.headings, evidence.text, evidence.passage)), wanted
    )


def _unrelated(final: str, title: str | None = None) -> Judgement:
    return Judgement(Rejection.REDIRECT, f"it leads to {final}, and nothing says that this is the page", title=title)


def _expected_kind(wanted: Wanted, asked: str) -> Literal["pdf", "file", "text"] | None:
    """Return what the capture must be; None: anything. What is known of the link says nothing of its variants."""
    known = wanted.media_type if asked == wanted.url else None
    if known is not None and known not in _UNKNOWN_TYPES:
        if known in _PDF_TYPES:
            return "pdf"
        return "file" if _FILE_TYPES.fullmatch(known) else None
    path = urlsplit(asked).path.lower()
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    if not dot or _SHOWN_AS_PAGE.search(path):
        return None
    if suffix == "pdf":
        return "pdf"
    if suffix in _FILES:
        return "file"
    return "text" if suffix in _TEXTS else None


def _is_html(body: bytes, content_type: str | None) -> bool:
    if begins_as_page(body):
        return True
    # Without a type it may be anything.
    return is_page(content_type) and not is_pdf(body) and (bool(content_type) or b"\0" not in body[:_HEAD])


def _is_about_errors(wanted: Wanted, asked: str, title: str) -> bool:
    """Return whether a page is one about error messages, by its address or by what it was called while it lived."""
    return is_about_error(asked) or (wanted.known.title or "").casefold() == title.casefold()


def _response(url: str, answer: Answer, body: bytes, content_type: str | None) -> Response:
    """Return the archived site's answer as the site gave it, without what the archive's servers say of themselves."""
    fields = [
        (name[len(_PREFIX) :], value)
        for name, value in ((name.lower(), value) for name, value in answer.headers.items())
        if name.startswith(_PREFIX) and name != f"{_PREFIX}content-type"
    ]
    if content_type:
        fields.append(("content-type", content_type))
    return Response(url, answer.status, tuple(fields), body, answer.whole)
