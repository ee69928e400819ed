"""The conformance suite on the plugin admin."""

from core.testing import Conformance


class TestAdmin(Conformance):
    plugin = "admin"
