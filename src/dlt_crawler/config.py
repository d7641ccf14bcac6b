"""Settings: one typed tree, from dlt-crawl.toml (or pyproject.toml), then the environment, then the command line.

The only module that reads the environment. A key that does not exist is an error that names the file and the key.
"""

from __future__ import annotations

import difflib
import os
import re
import ssl
import tomllib
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from dlt_crawler.errors import ConfigError

ENVIRONMENT_PREFIX = "DLT_CRAWL_"
SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)
"""Where systems keep their trusted certificate authorities, as in Go's crypto/x509."""

CONFIG_FILE = "dlt-crawl.toml"
PYPROJECT_TABLE = "dlt-crawl"


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is not a time zone of the IANA database, such as UTC or Europe/Berlin") from error
    return name


def _http_url(url: str) -> str:
    if not re.match(r"https?://[^/\s]+", url):
        raise ValueError(f"{url!r} is not an http:// or https:// URL")
    return url


Pattern = Annotated[str, AfterValidator(_regular_expression)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExtractSettings(_Section):
    """Which of the less obvious links are listed."""

    code: bool = False
    """Links in code spans, fences and comments, too."""
    implied: bool = False
    """arXiv ids and DOIs in the text, too."""


class FetchSettings(_Section):
    """How the web is asked. Times in seconds."""

    concurrency: PositiveInt = 128
    """Requests under way at once, over all hosts."""
    per_host: PositiveInt = 2
    """Requests under way at once to one host."""
    delay: NonNegativeFloat = 0.5
    """Between the starts of two requests to one host."""
    timeout: PositiveFloat = 20
    """For one request, from connecting to its last byte."""
    max_body: ByteSize = ByteSize(5_000_000)
    """Bytes read of one body; the rest is not asked for."""
    second_look: NonNegativeFloat = 60
    """Between a failed check and the second look at the end of the run; 0: no second look."""
    processes: NonNegativeInt = 0
    """Crawling processes; 0: as many as useful."""
    robots: Literal["obey", "ignore"] = "obey"
    """Whether robots.txt is obeyed (RFC 9309)."""
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """CIDRs outside the public Internet that may be connected to."""
    max_redirects: NonNegativeInt = 10
    """Hops followed before a link counts as a redirect loop."""
    headers: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    """Host → request headers sent to that host only."""


class NetworkSettings(_Section):
    """How we know that our own network works."""

    canaries: tuple[HttpUrl, ...] = (
        # Unlike kinds, so that no single operator, country or kind of service decides (science.md, part F).
        "https://example.com/",
        "https://www.wikipedia.org/",
        "http://connectivitycheck.gstatic.com/generate_204",
        "https://www.mit.edu/",
        "https://www.baidu.com/",
    )
    """URLs that answer whenever the network works; when fewer than half do, the network is down. Empty: not asked."""


class VerdictSettings(_Section):
    """How much evidence a death needs. The table of DESIGN.md, section 2."""

    not_found_looks: PositiveInt = 2
    """404 and 410: looks, the second look of the same run included."""
    soft_looks: PositiveInt = 2
    """Soft 404 and parked pages: looks …"""
    soft_days: NonNegativeFloat = 1
    """… over at least this many days."""
    nxdomain_checks: PositiveInt = 3
    """NXDOMAIN: checks on different days …"""
    nxdomain_days: NonNegativeFloat = 3
    """… over at least this many days."""
    trouble_checks: PositiveInt = 4
    """Everything else that fails: checks on different days …"""
    trouble_days: NonNegativeFloat = 7
    """… over at least this many days."""
    recovery_days: NonNegativeFloat = 1
    """Between the two successes that undo the repair of a dead link."""


class ArchiveSettings(_Section):
    """How the Wayback Machine is asked."""

    timegate_url: HttpUrl = "https://web.archive.org/web/"
    """TimeGate and playback (RFC 7089); also the start of every snapshot's URL."""
    cdx_url: HttpUrl = "https://web.archive.org/cdx/search/cdx"
    availability_url: HttpUrl = "https://archive.org/wayback/available"
    save_url: HttpUrl = "https://web.archive.org/save"
    cdx_rate: PositiveFloat = 24
    """CDX queries a minute: 80 % of the limit of 30 (edgi-govdata-archiving/wayback 0.5.1, June 2026)."""
    playback_rate: PositiveFloat = 480
    """Playback requests a minute: 80 % of the limit of 600 (same source)."""
    save_rate: PositiveFloat = 6
    """Captures asked for a minute: one below the limit of 7 (Save Page Now documentation, July 2026)."""
    timeout: PositiveFloat = 60
    """Seconds for one answer: CDX answers were seen to take up to 52 s (wayback.md, section 2.2)."""
    prefer: Literal["citation", "latest"] = "citation"
    """The capture nearest to when the link was written, or the latest good one."""
    save: bool = False
    """Whether `run` asks Save Page Now to keep living links that have no snapshot yet."""
    access_key: str = ""
    """Of archive.org, for Save Page Now; give it in the environment as DLT_CRAWL_ARCHIVE__ACCESS_KEY."""
    secret_key: str = Field(default="", repr=False)


class RepairSettings(_Section):
    """What is written into documents."""

    style: Literal["replace"] = "replace"
    redirects: bool = False
    """Whether permanently moved links get their new address."""


class ScheduleSettings(_Section):
    """When `schedule` runs the nightly job."""

    cron: str = "30 2 * * *"
    """Five fields: minute, hour, day of month, month, day of week (0 or 7 is Sunday, as in cron)."""
    timezone: Annotated[str, AfterValidator(_time_zone)] = "UTC"


class Settings(BaseSettings):
    """Everything that can be set, section by section."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
    )

    sources: tuple[str, ...] = ("seeds/**/*.md",)
    """Glob patterns or paths of the documents."""
    exclude: tuple[Pattern, ...] = ("^https?://localhost",)
    """Regular expressions; a URL that one of them finds is not checked."""
    database: str = "sqlite:///storage/dlt-crawl.db"
    """SQLAlchemy URL of the database."""
    storage: Path = Path("storage")
    """Where reports and repaired copies are written."""
    contact: str = ""
    """A mail address or URL in the User-Agent, for the people whose servers are asked."""
    extract: ExtractSettings = ExtractSettings()
    fetch: FetchSettings = FetchSettings()
    network: NetworkSettings = NetworkSettings()
    verdict: VerdictSettings = VerdictSettings()
    archive: ArchiveSettings = ArchiveSettings()
    repair: RepairSettings = RepairSettings()
    schedule: ScheduleSettings = ScheduleSettings()


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


def trust_store() -> str | None:
    """Return the file of trusted certificate authorities: SSL_CERT_FILE, REQUESTS_CA_BUNDLE, or the system's.

    None where the system keeps no single file: libraries then use their own default.
    """
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if name := os.environ.get(variable):
            if not Path(name).is_file():
                raise ConfigError(f"environment: {variable} names {name}, which is not a file")
            return name
    system = (ssl.get_default_verify_paths().cafile, *SYSTEM_BUNDLES)
    return next((name for name in system if name and Path(name).is_file()), None)


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
    tool: Mapping[str, Any] = table.get("tool", {}).get(PYPROJECT_TABLE, {})
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
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            names |= _variables(info.annotation, name + "__")
    return names


def _refuse_unknown_variables() -> None:
    # pydantic-settings passes over variables that match no field; a typing mistake must not pass over in silence.
    known = _variables(Settings, ENVIRONMENT_PREFIX)
    for name in sorted(os.environ):
        if name.startswith(ENVIRONMENT_PREFIX) and name.upper() not in known:
            raise ConfigError(f"environment: {name} is not a setting{_suggestion(name, known)}")


def _suggestion(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _sentence(problem: ErrorDetails, file: str, table: Mapping[str, Any]) -> str:
    """Put one validation error into words that name its source and key."""
    key = ".".join(str(part) for part in problem["loc"])
    # Numbers are places in a list: part of the name, not of the way to the key.
    path = [part for part in problem["loc"] if isinstance(part, str)]
    inside: Any = table
    for part in path:
        inside = inside.get(part) if isinstance(inside, Mapping) else None
    variable = ENVIRONMENT_PREFIX + "__".join(path).upper()
    source = f"environment, {variable}" if variable in os.environ else file if inside is not None else "command line"
    if problem["type"] == "extra_forbidden":
        model: Any = Settings
        for part in path[:-1]:
            model = model.model_fields[part].annotation
        return f"{source}: unknown key {key}{_suggestion(path[-1], model.model_fields)}"
    return f"{source}: {key}: {problem['msg'].removeprefix('Value error, ')}"
