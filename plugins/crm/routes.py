"""The page where a mail is pasted and becomes a lead; everything else is generated."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy import select

from core.api import Invalid, _, current_ctx, needs, save
from plugins.crm.customers import url_of
from plugins.crm.mail import read_mail
from plugins.crm.records import Channel, Lead

blueprint = Blueprint("crm", __name__, url_prefix="/crm", template_folder="templates")


@blueprint.get("/mail")
@needs("crm.lead.create")
def mail() -> Any:
    """An empty box for the mail."""
    return render_template("crm/mail.html", raw="", errors=[])


@blueprint.post("/mail")
@needs("crm.lead.create")
def take_mail() -> Any:
    """Make the lead and open it; what was pasted is kept when something is wrong."""
    ctx = current_ctx()
    raw = request.form.get("raw", "")
    if not raw.strip():
        return render_template("crm/mail.html", raw=raw, errors=[_("Paste the mail first.")]), 422
    values = read_mail(raw)
    channel = ctx.session.scalar(
        select(Channel.id).where(Channel.kind == "mailbox").order_by(Channel.id).limit(1)
    )
    try:
        lead = save(ctx, Lead, {**values, "channel_id": channel})
    except Invalid as error:
        return render_template("crm/mail.html", raw=raw, errors=list(error.reasons)), 422
    flash(str(_("Lead %(lead)s was made from the mail. Check what was read.", lead=lead.name)))
    return redirect(url_of(lead))
