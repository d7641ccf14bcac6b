"""Pages that ask for consent to cookies or advertising, in place of the page that was asked for. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from dlt_crawler.page.walls.look import Look, phrases

CONSENT = "a consent page"

_HOSTS = re.compile(
    # microlinkhq/is-antibot 2.5.0; filter lists that know myprivacy.dpgmedia.nl; ArchiveTeam's scripts for guce. (2026)
    r"consent\.[\w.-]+|guce\.[\w.-]+|[\w-]*\.?consent\.yahoo\.com|myprivacy\.dpgmedia(?:group)?\.\w+|cookiewall\.[\w.-]+"
    r"|privacygate\.[\w.-]+|cookies?-?consent\.[\w.-]+|(?:cookies|privacy)\.[\w-]+-gate\.[\w.-]+"
)
_PLACES = re.compile(
    r"/(?:cookie[-_]?wall|cookies?[-_]?(?:consent|gate|accept|check|policy-consent)|privacy-?(?:gate|wall|consent)"
    r"|consent[-_]?(?:gate|wall|management|required|page)|collectconsent|zustimmung|gdpr-?(?:consent|gate|wall)|tcfwall)"
    r"(?:[/.]|$)"
)
_PLAIN_PLACE = re.compile(r"/consent(?:/|$)")
"""Where forms for patients are found, too."""
_BACK = re.compile(r"(?:url|uri|continue|next|return|redirect|target|back|sitekey|referer)\w{0,20}=")

_NAMES = frozenset(
    phrases("""
    before you continue to google; before you continue to google search; before you continue to youtube;
    bevor sie zu google weitergehen; bevor sie zur google suche weitergehen; bevor sie zu youtube weitergehen;
    bevor du zu google weitergehst; bevor du zu youtube weitergehst; avant d'accéder à google;
    avant d'accéder à la recherche google; avant d'accéder à youtube; antes de ir a google;
    antes de ir a la búsqueda de google; antes de ir a youtube; antes de continuar para a pesquisa google;
    antes de continuar para o youtube; prima di continuare su google; prima di continuare su youtube;
    prima di passare a google; voordat je verdergaat naar google; voordat je verdergaat naar youtube;
    voordat u verdergaat naar google; innan du fortsätter till google; innan du fortsätter till youtube;
    zanim przejdziesz do google; zanim przejdziesz do youtube; zanim przejdziesz dalej; google へ進む前に;
    google にアクセスする前に; 继续前往 google 搜索之前; 前往 google 之前; прежде чем перейти к google;
    yahoo is part of the yahoo family of brands; yahoo is now a part of verizon media;
    yahoo ist teil der yahoo markenfamilie; yahoo ist teil der yahoo-markenfamilie;
    yahoo fait partie de la famille de marques yahoo; yahoo forma parte de la familia de marcas de yahoo;
    yahoo fa parte della famiglia di brand yahoo; yahoo maakt deel uit van de merkenfamilie van yahoo;
    aol is part of the yahoo family of brands; techcrunch is part of the yahoo family of brands;
    dpg media privacy gate; cookie consent required; consent required; consent needed; your consent is required;
    we need your consent; zustimmung erforderlich; einwilligung erforderlich; wir benötigen ihre zustimmung;
    wir brauchen ihre zustimmung; datenschutz und nutzungserlebnis; mit werbung weiterlesen; cookies accepteren;
    toestemming vereist; akkoord met cookies; consentement requis; votre consentement est nécessaire;
    consenso richiesto; consentimiento necesario; samtykke påkrævet; did someone say ... cookies
""")
)
"""Titles, parts of them, and headings …"""
_PLAIN_NAMES = frozenset(
    phrases("""
    before you continue; bevor sie fortfahren; avant de continuer; antes de continuar; prima di continuare;
    voordat je verdergaat; innan du fortsätter; før du fortsetter; før du fortsætter; ennen kuin jatkat;
    než budete pokračovat; 在继续之前; privacy gate; cookiewall; cookie wall; cookie-wall; cookie consent;
    privacy-manager; cookie-einwilligung; cookie-toestemming; accept cookies to continue; please accept cookies
""")
)
"""… which other pages may have, too."""
_LONGEST = 3_500
"""Characters of a page that stands at the address that was asked for."""


def is_consent_page(look: Look) -> bool:
    """Return whether it asks for consent in place of showing the page that was asked for.

    A banner is not such a page: the page itself stands behind it.
    """
    if look.gone or not (look.moved or look.brief(_LONGEST)) or is_consent_address(look.url):
        return False
    if look.moved and is_consent_address(look.final_url):
        return True
    parts = urlsplit(look.final_url)
    called = look.is_called(_NAMES)
    if look.moved and _PLAIN_PLACE.search(parts.path) and (called or _BACK.search(parts.query)):
        return True
    if called:
        return look.prose <= 2_500 and look.brief(_LONGEST)
    return look.brief(500) and not look.titles.isdisjoint(_PLAIN_NAMES)


def is_consent_address(url: str) -> bool:
    """Return whether a page at this URL asks for consent, as far as that can be told from the URL."""
    parts = urlsplit(url)
    return _HOSTS.fullmatch(parts.hostname or "") is not None or _PLACES.search(parts.path) is not None
