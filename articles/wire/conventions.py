"""What wire services and news pages put around a story, as patterns on one line of text."""

import re

from articles.wire.story import Instruction


def _any(*patterns: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags)


# --- orders: capitals count, "Kill Bill" in a headline is no order

_KILL = r"(?:KILL|SPIKE|WITHDRAWN?|WITHDRAWAL|ELIMINATION)\b"
_HOLD = r"(?:HOLD|WITHHOLD|EMBARGO(?:ED)?|SPERRFRIST)\b"
_ATTENTION = r"\W*(?:(?:MANDATORY|BULLETIN|URGENT|STORY|PLEASE|STRICTLY|ADVISORY|EDITORS?|EDS)\b\W*)*"
_ORDER_GOES_ON = (
    r"(?=\W*\Z|\s*[:,;.!*(/–—-]|\s+(?:STORY|THIS|NOTICE|ADVISORY|ALL|FOR|UNTIL|TILL|ON|RELEASE)\b)"
)
_KILL_PHRASES = (
    r"(?i:mandatory kill|please kill|must kill|kill (?:this|the) story"
    r"|story (?:is|has been) (?:killed|withdrawn))"
)
_HOLD_PHRASES = (
    r"(?i:hold for release|please hold|embargo(?:ed)? (?:until|till|for|to)\b|embargo(?:ed)?:"
    r"|under (?:strict )?embargo|strictly embargoed|sperrfrist"
    r"|not for (?:publication|release|use) (?:before|until))"
)
OPENING_ORDERS = {
    Instruction.KILL: _any(rf"\A{_ATTENTION}{_KILL}{_ORDER_GOES_ON}", rf"\A\W*{_KILL_PHRASES}"),
    Instruction.HOLD: _any(rf"\A{_ATTENTION}{_HOLD}{_ORDER_GOES_ON}", rf"\A\W*{_HOLD_PHRASES}"),
}
ORDERS_WITHIN = {
    Instruction.KILL: _any(rf"[-/,(:*]\s*{_KILL}{_ORDER_GOES_ON}", rf"\s{_KILL}\W*\Z", _KILL_PHRASES),
    Instruction.HOLD: _any(rf"[-/,(:*]\s*{_HOLD}{_ORDER_GOES_ON}", rf"\s{_HOLD}\W*\Z", _HOLD_PHRASES),
}
POSSIBLE_ORDERS = {
    Instruction.KILL: re.compile(rf"\A\W*{_KILL}"),
    Instruction.HOLD: re.compile(rf"\A\W*{_HOLD}"),
}


def order(orders: dict[Instruction, re.Pattern[str]], line: str) -> Instruction | None:
    """The order of a line by one of the three tables above, the graver first."""
    return next((instruction for instruction, pattern in orders.items() if pattern.search(line)), None)


# --- ends, continuations, notes

END_MARK = _any(
    r"[-–—/.(\[<\s]*(?:ENDS?|Ends|THE END)(?:/\w+)*[-–—/.)\]>\s]*",
    r"[-–—(\s]+30[-–—)\s]+",
    r"#(?:\s?#)+",
)
MORE_MARK = _any(
    r"[-–—(\[\s]+(?i:more|more (?:to (?:come|follow)|follows)|continued)[-–—)\]\s]+",
    r"[-–—(\[\s]*(?:MORE|MORE (?:TO (?:COME|FOLLOW)|FOLLOWS))[-–—.)\]\s]*",
)
# At the end of a paragraph only forms that no sentence ends with.
TRAILING_END = re.compile(r"\s+(?:ENDS|[-–—(]\s?(?:ENDS?|Ends|30)\s?[-–—)]|#\s?#\s?#)\s*\Z")
TRAILING_MORE = re.compile(r"\s+(?:\((?i:more)\)|[-–—](?i:more)[-–—])\s*\Z")
NOTE = _any(
    r"\(?\s*eds?\s*[:.–—]",
    r"\(?\s*editors?\s*[:–—]",
    r"\(?\s*(?:the )?editor[’']?s?[’']? notes?\s*[:–—-]",
    r"\(?\s*notes? (?:to|for) (?:the )?editors?\b",
    r"\(?\s*attention,? editors?\b",
    r"\(?\s*(?:(?:media|photo|repeating) )?advisory\s*[:–—]",
    flags=re.IGNORECASE,
)
NOTES_HEADING = re.compile(
    r"(?:editor[’']?s?[’']? notes?|notes? (?:to|for) (?:the )?editors?)\s*:?", re.IGNORECASE
)
CREDITS = re.compile(
    r"[(\[]\s*(?:additional |with )?(?:reporting|writing|editing|compiled|written|edited)\b.*[)\]]\.?",
    re.IGNORECASE,
)
BREAK = re.compile(r"(?:[*•·~=_–—-]\s*){3,}")

