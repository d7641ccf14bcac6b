"""In which language the program talks: English, or Simplified Chinese from a gettext catalogue.

What is stored, and what programs read (JSON, CSV, SARIF, JUnit, logs of objects), is English always: the language is
that of the one who looks, not of the one who ran. One process talks one language, chosen once, before anything is said.
"""

from dlt_crawler.language.catalogue import LANGUAGES, N_, _, chosen, language_tag, ngettext, one_by_one, told, use
from dlt_crawler.language.choice import LANGUAGE_VARIABLE, language_of, named

__all__ = [
    "LANGUAGES",
    "LANGUAGE_VARIABLE",
    "N_",
    "_",
    "chosen",
    "language_of",
    "language_tag",
    "named",
    "ngettext",
    "one_by_one",
    "told",
    "use",
]
