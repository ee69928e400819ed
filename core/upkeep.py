"""The core's own background work: sending mail, sealing the trail, sweeping up."""

from __future__ import annotations

import smtplib
import ssl
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import delete, select

from core.accounts import Attempt
from core.audit import Notice, notify, seal
from core.context import Ctx, matches
from core.declare import Job
from core.files import orphans
from core.i18n import Message, _, in_locale
from core.many import MANY
from core.outbox import OutboxRow
from core.people import Member, RoleRow, User

KEEP_DONE_DAYS = 30


def send_mail(ctx: Ctx, to: str, subject: object, text: object, *, key: str | None = None) -> None:
    """Ask for one plain mail in this transaction; it leaves after the commit.

    Without an SMTP server in the settings, and for demo companies, the mail is written as a file
    under `mail/` of the data folder, where an administrator can read it.
    """
    ctx.enqueue("core.mail", {"to": to, "subject": str(subject), "text": str(text)}, key=key)


def _mail(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    settings = ctx.session.info["platform"].settings
    message = EmailMessage()
    message["To"] = payload["to"]
    message["Subject"] = " ".join(payload["subject"].split())[:200]
    message["From"] = settings.mail_from or "tradewind@localhost"
    message.set_content(payload["text"])
    address = settings.smtp_url
    if not address or ctx.company.demo:
        folder = settings.data_dir / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{ctx.now:%Y%m%d-%H%M%S-%f}.eml").write_bytes(bytes(message))
        return {"kept": True}
    parts = urlsplit(address)
    with smtplib.SMTP(parts.hostname or "localhost", parts.port or 587, timeout=20) as server:
        if parts.scheme != "smtp+plain":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
    return {"sent": True}


def _seal(ctx: Ctx, _payload: dict[str, Any]) -> dict[str, Any]:
    return {"sealed": seal(ctx, ctx.session.info["platform"].settings.secret_key)}


def _sweep(ctx: Ctx, _payload: dict[str, Any]) -> dict[str, Any]:
    """Remove content without a row that is a day old, old finished work and old guess counts."""
    removed = 0
    oldest = (ctx.now - timedelta(days=1)).timestamp()
    for path in orphans(ctx):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed += 1
    before = ctx.now - timedelta(days=KEEP_DONE_DAYS)
    ctx.session.execute(delete(OutboxRow).where(
        OutboxRow.state == "done", OutboxRow.done_at < before
    ), execution_options={"synchronize_session": False})
    ctx.session.execute(delete(Attempt).where(Attempt.since < ctx.now - timedelta(days=1)))
    return {"removed": removed}


def _notices(ctx: Ctx, _payload: dict[str, Any]) -> dict[str, Any]:
    """One mail with the unread notices to everybody who asked for it, each notice once."""
    base = ctx.session.info["platform"].settings.public_url
    sent = 0
    users = ctx.session.scalars(
        select(User).join(Member, Member.user_id == User.id).where(Member.active, User.active)
    ).all()
    for user in users:
        wishes = dict(user.preferences or {})
        if not wishes.get("mail_notices") or not user.email:
            continue
        told = dict(wishes.get("mailed", {}))
        last = int(told.get(str(ctx.company.id), 0))
        rows = ctx.session.scalars(
            select(Notice).where(Notice.user_id == user.id, Notice.read_at.is_(None),
                                 Notice.id > last).order_by(Notice.id).limit(50)
        ).all()
        if not rows:
            continue
        with in_locale(user.locale or ctx.company.locale):
            lines = [f"{Message(row.text['text'], row.text.get('values') or {})}\n{base}{row.url}"
                     for row in rows]
            send_mail(ctx, user.email, _("Tradewind: what you were told"), "\n\n".join(lines))
        user.preferences = {**wishes, "mailed": {**told, str(ctx.company.id): rows[-1].id}}
        sent += 1
    return {"mails": sent}


def tell_administrators(ctx: Ctx, text: object, url: str) -> None:
    """A notice to everybody who may administer the company."""
    roles = ctx.session.scalars(select(RoleRow))
    keys = {role.key for role in roles if matches(frozenset(role.grants), "core.admin")}
    for member in ctx.session.scalars(select(Member).where(Member.active)):
        if keys & set(member.roles):
            notify(ctx, member.user_id, text, url)


def mail_user(ctx: Ctx, user_id: int, subject: object, text: object) -> None:
    """A mail to a user who has an address; nothing for one who has none."""
    address = ctx.session.scalar(select(User.email).where(User.id == user_id))
    if address:
        send_mail(ctx, address, subject, text)


JOBS = (
    Job("core.mail", _mail, external=True, label=_("Send a mail")),
    Job("core.seal", _seal, every=1, label=_("Seal the audit trail")),
    Job("core.notices", _notices, every=5, label=_("Mail unread notices")),
    Job("core.sweep", _sweep, at="03:00", label=_("Sweep up")), MANY,
)
