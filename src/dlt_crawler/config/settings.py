"""What can be set: one typed tree, section by section, every setting with its meaning and default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ByteSize,
    Field,
    IPvAnyNetwork,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    StringConstraints,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from dlt_crawler.config.archive import ArchiveSettings
from dlt_crawler.config.kinds import (
    FieldName,
    FieldValue,
    Host,
    HttpUrl,
    Label,
    Memory,
    Pattern,
    Pause,
    Port,
    Seconds,
    Section,
)
from dlt_crawler.config.lookups import LookupSettings
from dlt_crawler.config.machines import MetricsSettings, WorkerSettings
from dlt_crawler.config.sites import SitesTable
from dlt_crawler.model import Change, DocumentFormat, RepairStyle

ENVIRONMENT_PREFIX = "DLT_CRAWL_"


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is not a time zone of the IANA database, such as UTC or Europe/Berlin") from error
    return name


def _not_empty(pattern: str) -> str:
    if re.search(pattern, ""):
        raise ValueError(f"{pattern!r} finds every URL, as it finds the empty text: say which ones you mean")
    return pattern


def _tables(value: Any) -> Any:
    if isinstance(value, Mapping):
        raise ValueError("is a list of tables: write [[ignore]], with two brackets on either side")  # noqa: TRY004
    return value


class ExtractSettings(Section):
    """Which links are listed, and what it may cost to find them."""

    code: bool = False
    """Links in code spans, fences and comments, too."""
    implied: bool = False
    """arXiv ids and DOIs in the text, too."""
    formats: Mapping[str, DocumentFormat] = Field(default_factory=dict)
    """File pattern → format; other files go by their suffix. `"*.txt" = "markdown"`, say."""
    max_file: ByteSize = ByteSize(20_000_000)
    """The largest document that is read: a dense list of 10 MB takes the parser 8 s (markdown.md, section 6)."""
    max_line: ByteSize = ByteSize(1_000_000)
    """A document with a longer line is not parsed: its links are found by a plain scan, and never edited. Notebooks
    aside, whose lines hold pictures."""
    max_links: PositiveInt = 250_000
    """Links of one document; the rest is left out, and said."""
    timeout: Seconds = 60
    """For parsing one document; after that its links are found by a plain scan, and never edited."""
    max_memory: Memory = ByteSize(2_000_000_000)
    """Address space for parsing one document, of which the program takes 130 MB; beyond it as for `timeout`."""
    processes: NonNegativeInt = 0
    """Documents parsed at once; 0: as many as there are cores."""


class HostSettings(Section):
    """What differs for one host. None: as for all hosts."""

    per_host: PositiveInt | None = None
    """Requests under way at once to this host."""
    delay: Pause | None = None
    """Seconds between the starts of two requests to this host."""
    robots: Literal["obey", "ignore"] | None = None
    """Whether its robots.txt is obeyed: "ignore" is for single links of a list that people keep by hand."""


class FetchSettings(Section):
    """How the web is asked. Times in seconds."""

    concurrency: Annotated[int, Field(ge=1, le=10_000)] = 128
    """Requests under way at once, over all hosts."""
    per_host: Annotated[int, Field(ge=1, le=1_000)] = 2
    """Requests under way at once to one host."""
    delay: Pause = 0.5
    """Between two requests to one host, from when the first one leaves."""
    timeout: Seconds = 20
    """For one link: from connecting to the last byte, redirects included; waiting in our own queues is not counted."""
    max_body: ByteSize = ByteSize(5_000_000)
    """Bytes read of one body; the rest is not asked for."""
    second_look: Pause = 60
    """Between a failed check and the second look at the end of the run; 0: no second look."""
    processes: Annotated[int, Field(ge=0, le=64)] = 0
    """Crawling processes; 0: as many as there are cores, at most 4, and one for a short list."""
    robots: Literal["obey", "ignore"] = "obey"
    """Whether robots.txt is obeyed (RFC 9309)."""
    max_crawl_delay: Pause = 30
    """The longest Crawl-delay of a robots.txt that is obeyed; longer ones are cut to this."""
    allow_networks: tuple[IPvAnyNetwork, ...] = ()
    """CIDRs outside the public Internet that may be connected to, on any port."""
    ports: Annotated[tuple[Port, ...], Field(min_length=1)] = (80, 443, 8080, 8443)
    """Ports of the public Internet that are asked: others may be services that a request disturbs."""
    proxy: HttpUrl | None = None
    """HTTP proxy for all requests; those of the environment are not used. Names are resolved by the proxy then."""
    max_redirects: NonNegativeInt = 10
    """Hops followed before a link counts as a redirect loop."""
    headers: Mapping[Host, Mapping[FieldName, FieldValue]] = Field(default_factory=dict)
    """Host → request headers sent to that host only."""
    hosts: Mapping[Host, HostSettings] = Field(default_factory=dict)
    """Host → what differs for it: `per_host`, `delay`, `robots`."""


class NetworkSettings(Section):
    """How we know that our own network works."""

    canaries: tuple[HttpUrl, ...] = (
        # Unlike kinds, so that no single operator, country or kind of service decides (science.md, part F).
        "https://example.com/",
        "https://www.wikipedia.org/",
        "http://connectivitycheck.gstatic.com/generate_204",
        "https://www.mit.edu/",
        "https://www.baidu.com/",
    )
    """URLs that answer whenever the network works, and lead to no other site; when fewer than half do, the network is
    down. One that ends in /generate_204 answers 204, or there is a captive portal. Empty: not asked."""


class VerdictSettings(Section):
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
    host_links: PositiveInt = 5
    """So many links of one host that fail in one night, with NXDOMAIN or trouble, are one event (science.md, A4): the
    nights of an outage of the host count once …"""
    host_days: NonNegativeFloat = 14
    """… until it has lasted so many days."""
    mass_death_links: NonNegativeInt = 20
    """More links than this that worked before and would die in one night …"""
    mass_death_share: Annotated[float, Field(ge=0, le=1)] = 0.05
    """… and more than this share of all: none of them is judged dead without `--yes` (science.md, A4)."""


class RetentionSettings(Section):
    """What `prune` keeps of the checks."""

    days: NonNegativeFloat = 90
    """Checks of so many days are all kept; of older ones the first, the last, and those that saw something else than
    the one before."""


class NotifySettings(Section):
    """Who is told of what a run has changed."""

    urls: tuple[str, ...] = Field(default=(), repr=False)
    """Apprise URLs, such as "mailto://user:password@example.com" or "slack://…". They hold secrets: give them in the
    environment as DLT_CRAWL_NOTIFY__URLS, a JSON array."""
    changes: tuple[Change, ...] = tuple(Change)
    """Of which changes. Nothing is sent when a run has none of them."""


class RepairSettings(Section):
    """What is written into documents."""

    style: RepairStyle = RepairStyle.REPLACE
    """"replace": the snapshot takes the place of a dead URL. "append": it becomes a second link behind the first."""
    text: Label = "archived"
    """The label of an appended link: `([archived](https://web.archive.org/web/…))`."""
    redirects: bool = False
    """Whether permanently moved links get their new address."""


class IgnoreSettings(Section):
    """Links that are checked and not reported: one `[[ignore]]` each."""

    url: Annotated[Pattern, AfterValidator(_not_empty)]
    """Regular expression; it is about each URL that it finds."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    """Why, for whoever looks at it later."""
    until: date
    """The last day (UTC) on which it holds: 2027-01-31."""


class ReportSettings(Section):
    """What is written under `storage/reports/`."""

    keep: NonNegativeInt = 30
    """Pages of earlier runs that are kept beside that of the latest."""
    base: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s<>]+)?$")] = ""
    """Where the documents can be read on the web, for links to their lines in markdown: the URL of the directory that
    the program is started in (https://github.com/OWNER/NAME/blob/main); empty: nowhere."""


class ScheduleSettings(Section):
    """When `schedule` runs the nightly job."""

    cron: str = "30 2 * * *"
    """Five fields: minute, hour, day of month, month, day of week (0 or 7 is Sunday, as in cron)."""
    timezone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    """Of the IANA database."""


class Settings(BaseSettings):
    """Everything that can be set, section by section."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    sources: tuple[str, ...] = ("seeds/**/*.md",)
    """Glob patterns or paths of the documents."""
    exclude: tuple[Pattern, ...] = ("^https?://localhost",)
    """Regular expressions; a URL that one of them finds is not checked."""
    ignore: Annotated[tuple[IgnoreSettings, ...], BeforeValidator(_tables)] = ()
    """Links that are checked and not reported, each with `url`, `reason` and `until`."""
    database: str = "sqlite:///storage/dlt-crawl.db"
    """SQLAlchemy URL of the database."""
    storage: Path = Path("storage")
    """Where reports and repaired copies are written."""
    contact: str = ""
    """A mail address or URL in the User-Agent, for the people whose servers are asked."""
    extract: ExtractSettings = ExtractSettings()
    fetch: FetchSettings = FetchSettings()
    sites: SitesTable = Field(default_factory=dict)
    """Name of a rule → what is known of a site. Adds rules, or replaces single keys of those that come with the program
    (docs/sites.md)."""
    network: NetworkSettings = NetworkSettings()
    lookups: LookupSettings = LookupSettings()
    verdict: VerdictSettings = VerdictSettings()
    archive: ArchiveSettings = ArchiveSettings()
    repair: RepairSettings = RepairSettings()
    retention: RetentionSettings = RetentionSettings()
    notify: NotifySettings = NotifySettings()
    report: ReportSettings = ReportSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    worker: WorkerSettings = WorkerSettings()
    metrics: MetricsSettings = MetricsSettings()