# --- the head of a message

LABELS = {
    **dict.fromkeys(("headline", "heading", "title"), "headline"),
    **dict.fromkeys(("standfirst", "summary", "deck"), "standfirst"),
    **dict.fromkeys(("byline", "author"), "byline"),
    "kicker": "kicker",
    "dateline": "dateline",
    **dict.fromkeys(
        ("slug", "slugline", "keywords", "word count", "priority", "date", "published", "updated"), ""
    ),
    **dict.fromkeys(("last updated", "posted", "created", "modified"), ""),
}
LABEL = re.compile(rf"(?P<name>{'|'.join(LABELS)})\s*:\s*(?P<value>.*)", re.IGNORECASE)
# "BC-Syria-Talks", "SYRIA-TALKS (UPDATE 2)", "a0512 4 i BC-Syria"; not "COVID-19 deaths" nor "PM resigns".
SLUG = _any(
    r"\^?(?:BC|AM|PM)-[A-Z]\S*.{0,50}",
    r"[A-Z]{3,}(?:[-/_][A-Z0-9]{3,})+(?:\s*[,(:/][^a-z]{0,40}|\s+\d(?:ST|ND|RD|TH)\b.{0,20})?",
    r"[a-z]\d{3,5}.{0,20}\b(?:BC|AM|PM)-.{2,40}",
)
URGENCY = _any(
    r"\W*(?:urgent|flash|bulletin|breaking(?: news)?|news ?alert|alert|snap)\W*",
    r"\W*(?:advisory|exclusive|corrected|update \d*)\W*",
    r"\W*(?:\d(?:st|nd|rd|th) )?(?:ld|lead|take|add)(?: \d+)?\W*",
    flags=re.IGNORECASE,
)
HEADLINE_PREFIX = re.compile(
    r"(?:UPDATE|CORRECTED|CORRECTION|RPT|REFILE|WRAPUP|EXCLUSIVE|ANALYSIS|FACTBOX|URGENT)"
    r"(?: \d+)?\s?[-–—:]\s?(?=\S)"
)
SITE_SUFFIX = re.compile(r"\s+[|»·–—-]\s+.{1,40}")
_MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE_LINE = _any(
    rf"(?:\w+day,? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}|{_MONTH} \d{{1,2}}),? \d{{4}}\W*"
    r"(?:\d{1,2}[:.]\d\d.{0,20})?",
    r"\d{4}-\d\d-\d\d\b.{0,30}",
    r"(?i:published|updated|posted|last (?:updated|modified))\b.{0,20}\d.{0,40}",
    r"\d{1,2}:\d\d(?: ?[AaPp]\.?[Mm]\.?)?(?: [A-Z]{2,4})?",
)
BREADCRUMBS = re.compile(r"[^>»›.]{1,40}(?:\s[>»›]\s[^>»›.]{1,60})+")

_DAY = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}}\.? {_MONTH})(?:,? \d{{4}})?"
_PLACE = r"[^\W\d_](?:[^\W\d_]|[ .'’/-]){1,40}"
_AGENCY = r"(?:\([^()]{2,40}\)|/[A-Za-z][A-Za-z ]+/)"
_CAPITALS = r"(?:(?![a-zß-öø-ÿ])[^\W\d_]|[ .'’/-])"
# "LONDON (Reuters) -", "Berlin, Nov 3 (dpa) —", "تهران (ایسنا) –": with an agency in any letters.
DATELINE = re.compile(
    rf"(?P<dateline>{_PLACE}(?:, ?(?:{_DAY}|{_PLACE}))*,? ?{_AGENCY})(?:\s*(?:[-–—―_:]{{1,3}})\s+)"
)
# "LONDON, Nov 3 —", "NEW YORK —": without an agency only in capitals.
BARE_DATELINE = re.compile(
    rf"(?P<dateline>(?=[A-ZÀ-ÖØ-Þ]){_CAPITALS}{{3,40}}?(?:, ?(?:{_DAY}|[A-Z][A-Za-z. ]{{1,20}}?)){{0,3}}),?"
    r"\s*(?:[–—―]|\s--?)\s+"
)
_WITHIN_NAMES = (
    "de",
    "del",
    "der",
    "am",
    "an",
    "la",
    "le",
    "les",
    "sur",
    "on",
    "upon",
    "of",
    "the",
    "do",
    "da",
    "dos",
)
DATELINE_ALONE = re.compile(
    rf"(?P<dateline>{_PLACE}(?:, ?(?:{_DAY}|{_PLACE}))*,? ?\([^\W\d_][^()]{{1,39}}\))\s*[-–—―_:]*"
)
NO_PLACE = re.compile(
    r"(?:UPDATE|CORRECTION|CORRECTED|EXCLUSIVE|ANALYSIS|OPINION|EXPLAINER|FACTBOX|WATCH|BREAKING|NOTE|REVIEW"
    r"|INTERVIEW|URGENT|NATO|EU|UN|US|UK|BBC)\b"
)


