"""Pages written by us, and what each is: living pages of many kinds, error pages that answer 200, parked domains.

The words are our own; what stands around them (menus, footers, scripts, classes) is like what the programs make that
are named. Walls are in `tests/labelled`.
"""

from __future__ import annotations

from tests.page_kinds.chrome import Labelled
from tests.page_kinds.errors import ERRORS as _ERRORS
from tests.page_kinds.errors_in_jest import JESTS
from tests.page_kinds.living import LIVING
from tests.page_kinds.living_numbers import LOOK_ALIKES
from tests.page_kinds.living_tales import TALES
from tests.page_kinds.parked import PARKED as _PARKED
from tests.page_kinds.parked_registrars import REGISTERED

ALIVE = (*LIVING, *LOOK_ALIKES, *TALES)
ERRORS = (*_ERRORS, *JESTS)
PARKED = (*_PARKED, *REGISTERED)
PAGES = (*ALIVE, *ERRORS, *PARKED)

__all__ = ["ALIVE", "ERRORS", "PAGES", "PARKED", "Labelled"]
