"""The conformance suite on the plugin rest."""

from core.testing import Conformance


class TestRest(Conformance):
    plugin = "rest"
