"""Walls that do not say whose they are: captchas, checks of the browser, refusals, in the languages of the web.

Collected from the pages of the services in the tables of signatures, and from public crawlers' lists of them
(2026-11-21). Names and phrases alone are never enough with a success: articles are about these things, too.
"""

from __future__ import annotations

import re

from dlt_crawler.page.walls.look import ACCEPTED, Look, phrases

CAPTCHA = "a captcha"
REFUSAL = "a page that denies access"
CHECK = "a check of the browser"

WIDGETS = (
    ("recaptcha", "g-recaptcha"),
    ("recaptcha script", "recaptcha/"),
    ("hcaptcha", "h-captcha"),
    ("hcaptcha script", "hcaptcha.com"),
    ("turnstile", "cf-turnstile"),
    ("tencent captcha", "tencentcaptcha"),
    ("aliyun captcha", "aliyuncaptcha"),
    ("geetest", "geetest"),
    ("arkose", "arkoselabs"),
    ("friendly captcha", "frc-captcha"),
    ("captcha element", 'id="captcha'),
    ("captcha class", 'class="captcha'),
    ("captcha script", "captcha.js"),
)
"""Names and strings of markers, as in `signature`. Forms on pages that live have them, too."""

COOKIE_SETTERS = (("sets a cookie", "document.cookie"), ("reloads itself", "location.reload("))
"""Both stand in a page without a text that wants to know whether scripts are run."""

CAPTCHA_NAMES = frozenset(
    phrases("""
    captcha; captcha verification; captcha check; captcha challenge; captcha required; solve captcha;
    are you a robot; are you human; are you a human; are you a human or a robot; robot or human; bot check;
    robot check; robot verification; bot verification; bot detection; human verification; human check;
    human check required; verify you are human; verify you are a human; verify you're human;
    verify that you are human; verify you are not a robot; please verify you are a human;
    please verify you are human; verifying you are human; prove you are human; prove you're human;
    confirm you are human; let's confirm you are human; i'm not a robot; not a robot; security check;
    security checkpoint; security verification; security challenge; performing security verification;
    additional security check is required; additional security check required; please complete the security check;
    please complete a security check; one more step; just one more step; checking your browser;
    checking your browser before accessing; checking if the site connection is secure; browser check;
    browser verification; browser security check; verifying your browser; verifying your connection;
    validating your browser; unusual traffic; unusual traffic detected; unusual activity detected;
    suspicious activity detected; we need to verify you're human; access check; validate user;
    安全验证; 安全校验; 安全检查; 安全检测; 访问验证; 人机认证;
    人机验证; 人机识别; 人机身份验证; 真人验证; 滑块验证; 滑动验证; 滑动验证页面; 拖动滑块; 验证码; 请输入验证码;
    输入验证码; 请完成验证; 请完成安全验证; 请进行安全验证; 请完成下列验证后继续; 请完成以下验证; 访问异常;
    访问过于频繁; 网络环境异常; 浏览器安全检查; 正在进行安全验证; 正在检查您的浏览器; 正在验证您的浏览器; 安全驗證;
    人機驗證; 驗證碼; 身份核实; sicherheitsüberprüfung; sicherheitsprüfung; sicherheitsabfrage; sind sie ein mensch;
    bist du ein mensch; sind sie ein roboter; bist du ein roboter; überprüfung ihres browsers;
    bestätigen sie, dass sie ein mensch sind; vérification de sécurité; contrôle de sécurité; êtes-vous un robot;
    êtes-vous humain; vérification du navigateur; vérifiez que vous êtes humain; verificación de seguridad;
    comprobación de seguridad; control de seguridad; eres un robot; eres humano; verifica que eres humano;
    verificação de segurança; você é um robô; você é humano; verifica di sicurezza; controllo di sicurezza;
    sei un robot; sei umano; beveiligingscontrole; ben je een robot; ben je een mens; säkerhetskontroll;
    czy jesteś robotem; kontrola bezpieczeństwa; bezpečnostní kontrola; проверка безопасности; проверка браузера;
    проверка, что вы не робот; вы не робот; вы робот; подтвердите, что вы не робот;
    подтвердите, что запросы отправляли вы, а не робот; güvenlik kontrolü; robot musunuz; セキュリティチェック;
    セキュリティ確認; ロボットではないことを確認; 画像認証; 보안 확인; 보안문자; 로봇이 아닙니다; 자동입력 방지;
    kiểm tra bảo mật; verifikasi keamanan; التحقق من الأمان
""")
)
"""Titles and headings."""

