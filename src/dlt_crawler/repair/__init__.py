"""Repairs in, repaired document out: only the named URLs change, and it is proven before anything is returned. Pure."""

from __future__ import annotations

from dlt_crawler.repair.edit import Refusal, RepairedDocument, apply
from dlt_crawler.repair.reader import Reader
from dlt_crawler.repair.unified import diff

__all__ = ["Reader", "Refusal", "RepairedDocument", "apply", "diff"]
