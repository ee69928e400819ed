"""Tech sheets: check, confirmation, freezing, versions (DOMAIN §1.3)."""

import pytest

from core.api import Forbidden, Invalid, Refused, perform, save
from plugins.products.api import Product
from plugins.quotes.api import TechSheet
from plugins.quotes.papers import quotation_sheet
from plugins.quotes.parameters import wrong_value
from tests.plugins.quotes.conftest import NOW

pytestmark = pytest.mark.plugins("products", "crm", "quotes")


def sheet(ctx, trade, **values):
    rows = [{"code": "power", "value": "50", "tolerance": "±5 %"}, {"code": "ip", "value": "IP66"}]
    given = {"product_id": trade.product, "customer_id": trade.customer, "parameters": rows}
    return save(ctx, TechSheet, {"owner_id": trade.rep, **given, **values})


def frozen(ctx, made):
    perform(ctx, made, "submit")
    perform(ctx, made, "check")
    perform(ctx, made, "confirm", {"who": "J. Brandt by mail"})
    perform(ctx, made, "freeze")
    return made


def test_from_draft_to_frozen(ctx, trade):
    made = sheet(ctx, trade)
    assert [(r.name_en, r.name_zh, r.unit) for r in made.parameters] == [
        ("Power", "功率", "W"), ("IP", "防护等级", None)]
    perform(ctx, made, "submit")
    assert (made.state, made.number) == ("check", "TS260001-V1")
    with pytest.raises(Refused):
        perform(ctx, made, "freeze")  # nobody checked, nobody confirmed
    perform(ctx, made, "check")
    perform(ctx, made, "confirm", {"who": "J. Brandt by mail"})
    assert all(row.confirmed for row in made.parameters)
    perform(ctx, made, "freeze")
    assert (made.state, made.frozen_on) == ("frozen", ctx.today)


def test_a_change_after_freezing_is_a_new_version(ctx, trade):
    made = frozen(ctx, sheet(ctx, trade))
    with pytest.raises((Refused, Invalid), match="new version"):
        save(ctx, TechSheet, {"subject": "80 W"}, made)
    ctx.session.refresh(made)
    rows = [{"id": row.id, "code": row.code, "value": "60" if row.code == "power" else row.value}
            for row in made.parameters]
    with pytest.raises((Refused, Invalid), match="new version"):
        save(ctx, TechSheet, {"parameters": rows}, made)
    ctx.session.expire_all()
    after = perform(ctx, made, "new_version")
    assert (after.number, after.state, made.state) == ("TS260001-V2", "draft", "superseded")
    assert not any(row.confirmed for row in after.parameters)
    assert made.frozen_on is not None  # papers that name version 1 keep it


def test_parameters_start_from_the_product(ctx, trade):
    save(ctx, "products.product", {"specs": [
        {"name_en": "Power", "name_zh": "功率", "value": "50 W"},
        {"name_en": "Finish", "name_zh": "表面", "value": "black"},
    ]}, ctx.session.get(Product, trade.product))
    made = sheet(ctx, trade, parameters=[])
    assert [(row.code, row.name_en, row.value, row.unit) for row in made.parameters] == [
        ("power", "Power", "50", "W"), ("other", "Finish", "black", None)]


@pytest.mark.parametrize(("code", "value", "good"), [
    ("power", "1000", True), ("power", "1001", False), ("power", "fifty", False),
    ("cct", "2200", True), ("cct", "6501", False), ("cri", "70", True), ("cri", "69", False),
    ("ip", "IP66", True), ("ip", "66", False), ("un", "UN3480", True), ("un", "3480", False),
    ("warranty", "10", True), ("warranty", "11", False), ("driver", "anything", True),
])
def test_values_fit_their_parameter(code, value, good):
    assert (wrong_value(code, value) is None) is good


def test_a_wrong_value_is_told_at_its_row(ctx, trade):
    with pytest.raises((Refused, Invalid)) as error:
        sheet(ctx, trade, parameters=[{"code": "ip", "value": "66"}])
    assert error.value.reasons[0].field == "parameters.0.value"


def test_a_sheet_that_engineering_sends_back_says_why(ctx, trade):
    made = sheet(ctx, trade)
    perform(ctx, made, "submit")
    perform(ctx, made, "send_back", {"reason": "no driver named"})
    assert (made.state, made.sent_back) == ("draft", "no driver named")


def test_the_representative_neither_checks_nor_freezes(world, trade):
    with world.act("rep", now=NOW) as ctx:
        made = sheet(ctx, trade)
        perform(ctx, made, "submit")
        with pytest.raises(Forbidden):
            perform(ctx, made, "check")
    with world.act("tec", now=NOW) as ctx:
        perform(ctx, ctx.session.get(TechSheet, made.id), "check")


def test_the_line_of_a_quotation_names_the_version_and_papers_print_it(ctx, trade, quotation):
    made = frozen(ctx, sheet(ctx, trade))
    line = {"product_id": trade.product, "quantity": 9200, "tech_sheet_id": made.id}
    found = quotation(ctx, lines=[line])
    printed = quotation_sheet(ctx, found)["lines"][0]
    assert printed["sheet"] == "TS260001-V1"
    assert "Power: 50 W" in printed["specs"]
    perform(ctx, found, "submit")


def test_a_sheet_of_another_customer_cannot_be_named(ctx, trade, quotation):
    other = save(ctx, "crm.customer", {"name": "Veluno Trading Ltd", "country": "GB"})
    made = sheet(ctx, trade, customer_id=other.id)
    line = {"product_id": trade.product, "quantity": 9200, "tech_sheet_id": made.id}
    found = quotation(ctx, lines=[line])
    with pytest.raises(Refused, match="another customer"):
        perform(ctx, found, "submit")
