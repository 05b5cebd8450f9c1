"""What people say who want others to leave with them: messengers, and "write to me" in eleven languages."""

from __future__ import annotations

import re2

from comments.moderation.facts import PhraseEntry, PhraseFacts
from comments.moderation.phrase_index import PhraseIndex

_MESSENGERS = (
    "whatsapp", "whats app", "telegram", "signal", "viber", "wechat", "weixin", "discord", "snapchat", "skype",
    "threema", "messenger", "instagram", "insta", "kik", "вотсап", "ватсап", "телеграм", "телеграмм", "вайбер",
    "واتساپ", "واتس اپ", "تلگرام", "اینستاگرام", "ایتا", "بله", "روبیکا", "واتساب", "تلجرام", "تليجرام", "انستغرام",
)  # fmt: skip
_INVITATIONS = (
    "write to me", "write me", "contact me", "text me", "call me", "message me", "mail me", "email me", "e-mail me",
    "dm me", "pm me", "add me", "reach me", "ring me", "join us at", "contact us", "call us",
    "schreib mir", "schreibt mir", "schreiben sie mir", "ruf mich an", "ruft mich an", "melde dich", "meldet euch",
    "kontaktiere mich", "kontaktiert mich",
    "écris-moi", "écrivez-moi", "contactez-moi", "contacte-moi", "appelez-moi", "appelle-moi",
    "escríbeme", "escríbanme", "contáctame", "contáctenme", "llámame", "llámenme",
    "escreva-me", "me escreva", "me chama", "me chame", "entre em contato", "contacte-me",
    "scrivimi", "scrivetemi", "contattami", "contattatemi", "chiamami", "chiamatemi",
    "schrijf me", "mail mij", "bel me", "bel mij", "app me", "neem contact op",
    "пиши мне", "пишите мне", "пишите", "звоните", "позвоните", "свяжитесь",
    "به من پیام", "پیام بده", "پیام بدهید", "پیام بدید", "تماس بگیرید", "تماس بگیر", "زنگ بزن", "زنگ بزنید",
    "راسلني", "راسلوني", "تواصل معي", "تواصلوا معي", "اتصل بي", "اتصلوا بي", "كلمني",
    "bana yaz", "bana yazın", "beni ara", "beni arayın", "bana ulaş", "bana ulaşın",
)  # fmt: skip

INVITATIONS = PhraseIndex(
    PhraseFacts(
        "invitations", 1, tuple(PhraseEntry(text, "phrase") for text in (*_MESSENGERS, *_INVITATIONS))
    )
)

MESSENGER_LINK = re2.compile(
    r"(?:^|[^\p{L}\p{N}\p{M}./@_-])((?:[a-z]+://)?(?:www\.)?(?:t\.me|telegram\.(?:me|dog)|wa\.me|(?:chat|api)\.whatsapp\.com|discord\.gg"
    r"|discord\.com/invite|signal\.(?:me|group)|m\.me|line\.me|viber\.com|invite\.viber\.com|join\.skype\.com"
    r"|weixin\.qq\.com|snapchat\.com/add|eitaa\.com|ble\.ir|rubika\.ir)(?:[/?#][^\s<>\"]*)?)(?:$|[^\p{L}\p{N}\p{M}-])"
)
