"""The small core of Tradewind: users, records, hooks, steps and the workflow table."""

__version__ = "0.1.0"
