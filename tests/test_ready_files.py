"""The files for CI, cron and systemd: they are what their readers take, and name only what the program knows."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema.validators import validator_for
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dlt_crawler.cli import app
from dlt_crawler.sources.formats import SUFFIXES
from tests.action_support import ACTION, ROOT, Runner, acted_upon, runner
from tests.git_support import git
from tests.internet.client import Internet
from tests.nightly import Maintainer

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yml"))
GUIDE = ROOT / "docs" / "ci.md"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
SERVICE = ROOT / "packaging" / "systemd" / "dlt-crawl.service"
SCRIPTS = sorted(ACTION.glob("*.sh"))


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """The steps of an action or of a workflow."""
    found = loaded(path)
    for job in found.get("jobs", {"": found.get("runs")}).values():
        yield from job["steps"]


# ── What their readers take ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "schema"),
    [(ROOT / "action.yml", "vendor.github-actions"), *((path, "vendor.github-workflows") for path in EXAMPLES)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_github_reads_it(path: Path, schema: str) -> None:
    rules = get_builtin_schema(schema)
    # Strings that YAML 1.1 reads as something else: `on:` is a boolean.
    found = json.loads(json.dumps({("on" if key is True else key): value for key, value in loaded(path).items()}))
    assert [error.message for error in validator_for(rules)(rules).iter_errors(found)] == []


def test_pre_commit_reads_its_hooks() -> None:
    # What its own validator (clientlib.MANIFEST_HOOK_DICT) wants of a hook, and what would be ignored otherwise.
    known = {"id", "name", "description", "entry", "language", "files", "require_serial", "verbose", "stages",
             "minimum_pre_commit_version"}  # fmt: skip
    for hook in loaded(HOOKS):
        assert {"id", "name", "entry", "language"} <= set(hook) <= known
        suffixes = {each for each in SUFFIXES if re.search(hook["files"], f"a b{each}")}
        assert set(SUFFIXES) - suffixes == {".txt", ".text"}
        assert not re.search(hook["files"], "a.md.py")
        assert hook["entry"].endswith(" --"), "file names may begin with a hyphen"
        assert hook["language"] == "python"


def test_systemd_reads_its_units() -> None:
    service, timer = (configparser.ConfigParser(strict=False, interpolation=None) for _ in range(2))
    for each in (service, timer):
        each.optionxform = str  # type: ignore[assignment, method-assign]
    service.read(SERVICE)
    timer.read(SERVICE.with_suffix(".timer"))
    assert set(service) == {"DEFAULT", "Unit", "Service"}
    assert set(timer) == {"DEFAULT", "Unit", "Timer", "Install"}
    assert service["Service"]["ReadWritePaths"] == service["Service"]["WorkingDirectory"]
    assert service["Service"]["StateDirectory"] == Path(service["Service"]["WorkingDirectory"]).name
    # Not 1: Python ends with it where the program is broken.
    assert service["Service"]["SuccessExitStatus"] == "75"
    assert service["Service"]["ProtectSystem"] == "strict"


# ── What is said of the program is so ───────────────────────────────────────────────────────────────────────────────


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Every call of the program in these files, and where it stands."""
    for quoted in re.findall(r"`(dlt-crawl [^`]+)`", " ".join(GUIDE.read_text().split())):
        yield GUIDE.name, shlex.split(quoted)[1:]
    for line in re.findall(r"bin/dlt-crawl (.*)", GUIDE.read_text() + SERVICE.read_text()):
        yield "units", shlex.split(line.partition(">")[0])
    for hook in loaded(HOOKS):
        said = hook["entry"].partition("exec ")[2].partition("'")[0] or hook["entry"]
        yield hook["id"], shlex.split(said)[1:]
    # In scripts values stand in variables: `--since=…` is given one, arrays are left out.
    run_sh = (ACTION / "run.sh").read_text()
    assert 'quoted "${program[@]}" run "${narrowed[@]}" --exit-code "${arguments[@]}" -- "${paths[@]}"' in run_sh
    yield "run.sh", ["--config=a", "run", "--since=HEAD", "--baseline=a", "--exit-code", "--", "a"]
    narrowed = ["report", "--since=HEAD", "--baseline=a"]
    for line in re.findall(r"^ *report (--format .*?)(?: \|\||$)", run_sh, re.MULTILINE):
        yield "run.sh", [*narrowed, *(re.sub(r"\$\w+", "x", word) for word in shlex.split(line) if "{" not in word)]
    for what in [
        each for path in EXAMPLES for step in steps(path) for each in step.get("with", {}).get("list", "").split()
    ]:
        yield "examples", ["report", f"--list={what}"]


