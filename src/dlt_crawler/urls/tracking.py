"""Parameters of a URL that say of a visit, and nothing of the page. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_TRACKER = re.compile(
    r"""(?x)
    (?: utm_\w+ | (?:depth_1-)?utm_source | fbclid | gclid | dclid | gbraid | wbraid | msclkid | yclid | twclid | igshid
      | srsltid | mc_[ce]id | mkt_tok | _hs(?:enc|mi) | ref_src | ref_url | spm | scm | vero_id | oly_(?:enc|anon)_id
      | wt[._]mc(?:_id)? | _ga | _gl | trk | trkInfo | guccounter | guce_referrer(?:_sig)? | xtor | cmpid | share_token
      | isappinstalled | ops_request_misc | request_id | biz_id | weibo_id
    )=.*
    | (?: from=(?:timeline|singlemessage|groupmessage|appmessage|weibo) | feature=(?:share|youtu\.be|emb_logo|related)
      | ref=(?:rss|producthunt|hackernoon\.com|hn|twitter) | source=(?:rss|share|twitter|collection_home-\S*) )
    """,
    re.IGNORECASE,
)
"""Parameters that say where a reader came from, and nothing of what he sees."""
_COOKIE = re.compile(r"[\w-]{0,40}cookie[\w-]{0,40}", re.IGNORECASE)
"""Names of parameters by which a site finds out whether it is sent its cookies again: `?cookieAbsent`, `?cookieSet=1`,
`?AspxAutoDetectCookieSupport=1`, `?error=cookies_not_supported`."""


def is_tracker(pair: str) -> bool:
    """Return whether a pair "NAME=VALUE" of a query says where a reader came from."""
    return _TRACKER.fullmatch(pair) is not None


def is_tracked_from(source: str, target: str) -> bool:
    """Return whether a redirect has added to the URL what says of this visit where it came from, or of its cookies."""
    before, after = (set(urlsplit(url).query.split("&")) for url in (source, target))
    return any(is_tracker(pair) or any(map(_COOKIE.fullmatch, pair.split("="))) for pair in after - before)
