"""Order changes through their flow: departments, sum, approval, one atomic apply (DOMAIN §6.2)."""

from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Activity, Invalid, Refused, decide, find, keep_file, perform, save, tasks_of
from plugins.orders.changes import ROLES

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")
CHANGE = "orders.change"


def released(ctx, trade, cost="50.00"):
    customer = trade.customer(ctx)
    order = trade.signed(ctx, customer, goods=(("5000", "10.40"),))
    trade.pay(ctx, customer, "15600.00")
    order.lines[0].cost = {"cost": cost, "goods": cost, "rate": "7.05"}
    perform(ctx, order, "release")
    ctx.session.flush()
    return order


def request(ctx, order, kind="quantity", **line):
    given = {"order_id": order.id, "kind": kind, "reason": "customer", "request": "please"}
    if line:
        given["lines"] = [{"order_line_id": order.lines[0].id, **line}]
    else:
        given["new_delivery_date"] = "2027-03-01"
    change = save(ctx, CHANGE, given)
    perform(ctx, change, "submit")
    return change


def signed_copy(ctx, change):
    """What the customer signed, attached."""
    keep_file(ctx, "amendment.pdf", b"%PDF-1.7 signed", change)


def answer(world, role, ident, outcome="approve", **more):
    if role in ROLES and "values" not in more:
        more["values"] = {f"cost_{role}": "0", f"days_{role}": "0"}
    with world.act(role) as ctx:
        mine = [t for t in tasks_of(ctx, 50) if (t.record_key, t.record_id) == (CHANGE, ident)]
        task = mine[0]
        decide(ctx, task.id, outcome, "looked at", **more)
        return find(ctx.system(), CHANGE, ident).state


def waiting(world, role):
    with world.act(role) as ctx:
        return [task.record_key for task in tasks_of(ctx, 50)]


def start(world, trade, **line):
    with world.act("gm") as ctx:
        order = released(ctx, trade)
        change = request(ctx, order, **line)
        assert change.state == "review"
        return order.id, change.id


def test_departments_answer_in_parallel_then_sum_and_approval(world, trade):
    order_id, ident = start(world, trade, quantity="6000")
    for role in ("ppc", "pur", "wh", "fin"):
        assert CHANGE in waiting(world, role)
    for role in ("doc", "tec", "mer", "sm"):
        assert CHANGE not in waiting(world, role)
    for role in ("ppc", "pur", "wh", "fin"):
        assert answer(world, role, ident) == "review"
    answer(world, "mer", ident, "done", values={"extra_cost": "5000", "delay_days": "3"})
    assert answer(world, "sm", ident) == "approved"
    with world.act("mer") as ctx:
        change = find(ctx, CHANGE, ident)
        # (62,400 x 7.05 - 50 x 6,000 - 5,000) / (62,400 x 7.05)
        assert change.margin == D("0.3067")
        with pytest.raises(Refused, match="sign the amendment"):
            perform(ctx, change, "apply")
        with pytest.raises(Refused, match="Attach the amendment"):
            perform(ctx, change, "apply", {"signed_on": ctx.today.isoformat()})
        signed_copy(ctx, change)
        perform(ctx, change, "apply", {"signed_on": ctx.today.isoformat()})
        order = find(ctx, "orders.order", order_id)
        assert (order.total, order.revision, order.lines[0].quantity) == (
            D("62400.00"), 1, D(6000))
        assert change.before["lines"][0]["quantity"] == "5000"


def test_dear_changes_go_to_finance_and_the_general_manager(world, trade):
    _order_id, ident = start(world, trade, quantity="6000")
    for role in ("ppc", "pur", "wh", "fin"):
        answer(world, role, ident)
    answer(world, "mer", ident, "done", values={"extra_cost": "120000"})
    assert answer(world, "sm", ident) == "review"
    assert CHANGE in waiting(world, "fin")
    assert answer(world, "fin", ident) == "review"
    with world.act("adm") as ctx:
        assert find(ctx, CHANGE, ident).margin == D("0.0453")


