"""Parked pages as registrars and hosts put them up, in ten languages."""

# ruff: noqa: E501 -- a table: one page a line
from __future__ import annotations

from dlt_crawler.model import Outcome
from tests.page_kinds.chrome import Labelled, document

_URL = "https://www.some-site.example/2019/07/a-cited-page"

# Name, title, body, what stands in the head, language, where the link was redirected to.
_ROWS = (
    ("spaceship", "some-site.example is for sale", "<h1>some-site.example</h1><p>is for sale! Make the seller an offer, or buy it right now through SellerHub.</p>", "", "en", None),
    ("dynadot", "some-site.example - Dynadot", "<h1>some-site.example</h1><p>This domain has been registered with Dynadot. Is this your domain? Build a website for it today.</p>", "", "en", None),
    ("dynadot-sale", "some-site.example", "<p>some-site.example is listed for sale on the Dynadot marketplace. Buy this domain</p>", "", "en", None),
    ("sav-com", "some-site.example | Sav", "<h2>The domain some-site.example is for sale.</h2><p>Minimum offer $500. Lease to own for 12 months.</p>", "", "en", None),
    ("gandi", "some-site.example is parked at Gandi", "<h1>This domain name has been registered with Gandi.net.</h1><p>It is currently parked by the owner.</p>", "", "en", None),
    ("ovh", "some-site.example", "<h1>Félicitations ! Votre domaine a bien été créé chez OVHcloud !</h1><p>Ce nom de domaine est enregistré, il n'y a pas encore de site.</p>", "", "fr", None),
    ("ionos", "some-site.example", "<h1>Diese Domain ist bereits registriert.</h1><p>Der Inhaber hat noch keine Webseite hinterlegt. Diese Domain wurde bei IONOS geparkt.</p>", "", "de", None),
    ("strato", "some-site.example", "<p>Diese Domain wurde erfolgreich registriert. Hier entsteht eine neue Internetpräsenz. STRATO</p>", "", "de", None),
    ("united-domains", "some-site.example steht zum Verkauf", "<h1>Die Domain some-site.example steht zum Verkauf</h1><p>Geben Sie Ihr Angebot ab. Sicherer Transfer über einen Treuhänder.</p>", "", "de", None),
    ("crazydomains", "Domain parked", "<h1>This domain name is parked</h1><p>Parked with Crazy Domains. Are you the owner? Log in to add hosting.</p>", "", "en", None),
    ("name-com", "some-site.example", "<h1>Want your own website?</h1><p>This domain is parked. Related Searches: <a href='/a'>Web hosting</a> <a href='/b'>Domain names</a></p>", "<script src='https://www.google.com/adsense/domains/caf.js'></script>", "en", None),
    ("networksolutions", "some-site.example - Coming soon", "<p>This web page is parked for free, courtesy of Network Solutions.</p>", "", "en", None),
    ("atom", "some-site.example is for sale - Atom", "<h1>Some-site.example</h1><p>Own this premium domain. Add to cart, installments from $80 a month.</p>", "", "en", "https://www.atom.com/name/some-site"),
    ("expired-godaddy", "some-site.example", "<h1>Notice: This domain name expired on 2026-03-01 and is pending renewal or deletion.</h1><p>Is this your domain? Renew now</p>", "", "en", None),
    ("enom", "some-site.example", "<p>This domain has recently been registered with Namecheap.</p><p>Welcome! Please check back soon.</p>", "", "en", None),
    ("loopia", "Parked at Loopia", "<h1>This domain has been purchased and parked by a customer of Loopia.</h1><p>Use LoopiaWHOIS to view the domain holder's public information.</p>", "", "en", None),
    ("one-com", "some-site.example is hosted by one.com", "<h1>This domain is parked</h1><p>The owner has not yet uploaded a website.</p>", "", "en", None),
    ("transip", "some-site.example", "<h1>Gereserveerd</h1><p>Deze domeinnaam is gereserveerd voor een klant van TransIP.</p>", "", "nl", None),
    ("aruba", "some-site.example", "<h1>Dominio registrato</h1><p>Questo dominio è stato registrato da un cliente di Aruba e non ha ancora un sito.</p>", "", "it", None),
    ("regru", "Домен some-site.example", "<h1>Домен some-site.example припаркован</h1><p>Срок регистрации домена не истёк. Услуги предоставляет REG.RU</p>", "", "ru", None),
    ("nic-ru", "some-site.example", "<p>Домен зарегистрирован, но сайта на нём пока нет. Домен продаётся: узнать цену.</p>", "", "ru", None),
    ("aliyun", "some-site.example", "<h1>该域名正在出售</h1><p>您可以委托阿里云经纪人购买此域名。</p>", "", "zh", None),
    ("xinnet", "域名停放页面", "<h1>域名停放</h1><p>您正在访问的域名可以转让！联系QQ：00000000</p>", "", "zh", None),
    ("ename-cn", "some-site.example-域名出售", "<h1>some-site.example</h1><p>本域名出售，有意者请联系。This domain is for sale.</p>", "", "zh", None),
    ("muumuu", "some-site.example", "<h1>このドメインはムームードメインで取得されています</h1><p>ドメインを取得するならムームードメイン。</p>", "", "ja", None),
    ("gabia", "some-site.example", "<h1>이 도메인은 현재 파킹 중입니다</h1><p>가비아에서 등록한 도메인입니다. 도메인 판매 문의</p>", "", "ko", None),
    ("trellian", "some-site.example", "<ul><li><a href='/s?q=1'>Hotels</a></li><li><a href='/s?q=2'>Cars</a></li></ul><p>Inquire about this domain</p>", "<script src='https://www.above.com/js/a.js'></script>", "en", None),
    ("catch-all-lander", "some-site.example", "<script>window.location.replace('/lander?domain=some-site.example');</script>", "<script>window.onload=function(){window.location.href=\"/lander\"}</script>", "en", None),
)  # fmt: skip

REGISTERED = tuple(
    Labelled(f"registrar-{name}", document(title, body, lang=lang, head=head), Outcome.PARKED, _URL, final_url)
    for name, title, body, head, lang, final_url in _ROWS
)
