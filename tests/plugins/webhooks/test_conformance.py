"""The conformance suite on the plugin webhooks."""

from core.testing import Conformance


class TestWebhooks(Conformance):
    plugin = "webhooks"
