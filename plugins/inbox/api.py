"""What other plugins may use: the way of a record through a workflow, drawn as cards."""

from plugins.inbox.history import told
from plugins.inbox.way import ViewCard, case_tree, flat, preview_tree

__all__ = ["ViewCard", "case_tree", "flat", "preview_tree", "told"]
