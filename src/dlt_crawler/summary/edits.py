"""One edit, for somebody who decides about it: its place, both URLs and the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from dlt_crawler.language import _, told
from dlt_crawler.model import LinkOccurrence, LinkStatus, Repair, RepairKind, RepairStyle
from dlt_crawler.report import place, wording
from dlt_crawler.report.paper import Paper


def of_question(edit: Repair, link: LinkStatus | None, number: int, of: int) -> str:
    """Return one edit of `of` in a document, for somebody who is asked about it; `link`: all that is known of it."""
    paper = Paper()
    paper.blank()
    sentence = _("{place}: {kind} ({number} of {of} in this document)")
    paper.line(sentence.format(place=place(edit.occurrence), kind=_kind(edit), number=number, of=of))
    write_label(paper, edit.occurrence)
    if link is not None:
        if link.page.title:
            paper.title(_("its page: “{title}”").format(title=link.page.title), 4)
        paper.prose(_state(link), 4)
    _write_urls(paper, edit)
    paper.prose(told(edit.evidence), 4)
    return paper.text


def _state(link: LinkStatus) -> str:
    verdict = link.verdict
    state = wording.state_word(verdict.state)
    return _("{state}, {since}").format(state=state, since=wording.since(verdict) or wording.last_ok(verdict))


def write_edit(paper: Paper, same: Sequence[Repair], *, refused: str | None = None) -> None:
    """Write one edit, which may be made in several places: the evidence, or why it was refused."""
    for each in same:
        paper.line(f"{place(each.occurrence)}: {_kind(each)}")
    write_label(paper, same[0].occurrence)
    _write_urls(paper, same[0])
    paper.prose(told(same[0].evidence if refused is None else refused), 4)


def _kind(edit: Repair) -> str:
    kind = kind_word(edit.kind)
    return _("{kind}, appended").format(kind=kind) if _is_appended(edit) else kind


def kind_word(kind: RepairKind) -> str:
    """Say why a URL is replaced, in a word or two."""
    match kind:
        case RepairKind.SNAPSHOT:
            return _("snapshot")
        case RepairKind.REDIRECT:
            return _("new address")
        case RepairKind.RETURN:
            return _("return")


def _is_appended(edit: Repair) -> bool:
    return edit.style is RepairStyle.APPEND and edit.undoes is None


def write_label(paper: Paper, link: LinkOccurrence) -> None:
    """Write the label that a reader sees, where there is one beside the URL."""
    if link.text not in {link.raw, link.url, ""}:
        paper.title(f"“{link.text}”", 4)


def _write_urls(paper: Paper, edit: Repair) -> None:
    # As a diff marks what stays beside what is added.
    paper.line(f"{' ' if _is_appended(edit) else '-'} {edit.occurrence.raw}", 2)
    paper.line(f"+ {edit.replacement}", 2)
