"""The conformance suite on the plugin operations."""

from core.testing import Conformance


class TestOperations(Conformance):
    plugin = "operations"
