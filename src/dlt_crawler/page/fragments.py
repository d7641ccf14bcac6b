"""Which fragments of a link a page does not have. Pure.

A fragment is only called missing when nothing but an element of that name, or a text, can be meant by it, and when it
is not a script that makes the elements of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from itertools import islice
from urllib.parse import unquote

_DIRECTIVE = ":~:"
"""What follows is for the browser, and not the name of an element (URL Fragment Text Directives, section 3.1)."""

_UNDERSTOOD = re.compile(
    r"(?:top)?"  # HTML standard, section 7.4.6.4
    # The state of a program: routes, and parameters (gid=0 of a table, page=2 of a PDF, t=10 of a film).
    r"|[/!?].*|.*[=&/].*"
    # Lines of a file, whose elements a script makes: GitHub, GitLab, Gitea, Gitiles, Bitbucket, cgit, docs.rs.
    r"|L[CR]?\d+(?:C\d+)?(?:-(?:L[CR]?)?\d+(?:C\d+)?)?|n\d+|(?:lines-)?\d+(?:[-:,]\d+)*"
    # GitHub and GitLab: what of a discussion or of a change is loaded when it is scrolled to …
    r"|(?:(?:issue|discussion|commit|pullrequest)?(?:comment|review)|issue|discussion|answer|event|note)[-_]\d\w*"
    r"|discussion_?r\d+|r\d{5,}|diff-[0-9a-f]{8,}\w*|ref-(?:commit|issue|pullrequest)-\w+"
    # … what a repository is shown in, and the files of a gist.
    r"|readme|[\w.-]+-ov-file|file-[\w.-]+|start-of-content",
    re.IGNORECASE | re.DOTALL,
)
_VALUE = r"""(?=\s{0,9}+\\{0,9}+(?:"([^"]++)"|'([^']++)'|([^\s"'<>=\\]++)(?=[\s"'>\\])))"""
"""Also of HTML in JSON in the page, where quotes are escaped. Looked at only: a value may stand in another one. Every
kind ends with what begins the next of its kind, so that all of them together are about as long as the page."""
_ID = re.compile(r"""=(?:(?<=[\s"'/][iI][dD]=)|(?<=\s[iI][dD]\s=))""" + _VALUE)
"""Looked at from the sign on: it is rare, and so found six times as fast as what stands before it."""
_NAME_OF_ANCHOR = re.compile(r"""<[aA]\s(?:[^<>]{0,999}?[\s"'/])??[nN][aA][mM][eE]\s{0,9}+=""" + _VALUE)
_JSON_ESCAPE = re.compile(r"(?<!\\)\\++u([0-9a-fA-F]{4})")
_PREFIX = "user-content-"
"""GitHub and GitLab put it before the names that a document gives, whose case does not count then. Their scripts find
an element with either name."""
_NAMED_BY_SCRIPT = (
    'content="GitLab"',  # It loads files that it shows, README.md among them.
    "$docsify", "docsify.min.js", "<zero-md", "strapdown",
    "anchors.add(", "respec-w3c", "/respec.js", "<redoc", "swagger-ui", "ReactDOM.render(",
    '<div id="doc" class="',  # CodiMD and HackMD: the page is Markdown yet.
)  # fmt: skip
"""Traces of programs that make elements, or name them, in the browser."""

_LONGEST = 1_000
"""Characters: what is longer is no name, and hardly a quotation. Playgrounds keep programs there."""
_MOST_NAMES = 100_000
"""In a page (30 ms, 15 MB) above which no name is looked for."""
_REFERENCES = 50_000
"""Character references in a page (25 ms), or in its names, above which no text, or no name, is looked for."""
_SEARCHED = 50_000_000
"""Characters, in all searches for texts in a page (50 ms), after which no more are looked for."""
_TAG = re.compile(r"<[^<>]*>")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")


def may_be_missing(fragment: str) -> bool:
    """Return whether a page that does not have it can be told from one that has."""
    name, directive = _parts(fragment)
    return len(fragment) <= _LONGEST and (not _UNDERSTOOD.fullmatch(name) if name else bool(directive))


def missing(source: str, fragments: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `fragments` that lead nowhere in an HTML page, of which `source` is all.

    An element is found by its id, an <a> by its name, too, as the fragment is written or with its percent-encoding
    undone (HTML standard, section 7.4.6.4); a text by the words that are to be there, without regard to case and white
    space. Where there is an element, a text is but marked in it, and not looked for.
    """
    wanted = {fragment: _parts(fragment) for fragment in fragments if may_be_missing(fragment)}
    lost = _lost(source, {name for name, _ in wanted.values() if name})
    gone = _gone(source, dict.fromkeys(directive for name, directive in wanted.values() if not name))
    if not (lost or gone) or any(trace in source for trace in _NAMED_BY_SCRIPT):
        return ()
    return tuple(
        fragment
        for fragment in fragments
        if fragment in wanted and (wanted[fragment][0] in lost or wanted[fragment] in gone)
    )


def _parts(fragment: str) -> tuple[str, str]:
    """Return the name and the directive of a fragment, either of which may be empty."""
    name, _, directive = fragment.partition(_DIRECTIVE)
    return name, directive


def _lost(source: str, names: set[str]) -> set[str]:
    """Return those of `names` that no element has; none where there is too much in the page to know."""
    lost = names
    for attribute in (_ID, _NAME_OF_ANCHOR):
        if lost:
            there = _there(source, attribute)
            lost = set() if there is None else {name for name in lost if there.isdisjoint(_spellings(name))}
    return lost


def _there(source: str, attribute: re.Pattern[str]) -> set[str] | None:
    """Return the names that an attribute gives to elements; None where there are too many."""
    found = islice(attribute.finditer(source), _MOST_NAMES + 1)
    values = [value[value.lastindex or 0] for value in found]
    # All at once: that is three times as fast.
    escaped = "\0".join(value for value in values if "\\" in value or "&" in value)
    if len(values) > _MOST_NAMES or escaped.count("&") + escaped.count("\\u") > _REFERENCES:
        return None
    names = {*values, *(name.rstrip("\\") for name in _decoded(escaped).split("\0"))}
    # The fragment of a URL is percent-encoded, however it was written.
    names |= {unquote(name) for name in names if "%" in name}
    return names | {name.casefold() for name in names if name[: len(_PREFIX)].casefold() == _PREFIX}


def _decoded(text: str) -> str:
    """Return a text without the escapes of JSON, if it stands in such, and without those of HTML."""
    plain = _JSON_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    # JSON has two escapes for what lies beyond the first 65,536 characters.
    return unescape(plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _spellings(name: str) -> set[str]:
    """Return the names of elements that a fragment leads to."""
    plain = unquote(name)
    folded = plain.casefold()
    if folded.startswith(_PREFIX):
        return {name, plain, folded, plain[len(_PREFIX) :]}
    return {name, plain, _PREFIX + folded}


def _gone(source: str, directives: Iterable[str]) -> set[tuple[str, str]]:
    """Return those of the directives that name texts of which the page has none, each after the name of no element."""
    texts = {directive: words for directive in directives if (words := _texts(directive))}
    if not texts or source.count("&") > _REFERENCES:
        return set()
    # What scripts hold is left in: it is more likely to be shown than to be a text that is gone.
    page = _folded(unescape(_TAG.sub("", source)))
    searches = _SEARCHED // (len(page) + 1)
    gone = set()
    for directive, wanted in texts.items():
        searches -= len(wanted)
        if searches < 0:
            break
        if not any(_in_order(page, words) for words in wanted):
            gone.add(("", directive))
    return gone


def _texts(directive: str) -> list[list[str]]:
    """Return the texts that a directive names, any of which will do; none where it names none that can be read."""
    return [words for each in directive.split("&") if each.startswith("text=") and (words := _words(each[5:]))]


def _words(parameters: str) -> list[str]:
    """Return `[prefix-,]start[,end][,-suffix]` in the order of the page; none where it cannot be read."""
    parts = parameters.split(",")
    before = parts.pop(0)[:-1] if len(parts) > 1 and parts[0].endswith("-") else ""
    after = parts.pop()[1:] if len(parts) > 1 and parts[-1].startswith("-") else ""
    if len(parts) > 2:
        return []
    return [word for each in (before, *parts, after) if (word := _folded(unquote(each)))]


def _in_order(page: str, words: list[str]) -> bool:
    """Return whether the words come one after the other, whatever is between: there may be what nobody sees."""
    end = 0
    for word in words:
        at = page.find(word, end)
        if at < 0:
            return False
        end = at + len(word)
    return True


def _folded(text: str) -> str:
    return "".join(text.translate(_INVISIBLE).casefold().split())
