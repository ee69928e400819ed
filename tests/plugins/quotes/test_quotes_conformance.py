"""What every plugin has to keep to."""

from core.testing.conformance import Conformance


class TestQuotes(Conformance):
    plugin = "quotes"
