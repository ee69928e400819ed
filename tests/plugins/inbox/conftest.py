"""The toy workflow of the engine's tests, as people meet it in their inbox."""

from tests.core.workflow.conftest import english, flows

__all__ = ["english", "flows"]
