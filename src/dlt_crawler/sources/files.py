"""Documents on disk: which ones there are, reading them, and replacing one without ever leaving half of it."""

from __future__ import annotations

import glob
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from dlt_crawler.errors import RepairError, SourceError
from dlt_crawler.model import DocumentFormat, SourceDocument
from dlt_crawler.sources.formats import SUFFIXES, chosen_format, format_of
from dlt_crawler.sources.options import Options

_DEFAULT_OPTIONS = Options()
_NO_FORMATS: Mapping[str, DocumentFormat] = {}


def find(patterns: Sequence[str], formats: Mapping[str, DocumentFormat] = _NO_FORMATS) -> list[Path]:
    """Return the documents that `patterns` name (files, directories, globs with "**"), sorted, each once.

    A directory stands for the files under it whose suffix names a format, or for which `formats` has a pattern; hidden
    files and directories are passed over. Raises SourceError, which names the pattern, where nothing is found.
    """
    # Said of all documents it says how they are read, and not which files are documents.
    named = {pattern: document_format for pattern, document_format in formats.items() if pattern != "*"}
    documents: dict[Path, Path] = {}
    for pattern in patterns:
        for path in _matches(pattern, named):
            documents.setdefault(path.resolve(), path)
    return sorted(documents.values())


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
    if len(data) > options.max_file:
        limit = f"{options.max_file / 1_000_000:.10g} MB" if options.max_file >= 1000 else f"{options.max_file} bytes"
        raise SourceError(f"{path}: is larger than {limit}; split it, or raise `extract.max_file`")
    name = _name(path)
    document_format = format_of(PurePath(name), options.formats)
    return SourceDocument(name, data, hashlib.sha256(data).hexdigest(), document_format)


def write(path: Path, data: bytes) -> None:
    """Replace the file at `path`, or make it and its directories: whoever looks sees the old bytes or the new ones.

    An existing file keeps its mode. Raises RepairError, which names the path, and leaves the old file as it was; a
    symbolic link is refused, because replacing it would cut it off from the file it points to.
    """
    if path.is_symlink():
        raise RepairError(f"{path}: is a symbolic link; name the file that it points to")
    temporary = path.with_name(f".{path.name[:200]}.{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_through(temporary, data, _mode(path))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_directory(path.parent)
    except OSError as error:
        raise RepairError(f"{path}: cannot be written: {error.strerror}") from error


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


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _write_through(path: Path, data: bytes, mode: int | None) -> None:
    # Not tempfile: its files are private, and a new document is to get the mode that the umask leaves.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        if mode is not None:
            os.fchmod(descriptor, mode)
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _sync_directory(path: Path) -> None:
    """Make the new name durable, too."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
