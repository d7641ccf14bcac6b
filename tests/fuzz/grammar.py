"""Markdown documents at random: constructs with links, in containers, among Chinese text and unfinished markup.

All choices come from a `random.Random`: Hypothesis gives one whose choices it knows to make smaller, the fuzz one for
each seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

_HOSTS = ("https://a.com", "http://b.org:8080", "https://例え.jp", "HTTPS://A.com", "https://www.中文.cn")
_PATHS = (
    *(
        "/{}",
        "/{}",
        "/{}/",
        "/{}?a=1&b=2",
        "/{}?a&amp;b",
        "/{}#部分",
        "/{}_(a)",
        "/{}(1).pdf",
        "/深度{}",
        "/wiki/学_{}",
    ),
    *(
        "/{}%E4%BD",
        "/{}&copy;x",
        "/{}&#40;",
        "/{}*x*",
        "/{}_x_",
        "/{}~~x~~",
        "/{}\\)",
        "/{}\\_",
        "/{}'",
        "/{};",
        "//{}",
    ),
    *("/{}[x]", "/{},x", "/{}|x", "/{}\\|x", "/{}\u200b", "/{}é"),
)
_OTHER_URLS = ("/u{}", "u{}.md", "#u{}", "mailto:u{}@b.com", "javascript:u{}", "//a.com/{}", "u{}\\*", "&ouml;{}")
_LABELS = ("one", "Two", "三", "f*o", "a\\]b", "two\n  lines", "![x]")
_TITLES = ("", "", "", ' "title"', " 'a\\'b'", " (标题)", '\n"on the\nnext lines"', " ")
_BLANKS = ("", "", "", " ", "\n", "  ")
_WORDS = (
    *(
        "text",
        "text",
        "链接",
        "深度学习",
        "é",
        "，",
        "。",
        "（",
        "）",
        "、",
        "：",
        "“",
        "🙂",
        "x.",
        "a@b.com",
        "1. ",
        "- ",
        "#",
    ),
    *(
        "*",
        "**",
        "_",
        "~~",
        "`",
        "``",
        "[",
        "]",
        "![",
        "](",
        "<",
        ">",
        "(",
        ")",
        "|",
        "\\|",
        "\\",
        "\\[",
        "&amp;",
        "&#91;",
    ),
    *("</a>", "<b>", "<!-- c -->", "<!--", "-->", "$", "=", "+", "\t", "  ", "  \n", '"', "'", ":"),
    "\u200b",
)
_BEFORE_BARE = ("", "", " ", "（", "参考：", "(", "*", "[", '"', "\\", "<", "=", "é", "~~", "x")
_BARE_HOSTS = (
    "https://a.com",
    "http://b.org",
    "ftp://f.org",
    "www.a.com",
    "https://sub.例え.jp",
    "https://user@h.org:1",
)
_BEHIND_BARE = (
    *(
        "",
        "",
        " ",
        " ",
        ".",
        ",",
        "，中文",
        "。",
        "）",
        ")",
        "中文",
        "_",
        "*",
        "**",
        "~~",
        "`x`",
        "<",
        "&lt;",
        '"',
        "]",
        "|",
    ),
    *("、https://b.org/x", ",https://b.org/x", "[x](/y)", "\\", "🙂", "?!"),
)
_EMPHASIS = ("*", "**", "_", "~~", "***")
_MARKS = (
    *(("> ", "> "), (">", ">"), (">\t", ">\t"), ("> ", ""), ("   > ", ">"), ("- ", "  "), ("* ", "  "), ("-\t", "\t")),
    *(("10) ", "    "), ("1.  ", "    "), ("- ", " "), ("+   ", "    ")),
    *(("-     ", "  "), ("> - ", ">   "), ("- > ", "  > ")),
)
"""What stands before the first line of a block in a container, and before the others; some leave these lazy."""

_FOOTNOTES = (("[^note]: ", "    "), ("[^Ü]:", "\t"), ("[^note]: - ", "      "))
"""Not in one another: of two with one label in each other every parser makes something else."""

_DEPTH = 3
"""Containers in one another at most."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A document, the encoding to read its bytes in, and how many of its lines are front matter."""

    data: bytes
    encoding: str = "utf-8"
    front_matter: int = 0


