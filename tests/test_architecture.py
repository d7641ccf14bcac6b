"""The structure that DESIGN.md, section 3, promises, held by import-linter and a few rules of our own."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "dlt_crawler"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """The whole syntax tree of a module."""
    return tuple(ast.walk(ast.parse(path.read_text())))


@cache
def imported_roots(path: Path) -> set[str]:
    """Top-level packages that a module imports, wherever in the file."""
    roots: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.split(".")[0])
    return roots


def test_imports_go_one_way() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("scrapy", "fetch/"),
        ("twisted", "fetch/"),
        ("protego", "fetch/"),
        ("pycurl", "fetch/"),
        ("parsel", "page/"),
        ("cchardet", "page/"),
        ("pypdf", "page/pdf.py"),
        ("markdown_it", "sources/"),
        ("mdit_py_plugins", "sources/"),
        ("yaml", "sources/"),
        ("sqlalchemy", "store/"),
        ("alembic", "store/"),
        ("sqlite3", "store/"),
        ("psycopg", "store/"),
        ("procrastinate", "jobs/"),
        ("waybackpy", "archive/"),
        ("warcio", "warc/"),
        ("requests", "archive/"),
        ("apprise", "notify.py"),
        ("apscheduler", "schedule/"),
        ("prometheus_client", "metrics/"),
        ("pydantic", ("config/", "fetch/visit/trails.py")),
        ("pydantic_settings", "config/"),
        ("idna", "urls/"),
        ("tldextract", "urls/"),
        ("typer", "cli/"),
    ],
)
def test_a_library_of_the_outside_world_has_one_home(library: str, home: str | tuple[str, ...]) -> None:
    users = {module for module in MODULES if library in imported_roots(PACKAGE / module)}
    assert users
    assert {user for user in users if not user.startswith(home)} == set()


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith(("model/", "errors."))])
def test_the_nouns_need_nothing_but_the_standard_library(module: str) -> None:
    assert imported_roots(PACKAGE / module) <= {*sys.stdlib_module_names, "dlt_crawler"}


@pytest.mark.parametrize("module", MODULES)
def test_a_file_stays_readable(module: str) -> None:
    assert len((PACKAGE / module).read_text().splitlines()) <= 300


@pytest.mark.parametrize("module", MODULES)
def test_only_the_command_line_prints(module: str) -> None:
    calls = [
        node.lineno
        for node in nodes(PACKAGE / module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "exit"}
    ]
    assert calls == []
