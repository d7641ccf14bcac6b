"""Pages that ask who somebody is, in place of the page that was asked for. Pure.

Collected from the addresses and pages of the log-in systems named below and from public crawlers (2026-11-21).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from dlt_crawler.page.walls.look import Look, phrases

LOGIN = "a login page"

PASSWORDS = (
    ("password field", 'type="password"'),
    ("password field 2", "type='password'"),
    ("password field 3", "type=password"),
)
"""Names and strings of markers, as in `signature`."""

_HOSTS = re.compile(
    # Whose only purpose it is.
    r"(?:accounts\.(?:google|youtube|feishu|larksuite|bilibili)|login\.(?:microsoftonline|microsoft|live|windows|yahoo"
    r"|dingtalk|taobao|tmall|feishu|openathens)|[\w.-]+\.(?:okta(?:preview|-emea)?|onelogin|b2clogin|ciamlogin|auth0"
    r"|amazoncognito|pingone|duosecurity|kinde|oktacdn)|signin\.aws\.amazon|idmsa\.apple|appleid\.apple"
    r"|(?:id|auth)\.atlassian|(?:id|auth)\.elsevier|passport\.\w+|open\.weixin\.qq|graph\.qq|(?:xui\.)?ptlogin2\.qq"
    r"|account\.xiaomi|oauth\.taobao)\.[a-z.]{2,10}"
    r"|(?:log[io]n|log-in|signin|sign-in|adfs|shib|shibboleth|weblogin|webauth|authserver|keycloak|wsso)\d*"
    r"(?:-[\w-]+)?\.[\w-]+\..+"
)
_WEAK_HOSTS = re.compile(
    r"(?:accounts?|auth|authn|fs|id|ids|identity|my|oauth|secure|portal|uaa|user|member|profile)\..+"
)
_SHORT_HOSTS = re.compile(r"(?:sso|idp|cas|sts|wayf|passport|iam)\d*(?:-[\w-]+)?\..+")
"""Where other things are found, too: a college of arts and sciences at cas., mathematics at iam."""

_WORDS = re.compile(
    r"(?:user|member|admin|web|sso|saml|cas|oidc|ldap|account|customer|auth|do|my|wp|go_?to|require|need)?[-_]?"
    r"(?:log[-_]?[io]n|sign[-_]?in)(?:[-_]?(?:form|page|required|wall|redirect|user|sso|prompt|index|default))?"
    r"(?:\.(?:php|aspx?|jsp|jspa|html?|do|action|cgi|xhtml|jsf|seam|cfm))?"
    r"|authwall|servicelogin|interactivelogin|shibboleth\.sso|connexion|se-connecter"
    r"|iniciar-sesion|inicio-sesion|entrar|acceder|accedi|inloggen|logowanie|zaloguj|giris|vhod"
)
_WEAK_WORDS = re.compile(
    r"auth|authn|authz|authorize|authorization|authenticate|authentication|oauth2?|openid|openid-connect|saml2?|sso|idp|cas"
    r"|adfs|wsfed|identity|account|accounts|session|sessions|access-?denied|register|signup|sign-up|portal|passport|anmelden|anmeldung|identifier"
)
"""Segments of paths, where documentation may be found, too."""
_PLAIN_SEGMENT = re.compile(
    r"[a-z]{2}(?:[-_][a-z]{2,4})?|users?|members?|accounts?|auth|authn|oauth2?|openid-connect|idp|cas|sso|saml2?|realms"
    r"|portal|web|app|site|public|my|i|m|flow|index\.php|identity|secure|home|admin|session|#"
)
"""What stands before such a word without making it the title of something: language, area, program."""
_BACK = frozenset(
    phrases("""
    next; next_url; nexturl; continue; return; returnto; return_to; returnurl; return_url; returl; return_path;
    redirect; redirectto; redirect_to; redirecturl; redirect_url; redirecturi; redirect_uri; redirect_after_login;
    service; goto; goto_url; gotourl; target; targeturl; target_url; dest; destination; back; backurl; back_url;
    backto; ru; rurl; callback; callbackurl; callback_url; samlrequest; samlds; entityid; relaystate; wreply;
    wtrealm; client_id; response_type; sessionredirect; session_redirect; trk; came_from; forward; forwardurl;
    fromurl; from_url; referer; referrer; refurl; original_url; originalurl; orig_url; jump; jumpurl; go;
    done; login_redirect; passive; followup; spa_redirect; flowname; execution
