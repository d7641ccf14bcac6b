"""What the scripts of the action find on a runner: `dlt-crawl`, `gh`, git, and files for what they say."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.git_support import NOBODY
from tests.program import program as forks

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "packaging" / "action"

PROGRAM = f"""#!{sys.executable} -IS
import json, os, socket, sys
asked = socket.socket(socket.AF_UNIX)
asked.connect(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "program"))
asked.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode())
asked.shutdown(socket.SHUT_WR)
status, out, err = json.loads(b"".join(iter(lambda: asked.recv(65536), b"")))
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(status)
"""
"""`dlt-crawl`, without waiting for its imports: the fork that `tests.program` makes of it does the work."""

GH = f"""#!{sys.executable} -IS
# The little of GitHub's program that is used here. What GitHub holds is a file of JSON beside it.
import json, os, sys
path = os.environ["FAKE_GITHUB"]
github = json.load(open(path)) if os.path.exists(path) else dict(calls=[], labels=[], pr=[], issue=[])
kind, verb, *rest = sys.argv[1:]
github["calls"].append([kind, verb])
flags, plain = {{}}, []
while rest:
    word = rest.pop(0)
    if word.startswith("--"):
        flags[word] = rest.pop(0)
    else:
        plain.append(word)
if "--body-file" in flags:
    assert flags["--body-file"] == "-"
    flags["--body"] = sys.stdin.read()
    assert len(flags["--body"]) <= 65_536, "GitHub refuses it"
status = 0
if kind == "label":
    status = int(plain[0] in github["labels"])
    github["labels"] = sorted({{*github["labels"], plain[0]}})
elif verb == "list":
    found = [each for each in github[kind] if each.get("head") == flags.get("--head")
             and each.get("label") == flags.get("--label")]
    fields = flags["--json"].split(",")
    print(json.dumps([{{field: each[field] for field in fields}} for each in found[: int(flags["--limit"])]]))
elif verb == "create" and os.environ.get("REFUSED") == kind:
    sys.exit("GitHub Actions is not permitted to create or approve pull requests")
elif verb == "create":
    assert flags.get("--label") in [None, *github["labels"]], "could not add label"
    number = 1 + len(github["pr"]) + len(github["issue"])
    github[kind].append(dict(number=number, state="OPEN", title=flags["--title"], body=flags["--body"],
        head=flags.get("--head"), baseRefName=flags.get("--base"), label=flags.get("--label"), isCrossRepository=False))
    print(f"https://github.example/o/r/{{kind}}s/{{number}}")
else:
    (at,) = [each for each in github[kind] if str(each["number"]) == plain[0]]
    assert verb in ("edit", "close")
    if verb == "close":
        at.update(state="CLOSED", comment=flags["--comment"])
    else:
        at.update({{key: flags["--" + key] for key in ("title", "body") if "--" + key in flags}})
json.dump(github, open(path, "w"))
sys.exit(status)
"""


COMMANDS = {"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice",
            "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"}  # fmt: skip


def acted_upon(log: str) -> list[tuple[str, str]]:
    """The commands in a log that the runner obeys, each with its data.

    As actions/runner does it (ActionCommand.TryParseV2, then TryParse, ActionCommandManager.TryProcessCommand).
    """
    found: list[tuple[str, str]] = []
    word = ""
    for line in log.splitlines():
        match = re.match(r"\s*::([^\s:]+)(?: .*?)?::(.*)", line) or re.search(r"##\[([^\s\]]+)[^\]]*\](.*)", line)
        if match is None:
            continue
        command, data = match.groups()
        if word:
            word = "" if command == word else word
        elif command == "stop-commands":
            word = data
        elif command in COMMANDS:
            found.append((command, data))
    assert not word, "the steps that follow are not heard"
    return found


class Runner:
    """A machine of GitHub Actions, as far as scripts see it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for name, text in {"dlt-crawl": PROGRAM, "gh": GH}.items():
            (home / "bin").mkdir(exist_ok=True)
            (home / "bin" / name).write_text(text)
            (home / "bin" / name).chmod(0o755)
        for name in ("output", "summary", "path"):
            (home / name).touch()

    @property
    def environment(self) -> Mapping[str, str]:
        """What steps find in their environment."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "INPUT_"))}
        return {
            **inherited,
            "GIT_CONFIG_GLOBAL": NOBODY["GIT_CONFIG_GLOBAL"],
            "GIT_CONFIG_SYSTEM": NOBODY["GIT_CONFIG_SYSTEM"],
            "PATH": f"{self.home / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.home),
            "GITHUB_OUTPUT": str(self.home / "output"),
            "GITHUB_STEP_SUMMARY": str(self.home / "summary"),
            "GITHUB_PATH": str(self.home / "path"),
            "GITHUB_REF_NAME": "main",
            "DLT_CRAWL_REPORT__BASE": "https://github.example/o/r/blob/4f2a",
            "FAKE_GITHUB": str(self.home / "github.json"),
        }

    @property
    def github(self) -> dict[str, Any]:
        """What GitHub holds by now."""
        held: dict[str, Any] = json.loads((self.home / "github.json").read_text())
        return held

    def outputs(self) -> Mapping[str, str]:
        """What steps have set since they were asked for last; the last word counts."""
        said = (self.home / "output").read_text()
        (self.home / "output").write_text("")
        return dict(line.split("=", 1) for line in said.splitlines())


@contextmanager
def runner(home: Path) -> Iterator[Runner]:
    """Have a runner on whose PATH the program is."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(home / "program"))
        server.listen()
        thread = threading.Thread(target=_serve, args=(server,))
        thread.start()
        try:
            yield Runner(home)
        finally:
            with socket.socket(socket.AF_UNIX) as last:
                last.connect(str(home / "program"))
            thread.join()


def _serve(server: socket.socket) -> None:
    while True:
        asked, _ = server.accept()
        with asked, asked.makefile("rb") as stream:
            order = stream.read()
            if not order:
                return
            arguments, directory, environment = json.loads(order)
            done = forks().run(arguments, Path(directory), environment, timeout=60)
            asked.sendall(json.dumps(done).encode())
