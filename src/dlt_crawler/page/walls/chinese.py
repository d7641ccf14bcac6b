"""Signatures of the walls that are seen in China: of services, and of sites that everybody links to."""

from __future__ import annotations

from dlt_crawler.page.walls.signature import Signature

_ANTIBOT = "microlinkhq/is-antibot 2.5.0 (2026-08-16)"
_WAFW00F = "EnableSecurity/wafw00f (2026-11-21)"
_IDENTYWAF = "stamparm/identYwaf (2026-11-21)"
_CRAWLERS = "public crawlers that meet it (2026-11-21)"

CHINESE = (
    Signature(
        "Alibaba Cloud",
        f"{_WAFW00F} (AliYunDun); {_ANTIBOT}; {_CRAWLERS}",
        mitigates=(("bxpunish", "1"),),
        urls=(r"[?&]x5secdata=", r"/_____tmd_____/"),
        titles=("验证码拦截", "captcha interception"),
        challenges=(
            ("alibaba punish", "_____tmd_____"),
            ("alibaba x5sec", "x5secdata"),
            ("alibaba waf data", "_waf_bd8ce2ce37"),
            ("alibaba waf meta", "aliyun_waf_aa"),
            ("alibaba errors", "errors.aliyun.com"),
            ("alibaba 405", "alicdn.com/sd-base/"),
        ),
        texts=(
            "由于您访问的url有可能对网站造成安全威胁",
            "your request has been blocked as it may cause potential threats", "亲,请拖动下方滑块完成验证",
        ),
        sensors=(("alibaba acw_sc", "acw_sc__v"), ("alibaba arg1", "var arg1='")),
        cookies=("acw_sc__", "x5sec"),
    ),
    Signature(
        "Tencent Cloud",
        f"{_WAFW00F} (Qcloud); {_IDENTYWAF}; EdgeOne's challenge in {_CRAWLERS}",
        texts=("腾讯云web应用防火墙",),
        sensors=(("tencent waf", "waf.tencent"), ("edgeone", "eo_bot_ssid"), ("edgeone 2", "__tst_status")),
        brands=("腾讯云", "edgeone"),
        cookies=("eo_bot_ssid", "__tst_status"),
    ),
    Signature(
        "Ruishu",
        f"its challenge with 412 or 202, in {_CRAWLERS}",
        challenges=(("ruishu", "$_ts=window['$_ts']"),),
        sensors=(("ruishu script", "$_ts"),),
    ),
    Signature(
        "Knownsec",
        f"{_IDENTYWAF} (jiasule, chuangyu); {_WAFW00F}; __jsl_clearance with 521 in {_CRAWLERS}",
        challenges=(("knownsec page", "jiasule"),),
        sensors=(("knownsec clearance", "__jsl_clearance"), ("knownsec script", "document.cookie=(")),
        brands=("知道创宇", "创宇盾", "加速乐"),
        fields=(("server", "jiasule-waf.*"),),
        cookies=("__jsluid", "__jsl_clearance"),
    ),
    Signature(
        "360",
        f"{_WAFW00F} (360WangZhanBao); {_IDENTYWAF} (360)",
        challenges=(("360 waf", "wzws-waf-cgi"),),
        texts=("当前访问因疑似黑客攻击,已被网站管理员设置为拦截",),
        sensors=(("360 script", "wzws"),),
        brands=("360网站卫士", "奇安信网站卫士", "网站卫士", "wangzhan.360"),
        fields=(("wzws-ray", ".*"), ("x-powered-by-360wzb", ".*"), ("server", "qianxin-waf.*")),
        cookies=("wzws_",),
    ),
    Signature(
        "BT Panel",
        f"the firewall of BaoTa (aaPanel), in {_CRAWLERS}",
        titles=("宝塔网站防火墙",),
        sensors=(("bt firewall", "btwaf"),),
        brands=("宝塔", "aapanel"),
        cookies=("btwaf",),
    ),
    Signature(
        "Safedog",
        f"{_WAFW00F}; {_IDENTYWAF}",
        titles=("服务器安全狗防护验证页面", "网站访问报错"),
        challenges=(("safedog", "404.safedog.cn"), ("safedog site", "safedogsite/")),
        texts=("服务器安全狗防护验证页面", "已被网站安全狗"),
        brands=("安全狗",),
        fields=(("server", "safedog.*"), ("x-powered-by", r"waf/2\.0")),
        cookies=("safedog-flow-item",),
    ),
    Signature(
        "Yunsuo",
        f"{_WAFW00F}; {_IDENTYWAF}; security_session_verify in {_CRAWLERS}",
        challenges=(
            ("yunsuo logo", "yunsuologo"),
            ("yunsuo jump", "yunsuoautojump"),
            ("yunsuo verify", "security_verify_data"),
        ),
        brands=("云锁",),
        cookies=("yunsuo_session", "security_session_verify"),
    ),
    Signature(
        "Baidu Yunjiasu",
        _WAFW00F,
        challenges=(("yunjiasu cookie", "yjs_use_ob"),),
        sensors=(("yunjiasu", "yunjiasu-cgi"),),
        brands=("百度云加速", "yunjiasu"),
        fields=(("server", "yunjiasu.*"),),
    ),
    Signature(
        "Chaitin SafeLine",
        f"{_IDENTYWAF} (safeline); {_WAFW00F}; its community edition in {_CRAWLERS}",
        challenges=(("safeline challenge", "/.safeline/"),),
        sensors=(("safeline", "safeline"), ("safeline event", "<!-- event_id: ")),
        brands=("雷池", "长亭", "safeline"),
        cookies=("sl-session", "sl_jwt_session", "sl-challenge"),
    ),
    Signature(
        "Huawei Cloud",
        _WAFW00F,
        brands=("华为云",),
        fields=(("server", "huaweicloudwaf|cloudwaf"),),
        cookies=("hwwafsesid",),
    ),
    Signature(
        "Yundun",
        f"{_WAFW00F}; {_IDENTYWAF}",
        challenges=(("yundun errors", "yundun.com/yd"),),
        texts=("blocked by yundun cloud waf",),
        fields=(("server", "yundun.*"),),
        cookies=("yd_cookie",),
    ),
    Signature("D-Shield", f"D盾, in {_CRAWLERS}", titles=("d盾_拦截提示",), brands=("d盾",)),
    Signature(
        "Baidu",
        f"wappass.baidu.com, in {_CRAWLERS}",
        urls=(r"^wappass\.baidu\.com/",),
        titles=("百度安全验证",),
        challenges=(("baidu captcha", "wappass.baidu.com/static/captcha"),),
    ),
    Signature(
        "Weixin",
        f"science.md, B4; cooderl/wewe-rss #388 (2025-03); {_CRAWLERS}",
        urls=(r"^mp\.weixin\.qq\.com/mp/(?:wappoc_appmsgcaptcha|verify)\b",),
        titles=("环境异常",),
        texts=("环境异常,完成验证后即可继续访问", "环境异常 当前环境异常", "当前环境异常,完成验证"),
    ),
    Signature(
        "Weibo",
        f"{_ANTIBOT} (fixture of 2026-06-12)",
        urls=(r"^(?:passport|visitor)\.(?:weibo|sina)\.(?:cn|com|com\.cn)/visitor/",),
        titles=("sina visitor system", "新浪访客系统", "微博访客系统"),
        challenges=(("weibo visitor", "visitor/mini_original.js"),),
    ),
    Signature(
        "Zhihu",
        f"science.md, B4; zh-zse-ck and 40362 in {_CRAWLERS}",
        urls=(r"^www\.zhihu\.com/account/unhuman",),
        titles=("安全验证 - 知乎",),
        challenges=(("zhihu zse-ck", "zh-zse-ck"), ("zhihu 40362", '"code":40362'), ("zhihu 40352", '"code":40352')),
        texts=("您当前请求存在异常,暂时限制本次访问", "系统监测到您的网络环境存在异常"),
    ),
    Signature(
        "Bilibili",
        f"science.md, B4; its page for 412 in {_CRAWLERS}",
        texts=("由于触发哔哩哔哩安全风控策略",),
        sensors=(("bilibili risk", "risk-captcha"),),
        brands=("哔哩哔哩", "bilibili"),
        fields=(("bili-status-code", "-412"), ("x-bili-gaia-vvoucher", ".*")),
    ),
    Signature(
        "Douban",
        f"sec.douban.com, in {_CRAWLERS}",
        urls=(r"^sec\.douban\.com/", r"^www\.douban\.com/misc/sorry"),
        texts=("检测到有异常请求从你的 ip 发出", "检测到有异常请求从您的ip发出"),
    ),
    Signature("Sogou", f"antispider, in {_CRAWLERS}", urls=(r"^(?:[\w-]+\.)?sogou\.com/antispider",)),
    Signature(
        "Toutiao",
        f"__ac_signature, in {_CRAWLERS}",
        sensors=(("toutiao signature", "byted_acrawler"),),
        cookies=("__ac_nonce",),
    ),
    Signature("CNKI", f"kns.cnki.net/verify, in {_CRAWLERS}", urls=(r"^(?:[\w-]+\.)?cnki\.net/verify/",)),
)  # fmt: skip
