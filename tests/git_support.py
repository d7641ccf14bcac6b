"""Git repositories in tests: a document and its commits, and programs that a hostile one would like to run."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

NOBODY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@a.example",
    "GIT_COMMITTER_NAME": "C",
    "GIT_COMMITTER_EMAIL": "c@c.example",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


class Repository:
    """A repository with one document, whose commits say when their lines were written."""

    def __init__(self, root: Path, name: str = "list.md", *options: str) -> None:
        self.root = root
        self.document = root / name
        self.document.parent.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", *options)

    def git(self, *arguments: str, **environment: str) -> str:
        return git(self.root, *arguments, **environment)

    def commit(self, day: str, *lines: str, end: str = "\n") -> None:
        """Commit the document as these lines, written at noon of that day."""
        self.document.write_bytes("".join(line + end for line in lines).encode())
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", day, GIT_AUTHOR_DATE=f"{day}T12:00:00+0000")

    def clone(self, to: Path, *options: str) -> Path:
        """Clone it as over a network, and return where."""
        git(self.root, "clone", "--quiet", *options, f"file://{self.root}", str(to))
        return to


def git(directory: Path, *arguments: str, **environment: str) -> str:
    """Run git as a person would, with no settings but those of the repository, and return what it prints."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["git", "-C", str(directory), *arguments],
        env=inherited | NOBODY | environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def program(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def set_traps(repository: Repository, elsewhere: Path, filtered: str = "*") -> Callable[[], str]:
    """Let a repository name a program wherever git would take one; return what tells which have run."""
    ran = elsewhere / "ran"
    trap = program(elsewhere / "trap", f'echo "$0 $*" >> "{ran}"', "cat 2>/dev/null", "exit 0")
    hooks = elsewhere / "hooks"
    for hook in ("post-checkout", "pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "post-index-change",
                 "fsmonitor-watchman", "reference-transaction"):  # fmt: skip
        program(hooks / hook, f'echo "$0" >> "{ran}"')
        program(repository.root / ".git" / "hooks" / hook, f'echo "$0" >> "{ran}"')
    (repository.root / ".gitattributes").write_text(f"* diff=evil merge=evil\n{filtered} filter=evil\n")
    (repository.root / ".git" / "info" / "attributes").write_text(f"* diff=evil\n{filtered} filter=evil\n")
    settings = {
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(hooks),
        "core.pager": str(trap),
        "core.editor": str(trap),
        "core.sshCommand": str(trap),
        "core.gitProxy": str(trap),
        "core.askPass": str(trap),
        "core.alternateRefsCommand": str(trap),
        "core.untrackedCache": "true",
        "credential.helper": f"!{trap}",
        "diff.external": str(trap),
        "diff.evil.textconv": str(trap),
        "diff.evil.command": str(trap),
        "filter.evil.clean": str(trap),
        "filter.evil.smudge": str(trap),
        "filter.evil.process": str(trap),
        "filter.evil.required": "true",
        "alias.blame": f"!{trap}",
        "alias.porcelain": f"!{trap}",
        "pager.blame": str(trap),
        "gpg.program": str(trap),
        "commit.gpgSign": "true",
        "trailer.evil.command": str(trap),
        "core.splitIndex": "true",
        "log.showSignature": "true",
        "interactive.diffFilter": str(trap),
        "gc.auto": "1",
    }
    for name, value in settings.items():
        repository.git("config", name, value)
    return lambda: ran.read_text() if ran.exists() else ""
