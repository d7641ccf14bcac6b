"""README and program say the same. `python -m tests.test_docs` writes the generated parts of the README anew."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from dlt_crawler import errors
from dlt_crawler.config import Settings
from tests.program import program

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
STAGES = ["run", "extract", "fetch", "judge", "resolve", "archive", "merge", "repair"]
COMMANDS = [*STAGES, "undo", "report", "history", "search", "export", "worker", "metrics", "schedule", "prune"]


def said(*arguments: str) -> str:
    """What the program prints, 100 columns wide."""
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    status, out, err = program().run(arguments, ROOT, environment, timeout=60)
    assert status == 0, err
    return out


def help_block() -> str:
    lines = (line.rstrip() for line in said("--help").strip().splitlines())
    return "```text\n" + "\n".join(lines) + "\n```"


def settings(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[tuple[str, Any, str]]:
    """Key, default and meaning of every setting."""
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from settings(annotation, f"{prefix}{name}.")
        else:
            yield prefix + name, field.get_default(call_default_factory=True), field.description or ""


def shown(default: Any) -> str:
    """A default as TOML would have it."""
    match default:
        case bool():
            return str(default).lower()
        case tuple():
            return "[" + ", ".join(f'"{item}"' for item in default) + "]"
        case dict():
            return "{}"
        case int() | float():
            return f"{default:g}" if default < 1_000_000 else f'"{default / 1_000_000:g} MB"'
        case _:
            return f'"{default}"'


def settings_block() -> str:
    rows = []
    for key, default, meaning in settings():
        text = " ".join(meaning.split()).replace("|", "\\|")
        rows.append(f"| `{key}` | `{shown(default)}` | {text} |")
    return "\n".join(["| key | default | meaning |", "|---|---|---|", *rows])


BLOCKS = {"help": help_block, "settings": settings_block}


def between(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {name}:begin -->\n).*?(?=<!-- {name}:end -->)", re.DOTALL)


@pytest.mark.parametrize("name", BLOCKS)
def test_the_readme_shows_what_the_program_says(name: str) -> None:
    found = between(name).search(README.read_text())
    assert found is not None
    assert found[0].strip() == BLOCKS[name](), "run `python -m tests.test_docs`"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_option_of_a_command(command: str) -> None:
    row = next(line for line in README.read_text().splitlines() if line.startswith(f"| `{command}"))
    options = set(re.findall(r"^\s+(--[a-z-]+)", said(command, "--help"), re.MULTILINE)) - {"--help"}
    assert {option for option in options if option not in row} == set()


def test_the_help_names_every_command_of_the_design() -> None:
    listed = re.findall(r"^  ([a-z]+)  ", said("--help"), re.MULTILINE)
    assert listed == COMMANDS


def test_every_setting_says_what_it_means() -> None:
    assert [key for key, _default, meaning in settings() if not meaning.strip()] == []


def test_the_readme_names_every_exit_status() -> None:
    statuses = {error.exit_status for error in vars(errors).values() if isinstance(error, type)} | {0, 1, 130}
    assert {status for status in statuses if f"\n| {status} | " not in README.read_text()} == set()


if __name__ == "__main__":
    text = README.read_text()
    for block, generate in BLOCKS.items():
        content = generate()
        text = between(block).sub(lambda _found, content=content: content + "\n", text)
    README.write_text(text)
