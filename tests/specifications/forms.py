"""The forms that a document is read in: containers around it, and bytes that it is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

CONTAINERS: Mapping[str, tuple[str, str]] = {
    "quote": ("> ", "> "),
    "quote without spaces": (">", ">"),
    "quote with tabs": (">\t", ">\t"),
    "quote in quote": ("> > ", ">> "),
    "list": ("- ", "  "),
    "list with tabs": ("-\t", "\t"),
    "ordered list": ("10) ", "    "),
    "list in list in list": ("* 1. + ", "       "),
    "list with tabs in quote": ("> -\t", ">\t"),
    "quote in list": ("- > ", "  > "),
    "footnote": ("[^note]\n\n[^note]: ", "    "),
    "quote in footnote": ("[^note]\n\n[^note]: > ", "    > "),
    "quote, list, list, quote": ("> 1. - > ", ">      > "),
}
"""What stands before the first line, and before the others. A footnote needs a reference, or cmark-gfm drops it."""


def contained(markdown: str, container: str) -> str:
    """Return the markdown inside a container."""
    first, following = CONTAINERS[container]
    lines = markdown.removesuffix("\n").split("\n")
    return "\n".join([first + lines[0], *(following + line for line in lines[1:])]) + "\n"


_CHINESE = "深度学习（链接）\n\n"


def _gb18030(text: str) -> bytes:
    return (_CHINESE + text).encode("gb18030")


BYTE_FORMS: Mapping[str, tuple[Callable[[str], bytes], str]] = {
    "CR LF": (lambda text: (_CHINESE + text).replace("\n", "\r\n").encode(), "utf-8"),
    "CR": (lambda text: (_CHINESE + text).replace("\n", "\r").encode(), "utf-8"),
    "byte order mark": (lambda text: text.encode("utf-8-sig"), "utf-8"),
    "GB 18030": (_gb18030, "gb18030"),
    "invalid UTF-8": (lambda text: b"caf\xe9 \xff\xe4\xb8\n\n" + text.encode(), "utf-8"),
    "NUL": (lambda text: ("\0\n\n" + text.replace("](", "](\0")).encode(), "utf-8"),
}
"""How the bytes are made of a text, and the encoding to read them in."""


def text_of(data: bytes, encoding: str = "utf-8", skip: int = 0) -> str:
    """Return the text that these bytes stand for, as CommonMark reads it (sections 2.1 and 2.3).

    Without its first `skip` lines: those of the front matter.
    """
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return text.split("\n", skip)[-1]
