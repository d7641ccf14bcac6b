"""Signatures of services against robots, and of sites that everybody links to, around the world."""

from __future__ import annotations

from dlt_crawler.page.walls.signature import Signature

_ANTIBOT = "microlinkhq/is-antibot 2.5.0 (2026-08-16)"
_WAFW00F = "EnableSecurity/wafw00f (2026-11-21)"
_IDENTYWAF = "stamparm/identYwaf (2026-11-21)"
_CRAWL4AI = "unclecode/crawl4ai, antibot_detector (2026-11-21)"

SERVICES = (
    Signature(
        "Cloudflare",
        "developers.cloudflare.com, Detect a Challenge Page response; FlareSolverr (2026-11-21). Not cf-ray, __cf_bm, "
        "challenge-platform: they come with pages. Not its pages for 52x and 530: the origin is down then.",
        mitigates=(("cf-mitigated", "challenge|block"),),
        urls=(r"[?&]__cf_chl_(?:rt_)?tk=",),
        titles=("just a moment...", "attention required! | cloudflare", "please wait... | cloudflare"),
        challenges=(
            ("cloudflare challenge", "_cf_chl_opt"),
            ("cloudflare form", 'id="challenge-form"'),
            ("cloudflare block", 'data-translate="block_headline"'),
            ("cloudflare 1020", 'cf-error-code">1020<'),
        ),
        texts=(
            "used cloudflare to restrict access", "ddos protection by cloudflare",
            "sorry, you have been blocked you are unable to access", "the owner of this website has banned",
            "needs to review the security of your connection before proceeding",
        ),
        brands=(
            "error code: 10", "used cloudflare to restrict access", "cloudflare ray id",
            "performance & security by cloudflare",
        ),
    ),
    Signature(
        "DataDome",
        f"docs.datadome.co, Validate request; {_ANTIBOT}; {_CRAWL4AI}. x-datadome: protected comes with pages",
        mitigates=(("x-dd-b", "[1-9]"),),
        urls=(r"^[\w.-]*captcha-delivery\.com/",),
        challenges=(("datadome captcha", "captcha-delivery.com"),),
        texts=("please enable js and disable any ad blocker",),
        fields=(("x-datadome", ".*"), ("x-datadome-cid", ".*")),
        cookies=("datadome",),
    ),
    Signature(
        "HUMAN (PerimeterX)",
        f"{_CRAWL4AI}; {_IDENTYWAF}; {_ANTIBOT}",
        titles=(
            "access to this page has been denied", "access to this page has been blocked",
            "se ha denegado el acceso a esta página", "l'accès à cette page a été refusé",
            "der zugriff auf diese seite wurde verweigert", "o acesso a esta página foi negado",
        ),
        challenges=(
            ("perimeterx captcha", "px-captcha"),
            ("perimeterx captcha host", "captcha.px-c"),
        ),
        texts=(
            "press & hold to confirm you are", "challengehelp@humansecurity.com",
            "because we believe you are using automation tools",
        ),
        sensors=(("perimeterx", "_pxappid"),),
        cookies=("_px3", "_pxhd", "_pxvid"),
    ),
    Signature(
        "Akamai",
        f"{_CRAWL4AI}; {_IDENTYWAF} (kona); {_ANTIBOT}; its interstitial with 200 in public code (2026-08)",
        challenges=(
            ("akamai interstitial", "triggerinterstitialchallenge"),
            ("akamai verification", "bm-verify"),
            ("akamai errors", "errors.edgesuite.net"),
            ("akamai challenge", "sec-if-cpt-container"),
        ),
        texts=("you don't have permission to access \"http", "powered and protected by akamai"),
        sensors=(("akamai script", "/akam/"),),
        fields=(("server", "akamaighost"), ("akamai-cache-status", "error.*"), ("x-akamai-session-info", ".*")),
        cookies=("_abck", "bm_sz", "ak_bmsc"),
    ),
    Signature(
        "Imperva",
        f"{_WAFW00F}; {_IDENTYWAF}; {_CRAWL4AI}; {_ANTIBOT}",
        titles=("pardon our interruption",),
        challenges=(
            ("imperva frame", "_incapsula_resource?swudnsai"),
            ("imperva frame 2", "_incapsula_resource?cwudnsai"),
        ),
        texts=(
            "incapsula incident id", "powered by incapsula",
            "something about your browser made us think you were a bot",
            "you were browsing, something about your browser",
        ),
        sensors=(("imperva", "_incapsula_resource"), ("imperva reese84", "reese84")),
        fields=(("x-cdn", "incapsula|imperva"), ("x-iinfo", ".*")),
        cookies=("incap_ses_", "visid_incap_", "reese84"),
    ),
    Signature(
        "AWS WAF",
        f"AWS WAF developer guide, CAPTCHA and Challenge action behavior (2026); {_ANTIBOT}",
        mitigates=(("x-amzn-waf-action", "challenge|captcha"),),
        challenges=(
            ("aws waf challenge", "awswafintegration"),
            ("aws waf captcha", "awswafcaptcha"),
            ("aws waf cookies", "awswafcookiedomainlist"),
        ),
        sensors=(("aws waf", ".awswaf.com"),),
        cookies=("aws-waf-token",),
    ),
    Signature(
        "Amazon CloudFront",
        f"{_IDENTYWAF} (aws); {_ANTIBOT}. Its 50x are those of the origin",
        texts=("request blocked. we can't connect to the server for this app or website",),
        brands=("generated by cloudfront",),
    ),
    Signature(
        "Kasada",
        f"{_CRAWL4AI}; {_ANTIBOT}. ips.js and x-kpsdk-ct come with pages, too",
        mitigates=(("x-kasada-challenge", ".+"),),
        challenges=(("kasada challenge", "kpsdk.scriptstart"),),
        sensors=(("kasada", "window.kpsdk"),),
        fields=(("x-kpsdk-ct", ".*"), ("x-kpsdk-r", ".*"), ("x-kasada", ".*")),
    ),
    Signature(
        "Vercel",
        f"vercel.com/docs, Response headers (2026); {_WAFW00F}",
        mitigates=(("x-vercel-mitigated", "challenge|deny"),),
        titles=("vercel security checkpoint",),
        challenges=(("vercel checkpoint", "/.well-known/vercel/security/"),),
        texts=("we're verifying your browser", "failed to verify your browser"),
        fields=(("x-vercel-challenge-token", ".*"),),
    ),
    Signature(
        "Anubis",
        f"TecharoHQ/anubis, lib/localization/locales (2026-11-21); {_WAFW00F}. 200 unless its owner wants another",
        titles=(
            "making sure you're not a bot", "正在确认你是不是机器人", "正在確認你是不是機器人", "验证您不是机器人",
            "dein browser wird geprüft", "je m'assure que vous n'êtes pas un robot",
            "asegurándonos de que no eres un robot", "あなたがボットでないことを確認しています",
            "проверяем, что вы не бот", "certificando de que você não é um bot", "controllo se sei un robot",
            "even checken of je een bot bent", "sprawdzamy, czy nie jesteś botem",
        ),
        challenges=(("anubis challenge", 'id="anubis_challenge"'), ("anubis", "/.within.website/x/")),
        cookies=("techaro.lol-anubis",),
    ),
    Signature(
        "go-away",
        "git.gammaspectra.live/git/go-away, its challenge page (2026)",
        titles=("checking you are not a bot",),
        challenges=(("go-away", "git.gammaspectra.live/git/go-away"),),
        texts=("has set up go-away to protect the server",),
    ),
    Signature(
        "testcookie",
        "kyprizel/testcookie-nginx-module, as free hosts use it (2026): its script decrypts a cookie with slowAES",
        sensors=(("testcookie", "slowaes.decrypt"), ("testcookie value", "__test=")),
    ),
    Signature(
        "Yandex",
        "yandex.ru/support/smart-captcha; showcaptcha in public crawlers (2026)",
        urls=(r"^(?:[\w-]+\.)*yandex\.[a-z.]{2,6}/(?:showcaptcha|checkcaptcha)",),
        challenges=(("yandex smartcaptcha", "smartcaptcha.yandexcloud.net"),),
    ),
    Signature(
        "Sucuri",
        f"{_WAFW00F}; {_IDENTYWAF}; a block page that an archive of robots.txt keeps (2020)",
        mitigates=(("x-sucuri-block", ".+"),),
        titles=("sucuri website firewall",),
        challenges=(("sucuri script", "sucuri_cloudproxy"), ("sucuri block", "sucuri-firewall-block.css")),
        texts=("access denied - sucuri website firewall", "cloudproxy@sucuri.net"),
    ),
    Signature(
        "DDoS-Guard",
        f"{_WAFW00F}; FlareSolverr (2026-11-21). server: ddos-guard comes with pages",
        challenges=(("ddos-guard", "/.well-known/ddos-guard/js-challenge"),),
        texts=("ddos protection by ddos-guard",),
        brands=("ddos-guard",),
        fields=(("server", "ddos-guard"),),
    ),
    Signature(
        "Qrator",
        f"{_WAFW00F}; its check page in public crawlers (2025)",
        sensors=(("qrator", "/__qrator/"),),
        fields=(("server", "qrator"),),
        cookies=("qrator_jsid", "qrator_jsr"),
    ),
    Signature(
        "F5",
        f"{_WAFW00F} (BIG-IP ASM); {_IDENTYWAF} (asm); {_ANTIBOT} (Shape). /TSPD/ comes with pages, too",
        titles=("request rejected",),
        texts=(
            "the requested url was rejected. please consult with your administrator",
            "please enable javascript to view the page content. your support id is",
        ),
        sensors=(("f5 tspd", "/tspd/"), ("f5 bobcmn", "bobcmn")),
    ),
    Signature(
        "Fastly",
        f"www.fastly.com/documentation, Next-Gen WAF challenges (2026); {_ANTIBOT} (fullstory-challenge)",
        titles=("client challenge",),
        challenges=(("fastly challenge", "/_fs-ch-"),),
        cookies=("_fs_ch_",),
    ),
    Signature(
        "Google",
        f"support.google.com/websearch/answer/86640; {_ANTIBOT} (recaptcha fixture, 2026-03-27)",
        urls=(r"^(?:[\w-]+\.)?google\.[a-z.]{2,6}/sorry/",),
        challenges=(("google sorry", 'id="captcha-form" action="index"'),),
        texts=(
            "our systems have detected unusual traffic from your computer network",
            "我们的系统检测到您的计算机网络中存在异常流量", "unsere systeme haben ungewöhnlichen datenverkehr",
            "nos systèmes ont détecté un trafic exceptionnel", "nuestros sistemas han detectado tráfico inusual",
        ),
    ),
    Signature(
        "YouTube",
        f"yt-dlp, Sign in to confirm you're not a bot (2024-2026); {_ANTIBOT}. A page without its video has no name",
        titles=("- youtube",),
        texts=("sign in to confirm you're not a bot", "sign in to confirm that you're not a bot"),
    ),
    Signature(
        "Amazon",
        f"{_ANTIBOT}; Robot Check and validateCaptcha in public crawlers (2026)",
        urls=(r"^(?:[\w-]+\.)?amazon\.[a-z.]{2,6}/errors/validatecaptcha",),
        challenges=(
            ("amazon captcha", "/errors/validatecaptcha"),
            ("amazon automated access", "api-services-support@amazon.com"),
        ),
        texts=("sorry, we just need to make sure you're not a robot",),
    ),
    Signature(
        "LinkedIn",
        f"{_ANTIBOT} (fixture of 2026-03-26)",
        challenges=(("linkedin wall", "linkedin.com/authwall"),),
        fields=(("x-li-fabric", ".*"), ("x-li-pop", ".*")),
    ),
    Signature(
        "Reddit",
        f"{_ANTIBOT}; {_CRAWL4AI}",
        texts=("blocked by network security", "whoa there, pardner", "please wait for verification"),
        fields=(("server", "snooserv"),),
    ),
)  # fmt: skip
