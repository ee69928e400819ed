"""What every plugin must keep."""

import pytest

from core.testing import Conformance


@pytest.mark.plugins("reports")
class TestConformance(Conformance):
    plugin = "reports"
