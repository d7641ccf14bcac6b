"""Documents on disk: which ones there are, and reading them."""

from __future__ import annotations

import glob
import hashlib
import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from dlt_crawler.errors import SourceError
from dlt_crawler.model import DocumentFormat, SourceDocument
from dlt_crawler.sources.formats import SUFFIXES, chosen_format, format_of
from dlt_crawler.sources.options import Options

_DEFAULT_OPTIONS = Options()
_NO_FORMATS: Mapping[str, DocumentFormat] = {}


def find(
    patterns: Sequence[str],
    formats: Mapping[str, DocumentFormat] = _NO_FORMATS,
    say: Callable[[str], None] = lambda _sentence: None,
) -> list[Path]:
    """Return the documents that `patterns` name (files, directories, globs with "**"), sorted, each once.

    A directory stands for the files under it whose suffix names a format, or for which `formats` has a pattern; hidden
    files and directories are passed over. So is, and `say` is told, what symbolic links lead to out of the directory,
    or out of the one that a glob begins with: whoever wrote the link did not choose the file. Of several names of a
    file one without links is taken. Raises SourceError, which names the pattern, where nothing is found.
    """
    # Said of all documents it says how they are read, and not which files are documents.
    named = {pattern: document_format for pattern, document_format in formats.items() if pattern != "*"}
    documents: dict[Path, Path] = {}
    for pattern in patterns:
        tree = _tree(pattern)
        for path in _matches(pattern, named):
            real = path.resolve()
            if tree is not None and not real.is_relative_to(tree):
                say(f"{path}: passed over, since a symbolic link leads from there to {real}; name it to have it read")
            elif real not in documents or os.path.abspath(path) == str(real):  # noqa: PTH100 (as resolve() would not)
                documents[real] = path
    return sorted(documents.values())


def are_documents(
    patterns: Sequence[str], formats: Mapping[str, DocumentFormat] = _NO_FORMATS
) -> Callable[[Path], bool]:
    """Return what tells whether a file that is there no more would be, or have been, a document by these patterns.

    Of a glob only the directory counts that it begins with.
    """
    named = {pattern: document_format for pattern, document_format in formats.items() if pattern != "*"}
    trees = [tree for tree in map(_tree, patterns) if tree is not None]

    def is_document(path: Path) -> bool:
        tree = next((tree for tree in trees if path.is_relative_to(tree)), None)
        if tree is None or any(part.startswith(".") for part in path.relative_to(tree).parts):
            return False
        return path.suffix.lower() in SUFFIXES or chosen_format(path, named) is not None

    return is_document


def read(path: Path, options: Options = _DEFAULT_OPTIONS) -> SourceDocument:
    """Return the document at `path`, named relative to the working directory if it is inside.

    Raises SourceError if it cannot be read, is no regular file, or is larger than `options.max_file`.
    """
    try:
        if path.exists() and not path.is_file():
            raise SourceError(f"{path}: is not a regular file")
        with path.open("rb") as file:
            data = file.read(options.max_file + 1)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    return document_of(path, data, options)


def document_of(path: Path, data: bytes, options: Options = _DEFAULT_OPTIONS) -> SourceDocument:
    """Return the document at `path` as it is when it holds these bytes. Raises SourceError for too many of them."""
    if len(data) > options.max_file:
        limit = f"{options.max_file / 1_000_000:.10g} MB" if options.max_file >= 1000 else f"{options.max_file} bytes"
        raise SourceError(f"{path}: is larger than {limit}; split it, or raise `extract.max_file`")
    name = _name(path)
    document_format = format_of(PurePath(name), options.formats)
    return SourceDocument(name, data, hashlib.sha256(data).hexdigest(), document_format)


def _tree(pattern: str) -> Path | None:
    """Return the real directory that a pattern means the files of; None for that of a single file."""
    path = Path(pattern)
    if path.exists():
        return path.resolve() if path.is_dir() else None
    fixed = itertools.takewhile(lambda part: not glob.has_magic(part), path.parts)
    return Path(*fixed).resolve()


def _matches(pattern: str, formats: Mapping[str, DocumentFormat]) -> Iterator[Path]:
    path = Path(pattern)
    if path.is_dir():
        found = list(_walk(path, formats))
        if not found:
            raise SourceError(
                f"{pattern}: no file in this directory has a suffix of a known format; name a file or another directory"
            )
        yield from found
    elif path.exists():
        yield path
    elif glob.has_magic(pattern):
        # pathlib's own glob goes into hidden directories.
        matches = [Path(name) for name in glob.glob(pattern, recursive=True)]  # noqa: PTH207
        found = [file for match in matches for file in (_walk(match, formats) if match.is_dir() else (match,))]
        if not found:
            raise SourceError(f"{pattern}: no file matches this pattern; check `sources` or the arguments")
        yield from found
    else:
        raise SourceError(f"{pattern}: there is no such file or directory; check `sources` or the arguments")


def _walk(directory: Path, formats: Mapping[str, DocumentFormat]) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise SourceError(f"{error.filename}: cannot be read: {error.strerror}") from error

    for parent, directories, names in os.walk(directory, onerror=refuse):
        directories[:] = [name for name in directories if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            is_document = path.suffix.lower() in SUFFIXES or chosen_format(path, formats) is not None
            if is_document and not name.startswith(".") and path.is_file():
                yield path


def _name(path: Path) -> str:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow symbolic links)
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return absolute.as_posix()
