"""Whether two entries are the same company: keys of e-mail, domain, phone and name (DOMAIN §1.1).

Pure functions. An equal e-mail address or telephone number is an exact match; an equal domain or
normalised name in the same country is a soft one, a warning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.api import phone_number

FREE_MAIL = frozenset(
    "gmail.com googlemail.com yahoo.com yahoo.co.uk hotmail.com hotmail.co.uk outlook.com live.com "
    "msn.com aol.com icloud.com me.com gmx.de gmx.net web.de t-online.de mail.ru yandex.ru "
    "qq.com foxmail.com 163.com 126.com sina.com aliyun.com protonmail.com proton.me zoho.com "
    "freemail.example webpost.example".split()
)
LEGAL_FORMS = tuple(
    tuple(form.split())
    for form in (
        "limited liability company",
        "sociedad anonima de capital variable",
        "s a de c v",
        "sa de cv",
        "s de r l",
        "sp z o o",
        "sp zoo",
        "co ltd",
        "company limited",
        "pty ltd",
        "pte ltd",
        "sdn bhd",
        "pvt ltd",
        "private limited",
        "gmbh co kg",
        "gmbh and co kg",
        "gmbh",
        "mbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "ltd",
        "limited",
        "llc",
        "l l c",
        "llp",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "plc",
        "b v",
        "bv",
        "n v",
        "nv",
        "sarl",
        "s a r l",
        "sas",
        "s a s",
        "sa",
        "s a",
        "s l",
        "sl",
        "srl",
        "s r l",
        "spa",
        "s p a",
        "ab",
        "as",
        "a s",
        "aps",
        "oy",
        "oyj",
        "ltda",
        "eireli",
        "spa limitada",
        "fze",
        "fzc",
        "fzco",
        "fz llc",
        "est",
        "wll",
        "w l l",
        "pjsc",
        "kk",
        "k k",
        "eood",
        "ooo",
        "sro",
        "s r o",
        "kft",
        "doo",
        "d o o",
        "pty",
        "pte",
        "group",
        "holding",
    )
)
CHINESE_FORMS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团", "公司")
_FORMS = frozenset(LEGAL_FORMS)
_FORM_SIZES = sorted({len(form) for form in LEGAL_FORMS}, reverse=True)
_PLAIN_SITE = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)/?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


@dataclass(frozen=True)
class Keys:
    """What a lead, customer or contact is compared by; "" means unknown."""

    email: str = ""
    domain: str = ""
    phone: str = ""
    name: str = ""
    country: str = ""


@dataclass(frozen=True)
class Match:
    """A known entry that looks like the new one: `strength` is exact or soft, `on` says by what."""

    ident: int
    strength: str
    on: tuple[str, ...]


def email_key(address: str | None) -> str:
    """The address in lower case without surrounding space; "" if it is none."""
    text = (address or "").strip().casefold()
    local, at, domain = text.partition("@")
    return text if at and local and "." in domain else ""


def _registered(host: str) -> str:
    host = host.strip(".").casefold()
    return host.removeprefix("www.")


def domain_key(address: str | None, website: str | None = None) -> str:
    """The domain of the website, else of the e-mail address unless it is a free-mail one."""
    site = (website or "").strip()
    plain = _PLAIN_SITE.fullmatch(site)  # most are
    if plain:
        return _registered(plain[1])
    if site:
        host = urlsplit(site if "//" in site else f"//{site}").hostname or ""
        if "." in host:
            return _registered(host)
    domain = _registered(email_key(address).partition("@")[2])
    return "" if domain in FREE_MAIL else domain


def phone_key(number: str | None, country: str | None = None) -> str:
    """The number in E.164 form; "" when it cannot be read without guessing the country."""
    text = (number or "").strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    return phone_number(text, (country or "").upper() or None) if text else ""


def _without_form(words: list[str]) -> list[str]:
    for size in _FORM_SIZES:
        if len(words) > size and tuple(words[-size:]) in _FORMS:
            return words[:-size]
    return words


def name_key(name: str | None) -> str:
    """The company name folded to lower case without accents, punctuation and legal form.

    "Brenlicht Handels-GmbH" → "brenlicht handels"; "宁波汐岚光电有限公司" → "宁波汐岚光电".
    """
    text = unicodedata.normalize("NFKD", name or "").casefold().replace("&", " and ")
    if not text.isascii():
        text = "".join(c for c in text if not unicodedata.combining(c))
        text = unicodedata.normalize("NFC", text)
    words = _WORD.findall(text)
    shorter = _without_form(words)
    while shorter != words:
        words, shorter = shorter, _without_form(shorter)
    key = " ".join(words)
    for form in CHINESE_FORMS:
        if key.endswith(form) and len(key) > len(form):
            return key.removesuffix(form).strip()
    return key


def compare(new: Keys, known: Keys) -> tuple[str, tuple[str, ...]]:
    """("exact" | "soft" | "none", by what): email, phone, domain, name."""
    hard = tuple(
        part
        for part in ("email", "phone")
        if getattr(new, part) and getattr(new, part) == getattr(known, part)
    )
    soft: tuple[str, ...] = ()
    if new.domain and new.domain == known.domain:
        soft += ("domain",)
    if new.name and new.name == known.name and _same_country(new.country, known.country):
        soft += ("name",)
    if hard:
        return "exact", hard + soft
    return ("soft", soft) if soft else ("none", ())


def _same_country(one: str, other: str) -> bool:
    return not one or not other or one == other


def find_matches(new: Keys, known: Iterable[tuple[int, Keys]]) -> list[Match]:
    """All entries that match, exact ones first, each kind in the order given."""
    found = []
    for ident, keys in known:
        strength, on = compare(new, keys)
        if strength != "none":
            found.append(Match(ident, strength, on))
    return sorted(found, key=lambda match: match.strength != "exact")
