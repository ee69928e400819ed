"""The conformance suite on the plugin inbox."""

from core.testing import Conformance


class TestInbox(Conformance):
    plugin = "inbox"
