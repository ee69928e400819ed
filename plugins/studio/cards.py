"""The inspector: what can be set at each kind of card, read from its form into the definition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from core.api import Invalid, Refusal, _, current_locale

RULES: tuple[tuple[str, object, tuple[str, ...]], ...] = (
    ("role", _("Everybody with the role"), ("role",)),
    ("role_in_department", _("The role in the starter's department"), ("role",)),
    ("manager", _("Manager of the starter, level"), ("level",)),
    ("managers", _("All managers up to the role"), ("up_to_role",)),
    ("person", _("A certain person"), ("user",)),
    ("field", _("The person in the field"), ("field",)),
    ("same_as", _("Who did the card"), ("node",)),
    ("starter", _("The starter"), ()),
    ("chosen_by_starter", _("Whom the starter chooses"), ("role",)),
    ("chosen_by_previous", _("Whom the one before chooses"), ("role",)),
    ("least_loaded", _("Who has fewest tasks of the role"), ("role",)),
)
VOTES = (("any", _("Any one decides")), ("all", _("All must agree")),
         ("sequence", _("One after another")), ("count", _("So many must agree")),
         ("percent", _("This share must agree")))
REJECTS = (("veto", _("One rejection rejects")), ("majority", _("A majority rejects")),
           ("impossible", _("Rejected when agreement is out of reach")))
RIGHTS = (("", _("as usual")), ("hide", _("hidden")), ("read", _("to read")),
          ("edit", _("to change")), ("require", _("must be filled")))
POLICIES: tuple[tuple[str, object, tuple[tuple[str, object], ...]], ...] = (
    ("nobody", _("If the rules find nobody"), (
        ("stop", _("stop and tell the incident desk")), ("admin", _("ask an administrator")),
        ("pass", _("go on without asking")))),
    ("starter_is_approver", _("If the starter would decide"), (
        ("next_manager", _("the next manager decides")), ("skip", _("the others decide")),
        ("allow", _("the starter may decide")))),
    ("same_person", _("If the same person comes again"), (
        ("neighbours", _("not directly after each other")), ("once_last", _("only the last time")),
        ("ask", _("ask every time")))),
    ("resubmit", _("After a return"), (
        ("again", _("run again from there")), ("straight", _("straight back if nothing changed")))),
)


def _label(old: Any, text: str) -> Any:
    """The label with the text in the language of the moment; the other language stays."""
    if isinstance(old, dict):
        return {**old, current_locale(): text}
    return text


def _number(form: Mapping[str, str], name: str, low: int, high: int) -> int:
    text = form.get(name, "").strip()
    if not (text.isdecimal() and text.isascii() and len(text) < 8 and low <= int(text) <= high):
        raise Invalid(Refusal(_("Give a whole number from %(a)s to %(b)s.", a=low, b=high), name))
    return int(text)


def _minutes(text: str) -> int:
    """Working hours such as 4 or 0.5 in whole minutes."""
    try:
        minutes = Decimal(text.strip().replace(",", ".")) * 60
    except InvalidOperation:
        minutes = Decimal(0)
    if not minutes.is_finite() or not 1 <= minutes <= 120_000:
        raise Invalid(Refusal(_("Give the working hours, such as 4 or 0.5."), "hours"))
    return int(minutes)


def read_condition(form: Mapping[str, str], name: str) -> Any:
    try:
        found = json.loads(form.get(name) or "null")
        return None if found == {"all": []} else found
    except ValueError:
        raise Invalid(Refusal(_("The condition is not complete."), name)) from None


def read_card(
    card: dict[str, Any], form: MultiDict[str, str], given: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The card as its form says; Invalid names the input.

    `given` are the values of an automatic card's own inputs, under the name that the card uses.
    """
    changed = {**card, **(given or {})}
    _relabel(changed, form.get("label", "").strip()[:120])
    if form.get("help", "").strip():
        changed["help"] = _label(changed.get("help"), form["help"].strip()[:1000])
    elif "help" in form:
        changed.pop("help", None)
    reader = _READERS.get(card["type"])
    if reader is not None:
        reader(changed, form)
    return changed


def _relabel(target: dict[str, Any], text: str) -> None:
    """Set or clear the label of a card or branch; the other language stays."""
    label = _label(target.get("label"), text)
    if any(label.values()) if isinstance(label, dict) else label:
        target["label"] = label
    else:
        target.pop("label", None)


