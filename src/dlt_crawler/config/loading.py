"""From file, environment and flags to settings; the only module that reads the environment for them."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeGuard, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsError

from dlt_crawler.config.settings import ENVIRONMENT_PREFIX, Settings
from dlt_crawler.errors import ConfigError

CONFIG_FILE = "dlt-crawl.toml"
PYPROJECT_TABLE = "dlt-crawl"

_OPTIONS = frozenset({f"{ENVIRONMENT_PREFIX}LOG_FORMAT", f"{ENVIRONMENT_PREFIX}LANG", f"{ENVIRONMENT_PREFIX}BEAT"})
"""Variables that stand for options of the command line, and not for settings: they count before any file is read."""


def load(path: Path | None = None, flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings of the working directory: file < environment < `flags` (nested like the settings).

    Without `path`, dlt-crawl.toml is read if it exists, else the table [tool.dlt-crawl] of pyproject.toml if it does.
    Raises ConfigError for a missing or malformed file, an unknown key or a bad value; it names the source and the key.
    """
    name, table = _read(path)
    _refuse_unknown_variables()

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, init_kwargs=dict(table))

    try:
        return Loaded(**(flags or {}))
    except ValidationError as error:
        problems = [_sentence(problem, name, table) for problem in error.errors()]
        raise ConfigError("\n".join(problems)) from error
    except SettingsError as error:
        raise ConfigError(f"environment: {error}; give lists and tables as JSON") from error


def is_in_environment(setting: str) -> bool:
    """Tell whether a variable says what a setting at the top of the file is."""
    return any(name.upper() == f"{ENVIRONMENT_PREFIX}{setting.upper()}" for name in os.environ)


def _read(path: Path | None) -> tuple[str, Mapping[str, Any]]:
    if path is None and Path(CONFIG_FILE).is_file():
        path = Path(CONFIG_FILE)
    if path is not None:
        table = _toml(path)
        # A pyproject.toml given by name is still a pyproject.toml.
        return str(path), _tool_table(table) if path.name == "pyproject.toml" else table
    if (pyproject := Path("pyproject.toml")).is_file():
        return f"pyproject.toml [tool.{PYPROJECT_TABLE}]", _tool_table(_toml(pyproject))
    return CONFIG_FILE, {}


def _tool_table(table: Mapping[str, Any]) -> Mapping[str, Any]:
    tools = table.get("tool", {})
    tool = tools.get(PYPROJECT_TABLE, {}) if isinstance(tools, Mapping) else {}
    if not isinstance(tool, Mapping):
        raise ConfigError(f"pyproject.toml: tool.{PYPROJECT_TABLE} is no table")
    return tool


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error


def _variables(model: type[BaseModel], prefix: str) -> set[str]:
    names: set[str] = set()
    for field, info in model.model_fields.items():
        name = prefix + field.upper()
        names.add(name)
        if _is_section(info.annotation):
            names |= _variables(info.annotation, name + "__")
    return names


def _refuse_unknown_variables() -> None:
    # pydantic-settings passes over variables that match no field; a typing mistake must not pass over in silence.
    known = _variables(Settings, ENVIRONMENT_PREFIX) | _OPTIONS
    for name in sorted(os.environ):
        if name.startswith(ENVIRONMENT_PREFIX) and name.upper() not in known:
            raise ConfigError(f"environment: {name} is not a setting{_suggestion(name, known)}")


def _suggestion(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _sentence(problem: ErrorDetails, file: str, table: Mapping[str, Any]) -> str:
    """Put one validation error into words that name its source and key."""
    # pydantic says "[key]" where it is the key of a table that is wrong, and not what it stands for.
    places = [part for part in problem["loc"] if part != "[key]"]
    key = ".".join(map(str, places))
    # Numbers are places in a list: part of the name, not of the way to the key.
    path = [part for part in places if isinstance(part, str)]
    # What is missing is missing in the table that it belongs into.
    inside = _inside(table, places[:-1] if problem["type"] == "missing" else places)
    variable = ENVIRONMENT_PREFIX + "__".join(path).upper()
    if variable in os.environ:
        source = f"environment, {variable}"
    elif inside is not None:
        source = file
    else:
        # What is wrong may be how the settings of a section go together.
        source = "environment" if any(name.startswith(f"{variable}__") for name in os.environ) else "command line"
    if problem["type"] == "extra_forbidden":
        return f"{source}: unknown key {key}{_suggestion(path[-1], _keys_of(path[:-1]))}"
    return f"{source}: {key}: {problem['msg'].removeprefix('Value error, ')}"


def _inside(table: Mapping[str, Any], places: Iterable[str | int]) -> Any:
    """Return what stands at this place of a file; None: nothing."""
    inside: Any = table
    for part in places:
        if isinstance(inside, Mapping):
            inside = inside.get(part)
        elif isinstance(inside, list) and isinstance(part, int):
            inside = inside[part] if part < len(inside) else None
        elif isinstance(part, str):
            inside = None
    return inside


def _keys_of(path: Iterable[str]) -> Iterable[str]:
    """Return the keys of the table at `path`."""
    kind: Any = Settings
    for part in path:
        # In a mapping, any key leads to a table of the same kind; in a list, any number.
        kind = kind.model_fields[part].annotation if _is_section(kind) else get_args(kind)[-1]
        if get_args(kind)[1:] == (...,):
            kind = get_args(kind)[0]
    return kind.model_fields if _is_section(kind) else ()


def _is_section(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
