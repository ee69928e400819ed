"""The verbs and rules of a tech sheet: check, confirm, freeze, next version (DOMAIN §1.3)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from core.api import Ctx, Refusal, Refused, _, fields_of, notify, write_audit
from plugins.crm.api import Inquiry
from plugins.products.api import Product
from plugins.quotes.parameters import OTHER, PARAMETERS, apart, code_of, wrong_value
from plugins.quotes.tech_records import TechParameter, TechSheet

FRESH = frozenset({
    "number", "state", "created_by_id", "created_at", "updated_by_id", "updated_at", "archived_at",
    "checked_on", "confirmed_on", "confirmed_by", "frozen_on", "sent_back",
})
OPEN = frozenset({"owner_id", "remarks"})


def fill(ctx: Ctx, sheet: TechSheet) -> None:
    """Before a save: rows of the product while there are none; names and units by code."""
    if not sheet.editable:
        return
    if sheet.inquiry_id and not sheet.customer_id:
        inquiry = ctx.session.get(Inquiry, sheet.inquiry_id)
        sheet.customer_id = inquiry.customer_id if inquiry else None
    product = ctx.session.get(Product, sheet.product_id) if sheet.product_id else None
    if product is not None and not sheet.parameters:
        sheet.parameters[:] = [
            TechParameter(
                company_id=ctx.company.id, custom={}, position=place, code=code_of(spec.name_en),
                name_en=spec.name_en, name_zh=spec.name_zh, value=spec.value, unit=spec.unit,
            )
            for place, spec in enumerate(product.specs, start=1)
        ]
    for row in sheet.parameters:
        known = PARAMETERS.get(row.code)
        if known is not None:
            row.name_en, row.name_zh = known.name_en, known.name_zh
            row.value, unit = apart(row.code, row.value or "")
            row.unit = row.unit or unit or known.unit or None


def faults(sheet: TechSheet) -> list[Refusal]:
    """What may not be saved: a changed version that left the draft, values that cannot be."""
    if not sheet.editable:
        return _locked(sheet)
    found, seen = [], set()
    for n, row in enumerate(sheet.parameters):
        where = f"parameters.{n}"
        if row.code == OTHER and not row.name_en:
            found.append(Refusal(_("Name the parameter in English."), f"{where}.name_en"))
        wrong = wrong_value(row.code, row.value or "")
        if wrong is not None:
            found.append(Refusal(wrong, f"{where}.value"))
        name = (row.code, row.name_en)
        if name in seen:
            text = _("This parameter is listed twice. Remove one row.")
            found.append(Refusal(text, f"{where}.code"))
        seen.add(name)
    return found


def _locked(sheet: TechSheet) -> list[Refusal]:
    state = inspect(sheet)
    if state.transient:
        return []
    names = (set(fields_of(TechSheet)) | {"parameters"}) - FRESH - OPEN
    changed = any(state.attrs[name].history.has_changes() for name in names)
    session = state.session
    changed |= session is not None and any(session.is_modified(row) for row in sheet.parameters)
    if not changed:
        return []
    text = _("This version of the tech sheet does not change any more. Make a new version.")
    return [Refusal(text, None, "locked")]


def submit(ctx: Ctx, sheet: TechSheet, params: dict[str, Any]) -> None:
    """Hand the sheet to engineering."""
    if not sheet.parameters:
        raise Refused(Refusal(_("Add at least one parameter."), "parameters", "empty"))
    sheet.base_number = sheet.base_number or (sheet.number or "").rpartition("-V")[0]
    sheet.sent_back = None


def passed(ctx: Ctx, sheet: TechSheet, params: dict[str, Any]) -> None:
    """Engineering says it can be made like this; the customer is asked next."""
    sheet.checked_on = ctx.today
    _tell(ctx, sheet, _("Engineering passed tech sheet %(number)s.", number=sheet.number))


def send_back(ctx: Ctx, sheet: TechSheet, params: dict[str, Any]) -> None:
    """Back to the draft, by engineering or because the customer wants something else."""
    sheet.sent_back, sheet.checked_on = params["reason"], None
    _tell(ctx, sheet, _("Tech sheet %(number)s came back: %(reason)s",
                        number=sheet.number, reason=params["reason"]))


def confirm(ctx: Ctx, sheet: TechSheet, params: dict[str, Any]) -> None:
    """The customer confirmed every parameter; who said so is kept."""
    on = params.get("on") or ctx.today
    if on > ctx.today:
        raise Refused(Refusal(_("This day lies in the future."), "on"))
    sheet.confirmed_on, sheet.confirmed_by = on, params["who"]
    for row in sheet.parameters:
        row.confirmed = True


def freeze(ctx: Ctx, sheet: TechSheet, params: dict[str, Any]) -> None:
    """From now on this version is what is made; changes are a new version."""
    sheet.frozen_on = ctx.today
    ctx.emit("quotes.tech_sheet.frozen", sheet, product=sheet.product_id)


def new_version(ctx: Ctx, sheet: TechSheet, params: dict[str, Any]) -> TechSheet:
    """The next version as a draft; this one is superseded but stays what older papers name."""
    newest = ctx.session.scalar(
        select(TechSheet.sheet_version).where(TechSheet.base_number == sheet.base_number)
        .order_by(TechSheet.sheet_version.desc()).limit(1)
    ) or sheet.sheet_version
    made = TechSheet(company_id=ctx.company.id, custom=dict(sheet.custom or {}))
    for name in fields_of(TechSheet):
        if name not in FRESH:
            setattr(made, name, getattr(sheet, name))
    made.sheet_version, made.previous_id = newest + 1, sheet.id
    made.number, made.state = f"{sheet.base_number}-V{made.sheet_version}", "draft"
    for row in sheet.parameters:
        copy = TechParameter(
            company_id=ctx.company.id, position=row.position, custom=dict(row.custom or {}))
        for name in fields_of(TechParameter):
            setattr(copy, name, getattr(row, name))
        copy.confirmed = False
        made.parameters.append(copy)
    ctx.session.add(made)
    ctx.session.flush()
    write_audit(ctx, "quotes.tech_sheet.created", made, copied_from=sheet.id)
    ctx.emit("quotes.tech_sheet.created", made)
    return made


def _tell(ctx: Ctx, sheet: TechSheet, text: object) -> None:
    for user in {sheet.owner_id, sheet.created_by_id} - {None, ctx.user_id}:
        notify(ctx, int(user or 0), text, f"/r/quotes.tech_sheet/{sheet.id}")


def line_faults(ctx: Ctx, product_id: int, customer_id: int, sheet_id: int | None) -> object | None:
    """Why a line of a product for a customer cannot name this tech sheet; None if it can."""
    if not sheet_id:
        return None
    sheet = ctx.session.get(TechSheet, sheet_id)
    if sheet is None or sheet.product_id != product_id:
        return _("This tech sheet is of another product.")
    if sheet.customer_id and sheet.customer_id != customer_id:
        return _("This tech sheet is of another customer.")
    return None