""")
)
"""Names of parameters that say where to go after it."""

_NAMES = frozenset(
    phrases("""
    log in; login; log-in; sign in; sign-in; signin; log on; logon; sign on; please log in; please login;
    please sign in; login required; log in required; sign in required; sign-in required; authentication required;
    authorization required; single sign-on; single sign on; sso login; web login; web login service;
    central authentication service; cas login; shibboleth login; weblogin; user login; member login; members login;
    account login; customer login; student login; staff login; admin login; secure login; login to your account;
    log in to your account; log into your account; sign in to your account; sign in to continue; login to continue;
    log in to continue; please log in to continue; please sign in to continue; you must log in to continue;
    log into facebook; log in or log in or register; login or register; sign in or register; sign in or sign up;
    sign in or create an account; log in or create an account; login / register; login/register; log in / register;
    sign in / register; sign in / sign up; log in / sign up; log in or sign up to view; sign up; pick an account;
    choose an account; choose your organization; 登录; 登錄; 登入; 登陆; 用户登录; 用户登入; 用户登陆; 会员登录;
    会员登陆; 账号登录; 帐号登录; 账户登录; 密码登录; 扫码登录; 微信登录; 手机登录; 统一登录; 系统登录; 后台登录;
    登录页; 登录页面; 登录/注册; 登录 / 注册; 登录注册; 请登录; 请先登录; 立即登录; 欢迎登录; 登录后查看;
    登录后可见; 需要登录; 统一身份认证; 统一身份认证平台; 统一身份认证系统; 统一认证; 单点登录; 身份认证; 会員登入;
    會員登入; 使用者登入; 請登入; anmelden; anmeldung; einloggen; bitte anmelden; bitte melden sie sich an;
    benutzeranmeldung; kundenlogin; anmeldung erforderlich; se connecter; connexion; connectez-vous;
    identifiez-vous; authentification; connexion requise; iniciar sesión; inicia sesión; inicie sesión;
    inicio de sesión; acceder; ingresar; identificarse; acceso de usuarios; entrar; fazer login; faça login;
    iniciar sessão; acessar; acesse sua conta; accedi; accesso; effettua il login; effettua l'accesso;
    area riservata; inloggen; aanmelden; log in bij; logga in; logg inn; logg på; log ind; log på; kirjaudu;
    kirjaudu sisään; kirjautuminen; innskráning; zaloguj się; zaloguj; logowanie; přihlášení; přihlásit se;
    prihlásenie; prihlásiť sa; bejelentkezés; belépés; autentificare; conectare; intră în cont; prijava; prijavi se;
    вход; войти; войдите; авторизация; вход в систему; вход в личный кабинет; вхід; увійти; σύνδεση; είσοδος; giriş;
    giriş yap; oturum aç; üye girişi; ログイン; サインイン; 로그인; đăng nhập; masuk; log masuk; เข้าสู่ระบบ;
    تسجيل الدخول; دخول; התחברות; כניסה; ورود; लॉग इन; लॉग इन करें
""")
)
"""Titles, parts of them, and headings."""
_AMBIGUOUS = frozenset(
    phrases("""
    sign up; anmelden; anmeldung; connexion; acceder; ingresar; entrar; acessar; accedi; accesso; aanmelden; prijava;
    conectare; belépés; kirjautuminen; вход; вхід; είσοδος; giriş; masuk; دخول; כניסה; ورود; authentification;
    authentication required; authorization required; single sign-on; single sign on; 身份认证; 统一认证
""")
)
"""Those of them that also name an entrance, an enrolment or a technique: beside a password field only."""
_PLAIN_NAMES = _NAMES - _AMBIGUOUS
_TO = re.compile(r"(?:please )?(?:log ?in|sign ?in|log ?on)(?: ?to|to) .{2,50}|登录.{0,4}(?:系统|平台|账号|帐号)")
"""More of them: "Sign in to GitHub"."""

_TEXTS = phrases("""
    sign in to continue; log in to continue; login to continue; sign in to view; log in to view; login to view;
    sign in to access; log in to access; login to access; sign in to see; log in to see; log in to read;
    you must log in; you must login; you must sign in; you must be logged in to view;
    you must be logged in to access; you must be signed in to view; you must be signed in to access;
    you need to log in; you need to login; you need to sign in; you need to be logged in; you have to log in;
    please log in to; please login to; please sign in to; sign in with your organizational account;
    sign in with your institution; use your university account; login is required; log in is required;
    log in to wordpress.com to request access; only registered users; only registered members;
    登录后查看; 登录后可查看; 登录后才能查看; 登录后才能浏览;
    登录后才能访问; 登录后才能阅读; 登录后才能继续; 登录后方可查看; 登录后方可访问; 请登录后查看; 请登录后访问;
    请登录后继续; 请先登录后查看; 请先登录再; 请先登录系统; 登录后即可查看; 登录后可见; 登录后继续; 登录后浏览;
    您需要登录; 你需要登录; 您需要先登录; 你需要先登录; 需要登录才能; 需要登录后; 您还没有登录; 您还未登录;
    尚未登录或登录已; 登录已过期; 登录已失效; 登录超时; 扫码登录; 扫描二维码登录; 請先登入; 您必須登入; 需要登入;
    請登入後; sie müssen sich anmelden; sie müssen angemeldet sein; müssen sie sich anmelden;
    vous devez vous connecter; vous devez être connecté; debes iniciar sesión; debe iniciar sesión;
    inicia sesión para; inicie sesión para; tienes que iniciar sesión; faça login para; você precisa fazer login;
    você precisa estar logado; entre para continuar; devi effettuare il login; accedi per continuare;
    effettua il login per; log in om; je moet ingelogd zijn; u moet ingelogd zijn; logga in för att;
    du måste logga in; zaloguj się, aby; musisz się zalogować; войдите, чтобы; необходимо войти;
    необходимо авторизоваться; для продолжения войдите; требуется авторизация; giriş yapmalısınız;
    giriş yapmanız gerek; ログインしてください; ログインが必要; 로그인이 필요; 로그인 후 이용; 로그인해 주세요;
    đăng nhập để; silakan masuk
