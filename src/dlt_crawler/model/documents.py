"""What is written: documents, their links, and what is odd about these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dlt_crawler.model.ignores import Ignore

MAX_HEADING = 200
"""Characters of a heading that are kept."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open byte offsets of a URL's text in its file: the destination alone, without brackets or quotes."""

    start: int
    end: int


class LinkKind(StrEnum):
    """The construct a link is written in, in CommonMark's terms."""

    INLINE = "inline"
    IMAGE = "image"
    REFERENCE = "reference"
    AUTOLINK = "autolink"
    BARE = "bare"
    HTML = "html"
    FRONT_MATTER = "front_matter"
    CODE = "code"
    IMPLIED = "implied"


class SkipReason(StrEnum):
    """Why a written link is not checked. `INVALID` is the only one that says something is wrong with the link."""

    EMPTY = "empty"
    FRAGMENT = "fragment"
    RELATIVE = "relative"
    MAILTO = "mailto"
    SCHEME = "scheme"
    EXCLUDED = "excluded"
    IGNORED = "ignored"
    """A comment in the document says so (`dlt-crawl: ignore`), whatever is written there."""
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Resource:
    """A normalised http(s) URL without fragment: what is checked once, however often it is written."""

    url: str


class DocumentFormat(StrEnum):
    """How a document is read."""

    MARKDOWN = "markdown"
    """CommonMark 0.31.2 with GFM's tables, strikethrough and bare URLs, footnotes, and front matter."""
    HTML = "html"
    TEXT = "text"
    NOTEBOOK = "notebook"
    """Jupyter: the markdown cells."""
    RST = "rst"
    """reStructuredText."""
    BIBTEX = "bibtex"


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One source file: how people name it (relative to the working directory if possible), its bytes, their SHA-256."""

    path: str
    data: bytes
    digest: str
    format: DocumentFormat = DocumentFormat.MARKDOWN


class NoSpan(StrEnum):
    """Why the exact bytes of a link are not known. It is checked, and never edited."""

    INTERRUPTED = "interrupted"
    """It is written over several lines, with marks of its container (quote marks, indents) between."""
    REWRITTEN = "rewritten"
    """What the file says is not what is read there: a folded YAML string, a concatenation, an escape of the format."""
    SCANNED = "scanned"
    """The document could not be parsed within its limits: the link was found by a plain scan."""


@dataclass(frozen=True, slots=True)
class LinkOccurrence:
    """One written link."""

    file: str
    span: Span | None
    """None when the exact bytes are not known, for the reason `no_span`."""
    line: int
    column: int
    """Where the URL begins, both 1-based, the column in characters."""
    kind: LinkKind
    raw: str
    """Exactly the bytes of the span, decoded."""
    url: str | None
    """The destination as a renderer resolves it, with its fragment; None when it is unusable."""
    text: str
    """The label that a reader sees, on one line; the raw URL where there is none."""
    target: Resource | SkipReason
    """What is checked for this occurrence, or why nothing is."""
    alternative: Resource | None = None
    """What else may be meant, checked too: the longer URL that GFM reads, the URL without its invisible characters."""
    renders: bool = True
    """Whether a reader of the rendered document can follow it: not in code, comments, alternative texts, definitions
    that nothing refers to."""
    headings: tuple[str, ...] = ()
    """The headings that it stands under, outermost first, each cut to MAX_HEADING characters."""
    no_span: NoSpan | None = None
    original: Resource | None = None
    """For a link into an archive: the page that is archived there, checked too."""
    ambiguous: bool = field(default=False, compare=False)
    """Whether GFM takes it for a part of something else, which an edit must not change. Only extraction knows it."""
    ignored: Ignore | None = field(default=None, compare=False)
    """Which comment says that it is to be left alone (`SkipReason.IGNORED`). Edits before that comment move it."""


class LintKind(StrEnum):
    """What is odd about how a link or a document is written, whatever becomes of the link."""

    EMPTY_LINK = "empty_link"
    WRAPPED_DESTINATION = "wrapped_destination"
    """`[text]((https://example.org))`: renderers take the inner parentheses as part of the URL."""
    URL_RUNS_INTO_TEXT = "url_runs_into_text"
    """A bare URL that GFM reads on into the text behind it."""
    ZERO_WIDTH_IN_URL = "zero_width_in_url"
    MOJIBAKE = "mojibake"
    """The document was decoded with a wrong encoding once ("å¦" for one Chinese character)."""
    DUPLICATE_LINK = "duplicate_link"
    UNUSED_REFERENCE = "unused_reference"
    DUPLICATE_REFERENCE = "duplicate_reference"
    DANGLING_REFERENCE = "dangling_reference"
    """`[text][label]` or `[^label]` without a definition."""
    NESTING_LIMIT = "nesting_limit"
    """Nested more deeply than is parsed: the links in there were found by a plain scan."""
    LABEL_SHOWS_OTHER_URL = "label_shows_other_url"
    NOT_PARSED = "not_parsed"
    """The document could not be parsed within its limits: its links were found by a plain scan."""
    TOO_MANY_LINKS = "too_many_links"
    UNKNOWN_DIRECTIVE = "unknown_directive"
    """A comment `dlt-crawl: …` that says nothing that is understood, or that enables what nothing has disabled."""
    EXPIRED_IGNORE = "expired_ignore"
    """A comment that left links alone until a day that has passed."""
    NEEDLESS_IGNORE = "needless_ignore"
    """A comment that leaves links alone, where there is none."""


@dataclass(frozen=True, slots=True)
class Lint:
    """One odd place in a document."""

    file: str
    line: int
    column: int
    """1-based, the column in characters; those of the link if it is about one."""
    span: Span | None
    """The bytes that it is about, if they are known."""
    kind: LintKind
    message: str
    """What is odd, as a sentence a person understands."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that is written in one document, in document order."""

    links: tuple[LinkOccurrence, ...]
    lints: tuple[Lint, ...] = ()
    until: datetime | None = None
    """When the first of its ignores expires, and with it what is written here (aware UTC); None: none does."""