def dateline_of(text: str) -> re.Match[str] | None:
    """The dateline with its dash at the beginning of a paragraph."""
    found = DATELINE.match(text) or BARE_DATELINE.match(text)
    return found if found and not NO_PLACE.match(text) and _is_place(found["dateline"]) else None


def _is_place(dateline: str) -> bool:
    """Whether the words before the agency are written like a name, in the scripts that have capitals."""
    words = re.split(r"[(,/]", dateline)[0].split()
    return all(not word[0].islower() or word in _WITHIN_NAMES for word in words)


BYLINE = re.compile(r"(?:by|von|par|por)[: ]\s*(?P<names>\S.{2,120})", re.IGNORECASE)
AFFILIATION = _any(
    r".{0,40}\b(?:staff|writers?|correspondents?|reporters?|agenc(?:y|ies)|news service)\W*",
    r"(?:reuters|afp|ap|dpa|associated press|agence france-presse|bloomberg(?: news)?)\W*",
    flags=re.IGNORECASE,
)

# --- a web page around a story

_LONGEST_FURNITURE = 250
COMMENTS_BELOW = _any(
    r"\W*(?:add (?:a |new |your )+comments?|(?:leave|post|write) a (?:comment|reply))\W*",
    r"\W*(?:\d+ comments?|comments?(?: ?\(\d+\))?)\W*",
    flags=re.IGNORECASE,
)
IN_TEXT = _any(
    r"\W*advertisements?\W*",
    r"\W*(?:story|article) continues below.{0,40}",
    r"\W*(?:continue reading|scroll to continue).{0,40}",
    r"\W*share (?:this|on|via)\b.{0,40}",
    r"\W*(?:print|e-?mail) this\b.{0,30}",
    r"\W*follow us (?:on|at)\b.{0,80}",
    r"\W*(?:subscribe|sign up) (?:now|today|to|for)\b.{0,100}",
    r"\W*(?:read more|also read|see also|related)\s*:.{1,120}",
    flags=re.IGNORECASE,
)
ON_PAGE = _any(
    r"\W*(?:please )?read (?:our|the) comments? polic(?:y|ies)\b.{0,80}",
    r"\W*comment policy\W*",
    r"\W*(?:(?:view|show|read) (?:all )?comments?)\W*",
    r"\W*(?:share|e-?mail|print|tweet|copy link|save)\W*",
    r"\W*(?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|reddit)\W*",
    r"\W*(?:follow|like|join|contact|about|support) us(?: (?:on|at|via)\b.{0,80})?\W*",
    r"\W*join our (?:newsletter|channel|community|mailing list)\b.{0,60}",
    r"\W*(?:print (?:page|article|story)|sponsored(?: content)?|newsletters?|donate|subscribe|bookmark)\W*",
    r"\W*(?:log ?in|sign ?in|sign ?up|register)\W*",
    r"\W*(?:copyright\W+(?:\d|c\b)|©|\(c\)).{0,200}",
    r".{0,80}\ball rights reserved\b.{0,160}",
    r"\W*(?:terms (?:of (?:use|service)|and conditions)|privacy policy).{0,30}",
    r"\W*(?:skip|jump) to (?:the |main )*(?:content|navigation|search).{0,20}",
    r"\W*(?:menu|search|home|back to top|top|next(?: article)?|previous(?: article)?)\W*",
    r"\W*(?:tags?|topics|filed under)\s*:.{0,120}",
    r"\W*(?:\d+ min(?:ute)?s? read|reading time.{0,30}|listen to this article)\W*",
    flags=re.IGNORECASE,
)
RELATED = _any(
    r"\W*related(?: (?:articles?|stories|news|topics|content|links|posts))?\W*",
    r"\W*(?:(?:also )?(?:read|see) (?:more|also|next)|more (?:on|from|in)(?: \S+){1,3})\W*",
    r"\W*most (?:read|popular|viewed|shared)\W*",
    r"\W*(?:recommended(?: for you)?|trending(?: now)?|latest(?: news)?)\W*",
    r"\W*(?:you (?:may|might) also like.{0,20}|top stories|editor[’']?s[’']? picks?)\W*",
    flags=re.IGNORECASE,
)


def is_furniture(line: str) -> bool:
    """Whether a line belongs to a page, not a story: sharing, signing in, comments, rights, adverts."""
    patterns = (COMMENTS_BELOW, IN_TEXT, ON_PAGE, RELATED, BREAK)
    return len(line) <= _LONGEST_FURNITURE and any(pattern.fullmatch(line) for pattern in patterns)
