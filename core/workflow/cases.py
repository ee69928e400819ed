"""What shows and steers running cases; plugins reach it as `core.api.cases`."""

from __future__ import annotations

from core.conditions import show_fact
from core.workflow import commands
from core.workflow.assignment import Finder
from core.workflow.case import Case, load_case, plan_of
from core.workflow.facts import Judge, fact_fields, read_facts
from core.workflow.marking import LIVE_TASK, LIVE_TOKEN, OPEN_TASK, Seat, Token
from core.workflow.model import (
    CaseEvent,
    CaseRow,
    Delegation,
    Incident,
    TaskRow,
    TokenRow,
    WorkflowRow,
    WorkflowVersion,
)
from core.workflow.people import acts_for, people_of
from core.workflow.plan import PEOPLE, Node, Plan, compile_plan, label_of, words
from core.workflow.publishing import workflow_by_key
from core.workflow.starting import (
    start_by_hand,
    startable,
    starter_choices,
)
from core.workflow.wording import CASE_STATES, ICONS, KINDS, role_name

__all__ = [
    "CASE_STATES", "ICONS", "KINDS", "LIVE_TASK", "LIVE_TOKEN", "OPEN_TASK", "PEOPLE", "Case",
    "CaseEvent", "CaseRow", "Delegation", "Finder", "Incident", "Judge", "Node", "Plan", "Seat",
    "TaskRow", "Token", "TokenRow", "WorkflowRow", "WorkflowVersion", "acts_for", "commands",
    "compile_plan", "fact_fields", "label_of", "load_case", "people_of", "plan_of",
    "read_facts", "role_name", "show_fact", "start_by_hand", "startable", "starter_choices",
    "words", "workflow_by_key",
]
