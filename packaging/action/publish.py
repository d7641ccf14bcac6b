"""Keeps one pull request with the repaired documents, and one issue that tells of broken links, as they are tonight.

Run by action.yml in a checkout, after `dlt-crawl run`, with `dlt-crawl`, `git` and `gh` on the PATH and the token of
`gh` in GH_TOKEN. What belongs to somebody else is left alone: a branch to which somebody has committed, a pull request
or an issue that somebody has closed, for as long as it would say the same again. Needs the standard library alone.

Environment: INPUT_PULL_REQUEST and INPUT_ISSUE ("true": keep it), INPUT_BRANCH, INPUT_LABEL, INPUT_PATHS and INPUT_LIST
(one a line), INPUT_CONFIG; GITHUB_REF_NAME (the branch that the documents are on) and GITHUB_OUTPUT.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

# Who commits in the name of GitHub Actions; the number is that of the account (GitHub REST API, "Get a user").
NAME = "github-actions[bot]"
EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"

# Nothing but content: what a configuration or attributes name may neither run nor change what is told of it.
DIFF = ("diff", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color")

REPORT_MARKER = "<!-- dlt-crawl:report -->"
BROKEN_STATES = ("dead", "invalid")
PUBLISHED = "refs/dlt-crawl/published"


class Failure(Exception):
    """A command failed; the sentence says which and what it said."""


@dataclass(frozen=True)
class Inputs:
    """What the action was told."""

    branch: str
    label: str
    base: str
    config: str
    paths: Sequence[str]
    listed: Sequence[str]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Inputs:
        """Read them from the environment."""

        def lines(name: str) -> Sequence[str]:
            return [line.strip() for line in environment.get(name, "").splitlines() if line.strip()]

        return cls(
            branch=environment.get("INPUT_BRANCH") or "dlt-crawl/repairs",
            label=environment.get("INPUT_LABEL") or "dlt-crawl",
            base=environment["GITHUB_REF_NAME"],
            config=environment.get("INPUT_CONFIG", ""),
            paths=lines("INPUT_PATHS"),
            listed=lines("INPUT_LIST"),
        )

    def program(self, *arguments: str) -> str:
        """Run dlt-crawl, and return what it prints."""
        config = [f"--config={self.config}"] if self.config else []
        return run("dlt-crawl", *config, *arguments)

    @cached_property
    def report(self) -> str:
        """The report as markdown, with all that is to be listed: asked for once the repairs are committed."""
        return self.program("report", "--format", "markdown", *(f"--list={what}" for what in self.listed))


def printed(*command: str, given: bytes = b"", accepted: Sequence[int] = (0,)) -> bytes:
    """Run a command, and return what it prints. What it complains of goes to the log."""
    done = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603
    complaint = done.stderr.decode(errors="replace")
    if done.returncode not in accepted:
        raise Failure(f"{' '.join(command[:3])} … ended with {done.returncode}: {complaint.strip()}")
    relay(complaint)
    return done.stdout


def run(*command: str, given: str = "", accepted: Sequence[int] = (0,)) -> str:
    """Run a command that reads and prints text; what is no UTF-8 in it is replaced."""
    return printed(*command, given=given.encode(), accepted=accepted).decode(errors="replace")


def git(*arguments: str, accepted: Sequence[int] = (0,)) -> str:
    """Run git, and return what it prints, without line feeds at the end."""
    return run("git", *arguments, accepted=accepted).strip()


def relay(said: str) -> None:
    """Write to the log what a program has said: no line of it is a command to the runner, whatever documents hold.

    The runner takes `::command::` at the beginning of a line and `##[command]` anywhere in it, until it is told to stop
    and up to a word that nobody can guess (GitHub Docs, "Workflow commands", "Stopping and starting commands"). All
    goes to standard output: the runner does not read two streams in the order in which they were written.
    """
    if said.strip():
        word = secrets.token_hex(16)
        sys.stdout.write(f"::stop-commands::{word}\n{said.rstrip()}\n::{word}::\n")


def say(kind: str, sentence: str) -> None:
    """Tell something beside the log: `kind` is "notice", "warning" or "error"."""
    line = sentence.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    sys.stdout.write(f"::{kind} title=dlt-crawl::{line}\n")


def output(name: str, value: object) -> None:
    """Set an output for other steps."""
    if path := os.environ.get("GITHUB_OUTPUT"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{name}={value}\n")


def marker(kind: str, value: str) -> str:
    """Return a line that nobody sees, by which it is known the next night what a description told."""
    return f"\n<!-- dlt-crawl:{kind} {value} -->\n"


# ── The pull request ────────────────────────────────────────────────────────────────────────────────────────────────


def keep_pull_request(inputs: Inputs) -> int | None:
    """Let the branch and its pull request hold tonight's repairs; return the number of the pull request."""
    if git("rev-parse", "--is-shallow-repository") == "true":
        raise Failure("the checkout is shallow: give actions/checkout `fetch-depth: 0`")
    base, published = git("rev-parse", "HEAD"), published_branch(inputs)
    known = pull_requests(inputs)
    if elsewhere := [each for each in known if each["state"] == "OPEN" and each["baseRefName"] != inputs.base]:
        at = elsewhere[0]
        said = f"#{at['number']} proposes repairs of {at['baseRefName']!r}, and this is {inputs.base!r}"
        say("warning", f"{said}: {inputs.branch} is left alone. Give this one another `branch`.")
        return None
    known = [each for each in known if each["baseRefName"] == inputs.base]
    at = next((each for each in known if each["state"] == "OPEN"), None)
    if published and not is_ours(published):
        say("warning", f"Somebody has committed to {inputs.branch}: it is left alone until it is merged or deleted.")
        return at["number"] if at else None
    tip = repaired_branch(inputs)
    if tip is None:
        if at:
            close_pull_request(inputs, at, published)
        return None
    # As bytes: lists may be in any encoding.
    patch = printed("git", "patch-id", "--stable", given=printed("git", *DIFF, base, tip)).split()[0].decode()
    if at is None and (refused := refusal(known, patch)):
        say("notice", f"#{refused} proposed these repairs and was closed: they are not proposed again.")
        return None
    if not published or not is_same(published, tip):
        lease = f"--force-with-lease=refs/heads/{inputs.branch}:{published}"
        git("push", "--quiet", lease, "origin", f"refs/heads/{inputs.branch}:refs/heads/{inputs.branch}")
    title, body = git("log", "-1", "--format=%s", tip), inputs.report + marker("patch", patch)
    if at:
        run("gh", "pr", "edit", str(at["number"]), "--title", title, "--body-file", "-", given=body)
        return int(at["number"])
    wanted = ("--base", inputs.base, "--head", inputs.branch, "--title", title, "--body-file", "-")
    return number_in(run("gh", "pr", "create", *wanted, given=body))


