"""The test kit: fixtures and the conformance suite; public, for plugin authors too."""

from core.testing.conformance import Conformance
from core.testing.factory import Factory
from core.testing.world import World, make_settings

__all__ = ["Conformance", "Factory", "World", "make_settings"]
