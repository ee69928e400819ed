"""An inquiry becomes an order becomes money: everybody at her own screen, in both languages."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from core.testing.world import World
from tests.browser.conftest import Site
from tests.browser.desk import Desk
from tests.scenarios.office import PROSPECT, Office

PLUGINS = ("products", "crm", "quotes", "orders", "finance", "credit", "mes")
TOTAL, DEPOSIT, BALANCE = "103,040.00", "30,912.00", "72,128.00"  # 9,200 × 11.20; 30 %


class Company:
    """The people of the story; each has a browser of her own, opened when she is needed."""

    def __init__(self, site: Site, office: Office, locale: str) -> None:
        self.site, self.office, self.locale = site, office, locale
        self.desks: dict[str, Desk] = {}
        with site.world.act() as ctx:
            self.today = ctx.today

    def __getitem__(self, login: str) -> Desk:
        if login not in self.desks:
            self.desks[login] = Desk(self.site, login, self.locale)
        return self.desks[login]

    def inquiry(self) -> None:
        """A message of the website becomes a lead, and the lead an inquiry."""
        rep = self["rep"]
        rep.go("/r/crm.lead/new")
        rep.fill(**{name: text for name, text in PROSPECT.items() if name != "interest"})
        rep.fill(country="DE", interest=PROSPECT["interest"], channel_id="Website")
        rep.fill(product_id="FL-50W-B", source_ref="W-1")
        rep.save()
        rep.shows("assigned")
        rep.step("convert", subject="9,200 floodlights")
        assert rep.record() == "crm.inquiry"
        expect(rep.page.locator("h1")).to_contain_text("9,200 floodlights")
        self.office.ids["inquiry"] = rep.ident
        self.office.ids["customer"] = self.office.row("inquiry").customer_id

    def quotation(self) -> str:
        """The quotation with its price, submitted; returns its number."""
        rep = self["rep"]
        rep.go(f"/r/crm.customer/{self.office.ids['customer']}/edit")
        rep.fill(grade="B", currency="USD", payment_term_id="TT30C", incoterm="FOB", port="Ningbo")
        rep.save()
        rep.go(f"/r/crm.inquiry/{self.office.ids['inquiry']}")
        rep.step("quote")
        assert "/edit" in rep.page.url
        rep.fill(incoterm="FOB", place="Ningbo", payment_term_id="TT30C")
        row = rep.page.locator("[data-rows] tr").first
        if not row.locator("[name$='-id']").input_value():
            rep.line(0, product_id="FL-50W-B")
        rep.line(0, quantity="9200", basis="price", price="11.20")
        expect(rep.page.locator("[data-total=amount]")).to_have_text(TOTAL)
        rep.save()
        rep.shows("draft")
        rep.step("submit")
        rep.shows("submitted")
        self.office.ids["quotation"] = rep.ident
        return str(self.office.row("quotation").number)

    def approval(self, number: str) -> None:
        """Whom the flow asks approves in her inbox."""
        for login in ("sm", "fin", "gm"):
            if self.office.waiting(login, "quotation"):
                self[login].decide(number)
        rep = self["rep"]
        rep.go(f"/r/quotes.quotation/{self.office.ids['quotation']}")
        rep.shows("approved")

    def paper(self, number: str) -> None:
        """The PDF opens and holds the words of its language; Chinese can be copied out."""
        rep = self["rep"]
        rep.page.locator("details", has=rep.page.locator("a[href*='lang=zh']")).first.click()
        texts = {}
        for language in ("en", "zh"):
            link = rep.page.locator(f".tw-pop a[href*='lang={language}']:visible").first
            answer = rep.page.request.get(rep.site.url + str(link.get_attribute("href")))
            assert answer.headers["content-type"] == "application/pdf"
            pages = PdfReader(io.BytesIO(answer.body())).pages
            texts[language] = "".join(page.extract_text() for page in pages)
            assert number in texts[language]
            assert TOTAL in texts[language]
        assert "LED floodlight 50 W" in texts["en"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in texts["zh"])

    def order(self) -> None:
        """From the customer's yes to the contract that both signed."""
        rep = self["rep"]
        rep.go(f"/r/quotes.quotation/{self.office.ids['quotation']}")
        rep.step("send")
        rep.shows("sent")
        rep.step("accept", customer_po="BL-4711")
        rep.shows("accepted")
        rep.step("to_order")
        assert rep.record() == "orders.order"
        self.office.ids["order"] = rep.ident
        rep.step("submit")
        number = str(self.office.row("order").number)
        for login in ("sm", "fin", "gm"):
            if self.office.waiting(login, "order"):
                self[login].decide(number)
        rep.go(f"/r/orders.order/{self.office.ids['order']}")
        rep.shows("approved")
        rep.step("send")
        rep.step("sign")
        rep.shows("signed")

    def money(self, amount: str) -> None:
        """Finance registers what the bank credited, confirms, allocates and posts it."""
        fin = self["fin"]
        fin.go("/r/finance.receipt/new")
        fin.fill(bank_account_id="USD account", value_date=self.today.isoformat(),
                 payer=PROSPECT["company_name"], currency="USD", net=amount.replace(",", ""),
                 rate="7.05")
        fin.save()
        fin.shows("unidentified")
        fin.step("confirm", customer_id="Brenlicht")
        assert "/allocate" in fin.page.url
        expect(fin.page.locator("input[name^=amount-]").first).to_have_value(amount.replace(",",
            ""))
        fin.leave(fin.page.locator("main form button[type=submit]").click)
        fin.shows("allocated")
        fin.step("report_bop")
        fin.step("post")
        fin.shows("posted")

    def production(self) -> None:
        """The planner releases the work order; the floor reports all pieces."""
        ppc = self["ppc"]
        work = self.office.row("work", order_id=self.office.ids["order"])
        self.office.ids["work"] = work.id
        ppc.go(f"/r/mes.work_order/{work.id}")
        ppc.shows("planned")
        ppc.step("release")
        ppc.shows("released")
        self["wh"].go(f"/r/mes.work_order/{work.id}")
        self["wh"].step("issue")
        ppc.go(f"/r/mes.work_order/{work.id}")
        ppc.step("report", operation="10", good="9200")
        ppc.go(f"/r/mes.work_order/{work.id}")
        ppc.shows("in_progress")
        ppc.step("finish")
        ppc.shows("done")

    def delivery(self) -> None:
        """Documents staff bring the goods on board."""
        doc = self["doc"]
        doc.go(f"/r/orders.order/{self.office.ids['order']}")
        doc.step("plan_delivery")
        assert doc.record() == "orders.delivery"
        ident = doc.ident
        doc.go(f"/r/orders.delivery/{ident}/edit")
        doc.fill(quality_passed="yes")
        doc.save()
        tomorrow = (self.today + timedelta(days=1)).isoformat()
        doc.step("book", booking="SO1", etd=tomorrow)
        doc.shows("booked")
        doc.step("on_board", bl_number="BL1", bl_date=self.today.isoformat())
        doc.shows("on_board")


@pytest.mark.plugins(*PLUGINS)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_an_inquiry_becomes_an_order_becomes_money(
    serve: Callable[[World], Site], world: World, locale: str
) -> None:
    office = Office(world)
    office.prepare()
    company = Company(serve(world), office, locale)

    company.inquiry()
    number = company.quotation()
    company.approval(number)
    company.paper(number)
    company.order()

    mer = company["mer"]
    mer.go(f"/r/orders.order/{office.ids['order']}")
    assert not mer.offers("release")  # no money yet
    company.money(DEPOSIT)
    mer.go(f"/r/orders.order/{office.ids['order']}")
    mer.step("release")
    mer.shows("released")

    company.production()
    company.delivery()
    fin = company["fin"]
    fin.go(f"/r/finance.receivable/{office.receivables()[-1].id}")
    expect(fin.page.locator(".tw-sheet")).to_contain_text(BALANCE)
    company.money(BALANCE)
    for row in office.receivables():
        fin.go(f"/r/finance.receivable/{row.id}")
        fin.shows("paid")
    mer.go(f"/r/orders.order/{office.ids['order']}")
    mer.step("close")
    mer.shows("closed")