def document(random: Random) -> Generated:
    """Return a document."""
    return _Writer(random).document()


_BYTE_FORMS: tuple[tuple[Callable[[str], bytes], str], ...] = (
    (str.encode, "utf-8"),
    (str.encode, "utf-8"),
    (lambda text: text.replace("\n", "\r\n").encode(), "utf-8"),
    (lambda text: text.replace("\n\n", "\n\r").encode(), "utf-8"),
    (lambda text: text.encode("utf-8-sig"), "utf-8"),
    (lambda text: f"{text}\n\n深度".replace("\n", "\r\n").encode("gb18030"), "gb18030"),
    (lambda text: f"{text}\n\n\0 \0".encode(), "utf-8"),
    (lambda text: text.encode() + b"\n\n\xff\xe4\xb8", "utf-8"),
)


class _Writer:
    """Writes one document. No two of its URLs are equal: each has a number."""

    def __init__(self, random: Random) -> None:
        self._choice = random.choice
        self._randrange = random.randrange
        self._number = 100

    def document(self) -> Generated:
        front = self._front_matter()
        blocks = [self._block(_DEPTH) for _ in range(1 + self._randrange(4))]
        text = front + self._choice(("\n\n", "\n\n", "\n")).join(blocks) + self._choice(("\n", ""))
        encode, encoding = self._choice(_BYTE_FORMS)
        return Generated(encode(text), encoding, front.count("\n"))

    def _front_matter(self) -> str:
        match self._randrange(8):
            case 0:
                return f"---\nurl: https://f.org/{self._next()}\ntitle: 链接\n---\n"
            case 1:
                return f"---\nimages: [\"https://f.org/{self._next()}\"]\nx: 'y'\n---\n"
            case _:
                return ""

    # ── Blocks ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _block(self, depth: int) -> str:
        if depth and self._randrange(3) == 0:
            inner = [self._block(depth - 1) for _ in range(1 + self._randrange(2))]
            first, *others = self._choice(("\n\n", "\n")).join(inner).split("\n")
            mark, following = self._choice(_MARKS + _FOOTNOTES if depth == _DEPTH else _MARKS)
            return "\n".join([mark + first, *(following + line for line in others)])
        return self._choice(_LEAF_BLOCKS)(self)

    def _paragraph(self) -> str:
        return "\n".join(self._text(2) for _ in range(1 + self._randrange(3)))

    def _heading(self) -> str:
        if self._randrange(2):
            return f"## {self._line()} ##"
        return f"{self._paragraph()}\n{self._choice(('===', '---'))}"

    def _table(self) -> str:
        rows = [[self._cell(), self._cell()], ["-", ":-:"]]
        rows += [[self._cell() for _ in range(1 + self._randrange(3))] for _ in range(self._randrange(3))]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)

    def _cell(self) -> str:
        line = self._line()
        return line.replace("|", "\\|") if self._randrange(2) else line

    def _definition(self) -> str:
        between = self._choice((" ", "", "\n", "\n  "))
        return f"[{self._choice(_LABELS)}]:{between}{self._destination()}{self._choice(_TITLES)}"

    def _html_block(self) -> str:
        opening = self._choice(
            ("<div>", "<p><a href=https://c.com/x", "<!--", "<table><tr>", "<pre>", "</p>", "<script>")
        )
        closing = self._choice(("</div>", '<img\n src="https://c.com/y">', "-->", "</script>", "</pre>\n", ""))
        return f"{opening}\n{self._line()}\n{closing}"

    def _code(self) -> str:
        fence = self._choice(("```", "~~~ py", "    ", "\t"))
        return f"{fence}{self._line()}" if fence.isspace() else f"{fence}\n{self._line()}\n{fence[:3]}"

    def _little(self) -> str:
        return self._choice(("---", "***", "-", "1)", "#", "", "<!-- a -->"))

    # ── Inlines ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _line(self) -> str:
        return self._text(2).replace("\n", " ")

    def _text(self, depth: int) -> str:
        between = self._choice((" ", " ", ""))
        return between.join(self._inline(depth) for _ in range(1 + self._randrange(4)))

    def _inline(self, depth: int) -> str:
        if depth and self._randrange(2):
            return self._choice(_AROUND)(self, self._text(depth - 1) if self._randrange(4) else "")
        return self._choice(_LEAVES)(self)

    def _word(self) -> str:
        return self._choice(_WORDS)

    def _bare(self) -> str:
        host = self._choice(_BARE_HOSTS)
        return self._choice(_BEFORE_BARE) + host + self._path() + self._choice(_BEHIND_BARE)

    def _autolink(self) -> str:
        return f"<{self._web()}>" if self._randrange(4) else f"<u{self._next()}@b.com>"

    def _code_span(self) -> str:
        return f"`{self._web()}`"

    def _tag(self) -> str:
        tag = self._choice(('<img src="{}" alt="图">', "<a class=x\n  href='{}'>", "<img src={}>", "<!-- {} -->", None))
        if tag is None:
            return f'<img srcset="{self._web()} 1x, {self._web()} 2x">'
        return tag.format(self._web())

    def _reference(self) -> str:
        label = self._choice(_LABELS)
        return self._choice(("[{}]", "[{}][]", "![{}]", "[^note]", "[^Ü]")).format(label)

    def _link(self, label: str) -> str:
        blank, end = self._choice(_BLANKS), self._choice(_BLANKS)
        return f"[{label}]({blank}{self._destination()}{self._choice(_TITLES)}{end})"

    def _image(self, label: str) -> str:
        return f"!{self._link(label)}"

    def _full_reference(self, label: str) -> str:
        return f"[{label}][{self._choice(_LABELS)}]"

    def _emphasis(self, content: str) -> str:
        mark = self._choice(_EMPHASIS)
        return f"{mark}{content}{mark}"

    # ── URLs ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _destination(self) -> str:
        match self._randrange(8):
            case 0:
                return f"<{self._url()}>"
            case 1:
                return f"<{self._url()}{self._choice((' 空 b', '(x', ''))}>"
            case 2:
                return self._choice(("", "<>", f"({self._web()})", f"[x]({self._web()})", f"`{self._web()}`"))
            case _:
                return self._url()

    def _url(self) -> str:
        return self._web() if self._randrange(3) else self._choice(_OTHER_URLS).format(self._next())

    def _web(self) -> str:
        return self._choice(_HOSTS) + self._path()

    def _path(self) -> str:
        return self._choice(_PATHS).format(self._next())

    def _next(self) -> int:
        self._number += 1
        return self._number


_LEAF_BLOCKS: tuple[Callable[[_Writer], str], ...] = (
    *(_Writer._paragraph, _Writer._paragraph, _Writer._paragraph, _Writer._heading, _Writer._table),
    *(_Writer._definition, _Writer._definition, _Writer._html_block, _Writer._code, _Writer._little),
)
_LEAVES: tuple[Callable[[_Writer], str], ...] = (
    *(_Writer._word, _Writer._word, _Writer._word, _Writer._bare, _Writer._bare, _Writer._autolink),
    *(_Writer._code_span, _Writer._tag, _Writer._reference),
)
_AROUND: tuple[Callable[[_Writer, str], str], ...] = (
    *(_Writer._link, _Writer._link, _Writer._image, _Writer._full_reference, _Writer._emphasis),
)
