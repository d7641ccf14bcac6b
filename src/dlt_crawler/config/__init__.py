"""Settings: dlt-crawl.toml (or pyproject.toml), then the environment, then the command line.

The only package that reads the environment. A key that does not exist is an error that names the file and the key.
"""

from dlt_crawler.config.archive import ArchiveSettings, FallbackSettings
from dlt_crawler.config.identity import PRODUCT, user_agent
from dlt_crawler.config.loading import is_in_environment, load
from dlt_crawler.config.lookups import LookupSettings, github_token
from dlt_crawler.config.machines import MetricsSettings, WorkerSettings
from dlt_crawler.config.settings import (
    ENVIRONMENT_PREFIX,
    ExtractSettings,
    FetchSettings,
    HostSettings,
    IgnoreSettings,
    NetworkSettings,
    RepairSettings,
    ReportSettings,
    ScheduleSettings,
    Settings,
    VerdictSettings,
)
from dlt_crawler.config.sites import SiteSettings, built_in_sites
from dlt_crawler.config.trust import trust_store

__all__ = [
    "ENVIRONMENT_PREFIX",
    "PRODUCT",
    "ArchiveSettings",
    "ExtractSettings",
    "FallbackSettings",
    "FetchSettings",
    "HostSettings",
    "IgnoreSettings",
    "LookupSettings",
    "MetricsSettings",
    "NetworkSettings",
    "RepairSettings",
    "ReportSettings",
    "ScheduleSettings",
    "Settings",
    "SiteSettings",
    "VerdictSettings",
    "WorkerSettings",
    "built_in_sites",
    "github_token",
    "is_in_environment",
    "load",
    "trust_store",
    "user_agent",
]
