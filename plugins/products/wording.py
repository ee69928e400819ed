"""Amounts in words and dates as trade documents write them (DOMAIN §3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_precision
from num2words import num2words

from plugins.products.sharing import rounded

NAMES = {
    "USD": ("US DOLLARS", "CENTS"),
    "EUR": ("EUROS", "CENTS"),
    "GBP": ("POUNDS STERLING", "PENCE"),
    "CNY": ("CHINESE YUAN", "CENTS"),
    "AUD": ("AUSTRALIAN DOLLARS", "CENTS"),
    "CAD": ("CANADIAN DOLLARS", "CENTS"),
    "HKD": ("HONG KONG DOLLARS", "CENTS"),
    "JPY": ("JAPANESE YEN", ""),
    "KWD": ("KUWAITI DINARS", "FILS"),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def amount_in_words(amount: Decimal, currency: str) -> str:
    """`SAY US DOLLARS NINETY-NINE THOUSAND TWO HUNDRED AND SIXTY-EIGHT ONLY`."""
    places = int(get_currency_precision(currency))
    value = rounded(abs(amount), places)
    whole = int(value)
    rest = int((value - whole).scaleb(places))
    name, small = NAMES.get(currency, (currency, "CENTS"))
    words = f"SAY {name} {_english(whole)}"
    if rest:
        words += f" AND {_english(rest)} {small}"
    return f"{words} ONLY"


def _english(number: int) -> str:
    return str(num2words(number, lang="en")).replace(",", "").upper()


def amount_in_chinese(amount: Decimal) -> str:
    """人民币大写 of an amount in yuan, to the fen: 玖万玖仟贰佰陆拾捌元整."""
    value = rounded(abs(amount), 2)
    whole = int(value)
    jiao, fen = divmod(int((value - whole) * 100), 10)
    text = f"{_chinese(whole)}元" if whole else ""
    if not jiao and not fen:
        return f"{text or '零元'}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif text:
        text += "零"
    return f"{text}{_DIGITS[fen]}分" if fen else f"{text}整"


def _chinese(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _chinese_group(group) + _GROUPS[index]
        gap = False
    return text


def _chinese_group(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text


def trade_date(day: date) -> str:
    """`23-Nov-2026`: a date that nobody can read in two ways."""
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"
