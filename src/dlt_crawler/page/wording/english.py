"""English: error pages and parked domains."""

from __future__ import annotations

_PAGE = r"(?:web ?)?(?:pages?|urls?|address|site|website|route|path)"
_THING = (
    r"(?:files?|documents?|articles?|content|resources?|objects?|posts?|entry|links?|items?|records?|director(?:y"
    r"|ies)"
    r"|folder|repository|project|users?|account|product|video|photo|image|story|topic|thread|question|listing|job"
    r"|event|profile|blog|publication|paper|book|channel|playlist|wiki|team|group|category|tag|package|app|store)"
)
_NOUN = rf"(?:{_PAGE}|{_THING})"
_YOU = (
    r"(?:(?:that |which )?(?:you|we)(?:re|ve|d| are| were| have| had)? (?:just )?(?:currently )?"
    r"(?:requested|request|looking for|look for|looked for|trying to (?:view|reach|access|open|find|visit|see|load"
    r"|get to)"
    r"|tried to (?:view|reach|access|open|find|visit|see|load)|wanted|want|seek|seeking|searching for|searched for"
    r"|after"
    r"|asked for|followed|clicked|entered|typed|visited|attempting to (?:view|reach|access))(?: on)?)"
)
_BEFORE = r"(?:(?:the|this|that|your|our|a|an|any|requested|specified|desired|current|following|web|blog|uh) ){0,3}"
_SOUGHT = rf"(?: {_YOU}| requested| at this (?:address|location|url)| on this server)?"
_DOCUMENT = (
    rf"(?:{_PAGE}|files?|documents?|articles?|content|resources?|posts?|entry|links?|story|topic|thread|account"
    rf"|profile)"
)
"""What is gone when it is said to be "no longer available": of goods, jobs and videos living pages say so."""
_HELPING = (
    r"(?:(?:was|is|are|were|could|can|has|have|had|does|did|do|be|been|we|to|apparently|currently|simply|just"
    r"|seems|may"
    r"|might) ){0,4}"
)
_NOT = r"(?:not|never|nowhere|wasnt|isnt|arent|couldnt|cant|cannot|hasnt|no longer|unable|failed)"
_NOT_THERE = (
    rf"(?:{_HELPING}(?:{_NOT} (?:to )?(?:be |been )?(?:found|located|here|there|exists?|valid|exist anymore)"
    r"|(?:doesnt|does not|didnt|did not|dont|do not) (?:seem to |appear to |actually |even )?exists?(?: anymore"
    r"| here| yet)?"
    r"|no longer exists?))"
)
_TAKEN_AWAY = (
    rf"(?:{_HELPING}(?:no longer (?:available|here|found|online|active)|gone|missing|deleted|removed|lost)"
    r"|(?:has been |was |may have been |might have been |is )(?:moved|removed|renamed|deleted)(?: or (?:moved"
    r"|removed|"
    r"renamed|deleted|does not exist|no longer exists|is no longer available)){1,2})"
)
_GONE_PAGE = (
    rf"(?:the|this|that|requested|sorry this|sorry the)? ?{_PAGE}(?: {_YOU})? (?:is |isnt |are )?"
    r"(?:currently )?(?:not available|unavailable|isnt available|available no longer|not accessible)"
)

ERRORS = "|".join((
    (
        rf"{_BEFORE}{_NOUN}(?: or {_NOUN})?{_SOUGHT} {_NOT_THERE}(?: (?:on (?:this|the|our) (?:web)?(?:server"
        rf"|site)|here|anymore|error))?"
    ),
    rf"{_BEFORE}{_DOCUMENT}{_SOUGHT} {_TAKEN_AWAY}(?: here| anymore)?",
    _GONE_PAGE,
    (
        r"(?:error )?(?:page |file |resource |object |route |url )?not ?found(?: on (?:this|the) server| error"
        r"| page| exception| 1| at(?: \w+){1,8})?"
    ),
    (
        rf"(?:no|cant find|cannot find|could not find|couldnt find|unable to (?:find|locate)"
        rf"|failed to find)(?: such| the| that| this| your)? {_NOUN}(?: {_YOU}| found| here| exists)?"
    ),
    (
        r"(?:there(?:s| is)|we found|i found)? ?(?:nothing|no (?:posts?|pages?|content)) (?:was |is )?(?:here"
        r"|found|there)"
    ),
    (
        rf"(?:we|i|the server|our server)(?:re| are| were)? (?:(?:cant|cannot|can not|couldnt|could not|unable to"
        rf"|didnt|did not) )(?:seem to )?(?:be able to )?(?:find|locate) (?:that|this|the|your|what|any"
        rf"|it)(?: {_NOUN})?(?: {_YOU})?"
    ),
    rf"(?:this|that) (?:is not|isnt|was not|wasnt) the (?:web ?)?{_NOUN} {_YOU}",
    r"(?:missing|nonexistent|non existent|unknown|invalid|dead|bad) (?:web ?)?(?:page|url|link)",
    r"(?:the |this )?file or directory (?:was )?not found",
    (
        r"(?:the |this |your )?(?:account|site|website|web site|page|hosting account)(?: has been| is"
        r"| was)? (?:currently )?(?:suspended|disabled|deactivated|terminated|closed)"
    ),
    (
        r"the resource cannot be found|(?:404|410) (?:gone|thats an error(?: the requested url.{0,120})?)"
        r"|four ?oh? ?four"
    ),
    r"(?:the |this )?(?:requested )?(?:page|url|address|link) (?:is |was )?(?:invalid|wrong|incorrect)",
))  # fmt: skip