def published_branch(inputs: Inputs) -> str:
    """Fetch the branch as it was published, and return its commit; empty when there is none."""
    told = git("ls-remote", "--heads", "origin", f"refs/heads/{inputs.branch}")
    if not told:
        return ""
    git("fetch", "--quiet", "--no-tags", "origin", f"+refs/heads/{inputs.branch}:{PUBLISHED}")
    return git("rev-parse", PUBLISHED)


def is_ours(published: str) -> bool:
    """Tell whether nobody else has committed to a branch; merges, as of "Update branch", are nobody's work.

    Line by line, and no line stripped: somebody may have no address.
    """
    return set(run("git", "log", "--no-merges", "--format=%ce", published, "--not", "HEAD").splitlines()) <= {EMAIL}


def is_same(one: str, other: str) -> bool:
    """Tell whether two commits have the same content and parents: they may differ in when they were made."""
    content = "%T %P"
    return git("log", "-1", f"--format={content}", one) == git("log", "-1", f"--format={content}", other)


def repaired_branch(inputs: Inputs) -> str | None:
    """Commit the repairs to the branch, anew, and return the commit; None when there is nothing to repair."""
    reference = f"refs/heads/{inputs.branch}"
    if git("symbolic-ref", "--quiet", "HEAD", accepted=(0, 1)) == reference:
        raise Failure(f"{inputs.branch} is checked out: repairs are committed on top of another branch")
    git("update-ref", "-d", reference)
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": NAME, f"GIT_{role}_EMAIL": EMAIL}
    relay(inputs.program("repair", "--commit", "--branch", inputs.branch, "--", *inputs.paths))
    return git("rev-parse", "--verify", "--quiet", reference, accepted=(0, 1)) or None


def pull_requests(inputs: Inputs) -> Sequence[Mapping[str, Any]]:
    """Return the pull requests from the branch, newest first: none of forks, whose branches may be named likewise."""
    fields = "number,state,body,baseRefName,isCrossRepository"
    wanted = ("--head", inputs.branch, "--state", "all", "--limit", "100", "--json", fields)
    found = json.loads(run("gh", "pr", "list", *wanted))
    return sorted((each for each in found if not each["isCrossRepository"]), key=lambda each: -each["number"])


