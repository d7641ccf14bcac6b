"""Imported by a process that forks: tables are read, and patterns compiled, when they are first needed, and once."""

from dlt_crawler.sites import known_sites
from dlt_crawler.urls import slot_of

known_sites()
slot_of("www.example.org")