_FAILS = (
    r"(?:cant|cannot|can not|couldnt|could not|doesnt|does not|no longer|isnt|is not|wasnt|was not|may have"
    r"|might have|has been"
    r"|have been|seems? to|is missing|missing|was moved|was removed|was deleted|not found|is lost|may be|might be"
    r"|unavailable|is unavailable"
    r"|didnt|did not|never existed|is gone|has gone|has moved)"
)
_PASSING = r"(?:job|position|vacancy|paste|video|clip|listing|ad|auction|item|product|offer|event|share|snippet|gist)"
"""What is put up for a time. Of these other pages speak, too: it counts where nothing else is said."""
SENTENCES = "|".join((
    (
        rf"\b(?:this|the|that) {_PASSING}(?: posting| you are looking for| you requested)? (?:is no longer available"
        r"|has (?:been (?:removed|deleted)|expired|ended)(?: or (?:has )?(?:expired|been \w+))?)\b"
    ),
    r"\bno (?:thread|topic|post|article|page) specified\b|\bremoved by the (?:uploader|user|author|owner)\b",
    rf"\b(?:the|this|that|your) (?:web ?)?{_NOUN} {_YOU}(?: \w+){{0,6}}? {_FAILS}\b",
    (
        rf"\b(?:we|i|sorry|unfortunately)(?: \w+){{0,4}}? (?:cant|cannot|couldnt|could not|can not|unable to"
        rf"|not able to|didnt|did not)(?: quite| seem to| be able to)? (?:find|locate|get) (?:the|that|this|what"
        rf"|your|any) ?(?:{_NOUN}\b|you(?:re| are| were)? (?:looking|after|request))"
    ),
    (
        r"\brequested (?:url|address|page|path|file|resource)(?: \w+){0,14}? (?:was|is|could"
        r"|can) ?not (?:be )?found\b"
    ),
    (
        rf"\b(?:the|this) (?:requested|specified|selected) {_NOUN} (?:\w+ ){{0,3}}?(?:does not exist|doesnt exist"
        rf"|no longer exists|is not available|is no longer available|has been (?:deleted|removed))\b"
    ),
    r"\bnothing was found at this location\b",
    r"\bmisplaced that (?:url|page|link)\b|\bpointing to something that doesnt exist\b",
    r"\byou(?:re| are| were) looking for something that (?:doesnt|does not|no longer) (?:\w+ )?exists?\b",
    (
        r"\bwhat(?:ever)? (?:it is )?(?:that )?you(?:re| are| were)? (?:look|search|want)(?:ing|ed)?(?: for)? "
        r"(?:isnt|is not|wasnt|was not|doesnt|does not|cant be|cannot be|couldnt be|could not be|no longer"
        r"|has (?:been )?(?:moved|gone|vanished|disappeared))\b"
    ),
    (
        r"\bthe (?:link|url|address) (?:you (?:followed|clicked|entered|typed)(?: on)?"
        r"|that brought you here) (?:\w+ ){0,2}?(?:may be|is|might be|was|could be|may have"
        r"|seems) (?:\w+ ){0,2}?(?:broken|wrong|incorrect|outdated|expired|dead|invalid|moved)\b"
    ),
    (
        r"\byou(?:ve| have)? (?:just )?(?:followed|clicked(?: on)?|used) an? (?:\w+ ){0,3}(?:broken|dead|outdated"
        r"|bad|old|expired|invalid|wrong|incorrect) (?:link|url|address|bookmark)\b"
    ),
    (
        r"\b(?:this|that) (?:page|url|address|route|link) (?:seems to be |apparently )?(?:does not exist"
        r"|doesnt exist|no longer exists|isnt here|is not here|is missing|never existed|cant be found"
        r"|cannot be found|could not be found|couldnt be found|doesnt seem to exist|does not seem to exist"
        r"|is no longer available)\b"
    ),
))  # fmt: skip
"""Addressed to a visitor: on a page with hardly any text they say what it is."""