def refusal(known: Sequence[Mapping[str, Any]], patch: str) -> int | None:
    """Return the number of the last pull request, when it proposed the same edits and was closed."""
    last = next(iter(known), None)
    if last is None or last["state"] != "CLOSED" or marker("patch", patch).strip() not in last["body"]:
        return None
    return int(last["number"])


def close_pull_request(inputs: Inputs, at: Mapping[str, Any], published: str) -> None:
    """Close a pull request whose repairs are not needed any more, and delete its branch."""
    # Without its marker: if the same is to be repaired one day, nobody has refused it.
    run("gh", "pr", "edit", str(at["number"]), "--body-file", "-", given=inputs.report)
    said = "Nothing is left to repair: these links live again, or were mended otherwise."
    run("gh", "pr", "close", str(at["number"]), "--comment", said)
    if published:
        git("push", "--quiet", f"--force-with-lease=refs/heads/{inputs.branch}:{published}", "origin",
            f":refs/heads/{inputs.branch}")  # fmt: skip


# ── The issue ───────────────────────────────────────────────────────────────────────────────────────────────────────


def keep_issue(inputs: Inputs, pull_request: int | None) -> int | None:
    """Let the issue say what is broken tonight; return its number, unless there is none or it was closed."""
    report = json.loads(inputs.program("report", "--format", "json"))
    if report["run"] is None or report["run"]["network"] != "ok":
        say("notice", "Nothing reliable is known of tonight: the issue stays as it is.")
        return None
    broken = sorted(broken_links(report))
    known = issues(inputs)
    at = next((each for each in known if each["state"] == "OPEN"), None)
    if at is None and not broken:
        return None
    links = hashlib.sha256("\n".join(broken).encode()).hexdigest()[:16]
    if at is None and (refused := silenced(known, links)):
        say("notice", f"#{refused} told of these links and was closed: they are not told again.")
        return None
    repairs = f"\nThe repairs are in #{pull_request}.\n" if pull_request else ""
    body = inputs.report + repairs + marker("links", links)
    title = f"{len(broken):,} broken links" if len(broken) != 1 else "1 broken link"
    if at is None:
        # It must exist to be given; that it does is no failure.
        run("gh", "label", "create", inputs.label, "--description", "Broken links, as dlt-crawl found them",
            accepted=(0, 1))  # fmt: skip
        wanted = ("--title", title, "--label", inputs.label, "--body-file", "-")
        return number_in(run("gh", "issue", "create", *wanted, given=body))
    run("gh", "issue", "edit", str(at["number"]), "--title", title, "--body-file", "-", given=body)
    if not broken:
        run("gh", "issue", "close", str(at["number"]), "--comment", "No link is broken any more.")
        return None
    return int(at["number"])


def broken_links(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the links of a report that are broken, and that nobody has asked to ignore."""
    for link in report["links"]:
        if link["state"] in BROKEN_STATES and not link.get("ignored"):
            yield link["url"]


def issues(inputs: Inputs) -> Sequence[Mapping[str, Any]]:
    """Return the issues that we wrote, newest first. Strangers can write the marker, but give no labels."""
    wanted = ("--label", inputs.label, "--state", "all", "--limit", "100", "--json", "number,state,body")
    found = json.loads(run("gh", "issue", "list", *wanted))
    return sorted((each for each in found if each["body"].startswith(REPORT_MARKER)), key=lambda each: -each["number"])


def silenced(known: Sequence[Mapping[str, Any]], links: str) -> int | None:
    """Return the number of the last issue, when it told of the same links and was closed."""
    last = next(iter(known), None)
    return int(last["number"]) if last and marker("links", links).strip() in last["body"] else None


def number_in(printed: str) -> int:
    """Return the number of what `gh` has created: it prints the address."""
    found = re.search(r"/(\d+)\s*$", printed)
    if found is None:
        raise Failure(f"gh did not say what it created: {printed!r}")
    return int(found[1])


def main() -> int:
    """Keep what is asked for; what fails of it does not keep the rest from being told."""
    inputs = Inputs.of(os.environ)
    pull_request, failed = None, False
    if os.environ.get("INPUT_PULL_REQUEST") == "true":
        try:
            pull_request = keep_pull_request(inputs)
        except Failure as failure:
            say("error", str(failure))
            failed = True
        output("pull-request", pull_request or "")
    if os.environ.get("INPUT_ISSUE") == "true":
        try:
            output("issue", keep_issue(inputs, pull_request) or "")
        except Failure as failure:
            say("error", str(failure))
            failed = True
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
