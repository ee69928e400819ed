"""The orders plugin keeps to what every plugin must keep to."""

from core.testing import Conformance


class TestOrders(Conformance):
    plugin = "orders"