MENTIONS = "|".join((
    rf"{_NOUN} {_YOU}(?: \w+){{0,12}}? {_FAILS}\b",
    (
        rf"\b(?:cant|cannot|couldnt|could not|can not|unable to|not able to|didnt|did not)(?: quite| seem to"
        rf"| be able to)? (?:find|locate|get) (?:the|that|this|what|your|a|any)(?: {_NOUN}\b| you(?:re| are"
        rf"| were)? (?:looking|after|request))"
    ),
    r"\b(?:nothing (?:was )?found|theres nothing here|there is nothing here|nothing here but)",
    (
        rf"\b{_NOUN} (?:\w+ ){{0,3}}?(?:does not exist|doesnt exist|no longer exists?|was not found|not found"
        rf"|(?:could|can) ?not be found|cant be found)\b"
    ),
    (
        r"\b(?:followed|clicked(?: on)?|have|got|used|typed|entered) an? (?:\w+ ){0,3}(?:broken|dead|outdated|bad"
        r"|old|expired|invalid|wrong|incorrect|mistyped) (?:link|url|address|bookmark)\b"
    ),
    (
        r"\b(?:you|youve)(?: just)? (?:hit|reached|found|discovered|stumbled (?:up)?on|stumbled into|landed on"
        r"|visited|requested) an? (?:\w+ ){0,2}(?:page|route|url|place|path|link|address|dead end)(?: that| which"
        r"| whose)? (?:no longer|doesnt|does not|isnt|never|has)"
    ),
    (
        r"\b(?:page|url|link) (?:might|may|could) (?:have been|be|no longer) (?:removed|deleted|moved|renamed"
        r"|exist|broken)"
    ),
    r"\bmistyped the (?:address|url)\b|\bmoved to the new site\b",
    r"\b(?:we|i) (?:cant|cannot|couldnt|could not) find (?:this|that|it)\b|\bthere(?:s| is) no (?:such )?page\b",
    r"\b(?:youve|you have|you) (?:found|reached|discovered) (?:a|the) (?:missing|lost|secret|unknown) page\b",
))  # fmt: skip
"""What error pages say, and what is said of them: these count beside other signals only."""

_DOMAIN = r"(?:(?:this|the|our|that|premium) )?(?:premium )?(?:web ?)?domain(?: ?names?)?"
_SELL = r"(?:up )?(?:available )?(?:for sale|for purchase|on sale|for lease|for auction|for rent|listed for sale)"
SALES = (
    r"\bdomain has (?:recently )?been registered with \w+\b",
    r"^related (?:searches|links)\b|^sponsored listings\b",
    (
        rf"{_DOMAIN} (?:\w+ ){{0,6}}?(?:is |are |may be |might be |could be |has been |is now "
        rf"|is currently )?(?:available )?{_SELL}"
    ),
    rf"\b(?:buy|purchase|acquire|own|get|bid on|inquire about|interested in|lease) (?:buying )?{_DOMAIN}\b",
    rf"\b(?:make|submit|place) an? offer (?:on|for) {_DOMAIN}\b",
    rf"\b{_DOMAIN} (?:\w+ ){{0,4}}?(?:is|has been|was|currently|page is) (?:\w+ )?(?:parked|expired)\b",
    r"\b(?:this|the) (?:web ?page|page|site|website) is parked\b|\bparked (?:free|domain|for free|page|by)\b",
    (
        r"\bdomain (?:parked (?:by|at|with) \w+|parking|parked|expired|seized)\b|\bexpired (?:domain"
        r"|registration)\b"
    ),
    rf"\b{_DOMAIN} (?:\w+ ){{0,3}}?(?:registration )?(?:has|may have|is) (?:just )?(?:been )?expired\b",
    r"\b(?:this|the) (?:web ?)?domain(?: ?name)? expired\b",
    rf"\b{_DOMAIN} has been (?:\w+ )?(?:purchased|registered) and parked\b",
    rf"\bregistration (?:of|for) {_DOMAIN} (?:\w+ )?has expired\b",
    (
        rf"\b{_DOMAIN} (?:is registered|was recently registered|has been registered|has recently been registered"
        rf"|is registered but|was just registered|is pending renewal or deletion)\b"
    ),
    (
        r"\b(?:temporary|domain) parking page\b|\bparked domain name\b|\bfuture home of (?:something|a great"
        r"|another|an? )|\bwebsite coming soon this domain\b"
    ),
    r"\b(?:domain|website) (?:owner|holder) (?:\w+ ){0,12}?(?:sedo|advertis|sponsored listings|third part)",
    r"\b(?:the )?(?:sponsored|related) (?:listings|searches|links) (?:displayed above|displayed on this page)",
    (
        r"\bget (?:a|your) (?:quote|price) (?:for|on) (?:this|the) domain|\bcontact the domain owner\b"
        r"|\bdomain broker"
    ),
)  # fmt: skip
"""The last ones stand in the small print of parking services."""
