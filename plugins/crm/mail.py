"""Reading a pasted e-mail: who wrote, what about, and which message it is."""

from __future__ import annotations

import email
import re
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

_PHONE = re.compile(
    r"(?:tel|phone|mobile|whatsapp|电话|手机)[^\w+]{0,4}(\+?[\d ().\-]{7,22}\d)", re.I
)
_SITE = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')]+", re.I)
_COMPANY = re.compile(
    r"^.{0,60}\b(?:GmbH|B\.?V\.?|Ltd\.?|LLC|S\.?A\.?R\.?L\.?|S\.?L\.?|Pty Ltd|FZE|Inc\.?|Corp\.?|"
    r"S\.A\. de C\.V\.|AB|S\.?p\.?A\.?|Co\., Ltd\.?)\.?\s*$",
    re.M,
)
LONGEST = 200_000


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    text = str(part.get_content())
    if part.get_content_type() == "text/html":
        text = re.sub(r"<[^>]+>", " ", text)
    return text.strip()


def read_mail(raw: str) -> dict[str, Any]:
    """The values of a lead that a mail (with or without headers) gives; empty ones are left out."""
    raw = raw[:LONGEST].lstrip("\ufeff\r\n ")
    message = email.message_from_string(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if message.get("From"):
        text = _body(message)
    else:
        message, text = EmailMessage(), raw.strip()
    name, address = parseaddr(str(message.get("From", "")))
    phone, site, company = _PHONE.search(text), _SITE.search(text), _COMPANY.search(text)
    found = {
        "contact_name": name or None,
        "email": address or None,
        "interest": str(message.get("Subject", ""))[:200] or None,
        "source_ref": str(message.get("Message-ID", "")).strip("<> ")[:80] or None,
        "raw_text": text[:20_000] or None,
        "phone": phone.group(1).strip() if phone else None,
        "website": site.group(0).rstrip(".,;") if site else None,
        "company_name": company.group(0).strip()[:120] if company else None,
    }
    return {key: value for key, value in found.items() if value}
