"""From a written destination to the resource that is checked, or the reason why nothing is. Pure.

- `standard.py` reads a URL as the URL standard does, with `hosts.py` for its host.
- `resources.py` says which written links are one resource, and what is no web link.
"""

from dlt_crawler.urls.resources import host_of, normalise, resolve_location, target_of, with_fragment_of
from dlt_crawler.urls.standard import MAX_LENGTH

__all__ = ["MAX_LENGTH", "host_of", "normalise", "resolve_location", "target_of", "with_fragment_of"]
