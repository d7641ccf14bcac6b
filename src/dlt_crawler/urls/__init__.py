"""From a written destination to the resource that is checked, or the reason why nothing is. Pure.

- `standard.py` reads a URL as the URL standard does, with `hosts.py` for its host.
- `resources.py` says which written links are one resource, and what is no web link.
- `secrets.py` says what of a URL is shown to nobody, and which URLs no archive is told of.
- `mementos.py` says which page a link into an archive is a capture of.
- `locales.py` says what of a URL names a language; `redirectors.py` knows those that are made to lead elsewhere.
- `astray.py` knows where sites send whom they do not know, and what they have lost.
- `tracking.py` knows the parameters that say of a visit, and nothing of the page.
- `slots.py` says which hosts are one server farm, and which are one site.
"""

from dlt_crawler.urls.astray import leads_astray
from dlt_crawler.urls.locales import changes_language
from dlt_crawler.urls.mementos import Memento, leads_to_capture, memento_of, same_page
from dlt_crawler.urls.redirectors import is_persistent_identifier, is_short_link, leads_elsewhere
from dlt_crawler.urls.resources import (
    authority_of,
    host_of,
    is_landing_page,
    normalise,
    resolve_location,
    target_of,
    with_fragment_of,
)
from dlt_crawler.urls.secrets import is_on_this_machine, masked, may_be_published, why_private, without_session
from dlt_crawler.urls.slots import site_of, slot_of
from dlt_crawler.urls.standard import DEFAULT_PORTS, MAX_LENGTH
from dlt_crawler.urls.tracking import is_tracked_from, is_tracker

__all__ = [
    "DEFAULT_PORTS",
    "MAX_LENGTH",
    "Memento",
    "authority_of",
    "changes_language",
    "host_of",
    "is_landing_page",
    "is_on_this_machine",
    "is_persistent_identifier",
    "is_short_link",
    "is_tracked_from",
    "is_tracker",
    "leads_astray",
    "leads_elsewhere",
    "leads_to_capture",
    "masked",
    "may_be_published",
    "memento_of",
    "normalise",
    "resolve_location",
    "same_page",
    "site_of",
    "slot_of",
    "target_of",
    "why_private",
    "with_fragment_of",
    "without_session",
]
