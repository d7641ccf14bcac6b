"""Interfaces for programs, as documented by arXiv, doi.org and its agencies, GitHub and YouTube (oEmbed).

They know everything that is asked for in the right form, except what stands in the tables below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from urllib.parse import unquote

from tests.internet.exchange import Exchange, Serve
from tests.internet.redirects import redirect
from tests.internet.wire import Answer

# ── arXiv ───────────────────────────────────────────────────────────────────────────────────────────────────────────

UNKNOWN_PAPER = "2401.00404"
REFUSED_PAPER = "2401.00400"
"""Looks like an id, and is "malformed" all the same: whoever asks for it with others gets nothing."""
WITHDRAWN_PAPERS: Mapping[str, tuple[str, str]] = {
    # Comment and summary.
    "2401.00410": ("This paper has been withdrawn by the authors due to an error in Lemma 3", "We study networks."),
    "2401.00411": ("", "This paper has been withdrawn."),
}
_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(v\d+)?")
_ARXIV = "http://arxiv.org/schemas/atom"
_FEED = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<title>A query</title>\n'


def title_of_paper(paper: str) -> str:
    return f"On the Depth of Networks, as in {paper}"


def _entry(paper: str, version: str) -> str:
    comment, summary = WITHDRAWN_PAPERS.get(paper, ("12 pages, 3 figures", "We show that $a < b$ & more."))
    return (
        f"<entry><id>http://arxiv.org/abs/{paper}{version or 'v1'}</id>"
        f"<title>On the Depth of Networks,\n  as in {paper}</title><summary>  {escape(summary)}\n</summary>"
        "<published>2017-06-12T17:57:34Z</published><author><name>Ada van der Berg</name></author>"
        "<author><name>周志华</name></author>"
        f'<arxiv:comment xmlns:arxiv="{_ARXIV}">{comment}</arxiv:comment>'
        f'<arxiv:primary_category xmlns:arxiv="{_ARXIV}" term="cs.LG"/></entry>\n'
    )


def _feed(entries: str, status: int = 200) -> Answer:
    return Answer(f"{_FEED}{entries}</feed>\n".encode(), status, (("Content-Type", "application/atom+xml"),))


def _query(exchange: Exchange) -> Answer:
    given = dict(exchange.request.parameters)
    ids = given["id_list"].split(",")
    malformed = [each for each in ids if not _ID.fullmatch(each) or each == REFUSED_PAPER]
    if malformed:
        error = f"<id>http://arxiv.org/api/errors#incorrect_id_format_for_{malformed[0]}</id><title>Error</title>"
        return _feed(f"<entry>{error}<summary>incorrect id format for {malformed[0]}</summary></entry>", 400)
    found = [match.groups("") for match in map(_ID.fullmatch, ids) if match and match[1] != UNKNOWN_PAPER]
    # In another order than they were asked for.
    shown = found[: int(given.get("max_results", "10"))][::-1]
    return _feed("".join(_entry(*each) for each in shown))


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_DECLARED: Mapping[str, str] = {
    "bomb": f'<!DOCTYPE feed [<!ENTITY l0 "ha">{_LAUGHS}]>',
    "file": '<!DOCTYPE feed [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "elsewhere": '<!DOCTYPE feed [<!ENTITY l9 SYSTEM "/page/entity">]>',
    "dtd": '<!DOCTYPE feed SYSTEM "/page/dtd">',
}


def _atom(exchange: Exchange) -> Answer:
    kind, given = exchange.arguments["kind"], dict(exchange.request.parameters)
    entries = "".join(_entry(paper, "") for paper in given.get("id_list", "2401.00001").split(","))
    if kind in _DECLARED:
        hostile = entries.replace("On the", "&l9; On the") if kind != "dtd" else entries
        head, _, feed = _FEED.partition("\n")
        body = f"{head}\n{_DECLARED[kind]}\n{feed}{hostile}</feed>"
    else:  # cut
        body = f"{_FEED}{entries}"
    return Answer(body.encode(), headers=(("Content-Type", "application/atom+xml"),))


# ── doi.org and registration agencies ───────────────────────────────────────────────────────────────────────────────

CSL = "application/vnd.citationstyles.csl+json"
AGENCIES: Mapping[str, tuple[str, str]] = {
    # Prefix → host of the agency in a namespace and on loopback ports.
    "1000": ("api.crossref.org", "127.0.0.31"),
    "1001": ("data.crosscite.org", "127.0.0.32"),
    "1002": ("publisher.example", "127.0.0.33"),
}
"""Those of 10.1002 are at an agency without an interface: whoever asks is sent to the publisher."""
LIMIT = 10
"""Requests a second that an agency allows."""


def _there(exchange: Exchange, names: tuple[str, str], path: str) -> str:
    """Return the URL of a path on another host: a named one, or a loopback address with this port."""
    name, address = names
    port = exchange.request.authority.partition(":")[2]
    return f"{exchange.request.scheme}://{f'{address}:{port}' if port else name}{path}"


def _doi(exchange: Exchange) -> Answer:
    prefix, suffix = exchange.arguments["prefix"], exchange.arguments["rest"]
    if unquote(suffix).endswith("gone"):
        return Answer(b"DOI Not Found", 404)
    if exchange.request.headers.get("accept") != CSL or prefix not in AGENCIES:
        return redirect(302, _there(exchange, AGENCIES["1002"], f"/page/{suffix}"))
    return redirect(302, _there(exchange, AGENCIES[prefix], f"/v1/works/10.{prefix}/{suffix}/transform"))


def _work(exchange: Exchange) -> Answer:
    doi = unquote(exchange.arguments["rest"].removesuffix("/transform"))
    if doi.endswith("broken"):
        return Answer(b"", 500)
    if doi.endswith("leads-on"):
        return redirect(302, _there(exchange, AGENCIES["1002"], "/page/agency"))
    item = {
        "DOI": doi,
        "title": [f"The <mml:math><mml:mi>L</mml:mi></mml:math> <i>Theory</i> of {doi}"],
        "abstract": f"<jats:title>Abstract</jats:title><jats:p>What {doi} says &amp; proves.</jats:p>",
        "type": "journal-article",
        "author": [{"family": "Noether", "given": "Emmy"}, {"name": "The L Collaboration"}],
        "issued": {"date-parts": [[2018, 7]]},
        "container-title": ["Annals of L"],
        "volume": "7",
        "page": "1-9",
    }
    if doi.startswith("10.1001"):
        item["title"] = f"Data of {doi}"
    return Answer(
        json.dumps(item).encode(),
        headers=(("Content-Type", CSL), ("X-Rate-Limit-Limit", str(LIMIT)), ("X-Rate-Limit-Interval", "1s")),
    )


# ── GitHub ──────────────────────────────────────────────────────────────────────────────────────────────────────────

GOOD_TOKEN = "ghp_good"
RENAMED = "someone/renamed"
"""It is repository 1, and someone-else/renamed-since by now."""
SENT_ELSEWHERE = "someone/sent-elsewhere"
"""Whoever asks for it is sent to another host."""
LAST_ALLOWED = "someone/last-allowed"
"""After it the limit of requests is reached."""


def _repository(name: str) -> Answer:
    described = {"full_name": name, "description": f"All about {name}", "archived": "archived" in name}
    described["private"] = "private" in name
    left = "0" if name == LAST_ALLOWED else "4999"
    kind = ("Content-Type", "application/json; charset=utf-8")
    return Answer(json.dumps(described).encode(), headers=(kind, ("X-RateLimit-Remaining", left)))


def _repositories(exchange: Exchange) -> Answer:
    if exchange.request.headers.get("authorization") != f"Bearer {GOOD_TOKEN}":
        return Answer(b'{"message": "Bad credentials"}', 401)
    name = exchange.arguments["rest"]
    if exchange.request.path.startswith("/repositories/"):
        return _repository("someone-else/renamed-since")
    if name == RENAMED:
        return redirect(301, f"{exchange.request.origin}/repositories/1")
    if name == SENT_ELSEWHERE:
        return redirect(301, _there(exchange, ("thief.example", "127.0.0.34"), "/repositories/1"))
    return Answer(b'{"message": "Not Found"}', 404) if name.endswith("/gone") else _repository(name)


# ── YouTube ─────────────────────────────────────────────────────────────────────────────────────────────────────────

VIDEOS: Mapping[str, int] = {"no-embed-ab": 401, "private-abc": 403, "gone-abcdef": 404, "bad-id-abcd": 400}
"""Videos that do not answer 200."""


def _oembed(exchange: Exchange) -> Answer:
    video = dict(exchange.request.parameters)["url"].removeprefix("https://www.youtube.com/watch?v=")
    if video in VIDEOS:
        return Answer(b"Said in plain text", VIDEOS[video], (("Content-Type", "text/plain"),))
    told = {"title": f"The video {video}", "author_name": "Someone", "type": "video"}
    return Answer(json.dumps(told).encode(), headers=(("Content-Type", "application/json"),))


INTERFACES: tuple[tuple[str, str, Serve], ...] = (
    ("/api/query", "arXiv's export API: an Atom feed of the papers in id_list.", _query),
    ("/atom/{kind}", "The same, hostile (bomb, file, elsewhere, dtd) or cut off in the middle (cut).", _atom),
    ("/10.{prefix}/{rest}", "doi.org: to the agency for CSL JSON, else to the publisher; …gone: 404.", _doi),
    ("/v1/works/{rest}", "An agency: CSL JSON; …broken: 500; …leads-on: to the publisher.", _work),
    ("/repos/{rest}", "GitHub's REST API; …/gone: 404; RENAMED, SENT_ELSEWHERE: 301.", _repositories),
    ("/repositories/{rest}", "The same, by the number of the repository.", _repositories),
    ("/oembed", "YouTube's oEmbed interface: JSON of the video, or a status of VIDEOS.", _oembed),
)