def test_one_department_says_no_and_the_order_stays(world, trade):
    order_id, ident = start(world, trade, quantity="6000")
    assert answer(world, "wh", ident, "reject") == "rejected"
    with world.act("gm") as ctx:
        assert find(ctx, "orders.order", order_id).total == D("52000.00")


def test_the_change_is_atomic(world, trade, monkeypatch):
    from plugins.orders import changes

    order_id, ident = start(world, trade, quantity="6000")
    with world.act("gm") as ctx:
        change = find(ctx, CHANGE, ident)
        change.state = "approved"
        signed_copy(ctx, change)

    def broken(ctx, order):
        raise Refused("the printer is on fire")

    monkeypatch.setattr(changes, "update_funds", broken)
    with pytest.raises(Refused), world.act("gm") as ctx:
        perform(ctx, find(ctx, CHANGE, ident), "apply", {"signed_on": ctx.today.isoformat()})
    with world.act("gm") as ctx:
        order = find(ctx, "orders.order", order_id)
        assert (order.total, order.revision, order.lines[0].quantity) == (
            D("52000.00"), 0, D(5000))


@pytest.mark.parametrize(
    ("progress", "kind", "quantity", "allowed"),
    [
        ("0", "quantity", "4000", True),
        ("0.4", "quantity", "6000", True),
        ("0.4", "price", None, False),
        ("1", "quantity", "6000", False),
        ("1", "date", None, True),
    ],
)
def test_what_may_change_at_which_stage(world, trade, progress, kind, quantity, allowed):
    from plugins.orders.api import report_progress

    with world.act("gm") as ctx:
        order = released(ctx, trade)
        report_progress(ctx, order, D(progress))
        line = {"quantity": quantity} if quantity else {}
        if kind == "price":
            line = {"price": "9.00"}
        if allowed:
            change = request(ctx, order, kind, **line)
            assert change.needs_boss is False
        else:
            with pytest.raises(Refused, match="stage"):
                request(ctx, order, kind, **line)


def test_fewer_pieces_in_production_is_for_the_general_manager(world, trade):
    from plugins.orders.api import report_progress

    with world.act("gm") as ctx:
        order = released(ctx, trade)
        report_progress(ctx, order, D("0.4"))
        assert request(ctx, order, quantity="4000").needs_boss is True


def test_a_stale_request_is_not_applied(world, trade):
    with world.act("gm") as ctx:
        order = released(ctx, trade)
        first, second = request(ctx, order, quantity="6000"), request(ctx, order, quantity="7000")
        first.state = second.state = "approved"
        signed_copy(ctx, first)
        signed_copy(ctx, second)
        signed = {"signed_on": ctx.today.isoformat()}
        perform(ctx, first, "apply", signed)
        with pytest.raises(Refused, match="new request"):
            perform(ctx, second, "apply", signed)


def test_an_order_without_quotation_needs_the_sales_manager(world, trade):
    with world.act("rep") as ctx:
        order = trade.order(ctx.system())
        order.owner_id = ctx.user_id
        perform(ctx, order, "submit")
        assert order.state == "approval"
        ident = order.id
    with world.act("sm") as ctx:
        task = next(t for t in tasks_of(ctx, 50) if t.record_id == ident)
        decide(ctx, task.id, "approve", "fine")
        assert find(ctx, "orders.order", ident).state == "approved"


def test_a_request_starts_with_every_line_and_keeps_the_changed_ones(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, goods=(("5000", "10.40"), ("10", "3.00")))
        told = {"kind": "quantity", "reason": "customer", "request": "more of the first"}
        change = perform(ctx, order, "request_change", told)
        first, second = change.lines
        assert (first.description, first.quantity_now) == ("LED floodlight 1", D(5000))
        rows = [{"id": first.id, "quantity": "6000"}, {"id": second.id}]
        save(ctx, CHANGE, {"lines": rows}, change)
        perform(ctx, change, "submit")
        assert [row.quantity for row in change.lines] == [D(6000)]


