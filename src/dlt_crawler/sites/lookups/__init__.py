"""Interfaces for programs that tell of many links' things at once, or better than their pages: one module each."""

from __future__ import annotations

from dlt_crawler.config import LookupSettings, github_token
from dlt_crawler.sites.lookups.arxiv import Arxiv
from dlt_crawler.sites.lookups.doi import Doi
from dlt_crawler.sites.lookups.github import GitHub, repository_of
from dlt_crawler.sites.lookups.service import Ask, Reply, Service
from dlt_crawler.sites.lookups.youtube import YouTube

__all__ = ["Ask", "Reply", "Service", "repository_of", "services_of"]


def services_of(settings: LookupSettings) -> tuple[Service, ...]:
    """Return the interfaces that are to be asked."""
    services: list[Service] = []
    if settings.arxiv:
        services.append(Arxiv(settings))
    if settings.doi:
        services.append(Doi(settings))
    if settings.github and (token := github_token(settings)):
        services.append(GitHub(settings, token))
    if settings.youtube:
        services.append(YouTube(settings))
    return tuple(services)
