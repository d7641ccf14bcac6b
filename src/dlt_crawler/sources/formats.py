"""Which format a document has, and who finds its links: one module a format, each imported when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import PurePath
from typing import cast

from dlt_crawler.model import DocumentFormat
from dlt_crawler.sources.found import Finder

SUFFIXES: Mapping[str, DocumentFormat] = {
    ".md": DocumentFormat.MARKDOWN,
    ".markdown": DocumentFormat.MARKDOWN,
    ".mkd": DocumentFormat.MARKDOWN,
    ".mdown": DocumentFormat.MARKDOWN,
    ".txt": DocumentFormat.TEXT,
    ".text": DocumentFormat.TEXT,
    ".bib": DocumentFormat.BIBTEX,
    ".html": DocumentFormat.HTML,
    ".htm": DocumentFormat.HTML,
    ".xhtml": DocumentFormat.HTML,
    ".ipynb": DocumentFormat.NOTEBOOK,
    ".rst": DocumentFormat.RST,
    ".rest": DocumentFormat.RST,
}
"""Lower-case suffix → format. A directory stands for the files under it that have one of these."""

_FINDERS: Mapping[DocumentFormat, str] = {
    DocumentFormat.MARKDOWN: "markdown",
    DocumentFormat.HTML: "html",
    DocumentFormat.TEXT: "plain",
    DocumentFormat.BIBTEX: "bibtex",
    DocumentFormat.RST: "rst",
    DocumentFormat.NOTEBOOK: "notebook",
}
"""The module whose `find` is the finder of a format."""

MODULES = tuple(f"dlt_crawler.sources.{name}" for name in _FINDERS.values())
"""The modules of all finders, for whoever wants them imported beforehand."""


def format_of(path: PurePath, chosen: Mapping[str, DocumentFormat]) -> DocumentFormat:
    """Return the format of a file: that of the last pattern in `chosen` that its name or path matches, else by suffix.

    A file with any other suffix is read as markdown.
    """
    return chosen_format(path, chosen) or SUFFIXES.get(path.suffix.lower(), DocumentFormat.MARKDOWN)


def chosen_format(path: PurePath, chosen: Mapping[str, DocumentFormat]) -> DocumentFormat | None:
    """Return the format of the last pattern that a file's name or path matches; None if there is none."""
    names = (path.name, path.as_posix())
    for pattern in reversed(list(chosen)):
        if pattern in names or any(fnmatchcase(name, pattern) for name in names):
            return chosen[pattern]
    return None


def finder(document_format: DocumentFormat) -> Finder:
    """Return the function that finds the links of a format."""
    module = import_module(f"dlt_crawler.sources.{_FINDERS[document_format]}")
    return cast("Finder", module.find)
