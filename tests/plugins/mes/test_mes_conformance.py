"""What every plugin must keep."""

import pytest

from core.testing import Conformance


@pytest.mark.plugins("products", "crm", "quotes", "orders", "mes")
class TestConformance(Conformance):
    plugin = "mes"
