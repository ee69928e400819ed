"""What every plugin must keep."""

import pytest

from core.testing import Conformance


@pytest.mark.plugins("products", "crm", "samples")
class TestConformance(Conformance):
    plugin = "samples"
