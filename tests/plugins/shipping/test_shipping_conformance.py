"""Shipping keeps to the rules of every plugin."""

from core.testing import Conformance


class TestShipping(Conformance):
    plugin = "shipping"
