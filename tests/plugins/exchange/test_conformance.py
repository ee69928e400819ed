"""The conformance suite on the plugin exchange."""

from core.testing import Conformance


class TestExchange(Conformance):
    plugin = "exchange"