""")
"""What a visitor is told …"""
_ASIDE = re.compile(
    r"comment|repl|post|vote|rate|download|submit|bookmark|follow|like|answer|upload|notif|profile|avatar|attachment|kommentier|antwort|comentar"
    r"|responder|répondre|komment|ответ|回帖|回复|回覆|评论|評論|发表|发帖|发言|点赞|收藏|关注|下载|上传|留言|提问|コメント|댓글"
)
"""… and what it is for when the page itself is shown."""
_LONGEST = 600
"""Characters of prose of a page that stands at the address that was asked for."""


def is_login_address(url: str) -> bool:
    """Return whether a page at this URL asks who somebody is, as far as that can be told from the URL."""
    host, segments, _ = _taken_apart(url)
    return _HOSTS.fullmatch(host) is not None or any(_WORDS.fullmatch(segment) for segment in segments)


def is_login_page(look: Look) -> bool:
    """Return whether it asks who somebody is in place of showing the page that was asked for.

    A link to such a page is alive: it leads where it is meant to lead.
    """
    moved = _moved(look)
    if look.gone or not (moved or look.prose <= _LONGEST) or _is_meant(look.url):
        return False
    # Where the source of a form is shown there need not be one.
    password = any(name in look.markers for name, _ in PASSWORDS) and 'type="password' not in look.text
    if moved and _is_moved_to_login(look, password=password):
        return True
    if _is_root(look.url) and not look.refuses:
        return False
    return look.prose <= _LONGEST and _asks_in_place(look, password=password)


def _is_moved_to_login(look: Look, *, password: bool) -> bool:
    host, segments, parameters = _taken_apart(look.final_url)
    back = not _BACK.isdisjoint(parameters)
    place = next((place for place, segment in enumerate(segments) if _WORDS.fullmatch(segment)), None)
    if place is not None or _HOSTS.fullmatch(host):
        if back or password:
            return True
        # A chapter on logging in has something before it, such as the name of a book.
        plain = place is None or all(map(_PLAIN_SEGMENT.fullmatch, segments[:place]))
        return look.prose <= _LONGEST if plain else look.length <= 30 or _is_told_so(look.text)
    weak = any(names.fullmatch(host) for names in (_WEAK_HOSTS, _SHORT_HOSTS))
    if not ((weak or any(map(_WEAK_WORDS.fullmatch, segments))) and look.thin):
        return False
    named = _is_named(look)
    return (back and (named or password)) or (password and (named or look.refuses))


def _is_meant(url: str) -> bool:
    host, segments, _ = _taken_apart(url)
    return (
        is_login_address(url)
        or _SHORT_HOSTS.fullmatch(host) is not None
        or bool(segments and _WEAK_WORDS.fullmatch(segments[-1]))
    )


def _asks_in_place(look: Look, *, password: bool) -> bool:
    if password:
        # Pages that live have log-in boxes.
        if not (_is_titled(look) or (look.length <= 800 and (_is_named(look) or _is_told_so(look.text)))):
            return False
        return look.says_nothing_else(has_form=_is_titled(look))
    if not look.brief(600):
        return False
    if _is_told_so(look.text):
        return look.says_nothing_else() and (_is_named(look) or look.length <= 300)
    return look.length <= 60 and _is_titled(look, _PLAIN_NAMES) and look.says_nothing_else()


def _is_named(look: Look) -> bool:
    return any(part in _NAMES or _TO.fullmatch(part) for part in (*look.titles, look.heading))


def _is_titled(look: Look, names: frozenset[str] = _NAMES) -> bool:
    return not look.titles.isdisjoint(names) or any(_TO.fullmatch(part) for part in look.titles)


def _is_told_so(text: str) -> bool:
    starts = ((text.index(phrase), len(phrase)) for phrase in _TEXTS if phrase in text)
    return any(not _ASIDE.search(text, start, start + length + 30) for start, length in starts)


def _moved(look: Look) -> bool:
    """Whether it was redirected to another page, and not only to another spelling of its own address."""
    if not look.moved:
        return False
    start, end = urlsplit(look.url), urlsplit(look.final_url)
    return (start.hostname, start.path.rstrip("/")) != (end.hostname, end.path.rstrip("/")) or start.query != end.query


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _taken_apart(url: str) -> tuple[str, list[str], frozenset[str]]:
    """Return host, segments of the path and names of the parameters that have a value, in lower case."""
    parts = urlsplit(url)
    fragment = parts.fragment.partition("?")[0]
    segments = [segment for segment in (*parts.path.split("/"), *fragment.split("/")) if segment]
    return parts.hostname or "", segments, frozenset(name for name, _ in parse_qsl(parts.query))
