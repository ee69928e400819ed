"""The credit plugin keeps to what every plugin must keep to."""

from core.testing import Conformance


class TestCredit(Conformance):
    plugin = "credit"
