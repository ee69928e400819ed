"""Containers, customs declaration, check against the papers (DOMAIN §1.8, §3.6, §3.7)."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.api import (
    Conflict,
    Invalid,
    Refused,
    extension_of,
    perform,
    print_document,
    save,
    set_setting,
)
from core.documents import document_html, document_of, pdf_of
from plugins.products.api import ContainerType
from plugins.reports.api import Filters
from plugins.shipping import conformity, cutoffs, papers
from plugins.shipping.glue import reports
from plugins.shipping.iso6346 import check_digit, is_valid
from plugins.shipping.records import Booking, Box
from plugins.shipping.statistics import exports, fob_amounts

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "shipping", "reports")


LABELS = """
预录入编号 海关编号 页码 境内发货人 出境关别 出口日期 申报日期 备案号
境外收货人 运输方式 运输工具名称及航次号 提运单号
生产销售单位 监管方式 征免性质 许可证号
合同协议号 贸易国(地区) 运抵国(地区) 指运港 离境口岸
包装种类 件数 毛重(千克) 净重(千克) 成交方式 运费 保费 杂费
随附单证及编号 标记唛码及备注
"""


@pytest.fixture
def booked(world, trade):
    """A function (ctx, term, …) → a booked delivery of 9,200 floodlights, CIF Hamburg."""
    def make(ctx, goods=(("9200", "10.79"),), **values):
        given = {"destination": "DE", "port_loading": "Ningbo", "port_discharge": "Hamburg"}
        order = trade.signed(ctx, term="OA60", goods=goods, **(given | values))
        perform(ctx, order, "release")
        delivery = trade.delivery(ctx, order)
        save(ctx, "orders.delivery", {"freight": "3200", "insurance": "218.39"}, delivery)
        return delivery

    return make


def drafted(ctx, delivery):
    """A declaration with elements, as a clerk completes it."""
    paper = perform(ctx, delivery, "draft_declaration")
    rows = [{"id": item.id, "elements": "0|0|照明|铝|无品牌|FL-50W-B"} for item in paper.items]
    save(ctx, "shipping.declaration", {"items": rows}, paper)
    return paper


def box(ctx, delivery, number="TWDU3000015", **values):
    kind = ctx.session.scalar(select(ContainerType.id).where(ContainerType.code == "40HQ"))
    return save(ctx, Box, {
        "delivery_id": delivery.id, "box_number": number, "type_id": kind, "seal": "SL1", **values})


def accepted(ctx, paper, number="310420260123456789"):
    for step, params in (
        ("review", {}), ("lodge", {"broker": "Harbour Customs"}),
        ("accept", {"customs_no": number}),
    ):
        perform(ctx, paper, step, params)
    return paper


# ---- container numbers

@pytest.mark.parametrize(("number", "good"), [
    ("TWDU3000015", True), ("CSQU3054383", True), ("TWDU3000016", False), ("TWDA3000015", False),
    ("TWDU300001", False), ("twdu3000015", False), ("", False),
])
def test_the_check_digit(number, good):
    assert is_valid(number) is good


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
       st.integers(0, 999_999), st.integers(0, 9), st.integers(0, 5))
def test_one_wrong_figure_is_found(owner, serial, other, place):
    """A changed figure changes the digit, but for remainder 10, which ISO also writes as 0."""
    ten = f"{owner}U{serial:06}"
    assert is_valid(ten + str(check_digit(ten)))
    changed = ten[:4 + place] + str(other) + ten[5 + place:]
    if changed != ten and {check_digit(changed), check_digit(ten)} != {0}:
        assert not is_valid(changed + str(check_digit(ten)))


def test_a_number_is_taken_as_people_type_it(world, booked):
    with world.act("gm") as ctx:
        delivery = booked(ctx)
        assert box(ctx, delivery, "twdu 300001-5").box_number == "TWDU3000015"
        assert delivery.containers == "TWDU3000015 / SL1"  # what invoice and packing list print
        with pytest.raises((Refused, Invalid)) as error:
            box(ctx, delivery, "TWDU3000016")
        assert error.value.reasons[0].field == "box_number"


def test_no_box_twice_in_a_sailing(world, booked):
    with world.act("gm") as ctx:
        first, second, third = booked(ctx), booked(ctx), booked(ctx)
        for delivery, voyage in ((first, "12W"), (second, "12W"), (third, "13W")):
            delivery.vessel, delivery.voyage = "MV Tidewater", voyage
        ctx.session.flush()
        box(ctx, first)
        with pytest.raises((Refused, Invalid), match="TWDU3000015"):
            box(ctx, first)
        with pytest.raises((Refused, Invalid), match="TWDU3000015"):
            box(ctx, second)
        box(ctx, third)  # the next voyage may carry it again
        with pytest.raises(Refused, match="TWDU3000015"):  # nor is it rolled onto this one
            perform(ctx, third, "roll", {
                "etd": ctx.today.isoformat(), "vessel": "MV Tidewater", "voyage": "12W"})


def test_vgm_is_more_than_the_goods(world, booked):
    """DOMAIN §8: net weight used for VGM. 9,200 pcs: GW 15,640 kg, NW 13,800 kg."""
    with world.act("gm") as ctx:
        delivery = booked(ctx)
        made = box(ctx, delivery, vgm="13800")
        with pytest.raises(Refused, match="VGM"):
            perform(ctx, delivery, "load")
        save(ctx, Box, {"vgm": "19400"}, made)
        perform(ctx, delivery, "load")
        assert delivery.state == "loaded"


# ---- the declaration

def test_the_draft_follows_the_delivery(world, booked):
    """DOMAIN §2.11: CIF invoice 99,268.00, 成交方式 1, 运费 USD/3200/3, 保费 USD/218.39/3."""
    with world.act("gm") as ctx:
        delivery = booked(ctx)
        box(ctx, delivery)
        paper = perform(ctx, delivery, "draft_declaration")
        assert (paper.deal_term, paper.packages, paper.gross, paper.net, paper.total) == (
            "1", 1150, D("15640"), D("13800"), D("99268.00"))
        item = paper.items[0]
        assert (item.unit1, item.quantity1, item.unit2, item.quantity2) == (
            "001", D(9200), "035", D(13800))
        row = {label: text for cells in papers.header_rows(ctx, paper) for label, text in cells}
        assert (row["运费"], row["保费"]) == ("USD/3200/3", "USD/218.39/3")
        assert (row["贸易国(地区)"], row["运抵国(地区)"]) == ("DEU", "DEU")
        assert "TWDU3000015" in row["标记唛码及备注"]
        with pytest.raises(Refused, match=paper.number):
            perform(ctx, delivery, "draft_declaration")


def test_terms_map_to_the_codes_of_customs(world, booked):
    with world.act("gm") as ctx:
        for incoterm, deal in {
            "EXW": "7", "FCA": "3", "FAS": "3", "FOB": "3", "CFR": "2", "CPT": "2", "CIF": "1",
            "CIP": "1", "DAP": "1", "DPU": "1", "DDP": "1",
        }.items():
            paper = perform(ctx, booked(ctx, incoterm=incoterm), "draft_declaration")
            assert paper.deal_term == deal, incoterm
            assert bool(paper.freight) is (deal in "12"), incoterm
            assert bool(paper.insurance) is (deal == "1"), incoterm


def test_the_header_has_all_rows_in_the_order_of_the_form(world, booked):
    with world.act("gm") as ctx:
        paper = drafted(ctx, booked(ctx))
        labels = [label for cells in papers.header_rows(ctx, paper) for label, _text in cells]
        assert labels == LABELS.split()
        complaints: list[str] = []
        document = document_of(ctx, "shipping.declaration", paper)
        pages = PdfReader(io.BytesIO(pdf_of(document_html(ctx, document, paper, "zh"),
                                            complaints))).pages
        text = "".join(page.extract_text() for page in pages)
        assert complaints == [] and "0|0|照明|铝|无品牌|FL-50W-B" in text and "照章征税(1)" in text
        sheet = print_document(ctx, "shipping.declaration", paper, kind="xlsx")
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
        assert any("99268" in str(cell) for row in rows for cell in row)


def told(ctx, paper):
    """The fields at which a review finds fault."""
    with pytest.raises(Refused) as error:
        perform(ctx, paper, "review")
    return {reason.field for reason in error.value.reasons}


def test_a_declaration_that_differs_or_lacks_is_not_lodged(world, booked):
    with world.act("gm") as ctx:
        paper = drafted(ctx, booked(ctx))
        assert all(row.agrees for row in conformity.compare(ctx, paper))
        for field, value in {
            "packages": 1149, "gross": D("15641"), "net": D("13799"), "currency": "EUR",
            "freight": None, "insurance": None, "port": None,
        }.items():
            before = getattr(paper, field)
            save(ctx, "shipping.declaration", {field: value}, paper)
            assert field in told(ctx, paper)
            save(ctx, "shipping.declaration", {field: before}, paper)
        perform(ctx, paper, "review")


def test_an_item_that_customs_would_send_back_is_told(world, booked):
    with world.act("gm") as ctx:
        paper = drafted(ctx, booked(ctx))
        item = paper.items[0]
        for name, value, field in (
            ("elements", "照明|铝", "elements"), ("elements", "0|0|照明", "elements"),
            ("elements", "0|0|照明||无品牌|FL", "elements"), ("hs_code", "9999999999", "hs_code"),
            ("quantity1", None, "quantity1"), ("unit2", None, "quantity2"),
            ("district", None, "district"), ("quantity", D(9199), ""), ("amount", D("1.01"), ""),
        ):
            before = getattr(item, name)
            save(ctx, "shipping.declaration", {"items": [{"id": item.id, name: value}]}, paper)
            assert (f"items.0.{field}" if field else "items") in told(ctx, paper), name
            save(ctx, "shipping.declaration", {"items": [{"id": item.id, name: before}]}, paper)
        perform(ctx, paper, "review")


def test_more_than_fifty_items_are_divided(world, booked):
    with world.act("gm") as ctx:
        paper = drafted(ctx, booked(ctx, goods=tuple(("80", "1.00") for _n in range(51))))
        with pytest.raises(Refused, match="51"):
            perform(ctx, paper, "review")


def test_the_delivery_follows_the_declaration_to_the_sea(world, booked):
    with world.act("gm") as ctx:
        delivery = booked(ctx)
        paper = drafted(ctx, delivery)
        with pytest.raises(Refused, match="released"):  # begun, so it must end well
            perform(ctx, delivery, "on_board", {
                "bl_number": "BL1", "bl_date": ctx.today.isoformat()})
        with pytest.raises(Refused, match="follows"):
            perform(ctx, delivery, "declare")
        accepted(ctx, paper)
        assert delivery.state == "declared"
        perform(ctx, paper, "inspect", {"reason": "opened, three days"})
        assert delivery.inspections == 1 and "three days" in paper.amendments
        perform(ctx, paper, "release")
        assert (delivery.state, delivery.released_on) == ("released", ctx.today)
        perform(ctx, delivery, "on_board", {"bl_number": "BL1", "bl_date": ctx.today.isoformat()})
        perform(ctx, paper, "close", {"export_date": ctx.today.isoformat()})
        with pytest.raises(Refused):
            perform(ctx, paper, "withdraw", {"reason": "too late"})


def test_a_withdrawn_declaration_lets_the_goods_change_again(world, booked):
    with world.act("gm") as ctx:
        delivery = booked(ctx)
        paper = accepted(ctx, drafted(ctx, delivery))
        with pytest.raises((Refused, Invalid, Conflict)):
            save(ctx, "shipping.declaration", {"packages": 1}, paper)
        ctx.session.refresh(paper)
        perform(ctx, paper, "withdraw", {"reason": "short by two cartons"})
        assert delivery.state == "loaded"
        save(ctx, "orders.delivery", {"lines": [
            {"id": row.id, "order_line_id": row.order_line_id, "quantity": "9184"}
            for row in delivery.lines]}, delivery)
        assert drafted(ctx, delivery).packages == 1148


def test_the_customs_number_has_eighteen_digits_and_the_office(world, booked):
    with world.act("gm") as ctx:
        paper = drafted(ctx, booked(ctx))
        perform(ctx, paper, "review")
        perform(ctx, paper, "lodge")
        for number in ("31042026012345678", "330420260123456789", "31042026012345678X"):
            with pytest.raises(Refused) as error:
                perform(ctx, paper, "accept", {"customs_no": number})
            assert error.value.reasons[0].field == "customs_no"


def test_a_company_may_let_nothing_sail_without_release(world, booked):
    with world.act("gm") as ctx:
        delivery = booked(ctx)
        set_setting(ctx, "shipping.customs_first", True)
        ctx.forget()
        with pytest.raises(Refused, match="no customs declaration"):
            perform(ctx, delivery, "on_board", {
                "bl_number": "BL1", "bl_date": ctx.today.isoformat()})


# ---- papers and the clock

@pytest.mark.parametrize("language", ["en", "zh"])
def test_booking_note_and_shipping_advice(world, booked, language):
    with world.act("gm") as ctx:
        delivery = booked(ctx, marks="LUMONA\nHAMBURG")
        box(ctx, delivery, vgm="19400", packages=1150)
        extra = extension_of(ctx, Booking, delivery)
        extra.si_cut_off, extra.filing = ctx.now, "Importer DE123"
        note = text_of(print_document(ctx, "shipping.booking_note", delivery, language))
        for wanted in ("托运单", "FREIGHT PREPAID", "1 × 40HQ", "TWDU3000015", "19,400", "940542",
                       "1,150", "15,640.00", "67.712", "Importer DE123", "LUMONA", delivery.number):
            assert wanted in note, wanted
        advice = text_of(print_document(ctx, "shipping.advice", delivery, language))
        for wanted in ("装船通知", f"CI{delivery.suffix}", "USD 99,268.00", "Hamburg"):
            assert wanted in advice, wanted


def test_a_cut_off_is_told_once(world, booked):
    with world.act("gm") as ctx:
        delivery = booked(ctx)
        delivery.owner_id = ctx.user_id
        extra = extension_of(ctx, Booking, delivery)
        extra.si_cut_off = ctx.now + timedelta(hours=20)
        extra.cy_cut_off = ctx.now + timedelta(hours=60)
        ctx.session.flush()
        assert [row[1] for row in cutoffs.coming(ctx, 72)] == ["si_cut_off", "cy_cut_off"]
        assert cutoffs.warn(ctx, {})["warned"] >= 1
        assert cutoffs.warn(ctx, {}) == {"warned": 0}


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


# ---- export statistics

@pytest.mark.parametrize(("term", "left"), [
    ("EXW", "99268.00"), ("FOB", "99268.00"), ("CFR", "96068.00"), ("CIF", "95849.61"),
    ("DDP", "94849.61"),
])
def test_what_is_left_at_fob(term, left):
    """DOMAIN §2.11: 99,268.00 − 3,200.00 − 218.39 = 95,849.61."""
    found = fob_amounts(term, [D("60000.00"), D("39268.00")], D(3200), D("218.39"), D(1000))
    assert sum(found) == D(left)


def test_export_value_is_fob_at_the_customs_rate_with_samples_apart(world, booked, trade):
    with world.act("gm") as ctx:
        made = []
        for mode in ("0110", "3010"):
            delivery = booked(ctx)
            paper = drafted(ctx, delivery)
            save(ctx, "shipping.declaration", {"supervision": mode}, paper)
            accepted(ctx, paper, f"31042026012345678{len(made)}")
            perform(ctx, paper, "release")
            perform(ctx, delivery, "on_board", {
                "bl_number": f"BL{mode}", "bl_date": ctx.today.isoformat()})
            perform(ctx, paper, "close", {"export_date": ctx.today.isoformat()})
            made.append(paper)
        trade.rate(ctx, "7.10", ctx.today.replace(day=1), "customs")
        trade.rate(ctx, "7.20", ctx.today, "book")  # not this one
        rows = list(exports(ctx, ctx.today, ctx.today))
        assert [(r.value, r.mode, r.country, r.hs) for r in rows] == [
            (D("95849.61"), "0110", "DE", "9405429000"), (D("95849.61"), "3010", "DE",
                                                         "9405429000")]
        euro = Filters(ctx.today, ctx.today, extra={"by": "country"})
        table = reports.statistics(ctx, euro)
        assert [(row.values["what"], row.values["value"]) for row in table.rows] == [
            ("Germany 德国", D("95849.61"))]
        assert [figure.value for figure in table.figures] == [D("95849.61"), D("95849.61"), 0]
        assert len(reports.listed(ctx, euro).rows) == 2
