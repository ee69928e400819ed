"""What every plugin has to keep to."""

from core.testing.conformance import Conformance


class TestProducts(Conformance):
    plugin = "products"
