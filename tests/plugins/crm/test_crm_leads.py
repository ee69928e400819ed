"""From the message to the inquiry: duplicates, assignment, conversion, refusals (DOMAIN §1.1)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from core.api import (
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    archive,
    find,
    perform,
    save,
    select_records,
)
from core.testing import World
from plugins.crm.api import Channel, Contact, Customer, Inquiry, Lead
from plugins.crm.records import AssignmentRule

pytestmark = pytest.mark.plugins("products", "crm")


def lead_values(**more: Any) -> dict[str, Any]:
    return {
        "company_name": "Brenlicht Handels GmbH",
        "contact_name": "Petra Vogel",
        "email": "petra@brenlicht.example",
        "phone": "+49 30 901820",
        "interest": "LED floodlight 50 W",
        "est_qty": "9200",
        **more,
    }


def customer(world: World, login: str = "rep2", **more: Any) -> int:
    with world.act(login) as ctx:
        values = {"name": "Brenlicht Handels GmbH", "country": "DE", **more}
        return int(save(ctx, Customer, values).id)


def test_a_rep_enters_a_lead_and_owns_it_with_the_clock_running(world: World) -> None:
    with world.act("rep") as ctx:
        lead = save(ctx, Lead, lead_values())
        assert (lead.state, lead.owner_id) == ("assigned", ctx.user_id)
        assert lead.number.startswith("LD")
        assert (lead.country, lead.language) == ("DE", "de")
        assert lead.answer_due_at > lead.received_at
        assert lead.score > 40
        assert lead.duplicate == "none"


def test_a_lead_needs_somebody_to_answer_to(world: World) -> None:
    with pytest.raises(Invalid) as error, world.act("rep") as ctx:
        save(ctx, Lead, {"interest": "lamps"})
    assert "company_name" in error.value.by_field()


def test_leads_of_others_are_shared_out_in_turn(world: World) -> None:
    with world.act("sm") as ctx:
        people = [{"user_id": world.user_id("rep")}, {"user_id": world.user_id("rep2")}]
        save(ctx, AssignmentRule, {"name": "All", "sequence": 10, "people": people})
    owners = []
    for n in range(4):
        with world.act("sm") as ctx:
            lead = save(ctx, Lead, {"company_name": f"Firm {n}", "email": f"a@firm{n}.example"})
            owners.append(lead.owner_id)
    rep, rep2 = world.user_id("rep"), world.user_id("rep2")
    assert owners == [rep, rep2, rep, rep2]


def test_without_a_rule_the_manager_sees_it_and_assigns(world: World) -> None:
    with world.act() as ctx:
        lead_id = save(ctx, Lead, lead_values()).id
    with world.act("rep") as ctx, pytest.raises(NotFound):
        find(ctx, Lead, lead_id)
    with world.act("sm") as ctx:
        lead = find(ctx, Lead, lead_id)
        assert lead.state == "new"
        perform(ctx, lead, "assign", {"user_id": world.user_id("rep")})
    with world.act("rep") as ctx:
        assert find(ctx, Lead, lead_id).state == "assigned"
        with pytest.raises(Forbidden):
            perform(ctx, find(ctx, Lead, lead_id), "assign", {"user_id": world.user_id("rep2")})


def test_the_same_message_of_a_platform_comes_in_once(world: World) -> None:
    with world.act("sm") as ctx:
        channel = save(ctx, Channel, {"code": "WEB", "name": "Website", "kind": "website"}).id
        save(ctx, Lead, lead_values(channel_id=channel, source_ref="M-1"))
    with pytest.raises(Invalid) as error, world.act("sm") as ctx:
        save(ctx, Lead, lead_values(channel_id=channel, source_ref="M-1"))
    assert "source_ref" in error.value.by_field()


def test_an_exact_match_goes_to_the_owner_and_cannot_be_converted_undecided(world: World) -> None:
    customer(world, "rep2", email="petra@brenlicht.example")
    with world.act("rep") as ctx:
        lead = save(ctx, Lead, lead_values())
        assert lead.duplicate == "exact"
        assert lead.owner_id == world.user_id("rep2")
        lead_id = lead.id
    with world.act("rep2") as ctx:
        lead = find(ctx, Lead, lead_id)
        with pytest.raises(Refused):
            perform(ctx, lead, "convert", {})
        assert ctx.session.scalar(select(func.count(Inquiry.id))) == 0
        perform(ctx, lead, "merge", {})
        assert (lead.state, lead.duplicate) == ("merged", "merged")
        assert lead.customer_id is not None


def test_a_match_with_a_colleagues_customer_is_decided_by_the_manager(world: World) -> None:
    customer(world, "rep2", website="https://brenlicht.example")
    with world.act("rep") as ctx:
        lead = save(ctx, Lead, lead_values())
        assert (lead.duplicate, lead.owner_id) == ("soft", ctx.user_id)
        with pytest.raises(Refused):
            perform(ctx, lead, "separate")
        with pytest.raises((Refused, Invalid)):
            perform(ctx, lead, "convert", {})
        ctx.session.rollback()


def test_conversion_creates_customer_contact_and_inquiry_together(world: World) -> None:
    with world.act("rep") as ctx:
        lead = save(ctx, Lead, lead_values(est_amount="92000", raw_text="CIF Hamburg please"))
        inquiry = perform(ctx, lead, "convert", {"subject": "Floodlights for 2027"})
        assert lead.state == "converted"
        made = ctx.session.get(Customer, inquiry.customer_id)
        assert made is not None
        assert (made.name, made.country, made.owner_id) == (
            "Brenlicht Handels GmbH",
            "DE",
            ctx.user_id,
        )
        person = ctx.session.get(Contact, inquiry.contact_id)
        assert person is not None
        assert (person.name, person.owner_id) == ("Petra Vogel", ctx.user_id)
        assert inquiry.number.startswith("INQ")
        assert inquiry.lines[0].qty == 9200
        assert inquiry.next_action_on is not None
        assert str(inquiry.weighted) == "9200.00"


def test_conversion_is_all_or_nothing(world: World) -> None:
    customer(world, "rep", name="Brenlicht Handels GmbH")
    with world.act("rep") as ctx:
        lead_id = save(ctx, Lead, lead_values()).id
    with pytest.raises((Refused, Invalid)), world.act("rep") as ctx:
        perform(ctx, find(ctx, Lead, lead_id), "convert", {})
    with world.act("rep") as ctx:
        assert find(ctx, Lead, lead_id).state == "assigned"
        assert ctx.session.scalar(select(func.count(Contact.id))) == 0
        assert ctx.session.scalar(select(func.count(Inquiry.id))) == 0


def test_conversion_links_an_own_customer_and_never_a_colleagues(world: World) -> None:
    mine = customer(world, "rep", name="Norda B.V.", country="NL")
    theirs = customer(world, "rep2", name="Elmara Ltd", country="GB")
    with world.act("rep") as ctx:
        lead = save(ctx, Lead, lead_values())
        with pytest.raises(Refused, match="another representative"):
            perform(ctx, lead, "convert", {"customer_id": theirs})
        inquiry = perform(ctx, lead, "convert", {"customer_id": mine})
        assert inquiry.customer_id == mine


def test_a_lead_is_never_put_away_only_marked_invalid_with_a_reason(world: World) -> None:
    with world.act("sm") as ctx:
        lead = save(ctx, Lead, lead_values())
        with pytest.raises(Refused):
            archive(ctx, lead)
        with pytest.raises(Invalid):
            perform(ctx, lead, "invalidate", {})
        perform(ctx, lead, "invalidate", {"reason": "spam"})
        assert (lead.state, lead.reject_reason) == ("invalid", "spam")


def test_one_company_has_one_owner(world: World) -> None:
    customer(world, "rep2", email="info@brenlicht.example", website="https://brenlicht.example")
    with world.act("rep") as ctx:
        with pytest.raises(Invalid) as same:
            save(ctx, Customer, {"name": "BRENLICHT Handels-GmbH", "country": "DE"})
        assert "name" in same.value.by_field()
        ctx.session.rollback()
    with world.act("rep") as ctx:
        with pytest.raises(Invalid) as site:
            save(
                ctx,
                Customer,
                {
                    "name": "Brenlicht Nederland B.V.",
                    "country": "NL",
                    "website": "www.brenlicht.example",
                },
            )
        assert "website" in site.value.by_field()
        ctx.session.rollback()
    with world.act("rep") as ctx:
        assert list(ctx.session.scalars(select_records(ctx, Customer))) == []
