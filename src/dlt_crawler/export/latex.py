r"""Text of others as LaTeX in which nothing of it acts: no command, no group, no comment, no end of a field.

BibTeX counts braces whether a backslash is before them or not (btxdoc, section 3): so none of a text stays one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # In the oldest encoding of fonts these are others (LaTeX font encodings, OT1).
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_SPECIALS = re.compile("[" + re.escape("".join(_SPECIAL)) + "]")
_NOT_IN_URL = re.compile(r"[\\{}\s\"<>^`|]")
_NOT_IN_COMMAND = re.compile(r"[%#]")
"""What `\\url` cannot have in it within the argument of another command (url.sty, section 1), as in a `note`."""
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ACRONYM = re.compile(r"[^\W\d_]*[a-z0-9][A-Z]|[A-Z]{2}|[A-Z]\d|\d[A-Z]")
_SHORT = 4
"""Letters: words with fewer are not capitalised in titles where all others are."""
_IN_TITLE_CASE = 0.75
"""Of the longer words behind the first, acronyms aside: that are capitalised where this is how titles are written."""


def text(plain: str) -> str:
    """Return a text that LaTeX prints as it is."""
    return _SPECIALS.sub(lambda found: _SPECIAL[found[0]], plain)


def title(plain: str, language: str = "") -> str:
    """Return a title, with braces around the words whose capitals a style must not take away.

    Acronyms and names of products ({BERT}, {ImageNet}); where only some words are capitalised, those. In German nouns
    are, so that the whole title is kept.
    """
    if language == "de":
        return f"{{{text(plain)}}}"
    words = _WORD.findall(plain)[1:]
    longer = [word for word in words if len(word) >= _SHORT and word.isalpha() and not _ACRONYM.search(word)]
    as_titles = len(longer) > 0 and sum(word[0].isupper() for word in longer) >= _IN_TITLE_CASE * len(longer)
    parts, end, first = [], 0, True
    for word in _WORD.finditer(plain):
        is_name = word[0][0].isupper() and not as_titles and not first
        first = plain[word.end() : word.end() + 1] in {":", "?", "!", "."}
        if is_name or _ACRONYM.search(word[0]):
            parts += [text(plain[end : word.start()]), f"{{{text(word[0])}}}"]
            end = word.end()
    return "".join([*parts, text(plain[end:])])


def address(url: str) -> str:
    """Return a URL for a field that is taken as it is (`url`, `doi`): what cannot be in a URL is percent-encoded."""
    return _NOT_IN_URL.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)


def linked(url: str) -> str:
    r"""Return a URL within a text: as `\url`, where that works everywhere."""
    plain = address(url)
    return f"\\texttt{{{text(plain)}}}" if _NOT_IN_COMMAND.search(plain) else f"\\url{{{plain}}}"


def braced(plain: str, escape: Callable[[str], str] = text) -> str:
    """Return a text as one group."""
    return f"{{{escape(plain)}}}"
