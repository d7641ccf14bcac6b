"""Which fragments of a link a page does not have. Pure.

A fragment is only called missing when nothing but an element of that name, or a text, can be meant by it, and when it
is not a script that makes the elements of the page.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import codepoint2name
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
_ID = r"""=(?:(?<=[\s"'/][iI][dD]=)|(?<=\s[iI][dD]\s=))"""
"""Looked at from the sign on: it is rare, and so found six times as fast as what stands before it."""
_NAME_OF_ANCHOR = r"""<[aA]\s(?:[^<>]{0,999}?[\s"'/])??[nN][aA][mM][eE]\s{0,9}+="""
_QUOTE = r"""\s{0,9}+\\{0,9}+["']?+"""
"""Also of HTML in JSON in the page, where quotes are escaped."""
_END = r"""(?=[\s"'>\\])"""
_PREFIX = "user-content-"
"""GitHub and GitLab put it before the names that a document gives, whose case does not count then."""
_NAMED_BY_SCRIPT = (
    'content="GitLab"',  # It loads files that it shows, README.md among them.
    "$docsify", "docsify.min.js", "<zero-md", "strapdown",
    "anchors.add(", "respec-w3c", "/respec.js", "<redoc", "swagger-ui", "ReactDOM.render(",
    '<div id="doc" class="',  # CodiMD and HackMD: the page is Markdown yet.
)  # fmt: skip
"""Traces of programs that make elements, or name them, in the browser."""

_LONGEST = 1_000
"""Characters: what is longer is no name, and hardly a quotation. Playgrounds keep programs there."""
_REFERENCES = 50_000
"""Character references in a page (25 ms) above which no text is looked for."""
_TAG = re.compile(r"<[^<>]*>")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")


def may_be_missing(fragment: str) -> bool:
    """Return whether a page that does not have it can be told from one that has."""
    name, _, directive = fragment.partition(_DIRECTIVE)
    return len(fragment) <= _LONGEST and (bool(directive) or not _UNDERSTOOD.fullmatch(name))


def missing(source: str, fragments: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `fragments` that lead nowhere in an HTML page, of which `source` is all.

    An element is found by its id, an <a> by its name, too, as the fragment is written or with its percent-encoding
    undone (HTML standard, section 7.4.6.4); a text by the words that are to be there, without regard to case and white
    space.
    """
    wanted = [(fragment, *fragment.partition(_DIRECTIVE)[::2]) for fragment in fragments if may_be_missing(fragment)]
    named = {name for _, name, _ in wanted if not _UNDERSTOOD.fullmatch(name)}
    texts = {directive for _, _, directive in wanted if directive}
    lost = {*_lost(source, named), *(each for each in texts if not _says(source, each))}
    if not lost or any(trace in source for trace in _NAMED_BY_SCRIPT):
        return ()
    return tuple(fragment for fragment, name, directive in wanted if name in lost or directive in lost)


def _lost(source: str, names: set[str]) -> list[str]:
    """Return those of `names` that no element has."""
    left = sorted(names)
    for attribute in (_ID, _NAME_OF_ANCHOR):
        position = 0
        while left:
            values = "|".join(f"({_spellings(name)})" for name in left)
            found = re.compile(f"{attribute}{_QUOTE}(?:{values}){_END}").search(source, position)
            if found is None:
                break
            # Another name may be spelt for the same element.
            position = found.start()
            del left[(found.lastindex or 1) - 1]
    return left


def _spellings(name: str) -> str:
    """Return a pattern without groups for what an attribute with this value looks like in a source."""
    plain = unquote(name)
    decoded = "".join(map(_spelling, plain))
    return f"{re.escape(name)}|{decoded}|(?i:{_PREFIX}{decoded})"


def _spelling(character: str) -> str:
    """Return a pattern for one character: itself, or as HTML or JSON may have it."""
    if character.isascii() and (character.isalnum() or character in "-_.:"):
        return re.escape(character)
    code = ord(character)
    named = f"|&{codepoint2name[code]};" if code in codepoint2name else ""
    return rf"(?:{re.escape(character)}|\\u{code:04x}|(?i:&#(?:0{{0,4}}{code}|x0{{0,4}}{code:x});){named})"


def _says(source: str, directive: str) -> bool:
    """Return whether the page has one of the texts that a directive names; True where it names none."""
    wanted = [words for each in directive.split("&") if each.startswith("text=") and (words := _words(each[5:]))]
    if not wanted:
        return True
    if source.count("&") > _REFERENCES:
        return True
    # What scripts hold is left in: it is more likely to be shown than to be a text that is gone.
    page = _folded(unescape(_TAG.sub("", source)))
    return any(_in_order(page, words) for words in wanted)


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