CAPTCHA_TEXTS = phrases("""
    verify you are human; verify you are a human; verify that you are human; verify that you are a human;
    verify you're human; verify you're a human; verify that you're human; verify that you're not a robot;
    verify you are not a robot; verifying you are human; make sure you are human; make sure you're human;
    make sure you are not a robot; make sure you're not a robot; make sure that you are not a robot;
    ensure you are not a robot; ensure you're not a robot; confirm you are human; confirm that you are human;
    confirm you're human; confirm you are a human; confirm that you are not a robot; confirm you are not a robot;
    confirm you're not a robot; prove you are human; prove you're human; prove you are not a robot;
    prove that you are not a robot; prove that you're not a robot; you are a human and not a bot;
    you're not a robot; you are not a robot; you're not a bot; you are not a bot; i'm not a robot; you are human;
    you're human; you are a human; you're a human; you are a real person; you're a real person; you're really human;
    complete the captcha; complete the security check; completing the captcha; solve the captcha;
    solve this captcha; solving the captcha; enter the characters you see; type the characters you see;
    checking your browser; checking if the site connection is secure; we are checking your browser;
    verifying your browser; verify your browser; this process is automatic. your browser will redirect;
    unusual traffic from your; unusual activity from your; unusual activity on your network;
    detected unusual activity; detected unusual traffic; suspicious activity from your;
    suspicious traffic from your; automated requests from; automated traffic from; automated access to;
    you might be a robot; you may be a robot; think you are a robot; think you're a robot; think you were a bot;
    thinks you are a bot; suspect you are a bot; slide to complete the puzzle; slide right to complete;
    press and hold; press & hold; please enable cookies and reload; enable javascript and cookies to continue;
    请完成安全验证; 请完成验证; 完成验证后; 请完成下方验证; 请完成以下验证; 请完成下列验证; 请进行安全验证;
    请先完成验证; 通过验证后; 验证通过后; 需要验证您的身份; 请拖动滑块; 拖动滑块; 请按住滑块; 按住滑块; 向右滑动;
    滑动完成拼图; 请依次点击; 请点击图中; 请输入验证码; 请输入图片中的; 访问过于频繁; 访问太频繁; 请求过于频繁;
    操作过于频繁; 访问频率过高; 访问存在异常; 访问出现异常; 访问行为异常; 检测到异常访问; 检测到异常流量;
    检测到您的访问; 检测到您的网络; 网络环境存在异常; 环境存在异常; 存在异常行为; 确认您不是机器人;
    确认你不是机器人; 证明您不是机器人; 确认您是真人; 验证您是真人; 您是真人; 不是机器人; 正在检查您的浏览器;
    正在进行浏览器检查; 正在验证您的浏览器; 浏览器安全检查; 保障您的访问安全; 請完成驗證; 請完成安全驗證;
    不是機器人; 異常流量; 偵測到異常; dass sie ein mensch sind; dass du ein mensch bist; kein roboter sind;
    kein roboter bist; ihr browser wird überprüft; que vous êtes humain; que vous êtes un humain;
    que vous n'êtes pas un robot; pas un robot; trafic inhabituel; que eres humano; que es humano;
    que no eres un robot; que no es un robot; no soy un robot; tráfico inusual; que você é humano;
    que você não é um robô; não sou um robô; che sei umano; che non sei un robot; che sei un essere umano;
    dat je een mens bent; geen robot bent; что вы не робот; что вы человек; вы не робот; я не робот; а не робот;
    похожи на автоматические; запросы, поступившие с вашего ip; że jesteś człowiekiem; że nie jesteś robotem;
    robot olmadığınızı; insan olduğunuzu; ロボットではない; ロボットでない; 人間であること; ブラウザを確認;
    로봇이 아닌; 로봇이 아님; 사람인지 확인; không phải là robot; bukan robot; لست برنامج روبوت; أنك لست روبوت
""")
"""What a visitor is told to do or is suspected of."""

