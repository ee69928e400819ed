"""Order changes through their flow: departments, sum, approval, one atomic apply (DOMAIN §6.2)."""

from decimal import Decimal as D

import pytest

from core.api import Refused, decide, find, perform, save, tasks_of

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


def answer(world, role, ident, outcome="approve", **more):
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
        find(ctx, CHANGE, ident).state = "approved"

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