def _who(card: dict[str, Any], form: MultiDict[str, str]) -> None:
    """The rules for people; one that is not complete yet is kept, and found by the checks."""
    rules: list[dict[str, Any]] = []
    for n, rule in enumerate(form.getlist("rule")):
        if not rule:
            continue
        found: dict[str, Any] = {"rule": rule}
        params = next((p for key, _label_, p in RULES if key == rule), ())
        for name in params:
            values = form.getlist(name)
            value: Any = values[n].strip() if n < len(values) else ""
            if name in ("level", "user") and value:
                if not (value.isdecimal() and len(value) < 12 and int(value) > 0):
                    raise Invalid(Refusal(_("A rule for people is not complete."), "rule"))
                value = int(value)
            if value:
                found[name] = value
        rules.append(found)
    card["who"] = rules


def _due(card: dict[str, Any], form: MultiDict[str, str]) -> None:
    if not form.get("hours", "").strip():
        card.pop("due", None)
        return
    minutes = _minutes(form.get("hours", ""))
    ladder: list[dict[str, Any]] = []
    for at, do, role in zip(
        form.getlist("at"), form.getlist("do"), form.getlist("to"), strict=False
    ):
        if not do:
            continue
        at = at.strip() or "100"
        if not (at.isdecimal() and len(at) < 5 and int(at) > 0):
            raise Invalid(Refusal(_("Say at what percent of the time."), "at"))
        rung: dict[str, Any] = {"at": int(at), "do": do}
        if do == "escalate":
            rung["to"] = {"rule": "role", "role": role} if role else {"rule": "manager", "level": 2}
        ladder.append(rung)
    card["due"] = {"work_minutes": minutes, "ladder": sorted(ladder, key=lambda r: r["at"])}


def _rights(card: dict[str, Any], form: MultiDict[str, str]) -> None:
    found = {n.removeprefix("right-"): v for n, v in form.items() if n.startswith("right-") and v}
    if found:
        card["fields"] = found
    else:
        card.pop("fields", None)


def _approve(card: dict[str, Any], form: MultiDict[str, str]) -> None:
    _who(card, form)
    vote: dict[str, Any] = {"mode": form.get("vote", "any"), "reject": form.get("reject", "veto")}
    if vote["mode"] == "count" and form.get("k"):
        vote["k"] = _number(form, "k", 1, 1000)
    if vote["mode"] == "percent" and form.get("p"):
        vote["p"] = _number(form, "p", 1, 100)
    card["vote"] = vote
    card["on_reject"] = form.get("on_reject") or "end"
    _due(card, form)
    _rights(card, form)


def _handle(card: dict[str, Any], form: MultiDict[str, str]) -> None:
    _who(card, form)
    _due(card, form)
    _rights(card, form)


def _branches(card: dict[str, Any], form: MultiDict[str, str]) -> None:
    found = []
    for branch in card["branches"]:
        changed = dict(branch)
        text = form.get(f"label-{branch['key']}", "").strip()[:120]
        _relabel(changed, text)
        if card["type"] != "parallel" and not branch.get("else"):
            changed["when"] = read_condition(form, f"when-{branch['key']}")
        found.append(changed)
    card["branches"] = found
    if card["type"] == "parallel":
        join: Any = form.get("join", "all")
        card["join"] = {"k": _number(form, "k", 1, len(found))} if join == "k" else join
    elif form.get("empty_as_else"):
        card["empty_as_else"] = True
    else:
        card.pop("empty_as_else", None)


def _loop(card: dict[str, Any], form: MultiDict[str, str]) -> None:
    card["most"] = _number(form, "most", 1, 100)
    card["until"] = read_condition(form, "until")


def _delay(card: dict[str, Any], form: MultiDict[str, str]) -> None:
    card["work_minutes"] = _number(form, "hours", 1, 5000) * 60


_READERS: dict[str, Any] = {
    "approve": _approve,
    "handle": _handle,
    "copy": _who,
    "choice": _branches,
    "every": _branches,
    "parallel": _branches,
    "loop": _loop,
    "delay": _delay,
    "each": lambda card, form: card.update(items=form.get("items", "")),
    "wait": lambda card, form: card.update(message=form.get("message", "").strip()[:80]),
    "subflow": lambda card, form: card.update(
        flow=form.get("flow", ""), wait=bool(form.get("wait"))
    ),
    "end": lambda card, form: card.update(result=form.get("result", "done")),
}


def read_policy(definition: dict[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """The definition with the rules for the whole workflow as its form says."""
    policy = dict(definition.get("policy", {}))
    for name, _words, options in POLICIES:
        if form.get(name) in [key for key, _text in options]:
            policy[name] = form[name]
    return {**definition, "policy": policy}
