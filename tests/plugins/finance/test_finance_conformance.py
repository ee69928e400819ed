"""The finance plugin keeps to what every plugin must keep to."""

from core.testing import Conformance


class TestFinance(Conformance):
    plugin = "finance"
