"""What is said in the name of the program by what it is made of: Typer, the system, and pydantic."""

from __future__ import annotations

import ast
import errno
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer.core
from pydantic_core._pydantic_core import list_all_errors
from typer.core import TyperArgument, TyperGroup, TyperOption

TYPER = (
    "Usage: ", "Show this message and exit.", "Try '{command} {option}' for help.", "Error: {message}",
)  # fmt: skip
"""Beside what it translates itself; asked for by `dlt_crawler.cli.language`."""

USAGE = (
    "Invalid value: {message}", "Invalid value for {hint}: {message}", "Missing option {hint}.",
    "Missing argument {hint}.", "No such option: {option}", "No such option: {option} (Possible options: {options})",
    "Got unexpected extra argument(s) ({arguments})", "Option {option} requires an argument.",
    "Option {option} does not take a value.", "No such command {name}.", "{message}. Did you mean {suggestions}?",
    "{value} is not one of {choices}.",
    "{value} is not a valid {type}.", "{value} is not in the range {range}.", "Value error, {message}",
)  # fmt: skip
"""Sentences of usage errors, which Typer puts together without gettext (typer 0.27, `typer/_click`)."""

_ERRORS = (
    errno.EACCES, errno.EADDRINUSE, errno.ECONNREFUSED, errno.ECONNRESET, errno.EEXIST, errno.EFBIG, errno.EINVAL,
    errno.EIO, errno.EISDIR, errno.ELOOP, errno.EMFILE, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOMEM, errno.ENOSPC,
    errno.ENOTDIR, errno.EPERM, errno.EROFS, errno.ETIMEDOUT,
)  # fmt: skip

_PYDANTIC = frozenset({
    "bool_parsing", "bool_type", "dict_type", "enum", "finite_number", "float_parsing", "float_type", "frozen_set_type",
    "greater_than", "greater_than_equal", "int_from_float", "int_parsing", "int_type", "less_than", "less_than_equal",
    "list_type", "literal_error", "missing", "model_type", "string_pattern_mismatch", "string_too_short", "string_type",
    "tuple_type", "date_parsing", "date_from_datetime_parsing", "date_type", "string_too_long", "mapping_type",
})  # fmt: skip
"""What may be wrong with a value in the configuration."""

_RULES: Final = "sites/rules.toml"
"""Ours for single sites, whose notes people read."""


def typer_messages() -> Iterator[str]:
    """Return what Typer says by `gettext`."""
    tree = ast.parse(Path(typer.core.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(message))]):
                yield message


def help_of(commands: TyperGroup) -> Iterator[str]:
    """Return what `--help` says of the program, its commands and their options."""
    for each in (commands, *commands.commands.values()):
        for parameter in each.params:
            if isinstance(parameter, TyperOption | TyperArgument) and parameter.help:
                yield parameter.help
        yield from filter(None, (each.help, each.short_help))


def stored(root: Path) -> Iterator[tuple[str, str]]:
    """Return what is translated where it is shown, and where it comes from: of a package with rules for sites."""
    yield from ((message, "errors") for message in _errors())
    rules = tomllib.loads((root / _RULES).read_text(encoding="utf-8"))
    yield from ((each["note"], _RULES) for each in rules.values() if "note" in each)


def _errors() -> Iterator[str]:
    """Return what the system and pydantic say of errors, and Typer of usage."""
    yield from USAGE
    yield from map(os.strerror, _ERRORS)
    yield from (each["message_template_python"] for each in list_all_errors() if each["type"] in _PYDANTIC)