@pytest.mark.parametrize(("where", "arguments"), [*command_lines()])
def test_the_program_understands_it(where: str, arguments: list[str]) -> None:
    program: Any = typer.main.get_command(app)
    with program.make_context("dlt-crawl", list(arguments)) as parsed:
        _name, command, rest = program.resolve_command(parsed, [*parsed._protected_args, *parsed.args])
        # Raises what would be said of wrong usage.
        command.make_context(command.name, rest, parent=parsed)


def test_the_version_is_that_of_the_program() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    said = [*(path.read_text() for path in EXAMPLES), GUIDE.read_text()]
    for text in said:
        assert set(re.findall(r"(?:dlt-crawl/dlt-crawl@|rev: |ref: )(\S+)", text)) == {f"v{version}"}


def test_what_builds_the_program_is_pinned_as_for_its_developers() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^(\S+?)==(.*?)(?=^\S|\Z)", (ROOT / name).read_text(), re.MULTILINE | re.DOTALL))

    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    build, developers = pins("requirements-build.lock"), pins("requirements-dev.lock")
    for name in build:
        needed += [each for each in metadata.requires(name) or () if "extra ==" not in each]
    wanted = [each for each in map(Requirement, needed) if each.marker is None or each.marker.evaluate()]
    assert {canonicalize_name(each.name) for each in wanted} <= set(build)
    assert build == {name: developers[name] for name in build}


# ── What strangers write is no command ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [ROOT / "action.yml", *EXAMPLES], ids=lambda path: path.name)
def test_no_command_holds_an_expression_and_every_action_is_pinned(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        name, _, at = step.get("uses", "dlt-crawl/dlt-crawl@").partition("@")
        assert name == "dlt-crawl/dlt-crawl" or re.fullmatch(r"[0-9a-f]{40}", at), "tags can be moved"


def test_caches_are_told_apart_whatever_their_names_begin_with() -> None:
    held = [step["with"] for step in steps(ROOT / "action.yml") if "actions/cache/" in step.get("uses", "")]
    assert [each["key"].partition("${{ github.run_id }}")[0] for each in held] == [held[0]["restore-keys"]] * 2
    assert held[0]["restore-keys"].endswith("/${{ inputs.cache }}/")


def test_pull_requests_are_written_from_the_default_branch_alone() -> None:
    (nightly,) = loaded(EXAMPLES[0])["jobs"].values()
    assert "github.ref_name == github.event.repository.default_branch" in nightly["if"]


def test_every_input_reaches_what_reads_it_and_says_what_it_means() -> None:
    action = loaded(ROOT / "action.yml")
    text = (ROOT / "action.yml").read_text()
    for name, given in {**action["inputs"], **action["outputs"]}.items():
        assert given["description"].endswith("."), name
    for name in action["inputs"]:
        assert f"inputs.{name} " in text, f"nobody reads {name}"
    scripts = "".join(path.read_text() for path in ACTION.iterdir() if path.is_file())
    given = {name for step in steps(ROOT / "action.yml") for name in step.get("env", {})}
    assert {
        name for name in given if name.startswith("INPUT_") and name not in scripts + text.partition("Say how")[2]
    } == set()
    assert set(re.findall(r"INPUT_[A-Z]\w+", scripts)) <= given


def test_workflows_may_do_no_more_than_they_need() -> None:
    allowed = {path.stem: loaded(path)["jobs"] for path in EXAMPLES}
    assert all(loaded(path)["permissions"] == {} for path in EXAMPLES)
    assert allowed["dlt-crawl-nightly"]["nightly"]["permissions"] == {
        "contents": "write", "issues": "write", "pull-requests": "write",
    }  # fmt: skip
    assert "write" not in str(allowed["dlt-crawl-pull-request"]["links"]["permissions"]["contents"])
    assert "pull_request_target" not in loaded(EXAMPLES[1])[True]


# ── The script of the action, by the program ────────────────────────────────────────────────────────────────────────


def test_the_action_runs_and_tells(tmp_path: Path, internet: Internet) -> None:
    work, home = tmp_path / "work", tmp_path / "runner"
    work.mkdir()
    home.mkdir()
    maintainer = Maintainer.begin(work, internet)
    gone = internet.http_url("/status/404")
    maintainer.write("a b;$(touch evil).md", f"[##[add-mask]http gone]({gone})")
    maintainer.write("other.md", f"[other]({internet.http_url('/status/410')})")
    inputs = {
        "INPUT_PATHS": "\n  lists/a b;$(touch evil).md \r\n\n",
        "INPUT_ARGUMENTS": "--full",
        "INPUT_LIST": "failing",
        "INPUT_SARIF": "out/$(touch evil).sarif",
    }
    with runner(home) as machine:

        def run(**more: str) -> subprocess.CompletedProcess[str]:
            command = ["bash", str(ACTION / "run.sh")]
            environment = {**machine.environment, **inputs, **more}
            return subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)

        done = run()
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"^::error .*file=lists/a b", done.stdout, re.MULTILINE)
        assert {command for command, _ in acted_upon(done.stdout)} == {"error", "notice"}
        outputs = machine.outputs()
        assert (outputs["status"], outputs["broken"]) == ("1", "1")
        assert gone in (home / "summary").read_text()
        assert json.loads(Path(outputs["json"]).read_text())["links"][0]["url"] == gone
        assert json.loads((work / outputs["sarif"]).read_text())["version"] == "2.1.0"
        assert not (work / "evil").exists()

        wrong = run(INPUT_ARGUMENTS="--no-such-option")
        assert (wrong.returncode, machine.outputs()["status"]) == (2, "2")
        assert "::error title=dlt-crawl::the configuration" in wrong.stdout