REFUSAL_NAMES = frozenset(
    phrases("""
    access denied; access is denied; access to the website is blocked; security block; country blocked; ip banned;
    you are banned; you have been banned; automated request detected; security incident detected;
    suspicious request; malicious request; access temporarily blocked; access temporarily restricted;
    temporarily blocked; your access to this site has been limited; possible security risk detected;
    access forbidden; access blocked; access restricted; access rejected; access to this site is blocked;
    access to this website has been blocked; you are blocked; you have been blocked; you've been blocked;
    sorry, you have been blocked; your access has been blocked; your ip has been blocked; ip blocked;
    ip address blocked; request blocked; request rejected; request denied; your request has been blocked;
    the request is blocked; the request is blocked.; bot detected; bots not allowed; bot access denied;
    too many requests;
    application firewall block page; unauthorized activity has been detected; error 1020; security violation;
    security policy violation; 访问被拒绝; 访问被阻断; 访问被拦截; 访问被禁止; 访问受限; 访问禁止; 禁止访问;
    拒绝访问; 请求被拦截; 请求被拒绝; 请求已被拦截; 您的请求已被拦截; 您的访问被拦截; 您的访问被阻断;
    您的访问已被拦截; 网站防火墙; 拦截提示; 网站拦截提示; 安全拦截; web应用防火墙; ip被封禁; 您的ip已被封禁;
    存取被拒; 拒絕存取; 禁止存取; zugriff verweigert; zugriff nicht erlaubt; zugriff blockiert; accès refusé;
    accès interdit; accès bloqué; acceso denegado; acceso prohibido; acceso bloqueado; acesso negado;
    acesso bloqueado; accesso negato; accesso bloccato; toegang geweigerd; åtkomst nekad; adgang nægtet;
    ingen tilgang; pääsy evätty; dostęp zabroniony; odmowa dostępu; brak dostępu; přístup odepřen; доступ запрещен;
    доступ запрещён; доступ ограничен; доступ заблокирован; доступ к ресурсу ограничен; доступ заборонено;
    erişim engellendi; erişim reddedildi; アクセスが拒否されました; アクセス拒否; アクセスできません;
    접근이 거부되었습니다; 접근 거부; 접근이 차단되었습니다; truy cập bị từ chối; akses ditolak; تم رفض الوصول;
    הגישה נדחתה
""")
)

REFUSAL_TEXTS = phrases("""
    you don't have permission to access; you do not have permission to access; you are not authorized to access;
    you have been blocked; you've been blocked; has been blocked; have been blocked; was blocked; is blocked;
    blocked by our security; blocked by the security; blocked your request; blocked for security reasons;
    blocked due to; blocked because; security service to protect itself; security service for protection;
    triggered the security; triggered a security; violates our security; security rules; security policy;
    web application firewall; request was denied; request has been denied; request was rejected; access from your;
    is not allowed;
    access to this site has been; access to this website has been; not allowed to access; your ip address; your ip:;
    client ip; reference #; reference id; incident id; support id; ray id; event id; request id; block id;
    error code 15; 您的请求; 您的访问; 您的ip; 已被网站管理员设置拦截; 被拦截; 被阻断; 防火墙; 安全策略; 威胁; 攻击;
    非法请求; 不合法的参数; 不合法参数; 事件id; 请求id; 拦截; ihre anfrage; ihre ip; votre adresse ip;
    votre requête; su dirección ip; tu dirección ip; su solicitud; seu endereço ip; sua solicitação;
    il tuo indirizzo ip; uw ip; ваш ip; ваш запрос; ip adresiniz; ipアドレス; ip 주소
""")
"""What goes with such a name, and not with an article."""

