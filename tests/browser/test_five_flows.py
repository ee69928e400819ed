"""The five shipped flows in the demo company, each person at her own screen, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from core.api import Ctx, find, record_class, save
from core.migrate import create_everything
from core.platform import build_platform
from core.testing import World, make_settings
from plugins.credit.records import Profile
from plugins.crm.api import Customer
from plugins.operations.demo import XILAN, Play, load_demo
from plugins.orders.api import Order
from plugins.products.api import PaymentTerm, Product
from plugins.quotes.api import Quotation
from tests.browser.conftest import Site
from tests.browser.desk import Desk

SIZE = 0.02
SIGNED = {"name": "amendment.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 signed"}


class Demo(World):
    """The demo company, small."""

    def act(
        self, login: str | None = None, company: str | None = None, **options: Any
    ) -> AbstractContextManager[Ctx]:
        return super().act(login, company or XILAN.code, **options)

    def sign_in(self, login: str, company: str | None = None) -> str:
        return super().sign_in(login, company or XILAN.code)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    platform = build_platform(make_settings(tmp_path_factory.mktemp("demo")))
    create_everything(platform)
    load_demo(platform, tell=lambda text: None, play=Play(scale=SIZE))
    world = Demo(platform)
    world.work()
    yield world
    platform.database.engine.dispose()


class Company:
    """The people of the demo company, and what is asked of them."""

    def __init__(self, site: Site, locale: str) -> None:
        self.site, self.locale = site, locale
        self.desks: dict[str, Desk] = {}

    def __getitem__(self, login: str) -> Desk:
        if login not in self.desks:
            self.desks[login] = Desk(self.site, login, self.locale)
        return self.desks[login]

    def task(self, login: str, name: str) -> Desk:
        """The newest task about a document, opened from the inbox; it says why it is hers."""
        desk = self[login]
        desk.go("/inbox")
        desk.leave(desk.page.get_by_role("link", name=name).first.click)
        expect(desk.page.locator("#decide")).to_contain_text("为什么是您" if self.zh else "Why you")
        return desk

    @property
    def zh(self) -> bool:
        return self.locale == "zh"

    def decides(self, login: str, name: str, answer: str = "approve", **values: str) -> None:
        """A decision in the inbox, with the fields that the card opens."""
        desk = self.task(login, name)
        comment = values.pop("comment", "")
        desk.fill(**values)
        desk.page.locator("#comment").fill(comment)
        desk.leave(desk.page.locator(f"#decide button[value={answer}]").click)
        expect(desk.page.locator(".tw-inbox, .tw-empty").first).to_be_visible()

    def does(self, login: str, name: str, step: str, **values: str) -> None:
        """The step that a task asks for, from the page of the task."""
        desk = self.task(login, name)
        desk.page.locator(f"#decide a[href$='/step/{step}']").click()
        expect(desk.page.locator("dialog[open] h1")).to_be_visible()
        desk.fill(**values)
        desk.leave(desk.page.locator("dialog[open] .tw-dialog__foot button").click)

    def row(self, key: str, ident: int) -> Any:
        """A record as it is now."""
        with self.site.world.act() as ctx:
            return find(ctx, record_class(key), ident)

    def waits(self, login: str, name: str) -> bool:
        return self[login].waits_for(name)


@pytest.fixture(params=["zh", "en"])
def company(
    request: pytest.FixtureRequest, serve: Callable[[World], Site], demo: Demo
) -> Company:
    return Company(serve(demo), request.param)


def buyer(ctx: Ctx, grade: str = "B") -> Customer:
    """A customer of rep without a hold."""
    return ctx.session.scalars(select(Customer).where(
        Customer.owner_id == ctx.user_id, Customer.grade == grade, Customer.hold.is_(False),
    ).order_by(Customer.id)).first()


def light(ctx: Ctx) -> Product:
    return ctx.session.scalars(select(Product).where(Product.code == "FL-50W-B")).one()


def test_a_quotation_with_a_thin_margin_goes_up_to_the_general_manager(company: Company) -> None:
    with company.site.world.act("rep") as ctx:
        term = ctx.session.scalars(select(PaymentTerm).where(PaymentTerm.code == "TT30C")).one()
        ident = save(ctx.system(), Quotation, {
            "customer_id": buyer(ctx).id, "owner_id": ctx.user_id, "payment_term_id": term.id,
            "incoterm": "FOB", "place": "Ningbo", "currency": "USD", "lines": [{
                "product_id": light(ctx).id, "quantity": "2000", "basis": "margin",
                "margin": "0.05"}]}).id
    rep = company["rep"]
    rep.go(f"/r/quotes.quotation/{ident}")
    rep.step("submit")
    rep.shows("submitted")
    number = str(company.row("quotes.quotation", ident).number)
    assert not company.waits("gm", number)
    sales = company.task("sm", number)
    said = sales.page.locator(".tw-main, main").first
    for words in ("毛利率", "商品净成本", "信用结论") if company.zh else (
            "Margin", "Net goods cost", "Credit verdict"):
        expect(said).to_contain_text(words)
    company.decides("sm", number)
    company.decides("fin", number, comment="16 % would be better")
    company.decides("gm", number)
    rep.go(f"/r/quotes.quotation/{ident}")
    rep.shows("approved")


def test_an_order_change_is_answered_summed_up_signed_and_applied(company: Company) -> None:
    with company.site.world.act() as ctx:
        order = ctx.session.scalars(select(Order).where(
            Order.state == "released", Order.shipped == 0, Order.customer_id.in_(
                select(Customer.id).where(Customer.hold.is_(False))),
            Order.production_status == "none").order_by(Order.revision, Order.id)).first()
        assert order is not None
        ident, line, revision = order.id, order.lines[0], order.revision
        more = line.quantity + 100
    mer = company["mer"]
    mer.go(f"/r/orders.order/{ident}")
    mer.step("request_change", kind="quantity", reason="customer", request="100 pieces more")
    assert mer.record() == "orders.change"
    change = mer.ident
    mer.go(f"/r/orders.change/{change}/edit")
    mer.line(0, quantity=f"{more.normalize():f}")
    mer.save()
    mer.step("submit")
    mer.shows("review")
    name = str(company.row("orders.change", change).number)
    for number, role in enumerate(("ppc", "pur", "wh", "fin")):
        assert not company.waits("sm", name)
        company.decides(role, name, **{f"cost_{role}": "150", f"days_{role}": str(number)})
    summed = company.row("orders.change", change)
    assert (summed.extra_cost, summed.delay_days) == (600, 3)
    company.decides("mer", name, "done", charge="80")
    company.decides("sm", name)
    for role in ("fin", "gm"):  # where the margin or the limit asks for it
        if company.waits(role, name):
            company.decides(role, name)
    mer.go(f"/r/orders.change/{change}")
    mer.shows("approved")
    mer.leave(lambda: mer.page.locator("input[name=file]").set_input_files([SIGNED]))
    mer.step("apply", signed_on=company.site.world.platform.clock().date().isoformat())
    mer.shows("applied")
    with company.site.world.act() as ctx:
        after = ctx.session.get_one(Order, ident)
        assert (after.revision, after.lines[0].quantity) == (revision + 1, more)
        assert after.lines[-1].price == 80


def test_a_credit_review_is_collected_scored_decided_and_counts(company: Company) -> None:
    with company.site.world.act("rep") as ctx:
        customer = buyer(ctx, "A" if company.zh else "B")
        ident, name = customer.id, customer.name
    rep = company["rep"]
    rep.go("/r/credit.review/new")
    rep.fill(customer_id=name, requested="48000", credit_days="60")
    rep.save()
    review = rep.ident
    rep.go("/inbox")
    expect(rep.page.locator(".tw-inbox")).to_contain_text(
        "按清单收集资料并提交" if company.zh else "Collect the papers")
    rep.go(f"/r/credit.review/{review}")
    rep.step("submit")
    rep.shows("approval")
    number = str(company.row("credit.review", review).number)
    finance = company["fin"]
    finance.go(f"/r/credit.review/{review}/edit")
    for line, points in enumerate((26, 14, 11, 12, 7, 8)):
        finance.page.locator(f"[name='rows-{line}-points']").fill(str(points))
    finance.save()
    company.decides("fin", number, "done", requested="45000", credit_days="60")
    company.decides("fin", number)
    rep.go(f"/r/credit.review/{review}")
    rep.shows("approved")
    with company.site.world.act() as ctx:
        profile = ctx.session.scalars(select(Profile).where(Profile.customer_id == ident)).one()
        assert (profile.limit, profile.grade, profile.state) == (45_000, "B", "active")
        assert profile.valid_to == ctx.today + timedelta(days=365)


def test_a_sample_that_fails_goes_back_and_ends_as_golden_sample(company: Company) -> None:
    with company.site.world.act("rep") as ctx:
        customer = buyer(ctx).name
    purpose = f"Showroom {company.locale}"
    rep = company["rep"]
    rep.go("/r/samples.request/new")
    rep.fill(customer_id=customer, kind="made", purpose=purpose, freight="collect")
    rep.line(0, product_id="FL-50W-B", qty="10")
    rep.save()
    request = rep.ident
    rep.step("submit")
    company.decides("sm", purpose)
    company.does("tec", purpose, "prepared")
    company.does("qc", purpose, "inspect_bad", notes="One flickers")
    company.does("tec", purpose, "prepared")
    company.does("qc", purpose, "inspect_ok", notes="All good")
    store = company["wh"]
    store.go(f"/r/samples.request/{request}")
    store.step("label")
    company.does("wh", purpose, "send", courier="DHL", tracking_no=f"TW-{company.locale}")
    store.go(f"/r/samples.request/{request}")
    store.step("deliver")
    company.does("rep", purpose, "feedback", result="approved", comments="As we wanted it")
    company.does("rep", purpose, "seal", seal_no=f"S-{company.locale}", kept_at="Shelf 3")
    company.does("rep", purpose, "close", outcome="no_order")
    rep.go(f"/r/samples.request/{request}")
    rep.shows("closed")
    assert not company.waits("rep", purpose)
    assert company.row("samples.request", request).failures == 1


def test_a_complaint_is_answered_contained_remedied_and_closed(company: Company) -> None:
    with company.site.world.act() as ctx:
        order = ctx.session.scalars(select(Order).where(
            Order.state.in_(("closed", "released")), Order.shipped > 0).order_by(Order.id)).first()
        customer, number = order.customer.name, order.number
        code = ctx.session.get_one(Product, order.lines[0].product_id).code
    subject = f"Lamps flicker {company.locale}"
    care = company["afs"]
    care.go("/r/service.complaint/new")
    care.fill(customer_id=customer, order_id=str(number), product_id=code, subject=subject,
              category="quality", qty_affected="1", claimed="900")
    care.save()
    complaint = care.ident
    assert company.row("service.complaint", complaint).severity == "S3"
    company.does("afs", subject, "acknowledge")
    company.does("qc", subject, "contain", d3_containment="Stock looked through")
    company.does("qc", subject, "analyse", d4_root_cause="Cold solder joint",
                 d5_action="Temperature raised", defect_code="E02")
    company.does("afs", subject, "propose", remedy="credit", remedy_text="Credit of 900",
                 cost="900", responsible="factory")
    company.decides("sm", subject)
    company.decides("fin", subject)
    company.does("qc", subject, "execute", d6_implementation="Credited")
    care.go(f"/r/service.complaint/{complaint}")
    care.step("confirm", satisfaction="4")
    company.does("afs", subject, "close", d7_prevention="Checked at each start")
    care.go(f"/r/service.complaint/{complaint}")
    care.shows("closed")
    for login in ("afs", "qc"):
        assert not company.waits(login, subject)
