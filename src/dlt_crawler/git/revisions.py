"""What was committed where a branch has gone on from: with what a pull request is compared."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dlt_crawler.errors import ConfigError, GitError
from dlt_crawler.git.commits import FILES, entries
from dlt_crawler.git.running import TIMEOUT, ask, run, said

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NOTHING = re.compile(r"0{40}|0{64}")
"""What hooks, and events of forges, name where there was nothing before: a new branch."""
_SHOWN = 100
"""Characters of a revision in a message."""


@dataclass(frozen=True, slots=True)
class Base:
    """A commit that what is checked out has gone on from."""

    commit: str
    """Empty: none, everything is new."""
    files: Mapping[bytes, str]
    """Path from the root of the work tree → id of the blob, for regular files."""
    submodules: Mapping[Path, str] = field(default_factory=dict)
    """Where their work trees are → id of their commit."""


def require_revision(revision: str) -> str:
    """Return the revision. Raises ConfigError for what git would take for something else: an option, or nothing."""
    if not revision.strip() or revision.startswith("-"):
        advice = "name a branch, a tag or a commit, such as origin/main"
        raise ConfigError(f"{_shown(revision)} is no git revision: {advice}")
    return revision


def base_of(root: Path, revision: str) -> Base:
    """Return the commit in which the history of `revision` and that of HEAD part, in the work tree at `root`.

    That is their best common ancestor (git-merge-base(1)), as for GitHub's pull requests: what was committed to the
    other branch since then is not taken for a change of this one. Before the first commit it is nothing, and so it is
    for the id of the empty tree, by which git itself names what there was before. A submodule without such a revision
    is compared with the commit that the repository around it had of it then. Raises ConfigError, which says what to do,
    where git knows no such revision, or the histories have nothing in common, and GitError where git cannot tell.
    """
    commit = _commit(root, require_revision(revision))
    if commit is None and (revision == "HEAD" or revision == _empty_tree(root)):
        return Base("", {})
    if commit is None and (around := _around(root, revision)) is not None:
        link = around.submodules.get(root)
        return base_of(root, link) if link else Base("", {})
    if commit is None:
        raise ConfigError(f"{root}: git knows no revision {_shown(revision)} here; {_advice(root, revision)}")
    if _commit(root, "HEAD") is None:
        raise ConfigError(f"{root}: has no commit yet: everything is new; leave --since out")
    try:
        told = run(root, "merge-base", commit, "HEAD")
    except subprocess.CalledProcessError as error:
        if error.returncode == 1:
            message = f"{root}: {_shown(revision)} and what is checked out have no commit in common"
            raise ConfigError(f"{message}; {_advice(root, revision)}") from error
        raise GitError(f"{root}: {said(error)}") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"{root}: git takes more than {TIMEOUT} seconds") from error
    parted = told.decode().strip()
    listed = [*entries(ask(root, "ls-tree", "-r", "-z", "--full-tree", parted))]
    return Base(
        parted,
        {path: name for mode, _, name, path in listed if mode in FILES},
        {root / os.fsdecode(path): name for _, kind, name, path in listed if kind == b"commit"},
    )


def _commit(root: Path, revision: str) -> str | None:
    try:
        told = run(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode(errors="replace").strip()
    except subprocess.CalledProcessError:
        return None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise GitError(f"{root}: git cannot be asked: {error}") from error
    # A range, or what begins with "^", names several commits.
    return told if _COMMIT.fullmatch(told) else None


def _around(root: Path, revision: str) -> Base | None:
    """Return the base of the repository that the one at `root` is a submodule of; None where it knows none either."""
    told = ask(root, "rev-parse", "--show-superproject-working-tree").removesuffix(b"\n")
    around = Path(os.fsdecode(told))
    # A repository may say that its work tree is anywhere.
    if not told or not root.is_relative_to(around) or _commit(around, revision) is None:
        return None
    return base_of(around, revision)


def _empty_tree(root: Path) -> str:
    return ask(root, "hash-object", "-t", "tree", "--stdin").decode().strip()


def _advice(root: Path, revision: str) -> str:
    if _NOTHING.fullmatch(revision):
        return "all zeros stand for a branch that was not there before: name the one that it has begun from"
    if ask(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        return (
            "this is a shallow clone, which lacks most of the history: give `fetch-depth: 0` to actions/checkout, or "
            "run `git fetch --unshallow`"
        )
    return "`git branch --all` and `git tag` list what there is, and `git fetch` brings what is missing"


def _shown(revision: str) -> str:
    return repr(revision if len(revision) <= _SHOWN else f"{revision[:_SHOWN]}…")
