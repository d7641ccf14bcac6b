"""What an answer shows (`reading`), and what that means (`interpretation`). Pure; the only user of parsel and lxml.

Reading is to be asked for by name: who only judges what was read need not load the parser.
"""

from dlt_crawler.page.crowds import CROWD, place_of
from dlt_crawler.page.interpretation import Interpretation, Shown, interpret
from dlt_crawler.page.response import Content, Response

__all__ = [
    "CROWD",
    "Content",
    "Interpretation",
    "Response",
    "Shown",
    "interpret",
    "place_of",
]
