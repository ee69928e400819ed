"""What other plugins may use: the way of a record through a workflow, drawn as cards."""

from plugins.inbox.history import told
from plugins.inbox.way import flat

__all__ = ["flat", "told"]