def test_elsewhere_than_on_linux_the_action_says_so_at_once(tmp_path: Path) -> None:
    environment = {**os.environ, "RUNNER_OS": "macOS", "RUNNER_TEMP": str(tmp_path)}
    command = ["bash", str(ACTION / "install.sh")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("\n")) == (2, 1)
    assert acted_upon(done.stdout) == [("error", "needs a runner with Linux, such as ubuntu-24.04: this is macOS")]


# ── The hook, by git's stages ───────────────────────────────────────────────────────────────────────────────────────


def test_the_hook_checks_what_its_stage_is_about(tmp_path: Path, internet: Internet) -> None:
    work, home = tmp_path / "work", tmp_path / "runner"
    work.mkdir()
    home.mkdir()
    maintainer = Maintainer.begin(work, internet)
    gone, fine = internet.http_url("/status/404"), internet.http_url("/ok")
    git(work, "init", "--quiet", "--initial-branch=main")
    name, hook = "lists/-a.md", loaded(HOOKS)[0]
    with runner(home) as machine:

        def commit() -> None:
            git(work, "add", "lists")
            git(work, "commit", "--quiet", "--message", "x")

        def stopped(stage: str, **environment: str) -> str:
            """What a hook says that stops what is going on; empty when all may go on."""
            assert stage in hook["stages"]
            return hooked(machine, work, hook["entry"], name, **environment)

        # The first commit of a repository, and one that adds nothing broken.
        maintainer.write("-a.md", f"[gone]({gone})")
        git(work, "add", "lists")
        assert f"{name}:1:8: {gone} (" in stopped("pre-commit")
        commit()
        maintainer.write("-a.md", f"[gone]({gone}) [fine]({fine})")
        git(work, "add", "lists")
        assert stopped("pre-commit") == ""
        commit()

        # What is pushed has been committed: compared is what the other side has. Nothing, at the first push.
        assert stopped("pre-push", PRE_COMMIT_FROM_REF="HEAD~1", PRE_COMMIT_TO_REF="HEAD") == ""
        assert f"{name}:1:8: {gone} (" in stopped("pre-push")
        maintainer.write("-a.md", f"[gone]({gone})", f"[more]({gone}?more)")
        commit()
        told = stopped("pre-push", PRE_COMMIT_FROM_REF="HEAD~1", PRE_COMMIT_TO_REF="HEAD")
        assert f"{name}:2:8: {gone}?more (" in told
        assert f"{name}:1:8" not in told

        # `pre-commit run --all-files`, by hand.
        assert f"{name}:1:8: {gone} (" in stopped("manual")


def hooked(machine: Runner, work: Path, entry: str, name: str, **environment: str) -> str:
    """Run a hook as pre-commit does: the words of its entry, and behind them the names of files."""
    done = subprocess.run(
        [*shlex.split(entry), name],
        cwd=work,
        env={**machine.environment, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout if done.returncode else ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_are_ones_that_bash_takes(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script.read_text()
    subprocess.run(["bash", "-n", str(script)], check=True)
