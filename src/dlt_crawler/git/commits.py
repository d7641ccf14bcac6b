"""A commit on a new branch, made beside the work tree, the index and the current branch, which stay as they are.

Made of plumbing alone: no hook, filter or signature takes part, and what is not named is committed as it was.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.git.running import ask, run

FILES = frozenset({b"100644", b"100755"})
"""Modes of regular files."""
_IDENTITY = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
"""Of the environment: whoever runs us there says with them who commits, before all configuration (git-commit(1))."""
_REFLOG = "dlt-crawl: repair"


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that is checked out in a work tree, and its files."""

    root: Path
    """Of the work tree."""
    commit: str
    tree: str
    """Their ids, hexadecimal: 40 digits of SHA-1, or 64 of SHA-256."""
    files: Mapping[bytes, tuple[bytes, str]]
    """Path from the root → mode and id of the blob, for regular files: neither symbolic links nor submodules."""
    submodules: frozenset[bytes]
    """Their paths from the root."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that exists."""

    id: str
    tree: str
    parents: tuple[str, ...]


def head(root: Path) -> Head:
    """Return what is checked out at the root of a work tree. Raises GitError, also where nothing was committed yet."""
    try:
        told = run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except subprocess.CalledProcessError as error:
        if error.stderr:
            raise GitError(f"{root}: {error.stderr.decode(errors='replace').strip()}") from error
        raise GitError(f"{root}: has no commit yet that repairs could be based on") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"{root}: git cannot be asked: {error}") from error
    commit = told.decode().strip()
    tree = ask(root, "rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()
    listed = list(entries(ask(root, "ls-tree", "-r", "-z", "--full-tree", commit)))
    return Head(
        root,
        commit,
        tree,
        {path: (mode, name) for mode, kind, name, path in listed if kind == b"blob" and mode in FILES},
        frozenset(path for _, kind, _, path in listed if kind == b"commit"),
    )


def write_tree(at: Head, changed: Mapping[bytes, bytes]) -> str:
    """Return the id of the tree at `at` with other contents in some of its files, whose modes are kept.

    It is only an object that nothing refers to. Raises GitError.
    """
    with tempfile.TemporaryDirectory(prefix="dlt-crawl-") as directory:
        blobs = _write_blobs(at.root, Path(directory), list(changed.values()))
        lines = [b"%s %s\t%s\0" % (at.files[path][0], blob, path) for path, blob in zip(changed, blobs, strict=True)]
        index = {"GIT_INDEX_FILE": str(Path(directory, "index"))}
        ask(at.root, "read-tree", at.commit, more=index)
        ask(at.root, "update-index", "-z", "--index-info", given=b"".join(lines), more=index)
        return ask(at.root, "write-tree", more=index).decode().strip()


def write_commit(at: Head, tree: str, message: str, when: datetime) -> str:
    """Return the id of a commit of that tree, based on `at`: an object that nothing refers to yet.

    Raises GitError, also where nobody has told git in whose name to commit.
    """
    date = f"@{int(when.timestamp())} +0000"
    more = {**_identity(), "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    for person in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        try:
            ask(at.root, "var", person, more=more)
        except GitError as error:
            unknown = "git does not know in whose name to commit: set `git config user.name` and `user.email`"
            raise GitError(f"{at.root}: {unknown}") from error
    command = ("commit-tree", "--no-gpg-sign", "-p", at.commit, "-F", "-", tree)
    return ask(at.root, *command, given=message.encode(errors="backslashreplace"), more=more).decode().strip()


def branch(root: Path, name: str) -> Commit | None:
    """Return the commit that a branch is at; None when there is no such branch. Raises GitError."""
    found = ask(root, "for-each-ref", "--format=%(objectname)", reference(root, name)).decode().split()
    if not found:
        return None
    tree, *parents = ask(root, "rev-parse", f"{found[0]}^{{tree}}", f"{found[0]}^@").decode().split()
    return Commit(found[0], tree, tuple(parents))


def create_branch(root: Path, name: str, commit: str) -> None:
    """Let a new branch begin at a commit. Raises GitError, also when there is one of this name by now."""
    none = "0" * len(commit)
    ask(root, "update-ref", "--no-deref", "-m", _REFLOG, reference(root, name), commit, none, more=_identity())


def reference(root: Path, name: str) -> str:
    """Return the full name of a branch. Raises GitError where git would not have it (git-check-ref-format(1))."""
    full = f"refs/heads/{name}"
    try:
        run(root, "check-ref-format", full)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise GitError(f"{name!r} is no name that git lets a branch have") from error
    # What `git branch` refuses, too: commands would take it for an option, or for what is checked out.
    if name.startswith("-") or name == "HEAD":
        raise GitError(f"{name!r} is no name that git lets a branch have")
    return full


def _write_blobs(root: Path, directory: Path, contents: Sequence[bytes]) -> Sequence[bytes]:
    """Return the ids of new blobs, given to git as files of this directory: all to one process."""
    names = []
    for number, data in enumerate(contents):
        path = directory / f"blob{number}"
        path.write_bytes(data)
        # One path a line, as in C where it is in quotes (git-hash-object(1), "--stdin-paths").
        names.append(b'"%s"\n' % re.sub(rb'(["\\])', rb"\\\1", os.fsencode(path)).replace(b"\n", b"\\n"))
    return ask(root, "hash-object", "-w", "--no-filters", "--stdin-paths", given=b"".join(names)).split()


def entries(listing: bytes) -> Iterator[tuple[bytes, bytes, str, bytes]]:
    """Yield mode, kind, id and path of what `ls-tree -z` lists."""
    for entry in listing.split(b"\0")[:-1]:
        told, _, path = entry.partition(b"\t")
        mode, kind, name = told.split()
        yield mode, kind, name.decode(), path


def _identity() -> Mapping[str, str]:
    return {name: value for name in _IDENTITY if (value := os.environ.get(name))}
