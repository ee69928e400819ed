"""What every plugin has to keep to."""

from __future__ import annotations

from core.testing import Conformance


class TestConformance(Conformance):
    plugin = "srm"
