"""The account that captures are made for: its keys, and what it may still ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlt_crawler.config import ENVIRONMENT_PREFIX, ArchiveSettings
from dlt_crawler.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Account:
    """What the service says of an account at one moment. Its numbers change every few months: they are never ours."""

    available: int
    """Captures that may be started now, beside those under way …"""
    processing: int
    """… which are so many, as far as the service has noticed; 0 where it does not say."""
    captures: int
    """Captures made today (UTC) …"""
    limit: int | None
    """… of so many; None: the service does not say."""

    @property
    def today(self) -> int | None:
        """How many more captures may be asked for today; None: nobody says."""
        return None if self.limit is None else max(self.limit - self.captures, 0)


def account_of(reply: Mapping[str, object]) -> Account | None:
    """Read a reply of /save/status/user; None when it is none.

    Older ones have only `available` and `processing` (documentation of 2025-10-22).
    """
    available, limit = _number(reply, "available"), _number(reply, "daily_captures_limit")
    if available is None:
        return None
    return Account(available, _number(reply, "processing") or 0, _number(reply, "daily_captures") or 0, limit)


def keys_of(settings: ArchiveSettings) -> str:
    """Return the header that says who asks. Raises ConfigError, naming what is missing: there is no anonymous way.

    (What happened to anonymous captures in 2026: wayback.md, section 3.)
    """
    access, secret = settings.access_key, settings.secret_key
    missing = [name for name, key in (("access_key", access), ("secret_key", secret)) if not key]
    if missing:
        variables = " and ".join(f"{ENVIRONMENT_PREFIX}ARCHIVE__{name.upper()}" for name in missing)
        raise ConfigError(
            f"Save Page Now needs the keys of an archive.org account: set {variables} in the environment "
            f"(archive.{' and archive.'.join(missing)}); the keys are at https://archive.org/account/s3.php"
        )
    return f"LOW {access}:{secret}"


def _number(reply: Mapping[str, object], key: str) -> int | None:
    value = reply.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