def test_what_the_departments_say_is_summed_up_and_charged(world, trade):
    order_id, ident = start(world, trade, quantity="6000")
    with pytest.raises(Invalid):
        answer(world, "ppc", ident, values={"cost_ppc": "1200"})
    answer(world, "ppc", ident, values={"cost_ppc": "1200", "days_ppc": "4"})
    answer(world, "pur", ident, values={"cost_pur": "800.50", "days_pur": "9"})
    for role in ("wh", "fin"):
        answer(world, role, ident)
    with world.act("mer") as ctx:
        change = find(ctx, CHANGE, ident)
        assert (change.extra_cost, change.delay_days) == (D("2000.50"), 9)
    answer(world, "mer", ident, "done", values={
        "extra_cost": "2000.50", "delay_days": "9", "charge": "250",
        "new_delivery_date": "2027-03-10"})
    assert answer(world, "sm", ident) == "approved"
    with world.act("mer") as ctx:
        change = find(ctx, CHANGE, ident)
        assert change.total_after == D("62650.00")
        signed_copy(ctx, change)
        perform(ctx, change, "apply", {"signed_on": ctx.today.isoformat()})
        order = find(ctx, "orders.order", order_id)
        assert (order.total, order.delivery_date.isoformat()) == (D("62650.00"), "2027-03-10")
        assert order.lines[-1].charge
    with world.act("pur") as ctx:
        asked = ctx.session.scalars(select(Activity).where(
            Activity.record_key == "orders.order", Activity.user_id == ctx.user_id)).all()
        assert ["adjust purchase orders" in task.summary for task in asked] == [True]


def test_before_release_the_sales_manager_alone_decides(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, goods=(("5000", "10.40"),))
        order.lines[0].cost = {"cost": "50.00"}
        ident = request(ctx, order, quantity="6000").id
    for role in ("ppc", "pur", "wh", "fin", "mer"):
        assert CHANGE not in waiting(world, role)
    assert answer(world, "sm", ident) == "approved"


def test_a_change_that_is_not_feasible_is_planned_anew(world, trade):
    _order_id, ident = start(world, trade, quantity="6000")
    with world.act("wh") as ctx:
        task = next(t for t in tasks_of(ctx, 50) if t.record_id == ident)
        with pytest.raises(Refused, match="reason"):
            decide(ctx, task.id, "reject", "")
        decide(ctx, task.id, "reject", "no room in the hall")
    with world.act("gm") as ctx:
        change = find(ctx, CHANGE, ident)
        perform(ctx, change, "replan")
        save(ctx, CHANGE, {"lines": [{"id": change.lines[0].id, "quantity": "5500"}]}, change)
        perform(ctx, change, "submit")
        assert (change.state, change.lines[0].quantity) == ("review", D(5500))
    assert CHANGE in waiting(world, "wh")


def test_a_change_above_the_credit_limit_goes_to_finance(world, trade, monkeypatch):
    from plugins.orders import changes

    monkeypatch.setattr(changes, "_excess", lambda ctx, order, total: D("500"))
    _order_id, ident = start(world, trade, quantity="6000")
    for role in ("ppc", "pur", "wh", "fin"):
        answer(world, role, ident)
    answer(world, "mer", ident, "done", values={"extra_cost": "0", "delay_days": "0"})
    assert answer(world, "sm", ident) == "review"
    assert answer(world, "fin", ident) == "approved"


def test_a_larger_quantity_takes_the_price_of_its_break(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, goods=(("5000", "10.40"),))
        product = save(ctx, "products.product", {
            "code": "TIER-1", "name_en": "Lamp", "name_zh": "灯", "list_price": "10.40",
            "list_currency": "USD", "tiers": [{"from_quantity": "1000", "price": "10.40"},
                                              {"from_quantity": "6000", "price": "10.10"}]})
        order.lines[0].product_id = product.id
        change = request(ctx, order, quantity="6000")
        assert (change.lines[0].price, change.total_after) == (D("10.10"), D("60600.00"))
        kept = request(ctx, order, quantity="6000", price="10.40")
        assert kept.total_after == D("62400.00")
