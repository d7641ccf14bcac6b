"""Knowledge of single sites: rules as data, and programs' interfaces that are asked in the place of pages."""

from dlt_crawler.sites.rules import Sites, host_patterns, known_sites

__all__ = ["Sites", "host_patterns", "known_sites"]