_SENTENCES = re.compile(
    # What 147 pages of refusal of the years 2022 to 2024 say to the visitor (mstfnsr/web_refusal_regex, 2026-11-21).
    r"\b(?:you|(?:your|the|this) (?:ip|access|request|connection|computer|visit|browser)\b(?:[^.!?]|\.\b){0,60}) "
    r"(?:have been|has been|was|is|are|got|were) (?:\w{1,20} )?"
    r"(?:blocked|banned|blacklisted|rejected|refused|denied|restricted|flagged|rated as suspicious)"
    r"|\b(?:request|access|activity|visit|traffic)(?: to [\w. -]{1,60})? (?:has been|have been|was|is|will be|and) "
    r"(?:\w{1,20} )?(?:blocked|banned|rejected|refused|denied|restricted|dropped|forbidden) "
    r"(?:by|due|because|for|as|from|automatically)\b"
    r"|\bblocked (?:due to|because of|for|by our) (?:\w{1,20} ){0,3}"
    r"(?:suspicious|malicious|security|abuse|spam|bot|attack|defen[cs]e)"
    r"|\b(?:firewall|anti-crawler protection|ddos protection|bot protection) (?:is|was|has been) activated for your"
    r"|\bsending automated queries|\bautomated requests? detected|\byou (?:might|may) have been detected"
    r"|\btoo many requests from your|\bsource of too many requests|\bhas been banned"
    r"|\bblocked your (?:ip|request|access)|\bpart of suspicious activity"
    r"|\bverifying if your connection is secure|\bpossible security risk"
    r"|\byou are (?:not allowed|unable) to (?:access|visit)|\byou have made too many requests"
    r"|\bfrom a country belonging to the european economic area"
    r"|您的(?:请求|访问|ip|网络|操作)[^。]{0,30}(?:已?被[^。]{0,20}(?:拦截|阻断|封禁|限制|禁止|拒绝)|存在异常|行为异常|疑似)"
    r"|(?:请求|访问)(?:疑似|存在|带有)[^。]{0,30}(?:攻击|威胁|参数|风险)|当前访问[^。]{0,30}拦截"
    r"|(?:ihre?|deine?) (?:ip|anfrage|zugriff)[^.!?]{0,60}(?:blockiert|gesperrt|geblockt|abgelehnt)"
    r"|sie wurden[^.!?]{0,60}blockiert|vous avez été bloqué"
    r"|votre (?:adresse ip|requête|accès)[^.!?]{0,60}(?:bloqué|refusé|interdit)"
    r"|su (?:dirección ip|solicitud|acceso|petición)[^.!?]{0,60}(?:bloquead|rechazad|denegad)"
    r"|(?:seu ip|sua solicitação|seu acesso|este acesso)[^.!?]{0,60}(?:bloquead|negad|filtrado)"
    r"|il tuo (?:ip|indirizzo ip|accesso)[^.!?]{0,60}(?:bloccat|negat)|вы заблокированы"
    r"|ваш(?:а|е)? (?:ip|запрос|доступ)[^.!?]{0,60}(?:заблокирован|отклон[её]н|ограничен)"
)
"""Sentences that tell a visitor that he is kept out. The text is of at most 1,500 characters."""

_WEAK_REFUSAL_NAMES = frozenset(
    phrases("""
    blocked; banned; firewall; web application firewall; website firewall; bot protection; block page; invalid request
""")
)
"""What other pages are called, too: believed when the status is no success."""
_NOT_TO_VISITORS = ("the ", "this ", "request", "access", "activity", "visit", "traffic", "blocked")
"""What sentences begin with that may be about somebody else."""


def robot_wall_of(look: Look) -> str | None:
    """Return what kind of wall against robots it is, if any."""
    if look.gone or not look.thin:
        return None
    if look.empty and all(name in look.markers for name, _ in COOKIE_SETTERS):
        return CHECK
    captcha, refusal = _is_captcha(look), _is_refusal(look)
    if captcha and not (refusal and not look.is_called(CAPTCHA_NAMES)):
        return CAPTCHA
    return REFUSAL if refusal else None


def _is_captcha(look: Look) -> bool:
    called = look.is_called(CAPTCHA_NAMES)
    if look.refuses:
        return called or (look.status == ACCEPTED and look.empty) or look.tells(CAPTCHA_TEXTS)
    if not look.brief(1_500):
        return False
    widget = any(name in look.markers for name, _ in WIDGETS)
    if called:
        twice = not look.titles.isdisjoint(CAPTCHA_NAMES) and look.heading in CAPTCHA_NAMES
        short = look.length <= (400 if widget or twice else 60)
        return (short or look.tells(CAPTCHA_TEXTS)) and look.says_nothing_else(has_form=widget)
    if not look.tells(CAPTCHA_TEXTS):
        return False
    # Nothing gives the page a name that says it is about something else, or there is little more than that.
    if look.titles and not (widget or look.noindex):
        return look.says_nothing_else_at_all
    return look.says_nothing_else(has_form=widget)


def _is_refusal(look: Look) -> bool:
    called = look.is_called(REFUSAL_NAMES)
    if look.refuses:
        return called or look.is_called(_WEAK_REFUSAL_NAMES) or _sentence_in(look) is not None
    if not look.brief(1_000):
        return False
    if called:
        told = look.length <= 60 or look.tells(REFUSAL_TEXTS) or _sentence_in(look) is not None
        return told and look.says_nothing_else()
    # It begins with that, and nothing gives the page a name.
    sentence = _sentence_in(look)
    if sentence is None or sentence.start() > 150 or sentence[0].startswith(_NOT_TO_VISITORS):
        return False
    return look.says_nothing_else_at_all


def _sentence_in(look: Look) -> re.Match[str] | None:
    return _SENTENCES.search(look.text)
