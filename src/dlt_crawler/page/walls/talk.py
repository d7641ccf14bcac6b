"""What a short page says beside what walls and log-in pages say. Pure.

A wall talks of its visitor, of what it suspects him of and of what he is to do. A poem called "Just a moment...", or
the reference of a function called "login", say something else as well, be it in a few words.
"""

from __future__ import annotations

import re

from dlt_crawler.page.talk import letters_in

_CLAUSES = re.compile(r"[.!?;:,|。、·•…()\[\]{}\"<>»«\n]+")
_WORDS_WITH_DIGITS = re.compile(r"\S*\d\S*")
"""Numbers, addresses, identifiers of incidents."""

_TALK = re.compile(
    # Of robots and their suspicion.
    r"captcha|human|robot|\bbots?\b|browser|javascript|\bjs\b|cookie|verif|validat|\bcheck|securi|\bip\b"
    r"|your (?:access|activity|connection|computer|device|network|request)|\bblock|bann?ed|den(?:y|ied)|reject"
    r"|forbid|refus|restrict|not allowed|permission|authori[sz]|firewall|\bwaf\b|suspicious|malicious|unusual"
    r"|automat|traffic|too many|attack|challenge|\bwait|moment|seconds|redirect|refresh|reload|retry|try again"
    r"|continue|proceed|wrong|mistake|protect|ddos|crawl|scrap|enable|disable|ad ?blocker|extension|press|slide"
    r"|drag|puzzle|\bclick|checkbox|tick the box|below|submit|\bwhy |what (?:can|should)|loading|error|access"
    r"|interrupt|contact|administrator|website|this (?:page|site)|support|powered by|reference|\bray|incident"
    r"|\bid\b|\burl|client|server|regret|inconvenience|sorry|apolog|problem|slow down|requests|european"
    # Of who somebody is.
    r"|log(?:ged)?[ -]?(?:in|on|out)|sign(?:ed)?[ -]?(?:in|on|up)|passw|passcode|\bpin\b|user|e-?mail|account"
    r"|regist|member|remember|forg[oe]t|credential|authent|institution|organi[sz]ation|welcome|privacy|terms"
    r"|help|^ ?or ?$|copyright|rights reserved|language|english|deutsch|sso\b|\bsaml|wordpress|portal|intranet"
    r"|phone"
    # German, French, Spanish, Portuguese, Italian, Dutch …
    r"|mensch|überprüf|sicherheit|zugriff|zugang|anfrage|geblockt|blockier|gesperrt|verweiger|adresse|\bseite|bitte"
    r"|anmeld|kennwort|benutzer|konto|vergessen|weiter|navigateur|humain|sécurité|requête|accès|bloqué|refusé|interdit"
    r"|patient|veuillez|connect|mot de passe|compte|identifi|trafic|página|humano|seguridad|segurança|acceso|acesso"
    r"|solicitud|bloque|denega|negado|mantén|navegador|sesión|sessão|contraseña|senha|usuario|usuário|cuenta|conta\b"
    r"|umano|sicurezza|accesso|bloccat|negat|accedi|utente|toegang|beveilig|geweigerd|inlog|mens\b|wachtwoord"
    r"|człowiek|dostęp|zalog|hasło|přístup|heslo|přihl|lösen|logga|adgang|åtkomst|erişim|güvenlik|giriş|şifre"
    r"|провер|человек|робот|доступ|запрос|заблокир|огранич|браузер|безопасн|подожд|войти|войд|парол|логин|вход"
    r"|авториз|регистр|captcha|код\b|адрес"
    # Chinese, Japanese, Korean …
    r"|验证|驗證|滑块|滑動|滑动|拼图|访问|請求|请求|安全|机器人|機器人|真人|人机|人機|浏览器|瀏覽器|拦截|攔截|阻断|防火墙|禁止"
    r"|拒绝|频繁|异常|異常|网络|刷新|稍后|稍候|稍等|管理员|点击|继续|繼續|攻击|威胁|非法|网站|拖动|按住|请输入|图中|抱歉"
    r"|登录|登錄|登入|登陆|密码|密碼|账号|帐号|账户|用户|用戶|手机|注册|註冊|扫码|二维码|记住|忘记|微信|认证|身份|欢迎|平台|系统"
    r"|ロボット|確認|アクセス|ブラウザ|セキュリティ|ログイン|パスワード|会員|认證|認証|画像|로봇|확인|접근|차단|보안|로그인|비밀번호|아이디"
    r"|đăng nhập|mật khẩu|masuk|akses|verifikasi|روبوت|الدخول|كلمة|التحقق|הגישה|รหัส|เข้าสู่ระบบ"
)
"""What a clause of a wall has at least one of."""
_ABOUT = re.compile(
    r"\b(?:demos?|librar(?:y|ies)|pip install|npm install|licen[cs]e|glossary|invented|try (?:it|one)|parameters?"
    r"|arguments?|returns? (?:an?|the|its)|lyrics|songs?|poems?|novel|chapter|film|album|game|encyclop[ae]dia|stub)\b"
    r"|\b(?:get|post|put|delete) /|小说|歌词|百科|示例|教程|接口|请求方式|返回值"
)
"""What a page says that is about such things."""
ABOUT = 100
"""Letters that such a word counts for."""


def letters_beside(text: str) -> int:
    """Return how many letters of a folded text stand in clauses that no wall or log-in page would say."""
    beside = ABOUT * len(_ABOUT.findall(text))
    for clause in _CLAUSES.split(text):
        if not _TALK.search(clause):
            beside += letters_in(_WORDS_WITH_DIGITS.sub("", clause))
    return beside
