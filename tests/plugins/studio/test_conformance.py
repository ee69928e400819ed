"""The conformance suite on the plugin studio."""

from core.testing import Conformance


class TestStudio(Conformance):
    plugin = "studio"
